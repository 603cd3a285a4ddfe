"""Runs of weights told for rows of small markets, for reports whose every number is worked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead import Every
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market
from sectorlead.engine.record import Record

LOTS = Market(name="lots", lot=100, price_limit=0.1, tick=0.01)
nan = np.nan


@dataclass(frozen=True)
class Told:
    """Gives the weights told for a row after its close; None elsewhere."""

    weights: Mapping[int, Mapping[str, float]]
    schedule: Any = field(default_factory=lambda: Every(1))

    def decide(self, view: Panel, portfolio: object) -> Mapping[str, float] | None:
        return self.weights.get(len(view.sessions) - 1)


def panel(opens: list[list[float]], closes: list[list[float]] | None = None, **more: Any) -> Panel:
    """Bars from opens and closes (the same where not given), a column per symbol A, B, ...; rows of NaN have no bar."""
    opened = np.array(opens, float)
    close = opened if closes is None else np.array(closes, float)
    days = pd.bdate_range("2024-01-01", periods=len(opened))
    symbols = tuple("ABCDEFGH"[: opened.shape[1]])
    bars = {"open": opened, "high": np.maximum(opened, close), "low": np.minimum(opened, close)}
    return Panel(days, symbols, close, **bars, **more)


def run(
    weights: Mapping[int, Mapping[str, float]], market: Market, over: Panel, cash: float = 100_000.0, **more: Any
) -> Record:
    schedule = more.pop("schedule", Every(1))
    return backtest(Told(weights, schedule), over, market, cash=cash, **more)


def row(table: pd.DataFrame, symbol: str, decision: int = 0) -> pd.Series:
    found = table[(table["symbol"] == symbol) & (table["session"] == table["session"].unique()[decision])]
    assert len(found) == 1
    return found.iloc[0]


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-12, abs=1e-12)
