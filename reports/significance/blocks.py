"""Resamples of whole blocks of sessions, the same for all variants, and how long the blocks are."""

from __future__ import annotations

import math

import numpy as np

from ...data.errors import ParameterError
from ...data.types import Floats, Ints
from . import narrow
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
        by_mean = varied[np.argsort(means[varied], kind="stable")]
        chosen = by_mean[np.unique(np.linspace(0, len(by_mean) - 1, _MOST_COLUMNS).astype(np.int64))]
        lengths = np.array([politis_white(line)[1] for line in values[:, chosen].T])
        known = lengths[np.isfinite(lengths)]
        wanted = float(np.quantile(known, 0.75)) if len(known) else 1.0
    return int(min(max(math.ceil(wanted), math.ceil(size**0.25)), max(1, size // LEAST_BLOCKS)))


def politis_white(line: Floats) -> tuple[float, float]:
    """Mean block of the stationary, and block of the circular bootstrap that suit the mean of a line.

    Politis and White, Econometric Reviews 23, 2004, with the correction of Patton, Politis and White, same journal 28,
    2009; equal to ``arch.bootstrap.optimal_block_length``, which takes a second to import. NaN or infinite for a line
    that does not move.

    Parameters
    ----------
    line : array of shape (T,)
        Finite.
    """
    size, moved = len(line), line - line.mean()
    quiet = max(5, int(np.log10(size)))  # autocorrelations in a row that are to be small
    most = int(np.ceil(np.sqrt(size))) + quiet
    bar = 2 * np.sqrt(np.log10(size) / size)
    squares = np.concatenate(([0.0], np.cumsum(moved * moved)))
    lags = np.arange(most + 1)
    cross = np.array([moved[k:] @ moved[: size - k] for k in lags.tolist()])
    with np.errstate(divide="ignore", invalid="ignore"):
        early, late = squares[size - lags - 1], squares[-1] - squares[lags + 1]
        small = np.abs(cross) / np.sqrt(early * late) < bar
    runs = [k for k in range(most + 1 - quiet) if small[k : k + quiet].all()]
    last = min(2 * max(runs[0], 1), most) if runs else most
    covariance, k = cross / size, np.arange(1, last + 1)
    weight = np.where(k / last <= 0.5, 1.0, 2 * (1 - k / last))
    slope = 2 * float((weight * k * covariance[1 : last + 1]).sum())
    level = float(covariance[0] + 2 * (weight * covariance[1 : last + 1]).sum())
    cap = float(np.ceil(min(3 * np.sqrt(size), size / 3)))
    if not level:
        return math.nan, math.nan
    ratio = slope * slope / (level * level) * size
    return min(ratio ** (1 / 3), cap), min((1.5 * ratio) ** (1 / 3), cap)


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
    if values.shape[1] <= narrow.COLUMNS:
        return narrow.resampled(narrow.block_sums(centred, block), starts, block)
    sums = np.empty_like(centred)
    block_sums(centred, block, sums)
    means, errors = np.empty((2, len(starts), values.shape[1]))
    resampled(sums, starts, block, means, errors)
    return means, errors
