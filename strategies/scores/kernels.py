"""What numpy can't do for every session at once. A plain function stays at ``__wrapped__``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...data.types import Floats
from ...engine.compiled.lazily import compiled
from ..part import Rows


@compiled
def slopes(own: Floats, market: Floats, present: NDArray[np.bool_], count: Rows, rows: Rows, sessions: int) -> Floats:
    """OLS of each column of ``own`` on ``market``, over the ``sessions`` rows that end at each of ``rows``.

    Two passes over every window, the mean first, rows in their order: exact where a running sum cancels, and the same
    to the last bit whatever rows come before or after.

    Parameters
    ----------
    own : array of shape (T, N)
        0 where ``present`` is False.
    market : array of shape (T,)
        Finite where anything is present.
    present : bool array of shape (T, N)
        Rows that count; row 0 never does.
    count : int64 array of shape (D, N)
        How many of each window do.
    rows : array of shape (D,)
    sessions : int

    Returns
    -------
    array of shape (3, D, N)
        The mean of ``market`` over the rows that count, the sum of its co-deviations with ``own``, and the slope. NaN
        where fewer than half of the sessions count; the slope also where ``market`` stands still.
    """
    width = own.shape[1]
    out = np.full((3, len(rows), width), np.nan)
    whole = np.empty(width)
    for d in range(len(rows)):
        first, stop = max(rows[d] - sessions + 1, 1), rows[d] + 1
        whole[:] = 0.0
        mean = 0.0
        for t in range(first, stop):
            mean += market[t]
        mean /= max(stop - first, 1)
        spread = 0.0
        for t in range(first, stop):
            apart = market[t] - mean
            spread += apart * apart
            for i in range(width):
                whole[i] += apart * own[t, i]
        for i in range(width):
            if 2 * count[d, i] < sessions:
                continue
            own_mean, own_spread, shared = mean, spread, whole[i]
            if count[d, i] < stop - first:  # gaps: the mean is that of the rows that are there
                own_mean, own_spread, shared = 0.0, 0.0, 0.0
                for t in range(first, stop):
                    if present[t, i]:
                        own_mean += market[t]
                own_mean /= count[d, i]
                for t in range(first, stop):
                    if present[t, i]:
                        apart = market[t] - own_mean
                        own_spread += apart * apart
                        shared += apart * own[t, i]
            out[0, d, i], out[1, d, i] = own_mean, shared
            if own_spread > 0:
                out[2, d, i] = shared / own_spread
    return out


@compiled
def lines(values: Floats, start: Rows, end: Rows) -> tuple[Floats, Floats]:
    """OLS of each column on time over the rows start..end: slope a row, and R2, of shape (D, N) each.

    Values are taken relative to the first of each span, so that their level doesn't matter. The slope of a single row
    is NaN, R2 of a line that never moved is 0. Spans of one start that grow are continued, in the order of the rows.

    Parameters
    ----------
    values : array of shape (T, N)
    start, end : array of shape (D,)
    """
    width = values.shape[1]
    slope, fit = np.empty((len(start), width)), np.empty((len(start), width))
    total, tilted, squares = np.zeros(width), np.zeros(width), np.zeros(width)
    for d in range(len(start)):
        k, first = start[d], start[d]
        if d > 0 and k == start[d - 1] and end[d] >= end[d - 1]:
            first = end[d - 1] + 1
        else:
            for sums in (total, tilted, squares):
                sums[:] = 0.0
        for t in range(first, end[d] + 1):
            for i in range(width):
                rise = values[t, i] - values[k, i]
                total[i] += rise
                tilted[i] += (t - k) * rise
                squares[i] += rise * rise
        n = end[d] - k + 1.0
        for i in range(width):
            shared = tilted[i] - total[i] * (n - 1) / 2
            spread = squares[i] - total[i] * total[i] / n
            slope[d, i] = shared * 12 / (n * (n * n - 1)) if n > 1 else np.nan
            fit[d, i] = slope[d, i] * shared / spread if spread > 0 else 0.0
    return slope, fit


@compiled
def first_reached(price: Floats, level: Floats, start: Rows, end: Rows) -> Rows:
    """The first row of start+1..end in which ``price`` is at or above ``level``, shape (D, N); -1 where there is none.

    Parameters
    ----------
    price : array of shape (T, N)
    level : array of shape (D, N)
        The same for rows of one start.
    start, end : array of shape (D,)
    """
    out = np.full(level.shape, -1, np.int64)
    for d in range(len(start)):
        same = d > 0 and start[d] == start[d - 1] and end[d] >= end[d - 1]
        for i in range(level.shape[1]):
            if same and out[d - 1, i] >= 0:
                out[d, i] = out[d - 1, i]
                continue
            for t in range(end[d - 1] + 1 if same else start[d] + 1, end[d] + 1):
                if price[t, i] >= level[d, i]:
                    out[d, i] = t
                    break
    return out
