"""The deepest drawdowns as rows for tables."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..growth import Growth
from ..metrics.drawdowns import drawdown_table


class Drawdown(NamedTuple):
    """A drawdown; depths are fractions, lengths sessions."""

    depth: float
    peak: pd.Timestamp
    trough: pd.Timestamp
    recovered: pd.Timestamp | None  # None while it lasts
    fall: int  # from peak to trough
    recovery: int | None  # from trough to recovery
    length: int  # from peak to recovery, or to the end
    days: int  # the same, in calendar days
    benchmark: float  # what it did from the peak to the trough; NaN where that is not known


def deepest_falls(own: Growth, market: Growth | None, dates: pd.DatetimeIndex, most: int = 5) -> tuple[Drawdown, ...]:
    """The ``most`` deepest drawdowns of a line, the deepest first, with what the benchmark did meanwhile.

    Parameters
    ----------
    own : Growth
    market : Growth, optional
        The benchmark's.
    dates : DatetimeIndex of shape (S + 1,)
        Of both.
    most : int
    """
    table = drawdown_table(own, dates).head(most)
    levels = market.levels if market else np.full(len(dates), np.nan)
    peak, trough = (np.searchsorted(dates, table[name].to_numpy(), side="right") - 1 for name in ("peak", "trough"))
    fell = levels[trough] / levels[peak] - 1.0
    dated = (table[name].tolist() for name in ("peak", "trough", "recovered"))
    counts = (table[name].tolist() for name in ("fall", "recovery", "length", "days"))
    return tuple(
        Drawdown(
            depth, a, b, None if pd.isna(c) else c, fall, None if math.isnan(back) else int(back), length, days, other
        )
        for depth, a, b, c, fall, back, length, days, other in zip(
            table["depth"].tolist(), *dated, *counts, fell.tolist(), strict=True
        )
    )
