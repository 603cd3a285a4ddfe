"""Variants one run after another: what holds for any strategy, and what every faster way has to equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sectorlead.data.panel import Panel
from sectorlead.data.types import Ints
from sectorlead.engine.backtest import backtest, run_span
from sectorlead.engine.config import START, RunConfig
from sectorlead.engine.market.market import Market
from sectorlead.engine.measured import first_decision, measured_since
from sectorlead.engine.record import Record
from sectorlead.reports.metrics.run_metrics import summary
from sectorlead.research.sweep.evaluated import NAMES, NEVER, Evaluated, sessions_measured

HOW = "one by one"
FEW = 250
"""Sessions of the first runs that look for a first decision."""


def first_decisions(variants: Sequence[Any], panel: Panel, market: Market, config: RunConfig) -> Ints:
    """See ``evaluate.first_decisions``.

    A decision knows nothing of what comes after it, so runs are short at first, and longer where nothing was decided.

    Parameters
    ----------
    variants, panel, market, config
    """
    first, last = run_span(panel, config.start, config.end)
    decided, left, reach = np.full(len(variants), NEVER), list(range(len(variants))), FEW
    while left:
        end = min(last, first + reach)
        part = replace(config, end=panel.sessions[end])
        for i, record in zip(left, _records([variants[i] for i in left], panel, market, part), strict=True):
            decided[i] = _decided(record)
        left = [i for i in left if decided[i] == NEVER and end < last]
        reach *= 4
    return decided


def evaluate(
    variants: Sequence[Any], panel: Panel, market: Market, config: RunConfig, *, measured_row: int | None, returns: bool
) -> Evaluated:
    """See ``evaluate.evaluate``.

    Parameters
    ----------
    variants, panel, market, config, measured_row, returns
    """
    count = len(variants)
    metrics = {name: np.full(count, np.nan) for name in NAMES}
    decided = np.full(count, NEVER)
    daily = np.full((count, sessions_measured(panel, config, measured_row)), np.nan) if returns else None
    for i, record in enumerate(_records(variants, panel, market, config)):
        decided[i] = _decided(record)
        if decided[i] == NEVER:
            continue
        shown = record if measured_row is None else measured_since(record, measured_row)
        found = summary(shown)
        for name, values in metrics.items():
            values[i] = found[name]
        if daily is not None:
            daily[i] = shown.returns.to_numpy()
    return Evaluated(metrics, decided, daily, [HOW] * count)


def _records(variants: Sequence[Any], panel: Panel, market: Market, config: RunConfig) -> Iterator[Record]:
    whole = replace(config, measured_from=START)
    return (backtest(variants[i], panel, market, config=whole) for i in range(len(variants)))


def _decided(record: Record) -> int:
    row = first_decision(record)
    return NEVER if row is None else row
