"""A plan of its own as a batch of one: what any strategy with ``plan`` runs as."""

from __future__ import annotations

import numpy as np

from ....data.types import Floats
from ...strategy import Plan
from .arrays import EQUAL, NOTHING_GIVEN, Blocks, Table

MOST_COLUMNS = np.iinfo(np.int16).max
"""Series that the batch kernel can rank."""


def plan_blocks(plan: Plan, benchmark: Floats) -> tuple[Blocks, Table]:
    """The blocks and the only variant of a plan.

    Parameters
    ----------
    plan : Plan
        D decisions in N series, at most ``MOST_COLUMNS``.
    benchmark : float64 array of shape (S,)
        Returns of the benchmark in each session of the run, NaN where they are not known.
    """
    count = len(plan.rows)
    equal = bool(
        np.all(np.where(plan.order >= 0, np.take_along_axis(plan.base, np.maximum(plan.order, 0), 1), 1.0) == 1)
    )
    blocks = Blocks(
        rows=plan.rows.astype(np.int64),
        order=plan.order.astype(np.int16)[None],
        rank=rank_of(plan.order, plan.base.shape[1])[None],
        base=np.empty((0, *plan.base.shape)) if equal else np.ascontiguousarray(plan.base)[None],
        total=np.ascontiguousarray(plan.total)[None],
        top=np.ascontiguousarray(plan.top, np.int64)[None],
        keep=np.ascontiguousarray(plan.keep, np.int64)[None],
        asked=np.arange(count),
        starts=np.array([0, count]),
        given=NOTHING_GIVEN,
        price=plan.price,
        benchmark=benchmark,
    )
    whole = [[0, EQUAL if equal else 0, 0, 0, 0, plan.min_hold, plan.max_swaps, plan.max_age]]
    return blocks, Table(np.array(whole, np.int64), np.array([[1.0, plan.stop, plan.trail]]))


def rank_of(order: np.ndarray, columns: int) -> np.ndarray:
    """The rank of each column by an order of columns, 1 for the first; 0 for what is not in it.

    Parameters
    ----------
    order : int array of shape (D, R)
        -1 after the last.
    columns : int
        N.
    """
    rank = np.zeros((len(order), columns), np.int16)
    d, r = np.nonzero(order >= 0)
    rank[d, order[d, r]] = r + 1
    return rank
