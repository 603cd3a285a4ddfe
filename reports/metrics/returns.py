"""What a line of returns made, and what it made per unit of risk.

Returns are fractions per session, shape (S,); a growth line has a base point before its first return, shape (S + 1,),
so a loss in the first session counts. ``periods`` is returns per year. Returns that are NaN are left out; a metric
without enough values, or with a zero divisor, is NaN.
"""

from __future__ import annotations

import math

import numpy as np

from ...data.types import Floats
from ..growth import cash_returns
from .inputs import DETAILS, LINE, OVER_CASH, MeasuredLine
from .registry import Definition
from .sample import Moments, known, moments

__all__ = ["cagr", "cagr_by_sessions", "sharpe", "sharpe_over_cash", "sortino", "total_return", "volatility"]

FLAT = 1e-12  # a standard deviation below this is rounding, not risk


def total_return(growth: Floats) -> float:
    """``last / first - 1`` of the known values, as a fraction; NaN for fewer than two."""
    return _total(known(growth))


def _total(line: Floats) -> float:
    return float(line[-1] / line[0] - 1.0) if len(line) > 1 else math.nan


LINE.add(
    lambda line: _total(line.levels),
    Definition(
        "total_return", "Total return",
        "last equity over starting cash, less 1; time-weighted: what came in or went out is no return", "fraction",
        source="GIPS",
    ),
)  # fmt: skip


def cagr(growth: Floats, years: float) -> float:
    """Compound annual growth ``(last / first) ** (1 / years) - 1``, as a fraction per calendar year of 365.25 days.

    ``years`` are those from the first known value to the last; NaN where there are none. Source: GIPS, market practice.

    Parameters
    ----------
    growth : float array of shape (S + 1,)
        Levels of a line, NaN before it begins.
    years : float
        Calendar years between its first and its last known level.
    """
    return _compound(total_return(growth), years)


def _compound(total: float, years: float) -> float:
    grown = 1.0 + total
    return grown ** (1.0 / years) - 1.0 if years > 0 and grown >= 0 else math.nan


def cagr_of(line: MeasuredLine) -> float:
    """``cagr`` of a line."""
    return _compound(_total(line.levels), line.years)


LINE.add(
    cagr_of,
    Definition(
        "cagr", "CAGR", "compound growth per calendar year of 365.25 days", "fraction", annualised="calendar years",
        blank="no time between first and last", source="GIPS; ffn",
    ),
)  # fmt: skip


def volatility(returns: Floats, periods: float) -> float:
    """Standard deviation (ddof 1) times the square root of ``periods``, a fraction per year; NaN for fewer than 2.

    Parameters
    ----------
    returns : float array of shape (S,)
        Simple returns per session, as fractions; NaN is left out.
    periods : float
        Sessions in a year.
    """
    return volatility_of(moments(known(returns)), periods)


def volatility_of(found: Moments, periods: float) -> float:
    """``volatility`` of returns with these moments.

    Parameters
    ----------
    found : Moments
    periods : float
        Sessions in a year.
    """
    return found.deviation * math.sqrt(periods) if found.size > 1 else math.nan


LINE.add(
    lambda line: volatility_of(line.sessions.moments, line.periods),
    Definition(
        "volatility", "Volatility", "standard deviation of session returns (ddof 1) × {root}", "fraction",
        annualised="{root}", blank="fewer than 2 returns",
    ),
)  # fmt: skip


def sharpe(returns: Floats, periods: float, cash: float | Floats = 0.0) -> float:
    """Mean over standard deviation (ddof 1) of returns less the cash rate, times the square root of ``periods``.

    NaN for a line without risk. Source: Sharpe (1994), The Sharpe Ratio.

    Parameters
    ----------
    returns : float array of shape (S,)
        Simple returns per session, as fractions; NaN is left out.
    periods : float
        Sessions in a year.
    cash : float or float array of shape (S,)
        What cash earned in each session, as a fraction; 0 by default.
    """
    return sharpe_of(moments(known(returns - cash)), periods)


def sharpe_of(found: Moments, periods: float) -> float:
    """``sharpe`` of returns over cash with these moments.

    Parameters
    ----------
    found : Moments
    periods : float
        Sessions in a year.
    """
    return found.mean / found.deviation * math.sqrt(periods) if found.deviation > FLAT else math.nan


LINE.add(
    lambda line: sharpe_of(line.sessions.moments, line.periods),
    Definition(
        "sharpe", "Sharpe ratio", "mean / standard deviation of session returns × {root}; risk-free rate 0", "ratio",
        annualised="{root}", blank="no risk", source="Sharpe (1994)",
    ),
)  # fmt: skip


def sharpe_over_cash(returns: Floats, periods: float, cash: Floats | None) -> float:
    """The Sharpe ratio over what cash earned; NaN where there was no cash rate, and for a line without risk.

    Parameters
    ----------
    returns : float array of shape (S,)
        Simple returns per session, as fractions; NaN is left out.
    periods : float
        Sessions in a year.
    cash : float array of shape (S,) or None
        What cash earned in each session, as a fraction; None without a rate.
    """
    return math.nan if cash is None else sharpe(returns, periods, cash)


OVER_CASH.add(
    lambda run: sharpe_over_cash(run.own.sessions.returns, run.own.periods, run.once(cash_returns)),
    Definition(
        "sharpe_over_cash", "Sharpe ratio over cash",
        "mean / standard deviation of session return − what cash earned × {root}", "ratio", annualised="{root}",
        blank="no cash rate given, or no risk", source="Sharpe (1994)",
    ),
)  # fmt: skip


def sortino(returns: Floats, periods: float, target: float = 0.0) -> float:
    """Arithmetic mean less the target over the target downside deviation, times the square root of ``periods``.

    The downside deviation is the root of the mean, over *all* returns, of ``min(r - target, 0) ** 2``; ``target`` is a
    fraction per session. NaN where nothing fell short of it. Source: Sortino and Price (1994).

    Parameters
    ----------
    returns : float array of shape (S,)
        Simple returns per session, as fractions; NaN is left out.
    periods : float
        Sessions in a year.
    target : float
        A fraction per session.
    """
    over = known(returns) - target
    return _sortino(over, float(over.mean()) if len(over) else 0.0, periods)


def _sortino(over: Floats, mean: float, periods: float) -> float:
    short = np.minimum(over, 0.0)
    down = math.sqrt(float(np.add.reduce(short * short)) / len(over)) if len(over) > 1 else 0.0
    return mean / down * math.sqrt(periods) if down > FLAT else math.nan


LINE.add(
    lambda line: _sortino(line.sessions.known, line.sessions.moments.mean, line.periods),
    Definition(
        "sortino", "Sortino ratio", "mean / root mean square of min(return, 0), all sessions × {root}", "ratio",
        annualised="{root}", blank="no return below 0", source="Sortino, Price (1994)",
    ),
)  # fmt: skip


def cagr_by_sessions(growth: Floats, periods: float) -> float:
    """Compound annual growth ``(last / first) ** (periods / n) - 1``, as a fraction per ``periods`` sessions.

    n is the number of returns from the first known value to the last: what comes before the line begins is no time in
    which it stood still. The convention of empyrical, pyfolio and quantstats.

    Parameters
    ----------
    growth : float array of shape (S + 1,)
        Levels of a line, NaN before it begins.
    periods : float
        Sessions in a year.
    """
    there = np.flatnonzero(np.isfinite(growth))
    return cagr(growth, float(there[-1] - there[0]) / periods) if len(there) > 1 else math.nan


def _by_sessions(line: MeasuredLine) -> float:
    if len(line.levels) < 2:
        return math.nan
    between = len(line.levels) - 1 if line.there is None else int(line.there[-1] - line.there[0])
    return _compound(_total(line.levels), between / line.periods)


DETAILS.add(
    _by_sessions,
    Definition(
        "cagr_sessions", "CAGR by sessions",
        "(last / first) ^ ({periods} / returns) − 1: {periods} sessions are a year", "fraction",
        annualised="{periods} sessions", blank="no return", source="empyrical, quantstats",
    ),
)  # fmt: skip


def ordered_quantile(line: Floats, q: float) -> float:
    """Linear interpolation between the order statistics around ``(n - 1) * q``; ``line`` ascending, at least one.

    Type 7 of Hyndman and Fan (1996), as numpy's default.

    Parameters
    ----------
    line : float array
        Ascending, at least one, no NaN.
    q : float
        In [0, 1].
    """
    place = (len(line) - 1) * q
    below = min(int(place + 1e-9), len(line) - 1)  # 0.05 * 20 is 1 whatever the floats say
    above = min(below + 1, len(line) - 1)
    return float(line[below] + (line[above] - line[below]) * max(place - below, 0.0))
