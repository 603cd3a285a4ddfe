"""A series of returns as a growth line, beside a benchmark's, with what is measured of both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ...data.errors import InputError
from ...data.types import Floats
from ..growth import Growth, annualises, periods_per_year
from ..metrics.run_metrics import blanked, line_details, line_metrics, relative_metrics

_SHORT, _OFF = 90, 0.3
"""Days in which a holiday may move the rate; how far over longer ones it may be from that of the year's numbers."""
_STEPS = {
    252.0: pd.offsets.BDay(1), 52.0: pd.DateOffset(days=7), 12.0: pd.DateOffset(months=1),
    4.0: pd.DateOffset(months=3), 1.0: pd.DateOffset(years=1),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class ReturnsLine:
    """Returns over S periods.

    Attributes
    ----------
    name : str
    growth : Growth
        S + 1 levels, 1 at the base point.
    market : Growth or None
        The benchmark's on the same dates; NaN where it isn't known.
    dates : DatetimeIndex of shape (S + 1,)
        The base point is a period before the first return, on the weekday or month's end before it.
    periods : float
        Returns a year, by the median gap of the dates: 252, 52, 12, 4 or 1.
    """

    name: str
    growth: Growth
    market: Growth | None
    dates: pd.DatetimeIndex
    periods: float

    @cached_property
    def metrics(self) -> dict[str, float]:
        """All metrics that need no holdings, by the names of ``Run.summary``; NaN where one is not defined."""
        own = line_metrics(self.growth, self.dates, self.periods) | line_details(self.growth, self.dates, self.periods)
        beside = relative_metrics(self.growth, self.market, self.dates, self.periods)
        return own | beside | {f"benchmark_{name}": value for name, value in self.of_market.items()}

    @cached_property
    def of_market(self) -> dict[str, float]:
        """The benchmark's own, by the names in ``LINE_METRICS``; none without one."""
        return line_metrics(self.market, self.dates, self.periods) if self.market else {}

    def readable(self, values: dict[str, float]) -> dict[str, float]:
        """``values`` as a report shows them: NaN for those per year where there are too few returns."""
        return values if annualises(len(self.dates) - 1, self.periods) else blanked(values)


def returns_line(returns: Any, benchmark: Any = None, name: str = "") -> ReturnsLine:
    """Returns as a growth line.

    Parameters
    ----------
    returns : Series of float, by date
        Simple returns, as fractions; > -1 but for a last one of -1. NaN before the first return is left out.
    benchmark : Series of float, by date, optional
        Simple returns too, of the same or a shorter period: compounded from date to date of ``returns``.
    name : str
        Default: the series' own.

    Raises
    ------
    InputError
        No series by date, dates twice or none, a return that is not known or below -1, prices, or returns that come at
        a rate of which no number is per year.
    """
    own = _checked(returns, "returns")
    periods = periods_per_year(pd.DatetimeIndex(own.index))
    _check_rate(pd.DatetimeIndex(own.index), periods)
    dates = pd.DatetimeIndex(own.index).insert(0, _before(own.index[0], periods))
    told = name or str(own.name or "Returns")
    growth = Growth(told, np.concatenate(([1.0], np.cumprod(1.0 + own.to_numpy(np.float64)))))
    market = None
    if benchmark is not None:
        market = _beside(_checked(benchmark, "benchmark"), dates, told)
    return ReturnsLine(told, growth, market, dates, periods)


def _check_rate(days: pd.DatetimeIndex, periods: float) -> None:
    """Refuses returns that come far more or less often than any of the known rates, of which no number is per year."""
    span = (days[-1] - days[0]).days
    rate = (len(days) - 1) * 365.25 / span
    if span > _SHORT and not periods * (1 - _OFF) <= rate <= periods * (1 + _OFF):
        raise InputError(
            f"returns come {rate:.4g} times a year, from {days[0]:%F} to {days[-1]:%F}; measured per year are daily "
            "ones (252), weekly (52), monthly (12), quarterly (4) and yearly: compound them to one of these, and give "
            "days without trade a return of 0"
        )


def _before(first: pd.Timestamp, periods: float) -> pd.Timestamp:
    """When the first return began."""
    step: Any = pd.offsets.MonthEnd(1) if periods <= 12.0 and first.is_month_end else _STEPS[periods]
    if periods < 12.0 and first.is_month_end:
        step = pd.offsets.MonthEnd(round(12.0 / periods))
    return pd.Timestamp(first - step)


def _checked(given: Any, what: str) -> pd.Series[float]:
    if not isinstance(given, pd.Series):
        raise InputError(f"{what} must be a pandas Series of simple returns by date, was {type(given).__name__}")
    index = given.index.to_timestamp(how="end").normalize() if isinstance(given.index, pd.PeriodIndex) else given.index
    if pd.api.types.is_bool_dtype(given) or pd.api.types.is_complex_dtype(given):
        raise InputError(f"{what} must be simple returns as fractions, were of type {given.dtype}")
    if pd.api.types.is_numeric_dtype(index):
        raise InputError(
            f"{what} must have dates as their index, were counted {index[:1].tolist()}; use "
            "pd.to_datetime(index, format=...)"
        )
    try:
        days = pd.DatetimeIndex(index)
        values = pd.to_numeric(given).to_numpy(np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{what} must be numbers by date: {error}") from None
    days = (days if days.tz is None else days.tz_localize(None)).normalize()
    made = pd.Series(values, days, name=given.name)
    if days.hasnans or days.has_duplicates:
        wrong = "no date" if days.hasnans else f"{days[days.duplicated()][0]:%F} twice"
        raise InputError(f"{what} have {wrong}; give one return for each date")
    made = made.sort_index()
    known = np.flatnonzero(np.isfinite(made.to_numpy()))
    made = made.iloc[known[0] :] if len(known) else made.iloc[:0]
    if len(made) < 2:
        raise InputError(f"{what} have {len(made)} returns that are known; 2 or more are needed")
    lost = made.index[~np.isfinite(made.to_numpy())]
    if len(lost):
        raise InputError(
            f"{what} are not known on {lost[0]:%F}{f' and {len(lost) - 1} more dates' * (len(lost) > 1)}; "
            "leave these dates out, or say what they were"
        )
    numbers = made.to_numpy()
    if (numbers < -1.0).any() or (numbers[:-1] == -1.0).any():
        at = np.flatnonzero((numbers < -1.0) | (np.append(numbers[:-1], 0.0) == -1.0))[0]
        raise InputError(
            f"{what} lose all or more on {made.index[at]:%F}: {numbers[at]:g}; returns are fractions, not percent"
        )
    if numbers.min() > 0.0 and float(np.median(numbers)) > 0.5:
        raise InputError(
            f"{what} look like prices, all above 0 and {np.median(numbers):g} in the middle; give prices.pct_change()"
        )
    return made


def _beside(own: pd.Series[float], dates: pd.DatetimeIndex, name: str) -> Growth:
    """The benchmark's line at ``dates``: its last level up to each, from where it is known to where it ends."""
    days = pd.DatetimeIndex(own.index)
    first = _before(days[0], periods_per_year(days))
    known = days.insert(0, first)
    levels = np.concatenate(([1.0], np.cumprod(1.0 + own.to_numpy(np.float64))))
    at = np.searchsorted(known.to_numpy(), dates.to_numpy(), side="right") - 1
    line: Floats = np.where((at >= 0) & (dates <= days[-1]), levels[np.maximum(at, 0)], np.nan)
    begun = np.flatnonzero(np.isfinite(line))
    if len(begun) < 2:
        raise InputError(
            f"the benchmark, {days[0]:%F} to {days[-1]:%F}, and the returns, {dates[1]:%F} to {dates[-1]:%F}, have no "
            "dates in common"
        )
    line = line / line[begun[0]]
    label = str(own.name or "Benchmark")
    return Growth(label if label != name else "Benchmark", line)
