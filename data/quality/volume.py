"""Rules about volume and amount bar by bar, and what the two say about the price."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..types import Flags
from .adjusted import SLACK, off_range, systematic
from .finding import Hit, counted, rule, some
from .table import Table

IDLE = 5  # bars without volume in a row that are more than a note


@rule(
    "negative-volume", "error",
    effect="Participation caps and averages that use volume are wrong.",
    treatment="Correct the rows at the source, or leave volume empty.",
)  # fmt: skip
def negative_volume(table: Table) -> Iterator[Hit]:
    """Volume or amount below zero, or infinite."""
    with np.errstate(invalid="ignore"):
        flags = (table.volume < 0) | (table.amount < 0) | np.isinf(table.volume) | np.isinf(table.amount)
    for symbol, days in table.where(flags):
        yield Hit(symbol, days, f"{counted(len(days), 'bar')} with negative or infinite volume or amount: {some(days)}")


@rule(
    "zero-volume", "note",
    effect="No order fills there; it stays open until volume comes back.",
    treatment="Right for a series that did not trade. If the vendor writes 0 for unknown, leave volume empty.",
)  # fmt: skip
def zero_volume(table: Table) -> Iterator[Hit]:
    """Bars without volume."""
    flags = table.bar & (table.volume == 0) & ~table.closed[:, None]
    for symbol, days in table.where(flags):
        column = table.symbols.index(symbol)
        longest = _longest(flags[table.bar[:, column], column])
        text = f"{counted(len(days), 'bar')} without volume, longest run {longest}: {some(days)}"
        yield Hit(symbol, days, text, "warning" if longest >= IDLE else None)


def _longest(flags: Flags) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max())


@rule(
    "amount-outside-range", "warning",
    effect='Fills at the average price (fill="vwap") happen at a price that was not traded.',
    treatment="Correct volume or amount of these rows, or fill at the open.",
)  # fmt: skip
def amount_outside_range(table: Table) -> Iterator[Hit]:
    """Amount over volume below the low or above the high."""
    outside = off_range(table)
    with np.errstate(invalid="ignore"):
        flags = np.asarray(outside > SLACK)
    flags[:, systematic(outside)] = False
    for symbol, days in table.where(flags):
        column = table.symbols.index(symbol)
        worst = outside[flags[:, column], column].max()
        yield Hit(symbol, days, f"{counted(len(days), 'bar')} outside low and high by up to {worst:.1%}: {some(days)}")


RULES = (negative_volume, zero_volume, amount_outside_range)
