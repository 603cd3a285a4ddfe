"""The benchmark's session: its move, its candle, what it took back, and how far it is from its high."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlead.data.benchmark import Benchmark
from sectorlead.data.panel import Panel
from sectorlead.data.pullback import Episode
from sectorlead.data.types import Floats
from sectorlead.reports.brief.market import Bars, BenchmarkDay, Beside, Close, Sign
from sectorlead.reports.brief.terms import BriefTerms
from sectorlead.research.brief.cut import benchmark_of, line_days, moves_of
from sectorlead.strategies.indicators.candles import Candles
from sectorlead.strategies.indicators.phases import MarketPhases

SHOWN = 60
"""Candles in the chart."""
LOOKED_BACK = 10  # sessions whose closes can be taken back or lost


def benchmark_day(panel: Panel, fall: Episode | None, terms: BriefTerms, indices: Panel | None = None) -> BenchmarkDay:
    """What the benchmark did on the last session of a panel.

    Parameters
    ----------
    panel : Panel
        Ends with the day.
    fall : Episode or None
        The current pullback or the last one, in rows of the benchmark's whole line.
    terms : BriefTerms
    indices : Panel, optional
        Further indices, up to the same day.
    """
    bench = benchmark_of(panel)
    line, days = bench.line, line_days(panel)
    moves = np.full(len(line), np.nan)
    moves[1:] = line[1:] / line[:-1] - 1
    last, change = len(line) - 1, float(moves[-1])
    window = max(0, last + 1 - terms.pullback.window)
    top = last - int(np.argmax(line[window:][::-1]))
    volume = bench.whole("volume")
    known = last > 0 and np.isfinite(volume[-2:]).all() and volume[-2] > 0
    candle, known_candle = _candle(panel, bench, terms.plunge)
    regained = next((sign.sign for sign in candle if sign.name == "regain"), 0) == 1
    low = None if fall is None else fall.peak + int(np.argmin(line[fall.peak :]))
    return BenchmarkDay(
        symbol=bench.symbol,
        name=bench.name,
        date=panel.sessions[-1],
        open=float(bench.open[-1]),
        high=float(bench.high[-1]),
        low=float(bench.low[-1]),
        close=float(line[-1]),
        change=change,
        largest_since=_largest_since(moves, days),
        streak=_streak(line),
        candle=candle,
        candle_known=known_candle,
        regained=Close(date=days[-3], close=float(line[-3])) if regained else None,
        reclaimed=_crossed(line, days, up=True),
        lost=_crossed(line, days, up=False),
        top=Close(date=days[top], close=float(line[top])),
        since_top=last - top,
        from_top=float(line[-1] / line[top] - 1),
        volume_change=float(volume[-1] / volume[-2] - 1) if known else np.nan,
        follow_through=_follow_through(panel),
        rally_day=-1 if low is None else last - low,
        beside=_beside(indices),
        bars=_bars(bench, days, terms.means),
    )


def _candle(panel: Panel, bench: Benchmark, plunge: float) -> tuple[tuple[Sign, ...], bool]:
    if not bench.has_ohlc:
        return (), False
    found = {name: signs[-1] for name, signs in Candles(plunge=plunge)(panel)._asdict().items()}
    signs = tuple(Sign(name=name, sign=int(sign)) for name, sign in found.items() if np.isfinite(sign) and sign != 0)
    return signs, bool(np.isfinite(found["engulfing"]))


def _largest_since(moves: Floats, days: pd.DatetimeIndex) -> pd.Timestamp | None:
    change = moves[-1]
    as_far = moves[:-1] >= change if change >= 0 else moves[:-1] <= change
    rows = np.flatnonzero(as_far)
    return days[rows[-1]] if len(rows) else None


def _streak(line: Floats) -> int:
    sides = np.sign(np.diff(line))[::-1]
    if not len(sides) or not np.isfinite(sides[0]) or sides[0] == 0:
        return 0
    other = np.flatnonzero(sides != sides[0])
    return int(sides[0]) * int(other[0] if len(other) else len(sides))


def _crossed(line: Floats, days: pd.DatetimeIndex, *, up: bool) -> tuple[Close, ...]:
    """Closes of the last sessions that a rise took back: above the close before, not above this one; or a fall lost."""
    if len(line) < 2 or (line[-1] > line[-2]) != up:
        return ()
    before, now = line[-2], line[-1]
    rows = range(max(len(line) - 2 - LOOKED_BACK, 0), len(line) - 2)
    crossed = [row for row in rows if (before < line[row] <= now if up else now <= line[row] < before)]
    return tuple(Close(date=days[row], close=float(line[row])) for row in crossed)


def _follow_through(panel: Panel) -> bool | None:
    found = MarketPhases()(panel).follow_through[-1]
    return None if np.isnan(found) else bool(found)


def _beside(indices: Panel | None) -> tuple[Beside, ...]:
    if indices is None:
        return ()
    moves = moves_of(indices)[-1]
    return tuple(
        Beside(symbol=symbol, name=indices.names[i], close=float(indices.close[-1, i]), change=float(moves[i]))
        for i, symbol in enumerate(indices.symbols)
    )


def _bars(bench: Benchmark, days: pd.DatetimeIndex, means: tuple[int, ...]) -> Bars:
    shown = slice(-SHOWN, None)
    line = pd.Series(bench.line)

    def told(values: Floats) -> tuple[float, ...]:
        return tuple(float(value) for value in values[shown])

    return Bars(
        dates=tuple(days[shown]),
        open=told(bench.whole("open")), high=told(bench.whole("high")), low=told(bench.whole("low")),
        close=told(bench.whole("close")),
        means={span: told(line.rolling(span).mean().to_numpy()) for span in means},
    )  # fmt: skip
