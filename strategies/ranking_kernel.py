"""Ranks of many rows of a score, each sorted from the order of the row before it: neighbours are nearly alike."""

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
    order : int16 array of shape (U, N)
        Written: -1 after the last that can be ranked.
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
            if key[i] == np.inf:
                order[u, r] = -1
                rank[u, i] = 0
            else:
                order[u, r] = i
                rank[u, i] = r + 1


def ranked(score: Floats, able: np.ndarray) -> tuple[Any, Any]:
    """``rank_rows`` into new arrays, both int16 of shape (U, N).

    Parameters
    ----------
    score : float64 array of shape (U, N)
    able : bool array of shape (U, N)
        What can be held.
    """
    order, rank = np.empty(score.shape, np.int16), np.empty(score.shape, np.int16)
    rank_rows(score, able, order, rank)
    return order, rank
