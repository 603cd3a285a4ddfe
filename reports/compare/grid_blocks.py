"""Grids of parameters as blocks of a section: a line for one parameter, coloured cells for two."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..message import Text, say
from ..sections.base import RATIO, Block, Cell, Column, Figure, Format, Heading, Table, Value, heat
from ..sections.tables import heat_scale
from .parameter_grid import Grid, line_chart

_PERCENT = Format("points", 1)
_SHORT = say("Total return, percent"), say("Sharpe ratio, not annualised")
"""What the numbers are where the runs are under a year."""


def grid_blocks(grids: Iterable[Grid]) -> list[Block]:
    """Each grid below a heading of its own.

    Parameters
    ----------
    grids : iterable of Grid
    """
    blocks: list[Block] = []
    for grid in grids:
        across, down = grid.across.replace("_", " "), grid.down.replace("_", " ")
        named = across + f" × {down}" * bool(down)
        blocks.append(Heading(say("{parameters}, {count} variants", parameters=named, count=len(grid.labels))))
        if chart := line_chart(grid):
            blocks.append(Figure((chart,), look="one"))
        ratios = max(float(np.nanmax(np.abs(grid.sharpe), initial=0.0)), 0.1)
        for title, values, scale, form in (
            (_SHORT[0] if grid.short else say("CAGR, percent"), grid.cagr, heat_scale(grid.cagr), _PERCENT),
            (_SHORT[1] if grid.short else say("Sharpe ratio"), grid.sharpe, ratios, RATIO),
        ):
            columns = [Column(down or across), *(Column(value_text(value), form) for value in grid.columns)]
            rows: list[tuple[Value | Cell, ...]] = [
                (value_text(value) if grid.down else "", *(heat(float(cell), scale) for cell in row))
                for value, row in zip(grid.rows, values.tolist(), strict=True)
            ]
            caption: Text = say("{title}; down: {down}, across: {across}", title=title, down=down, across=across)
            blocks.append(Table(title, columns, rows, caption if down else title, "heat"))
    return blocks


def value_text(value: float | str) -> str:
    """A value of a parameter as a table's head.

    Parameters
    ----------
    value : float or str
    """
    return value if isinstance(value, str) else f"{value:g}"
