"""How much a line could lose: drawdowns, tails, and the shape of its returns.

Growth lines have a base point before the first return, shape (S + 1,), and it is a peak like any other. Returns are
fractions per session, shape (S,). Unknown values are left out; a metric without enough of them is NaN.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ...data.types import Floats
from ..analyzers.lines import drawdown_table
from ..growth import Growth
from .returns import FLAT, cagr, known, ordered_quantile

LEVEL = 0.95
"""Of value at risk: what a session's return stays above in 19 of 20 sessions."""


# --- drawdowns ------------------------------------------------------------------------------------------------------


def drawdowns(growth: Floats) -> Floats:
    """Fall below the running peak at each point, <= 0, as a fraction; the base point is a peak too. NaN stays NaN."""
    return growth / np.fmax.accumulate(growth) - 1.0


def max_drawdown(growth: Floats) -> float:
    """Deepest fall below the running peak, <= 0, as a fraction; the base point counts as a peak."""
    line = known(growth)
    return float(drawdowns(line).min()) if len(line) else math.nan


def drawdown_days(growth: Floats, dates: pd.DatetimeIndex) -> float:
    """Longest time from a peak until it was reached again, in calendar days; one still open at the end counts."""
    there = np.isfinite(growth)
    line, days = growth[there], dates.to_numpy()[there]
    if not len(line):
        return math.nan
    peaks = np.flatnonzero(line >= np.maximum.accumulate(line))
    ends = np.append(peaks[1:], len(line) - 1)
    spells = (days[ends] - days[peaks]).astype("m8[s]").astype(np.float64) / 86_400.0
    adjacent = np.append(np.diff(peaks) == 1, False)  # two peaks in a row: no fall between them
    return float(spells[~adjacent].max())


def fall_days(growth: Floats, dates: pd.DatetimeIndex) -> float:
    """Calendar days from the peak to the trough of the deepest drawdown; NaN where the line never fell."""
    return _deepest(growth, dates)[0]


def recovery_days(growth: Floats, dates: pd.DatetimeIndex) -> float:
    """Calendar days from the trough of the deepest drawdown until its peak was regained.

    NaN while it is not, and where the line never fell.
    """
    return _deepest(growth, dates)[1]


def _deepest(growth: Floats, dates: pd.DatetimeIndex) -> tuple[float, float]:
    """Days from peak to trough and from trough to recovery; of equally deep drawdowns the first counts."""
    there = np.isfinite(growth)
    line, days = growth[there], dates.to_numpy()[there].astype("M8[D]").astype(np.int64)
    falls = drawdowns(line)
    if not len(line) or falls.min() >= 0:
        return math.nan, math.nan
    trough = int(falls.argmin())
    peak = int(np.flatnonzero(falls[:trough] >= 0)[-1])
    regained = np.flatnonzero(line[trough:] >= line[peak])
    recovery = float(days[trough + regained[0]] - days[trough]) if len(regained) else math.nan
    return float(days[trough] - days[peak]), recovery


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
        Columns as in ``analyzers.lines.drawdown_table``: ``peak``, ``trough``, ``recovered`` (NaT while it lasts),
        ``depth`` < 0; ``fall``, ``recovery`` and ``length`` in sessions, ``days`` in calendar days.
    """
    there = np.isfinite(growth.levels)
    return drawdown_table(Growth(growth.label, growth.levels[there]), dates[there]).head(count)


def ulcer_index(growth: Floats) -> float:
    """Root of the mean squared drawdown over all points after the base, >= 0, as a fraction. NaN for no return.

    Source: Martin and McCann (1989). quantstats divides by n - 1.
    """
    line = known(growth)
    return math.sqrt(float(np.mean(drawdowns(line)[1:] ** 2))) if len(line) > 1 else math.nan


def calmar(growth: Floats, years: float) -> float:
    """CAGR by calendar years over the size of the maximum drawdown, both over the whole run.

    NaN where the line never fell. After Young (1991), there over 36 months.
    """
    deepest = max_drawdown(growth)
    return cagr(growth, years) / -deepest if deepest < 0 else math.nan


# --- tails and shape ------------------------------------------------------------------------------------------------


def value_at_risk(returns: Floats, level: float = LEVEL) -> float:
    """Historical value at risk: the ``1 - level`` quantile of session returns, as a signed fraction; a loss is < 0.

    The quantile interpolates linearly (Hyndman and Fan's type 7), and assumes no distribution: mean less 1.645
    standard deviations is another number. Not annualised. NaN for fewer than ``1 / (1 - level)`` returns.
    Source: historical simulation, market practice.
    """
    line = _ordered(returns, level)
    return ordered_quantile(line, 1.0 - level) if len(line) else math.nan


def conditional_value_at_risk(returns: Floats, level: float = LEVEL) -> float:
    """Historical expected shortfall: mean of the session returns at or below the value at risk, a signed fraction.

    Not annualised. NaN where ``value_at_risk`` is. Source: Rockafellar and Uryasev (2000), on the sample.
    """
    line = _ordered(returns, level)
    if not len(line):
        return math.nan
    return float(line[: np.searchsorted(line, ordered_quantile(line, 1.0 - level), side="right")].mean())


def tail_ratio(returns: Floats, level: float = LEVEL) -> float:
    """Size of the ``level`` quantile of session returns over that of the ``1 - level`` quantile.

    Above 1 the good tail is the longer one. Quantiles, and where they are NaN, as in ``value_at_risk``; NaN also where
    the lower one is 0. The definition of empyrical and quantstats.
    """
    line = _ordered(returns, level)
    low = abs(ordered_quantile(line, 1.0 - level)) if len(line) else 0.0
    return abs(ordered_quantile(line, level)) / low if low > FLAT else math.nan


def skewness(returns: Floats) -> float:
    """Sample skewness of session returns, corrected for bias: ``sqrt(n (n - 1)) / (n - 2) * m3 / m2 ** 1.5``.

    m2 and m3 are central moments with divisor n. 0 for a symmetric line; NaN for fewer than 3 returns or a flat line.
    Source: Joanes and Gill (1998), G1; as pandas, Excel and quantstats. pyfolio gives the biased one.
    """
    gaps, count, m2 = _centred(returns)
    if count < 3 or m2 <= FLAT**2:
        return math.nan
    m3 = float(np.mean(gaps * gaps * gaps))
    return math.sqrt(count * (count - 1)) / (count - 2) * m3 / (m2 * math.sqrt(m2))


def kurtosis(returns: Floats) -> float:
    """Sample excess kurtosis of session returns, corrected for bias; 0 for a normal distribution.

    ``(n - 1) / ((n - 2) (n - 3)) * ((n + 1) (m4 / m2 ** 2 - 3) + 6)``, m2 and m4 central moments with divisor n. NaN
    for fewer than 4 returns or a flat line. Source: Joanes and Gill (1998), G2; as pandas, Excel and quantstats.
    """
    gaps, count, m2 = _centred(returns)
    if count < 4 or m2 <= FLAT**2:
        return math.nan
    squared = gaps * gaps
    g2 = float(np.mean(squared * squared)) / m2**2 - 3.0
    return (count - 1) / ((count - 2) * (count - 3)) * ((count + 1) * g2 + 6.0)


def _ordered(returns: Floats, level: float) -> Floats:
    """Known returns in ascending order; none where they are too few for a quantile of that level."""
    line = np.sort(known(returns))
    return line if len(line) * (1.0 - level) >= 1.0 - 1e-9 else line[:0]


def _centred(returns: Floats) -> tuple[Floats, int, float]:
    """Deviations from the mean, their number, and their mean square."""
    some = known(returns)
    gaps = some - some.mean() if len(some) else some
    return gaps, len(some), float(np.mean(gaps * gaps)) if len(some) else 0.0
