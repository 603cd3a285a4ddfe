"""How sure one Sharpe ratio is: probabilistic and deflated, and how long a record it takes.

Ratios are per period, from simple returns over cash or over a control, with divisor T - 1; skewness and kurtosis (3 is
normal) with divisor T. Bailey and Lopez de Prado: The Sharpe ratio efficient frontier, Journal of Risk 15(2), 2012; The
deflated Sharpe ratio, Journal of Portfolio Management 40(5), 2014; with Borwein and Zhu, Pseudo-mathematics and
financial charlatanism, Notices of the AMS 61(5), 2014.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...data.errors import ParameterError
from ...data.types import Floats
from .normal import below, quantile

EULER = 0.5772156649015329


class Moments(NamedTuple):
    """What the formulas need of a record.

    Attributes
    ----------
    ratio : float
        Sharpe ratio per period.
    periods : int
    skew, kurtosis : float
        Of the returns; a normal distribution has 0 and 3.
    """

    ratio: float
    periods: int
    skew: float = 0.0
    kurtosis: float = 3.0

    def error(self) -> float:
        """Standard error of the ratio, ``sqrt((1 - skew SR + (kurtosis - 1) / 4 SR^2) / (T - 1))``.

        Mertens, Comments on variance of the IID estimator in Lo (2002), 2002.
        """
        return math.sqrt(self.spread / (self.periods - 1))

    @property
    def spread(self) -> float:
        """Variance of the ratio times the periods."""
        return 1 - self.skew * self.ratio + (self.kurtosis - 1) / 4 * self.ratio**2


def moments_of(returns: Floats) -> Moments:
    """Sharpe ratio, skewness and kurtosis of a record.

    Parameters
    ----------
    returns : array of shape (T,)
        Simple returns over cash or a control, finite, not all the same; at least 3.

    Raises
    ------
    ParameterError
        For other returns.
    """
    returns = np.asarray(returns, np.float64)
    if returns.ndim != 1 or len(returns) < 3 or not np.isfinite(returns).all() or not np.ptp(returns) > 0:
        raise ParameterError("a Sharpe ratio takes 3 or more returns that are finite and not all the same")
    centred = returns - returns.mean()
    spread = math.sqrt(float((centred**2).mean()))
    third, fourth = (float(((centred / spread) ** power).mean()) for power in (3, 4))
    return Moments(float(returns.mean() / returns.std(ddof=1)), len(returns), third, fourth)


def probabilistic_sharpe(record: Moments, bar: float = 0.0) -> float:
    """Probability that the true Sharpe ratio is above a bar, PSR.

    ``Phi((SR - bar) sqrt(T - 1) / sqrt(1 - skew SR + (kurtosis - 1) / 4 SR^2))``.

    Parameters
    ----------
    record : Moments
    bar : float
        Per period.
    """
    return below((record.ratio - bar) / record.error())


def expected_maximum(trials: float, *, exact: bool = False) -> float:
    """Expected largest of N independent standard normal draws.

    ``(1 - g) Phi^-1(1 - 1/N) + g Phi^-1(1 - 1/(N e))`` with Euler's g, as the paper on the deflated ratio has it; 0 for
    one trial. It is 1-2% above the exact integral from ten trials on.

    Parameters
    ----------
    trials : float
        At least 1; an effective number need not be whole.
    exact : bool
        Whether to integrate instead.
    """
    if trials < 1:
        raise ParameterError(f"trials must be 1 or more, was {trials}")
    if trials == 1:
        return 0.0
    if exact:
        from scipy.integrate import quad

        def density(x: float) -> float:
            return float(x * trials * math.exp(-x * x / 2) / math.sqrt(2 * math.pi) * below(x) ** (trials - 1))

        return float(quad(density, -10, 12, limit=200, epsabs=1e-12)[0])
    low, high = quantile(1 - 1 / trials), quantile(1 - 1 / (trials * math.e))
    return float((1 - EULER) * low + EULER * high)


def deflated_sharpe(record: Moments, trials: float, spread: float, *, exact: bool = False) -> float:
    """Probability that the true Sharpe ratio is above what the best of N trials without skill is expected to show, DSR.

    On a grid of variants that hang together the ratios hardly differ, the bar is low, and nearly everything passes: no
    verdict rests on it.

    Parameters
    ----------
    record : Moments
        Of the best.
    trials : float
        Effective number, see ``effective_trials``.
    spread : float
        Variance of the trials' ratios, per period.
    exact : bool
        See ``expected_maximum``.
    """
    return probabilistic_sharpe(record, math.sqrt(spread) * expected_maximum(trials, exact=exact))


def effective_trials(values: Floats) -> float:
    """How many independent trials V variants amount to: ``V (1 - rho) + rho`` with their mean correlation rho >= 0.

    Parameters
    ----------
    values : array of shape (T, V)
        Returns over cash or a control, finite.
    """
    count = values.shape[1]
    if count == 1:
        return 1.0
    centred = values - values.mean(axis=0)
    norms = np.sqrt((centred**2).sum(axis=0))
    sure = norms > 0
    units = centred[:, sure] / norms[sure]
    used = units.shape[1]
    total = float((units.sum(axis=1) ** 2).sum())  # of all correlations, without the V x V of them
    rho = min(1.0, max(0.0, (total - used) / (used * (used - 1)))) if used > 1 else 0.0
    return float(count * (1 - rho) + rho)


def shortest_record(record: Moments, bar: float = 0.0, confidence: float = 0.95) -> float:
    """Periods after which the ratio stands above a bar, MinTRL; infinite where it isn't above it.

    ``1 + (1 - skew SR + (kurtosis - 1) / 4 SR^2) (z / (SR - bar))^2``.

    Parameters
    ----------
    record : Moments
    bar : float
        Per period.
    confidence : float
        In (0, 1).
    """
    if record.ratio <= bar:
        return math.inf
    return 1 + record.spread * (quantile(confidence) / (record.ratio - bar)) ** 2


def shortest_backtest(trials: float, ratio: float = 1.0) -> float:
    """Years below which the best of N trials without skill is expected to show such a Sharpe ratio, MinBTL.

    Parameters
    ----------
    trials : float
        Independent ones.
    ratio : float
        Annual.
    """
    if not ratio > 0:
        raise ParameterError(f"ratio must be above 0, was {ratio}")
    return float((expected_maximum(trials) / ratio) ** 2)


def years_needed(t: float, years: float, critical: float, power: float = 0.8) -> float:
    """Years in all after which a lead as large as now would be told from chance, with a given probability.

    A rule of thumb: a t-statistic grows with the square root of time, so ``years ((critical + z) / t)^2`` with the
    normal quantile z of ``power``. The lead of the best of many is larger than what it will be later, so this is the
    least. Infinite where there is no lead.

    Parameters
    ----------
    t : float
        Statistic over the years there are.
    years : float
    critical : float
        What it has to be above.
    power : float
        In (0, 1).
    """
    return years * ((critical + quantile(power)) / t) ** 2 if t > 0 else math.inf
