"""What lines made over the periods that end with a run: months, years, and the year so far."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..growth import DAYS_PER_YEAR, Growth

PERIODS = {"1M": 1, "3M": 3, "6M": 6, "YTD": 0, "1Y": 12, "3Y": 36, "5Y": 60}
"""Months of each period by name; 0 is the calendar year so far. More than a year is given a year, as funds do."""


class Trailing(NamedTuple):
    """What lines made in one period that ends with the run.

    Attributes
    ----------
    name : str
        A key of ``PERIODS``.
    since : Timestamp or None
        Date of the level that returns are counted from; None where the run does not reach so far back.
    yearly : bool
        Whether returns are compounded a year, in calendar years of 365.25 days.
    returns : tuple of float
        Of each line, as fractions; NaN where it is not known at either end.
    """

    name: str
    since: pd.Timestamp | None
    yearly: bool
    returns: tuple[float, ...]


def trailing(
    lines: Sequence[Growth], dates: pd.DatetimeIndex, periods: Mapping[str, int] | None = None
) -> tuple[Trailing, ...]:
    """Returns of each line in each period, to the last date.

    A period of months begins with the last level on or before the same day so many months earlier (the last day of a
    shorter month), the year so far with the last level of the year before.

    Parameters
    ----------
    lines : sequence of Growth
        Of S + 1 levels.
    dates : DatetimeIndex of shape (S + 1,)
        From ``growth.points``.
    periods : mapping of str to int, optional
        Default: ``PERIODS``.
    """
    last, out = dates[-1], []
    for name, months in (PERIODS if periods is None else periods).items():
        asked = last - pd.DateOffset(months=months) if months else pd.Timestamp(last.year, 1, 1) - pd.Timedelta(days=1)
        at = int(dates.searchsorted(asked, side="right")) - 1
        yearly = months > 12
        if at < 0:
            out.append(Trailing(name, None, yearly, (math.nan,) * len(lines)))
            continue
        years = (last - dates[at]).days / DAYS_PER_YEAR if yearly else 1.0
        made = tuple(grown(line, at, len(dates) - 1, years) for line in lines)
        out.append(Trailing(name, dates[at], yearly, made))
    return tuple(out)


def grown(line: Growth, start: int, stop: int, years: float = 1.0) -> float:
    """Return of a line from one of its points to another, compounded over ``years``; NaN where one is not known.

    Parameters
    ----------
    line : Growth
    start, stop : int
        Points.
    years : float
        > 0; 1 is the return of the whole span.
    """
    a, b = (float(line.levels[at]) for at in (start, stop))
    if not (np.isfinite(a) and np.isfinite(b) and a > 0):
        return math.nan
    return float((b / a) ** (1.0 / years) - 1.0)
