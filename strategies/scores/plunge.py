"""Strength on single days: since the last plunge of the benchmark, on its worst days, and rises in a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from ..indicators.streaks import Streaks
from ..part import ByRow, Rows
from .measure import moves
from .regression import betas
from .score import Score
from .spans import Spans
from .window import Window, index_of


@dataclass(frozen=True)
class LastPlunge(Window):
    """From the close before the benchmark's last plunge to now: the plunge itself, and what came after it.

    A plunge is a session in which the benchmark falls by ``fall`` or more. k is the session before the last one, u is
    t; there is none once it lies more than ``sessions`` sessions back. ``Excess(LastPlunge())`` is strength since the
    close before, ``RecoveryFirst(LastPlunge(), reach=1)`` who was first to regain it.

    Parameters
    ----------
    fall : float
        Loss of the benchmark in one session; 0.03 is 3%.
    sessions : int
        Sessions for which a plunge counts, its own included.
    """

    fall: float = parameter(0.03, low=0.001, high=0.5, grid=(0.02, 0.03, 0.05))
    sessions: int = parameter(20, low=1, high=2520, grid=(5, 20, 60))

    def spans(self, panel: Panel) -> Spans:
        """The session before the last plunge, and t, shape (T,)."""
        index = index_of(panel, self)
        row = np.arange(len(index))
        plunged = np.zeros(len(index), np.bool_)
        plunged[1:] = index[1:] <= (1 - self.fall) * index[:-1]
        last = np.maximum.accumulate(np.where(plunged, row, -1))
        fresh = (last >= 0) & (row - last < self.sessions)
        return Spans(np.where(fresh, last - 1, -1), np.where(fresh, row, -1))


@dataclass(frozen=True)
class WorstDays(ByRow, Score):
    """Mean log return beyond the benchmark on its ``count`` worst days of the last ``sessions``.

    Of the last n sessions those k count in which the benchmark's log return b is lowest (of equal ones the earliest),
    and the measure is the mean over them of ``r - beta * b``; beta is 1 with ``beta_window=0``, else the OLS slope over
    the ``beta_window`` sessions up to the one before the first of the n. NaN where there are fewer than n sessions, no
    bar at t, no bar on more than half of the days (the others are the mean), or no beta.

    Parameters
    ----------
    count : int
        Days, k; at most ``sessions``.
    sessions : int
        Sessions looked at, n.
    beta_window : int
        Sessions from which beta is estimated; 0 takes 1.

    Notes
    -----
    Market practice: what holds on the day that everything falls.
    """

    count: int = parameter(3, low=1, high=250, grid=(1, 3, 5))
    sessions: int = parameter(20, low=1, high=2520, grid=(5, 20, 60))
    beta_window: int = parameter(120, low=0, high=2520, grid=(0, 120))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Log return per day, shape (D, N).

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.
        """
        own, market, present = moves(panel, index_of(panel, self))
        out = np.full((len(rows), len(panel.symbols)), np.nan)
        enough = rows >= self.sessions
        kept = rows[enough]
        if not len(kept):
            return out
        back = kept[:, None] - np.arange(self.sessions - 1, -1, -1)
        fell = np.where(np.isfinite(market[back]), market[back], np.inf)
        worst = np.sort(np.argsort(fell, axis=1, kind="stable")[:, : min(self.count, self.sessions)], axis=1)
        day = np.take_along_axis(back, worst, axis=1)
        beta = self._beta(panel, kept - self.sessions)
        total, known = np.zeros((len(kept), len(panel.symbols))), np.zeros((len(kept), len(panel.symbols)))
        for j in range(day.shape[1]):  # day by day, so that a row doesn't hang on the other rows asked for
            there = present[day[:, j]] & np.isfinite(market[day[:, j]])[:, None]
            total += np.where(there, own[day[:, j]] - beta * market[day[:, j]][:, None], 0.0)
            known += there
        mean = total / np.where(2 * known >= day.shape[1], np.maximum(known, 1), np.nan)
        mean[~panel.has_bar[kept]] = np.nan
        out[enough] = mean
        return out

    def _beta(self, panel: Panel, starts: Rows) -> Floats:
        """Betas up to each start, shape (D, N); 1 where none is asked for."""
        if not self.beta_window:
            return np.ones((len(starts), 1))
        once, back = np.unique(starts, return_inverse=True)
        beta = betas(panel, index_of(panel, self), once, self.beta_window)
        return beta[back]


@dataclass(frozen=True)
class UpStreak(ByRow, Score):
    """For how many sessions in a row, up to t, a symbol has closed higher than in the session before.

    0 where it has not. A session without a bar ends a streak. NaN where there is no bar at t or at t - 1. Market
    practice.
    """

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Sessions, shape (D, N).

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.
        """
        found: Floats = np.maximum(Streaks()(panel), 0.0)
        return found[rows]
