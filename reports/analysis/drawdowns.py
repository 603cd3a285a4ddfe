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
    equal_weight: float = math.nan  # the same of equal weight


def deepest_falls(
    own: Growth, market: Growth | None, dates: pd.DatetimeIndex, most: int = 5, equal: Growth | None = None
) -> tuple[Drawdown, ...]:
    """The ``most`` deepest drawdowns of a line, the deepest first, with what the others did meanwhile.

    Parameters
    ----------
    own : Growth
    market : Growth, optional
        The benchmark's.
    dates : DatetimeIndex of shape (S + 1,)
        Of all.
    most : int
    equal : Growth, optional
        That of equal weight.
    """
    table = drawdown_table(own, dates).head(most)
    others = [line.levels if line else np.full(len(dates), np.nan) for line in (market, equal)]
    peak, trough = (np.searchsorted(dates, table[name].to_numpy(), side="right") - 1 for name in ("peak", "trough"))
    fell, fell_equally = (levels[trough] / levels[peak] - 1.0 for levels in others)
    dated = (table[name].tolist() for name in ("peak", "trough", "recovered"))
    counts = (table[name].tolist() for name in ("fall", "recovery", "length", "days"))
    columns = (table["depth"].tolist(), *dated, *counts, fell.tolist(), fell_equally.tolist())
    return tuple(
        Drawdown(depth, a, b, None if pd.isna(c) else c, fall, None if math.isnan(back) else int(back), *rest)
        for depth, a, b, c, fall, back, *rest in zip(*columns, strict=True)
    )
