"""What a run holds at its end: weights, and since when."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ...engine.record import Record
from ..history import history_of
from ..holdings import holding_spells, paid_for


class Held(NamedTuple):
    """One holding after the run's last close; the last row is cash.

    Attributes
    ----------
    symbol, name : str
        "" for cash.
    weight : float
        Fraction of equity.
    since : Timestamp or None
        Session in which it was bought; of what a run held when it begins to be measured, its first session. None for
        cash.
    sessions : int
        Closes at which it was held since then.
    made : float
        Money made with it since then over all that was paid for it, fees included; NaN for cash.
    """

    symbol: str
    name: str
    weight: float
    since: pd.Timestamp | None
    sessions: int
    made: float


def held_today(record: Record) -> tuple[Held, ...]:
    """The holdings after the last close, the largest first, and what is in cash.

    Parameters
    ----------
    record : Record
    """
    history, panel = history_of(record), record.panel
    spells, weights = holding_spells(history), record.weights.iloc[-1].to_numpy()
    paid, rows = paid_for(history, spells), []
    for k in np.flatnonzero(~spells.ended & (weights[spells.column] > 0)).tolist():
        i = int(spells.column[k])
        made = float(spells.contribution[k] / paid[k]) if paid[k] > 0 else np.nan
        since, count = history.sessions[spells.start[k]], int(spells.sessions[k])
        rows.append(Held(panel.symbols[i], panel.names[i], float(weights[i]), since, count, made))
    rows.sort(key=lambda row: (-row.weight, row.symbol))
    equity = float(record.outcome.equity[-1])
    idle = float(record.outcome.cash[-1]) / equity if equity > 0 else 0.0
    return (*rows, Held("", "", idle, None, 0, np.nan))
