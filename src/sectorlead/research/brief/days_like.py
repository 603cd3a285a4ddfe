"""Earlier days like this one, and what followed them beside what follows any day."""

from __future__ import annotations

import numpy as np

from sectorlead.data.benchmark import Benchmark
from sectorlead.data.panel import Panel
from sectorlead.data.types import Flags, Floats
from sectorlead.reports.brief.evidence import After, DaysLike
from sectorlead.reports.brief.terms import BriefTerms
from sectorlead.research.brief.cut import benchmark_of, line_days

STEP = 0.01  # moves are rounded towards 0 to whole per cents


def days_like(panel: Panel, terms: BriefTerms) -> DaysLike:
    """Days of the benchmark that moved as far in the same direction, with the same engulfing candle if it has one.

    A move is rounded towards 0 to a whole per cent; one of less than 1% is like all others of its sign below 1%. The
    day itself is not among them, and of the others those whose outcome is known.

    Parameters
    ----------
    panel : Panel
        Ends with the day.
    terms : BriefTerms
    """
    bench = benchmark_of(panel)
    line, days = bench.line, line_days(panel)
    moves = np.full(len(line), np.nan)
    moves[1:] = line[1:] / line[:-1] - 1
    candles = engulfing(bench)
    side = int(np.sign(moves[-1])) if np.isfinite(moves[-1]) else 0
    floor = np.floor(abs(moves[-1]) / STEP + 1e-9) * STEP if side else 0.0
    like = side * moves >= floor - 1e-12
    if floor == 0:
        like &= (side * moves < STEP) & (np.sign(moves) == side)
    if candles[-1]:
        like &= candles == candles[-1]
    like[-1] = False
    rows = np.flatnonzero(like)
    return DaysLike(
        direction=side,
        move=float(side * floor),
        candle=int(candles[-1]),
        count=len(rows),
        first=days[0],
        after=tuple(_after(line, rows, span) for span in terms.horizons),
    )


def engulfing(bench: Benchmark) -> Floats:
    """1 or -1 where the benchmark's body covers that of the bar before, of the other colour, along its whole line.

    The formula of ``sectorlead.Candles``; 0 where it is not known.

    Parameters
    ----------
    bench : Benchmark
    """
    opened, close = bench.whole("open"), bench.whole("close")
    found = np.zeros(len(close))
    rows = np.flatnonzero(np.isfinite(opened) & np.isfinite(close))
    top, bottom = np.maximum(opened, close)[rows], np.minimum(opened, close)[rows]
    white: Flags = (close >= opened)[rows]
    covers = (top[1:] >= top[:-1]) & (bottom[1:] <= bottom[:-1]) & (white[1:] != white[:-1])
    covers &= (top[1:] > top[:-1]) | (bottom[1:] < bottom[:-1])
    found[rows[1:]] = np.where(covers, np.where(white[1:], 1.0, -1.0), 0.0)
    return found


def _after(line: Floats, rows: np.ndarray, span: int) -> After:
    every = line[span:] / line[:-span] - 1 if len(line) > span else np.zeros(0)
    every = every[np.isfinite(every)]
    known = rows[rows + span < len(line)]
    found = line[known + span] / line[known] - 1

    def mean(values: Floats) -> float:
        return float(values.mean()) if len(values) else np.nan

    return After(
        sessions=span,
        days=len(found),
        mean=mean(found),
        error=float(found.std(ddof=1) / np.sqrt(len(found))) if len(found) > 1 else np.nan,
        up=mean((found > 0).astype(np.float64)),
        always=mean(every),
        always_up=mean((every > 0).astype(np.float64)),
    )
