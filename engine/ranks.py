"""Who ranks where by a score: the highest first, ties to the smaller column, NaN nowhere."""

from __future__ import annotations

import numpy as np

from ..data.types import Floats, Ints

MANY = 100
"""Columns from which on a sort that has to look for ties afterwards is the faster one."""


def best_columns(score: Floats, most: int) -> Ints:
    """The columns of each row from the best score on, as far as they are asked for.

    Parameters
    ----------
    score : float64 array of shape (D, N)
        NaN can't be ranked.
    most : int
        How many of a row are needed; where it is not much smaller than N, all are given.

    Returns
    -------
    int64 array of shape (D, R)
        R >= ``most``, or N; -1 after the last that can be ranked.
    """
    columns = score.shape[1]
    order = _selected(score, most) if columns >= MANY and 4 * most <= columns else _sorted(score)
    unknown = np.isnan(score)
    if unknown.any():
        order[np.arange(order.shape[1]) >= columns - unknown.sum(axis=1)[:, None]] = -1
    return order


def ranks_of(score: Floats) -> Ints:
    """The rank of each column: 1 is best, 0 for NaN.

    Parameters
    ----------
    score : float64 array of shape (D, N)

    Returns
    -------
    int64 array of shape (D, N)
    """
    rank = np.empty(score.shape, np.int64)
    np.put_along_axis(rank, _sorted(score), np.arange(1, score.shape[1] + 1)[None], axis=1)
    rank[np.isnan(score)] = 0
    return rank


def _sorted(score: Floats) -> Ints:
    """All columns of each row; NaN goes last in any order."""
    if score.shape[1] < MANY:
        return np.argsort(-score, axis=1, kind="stable")
    order = np.argsort(-score, axis=1)  # twice as fast, and the same but for ties
    best = np.take_along_axis(score, order, axis=1)
    tied = (best[:, 1:] == best[:, :-1]).any(axis=1)
    if tied.any():
        order[tied] = np.argsort(-score[tied], axis=1, kind="stable")
    return order


def _selected(score: Floats, most: int) -> Ints:
    """The best ``most`` columns of each row: those up to the score of the last of them, sorted."""
    below = -score
    last = np.partition(below, most - 1, axis=1)[:, most - 1 :][:, :1]
    within = below <= last
    clear = within.sum(axis=1) == most  # no tie for the last place, and so many that can be ranked
    order = np.empty((len(score), most), np.int64)
    if not clear.all():
        order[~clear] = np.argsort(below[~clear], axis=1, kind="stable")[:, :most]
        below, within = below[clear], within[clear]
    chosen = (np.flatnonzero(within) % score.shape[1]).reshape(-1, most)
    sorts = np.argsort(np.take_along_axis(below, chosen, axis=1), axis=1, kind="stable")
    order[clear] = np.take_along_axis(chosen, sorts, axis=1)
    return order
