"""Resamples of whole blocks of sessions, the same for all variants, and how long the blocks are."""

from __future__ import annotations

import math

import numpy as np

from ...data.errors import ParameterError
from ...data.types import Floats, Ints
from .kernels import block_sums, resampled

LEAST_BLOCKS = 10
"""A block is at most a tenth of the sample."""
_MOST_COLUMNS = 500  # whose autocorrelation is looked at


def block_length(values: Floats) -> int:
    """Sessions in a block: what the autocorrelation of the upper quartile of columns asks for, within bounds.

    Politis and White's automatic choice for the circular bootstrap (Econometric Reviews 23, 2004, corrected with Patton
    2009) for each column, of which the upper quartile; at least ``T ** 0.25``, the rate that suits one-sided tails
    (Hall, Horowitz and Jing, Biometrika 82, 1995), and at most a tenth of the sample. Of more than 500 columns it looks
    at 500 that are evenly spaced by their mean.

    Parameters
    ----------
    values : array of shape (T, V)
        Finite.

    Returns
    -------
    int
    """
    size = len(values)
    means, spread = values.mean(axis=0), values.std(axis=0)
    varied = np.flatnonzero(spread > 0)
    wanted = 1.0
    if size > LEAST_BLOCKS and len(varied):
        from arch.bootstrap import optimal_block_length

        by_mean = varied[np.argsort(means[varied], kind="stable")]
        chosen = by_mean[np.unique(np.linspace(0, len(by_mean) - 1, _MOST_COLUMNS).astype(np.int64))]
        lengths = optimal_block_length(values[:, chosen])["circular"].to_numpy()
        known = lengths[np.isfinite(lengths)]
        wanted = float(np.quantile(known, 0.75)) if len(known) else 1.0
    return int(min(max(math.ceil(wanted), math.ceil(size**0.25)), max(1, size // LEAST_BLOCKS)))


def block_starts(sessions: int, block: int, resamples: int, seed: int) -> Ints:
    """First sessions of the blocks of each resample, shape (B, L), where L blocks are as near to T as fits.

    The circular block bootstrap (Politis and Romano, A circular block-resampling procedure for stationary data, 1992).

    Parameters
    ----------
    sessions, block, resamples, seed : int

    Raises
    ------
    ParameterError
        For a block that is not from 1 to T, and for less than 100 resamples.
    """
    if not 1 <= block <= sessions:
        raise ParameterError(f"block must be from 1 to the {sessions} sessions, was {block}")
    if resamples < 100:
        raise ParameterError(f"resamples must be at least 100, was {resamples}")
    shape = resamples, sessions // block
    return np.random.default_rng(seed).integers(0, sessions, shape, dtype=np.int64)


def resample(values: Floats, starts: Ints, block: int) -> tuple[Floats, Floats]:
    """Deviation of the mean of each resample from the mean of the sample, and its standard error.

    Parameters
    ----------
    values : array of shape (T, V)
        Finite.
    starts : int64 array of shape (B, L)
        Of ``block_starts``.
    block : int

    Returns
    -------
    tuple of arrays of shape (B, V)
    """
    values = np.ascontiguousarray(values)
    centred = values - values.mean(axis=0)
    sums = np.empty_like(centred)
    block_sums(centred, block, sums)
    means, errors = np.empty((2, len(starts), values.shape[1]))
    resampled(sums, starts, block, means, errors)
    return means, errors
