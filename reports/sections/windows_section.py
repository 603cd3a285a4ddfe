"""Named windows of time as a section, for every report that has them."""

from __future__ import annotations

from ..message import say, sentence
from .base import Block, Cell, Column, Format, Paragraph, Section, Table, Value
from .definitions import SESSIONS
from .measures import line_name
from .windows import WindowRow, WindowsView


def windows_section(view: WindowsView, key: str = "windows") -> Section | None:
    """The section; None where the terms name no windows.

    Parameters
    ----------
    view : WindowsView
    key : str
        Of the section, where another has this one.
    """
    if not view:
        return None
    told = say("Total return over each window, from the close before it, and beside it the deepest fall within.")
    blocks: list[Block] = [Paragraph(told, "lead")]
    title = say("Windows of time")
    if view.rows:
        number = Format("number")
        columns = (
            Column(say("Window")), Column(say("Dates")), Column(say("Sessions"), number, SESSIONS),
            *(Column(line_name(name), number, told) for name in view.columns),
        )  # fmt: skip
        blocks.append(Table(title, columns, [_row(row) for row in view.rows], look="windows"))
    if view.missed:
        blocks.append(Paragraph(sentence(view.missed), "note"))
    return Section(key, title, blocks)


def _row(row: WindowRow) -> tuple[Value | Cell, ...]:
    cells = (Cell(total, note=deepest) for total, deepest in row.cells)
    return sentence(row.name), sentence(row.span), row.sessions, *cells
