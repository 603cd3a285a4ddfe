"""What the printed event study and factor view share: head, facts, charts side by side, heat, tables over pages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from ..charts.spec import Chart
from ..render.i18n import ENGLISH, Locale
from ..render.pdf.charts import draw_chart
from ..render.pdf.page import HAIR, INK, SOFT, TONES, WARN, WARN_PAPER, PageWriter, mixed
from ..render.pdf.parts import BOTTOM, LEFT, RIGHT, Box, Column, heads, rows
from ..render.pdf.translated_page import TranslatedWriter
from .charts import ic
from .result import Studied

ROW = 4.2
"""Height of a row of a heat table in millimetres."""


def writer_of(texts: Iterable[str], words: Locale) -> PageWriter:
    """A writer of pages in a language.

    Parameters
    ----------
    texts : iterable of str
        All that may be written, in English.
    words : Locale
    """
    listed = tuple(texts)
    return PageWriter(listed) if words is ENGLISH else TranslatedWriter(listed, words)


def head(
    writer: PageWriter, title: str, sentence: str, told: Sequence[str], facts: Sequence[tuple[str, str]], known: Studied
) -> float:
    """Title, what was found, and facts; returns the baseline after them.

    Parameters
    ----------
    writer : PageWriter
    title, sentence : str
    told : sequence of str
        Paragraphs.
    facts : sequence of (label, text)
    known : Studied
    """
    y = 17.0
    if text := known.ribbon:
        wide = writer.width(text, 7.5)
        writer.box(RIGHT - wide - 4, y - 4.2, RIGHT, y + 1.2, WARN_PAPER)
        writer.text(RIGHT - 2, y - 0.6, text, 7.5, WARN, "right")
    writer.text(LEFT, y, writer.fitted(title, 15, 118), 15)
    y = writer.paragraph(LEFT, y + 5.0, sentence, 6.0, RIGHT - LEFT, 2, SOFT) + 1.0
    for text in told:
        if text:
            y = writer.paragraph(LEFT, y + 1.0, text, 8.5, RIGHT - LEFT, 6) + 0.6
    writer.line((LEFT, RIGHT), (y - 1.8, y - 1.8))
    y += 2.0
    indent = max([18.0, *(writer.width(label, 6.5) + 2.0 for label, _ in facts)])
    for label, text in facts:
        writer.text(LEFT, y, label, 6.5, SOFT)
        y = writer.paragraph(LEFT + indent, y, text, 6.5, RIGHT - LEFT - indent, 3) + 0.15
    writer.line((LEFT, RIGHT), (y - 1.8, y - 1.8))
    return y + 3.0


def foot(writer: PageWriter, number: int, known: Studied) -> None:
    """The last line of a page.

    Parameters
    ----------
    writer : PageWriter
    number : int
    known : Studied
    """
    writer.text(LEFT, BOTTOM + 5.0, f"Panel {known.content_hash}", 6, SOFT)
    writer.text(RIGHT, BOTTOM + 5.0, str(number), 6, SOFT, "right")


def side_by_side(
    writer: PageWriter, y: float, charts: Sequence[tuple[str, Chart]], height: float, *, ends: float = 4.0
) -> float:
    """Charts with their titles, two in a row; returns the baseline after them.

    Parameters
    ----------
    writer : PageWriter
    y : float
    charts : sequence of (title, Chart)
    height : float
        Millimetres of each.
    ends : float
        Room for what is written at the ends of lines.
    """
    half = (RIGHT - LEFT - 8) / 2
    for number, (title, chart) in enumerate(charts):
        left = LEFT + (number % 2) * (half + 8)
        writer.text(left, y, title, 7)
        draw_chart(writer, chart, Box(left + 9, y + 2.5, left + half - ends, y + 2.5 + height))
        if number % 2 or number == len(charts) - 1:
            y += height + 12.0
    return y


def heat_table(
    writer: PageWriter,
    y: float,
    columns: Sequence[str],
    lines: Sequence[tuple[str, Sequence[float], Sequence[str]]],
    scale: float,
    *,
    first: float = 40.0,
    step: float = 19.0,
    text_of: Callable[[float], str] = ic,
) -> float:
    """A table of numbers, rank correlations as a rule, with colours behind them; returns the baseline after it.

    Parameters
    ----------
    writer : PageWriter
    y : float
    columns : sequence of str
        Heads, the first that of the names.
    lines : sequence of (name, values, notes)
        A note stands behind its value.
    scale : float
        Value at which a colour is full.
    first, step : float
        Millimetres of the first column and of the others.
    text_of : callable
        How a number is written.
    """
    for k, text in enumerate(columns):
        writer.text(LEFT if k == 0 else LEFT + first + k * step - 2, y, text, 6, SOFT, "left" if k == 0 else "right")
    y += 1.2
    for name, values, notes in lines:
        writer.text(LEFT, y + ROW - 1.2, writer.fitted(name, 6.5, first - 2), 6.5)
        for k, (value, note) in enumerate(zip(values, notes, strict=True)):
            if not math.isfinite(value):
                continue
            left = LEFT + first + k * step
            tone = TONES["up" if value > 0 else "down"]
            strength = 0.62 * min(1.0, abs(value) / scale)
            writer.box(left + 0.2, y + 0.2, left + step - 0.2, y + ROW - 0.2, mixed(tone, strength))
            writer.text(left + step - 2, y + ROW - 1.2, f"{text_of(value)}{note}", 6.5, INK, "right")
        y += ROW
    return y + 3.0


def table(
    writer: PageWriter,
    y: float,
    columns: Sequence[Column],
    lines: Sequence[Sequence[str]],
    turn: Callable[[], float],
) -> float:
    """The rows of a table, over as many pages as they need; returns the last baseline.

    Parameters
    ----------
    writer : PageWriter
    y : float
    columns : sequence of Column
    lines : sequence of rows of texts
    turn : callable
        Begins the next page; returns its first baseline.
    """
    left = list(lines)
    while left:
        y = heads(writer, y, columns)
        writer.line((LEFT, RIGHT), (y + 1.2, y + 1.2), HAIR, 0.5)
        fit = max(1, int((BOTTOM - y - 4.0) / 3.75))
        y = rows(writer, y + 0.6, columns, left[:fit])
        left = left[fit:]
        if left:
            y = turn()
    return y
