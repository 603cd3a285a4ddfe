"""Block-bootstrap intervals of what one series of returns shows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...data.errors import ParameterError
from ...data.types import Floats
from ..formatting import decimal, percent
from .blocks import LEAST_BLOCKS


@dataclass(frozen=True)
class Intervals:
    """Mean and Sharpe ratio a year, each with a two-sided interval.

    Attributes
    ----------
    mean, mean_low, mean_high : float
        Mean return times periods a year, a fraction.
    ratio, ratio_low, ratio_high : float
        Mean over standard deviation, times the root of periods a year.
    confidence : float
    block : int
        Mean block in periods.
    """

    mean: float
    mean_low: float
    mean_high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    confidence: float
    block: int

    @property
    def sentence(self) -> str:
        """In plain words."""
        return (
            f"{percent(self.mean, 1, True)} a year ({self.confidence:.0%} interval "
            f"{percent(self.mean_low, 1, True)} to {percent(self.mean_high, 1, True)}); ratio {decimal(self.ratio)} "
            f"({decimal(self.ratio_low)} to {decimal(self.ratio_high)})."
        )


def intervals(
    returns: Floats, periods: float, *, confidence: float = 0.95, block: int | None = None, resamples: int = 1_000,
    seed: int = 0,
) -> Intervals:  # fmt: skip
    """Bias-corrected and accelerated intervals by the stationary bootstrap.

    Politis and Romano, The stationary bootstrap, Journal of the American Statistical Association 89, 1994; Efron,
    Better bootstrap confidence intervals, same journal 82, 1987. Computed by the package arch.

    Parameters
    ----------
    returns : array of shape (T,)
        Finite, not all the same; at least 20.
    periods : float
        Returns a year.
    confidence : float
    block : int, optional
        Mean block; default: Politis and White's choice, at most a tenth of the sample.
    resamples, seed : int

    Raises
    ------
    ParameterError
        For other returns.
    """
    from arch.bootstrap import StationaryBootstrap, optimal_block_length

    returns = np.asarray(returns, np.float64)
    if returns.ndim != 1 or len(returns) < 20 or not np.isfinite(returns).all() or not np.ptp(returns) > 0:
        raise ParameterError("an interval takes 20 or more returns that are finite and not all the same")
    if block is None:
        wanted = float(optimal_block_length(returns)["stationary"].iloc[0])
        block = min(math.ceil(max(1.0, wanted if math.isfinite(wanted) else 1.0)), max(1, len(returns) // LEAST_BLOCKS))

    def both(line: Floats) -> Floats:
        mean = line.mean()
        return np.array([mean * periods, mean / line.std(ddof=1) * math.sqrt(periods)])

    drawn = StationaryBootstrap(block, returns, seed=np.random.default_rng(seed))
    low, high = drawn.conf_int(both, reps=resamples, method="bca", size=confidence)
    mean, ratio = both(returns).tolist()
    return Intervals(mean, float(low[0]), float(high[0]), ratio, float(low[1]), float(high[1]), confidence, block)
