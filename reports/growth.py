"""Growth lines of a run, all on the same S + 1 points: a base point before the first return, then one per session."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..data.panel import Panel
from ..data.types import Floats, Ints
from ..engine.record import Record

DAYS_PER_YEAR = 365.25
LEAST = 60.0
"""Daily sessions below which nothing is tested; 12 weekly ones, 3 monthly ones."""
YEAR = 240.0
"""Daily sessions below which a stretch is too short to annualise, as exchanges have them; 50 weekly, 12 monthly."""

_DAILY = 252.0
_FREQUENCIES = ((3.5, _DAILY), (10.0, 52.0), (45.0, 12.0), (120.0, 4.0))  # longest median gap in days, periods per year


class Growth(NamedTuple):
    """What 1 became; S sessions.

    Attributes
    ----------
    label : str
    levels : float64 array of shape (S + 1,)
        The first is the base point; NaN before the line is known.
    """

    label: str
    levels: Floats

    @property
    def returns(self) -> Floats:
        """Return of each session, shape (S,), as a fraction; NaN where either end is unknown, and after ruin."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.levels[1:] / self.levels[:-1] - 1.0


def log_returns(growth: Growth) -> Floats:
    """Log return of each session, shape (S,); NaN where an end is unknown or worth nothing."""
    levels = np.where(growth.levels > 0, growth.levels, np.nan)
    changes: Floats = np.diff(np.log(levels))
    return changes


def drawdowns(growth: Floats) -> Floats:
    """Fall below the running peak at each point, <= 0, as a fraction; the base point is a peak too. NaN stays NaN."""
    return growth / np.fmax.accumulate(growth) - 1.0


def points(record: Record) -> pd.DatetimeIndex:
    """The S + 1 dates of a growth line; the base point has the session before the first, where there is one.

    Before a panel that is the last session in which its benchmark has a bar.
    """
    return points_between(record.panel, record.terms.first, record.terms.last)


def points_between(panel: Panel, first: int, last: int) -> pd.DatetimeIndex:
    """``points`` of a run from panel row ``first`` to ``last``, both included.

    Parameters
    ----------
    panel : Panel
    first, last : int
    """
    stamps = panel.sessions.to_numpy()
    base = np.array([base_point(panel, first)], stamps.dtype)
    return pd.DatetimeIndex(np.concatenate((base, stamps[first : last + 1])))


def base_point(panel: Panel, first: int) -> pd.Timestamp:
    """The first of ``points``: the session before panel row ``first``, where there is one.

    Parameters
    ----------
    panel : Panel
    first : int
    """
    if not first and panel.benchmark is not None and panel.benchmark.before:
        return panel.benchmark.earlier.sessions[-1]
    return panel.sessions[max(first - 1, 0)]


def years_between(dates: pd.DatetimeIndex, levels: Floats) -> float:
    """Calendar years of 365.25 days from the first date at which ``levels`` is known to the last; 0 for none.

    Parameters
    ----------
    dates : DatetimeIndex of shape (S,)
    levels : float array of shape (S,)
        NaN where the line is not known.
    """
    known = np.flatnonzero(np.isfinite(levels))
    if not len(known):
        return 0.0
    stamps = dates.to_numpy()
    return float((stamps[known[-1]] - stamps[known[0]]) / np.timedelta64(1, "D")) / DAYS_PER_YEAR


def periods_per_year(sessions: pd.DatetimeIndex) -> float:
    """Returns per year, from the median gap of sessions: 252 daily, 52 weekly, 12 monthly, 4 quarterly, 1 yearly."""
    if len(sessions) < 2:
        return _DAILY
    gap = float(np.median(np.diff(sessions.to_numpy().astype("M8[s]").astype(np.int64)))) / 86_400.0
    return next((periods for longest, periods in _FREQUENCIES if gap <= longest), 1.0)


def fewest_sessions(periods: float) -> int:
    """How many returns it takes to test something, of ``periods`` a year."""
    return math.ceil(LEAST * periods / _DAILY)


def sessions_of_a_year(periods: float) -> int:
    """How many returns it takes for numbers per year, of ``periods`` a year."""
    return math.ceil(YEAR * periods / _DAILY)


def annualises(sessions: float, periods: float, least: float = YEAR) -> bool:
    """Whether so many returns, of ``periods`` a year, are enough for numbers per year: ``least`` daily, or as long.

    Parameters
    ----------
    sessions : float
        Returns of the line.
    periods : float
        Sessions in a year.
    least : float
        Daily sessions; ``LEAST`` for those of a phase or a window, which lie in a longer run.
    """
    return periods > 0 and sessions / periods >= least / _DAILY


def strategy_growth(record: Record) -> Growth:
    """Equity over what the account was worth before its first session; time-weighted, see ``Record.wealth``."""
    return Growth(record.name, record.wealth)


def cash_returns(record: Record) -> Floats | None:
    """What cash earned in each session, shape (S,), as a fraction, 0 in the first; None if cash earned nothing."""
    if not record.terms.accrual.any():
        return None
    return record.terms.accrual[record.terms.first : record.terms.last + 1]


def benchmark_growth(record: Record) -> Growth | None:
    """The benchmark's last known close over its first known one; None if no bar of one is known in the run.

    The first return is over the close before the run, that before the panel included; 0 where none is known.
    """
    return benchmark_between(record.panel, record.terms.first, record.terms.last)


def benchmark_base(record: Record) -> float:
    """The benchmark's last known close before a run's first measured session, in points; NaN where none is known.

    That before the panel included. Every line of the benchmark begins there.
    """
    bench, first = record.panel.benchmark, record.terms.first
    if bench is None or not (first or bench.before):
        return math.nan
    return float(bench.last_close[first - 1] if first else bench.base)


def benchmark_between(panel: Panel, first: int, last: int) -> Growth | None:
    """``benchmark_growth`` of a run from panel row ``first`` to ``last``, both included.

    Parameters
    ----------
    panel : Panel
    first, last : int
    """
    bench = panel.benchmark
    if bench is None:
        return None
    line = bench.last_close[max(first - 1, 0) : last + 1]
    if first == 0:
        line = np.concatenate(([bench.base] if bench.before else line[:1], line))
    known = np.flatnonzero(np.isfinite(line))
    if len(known) < 2:
        return None
    return Growth(bench.name, line / line[known[0]])


class Months(NamedTuple):
    """Returns by calendar month; M of them.

    Attributes
    ----------
    year, month : int64 array of shape (M,)
        Months from 1 to 12.
    returns : float64 array of shape (M,)
        Fractions; NaN where the line is unknown.
    """

    year: NDArray[np.int64]
    month: NDArray[np.int64]
    returns: Floats


def by_month(growth: Growth, dates: pd.DatetimeIndex) -> Months:
    """Return of each calendar month from its last value over the last before it; the first and the last may be partial.

    Parameters
    ----------
    growth : Growth
    dates : DatetimeIndex of shape (S + 1,)
        From ``points``.
    """
    months, ends = month_ends(dates)
    return Months(months // 12 + 1970, months % 12 + 1, Growth(growth.label, growth.levels[ends]).returns)


def month_ends(dates: pd.DatetimeIndex) -> tuple[Ints, Ints]:
    """The calendar months after the base point, counted from January 1970, and where each ends.

    Parameters
    ----------
    dates : DatetimeIndex of shape (S + 1,)
        From ``points``.

    Returns
    -------
    months : int64 array of shape (M,)
    ends : int64 array of shape (M + 1,)
        Positions among the dates; the first is the base point.
    """
    since_1970 = dates.to_numpy()[1:].astype("M8[M]").astype(np.int64)
    ends = np.flatnonzero(np.append(since_1970[1:] != since_1970[:-1], True))
    return since_1970[ends], np.append(0, ends + 1)
