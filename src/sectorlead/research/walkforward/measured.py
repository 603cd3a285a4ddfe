"""Metrics of some sessions of an account that goes on: from daily returns, by the definitions of ``Run.summary``."""

from __future__ import annotations

import numpy as np

from sectorlead.data.panel import Panel
from sectorlead.data.types import Floats
from sectorlead.engine.compiled.batch import arrays
from sectorlead.research.sweep.measures import Yardstick
from sectorlead.research.walkforward.choice import METRICS


def metrics_of(returns: Floats, panel: Panel, first: int, last: int) -> dict[str, Floats]:
    """The metrics that daily returns tell, of V lines over the same sessions.

    Parameters
    ----------
    returns : array of shape (S, V)
        Of each session, fractions; a line with a value that isn't finite has no metrics.
    panel : Panel
    first, last : int
        Rows of the first and the last of the S sessions.

    Returns
    -------
    dict of str to float array of shape (V,)
        By the names of ``METRICS``, each as ``summary`` of a run measured over these sessions, to rounding.
    """
    yardstick = Yardstick(panel, first, last)
    sessions, count = returns.shape
    measures = np.full((count, arrays.MEASURES), np.nan)
    equity = np.concatenate((np.ones((1, count)), np.cumprod(1.0 + returns, axis=0)))
    theirs = yardstick.returns
    known = int(np.argmax(np.isfinite(theirs))) if np.isfinite(theirs).any() else sessions
    filled = {
        arrays.FINAL: equity[-1],
        arrays.OPENING: equity[0],
        arrays.MEAN: returns.mean(axis=0),
        arrays.DEVIATION: returns.std(axis=0, ddof=1) if sessions > 1 else np.full(count, np.nan),
        arrays.DOWNSIDE: np.sqrt(np.square(np.minimum(returns, 0.0)).mean(axis=0)),
        arrays.DEEPEST: (equity / np.maximum.accumulate(equity, axis=0)).min(axis=0) - 1.0,
        arrays.MEAN_EQUITY: equity[1:].mean(axis=0),
        arrays.GROWTH: equity[-1] / equity[0],
        arrays.KNOWN_GROWTH: equity[-1] / equity[known],
    }
    if sessions - known > 1:
        own, market = returns[known:], theirs[known:, None]
        filled[arrays.ACTIVE_MEAN] = (own - market).mean(axis=0)
        filled[arrays.ACTIVE_DEVIATION] = (own - market).std(axis=0, ddof=1)
        filled[arrays.COVARIANCE] = ((own - own.mean(axis=0)) * (market - market.mean())).sum(axis=0)
    for column, values in filled.items():
        measures[:, column] = values
    found = yardstick.metrics(measures)
    return {name: np.where(np.isfinite(returns).all(axis=0), found[name], np.nan) for name in METRICS}
