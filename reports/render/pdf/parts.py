"""What the pages of a PDF share: margins, titles, tables, the last lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .page import HAIR, INK, SOFT, PageWriter

LEFT, RIGHT, BOTTOM = 14.0, 196.0, 286.0
STEP = 3.75
"""Height of a table's row in millimetres."""
_LINE = 2.4


class Box(NamedTuple):
    """A rectangle in millimetres."""

    left: float
    top: float
    right: float
    bottom: float


class Column(NamedTuple):
    """A column of a table: ``at`` is its left end, or its right end if that is where the text ends."""

    head: str
    at: float
    room: float  # millimetres, for the text
    align: str = "right"
    soft: bool = False
    size: float = 6.5


def title(writer: PageWriter, y: float, text: str, note: str = "", left: float = LEFT) -> float:
    """A heading with a note beside it; returns where its content may begin."""
    writer.text(left, y, text, 8.5)
    writer.text(left + writer.width(text, 8.5) + 3, y, note, 6.5, SOFT)
    return y + 2.5


def heads(writer: PageWriter, y: float, columns: Sequence[Column]) -> float:
    """The heads of a table's columns, some in several lines; returns the baseline of the last."""
    lines = [column.head.split("\n") for column in columns]
    y += _LINE * (max(map(len, lines)) - 1)
    for column, own in zip(columns, lines, strict=True):
        for k, line in enumerate(own):
            writer.text(column.at, y - _LINE * (len(own) - 1 - k), line, 6, SOFT, column.align)
    return y


def rows(writer: PageWriter, y: float, columns: Sequence[Column], lines: Iterable[Sequence[str]]) -> float:
    """The rows of a table below baseline ``y``, each text cut to its room; returns the last baseline."""
    left = min(column.at - column.room * (column.align == "right") for column in columns)
    right = max(column.at + column.room * (column.align == "left") for column in columns)
    for line in lines:
        y += STEP
        for column, text in zip(columns, line, strict=True):
            shown = writer.fitted(text, column.size, column.room)
            writer.text(column.at, y, shown, column.size, SOFT if column.soft else INK, column.align)
        writer.line((left, right), (y + 1.1, y + 1.1), HAIR, 0.4)
    return y
