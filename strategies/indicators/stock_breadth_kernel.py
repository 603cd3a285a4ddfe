"""Counts of stocks, session by session, in one pass over all bars."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...data.types import Floats
from ...engine.compiled import limits as limits  # makes the arithmetic of the market compilable
from ...engine.compiled.state import compiled
from ...engine.market.arithmetic import at_limit, limit_price

COUNTS = (
    "stocks", "up", "down", "flat", "surges", "slumps", "limited", "limit_up", "limit_down", "touched", "consecutive",
    "longest",
)  # fmt: skip
"""The columns of what is counted, in their order."""

STOCKS, UP, DOWN, FLAT, SURGES, SLUMPS, LIMITED, LIMIT_UP, LIMIT_DOWN, TOUCHED, CONSECUTIVE, LONGEST = range(12)
LAST, FACTOR, RUN = range(3)
ROUNDING = 1e-12  # 9 / 10 - 1 is above -0.1


class Stocks(NamedTuple):
    """Bars and rules of T sessions and N stocks, each of shape (T, N); a close of NaN is no bar, a limit of 0 none."""

    close: Floats
    high: Floats
    low: Floats
    factor: Floats
    limit: Floats
    tick: Floats


def count(bars: Stocks, move: float, tolerance: float, past: Floats, counts: Floats, runs: Floats) -> None:
    """Fills in what ``StockBreadth`` says.

    Parameters
    ----------
    bars : Stocks
    move : float
        Size of a surge or slump.
    tolerance : float
        How short of its limit a change may be; below 0 it goes by limit prices.
    past : array of shape (3, N)
        NaN throughout: last close, last factor, and run of each stock so far.
    counts : array of shape (T, K)
        Zeros; in the order of ``COUNTS``.
    runs : array of shape (T, N)
        NaN throughout.
    """
    sessions, stocks = bars.close.shape
    for t in range(sessions):
        highs = False
        for i in range(stocks):
            price, before = bars.close[t, i], past[LAST, i]
            if np.isnan(price):
                continue
            if bars.factor[t, i] != past[FACTOR, i]:
                before = before * past[FACTOR, i] / bars.factor[t, i]
            past[LAST, i], past[FACTOR, i] = price, bars.factor[t, i]
            if np.isnan(before):
                past[RUN, i] = 0.0
                continue
            counts[t, STOCKS] += 1
            change = price / before - 1
            counts[t, UP] += change > ROUNDING
            counts[t, DOWN] += change < -ROUNDING
            counts[t, FLAT] += abs(change) <= ROUNDING
            counts[t, SURGES] += change >= move - ROUNDING
            counts[t, SLUMPS] += change <= -move + ROUNDING
            sealed = False
            limit = bars.limit[t, i]
            if limit > 0:
                top, bottom = bars.high[t, i], bars.low[t, i]
                if tolerance < 0:
                    tick = bars.tick[t, i]
                    upper = limit_price(before, limit, tick)
                    sealed = at_limit(price, 1, upper, tick)
                    fallen = at_limit(price, -1, limit_price(before, -limit, tick), tick)
                    touched = sealed or at_limit(top, 1, upper, tick)
                else:
                    edge = limit - tolerance - ROUNDING
                    sealed = change >= edge and not price < top * (1 - ROUNDING)
                    fallen = change <= -edge and not price > bottom * (1 + ROUNDING)
                    touched = sealed or top / before - 1 >= edge
                counts[t, LIMITED] += 1
                counts[t, LIMIT_UP] += sealed
                counts[t, LIMIT_DOWN] += fallen
                counts[t, TOUCHED] += touched
                highs = highs or not np.isnan(top)
            past[RUN, i] = past[RUN, i] + 1 if sealed else 0.0
            runs[t, i] = past[RUN, i]
            counts[t, CONSECUTIVE] += runs[t, i] >= 2
            counts[t, LONGEST] = max(counts[t, LONGEST], runs[t, i])
        if counts[t, STOCKS] == 0:
            for k in range(LONGEST + 1):
                counts[t, k] = np.nan
        elif counts[t, LIMITED] == 0:
            for k in range(LIMIT_UP, LONGEST + 1):
                counts[t, k] = np.nan
        elif not highs:
            counts[t, TOUCHED] = np.nan


count_nb = compiled(count)
