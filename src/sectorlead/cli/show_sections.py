"""Sections of a report on a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from sectorlead.cli.language import told
from sectorlead.cli.terminal import console, line, print_table
from sectorlead.reports.message import Message, Text
from sectorlead.reports.sections.base import Cell, Column, Facts, Items, Points, Section, Table, parts_of


def show_sections(sections: Iterable[Section]) -> None:
    """Facts as lines, points as lines, tables as tables, in the language that is spoken; charts are left out.

    Parameters
    ----------
    sections : iterable of Section
    """
    screen = console()

    for section in sections:
        line(screen, "")
        line(screen, section.title)
        for block in section.blocks:
            match block:
                case Facts():
                    for name, fact in block.rows:
                        if not isinstance(fact, Items):
                            line(screen, f"  {told(name)}: {' '.join(map(told, parts_of(fact)))}")
                case Points():
                    for point in block.texts:
                        line(screen, f"- {told(point)}")
                case Table():
                    rows = [tuple(map(_written, block.columns, cells)) for cells in block.cells()]
                    heads = [column.head for column in block.columns]
                    right = [i for i, column in enumerate(block.columns) if column.format.numeric]
                    print_table(screen, heads, rows, right=right)


def _written(column: Column, cell: Cell) -> Text:
    value = cell.value
    return value if isinstance(value, Message) else (cell.format or column.format).text(value)
