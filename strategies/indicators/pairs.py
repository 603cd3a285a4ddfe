"""Correlations of pairs of series: as they are, without the benchmark in them, and from one session to the next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.errors import DataError
from ...data.panel import Panel
from ...data.types import Flags, Floats, Ints
from ...engine.compiled.lazily import compiled
from ..domain import parameter
from .indicator import Indicator

NO_VARIATION = 1e-10  # of a variance: what rounding leaves of a residual that is none


class PairReading(NamedTuple):
    """What was known after the close of each session; shape (T, N, N), first series by second series.

    Attributes
    ----------
    correlation : float ndarray
        In [-1, 1]; NaN where it isn't known.
    sessions : float ndarray
        How many pairs of returns it is made of.
    """

    correlation: Floats
    sessions: Floats


@dataclass(frozen=True)
class PairCorrelation(Indicator):
    """Correlation of the returns of every pair of series over the last ``window`` sessions.

    With r the log return of a series' adjusted close, known in a session in which it has a bar, had one in the session
    before, and is published, the entry for i and j is Pearson's correlation of ``r_i[s - ahead]`` and ``r_j[s]`` over
    the sessions s for which both are known and both lie in the window. With ``ahead=1`` it asks whether i lifts j the
    day after: the matrix is not symmetric, and its diagonal is each series' correlation with its own day before.

    With ``net`` the benchmark is taken out of both sides: each return is replaced by its residual from a regression,
    with an intercept, on the benchmark's return of the same session, over the same pairs of sessions; those in which
    the benchmark has no return are left out. With ``ahead=0`` this is the partial correlation given the benchmark.

    NaN where i or j has no bar at t, where fewer than ``present`` of the ``window - ahead`` pairs are known, or fewer
    than four, and where a side, or with ``net`` the benchmark, does not vary.

    Parameters
    ----------
    window : int
        Sessions.
    net : bool
        Whether the benchmark is taken out of both sides.
    ahead : int
        Sessions from the first series' return to the second's; less than ``window``.
    present : float
        Least share of the pairs of sessions that must be known.

    Raises
    ------
    DataError
        With ``net``, when the panel has no benchmark.

    Notes
    -----
    Of n pairs without any connection the standard error is about ``1 / sqrt(n)``: 0.13 for 60. Among 31 sectors there
    are 930 ordered pairs, and the largest of so many is beyond three errors by chance alone.
    """

    window: int = parameter(60, low=5, high=2520, grid=(20, 60, 120, 250))
    net: bool = parameter(False)
    ahead: int = parameter(0, low=0, high=4, grid=(0, 1))
    present: float = parameter(0.5, low=0.0, high=1.0)

    def __call__(self, panel: Panel) -> PairReading:
        """The correlations of every session."""
        return self.rows(panel, np.arange(len(panel.sessions)))

    def rows(self, panel: Panel, rows: Ints) -> PairReading:
        """The correlations of some sessions.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        PairReading
            Of shape (D, N, N).
        """
        price = np.log(panel.last_adjusted_close)
        own, alive = _returns(price, panel.has_bar, panel.published), panel.has_bar & panel.published
        market = np.zeros(0)
        if self.net:
            if panel.benchmark is None:
                raise DataError("PairCorrelation(net=True) needs a benchmark: load(..., benchmark=...)")
            line = panel.benchmark
            market = _returns(np.log(line.last_close), np.isfinite(line.close), np.ones(len(price), np.bool_))
        least = max(4.0, self.present * (self.window - self.ahead))
        shape = len(rows), price.shape[1], price.shape[1]
        found = PairReading(np.full(shape, np.nan), np.zeros(shape))
        _correlate(np.ascontiguousarray(own.T), market, alive, rows, self.window, self.ahead, least, found)
        return found


def pair_table(panel: Panel, window: int = 60, present: float = 0.5) -> pd.DataFrame:
    """Every pair of a panel's series, as of its last session.

    Parameters
    ----------
    panel : Panel
        With a benchmark.
    window : int
        Sessions.
    present : float
        See ``PairCorrelation``.

    Returns
    -------
    DataFrame
        A row per pair, by ``net`` from the highest: ``first`` and ``second`` (symbols), ``sessions``, ``raw`` and
        ``net`` correlation, ``leads`` (of the first series' return with the second's in the session after) and ``lags``
        (the other way round), and both ``net``: ``leads_net``, ``lags_net``.

    Raises
    ------
    DataError
        When the panel has no benchmark.
    """
    last = np.array([len(panel.sessions) - 1])
    found = {
        (net, ahead): PairCorrelation(window, net, ahead, present).rows(panel, last)
        for net in (False, True)
        for ahead in (0, 1)
    }
    pairs = list(combinations(range(len(panel.symbols)), 2))
    first, second = np.array(pairs, np.int64).reshape(-1, 2).T

    def column(net: bool, ahead: int, a: Ints, b: Ints) -> Floats:
        values: Floats = found[net, ahead].correlation[0][a, b]
        return values

    table = pd.DataFrame(
        {
            "first": [panel.symbols[i] for i in first], "second": [panel.symbols[i] for i in second],
            "sessions": found[False, 0].sessions[0][first, second].astype(int),
            "raw": column(False, 0, first, second), "net": column(True, 0, first, second),
            "leads": column(False, 1, first, second), "lags": column(False, 1, second, first),
            "leads_net": column(True, 1, first, second), "lags_net": column(True, 1, second, first),
        }
    )  # fmt: skip
    return table.sort_values("net", ascending=False, kind="stable", ignore_index=True)


def _returns(price: Floats, has_bar: Flags, published: Flags) -> Floats:
    """Changes of log prices between two bars in a row; NaN elsewhere."""
    out = np.full(price.shape, np.nan)
    out[1:] = np.where(has_bar[1:] & has_bar[:-1] & published[1:], price[1:] - price[:-1], np.nan)
    return out


@compiled
def _correlate(
    own: Floats, market: Floats, alive: Flags, rows: Ints, window: int, ahead: int, least: float, reading: PairReading
) -> None:
    """Fills in the reading from returns of shape (N, T); ``market`` is empty where it stays in.

    x is the first series' return ``ahead`` sessions before, y the second's, u and v the benchmark's beside them.
    """
    net = market.size > 0
    for d in range(rows.size):
        t = rows[d]
        start = max(t - window + 1 + ahead, ahead)
        for i in range(own.shape[0]):
            for j in range(own.shape[0]):
                if ahead == 0 and j < i:
                    reading.correlation[d, i, j] = reading.correlation[d, j, i]
                    reading.sessions[d, i, j] = reading.sessions[d, j, i]
                    continue
                n, x, y, xx, yy, xy = 0, 0.0, 0.0, 0.0, 0.0, 0.0
                u, v, uu, vv, uv, xu, xv, yu, yv = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
                for s in range(start, t + 1):
                    a, b = own[i, s - ahead], own[j, s]
                    if np.isnan(a) or np.isnan(b):
                        continue
                    if net:
                        f, g = market[s - ahead], market[s]
                        if np.isnan(f) or np.isnan(g):
                            continue
                        u, v, uu, vv, uv = u + f, v + g, uu + f * f, vv + g * g, uv + f * g
                        xu, xv, yu, yv = xu + a * f, xv + a * g, yu + b * f, yv + b * g
                    n, x, y, xx, yy, xy = n + 1, x + a, y + b, xx + a * a, yy + b * b, xy + a * b
                reading.sessions[d, i, j] = n
                if n < least or not alive[t, i] or not alive[t, j]:
                    continue
                left, right, both = xx - x * x / n, yy - y * y / n, xy - x * y / n
                edges = NO_VARIATION * xx, NO_VARIATION * yy
                if net:
                    beside, after, across = uu - u * u / n, vv - v * v / n, uv - u * v / n
                    if not (beside > NO_VARIATION * uu and after > NO_VARIATION * vv):
                        continue
                    p, q = (xu - x * u / n) / beside, (yv - y * v / n) / after
                    both -= q * (xv - x * v / n) + p * (yu - y * u / n) - p * q * across
                    left, right = left - p * p * beside, right - q * q * after
                if left > edges[0] and right > edges[1]:
                    reading.correlation[d, i, j] = min(max(both / np.sqrt(left * right), -1.0), 1.0)
