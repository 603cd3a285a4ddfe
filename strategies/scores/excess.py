"""Measures of price paths over a window: ahead of the benchmark, less deep in drawdown, sooner back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from .kernels import first_reached
from .measure import WindowMeasure, growth, highest
from .spans import Spans, trailing
from .window import index_of


@dataclass(frozen=True)
class Excess(WindowMeasure):
    """Growth relative to the benchmark since the start: ``(P[u] / P[k]) / (B[u] / B[k]) - 1``.

    P is the adjusted close of a symbol, B the close of the benchmark, both carried over sessions without a bar. In a
    pullback it favours whatever moves little: a low beta looks like strength. NaN where P[k] isn't known.

    Notes
    -----
    Weinstein, "Secrets for Profiting in Bull and Bear Markets" (1988): a share that falls 10% while the market falls
    20% is strong.
    """

    def measured(self, panel: Panel, spans: Spans) -> Floats:
        """Growth of a series over that of the benchmark, minus one.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        spans : Spans
            D windows, each with its first and last row.

        Returns
        -------
        float array of shape (D, N)
            Fractions, 0.02 is 2% more; NaN before the series' first bar.
        """
        grown, market = growth(panel, index_of(panel, self), spans)
        return grown / market - 1


@dataclass(frozen=True)
class DrawdownSpread(WindowMeasure):
    """A symbol's drawdown minus the benchmark's: ``P[u] / max(P[k..u]) - B[u] / max(B[k..u])``.

    Each from its own highest close since the start. 0.05 is five points less deep than the benchmark. NaN where P[k]
    isn't known. Market practice.
    """

    def measured(self, panel: Panel, spans: Spans) -> Floats:
        """Fall of a series from its highest close in the span, minus the benchmark's fall from its own.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        spans : Spans
            D windows, each with its first and last row.

        Returns
        -------
        float array of shape (D, N)
            Differences of two fractions <= 0; above 0 the series has held up better. NaN before its first bar.
        """
        price, index = panel.last_adjusted_close, index_of(panel, self)
        market: Floats = index[spans.end] / highest(index, spans)
        return price[spans.end] / highest(price, spans) - market[:, None]


@dataclass(frozen=True)
class Retracement(WindowMeasure):
    """Minus the share of its last rise that a symbol has given back: ``-(top - P[u]) / (top - base)``.

    ``top`` is its highest close of k..u, ``base`` its lowest close of the ``leg`` sessions up to k, and of k, or of
    those there are. 0 at the top; -0.5 with half of the rise given back; less than -1 below the base. NaN where P[k]
    isn't known, and where there was no rise: k is at the base, and no close since was higher.

    Parameters
    ----------
    window : Window
        Default ``Current()``.
    leg : int
        Sessions before k in which the rise began.

    Notes
    -----
    Market practice after Wyckoff: what gives back less than half of its last rise while the index makes new lows is
    strong.
    """

    leg: int = parameter(120, low=1, high=2520, grid=(60, 120, 250))

    def measured(self, panel: Panel, spans: Spans) -> Floats:
        """How much of its rise a series has given back from its highest close of the span.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        spans : Spans
            D windows, each with its first and last row.

        Returns
        -------
        float array of shape (D, N)
            Minus a share of the rise: 0 nothing, -1 all of it. NaN where it had not risen, or is unknown.
        """
        price = panel.last_adjusted_close
        base = trailing(np.fmin, price, self.leg + 1)[spans.start]
        top = highest(price, spans)
        rise = np.where(top > base, top - base, np.nan)
        return (price[spans.end] - top) / rise


@dataclass(frozen=True)
class RecoveryFirst(WindowMeasure):
    """How long ago a symbol regained its own peak, first to regain it first.

    Its peak is its highest close of the ``reach`` sessions that end at k, or of those there are. With s the first
    session of k+1..u that closes at or above it, the measure is ``u - s + 1``, so 1 or more; while there is none it is
    ``P[u] / peak - 1``, less than 0: the nearest first. At or above 1 is thus "has regained its peak". It stays so
    when the symbol falls back. NaN where P[k] isn't known. Market practice.

    Parameters
    ----------
    window : Window
        Default ``Current()``.
    reach : int
        Sessions in which the symbol's own peak is looked for.
    """

    reach: int = parameter(250, low=1, high=2520, grid=(60, 120, 250))

    def measured(self, panel: Panel, spans: Spans) -> Floats:
        """How long ago a series regained the peak that it had before the span.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        spans : Spans
            D windows, each with its first and last row.

        Returns
        -------
        float array of shape (D, N)
            Sessions, 1 for today; where it has not, the distance from that peak, a fraction below 0. NaN before its
            first bar.
        """
        price = panel.last_adjusted_close
        peak = trailing(np.fmax, price, self.reach)[spans.start]
        first = first_reached(price, peak, spans.start, spans.end)
        since = spans.end[:, None] - first + 1.0
        return np.where(np.isnan(price[spans.start]), np.nan, np.where(first >= 0, since, price[spans.end] / peak - 1))
