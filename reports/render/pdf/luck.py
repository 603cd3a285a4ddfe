"""Luck on a page of a print."""

from __future__ import annotations

from ...luck.result import LuckResult
from ...luck.strips import strip_chart
from ...luck.words import in_words
from .charts import draw_chart
from .page import PageWriter
from .parts import LEFT, RIGHT, Box, title

_NAMES, _ROW = 38.0, 9.0
"""Millimetres before the strips, and of each of them."""


def luck_on_page(writer: PageWriter, found: LuckResult, y: float) -> float:
    """Strips and sentences; returns the baseline after them.

    Parameters
    ----------
    writer : PageWriter
    found : LuckResult
    y : float
    """
    note = "CAGR of other draws: a fine line each, their median dark, the run a dot"
    y = title(writer, y, "How much of it is luck", note) + 3.0
    tall = _ROW * max(len(found.draws), 1)
    draw_chart(writer, strip_chart(found), Box(LEFT + _NAMES, y, RIGHT - 2, y + tall))
    y += tall + 10.0
    for sentence in in_words(found):
        y = writer.paragraph(LEFT, y + 1.0, sentence, 7.5, RIGHT - LEFT, 6) + 0.6
    return y
