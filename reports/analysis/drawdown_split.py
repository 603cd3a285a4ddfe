"""Each drawdown of a run split by series, to the last bit: who the fall came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...engine.record import Record
from ..growth import points, strategy_growth
from ..history import history_of
from .drawdowns import Drawdown
from .earned import earned

ROUNDING = 1e-12
"""Shares up to which a series was not in a drawdown."""


class Part(NamedTuple):
    """What one series, or cash, was of a drawdown.

    Attributes
    ----------
    column : int or None
        Of the panel; None for interest on cash.
    share : float
        What it took from the account between peak and trough, as a fraction of its value at the peak, costs included;
        above 0 it made money meanwhile. The shares of a drawdown add up to its depth.
    """

    column: int | None
    share: float


def split_drawdowns(record: Record, falls: Sequence[Drawdown]) -> tuple[tuple[Part, ...], ...]:
    """The parts of each drawdown, the largest loss first; series that were not in it are left out.

    With W the growth line and e[t, i] what series i earned in session t over the account before, the share of i is
    ``sum over t of W[t - 1] / W[peak] * e[t, i]``; over all i this is ``W[trough] / W[peak] - 1``.

    Parameters
    ----------
    record : Record
    falls : sequence of Drawdown
        Of the record's own line, from ``deepest_falls``.
    """
    dates, levels, made = points(record), strategy_growth(record).levels, earned(history_of(record))
    out = []
    for fall in falls:
        peak, trough = (int(dates.searchsorted(day, side="right")) - 1 for day in (fall.peak, fall.trough))
        weights = levels[peak:trough] / levels[peak]
        shares = weights @ made[peak:trough]
        width = len(shares) - 1
        order = np.argsort(shares, kind="stable").tolist()
        out.append(tuple(Part(i if i < width else None, float(shares[i])) for i in order if abs(shares[i]) > ROUNDING))
    return tuple(out)
