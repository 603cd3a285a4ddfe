"""The order in which series came in, and the colour that each has in everything about a run."""

from __future__ import annotations

import numpy as np

from ..data.types import Floats
from ..engine.record import Record
from .charts.palette import series_roles
from .history import history_of
from .holdings import HoldingSpells, holding_spells


def entry_order(record: Record, spells: HoldingSpells) -> list[int]:
    """Positions of all series: by the session in which each was first held, the longest held first; then the others.

    Parameters
    ----------
    record : Record
    spells : HoldingSpells
        Of the record.
    """
    symbols, closes = record.panel.symbols, closes_held(record, spells)
    held = spells.sessions > 0
    first = np.full(len(symbols), len(record.sessions))
    np.minimum.at(first, spells.column[held], spells.start[held])
    return sorted(range(len(symbols)), key=lambda i: (first[i], -closes[i], symbols[i]))


def closes_held(record: Record, spells: HoldingSpells) -> Floats:
    """At how many closes each series was held.

    Parameters
    ----------
    record : Record
    spells : HoldingSpells
        Of the record.
    """
    return np.asarray(np.bincount(spells.column, spells.sessions, len(record.panel.symbols)), np.float64)


def series_colours(record: Record, spells: HoldingSpells | None = None) -> list[str]:
    """The role of each series; given out in ``entry_order``, so that neighbours in it differ.

    Parameters
    ----------
    record : Record
    spells : HoldingSpells, optional
        Of the record; default: they are read off it.
    """
    known = holding_spells(history_of(record)) if spells is None else spells
    return series_roles(record.panel.symbols, record.panel.groups, entry_order(record, known))
