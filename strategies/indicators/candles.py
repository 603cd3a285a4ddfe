"""Candles: shapes of one, two or three bars, as signs a rule can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.bars import PRICES
from ...data.errors import DataError
from ...data.panel import Panel
from ...data.types import Flags, Floats
from ..domain import parameter
from .breadth import limit_prices
from .indicator import Indicator
from .streaks import Streaks


class Patterns(NamedTuple):
    """Which patterns each session's bar completes: floats of shape (T, N), or (T,) of the benchmark.

    +1 is bullish, -1 bearish, 0 none; a doji has no side, and is 1. NaN where it isn't known: without a bar, and while
    there are fewer bars before it than the formula takes. The formulas are those of ``Candles``.

    Attributes
    ----------
    engulfing : the body covers the body of the bar before, which has the other colour
    spinning_top : a small body between two longer shadows; the sign is the colour
    doji : as good as no body
    hammer : a small body near the lows of the bar before, with a long lower shadow and none above
    gap : opened beyond the whole range of the bar before
    full_gap : never came back into that range
    limit_day : closed at the price limit
    sealed : a limit day that traded at one price
    regain : the close takes back the whole of a large move of the bar before
    """

    engulfing: Floats
    spinning_top: Floats
    doji: Floats
    hammer: Floats
    gap: Floats
    full_gap: Floats
    limit_day: Floats
    sealed: Floats
    regain: Floats


class _Bars(NamedTuple):
    """Prices of shape (K, M), row i of a column the i-th bar of that series; NaN after its last."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats


@dataclass(frozen=True)
class Candles(Indicator):
    """Candle patterns of the benchmark or of every series.

    Below, 0 is the bar of the session, -1 and -2 are the bars before it **of that series**: a session without a bar is
    skipped, no bar, and NaN in all patterns. O, H, L, C are total-return adjusted: an ex-date is no gap. ``body`` is
    ``abs(C - O)``, ``top`` and ``bottom`` are its ends, ``upper = H - top``, ``lower = bottom - L``, ``range = H - L``;
    a bar is white when ``C >= O``, black otherwise. ``mean(x, n)`` is over the n bars **before** the one it is taken
    at, which it leaves out.

    ``engulfing``
        ``top >= top[-1]``, ``bottom <= bottom[-1]``, not both equal; the colours differ. +1 white, -1 black.
    ``spinning_top``
        ``body < mean(body, 10)``, ``upper > body`` and ``lower > body``. +1 white, -1 black.
    ``doji``
        ``body <= 0.1 * mean(range, 10)``. 1.
    ``hammer``
        ``body < mean(body, 10)``, ``lower > body``, ``upper < 0.1 * mean(range, 10)`` and ``bottom <= L[-1] + 0.2 *
        mean(range, 5)[-1]``. +1.
    ``gap``
        +1 for ``O > H[-1]``, -1 for ``O < L[-1]``.
    ``full_gap``
        +1 for ``L > H[-1]``, -1 for ``H < L[-1]``.
    ``limit_day``
        On unadjusted prices: +1 where the close is the upper limit or above it, -1 the lower or below, to half a tick.
        A limit is ``C[-1] * (1 +- limit)`` rounded half up to a tick in integers, as the market rules do it, with
        C[-1] divided by the change of the adjustment factor. NaN throughout with ``limit=None``.
    ``sealed``
        A ``limit_day`` with ``H == L``.
    ``regain``
        A plunge and its recovery. +1 where ``C[-1] / C[-2] - 1 <= -plunge`` and ``C >= C[-2]``: yesterday's fall is
        regained in one session. -1 is the opposite, ``C[-1] / C[-2] - 1 >= plunge`` and ``C <= C[-2]``.

    Parameters
    ----------
    of : str
        "benchmark", for arrays of shape (T,), or "series", for (T, N).
    plunge : float
        The fall from close to close that ``regain`` takes back, as a fraction.
    limit : float or None
        Price limit as a fraction, the same for all series and dates; None (indices) for no limits.
    tick : float
        Price step of the limit prices, in currency.

    Raises
    ------
    ParameterError
        For a value out of its range.
    DataError
        When the panel has no benchmark and it is asked for, or its bars are closes alone.

    Notes
    -----
    The first four follow TA-Lib (CDLENGULFING, CDLSPINNINGTOP, CDLDOJI, CDLHAMMER) with its default candle settings:
    BodyShort 10 bars, factor 1, of the body; BodyDoji and ShadowVeryShort 10 bars, 0.1, of the range; ShadowLong the
    bar's own body, factor 1; Near 5 bars, 0.2, of the range. They say nothing of the trend before: a hammer after a
    rise is reported too. TA-Lib gives 80 for bodies that match at one end and 100 otherwise, and answers from its
    third (engulfing) or twelfth bar (hammer), one later than the formula needs; here it is 1 from the first bar
    the formula covers. Its running totals don't recover from a NaN, here a gap is skipped.
    """

    of: str = parameter("benchmark", choices=("benchmark", "series"))
    plunge: float = parameter(0.015, low=0.001, high=0.5, grid=(0.01, 0.015, 0.02, 0.03))
    limit: float | None = parameter(None, kind=float, low=0.01, high=0.5)
    tick: float = parameter(0.01, low=1e-6, high=1.0)

    def __call__(self, panel: Panel) -> Patterns:
        """The patterns that each session's bar completes."""
        raw, factor = _bars_of(panel, self.of)
        bar = np.isfinite(raw.close)
        here = np.flatnonzero(bar)  # where the bars are, and where they go: each column's together at its top
        there = (np.cumsum(bar, axis=0) - 1)[bar] * bar.shape[1] + np.nonzero(bar)[1]

        def packed(values: Floats) -> Floats:
            out = np.full(values.shape, np.nan)
            out.ravel()[there] = values.ravel()[here]
            return out

        def unpacked(signs: Floats) -> Floats:
            out = np.full(signs.shape, np.nan)
            out.ravel()[here] = signs.ravel()[there]
            return out[-len(panel.sessions) :, 0] if self.of == "benchmark" else out

        bars, scale = _Bars(*map(packed, raw)), packed(factor)
        with np.errstate(invalid="ignore"):
            adjusted = _Bars(*(price * scale for price in bars))
            limit_day = self._limit_days(bars.close, scale)
            sealed = np.where(bars.high == bars.low, limit_day, 0 * limit_day)
            signs = *_shapes(adjusted), *_gaps(adjusted), limit_day, sealed, self._regains(adjusted.close)
        return Patterns(*map(unpacked, signs))

    def table(self, panel: Panel) -> pd.DataFrame:
        """What the bars of the panel's last session are, by symbol.

        Parameters
        ----------
        panel : Panel
            For another day, ``panel.until(row)``.

        Returns
        -------
        DataFrame
            ``change`` (of the adjusted close, against the session before), ``closes`` and ``candles`` (rises or white
            candles in a row, below 0 falls and black ones; see ``Streaks``), then the patterns; NaN where not known.
        """
        if self.of == "benchmark":
            line = panel.benchmark
            symbols, close = ([line.symbol], line.close[:, None]) if line else ([], np.zeros((0, 0)))
        else:
            symbols, close = list(panel.symbols), panel.adjusted_close
        found = self(panel)
        told = {
            "change": (close / _previous(close) - 1)[-1],
            **{name: Streaks(self.of, by)(panel)[-1] for name, by in (("closes", "close"), ("candles", "candle"))},
            **{name: signs[-1] for name, signs in found._asdict().items()},
        }
        columns = {key: np.atleast_1d(values) for key, values in told.items()}
        return pd.DataFrame(columns, pd.Index(symbols, name="symbol"))

    def _limit_days(self, close: Floats, factor: Floats) -> Floats:
        if self.limit is None:
            return np.full(close.shape, np.nan)
        reference = _previous(close) * _previous(factor) / factor
        up = close >= limit_prices(reference, self.limit, self.tick) - self.tick / 2
        down = close <= limit_prices(reference, -self.limit, self.tick) + self.tick / 2
        return _sided(up, down, reference)

    def _regains(self, close: Floats) -> Floats:
        start = _previous(_previous(close))
        move = _previous(close) / start - 1
        return _sided((move <= -self.plunge) & (close >= start), (move >= self.plunge) & (close <= start), start)


def _bars_of(panel: Panel, of: str) -> tuple[_Bars, Floats]:
    """Unadjusted bars and adjustment factors, shape (T, N), or (E + T, 1) of the benchmark."""
    if of == "series":
        bars, factor, whose = _Bars(panel.open, panel.high, panel.low, panel.close), panel.adj_factor, "series"
        whole = panel.has_ohlc
    elif panel.benchmark is None:
        raise DataError(
            'Candles(of="benchmark") needs a benchmark: load(..., benchmark=...); Candles(of="series") needs none'
        )
    else:
        line = panel.benchmark
        bars = _Bars(*(line.whole(key)[:, None] for key in PRICES))
        factor, whose, whole = np.ones((len(line.line), 1)), f"benchmark {line.symbol}", line.has_ohlc
    if not whole and np.isfinite(bars.close).any():
        raise DataError(f"Candles needs open, high and low, but the {whose} has closes alone: load all four prices")
    return bars, factor


def _shapes(bars: _Bars) -> tuple[Floats, Floats, Floats, Floats]:
    """Engulfing, spinning top, doji and hammer."""
    white = bars.close >= bars.open
    top, bottom = np.maximum(bars.open, bars.close), np.minimum(bars.open, bars.close)
    body, extent = np.abs(bars.close - bars.open), bars.high - bars.low
    upper, lower = bars.high - top, bottom - bars.low
    top_before, bottom_before = _previous(top), _previous(bottom)
    covers = (top >= top_before) & (bottom <= bottom_before) & ((top > top_before) | (bottom < bottom_before))
    covers[1:] &= white[1:] != white[:-1]
    usual, tenth = _mean_before(body, 10), 0.1 * _mean_before(extent, 10)
    near = _previous(bars.low + 0.2 * _mean_before(extent, 5))
    top_shape = (body < usual) & (upper > body) & (lower > body)
    hammer = (body < usual) & (lower > body) & (upper < tenth) & (bottom <= near)
    nowhere = np.zeros(white.shape, np.bool_)
    return (
        _sided(covers & white, covers & ~white, top_before),
        _sided(top_shape & white, top_shape & ~white, usual),
        _sided(body <= tenth, nowhere, tenth),
        _sided(hammer, nowhere, tenth),
    )


def _gaps(bars: _Bars) -> tuple[Floats, Floats]:
    """Gaps at the open, and those that stayed open all session."""
    high, low = _previous(bars.high), _previous(bars.low)
    return _sided(bars.open > high, bars.open < low, high), _sided(bars.low > high, bars.high < low, high)


def _mean_before(values: Floats, count: int) -> Floats:
    """Mean of the ``count`` rows before each, which it leaves out; NaN where there are fewer.

    Added oldest first over the same rows wherever the panel begins, not as a running total: the same to the last bit
    whatever came earlier.
    """
    out = np.full(values.shape, np.nan)
    if len(values) > count:
        total = values[:-count].copy()
        for shift in range(1, count):
            total += values[shift : shift - count]
        out[count:] = total / count
    return out


def _previous(values: Floats) -> Floats:
    """The row before; NaN in the first."""
    out = np.full(values.shape, np.nan)
    out[1:] = values[:-1]
    return out


def _sided(bullish: Flags, bearish: Flags, needed: Floats) -> Floats:
    """1, -1 or 0; NaN where what it is told from isn't known."""
    return np.where(np.isnan(needed), np.nan, bullish.astype(np.float64) - bearish)
