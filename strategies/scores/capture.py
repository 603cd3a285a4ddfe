"""Measures that count sessions of a window: what was captured of its rises and falls, and how often it was beaten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...data.panel import Panel
from ...data.types import Flags, Floats
from ..domain import parameter
from .measure import WindowMeasure, moves
from .spans import Spans
from .window import index_of


def _captured(panel: Panel, index: Floats, spans: Spans, sign: int) -> Floats:
    """``G(r) / G(b)``, geometric means of simple returns where the benchmark moved to that side, shape (D, N)."""
    own, market, present = moves(panel, index)
    counted = sign * market > 0
    present &= counted[:, None]
    days = spans.over(np.add, present.astype(np.float64))
    with np.errstate(invalid="ignore", divide="ignore"):
        ours = np.expm1(spans.over(np.add, np.where(present, own, 0.0)) / days)
        theirs = np.expm1(spans.over(np.add, np.where(present, market[:, None], 0.0)) / days)
        captured: Floats = ours / theirs
    captured[2 * days < spans.over(np.add, counted.astype(np.float64))[:, None]] = np.nan
    return captured


@dataclass(frozen=True)
class UpCapture(WindowMeasure):
    """Share of the benchmark's rises that a symbol made: ``G(r) / G(b)`` over the sessions in which the benchmark rose.

    G is the geometric mean of simple returns over those sessions of k+1..u in which the symbol has a bar and had one
    in the session before, for both alike. 1 rises as the benchmark does. NaN where there is none, or fewer than half
    of the sessions in which it rose.

    Notes
    -----
    Morningstar's form of the ratio, on daily returns. ``empyrical`` annualises both means first, which explodes on
    short windows.
    """

    def measured(self, panel: Panel, spans: Spans) -> Floats:
        """The mean return of a series in the sessions in which the benchmark rose, over the benchmark's own.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        spans : Spans
            D windows, each with its first and last row.

        Returns
        -------
        float array of shape (D, N)
            A ratio of geometric means; NaN where fewer than half of those sessions count, or there are none.
        """
        return _captured(panel, index_of(panel, self), spans, 1)


@dataclass(frozen=True)
class DownCapture(WindowMeasure):
    """Share of the benchmark's falls that a symbol was spared: ``1 - G(r) / G(b)`` over the sessions in which it fell.

    See ``UpCapture`` for G and NaN. 0 falls as the benchmark does, 1 doesn't fall, less than 0 falls more.

    Notes
    -----
    One minus Morningstar's down capture ratio, on daily returns, so that higher is better.
    """

    def measured(self, panel: Panel, spans: Spans) -> Floats:
        """One minus the mean return of a series in the sessions in which the benchmark fell, over the benchmark's own.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        spans : Spans
            D windows, each with its first and last row.

        Returns
        -------
        float array of shape (D, N)
            0 falls as the benchmark does, more falls less; NaN where fewer than half of those sessions count, or there
            are none.
        """
        return 1 - _captured(panel, index_of(panel, self), spans, -1)


@dataclass(frozen=True)
class DownDaysBeaten(WindowMeasure):
    """Share of the sessions in which the benchmark fell that a symbol did better: ``mean(r > b)`` where ``b < 0``.

    Over those sessions of k+1..u in which the symbol has a bar and had one in the session before. NaN where there is
    none, or fewer than half of the sessions in which the benchmark fell. The batting average of reports, on falls.
    """

    def measured(self, panel: Panel, spans: Spans) -> Floats:
        """The share of the benchmark's falling sessions in which the series did better.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        spans : Spans
            D windows, each with its first and last row.

        Returns
        -------
        float array of shape (D, N)
            Shares from 0 to 1; NaN where too few sessions of the span count.
        """
        own, market, present = moves(panel, index_of(panel, self))
        fell = market < 0
        present &= fell[:, None]
        beaten = present & (own > market[:, None])
        of_falls = spans.over(np.add, fell.astype(np.float64))[:, None]
        return _share(spans, beaten, present, of_falls)


@dataclass(frozen=True)
class RSDays(WindowMeasure):
    """Share of sessions in which a symbol showed strength while the benchmark was weak.

    A session counts if any of these holds, C, H, L being close, high, low, of the symbol adjusted:

    * the symbol's close rose and the benchmark's fell;
    * a higher low while the benchmark makes a lower one: ``L[t] > L[t-1]`` and ``L_B[t] < L_B[t-1]``;
    * a close in the upper part of the range while the benchmark closes near its low: ``(C - L) / (H - L) >= upper``
      and ``(C_B - L_B) / (H_B - L_B) <= lower``.

    What needs highs and lows does not hold where they aren't known, or where high and low are the same; on closes
    alone only the first is left. The share is of those sessions of k+1..u in which the symbol has a bar and had one in
    the session before; NaN where they are fewer than half of the window.

    Parameters
    ----------
    window : Window
        Default ``Current()``.
    upper : float
        Least place of the symbol's close in its range.
    lower : float
        Greatest place of the benchmark's.

    Notes
    -----
    Market practice: counts of "RS days" as deepvue and traderlion describe them; the numbers are conventions.
    """

    upper: float = parameter(0.5, low=0.0, high=1.0, grid=(0.5, 0.75))
    lower: float = parameter(0.25, low=0.0, high=1.0, grid=(0.25, 0.5))

    def measured(self, panel: Panel, spans: Spans) -> Floats:
        """The share of the sessions that showed relative strength.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        spans : Spans
            D windows, each with its first and last row.

        Returns
        -------
        float array of shape (D, N)
            Shares from 0 to 1; NaN where too few sessions of the span count.
        """
        bench = panel.benchmark
        assert bench is not None  # at() has seen to it
        own, market, present = moves(panel, index_of(panel, self))
        shown = (own > 0) & (market < 0)[:, None]
        low = panel.low * panel.adj_factor
        shown[1:] |= (low[1:] > low[:-1]) & (bench.low[1:] < bench.low[:-1])[:, None]
        weak = _place(bench.close, bench.high, bench.low) <= self.lower
        shown |= (_place(panel.close, panel.high, panel.low) >= self.upper) & weak[:, None]
        return _share(spans, shown & present, present, spans.length)


def _place(close: Floats, high: Floats, low: Floats) -> Floats:
    """Where the close lies in the bar's range, from 0 at the low to 1 at the high; NaN where there is no range."""
    reach = high - low
    place: Floats = (close - low) / np.where(reach > 0, reach, np.nan)
    return place


def _share(spans: Spans, shown: Flags, of: Flags, full: NDArray[Any]) -> Floats:
    """Sessions ``shown`` per session ``of``, (T, N) each; NaN where those are none, or fewer than half ``full``."""
    days = spans.over(np.add, of.astype(np.float64))
    share = spans.over(np.add, shown.astype(np.float64)) / np.where(days > 0, days, np.nan)
    share[2 * days < full] = np.nan
    return share
