"""Decisions that are known beforehand are carried out: random ones, or those of a run once more, at other costs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ....data.panel import Panel
from ....data.types import Floats, Ints
from ...market.market import Market
from ...record import Terms
from .arrays import BASE, EQUAL, FINAL, MAX_SWAPS, MEAN_EQUITY, TRADED, Blocks, Table
from .packed import packed_market
from .run import run_variants


class Replayed(NamedTuple):
    """What came of R lists of decisions over S measured sessions.

    Attributes
    ----------
    returns : float64 array of shape (R, S)
        Of each session, as fractions.
    traded : float64 array of shape (R,)
        Bought and sold, in currency; a series that ended is not traded by choice and left out.
    mean_equity : float64 array of shape (R,)
        Mean over the closes, in currency.
    final_equity : float64 array of shape (R,)
    """

    returns: Floats
    traded: Floats
    mean_equity: Floats
    final_equity: Floats


def replay(
    panel: Panel, market: Market, terms: Terms, rows: Ints, weights: Floats, measured: int | None = None
) -> Replayed:
    """Carry out lists of decisions under the rules of a market, as a run of ``terms`` does those of a strategy.

    Parameters
    ----------
    panel : Panel
        T sessions, N series.
    market : Market
    terms : Terms
        Resolved on this panel and market.
    rows : int64 array of shape (D,)
        Panel rows after whose closes is decided, ascending, before ``terms.last``.
    weights : float64 array of shape (R, D, N)
        Target weights; NaN leaves a series, and its open order, alone.
    measured : int, optional
        Panel row of the first measured session; default: the run's first.

    Returns
    -------
    Replayed
    """
    lists, count = len(weights), len(rows)
    one = np.ones((1, count))
    blocks = Blocks(
        rows=rows.astype(np.int64),
        order=np.zeros((1, count, 1), np.int16),
        rank=np.zeros((1, count, 1), np.int16),
        base=np.empty((0, 0, 0)),
        total=one,
        top=one.astype(np.int64),
        keep=one.astype(np.int64),
        asked=np.arange(count),
        starts=np.array([0, count]),
        given=np.ascontiguousarray(weights, np.float64),
        price=np.empty((0, 0)),
        benchmark=np.full(terms.last - terms.first + 1, np.nan),
    )
    whole, real = np.zeros((lists, 8), np.int64), np.zeros((lists, 3))
    whole[:, BASE], whole[:, MAX_SWAPS] = EQUAL, -1  # nothing keeps a decision from being carried out in one go
    real[:, 0] = 1.0
    done = run_variants(packed_market(panel, market, terms, measured), blocks, Table(whole, real), returns=True)
    measures = done.measures
    return Replayed(done.returns, measures[:, TRADED], measures[:, MEAN_EQUITY], measures[:, FINAL])
