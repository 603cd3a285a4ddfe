"""Measures of a symbol's own trend, and of its place among the others by it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from ..part import ByRow, Rows
from .cross_section import percentiles, rankable
from .kernels import lines
from .score import Momentum, Score
from .spans import trailing
from .window import index_of

YEAR = 250
"Sessions in a year."

QUARTERS = ((63, 0.4), (126, 0.2), (189, 0.2), (252, 0.2))
"Sessions and weights of ``WeightedRS``."


@dataclass(frozen=True)
class WeightedRS(ByRow, Score):
    """Return over four quarters with the last one counted twice, relative to the benchmark's.

    ``(1 + s) / (1 + s_B) * 100`` with ``s = 0.4 R(63) + 0.2 R(126) + 0.2 R(189) + 0.2 R(252)`` and ``R(n) = P[t] /
    P[t - n] - 1``, s_B the same of the benchmark. 100 is the benchmark. ``Ranked(WeightedRS())`` is its percentile. NaN
    where there is no bar at t, or no price yet 252 sessions before.

    Notes
    -----
    The formula of the open program skyte/relative-strength, in the manner of IBD's rating, which is not public.
    """

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The weighted return of four quarters, against the benchmark's.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            100 times a ratio: 100 does as the benchmark does. NaN in the first year, or without a bar.

        Raises
        ------
        DataError
            The panel has no benchmark.
        """
        own = _weighted_return(panel.last_adjusted_close, rows)
        market = _weighted_return(index_of(panel, self), rows)
        known = panel.has_bar[rows] & (rows >= QUARTERS[-1][0])[:, None]
        return np.where(known, (1 + own) / (1 + market[:, None]) * 100, np.nan)


def _weighted_return(price: Floats, rows: Rows) -> Floats:
    total = np.zeros_like(price[rows])
    for span, weight in QUARTERS:
        total += weight * (price[rows] / price[np.maximum(rows - span, 0)] - 1)
    return total


@dataclass(frozen=True)
class RPS(ByRow, Score):
    """Percentile of the total return over ``sessions`` among all symbols, from 0 to 100.

    100 times the share of the others with a lower return, ties counted half; 50 where a symbol is alone. Among those
    that have a return (see ``Momentum``) and are published; the rest are NaN.

    Parameters
    ----------
    sessions : int
        Look-back; 50, 120 and 250 are in use.

    Notes
    -----
    Market practice in China (RPS, 股价相对强度, after O'Neil's RS rating), with lines at 87 and 90.
    """

    sessions: int = parameter(120, low=1, high=2520, grid=(50, 120, 250))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """The percentile of a series' return among those of its session.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Percent, 100 the highest; NaN as ``Momentum``, or before publication.
        """
        return 100 * percentiles(rankable(panel, rows, Momentum(self.sessions).at(panel, rows)))


@dataclass(frozen=True)
class RegressionMomentum(ByRow, Score):
    """Slope of the log price, a year, times the fit's R2: ``(exp(250 a) - 1) * R2``.

    ``a`` is the OLS slope of ``ln P`` on time over the last ``sessions`` closes. A straight rise beats a jump. 0 for a
    line that never moved. NaN where there is no bar at t, or no price yet ``sessions - 1`` sessions before.

    Parameters
    ----------
    sessions : int
        Closes in the regression; Clenow takes 90.

    Notes
    -----
    Clenow, "Stocks on the Move" (2015); in China with 25 sessions for rotating ETFs.
    """

    sessions: int = parameter(25, low=3, high=2520, grid=(25, 60, 90))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Annualised slope of log prices times the share of their variance that it explains.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Annual growth as a fraction, times R squared; NaN before the window is full, or without a bar.
        """
        start = rows - self.sessions + 1
        known = panel.has_bar[rows] & (start >= 0)[:, None]
        slope, fit = lines(np.log(panel.last_adjusted_close), np.maximum(start, 0), rows)
        with np.errstate(over="ignore"):
            return np.where(known, np.expm1(YEAR * slope) * fit, np.nan)


@dataclass(frozen=True)
class Acceleration(ByRow, Score):
    """Momentum now minus momentum ``ago`` sessions before, each the total return over ``lookback`` sessions.

    ``P[t] / P[t - n] - P[t - m] / P[t - m - n]`` with n the look-back and m = ``ago``. NaN where there is no bar at t,
    or no price yet m + n sessions before. Market practice.

    Parameters
    ----------
    lookback : int
        Sessions of each return.
    ago : int
        Sessions between them.
    """

    lookback: int = parameter(60, low=1, high=2520, grid=(20, 60, 120))
    ago: int = parameter(20, low=1, high=2520, grid=(5, 20, 60))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Return now minus the same return some sessions ago.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Differences of two fractions; NaN where either is unknown.
        """
        return Momentum(self.lookback).at(panel, rows) - Momentum(self.lookback, self.ago).at(panel, rows)


@dataclass(frozen=True)
class LeadershipStreak(ByRow, Score):
    """For how many sessions in a row, up to t, a symbol has been among the leaders; 0 where it isn't one.

    A leader is among the first ``ceil(top * n)`` of the n published symbols that have a return over ``lookback``
    sessions (see ``Momentum``), or equal to the last of them. A session without a bar ends a streak. NaN where there is
    no return at t. Market practice.

    Parameters
    ----------
    lookback : int
        Sessions of the return that leaders are found by.
    top : float
        Share of the symbols that are leaders; 0.2 is the first fifth.
    """

    lookback: int = parameter(60, low=1, high=2520, grid=(20, 60, 120))
    top: float = parameter(0.2, low=0.01, high=1.0, grid=(0.1, 0.2, 0.3))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """For how many sessions in a row a series has been among the leaders.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Sessions, 0 where it is none of them; NaN where its return is unknown, or before publication.
        """
        if not len(rows):
            return np.empty((0, len(panel.symbols)))
        row = np.arange(int(rows.max()) + 1)
        gain = rankable(panel, row, Momentum(self.lookback).at(panel, row))
        count = np.isfinite(gain).sum(axis=1)
        first = np.maximum(np.ceil(self.top * count - 1e-9).astype(np.int64), 1)
        order = np.sort(-gain, axis=1)  # the highest return first, NaN last
        last_leader = -np.take_along_axis(order, first[:, None] - 1, axis=1)
        outside = np.where(gain >= last_leader, -1, row[:, None])
        streak = row[:, None] - np.maximum.accumulate(outside, axis=0)
        known: Floats = np.where(np.isfinite(gain), streak.astype(np.float64), np.nan)
        return known[rows]


@dataclass(frozen=True)
class DistanceFromHigh(ByRow, Score):
    """How far the price is below its highest close: ``P[t] / max(P) - 1``, 0 at a high.

    Adjusted closes, carried over sessions without a bar. NaN where there is no bar at t, or no price yet ``sessions -
    1`` sessions before.

    Parameters
    ----------
    sessions : int or None
        Closes of which the high is the highest, 250 for 52 weeks; None for all there have been in the panel.

    Notes
    -----
    George, Hwang, "The 52-Week High and Momentum Investing", Journal of Finance 59 (2004).
    """

    sessions: int | None = parameter(None, kind=int, low=2, high=2520, grid=(60, 250))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Distance from the highest close of the window.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Fractions <= 0, 0 at the high; NaN before the window is full, or without a bar.
        """
        price, known = panel.last_adjusted_close, panel.has_bar[rows]
        if self.sessions is None:
            high = np.fmax.accumulate(price, axis=0)
        else:
            high = trailing(np.maximum, price, self.sessions)
            known = known & (rows >= self.sessions - 1)[:, None]
        return np.where(known, price[rows] / high[rows] - 1, np.nan)
