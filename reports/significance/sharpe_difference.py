"""Whether two Sharpe ratios differ: Ledoit and Wolf, Robust performance hypothesis testing with the Sharpe ratio.

Journal of Empirical Finance 15 (2008), 850-859. The authors' R code gives the same figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...data.errors import ParameterError
from ...data.types import Floats
from ..formatting import decimal
from .blocks import block_length, block_starts
from .hac import long_run_covariance

_BATCH = 4_000_000  # numbers at a time


@dataclass(frozen=True)
class SharpeDifference:
    """Sharpe ratio of one series less that of another, per observation.

    Attributes
    ----------
    difference : float
    error, prewhitened_error : float
        Its standard error, without and with prewhitening.
    p, prewhitened_p : float
        Two-sided, by the normal distribution.
    bootstrap_p : float
        Two-sided, by the studentised circular block bootstrap: the one to go by.
    block, resamples, seed : int
        Of the bootstrap.
    """

    difference: float
    error: float
    prewhitened_error: float
    p: float
    prewhitened_p: float
    bootstrap_p: float
    block: int
    resamples: int
    seed: int

    @property
    def sentence(self) -> str:
        """In plain words."""
        told = "can be told from chance at 5%" if self.bootstrap_p <= 0.05 else "can't be told from chance"
        gap = decimal(self.difference, 3)
        return f"A difference of {gap} in the Sharpe ratio a period {told} (p {self.bootstrap_p:.3f})."


def sharpe_difference(
    first: Floats, second: Floats, *, block: int | None = None, resamples: int = 4_999, seed: int = 0
) -> SharpeDifference:
    """The difference of two Sharpe ratios, with HAC and bootstrap p-values.

    Parameters
    ----------
    first, second : arrays of shape (T,)
        Returns over cash in the same periods, finite; at least 20.
    block : int, optional
        Periods in a block. Default: the automatic choice for both series.
    resamples, seed : int

    Raises
    ------
    ParameterError
        For series of different length, fewer than 20 periods, what isn't finite, or a series that never moves.
    """
    pair = np.column_stack(_checked(first, second))
    size = len(pair)
    block = block_length(pair) if block is None else block
    moments = np.column_stack((pair, pair**2))
    centre = moments.mean(axis=0)
    gap = _gap(centre, size)
    slope = _gradient(centre)
    plain, white = (
        math.sqrt(float(slope @ long_run_covariance(moments - centre, prewhitened=how) @ slope) / size)
        for how in (False, True)
    )
    from scipy.stats import norm

    p, white_p = (float(2 * norm.sf(abs(gap) / error)) for error in (plain, white))
    starts = block_starts(size, block, resamples, seed)
    step = max(1, _BATCH // (4 * starts.shape[1]))
    cyclic = np.concatenate((np.zeros((1, 4)), np.cumsum(np.concatenate((moments, moments[:block])), axis=0)))
    sums = cyclic[block : block + size] - cyclic[:size]
    beyond = 0
    for begin in range(0, resamples, step):
        blocks = sums[starts[begin : begin + step]]
        middle = blocks.mean(axis=1) / block
        used = starts.shape[1] * block
        zeta = (blocks - block * middle[:, None, :]) / math.sqrt(block)
        spread = np.einsum("blp,bp->bl", zeta, _gradient(middle.T).T)
        error = np.sqrt((spread**2).mean(axis=1) / used)
        with np.errstate(divide="ignore", invalid="ignore"):
            far = np.abs(_gap(middle.T, used) - gap) / error
        beyond += int((far >= abs(gap) / white).sum())
    return SharpeDifference(
        float(gap), plain, white, p, white_p, (1 + beyond) / (1 + resamples), block, resamples, seed
    )


def _checked(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if one.ndim != 1 or one.shape != other.shape or len(one) < 20:
        raise ParameterError(f"two series of the same 20 periods or more are needed, were {one.shape}, {other.shape}")
    if not (np.isfinite(one).all() and np.isfinite(other).all() and np.ptp(one) > 0 and np.ptp(other) > 0):
        raise ParameterError("both series must be finite, and move; leave out periods in which one is not known")
    return one, other


def _gap(centre: Floats, size: int) -> Floats:
    """Difference of the Sharpe ratios, with divisor T - 1, from (mean, mean, mean square, mean square)."""
    first, second, first_square, second_square = centre
    scale = math.sqrt((size - 1) / size)
    out: Floats = scale * (first / np.sqrt(first_square - first**2) - second / np.sqrt(second_square - second**2))
    return out


def _gradient(centre: Floats) -> Floats:
    first, second, first_square, second_square = centre
    one, other = (first_square - first**2) ** 1.5, (second_square - second**2) ** 1.5
    return np.array([first_square / one, -second_square / other, -0.5 * first / one, 0.5 * second / other])
