"""How deep a line fell, and for how long.

Growth lines have a base point before the first return, shape (S + 1,), and it is a peak like any other. Unknown values
are left out; a metric without enough of them is NaN.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ...data.types import Floats, Ints
from ..growth import Growth, drawdowns
from .inputs import DETAILS, LINE, Dates, MeasuredLine
from .registry import Definition
from .returns import cagr, cagr_of
from .sample import known

__all__ = [
    "calmar", "drawdown_days", "drawdown_table", "drawdowns", "fall_days", "max_drawdown", "recovery_days",
    "ulcer_index", "worst_drawdowns",
]  # fmt: skip

DRAWDOWNS = ("peak", "trough", "recovered", "depth", "fall", "recovery", "length", "days")
"""Columns of the table of drawdowns."""


def max_drawdown(growth: Floats) -> float:
    """Deepest fall below the running peak, <= 0, as a fraction; the base point counts as a peak."""
    line = known(growth)
    return float(drawdowns(line).min()) if len(line) else math.nan


def _depth(line: MeasuredLine) -> float:
    return float(line.falls.min()) if len(line.levels) else math.nan


LINE.add(
    lambda line: line.once(_depth),
    Definition(
        "max_drawdown", "Maximum drawdown", "deepest fall below an earlier peak, starting cash included", "fraction",
    ),
)  # fmt: skip


def drawdown_days(growth: Floats, dates: pd.DatetimeIndex) -> float:
    """Longest time from a peak until it was reached again, in calendar days; one still open at the end counts.

    Parameters
    ----------
    growth : float array of shape (S + 1,)
        Levels of a line, NaN before it begins.
    dates : DatetimeIndex of shape (S + 1,)
    """
    return _longest(_measured(growth, dates))


def _measured(growth: Floats, dates: pd.DatetimeIndex) -> MeasuredLine:
    return MeasuredLine(Growth("", growth), Dates(dates), math.nan)


def _longest(line: MeasuredLine) -> float:
    if not len(line.levels):
        return math.nan
    seconds = line.at_known(line.dates.seconds)
    peaks = np.flatnonzero(line.levels >= line.peaks)
    last = len(seconds) - 1
    spells = seconds[np.append(peaks[1:], last)] - seconds[peaks]
    apart = np.append(peaks[1:] - peaks[:-1] != 1, True)  # of two peaks in a row: no fall between them
    return float(spells[apart].max()) / 86_400.0


LINE.add(
    _longest,
    Definition(
        "drawdown_days", "Longest drawdown", "calendar days from a peak until it was regained, or to the end", "days",
    ),
)  # fmt: skip


def fall_days(growth: Floats, dates: pd.DatetimeIndex) -> float:
    """Calendar days from the peak to the trough of the deepest drawdown; NaN where the line never fell.

    Parameters
    ----------
    growth : float array of shape (S + 1,)
        Levels of a line, NaN before it begins.
    dates : DatetimeIndex of shape (S + 1,)
    """
    return _deepest(_measured(growth, dates))[0]


DETAILS.add(
    lambda line: line.once(_deepest)[0],
    Definition(
        "drawdown_fall_days", "Fall of the deepest drawdown", "calendar days from its peak to its trough", "days",
        blank="no drawdown",
    ),
)  # fmt: skip


def recovery_days(growth: Floats, dates: pd.DatetimeIndex) -> float:
    """Calendar days from the trough of the deepest drawdown until its peak was regained.

    NaN while it is not, and where the line never fell.

    Parameters
    ----------
    growth : float array of shape (S + 1,)
        Levels of a line, NaN before it begins.
    dates : DatetimeIndex of shape (S + 1,)
    """
    return _deepest(_measured(growth, dates))[1]


DETAILS.add(
    lambda line: line.once(_deepest)[1],
    Definition(
        "drawdown_recovery_days", "Recovery from the deepest drawdown",
        "calendar days from its trough until its peak was regained", "days", blank="no drawdown, or not regained",
    ),
)  # fmt: skip


def _deepest(line: MeasuredLine) -> tuple[float, float]:
    """Days from peak to trough and from trough to recovery; of equally deep drawdowns the first counts."""
    levels, falls = line.levels, line.falls
    if not len(levels) or falls.min() >= 0:
        return math.nan, math.nan
    days: Ints = line.at_known(line.dates.days)
    trough = int(falls.argmin())
    peak = int(np.flatnonzero(falls[:trough] >= 0)[-1])
    regained = np.flatnonzero(levels[trough:] >= levels[peak])
    recovery = float(days[trough + regained[0]] - days[trough]) if len(regained) else math.nan
    return float(days[trough] - days[peak]), recovery


def drawdown_table(growth: Growth, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Every fall below an earlier peak, the deepest first, and of equal depth the earlier.

    Parameters
    ----------
    growth : Growth
        The base point is a peak too.
    dates : DatetimeIndex of shape (S + 1,)

    Returns
    -------
    DataFrame
        ``peak``, ``trough``, ``recovered`` (NaT while it lasts); ``depth`` < 0; in sessions ``fall`` (peak to trough),
        ``recovery`` (trough to recovered, NaN while it lasts) and ``length`` (peak to recovered, or to the end);
        ``days``, the length in calendar days.
    """
    line = growth.levels
    under = line < np.maximum.accumulate(line)
    edges = np.diff(under.astype(np.int8), prepend=0, append=0)
    rows = []
    for first, stop in zip(np.flatnonzero(edges > 0).tolist(), np.flatnonzero(edges < 0).tolist(), strict=True):
        peak, over = first - 1, stop < len(line)
        trough = first + int(np.argmin(line[first:stop]))
        end = stop if over else len(line) - 1
        rows.append(
            (
                dates[peak], dates[trough], dates[stop] if over else pd.NaT, line[trough] / line[peak] - 1.0,
                trough - peak, float(stop - trough) if over else np.nan, end - peak, (dates[end] - dates[peak]).days,
            )
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(DRAWDOWNS)).sort_values("depth", kind="stable", ignore_index=True)
    for name in ("peak", "trough", "recovered"):
        table[name] = pd.DatetimeIndex(table[name]).as_unit(dates.unit)
    kinds = dict.fromkeys(("fall", "length", "days"), np.int64) | dict.fromkeys(("depth", "recovery"), np.float64)
    return table.astype(kinds)


def worst_drawdowns(growth: Growth, dates: pd.DatetimeIndex, count: int = 5) -> pd.DataFrame:
    """The deepest drawdowns, the deepest first: depth, length, recovery.

    Parameters
    ----------
    growth : Growth
        S + 1 levels; the base point is a peak too, and what is not known is left out.
    dates : DatetimeIndex of shape (S + 1,)
    count : int
        At most so many rows.

    Returns
    -------
    DataFrame
        Columns as in ``drawdown_table``: ``peak``, ``trough``, ``recovered`` (NaT while it lasts),
        ``depth`` < 0; ``fall``, ``recovery`` and ``length`` in sessions, ``days`` in calendar days.
    """
    there = np.isfinite(growth.levels)
    return drawdown_table(Growth(growth.label, growth.levels[there]), dates[there]).head(count)


def ulcer_index(growth: Floats) -> float:
    """Root of the mean squared drawdown over all points after the base, >= 0, as a fraction. NaN for no return.

    Source: Martin and McCann (1989). quantstats divides by n - 1.
    """
    return _ulcer(drawdowns(known(growth)))


def _ulcer(falls: Floats) -> float:
    after = falls[1:]
    return math.sqrt(float(np.add.reduce(after * after)) / len(after)) if len(after) else math.nan


DETAILS.add(
    lambda line: _ulcer(line.falls),
    Definition(
        "ulcer_index", "Ulcer index", "root mean square of the drawdown after each session", "fraction",
        blank="no return", source="Martin, McCann (1989)",
    ),
)  # fmt: skip


def calmar(growth: Floats, years: float) -> float:
    """CAGR by calendar years over the size of the maximum drawdown, both over the whole run.

    NaN where the line never fell. After Young (1991), there over 36 months.

    Parameters
    ----------
    growth : float array of shape (S + 1,)
        Levels of a line, NaN before it begins.
    years : float
        Calendar years between its first and its last known level.
    """
    return _calmar(cagr(growth, years), max_drawdown(growth))


def _calmar(grown: float, deepest: float) -> float:
    return grown / -deepest if deepest < 0 else math.nan


LINE.add(
    lambda line: _calmar(cagr_of(line), line.once(_depth)),
    Definition(
        "calmar", "Calmar ratio", "CAGR / size of the maximum drawdown, whole run", "ratio",
        annualised="calendar years", blank="no drawdown", source="after Young (1991), there 36 months",
    ),
)  # fmt: skip
