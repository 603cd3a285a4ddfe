"""Ranks of many rows of a score: sorted from the order of the row before, or the best few only."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.types import Floats
from ..engine.compiled.lazily import compiled


@compiled
def rank_rows(score: Floats, able: np.ndarray, order: np.ndarray, rank: np.ndarray) -> None:
    """The columns of each row from the best score on, and the rank of each column.

    As a stable sort by ``-score`` gives them: ties go to the smaller column. What is not able, or whose score is not
    finite, has no rank.

    Parameters
    ----------
    score : float64 array of shape (U, N)
    able : bool array of shape (U, N)
    order : int16 array of shape (U, R)
        Written: the best R, -1 after the last that can be ranked.
    rank : int16 array of shape (U, N)
        Written: 1 is best, 0 has none.
    """
    rows, columns = score.shape
    place = np.arange(columns)
    key = np.empty(columns)
    for u in range(rows):
        for i in range(columns):
            x = score[u, i]
            key[i] = -x if able[u, i] and np.isfinite(x) else np.inf
        for a in range(1, columns):
            i = place[a]
            x, j = key[i], a
            while j > 0:
                other = place[j - 1]
                if key[other] > x or (key[other] == x and other > i):
                    place[j] = other
                    j -= 1
                else:
                    break
            place[j] = i
        for r in range(columns):
            i = place[r]
            known = key[i] != np.inf
            rank[u, i] = r + 1 if known else 0
            if r < order.shape[1]:
                order[u, r] = i if known else -1


@compiled
def rank_best(score: Floats, able: np.ndarray, order: np.ndarray, rank: np.ndarray) -> None:
    """The best columns of each row only; where they are few among many, much faster than ``rank_rows``.

    Parameters
    ----------
    score : float64 array of shape (U, N)
    able : bool array of shape (U, N)
    order : int16 array of shape (U, R)
        Written: as the first R columns of ``rank_rows``.
    rank : int16 array of shape (U, N)
        Written: as by ``rank_rows``, and R + 1 for all that rank worse than R.
    """
    rows, columns = score.shape
    most = order.shape[1]
    best, place = np.empty(most), np.empty(most, np.int64)
    for u in range(rows):
        n = 0
        for i in range(columns):
            x = score[u, i]
            if not able[u, i] or not np.isfinite(x):
                rank[u, i] = 0
                continue
            rank[u, i] = most + 1
            if n == most and x <= best[most - 1]:
                continue
            j = n if n < most else most - 1
            while j > 0 and best[j - 1] < x:
                best[j], place[j] = best[j - 1], place[j - 1]
                j -= 1
            best[j], place[j] = x, i
            if n < most:
                n += 1
        for r in range(most):
            order[u, r] = place[r] if r < n else -1
        for r in range(n):
            rank[u, place[r]] = r + 1


@compiled
def rank_draws(
    columns: np.ndarray, days: np.ndarray, able: np.ndarray, places: np.ndarray, order: np.ndarray, rank: np.ndarray
) -> None:
    """Ranks of many draws of ``RandomScore``, without their scores: as ``rank_best`` gives them.

    Nothing about a draw can be foreseen, so the best are kept in order by the larger and the smaller of two, without a
    comparison that goes anywhere.

    Parameters
    ----------
    columns : uint64 array of shape (K, N)
        Keys of the series under each seed; N is at most 1,024.
    days : uint64 array of shape (U,)
        Keys of the sessions.
    able : bool array of shape (U, N)
        What has a bar and can be held.
    places : int array of shape (K,)
        Where the ranks of each draw go.
    order : int16 array of shape (R, U, M)
        Written there: the best M, -1 after the last that can be ranked.
    rank : int16 array of shape (R, U, N)
        Written there: 1 is best, 0 has none, M + 1 for all worse than M.
    """
    draws, n = columns.shape
    most = order.shape[2]
    best = np.empty(most, np.int64)  # numbers; below them, that of equal ones the smaller column is first
    for k in range(draws):
        p = places[k]
        for u in range(days.size):
            best[:] = -1
            for i in range(n):
                z = (columns[k, i] ^ days[u]) + np.uint64(0x9E3779B97F4A7C15)
                z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
                z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
                own = np.int64((z ^ (z >> np.uint64(31))) >> np.uint64(11)) * 1024 + (1023 - i)
                own = own if able[u, i] else np.int64(-1)
                rank[p, u, i] = most + 1 if own >= 0 else 0
                if n > 64 and own <= best[most - 1]:  # among many, most are not among the best
                    continue
                for r in range(most):
                    other = best[r]
                    best[r], own = max(other, own), min(other, own)
            for r in range(most):
                i = 1023 - (best[r] & 1023) if best[r] >= 0 else -1
                order[p, u, r] = i
                if i >= 0:
                    rank[p, u, i] = r + 1


def ranked(score: Floats, able: np.ndarray, most: int | None = None) -> tuple[Any, Any]:
    """Order and rank of each row in new arrays, int16.

    Parameters
    ----------
    score : float64 array of shape (U, N)
    able : bool array of shape (U, N)
        What can be held.
    most : int, optional
        How many of the best are told apart, R; default: all.

    Returns
    -------
    order : array of shape (U, R)
    rank : array of shape (U, N)
    """
    most = score.shape[1] if most is None else most
    order, rank = np.empty((len(score), most), np.int16), np.empty(score.shape, np.int16)
    (rank_best if 4 * most <= score.shape[1] else rank_rows)(score, able, order, rank)
    return order, rank
