"""The RS line: the price of a symbol divided by that of the benchmark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from ..part import ByRow, Rows
from .kernels import lines
from .measure import WindowMeasure
from .score import Score
from .spans import Spans, trailing
from .window import index_of


@dataclass(frozen=True)
class RSSlope(WindowMeasure):
    """Slope of the RS line since the start: OLS of ``ln(P / B)`` on time over the rows k..u, log return a session.

    P and B are carried over sessions without a bar. It uses every point of the line where ``Excess`` uses two. NaN
    where P[k] isn't known.

    Parameters
    ----------
    window : Window
        Default ``Current()``; ``Fixed(n)`` gives the slope over the last n + 1 closes.

    Notes
    -----
    Weinstein, "Secrets for Profiting in Bull and Bear Markets" (1988), for the line.
    """

    def measured(self, panel: Panel, spans: Spans) -> Floats:
        """Slope of the log of price over benchmark.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        spans : Spans
            D windows, each with its first and last row.

        Returns
        -------
        float array of shape (D, N)
            Log per session; NaN where a row of the span is unknown.
        """
        line = np.log(panel.last_adjusted_close / index_of(panel, self)[:, None])
        return lines(line, spans.start, spans.end)[0]


@dataclass(frozen=True)
class RSNewHigh(ByRow, Score):
    """RS line at a high before the price is.

    1 where the RS line P / B closes at its highest of the last ``sessions`` closes, today's included, and P does not;
    otherwise how far the line is below that high, ``RS / max(RS) - 1``, which is 0 where both are at their highs. Many
    symbols can share the 1: blend it with a score that orders them. NaN where there is no bar at t, or no price yet
    ``sessions - 1`` sessions before.

    Parameters
    ----------
    sessions : int
        Closes of which the high is the highest.

    Notes
    -----
    Market practice: O'Neil's charts mark the line's new high ahead of the price's.
    """

    sessions: int = parameter(250, low=2, high=2520, grid=(60, 120, 250))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Whether price over benchmark is at a high that the price has not made; else its distance from that high.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            1, or a fraction <= 0; NaN before the window is full, or without a bar.

        Raises
        ------
        DataError
            The panel has no benchmark.
        """
        price, index = panel.last_adjusted_close, index_of(panel, self)
        below = _below_high(price / index[:, None], self.sessions)[rows]
        leads = (below == 0) & (_below_high(price, self.sessions)[rows] < 0)
        known = panel.has_bar[rows] & (rows >= self.sessions - 1)[:, None]
        return np.where(known, np.where(leads, 1.0, below), np.nan)


@dataclass(frozen=True)
class MansfieldRS(ByRow, Score):
    """RS line against its own mean, in percent: ``(RS / mean(RS) - 1) * 100``.

    RS is P / B, the mean that of the last ``sessions`` closes, today's included. NaN where there is no bar at t, or no
    price yet ``sessions - 1`` sessions before.

    Parameters
    ----------
    sessions : int
        Closes in the mean: 52 weeks; 200 is in use on daily charts.

    Notes
    -----
    Mansfield's charts as Weinstein (1988) shows them; they used a weighted mean that was never published, the plain one
    is what chart programs draw.
    """

    sessions: int = parameter(250, low=2, high=2520, grid=(60, 200, 250))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Price over benchmark, against its moving average.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            Percent, 0 at the average; NaN before the window is full, or without a bar.

        Raises
        ------
        DataError
            The panel has no benchmark.
        """
        line = panel.last_adjusted_close / index_of(panel, self)[:, None]
        mean = trailing(np.add, line, self.sessions)[rows] / self.sessions
        known = panel.has_bar[rows] & (rows >= self.sessions - 1)[:, None]
        return np.where(known, (line[rows] / mean - 1) * 100, np.nan)


def _below_high(line: Floats, sessions: int) -> Floats:
    """``line / high - 1`` with the highest of the last ``sessions`` rows, shape (T, N); NaN where one isn't known."""
    high = trailing(np.maximum, line, sessions)
    below: Floats = line / high - 1
    return below
