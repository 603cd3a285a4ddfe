"""What a run's reports read off the market: phases and an RRG-style map, which reports can't compute themselves."""

from __future__ import annotations

import weakref
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sectorlead.engine.record import Record

if TYPE_CHECKING:
    from sectorlead.reports.market_context import MarketContext
    from sectorlead.strategies.indicators.phases import MarketPhases
    from sectorlead.strategies.indicators.rrg import RelativeRotation


def market_context(record: Record) -> MarketContext | None:
    """Market phases and RRG-style coordinates for a run's reports; None without a benchmark that has a bar.

    Pullbacks begin and end as the strategy's score has it, so that phases and pullback episodes tell the same story;
    deeper falls are in proportion. Spans of days are those of daily sessions, scaled to the panel's.
    """
    if record not in _of_record:
        _of_record[record] = _made(record)
    return _of_record[record]


_of_record: weakref.WeakKeyDictionary[Record, MarketContext | None] = weakref.WeakKeyDictionary()


def _made(record: Record) -> MarketContext | None:
    from sectorlead.reports.growth import periods_per_year
    from sectorlead.reports.market_context import MarketContext
    from sectorlead.strategies.indicators.phases import Phase
    from sectorlead.strategies.indicators.rrg import RelativeRotation

    panel = record.panel.until(record.terms.last)
    if panel.benchmark is None or not np.isfinite(panel.benchmark.close).any():
        return None
    market, rotation = _phases_of(record), RelativeRotation(bar=5 if periods_per_year(panel.sessions) == 252 else 1)
    where, (phases, before) = rotation(panel), market.of(panel.benchmark)
    names = tuple(item.name.capitalize() for item in Phase)
    return MarketContext(
        phases.phase, names, _told(market), where.ratio, where.momentum, rotation.bar, _how(rotation),
        before if panel.benchmark.before else None,
    )  # fmt: skip


def _phases_of(record: Record) -> MarketPhases:
    """Phases whose pullbacks are those of the run's episodes."""
    from sectorlead.reports.analysis.pullbacks import pullback_rule
    from sectorlead.reports.growth import periods_per_year
    from sectorlead.strategies.indicators.phases import MarketPhases

    rule = pullback_rule(record)
    usual, scale = MarketPhases(), periods_per_year(record.panel.sessions[: record.terms.last + 1]) / 252.0
    spans: dict[str, Any] = {
        "window": rule.window,
        "expire": rule.expire or 0,
        "overlap": rule.overlap,
        "bottoming": max(2, round(usual.bottoming * scale)),
        "recovery_high": max(2, round(usual.recovery_high * scale)),
    }
    correction, bear = 2 * rule.enter, 4 * rule.enter  # as 5% is to 10% and 20%
    if rule.unit == "volatility":
        return replace(
            usual, unit="volatility", pullback=rule.enter, leave=rule.leave, correction=correction, bear=bear, **spans
        )
    if bear >= 1:
        return replace(usual, **spans)
    return replace(usual, pullback=rule.enter, leave=rule.leave, correction=correction, bear=bear, **spans)


def _told(market: MarketPhases) -> str:
    depths = market.depths
    unit = "%" if market.unit == "fixed" else " monthly volatilities"
    pullback, correction, bear = (f"{depth * (100 if unit == '%' else 1):.3g}{unit}" for depth in depths)
    return (
        f"Below its high of {market.window} sessions, the benchmark is in a pullback from {pullback} on, a correction "
        f"from {correction}, a bear market from {bear}; bottoming after {market.bottoming} sessions without a new low; "
        f"recovering from its highest close of {market.recovery_high} sessions on. Each is known the same evening."
    )


def _how(rotation: RelativeRotation) -> str:
    spans = f"bars of {rotation.bar} sessions" if rotation.bar > 1 else "sessions"
    return (
        f"RRG-style: ratio is 100 × the {rotation.smoothing}-bar over the {rotation.window}-bar exponential average of "
        f"price over benchmark; momentum is 100 × ratio over its own {rotation.change}-bar average; in {spans}."
    )
