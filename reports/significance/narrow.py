"""What the kernels do, for few columns: whole columns at a time, added up in the same order, so with the same bits.

A verdict over one run need not wait for kernels to be compiled.
"""

from __future__ import annotations

import numpy as np

from ...data.types import Floats, Ints

COLUMNS = 16
"""The most columns for which this is quick."""


def block_sums(values: Floats, block: int) -> Floats:
    """See ``kernels.block_sums``.

    Parameters
    ----------
    values : array of shape (T, V)
    block : int
        From 1 to T.
    """
    rows, out = np.arange(len(values)), values.copy()
    for step in range(1, block):
        out += values[(rows + step) % len(values)]
    return out


def resampled(sums: Floats, starts: Ints, block: int) -> tuple[Floats, Floats]:
    """See ``kernels.resampled``; means and standard errors, each of shape (B, V).

    Parameters
    ----------
    sums : array of shape (T, V)
    starts : int64 array of shape (B, L)
    block : int
    """
    size = starts.shape[1] * block
    total, squares = np.zeros((2, len(starts), sums.shape[1]))
    for column in starts.T:
        value = sums[column]
        total += value
        squares += value * value
    means = total / size
    spread = squares / size - block * means * means
    return means, np.sqrt(np.maximum(spread, 0.0) / size)


def long_run_variances(columns: Floats) -> Floats:
    """See ``kernels.long_run_variances``.

    Parameters
    ----------
    columns : array of shape (V, T)
        Each with mean 0.
    """
    return np.array([_long_run_variance(line) for line in columns])


def _long_run_variance(line: Floats) -> float:
    size, n = len(line), len(line) - 1
    early, late = _added(line[:-1]) / n, _added(line[1:]) / n
    centred = line[:-1] - early
    across, square = _added(centred * (line[1:] - late)), _added(centred * centred)
    rho = min(max(across / square if square > 0.0 else 0.0, -0.97), 0.97)
    width = min(2.6614 * (4.0 * rho * rho / (1.0 - rho) ** 4 * size) ** 0.2, size - 1.0)
    total, lag = _added(line * line), 1
    while lag < width:
        x = lag / width
        weight = 1.0 - 6.0 * x * x + 6.0 * x * x * x if x <= 0.5 else 2.0 * (1.0 - x) ** 3
        total += 2.0 * weight * _added(line[lag:] * line[:-lag])
        lag += 1
    return total / (size - 1.0)


def _added(values: Floats) -> float:
    """A sum in the order of the values, which ``sum`` does not keep to."""
    return float(np.cumsum(values)[-1]) if len(values) else 0.0
