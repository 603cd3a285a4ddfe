"""A line against a benchmark, over the sessions (or months) where both are known.

Returns and benchmark returns are fractions, of the same shape; ``periods`` is returns per year. A metric with fewer
than two pairs, or a zero divisor, is NaN. The risk-free rate is 0.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...data.types import Floats
from .inputs import RELATIVE, MeasuredPair, both_known
from .registry import Definition
from .returns import FLAT, cagr, sharpe, sharpe_of, volatility, volatility_of
from .sample import Sample

__all__ = [
    "alpha", "batting_average", "beta", "capture", "correlation", "hit_rate", "information_ratio", "relative_return",
    "tracking_error", "treynor",
]  # fmt: skip


def relative_return(growth: Floats, benchmark: Floats, years: float) -> float:
    """Yearly growth of the strategy over that of the benchmark, ``((1 + R) / (1 + B)) ** (1 / years) - 1``.

    R and B are total returns over the points where both are known; ``years`` are those of that stretch.

    Parameters
    ----------
    growth, benchmark : float arrays of shape (S + 1,)
        Levels of both lines.
    years : float
        Of the stretch where both are known.

    Returns
    -------
    float
        A fraction per year.
    """
    both = np.isfinite(growth) & np.isfinite(benchmark)
    return cagr(growth[both] / benchmark[both], years)


def relative_return_of(pair: MeasuredPair) -> float:
    """``relative_return`` of a pair."""
    own, market = pair.own.growth.levels, pair.market.growth.levels
    if pair.own.there is None and pair.market.there is None and market[0] and market[-1]:
        own, market = own[[0, -1]], market[[0, -1]]  # no other point counts
    return relative_return(own, market, pair.years)


RELATIVE.add(
    relative_return_of,
    Definition(
        "relative_return", "Return over benchmark", "growth over the benchmark's, compounded per year", "fraction",
        annualised="calendar years", blank="no benchmark", source="geometric excess return, Bacon (2008)",
    ),
)  # fmt: skip


def beta(returns: Floats, benchmark: Floats) -> float:
    """Slope of the returns on the benchmark's, by least squares. NaN where the benchmark is flat.

    Parameters
    ----------
    returns, benchmark : float arrays of shape (S,)
        Simple returns of the same sessions, as fractions; sessions in which either is NaN are left out.
    """
    return _comoved(Sample(returns), Sample(benchmark)).slope


class _Comoved(NamedTuple):
    """Sums of products of deviations, of a line and of its benchmark."""

    size: int
    own: float
    market: float
    both: float

    @property
    def slope(self) -> float:
        return self.both / self.market if self.size > 1 and math.sqrt(self.market) > FLAT else math.nan

    @property
    def correlation(self) -> float:
        spread = math.sqrt(self.own) * math.sqrt(self.market)
        return min(1.0, max(-1.0, self.both / spread)) if self.size > 1 and spread > FLAT**2 else math.nan


def _comoved(own: Sample, market: Sample) -> _Comoved:
    y, x = (each.moments.gaps for each in both_known(own, market))
    return _Comoved(len(x), float(y @ y), float(x @ x), float(x @ y))


RELATIVE.add(
    lambda pair: pair.once(_comoved_of).slope,
    Definition(
        "beta", "Beta", "least-squares slope of session returns on the benchmark's", "ratio",
        blank="no benchmark, or it is flat", source="Sharpe (1964)",
    ),
)  # fmt: skip


def _comoved_of(pair: MeasuredPair) -> _Comoved:
    return _comoved(*pair.known)


def alpha(returns: Floats, benchmark: Floats, periods: float) -> float:
    """Jensen's alpha ``(mean(r) - beta * mean(b)) * periods``: arithmetic, a fraction per year.

    empyrical compounds it, ``(1 + a) ** periods - 1``; quantstats has this one. Source: Jensen (1968).

    Parameters
    ----------
    returns, benchmark : float arrays of shape (S,)
        Simple returns of the same sessions, as fractions; sessions in which either is NaN are left out.
    periods : float
        Sessions in a year.
    """
    known = both_known(Sample(returns), Sample(benchmark))
    return _intercept(*known, _comoved(*known).slope, periods)


def _intercept(own: Sample, market: Sample, slope: float, periods: float) -> float:
    y, x = own.moments, market.moments
    return (y.mean - slope * x.mean) * periods if x.size > 1 else math.nan


RELATIVE.add(
    lambda pair: _intercept(*pair.known, pair.once(_comoved_of).slope, pair.own.periods),
    Definition(
        "alpha", "Alpha", "(mean return − beta × mean benchmark return) × {periods}; arithmetic", "fraction",
        annualised="× {periods}", blank="no benchmark, or it is flat", source="Jensen (1968)",
    ),
)  # fmt: skip


def tracking_error(returns: Floats, benchmark: Floats, periods: float) -> float:
    """Volatility of the difference of returns (ddof 1), as a fraction per year. Source: Grinold and Kahn (1999).

    Parameters
    ----------
    returns, benchmark : float arrays of shape (S,)
        Simple returns of the same sessions, as fractions; sessions in which either is NaN are left out.
    periods : float
        Sessions in a year.
    """
    return volatility(returns - benchmark, periods)


RELATIVE.add(
    lambda pair: volatility_of(pair.ahead, pair.own.periods),
    Definition(
        "tracking_error", "Tracking error", "standard deviation of return − benchmark's × {root}", "fraction",
        annualised="{root}", blank="no benchmark", source="Grinold, Kahn (1999)",
    ),
)  # fmt: skip


def information_ratio(returns: Floats, benchmark: Floats, periods: float) -> float:
    """Mean over standard deviation (ddof 1) of the difference of returns, times the square root of ``periods``.

    NaN for a line that is its benchmark. quantstats and empyrical leave it per session. Source: Goodwin (1998).

    Parameters
    ----------
    returns, benchmark : float arrays of shape (S,)
        Simple returns of the same sessions, as fractions; sessions in which either is NaN are left out.
    periods : float
        Sessions in a year.
    """
    return sharpe(returns - benchmark, periods)


RELATIVE.add(
    lambda pair: sharpe_of(pair.ahead, pair.own.periods),
    Definition(
        "information_ratio", "Information ratio", "mean / standard deviation of return − benchmark's × {root}", "ratio",
        annualised="{root}", blank="no benchmark, or no tracking error", source="Goodwin (1998)",
    ),
)  # fmt: skip


def capture(returns: Floats, benchmark: Floats, *, up: bool) -> float:
    """Geometric mean return where the benchmark rose (or fell), over the benchmark's own there.

    On calendar months it is Morningstar's upside and downside capture ratio; on sessions the same of sessions, which
    is another number: a line that makes its months in other sessions than the benchmark captures little of them. 1 is
    like the benchmark. NaN where the benchmark never rose (or fell).

    Parameters
    ----------
    returns, benchmark : float arrays of shape (S,)
        Simple returns of the same sessions, as fractions; sessions in which either is NaN are left out.
    up : bool
        Where the benchmark rose, else where it fell.
    """
    return _capture(Sample(returns), Sample(benchmark), up=up)


def _capture(own: Sample, market: Sample, *, up: bool) -> float:
    own, market = both_known(own, market)
    chosen = market.rose if up else market.fell
    if not np.count_nonzero(chosen):
        return math.nan
    return _geometric(own.logs[chosen]) / _geometric(market.logs[chosen])


RELATIVE.add(
    lambda pair: _capture(pair.own.months, pair.market.months, up=True),
    Definition(
        "up_capture", "Up capture", "geometric mean return, months the benchmark rose / its own", "ratio",
        blank="no benchmark, or it never rose", source="Morningstar",
    ),
)  # fmt: skip
RELATIVE.add(
    lambda pair: _capture(pair.own.months, pair.market.months, up=False),
    Definition(
        "down_capture", "Down capture", "the same for months the benchmark fell; below 1 lost less", "ratio",
        blank="no benchmark, or it never fell", source="Morningstar",
    ),
)  # fmt: skip


def hit_rate(monthly: Floats, benchmark: Floats) -> float:
    """Share of calendar months with a return above the benchmark's by more than 1e-9: the monthly batting average.

    Parameters
    ----------
    monthly, benchmark : float arrays of shape (M,)
        Returns of the same calendar months, as fractions.
    """
    return batting_average(monthly, benchmark)


RELATIVE.add(
    lambda pair: hit_rate(pair.own.months.returns, pair.market.months.returns),
    Definition(
        "hit_rate", "Months ahead", "share of calendar months with a return above the benchmark's by more than 1e-9",
        "fraction", blank="no benchmark", source="batting average, by month",
    ),
)  # fmt: skip


def correlation(returns: Floats, benchmark: Floats) -> float:
    """Pearson's correlation of the returns with the benchmark's, in [-1, 1]; NaN where either is flat.

    Parameters
    ----------
    returns, benchmark : float arrays of shape (S,)
        Simple returns of the same sessions, as fractions; sessions in which either is NaN are left out.
    """
    return _comoved(Sample(returns), Sample(benchmark)).correlation


RELATIVE.add(
    lambda pair: pair.once(_comoved_of).correlation,
    Definition(
        "correlation", "Correlation", "Pearson's, of session returns with the benchmark's", "ratio",
        blank="no benchmark, or either is flat", source="Pearson (1895)",
    ),
)  # fmt: skip


def treynor(returns: Floats, benchmark: Floats, periods: float) -> float:
    """Arithmetic mean return over beta, ``mean(r) / beta * periods``, a fraction per year; NaN for a beta of 0.

    Source: Treynor (1965). quantstats divides the total return instead, which grows with the length of the sample.

    Parameters
    ----------
    returns, benchmark : float arrays of shape (S,)
        Simple returns of the same sessions, as fractions; sessions in which either is NaN are left out.
    periods : float
        Sessions in a year.
    """
    known = both_known(Sample(returns), Sample(benchmark))
    return _per_beta(known[0], _comoved(*known).slope, periods)


def _per_beta(own: Sample, slope: float, periods: float) -> float:
    return own.moments.mean / slope * periods if abs(slope) > FLAT else math.nan


RELATIVE.add(
    lambda pair: _per_beta(pair.known[0], pair.once(_comoved_of).slope, pair.own.periods),
    Definition(
        "treynor", "Treynor ratio", "mean return / beta × {periods}; risk-free rate 0", "fraction",
        annualised="× {periods}", blank="no benchmark, or no beta", source="Treynor (1965)",
    ),
)  # fmt: skip


EQUAL = 1e-9
"""Returns that differ by no more are equal: in which order the value of a holding is added up makes as much."""


def batting_average(returns: Floats, benchmark: Floats) -> float:
    """Share of sessions with a return above the benchmark's by more than 1e-9, in [0, 1]: an equal one is not ahead.

    Parameters
    ----------
    returns, benchmark : float arrays of shape (S,)
        Simple returns of the same sessions, as fractions; sessions in which either is NaN are left out.
    """
    return _ahead(*both_known(Sample(returns), Sample(benchmark)))


def _ahead(own: Sample, market: Sample) -> float:
    y, x = own.returns, market.returns
    return int(np.count_nonzero(y > x + EQUAL)) / len(x) if len(x) else math.nan


RELATIVE.add(
    lambda pair: _ahead(*pair.known),
    Definition(
        "batting_average", "Sessions ahead", "share of sessions with a return above the benchmark's by more than 1e-9",
        "fraction", blank="no benchmark", source="batting average, by session",
    ),
)  # fmt: skip


RELATIVE.add(
    lambda pair: _capture(*pair.known, up=True),
    Definition(
        "up_capture_sessions", "Up capture by session",
        "geometric mean return, sessions the benchmark rose / its own; not annualised", "ratio",
        blank="no benchmark, or it never rose", source="Morningstar's formula, on sessions",
    ),
)  # fmt: skip
RELATIVE.add(
    lambda pair: _capture(*pair.known, up=False),
    Definition(
        "down_capture_sessions", "Down capture by session",
        "the same for sessions the benchmark fell; below 1 lost less", "ratio", blank="no benchmark, or it never fell",
        source="Morningstar's formula, on sessions",
    ),
)  # fmt: skip


def _geometric(grown: Floats) -> float:
    """``(product of (1 + r)) ** (1 / n) - 1`` of logs of 1 + r, at least one; after ruin -1."""
    return math.exp(float(np.add.reduce(grown)) / len(grown)) - 1.0
