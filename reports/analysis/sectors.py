"""What each sector brought, and how often holding it paid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...data.types import Flags, Floats
from ...engine.record import Record
from ..history import history_of
from ..holdings import HoldingSpells, holding_spells, paid_for


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
        Of the spells, what was made over all that was paid for it, costs included: the same money as in ``won`` and
        ``contribution``. Of one purchase and one sale it is proceeds over cost, less 1.
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
    history = history_of(record)
    spells = holding_spells(history)
    if not len(spells):
        return ()
    panel, paid = record.panel, paid_for(history, spells)
    made = np.divide(spells.contribution, paid, out=np.zeros(len(spells)), where=paid > 0)
    rows = [
        _row((panel.symbols[i], panel.names[i], colours[i]), spells, made, spells.column == i, record.terms.opening)
        for i in np.unique(spells.column).tolist()
    ]
    rows.sort(key=lambda row: (-row.contribution, row.symbol))
    whole = np.ones(len(spells), np.bool_)
    return (*rows, _row(("", "All", "strategy"), spells, made, whole, record.terms.opening))


def _row(who: tuple[str, str, str], spells: HoldingSpells, made: Floats, mine: Flags, cash: float) -> Sector:
    contribution = spells.contribution[mine]
    return Sector(
        *who,
        int(mine.sum()),
        int((contribution > 0).sum()),
        float(spells.sessions[mine].mean()),
        float(made[mine].max()),
        float(made[mine].min()),
        float(contribution.sum()) / cash,
    )
