"""Results on stdout, in the language that is spoken: lines, tables, where files are."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from sectorlead.cli.language import told
from sectorlead.cli.output_mode import silent
from sectorlead.cli.plain_text import clean
from sectorlead.reports.message import Text, sentence

PIPE_WIDTH = 120
_LAST = 10  # columns that the last cell of a table wraps in


class _Plain(Console):
    """Labels are texts from files: never markup, and nothing in them reaches the terminal raw."""

    def render_str(self, text: str, **kwargs: Any) -> Styled:
        return super().render_str(clean(text), **kwargs)


def console() -> Console:
    """Stdout: as wide as the terminal, or ``PIPE_WIDTH`` in a pipe; nothing is printed where ``silent`` holds."""
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return _Plain(width=width, highlight=False, markup=False, emoji=False, quiet=silent())


def line(out: Console, text: Text) -> None:
    """A line, however long.

    Parameters
    ----------
    out : Console
    text : Message or str
        Printed without markup or wrapping: a message in the language that is spoken, a plain text as it is.
    """
    out.print(told(text), soft_wrap=True)


def lines(*texts: Text) -> None:
    """Plain lines on stdout."""
    for text in texts:
        line(console(), text)


def points(out: Console, texts: Sequence[str]) -> None:
    """What else there is to say, a line each.

    Parameters
    ----------
    out : Console
    texts : sequence of str
    """
    for text in texts:
        line(out, f"- {told(sentence(text))}")


def places(**paths: Path) -> None:
    """Where what was written is: a line for each path, which is a name in every language.

    Parameters
    ----------
    **paths : Path
        By what is there, with "_" for a space.
    """
    names = {told(sentence(name.replace("_", " "))): path for name, path in paths.items()}
    width = max(map(cell_len, names)) + 1
    for name, path in names.items():
        console().print(Styled(clean(f"{set_cell_size(f'{name}:', width)} {path}")), soft_wrap=True)


def listing(rows: Sequence[tuple[str, Text]]) -> None:
    """Names and what they are; in a pipe one row per line, however long."""
    if not sys.stdout.isatty():
        width = max(len(name) for name, _ in rows)
        lines(*(f"{name:<{width}}  {told(text)}" for name, text in rows))
        return
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for name, text in rows:
        table.add_row(name, told(text))
    console().print(table)


def print_table(
    out: Console, heads: Sequence[Text], rows: Sequence[Sequence[Text]], right: Collection[int] = ()
) -> None:
    """A table of texts; its last column wraps, the others don't; ``right`` are columns set to the right.

    On a terminal too narrow for that, each row is a few lines of a head and its cell, so that no cell is cut.

    Parameters
    ----------
    out : Console
    heads : sequence of Message or str
    rows : sequence of sequences of Message or str
        As many cells as heads.
    right : collection of int
        Columns set to the right.
    """
    titles, cells = [told(head) for head in heads], [[told(cell) for cell in row] for row in rows]
    if out.is_terminal and _least_width(titles, cells) > out.width:
        for row in cells:
            _print_row(out, titles, row)
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for i, title in enumerate(titles):
        table.add_column(title, justify="right" if i in right else "left", no_wrap=i < len(heads) - 1, overflow="fold")
    for row in cells:
        table.add_row(*row)
    out.print(table)


def result_table(heads: Sequence[Text]) -> Table:
    """A table whose first column is names and whose others are numbers, still empty.

    Parameters
    ----------
    heads : sequence of Message or str
    """
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1), pad_edge=False)
    table.add_column(told(heads[0]), no_wrap=True)
    for head in heads[1:]:
        table.add_column(told(head), justify="right", overflow="fold")
    return table


def _least_width(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Columns of a terminal that a table needs, the last one of its own at ten."""
    widths = [max(map(cell_len, column)) for column in zip(titles, *rows, strict=True)]
    return sum(widths[:-1]) + min(widths[-1], _LAST) + 2 * len(widths) + 1


def _print_row(out: Console, titles: Sequence[str], row: Sequence[str]) -> None:
    out.print()
    for title, cell in zip(titles, row, strict=True):
        if cell:
            out.print(f"{title}: {cell}" if title else cell, overflow="fold")
