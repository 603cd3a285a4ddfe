"""How a run did in the pullbacks of its benchmark."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...data.pullback import PullbackRule, Pullbacks
from ...data.types import Floats
from ...engine.record import Record
from ...engine.strategy import as_strategy
from ...engine.suspended import last_rows
from ..equal_weight import equal_weight_growth
from ..growth import Growth, benchmark_growth, periods_per_year, strategy_growth


@dataclass(frozen=True, eq=False)
class RunPullback:
    """One pullback within a run, from its peak to its lowest close since it was known.

    Points are those of the growth line; 0 is the base point.

    Attributes
    ----------
    peak, entered, trough : int
        Points. A peak before the run is the base point.
    left : int or None
        Point at which it was known to be over; None while it lasts.
    early : bool
        Whether it peaked before the run, so that only what was left of it is measured.
    benchmark, strategy, equal_weight : float
        Return from peak to trough, as a fraction; equal weight is that of ``reports.equal_weight``.
    relative : float
        ``(1 + strategy) / (1 + benchmark) - 1``: what is not all in falling series has that, a strategy that never
        traded too.
    lead : float
        ``(1 + strategy) / (1 + equal_weight) - 1``: what the choice of series brought.
    series : array of shape (N,)
        Each series' total return relative to the benchmark over the same span; NaN if it had no price at the peak.
    held : bool array of shape (N,)
        Whether the run held it at some close from the peak to the session before the trough.
    """

    peak: int
    entered: int
    trough: int
    left: int | None
    early: bool
    benchmark: float
    strategy: float
    relative: float
    equal_weight: float
    lead: float
    series: Floats
    held: NDArray[np.bool_]


class Split(NamedTuple):
    """Growth in the sessions that began inside a pullback, and in the others; per year, as fractions.

    ``relative`` is over the benchmark, ``lead`` over equal weight.
    """

    sessions: int
    strategy: float
    benchmark: float
    relative: float
    equal_weight: float
    lead: float


def pullback_rule(record: Record) -> PullbackRule:
    """That of the strategy, where it has one: the pullbacks that it saw; else the usual one, for daily sessions."""
    own = as_strategy(record.strategy).pullback_rule
    if own is not None:
        return own
    return PullbackRule().scaled(periods_per_year(record.panel.sessions[: record.terms.last + 1]))


def _found(record: Record) -> tuple[Pullbacks, int] | None:
    """The pullbacks of the benchmark, in rows of its whole line, and which of these is the run's first."""
    bench = record.panel.benchmark
    return None if bench is None else (pullback_rule(record).find(bench.line), bench.before + record.terms.first)


def pullback_spans(record: Record) -> tuple[tuple[float, float], ...]:
    """The stretches of the run inside a pullback, from entry to exit, as fractions of its sessions, in [0, 1]."""
    found = _found(record)
    if found is None:
        return ()
    (falls, first), size = found, len(record.sessions)
    spans = [
        (item.entered - first + 1, (size + first if item.left is None else item.left) - first + 1)
        for item in falls.episodes
    ]
    return tuple((max(a, 0) / size, min(b, size) / size) for a, b in spans if b > 0 and a <= size)


def run_pullbacks(record: Record) -> list[RunPullback]:
    """The pullbacks that lie in the run, wholly or in part, in order of time."""
    found, market = _found(record), benchmark_growth(record)
    if found is None or market is None:
        return []
    (falls, first), size = found, len(record.sessions)
    lines = strategy_growth(record), market, equal_weight_growth(record)
    out = []
    for item in falls.episodes:
        left = None if item.left is None else item.left - first + 1
        entered, peak = item.entered - first + 1, item.peak - first + 1
        if entered > size or (left is not None and left <= 1):
            continue
        left = None if left is None or left > size else left
        stop = size + 1 if left is None else left
        begin, known = max(peak, 0), max(entered, 1)
        if np.isfinite(market.levels[begin]):
            trough = known + int(np.nanargmin(market.levels[known:stop]))
            out.append(_phase(record, lines, (begin, known, trough, left, peak < 0)))
    return out


def _phase(
    record: Record, lines: tuple[Growth, Growth, Growth], span: tuple[int, int, int, int | None, bool]
) -> RunPullback:
    begin, entered, trough, left, early = span
    made, fell, equal = (float(line.levels[trough] / line.levels[begin] - 1.0) for line in lines)
    first = record.terms.first
    prices = record.panel.last_adjusted_close
    base = max(first + begin - 1, 0)
    others = prices[first + trough - 1] / prices[base] / (1.0 + fell) - 1.0
    others = np.where(last_rows(record.panel, record.terms.ended) > base, others, np.nan)
    held = np.any(record.outcome.shares[max(begin - 1, 0) : max(trough - 1, 1)] > 0, axis=0)
    return RunPullback(
        begin, entered, trough, left, early, fell, made, (1.0 + made) / (1.0 + fell) - 1.0,
        equal, (1.0 + made) / (1.0 + equal) - 1.0, others, np.asarray(held),
    )  # fmt: skip


def split(record: Record, seen_by: Record | None = None) -> tuple[Split, Split] | None:
    """Growth inside and outside pullbacks; None without a benchmark. A session counts as inside if it began inside one.

    The pullbacks are those of the run ``seen_by``, over the same sessions; default: the run's own.

    Parameters
    ----------
    record : Record
    seen_by : Record, optional
        Whose benchmark says when a pullback lasts; over the same sessions.
    """
    found, market = _found(seen_by or record), benchmark_growth(record)
    if found is None or market is None:
        return None
    falls, first = found
    inside = falls.inside[max(first - 1, 0) : first - 1 + len(record.sessions)]
    inside = np.concatenate(([False], inside)) if first == 0 else inside
    lines = strategy_growth(record).returns, market.returns, equal_weight_growth(record).returns
    known = np.isfinite(lines[:2]).all(axis=0)
    periods = periods_per_year(record.sessions)
    return _split(lines, known & inside, periods), _split(lines, known & ~inside, periods)


def _split(lines: tuple[Floats, Floats, Floats], chosen: NDArray[np.bool_], periods: float) -> Split:
    count = int(chosen.sum())
    if not count:
        return Split(0, *[math.nan] * 5)
    own, market, equal = (float(np.log1p(np.maximum(line[chosen], -1 + 1e-15)).sum()) for line in lines)
    return Split(
        count, *(math.expm1(v * periods / count) for v in (own, market, own - market, equal, own - equal))
    )
