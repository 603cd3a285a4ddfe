"""A run over another line: growth of the excess, its drawdown, and its months."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..growth import Growth, Months, by_month


def excess_growth(own: Growth, other: Growth) -> Growth:
    """What 1 in the run became for each 1 in the other line: their ratio, 1 at the base point.

    Parameters
    ----------
    own, other : Growth
        Of S + 1 levels; NaN where one is not known, or the other is worth nothing.
    """
    levels = np.divide(own.levels, other.levels, out=np.full(len(own.levels), np.nan), where=other.levels > 0)
    known = np.flatnonzero(np.isfinite(levels))
    return Growth(f"{own.label} over {other.label}", levels / levels[known[0]] if len(known) else levels)


def excess_months(own: Growth, other: Growth, dates: pd.DatetimeIndex) -> Months:
    """Return of each calendar month less the other line's, in points as fractions; NaN where one is not known.

    Parameters
    ----------
    own, other : Growth
    dates : DatetimeIndex of shape (S + 1,)
    """
    mine, theirs = by_month(own, dates), by_month(other, dates)
    return mine._replace(returns=mine.returns - theirs.returns)
