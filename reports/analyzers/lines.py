"""What the account was worth and what it held: returns, drawdowns, weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..growth import by_month
from ..history import History
from ..metrics.drawdowns import drawdown_table


def returns(history: History) -> dict[str, Any]:
    """What the account made; all as fractions.

    Returns
    -------
    dict
        growth : Series of shape (S + 1,)
            What 1 became. The base point, before the first return, has the date of the session before the first, or
            where that is not known the first's own. Cash put in or taken out during the run is no return.
        returns : Series of shape (S,)
            Of each session, the first against the starting cash; NaN after ruin.
        monthly, yearly : Series
            By calendar month and year (a ``PeriodIndex``), the first and the last may be partial.
        drawdowns : DataFrame
            A row for each fall below an earlier peak, the deepest first; see ``drawdown_table``.
    """
    growth, dates = history.growth, history.points
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(growth.levels[:-1] > 0, growth.returns, np.nan)
        months = by_month(growth, dates)
    ends = np.flatnonzero(np.append(np.diff(dates[1:].year.to_numpy()) != 0, True)) + 1
    levels = np.concatenate((growth.levels[:1], growth.levels[ends]))
    steps = np.divide(levels[1:], levels[:-1], out=np.full(len(ends), np.nan), where=levels[:-1] > 0) - 1.0
    return {
        "growth": pd.Series(growth.levels, index=dates, name="growth"),
        "returns": pd.Series(each, index=history.sessions, name="returns"),
        "monthly": pd.Series(months.returns, index=history.sessions.to_period("M").unique(), name="monthly"),
        "yearly": pd.Series(steps, index=dates[ends].to_period("Y"), name="yearly"),
        "drawdowns": drawdown_table(growth, dates),
    }


def exposure(history: History) -> dict[str, Any]:
    """What part of the equity was where, after each close.

    Returns
    -------
    dict
        weights : DataFrame of shape (S, N)
            Fraction of equity per symbol at last known closes; 0 where nothing is held, negative where sold short.
        cash : Series of shape (S,)
            Fraction of equity in cash.
        holdings : Series of shape (S,)
            Number of series held.
        mean : float
            Mean over sessions of ``1 - cash / equity``, 0 where there is no equity left.
    """
    alive = history.equity > 0
    safe = np.where(alive, history.equity, 1.0)  # fees can eat up the last fen
    idle = history.cash / safe
    index = history.sessions
    return {
        "weights": pd.DataFrame(history.worth / safe[:, None], index=index, columns=pd.Index(history.symbols)),
        "cash": pd.Series(idle, index=index, name="cash"),
        "holdings": pd.Series((history.shares != 0).sum(axis=1), index=index, name="holdings", dtype=np.int64),
        "mean": float(np.where(alive, 1.0 - idle, 0.0).mean()),
    }
