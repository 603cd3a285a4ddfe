"""What each sector brought, and how often holding it paid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from ...engine.record import Record
from ..history import history_of
from ..holdings import spell_table


class Sector(NamedTuple):
    """The holding spells of one series, or of all of them; fractions.

    Attributes
    ----------
    symbol, name, role : str
    spells, won : int
        How often it was held, and in how many of these it made money, costs included; a spell that is still open
        counts with its last value.
    length : float
        Mean sessions of a spell.
    best, worst : float
        Returns of the best and the worst spell.
    contribution : float
        Money made over starting cash; all of them add up to the total return where cash earns nothing.
    """

    symbol: str
    name: str
    role: str
    spells: int
    won: int
    length: float
    best: float
    worst: float
    contribution: float

    @property
    def hit_rate(self) -> float:
        """Share of spells won; NaN without any."""
        return self.won / self.spells if self.spells else math.nan


def sectors(record: Record, colours: Sequence[str]) -> tuple[Sector, ...]:
    """A row per series that was ever held, the largest contribution first, and all of them last; () without fills.

    Parameters
    ----------
    record : Record
    colours : sequence of str
        The role of each series of the panel, N of them.
    """
    table = spell_table(history_of(record))
    if not len(table):
        return ()
    panel = record.panel
    rows = []
    for symbol, mine in table.groupby("symbol", sort=True):
        i = panel.column(str(symbol))
        rows.append(_row((panel.symbols[i], panel.names[i], colours[i]), mine, record.terms.opening))
    rows.sort(key=lambda row: (-row.contribution, row.symbol))
    return (*rows, _row(("", "All", "strategy"), table, record.terms.opening))


def _row(who: tuple[str, str, str], mine: pd.DataFrame, cash: float) -> Sector:
    returns = mine["return"]
    return Sector(
        *who,
        len(mine),
        int((mine["contribution"] > 0).sum()),
        float(mine["sessions"].mean()),
        float(returns.max()),
        float(returns.min()),
        float(mine["contribution"].sum()) / cash,
    )
