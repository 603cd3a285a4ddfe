"""Block-bootstrap intervals of what one series of returns shows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...data.errors import ParameterError
from ...data.types import Floats, Ints
from ..formatting import decimal, percent
from .blocks import LEAST_BLOCKS, politis_white
from .normal import all_below, quantile

_TOGETHER = 100
"""Resamples that are drawn at a time."""


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
            f"{percent(self.mean, 1, True)} a year, not compounded ({self.confidence:.0%} interval "
            f"{percent(self.mean_low, 1, True)} to {percent(self.mean_high, 1, True)}); ratio {decimal(self.ratio)} "
            f"({decimal(self.ratio_low)} to {decimal(self.ratio_high)})."
        )


def intervals(
    returns: Floats, periods: float, *, confidence: float = 0.95, block: int | None = None, resamples: int = 1_000,
    seed: int = 0,
) -> Intervals:  # fmt: skip
    """Bias-corrected and accelerated intervals by the stationary bootstrap.

    Politis and Romano, The stationary bootstrap, Journal of the American Statistical Association 89, 1994; Efron,
    Better bootstrap confidence intervals, same journal 82, 1987.

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
    returns = np.asarray(returns, np.float64)
    if returns.ndim != 1 or len(returns) < 20 or not np.isfinite(returns).all() or not np.ptp(returns) > 0:
        raise ParameterError("an interval takes 20 or more returns that are finite and not all the same")
    if block is None:
        wanted = politis_white(returns)[0]
        block = min(math.ceil(max(1.0, wanted if math.isfinite(wanted) else 1.0)), max(1, len(returns) // LEAST_BLOCKS))

    rng, drawn = np.random.default_rng(seed), []
    for at in range(0, resamples, _TOGETHER):
        drawn.append(_figures(returns[_stationary(len(returns), block, rng, min(_TOGETHER, resamples - at))], periods))
    all_drawn, left_out = np.concatenate(drawn), _left_out(returns, periods)
    mean, ratio = _figures(returns[None], periods)[0].tolist()
    low, high = _corrected(all_drawn[:, 0], mean, left_out[:, 0], confidence)
    ratio_low, ratio_high = _corrected(all_drawn[:, 1], ratio, left_out[:, 1], confidence)
    return Intervals(mean, low, high, ratio, ratio_low, ratio_high, confidence, block)


def _figures(lines: Floats, periods: float) -> Floats:
    """Mean and ratio of mean to standard deviation, a year, of each of some lines, shape (R, 2)."""
    mean, spread = lines.mean(axis=1), lines.std(axis=1, ddof=1)
    ratio = np.divide(mean, spread, out=np.zeros(len(mean)), where=spread > 0)  # a resample may hold one value only
    return np.column_stack((mean * periods, ratio * math.sqrt(periods)))


def _stationary(size: int, block: int, rng: np.random.Generator, count: int) -> Ints:
    """Sessions of some resamples, shape (R, T): each goes on from the one before but begins anew once in ``block``."""
    fresh = rng.integers(size, size=(count, size), dtype=np.int32)
    begins = rng.random((count, size), np.float32) < 1.0 / block
    begins[:, 0] = True
    place = np.arange(size, dtype=np.int32)
    since = np.maximum.accumulate(np.where(begins, place, 0), axis=1)
    drawn = np.take_along_axis(fresh, since, axis=1) + (place - since)
    out: Ints = np.where(drawn >= size, drawn - size, drawn)
    return out


def _left_out(returns: Floats, periods: float) -> Floats:
    """The figures without each session in turn, shape (T, 2)."""
    size, total, squares = len(returns), returns.sum(), (returns * returns).sum()
    mean = (total - returns) / (size - 1)
    spread = np.sqrt(np.maximum((squares - returns * returns - (size - 1) * mean * mean) / (size - 2), 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.column_stack((mean * periods, mean / spread * math.sqrt(periods)))


def _corrected(drawn: Floats, own: float, left_out: Floats, confidence: float) -> tuple[float, float]:
    """The ends of an interval, its bias and skewness corrected."""
    share = (drawn < own).mean()
    bias = quantile(min(max(share, 1.0 / len(drawn)), 1.0 - 1.0 / len(drawn)))
    away = left_out.mean() - left_out
    pull = float((away**3).sum() / (6.0 * (away**2).sum() ** 1.5)) if (away**2).sum() > 0 else 0.0
    tails = np.array([quantile((1.0 - confidence) / 2), quantile((1.0 + confidence) / 2)])
    shares = all_below(bias + (bias + tails) / (1.0 - pull * (bias + tails)))
    low, high = np.quantile(drawn, shares).tolist()
    return low, high
