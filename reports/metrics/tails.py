"""The tails and the shape of a line's returns: fractions per session, shape (S,).

Unknown returns are left out; a metric without enough of them is NaN.
"""

from __future__ import annotations

import math

import numpy as np

from ...data.types import Floats
from .inputs import DETAILS
from .registry import Definition
from .returns import FLAT, ordered_quantile
from .sample import Moments, Sample, known, moments

__all__ = ["conditional_value_at_risk", "kurtosis", "positive_share", "skewness", "tail_ratio", "value_at_risk"]

LEVEL = 0.95
"""Of value at risk: what a session's return stays above in 19 of 20 sessions."""


def value_at_risk(returns: Floats, level: float = LEVEL) -> float:
    """Historical value at risk: the ``1 - level`` quantile of session returns, as a signed fraction; a loss is < 0.

    The quantile interpolates linearly (Hyndman and Fan's type 7), and assumes no distribution: mean less 1.645
    standard deviations is another number. Not annualised. NaN for fewer than ``1 / (1 - level)`` returns.
    Source: historical simulation, market practice.

    Parameters
    ----------
    returns : float array of shape (S,)
        Simple returns per session, as fractions; NaN is left out.
    level : float
        Confidence, in (0.5, 1).
    """
    return _value_at_risk(np.sort(known(returns)), level)


def _value_at_risk(ordered: Floats, level: float = LEVEL) -> float:
    return ordered_quantile(ordered, 1.0 - level) if _enough(ordered, level) else math.nan


DETAILS.add(
    lambda line: _value_at_risk(line.sessions.ordered),
    Definition(
        "var_95", "VaR 95%, historical",
        "5% quantile of session returns, linear interpolation; no distribution assumed", "fraction",
        annualised="no: one session", blank="fewer than 20 returns", source="historical simulation; empyrical",
        printed=".2%",
    ),
)  # fmt: skip


def conditional_value_at_risk(returns: Floats, level: float = LEVEL) -> float:
    """Historical expected shortfall: mean of the session returns at or below the value at risk, a signed fraction.

    Not annualised. NaN where ``value_at_risk`` is. Source: Rockafellar and Uryasev (2000), on the sample.

    Parameters
    ----------
    returns : float array of shape (S,)
        Simple returns per session, as fractions; NaN is left out.
    level : float
        Confidence, in (0.5, 1).
    """
    return _shortfall(np.sort(known(returns)), level)


def _shortfall(ordered: Floats, level: float = LEVEL) -> float:
    if not _enough(ordered, level):
        return math.nan
    return float(ordered[: np.searchsorted(ordered, ordered_quantile(ordered, 1.0 - level), side="right")].mean())


DETAILS.add(
    lambda line: _shortfall(line.sessions.ordered),
    Definition(
        "cvar_95", "CVaR 95%, historical", "mean of the session returns at or below the historical VaR", "fraction",
        annualised="no: one session", blank="fewer than 20 returns", source="Rockafellar, Uryasev (2000)",
        printed=".2%",
    ),
)  # fmt: skip


def skewness(returns: Floats) -> float:
    """Sample skewness of session returns, corrected for bias: ``sqrt(n (n - 1)) / (n - 2) * m3 / m2 ** 1.5``.

    m2 and m3 are central moments with divisor n. 0 for a symmetric line; NaN for fewer than 3 returns or a flat line.
    Source: Joanes and Gill (1998), G1; as pandas, Excel and quantstats. pyfolio gives the biased one.
    """
    return _skewness(moments(known(returns)))


def _skewness(found: Moments) -> float:
    count = found.size
    m2 = found.total / count if count else 0.0
    if count < 3 or m2 <= FLAT**2:
        return math.nan
    m3 = float(np.add.reduce(found.squares * found.gaps)) / count
    return math.sqrt(count * (count - 1)) / (count - 2) * m3 / (m2 * math.sqrt(m2))


DETAILS.add(
    lambda line: _skewness(line.sessions.moments),
    Definition(
        "skewness", "Skewness", "third standardised moment of session returns, bias-corrected (G1)", "ratio",
        blank="fewer than 3 returns, or all equal", source="Joanes, Gill (1998); pandas",
    ),
)  # fmt: skip


def kurtosis(returns: Floats) -> float:
    """Sample excess kurtosis of session returns, corrected for bias; 0 for a normal distribution.

    ``(n - 1) / ((n - 2) (n - 3)) * ((n + 1) (m4 / m2 ** 2 - 3) + 6)``, m2 and m4 central moments with divisor n. NaN
    for fewer than 4 returns or a flat line. Source: Joanes and Gill (1998), G2; as pandas, Excel and quantstats.
    """
    return _kurtosis(moments(known(returns)))


def _kurtosis(found: Moments) -> float:
    count = found.size
    m2 = found.total / count if count else 0.0
    if count < 4 or m2 <= FLAT**2:
        return math.nan
    g2 = float(np.add.reduce(found.squares * found.squares)) / count / m2**2 - 3.0
    return (count - 1) / ((count - 2) * (count - 3)) * ((count + 1) * g2 + 6.0)


DETAILS.add(
    lambda line: _kurtosis(line.sessions.moments),
    Definition(
        "kurtosis", "Excess kurtosis", "fourth standardised moment of session returns − 3, bias-corrected (G2)",
        "ratio", blank="fewer than 4 returns, or all equal", source="Joanes, Gill (1998); pandas",
    ),
)  # fmt: skip


def tail_ratio(returns: Floats, level: float = LEVEL) -> float:
    """Size of the ``level`` quantile of session returns over that of the ``1 - level`` quantile.

    Above 1 the good tail is the longer one. Quantiles, and where they are NaN, as in ``value_at_risk``; NaN also where
    the lower one is 0. The definition of empyrical and quantstats.

    Parameters
    ----------
    returns : float array of shape (S,)
        Simple returns per session, as fractions; NaN is left out.
    level : float
        Confidence, in (0.5, 1).
    """
    return _tail_ratio(np.sort(known(returns)), level)


def _tail_ratio(ordered: Floats, level: float = LEVEL) -> float:
    low = abs(ordered_quantile(ordered, 1.0 - level)) if _enough(ordered, level) else 0.0
    return abs(ordered_quantile(ordered, level)) / low if low > FLAT else math.nan


DETAILS.add(
    lambda line: _tail_ratio(line.sessions.ordered),
    Definition(
        "tail_ratio", "Tail ratio", "size of the 95% quantile of session returns / size of the 5% quantile", "ratio",
        blank="fewer than 20 returns, or a 5% quantile of 0", source="empyrical",
    ),
)  # fmt: skip


def positive_share(returns: Floats) -> float:
    """Share of returns above 0 among those that are not 0, in [0, 1]: of sessions, of months.

    A session spent in cash that earns nothing is neither won nor lost. NaN where every return is 0. As quantstats.
    """
    return _positive_share(Sample(returns))


def _positive_share(sample: Sample) -> float:
    up = int(np.count_nonzero(sample.rose if sample.whole else sample.known > 0))
    moved = int(np.count_nonzero(sample.known))
    return up / moved if moved else math.nan


DETAILS.add(
    lambda line: _positive_share(line.sessions),
    Definition(
        "positive_sessions", "Sessions up", "share of session returns above 0 among those other than 0", "fraction",
        blank="no return other than 0", source="market practice; quantstats",
    ),
)  # fmt: skip
DETAILS.add(
    lambda line: _positive_share(line.months),
    Definition(
        "positive_months", "Months up", "share of calendar months with a return above 0 among those other than 0",
        "fraction", blank="no return other than 0", source="market practice; quantstats",
    ),
)  # fmt: skip


def _enough(ordered: Floats, level: float) -> bool:
    """Whether returns are as many as a quantile of that level takes."""
    return len(ordered) * (1.0 - level) >= 1.0 - 1e-9
