"""The report of a walk-forward on A4 pages, and its first page as a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ..render.i18n import find_locale
from ..render.pdf.charts import draw_chart
from ..render.pdf.page import PageWriter
from ..render.pdf.parts import BOTTOM, LEFT, RIGHT, Box, Column, title
from ..signals.print_parts import foot, head, side_by_side, table, writer_of
from .charts import choice_charts, growth_chart, pairs_chart, spread_chart
from .content import WalkForwardContent

RESOLUTION = 150.0
GROWTH = "growth of 1, log scale; four fifths of the fixed variants lie between the blue lines"
_TOP = 17.0


def walkforward_pdf(content: WalkForwardContent, path: str | Path, *, locale: str = "en") -> Path:
    """Write the report as A4 pages; returns its path.

    Parameters
    ----------
    content : WalkForwardContent
    path : path
    locale : str
        Language; see ``i18n.LOCALES``.
    """
    return _written(content, locale).save(path, content.title)


def walkforward_png(
    content: WalkForwardContent, path: str | Path, *, locale: str = "en", resolution: float = RESOLUTION
) -> Path:
    """Write page one as a picture; returns its path.

    Parameters
    ----------
    content : WalkForwardContent
    path : path
    locale : str
    resolution : float
        Dots per inch.
    """
    return _written(content, locale).png(path, 1, resolution)


def _written(content: WalkForwardContent, locale: str) -> PageWriter:
    writer = writer_of(content.texts, find_locale(locale))
    number = writer.begin_page()
    y = head(writer, content.title, content.sentence, content.told, content.facts, content.studied)
    foot(writer, number, content.studied)

    def turn() -> float:
        foot(writer, writer.begin_page(), content.studied)
        return _TOP

    def room(y: float, height: float) -> float:
        return turn() if y + height > BOTTOM else y

    if content.beside:
        y = title(writer, y + 2.0, "Beyond chance", "")
        for sentence in content.beside:
            y = writer.paragraph(LEFT, y + 1.0, sentence, 7.5, RIGHT - LEFT, 6) + 0.6
    y = title(writer, room(y + 2.0, 58.0), "Out of sample", GROWTH)
    draw_chart(writer, growth_chart(content), Box(LEFT + 9, y + 2.0, RIGHT - 34, y + 44.0))
    y = _windows(writer, content, room(y + 54.0, 30.0), turn)
    pairs = pairs_chart(content)
    if pairs:
        y = title(writer, room(y + 4.0, 52.0), "Training and test", f"{content.metric.label} by window")
        draw_chart(writer, pairs, Box(LEFT + 9, y + 2.0, RIGHT - 34, y + 38.0))
        y += 46.0
    y = _choices(writer, content, room(y + 2.0, 40.0), turn)
    y = title(writer, room(y + 4.0, 70.0), "Fixed in advance", "the same grid over the same sessions, nothing chosen")
    spread = spread_chart(content)
    if spread:
        draw_chart(writer, spread, Box(LEFT + 9, y + 2.0, RIGHT - 4, y + 34.0))
        y += 42.0
    heads = ["", *(it.label for it in content.columns)]
    lines = [[f"{name}: {values}" if values else name, *cells] for name, values, *cells in content.control]
    _table(writer, y + 2.5, heads, lines, turn, first=66.0)
    return writer


def _windows(writer: PageWriter, content: WalkForwardContent, y: float, turn: Callable[[], float]) -> float:
    y = title(writer, y, "Windows", "what was chosen in training, and what it came to in the test")
    short = [name.rpartition(".")[2].replace("_", " ") for name in content.axes]
    heads = ["", "Training", "Test", *short, "In", "Out", "Out / in", "Rank", "Corr."]
    widths = [6.0, 31.0, 31.0]
    rest = (RIGHT - LEFT - sum(widths)) / (len(heads) - 3)
    columns, at = [], LEFT
    for k, name in enumerate(heads):
        wide = widths[k] if k < 3 else rest
        name = writer.fitted(name, 6, wide - 1.0)
        left = k < len(widths)
        columns.append(Column(name, at if left else at + wide, wide - 1.0, "left" if left else "right", size=6.2))
        at += wide
    y = table(writer, y + 2.5, columns, content.rows, turn)
    for number, text in content.reasons:
        y = writer.paragraph(LEFT, y + 2.0, f"Window {number}: {text}.", 7, RIGHT - LEFT, 3)
    return y + 2.0


def _choices(writer: PageWriter, content: WalkForwardContent, y: float, turn: Callable[[], float]) -> float:
    y = title(writer, y, "The choice", "how stable it was")
    heads = ["", "Most often", "Share", "Different values", "Range"]
    y = _table(writer, y + 2.5, heads, content.stability, turn, first=50.0)
    charts = choice_charts(content)
    for k in range(0, len(charts), 2):
        pair = charts[k : k + 2]
        y = turn() if y + 48.0 > BOTTOM else y + 4.0
        y = side_by_side(writer, y, pair, 30.0)
    return y


def _table(
    writer: PageWriter,
    y: float,
    heads: Sequence[str],
    lines: Sequence[Sequence[str]],
    turn: Callable[[], float],
    first: float,
) -> float:
    step = (RIGHT - LEFT - first) / max(len(heads) - 1, 1)
    columns = [Column("", LEFT, first - 2.0, "left", size=6.2)]
    columns += [
        Column(writer.fitted(name, 6, step - 1.0), LEFT + first + step * k, step - 1.0, size=6.2)
        for k, name in enumerate(heads[1:], 1)
    ]
    shown = [[writer.fitted(row[0], 6.2, first - 2.0), *row[1:]] for row in lines]
    return table(writer, y, columns, shown, turn) + 2.0
