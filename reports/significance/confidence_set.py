"""Which variants can't be told from the best: the model confidence set.

Hansen, Lunde and Nason, The model confidence set, Econometrica 79 (2011), with the range statistic and its elimination
rule. The package arch computes the same from the same resamples; it keeps resamples x variants x variants numbers,
which for a thousand variants are eight gigabytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.errors import ParameterError
from ...data.types import Flags, Floats, Ints
from .blocks import block_length, block_starts, resample
from .kernels import largest_gaps
from .stepdown import RESAMPLES

MOST_VARIANTS = 5_000


@dataclass(frozen=True)
class ConfidenceSet:
    """Who is in the set, at any level.

    Attributes
    ----------
    p : array of shape (V,)
        The smallest level at which a variant is out; the last to stay has 1.
    order : int64 array of shape (V,)
        In which variants left, the worst first.
    level : float
    block, seed : int
    """

    p: Floats
    order: Ints
    level: float
    block: int
    seed: int

    @property
    def inside(self) -> Flags:
        """Who can't be told from the best at ``level``, shape (V,)."""
        return self.p > self.level

    @property
    def sentence(self) -> str:
        """In plain words."""
        count, total = int(self.inside.sum()), len(self.p)
        if count == total:
            return f"No variant can be told from the best of the {total} (model confidence set, {1 - self.level:.0%})."
        return f"{count} of {total} variants can't be told from the best (model confidence set, {1 - self.level:.0%})."


def confidence_set(
    values: Floats, *, level: float = 0.1, block: int | None = None, resamples: int = RESAMPLES, seed: int = 0
) -> ConfidenceSet:
    """The variants among which the best is, with at least the probability 1 - level.

    Parameters
    ----------
    values : array of shape (T, V)
        Returns, or returns over any control, finite; from 2 to 5,000 columns.
    level : float
    block : int, optional
        Sessions in a block; default: ``block_length`` of the differences from the mean of all.
    resamples, seed : int

    Raises
    ------
    ParameterError
        For other values.
    """
    values = np.asarray(values, np.float64)
    if values.ndim != 2 or not np.isfinite(values).all() or not 2 <= values.shape[1] <= MOST_VARIANTS:
        raise ParameterError(
            f"returns must be finite, of shape (sessions, variants) with 2 to {MOST_VARIANTS:,} variants, were of "
            f"shape {values.shape}"
        )
    apart = values - values.mean(axis=1, keepdims=True)
    block = block_length(apart) if block is None else block
    deviations, _ = resample(apart, block_starts(len(values), block, resamples, seed), block)
    p, order = eliminated(apart.mean(axis=0), deviations)
    return ConfidenceSet(p, order, level, block, seed)


def eliminated(means: Floats, deviations: Floats) -> tuple[Floats, Ints]:
    """p-values and order of elimination from means and the deviations of resampled means.

    Parameters
    ----------
    means : array of shape (V,)
    deviations : array of shape (B, V)

    Returns
    -------
    tuple of arrays of shape (V,)
    """
    count, resamples = len(means), len(deviations)
    drawn = np.ascontiguousarray(deviations.T)
    second = drawn @ drawn.T / resamples
    own = np.diag(second)
    variance = own[:, None] + own[None, :] - 2 * second
    same = variance <= 1e-12 * (own[:, None] + own[None, :])
    weights = np.where(same, 0.0, 1 / np.sqrt(np.where(same, 1.0, variance)))
    behind = (means[None, :] - means[:, None]) * weights  # row: how far it is behind each other
    order, largest = np.empty(count, np.int64), np.empty(count)
    worst = behind.max(axis=1)
    left = np.ones(count, np.bool_)
    for step in range(count - 1):
        out = int(np.where(left, worst, -np.inf).argmax())
        order[step], largest[step] = out, worst[out]
        left[out] = False
        stale = left & (behind[:, out] >= worst)  # their largest was against the one that left
        if stale.any():
            worst[stale] = behind[np.ix_(stale, left)].max(axis=1)
    order[-1] = int(np.flatnonzero(left)[0])
    gaps = np.empty((count, resamples))
    largest_gaps(drawn, weights, order[::-1].copy(), gaps)
    p = np.ones(count)
    beyond = (gaps[:0:-1] >= largest[:-1, None]).mean(axis=1)  # the set of the first step is the whole
    p[order[:-1]] = np.maximum.accumulate(beyond)
    return p, order
