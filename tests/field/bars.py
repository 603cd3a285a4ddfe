"""Small panels and told strategies: what the threads describe, in a few bars that a person can follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.engine.market.market import Market
from sectorlead.engine.record import Record
from sectorlead.engine.strategy import Portfolio

Bar = float | tuple[float, ...] | None  # one price for all, (open, close), (open, high, low, close), or no bar
Weights = Mapping[str, float]

FREE = Market()
SHARES = Market(name="shares", commission_rate=0.00025, commission_min=5.0, lot=100, money_step=0.01)
"""Lots of 100, 0.025% but at least 5.00 a fill, no price limits."""


def panel_of(series: Mapping[str, Sequence[Bar]], days: Sequence[str] | str = "2024-01-02", **more: Any) -> Panel:
    """A panel from bars by symbol; ``days`` are the sessions, or the first of them, weekdays from there.

    ``volume`` and ``adj_factor`` go by symbol too; everything else is as in ``Panel``. Bars are meant as they are.
    """
    symbols, length = tuple(series), len(next(iter(series.values())))
    sessions = pd.bdate_range(days, periods=length) if isinstance(days, str) else pd.DatetimeIndex(days)
    prices = {key: np.full((length, len(symbols)), np.nan) for key in ("open", "high", "low", "close")}
    for i, bars in enumerate(series.values()):
        for t, bar in enumerate(bars):
            if bar is not None:
                for key, price in zip(prices, _whole(bar), strict=True):
                    prices[key][t, i] = price
    for key, empty in (("volume", np.nan), ("adj_factor", 1.0)):
        if key in more:
            lines = [more[key].get(symbol, [empty] * length) for symbol in symbols]
            more[key] = np.array(lines, float).T
    return Panel(sessions, symbols, **prices, **{"checked": False} | more)


def _whole(bar: float | tuple[float, ...]) -> tuple[float, ...]:
    if not isinstance(bar, tuple):
        return (bar,) * 4
    return (bar[0], max(bar), min(bar), bar[1]) if len(bar) == 2 else bar


class Told:
    """Decides the weights that are given by panel row, and nothing in the other sessions."""

    def __init__(self, weights: Mapping[int, Weights]) -> None:
        self.weights = weights

    def decide(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        return self.weights.get(len(view.sessions) - 1)


def fills(run: Record) -> list[tuple[int, str, str, float, float]]:
    """Row, symbol, side, shares and price of every fill, in the order of the session: sales first."""
    log, told = run.outcome.fills, run.fills
    rows = zip(log.row.tolist(), told["symbol"], told["side"], log.shares.tolist(), log.price.tolist(), strict=True)
    return sorted(rows, key=lambda fill: (fill[0], fill[2] == "buy", fill[1]))


def rejections(run: Record) -> list[tuple[int, str, str, float, float, str]]:
    """Row, symbol, side, wanted, filled and reason of every shortfall."""
    log, told = run.outcome.rejections, run.rejections
    keys = zip(log.row.tolist(), told["symbol"], told["side"], strict=True)
    what = zip(log.wanted.tolist(), log.filled.tolist(), told["reason"], strict=True)
    return [key + rest for key, rest in zip(keys, what, strict=True)]
