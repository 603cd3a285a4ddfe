"""What numpy can't do without arrays of resamples x sessions x variants. A plain function stays at ``__wrapped__``.

Every column is added up by itself in a fixed order, so a result depends neither on other columns nor on threads.
"""

from __future__ import annotations

import numpy as np

from ...data.types import Floats, Ints
from ...engine.compiled.lazily import compiled


@compiled
def block_sums(values: Floats, block: int, out: Floats) -> None:
    """Sum of the ``block`` sessions from each session on, the first following the last.

    Parameters
    ----------
    values, out : arrays of shape (T, V)
    block : int
        From 1 to T.
    """
    sessions, columns = values.shape
    for t in range(sessions):
        for k in range(columns):
            out[t, k] = values[t, k]
        for step in range(1, block):
            row = (t + step) % sessions
            for k in range(columns):
                out[t, k] += values[row, k]


@compiled
def resampled(sums: Floats, starts: Ints, block: int, means: Floats, errors: Floats) -> None:
    """Mean of each resample and its standard error, from the sums of the blocks it is made of.

    Parameters
    ----------
    sums : array of shape (T, V)
        Of ``block_sums``.
    starts : int64 array of shape (B, L)
        First sessions of the L blocks of each resample.
    block : int
    means, errors : arrays of shape (B, V)
        The standard error is that of a mean of L independent blocks (Götze and Künsch 1996).
    """
    resamples, blocks = starts.shape
    columns = sums.shape[1]
    size = blocks * block
    total, squares = np.zeros(columns), np.zeros(columns)
    for b in range(resamples):
        total[:] = 0.0
        squares[:] = 0.0
        for j in range(blocks):
            row = starts[b, j]
            for k in range(columns):
                value = sums[row, k]
                total[k] += value
                squares[k] += value * value
        for k in range(columns):
            mean = total[k] / size
            means[b, k] = mean
            spread = squares[k] / size - block * mean * mean
            errors[b, k] = np.sqrt(max(spread, 0.0) / size)


@compiled
def long_run_variances(columns: Floats, out: Floats) -> None:
    """Long-run variance of each row with Parzen's weights and Andrews' bandwidth for an AR(1).

    Parameters
    ----------
    columns : array of shape (V, T)
        Each with mean 0.
    out : array of shape (V,)
    """
    count, sessions = columns.shape
    n = sessions - 1
    for k in range(count):
        early = late = 0.0
        for t in range(n):
            early += columns[k, t]
            late += columns[k, t + 1]
        early, late = early / n, late / n
        across = square = 0.0
        for t in range(n):
            centred = columns[k, t] - early
            across += centred * (columns[k, t + 1] - late)
            square += centred * centred
        rho = across / square if square > 0.0 else 0.0
        rho = min(max(rho, -0.97), 0.97)
        width = min(2.6614 * (4.0 * rho * rho / (1.0 - rho) ** 4 * sessions) ** 0.2, sessions - 1.0)
        total = 0.0
        for t in range(sessions):
            total += columns[k, t] * columns[k, t]
        lag = 1
        while lag < width:
            part = 0.0
            for t in range(lag, sessions):
                part += columns[k, t] * columns[k, t - lag]
            x = lag / width
            weight = 1.0 - 6.0 * x * x + 6.0 * x * x * x if x <= 0.5 else 2.0 * (1.0 - x) ** 3
            total += 2.0 * weight * part
            lag += 1
        out[k] = total / (sessions - 1.0)  # T / (T - 1) for the mean that was estimated


@compiled
def selected(
    sums: Floats, squares: Floats, halves: Ints, length: int, by_mean: bool, best: Ints, found: Floats
) -> None:
    """For each way to take half of the blocks: the best column there, and where it stands in the other half.

    Parameters
    ----------
    sums, squares : arrays of shape (S, V)
        Of the returns of each block, and of their squares.
    halves : int64 array of shape (C, S)
        1 for blocks of the half that is chosen from, 0 for the other.
    length : int
        Sessions of half of the blocks.
    by_mean : bool
        Whether columns are judged by their mean, else by mean over standard deviation.
    best : int64 array of shape (C,)
        The best column of the first half; of equal ones the first.
    found : array of shape (3, C)
        Its figure in this half and in the other, and its rank in the other: from 1 for the worst, ties share the mean
        of their ranks.
    """
    blocks, columns = sums.shape
    inside, outside = np.zeros((2, columns)), np.zeros((2, columns))
    rest = np.zeros(columns)
    for c in range(halves.shape[0]):
        inside[:, :] = 0.0
        outside[:, :] = 0.0
        for s in range(blocks):
            into = inside if halves[c, s] == 1 else outside
            for k in range(columns):
                into[0, k] += sums[s, k]
                into[1, k] += squares[s, k]
        top, first = -np.inf, 0
        for k in range(columns):
            mean, mean_outside = inside[0, k] / length, outside[0, k] / length
            figure, rest[k] = mean, mean_outside
            if not by_mean:
                spread = max(inside[1, k] - mean * inside[0, k], 1e-300)
                spread_outside = max(outside[1, k] - mean_outside * outside[0, k], 1e-300)
                figure = mean / np.sqrt(spread / (length - 1))
                rest[k] = mean_outside / np.sqrt(spread_outside / (length - 1))
            if figure > top:
                top, first = figure, k
        below = equal = 0
        for k in range(columns):
            if rest[k] < rest[first]:
                below += 1
            elif rest[k] == rest[first]:
                equal += 1
        best[c] = first
        found[0, c], found[1, c], found[2, c] = top, rest[first], below + (equal + 1) / 2.0


@compiled
def largest_gaps(deviations: Floats, weights: Floats, order: Ints, out: Floats) -> None:
    """The largest weighted difference between two columns of each resample, over sets that grow one by one.

    Parameters
    ----------
    deviations : array of shape (V, B)
    weights : array of shape (V, V)
        What the absolute difference of two columns is multiplied by.
    order : int64 array of shape (V,)
        In which columns come into the set.
    out : array of shape (V, B)
        Row i is of the first i + 1 columns; the first is 0.
    """
    count, resamples = deviations.shape
    out[0] = 0.0
    for i in range(1, count):
        new = order[i]
        for b in range(resamples):
            out[i, b] = out[i - 1, b]
        for j in range(i):
            old = order[j]
            weight = weights[new, old]
            for b in range(resamples):
                gap = abs(deviations[new, b] - deviations[old, b]) * weight
                out[i, b] = max(out[i, b], gap)
