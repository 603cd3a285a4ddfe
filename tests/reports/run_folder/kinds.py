"""One run of each kind that a run folder must give back, small."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import backtrader as bt
import numpy as np
import pandas as pd

from sectorlead import Every, Exits, Mapped, Momentum, Monthly, PullbackStrength, Rotation, TopN, Tranches
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import find_market
from sectorlead.engine.record import Record
from sectorlead.engine.strategy import Portfolio
from sectorlead.strategies.library.registry import build


class Best:
    """A class of one's own, that remembers what it saw."""

    def __init__(self, count: int = 2) -> None:
        self.count = count
        self.asked = 0

    def decide(self, view: Panel, portfolio: Portfolio) -> Mapping[str, float] | None:
        self.asked += 1
        if len(view.sessions) % 21:
            return None
        strength = Momentum(20)(view)[-1]
        best = np.argsort(-np.nan_to_num(strength, nan=-9.0))[: self.count]
        return {view.symbols[i]: 0.8 / self.count for i in best}


class Cross(bt.Strategy):
    """A strategy that places orders."""

    params = (("period", 20),)

    def __init__(self) -> None:
        self.average = {data: bt.indicators.SMA(data.close, period=self.p.period) for data in self.datas[:4]}

    def next(self) -> None:
        for data, average in self.average.items():
            if len(data) <= self.p.period:
                continue
            if data.close[0] > average[0] and not self.getposition(data).size:
                self.order_target_percent(data, 0.2)
            elif data.close[0] < average[0] and self.getposition(data).size:
                self.close(data)


def market_panel(sessions: int = 420, seed: int = 3) -> Panel:
    """A simulated market with everything that a panel can say of its series."""
    panel = simulate(seed=seed, sessions=sessions, start="2018-01-02")
    special = np.zeros(panel.shape, np.bool_)
    special[100:150, 2] = True
    boards = ["fund" if i % 2 else "" for i in range(len(panel.symbols))]
    made = {key: getattr(panel, key) for key in panel.__dataclass_fields__}
    return Panel(**made | {"special": special, "boards": boards, "notes": ("made by hand", "ein Wort: 动量")})


def suspended(panel: Panel, row: int) -> Panel:
    """The panel with a series that has no bar in the five sessions up to ``row``, and goes on after it."""
    blank: dict[str, Any] = {}
    for key in ("open", "high", "low", "close", "volume", "amount"):
        array = np.array(getattr(panel, key))
        array[row - 4 : row + 1, 0] = np.nan
        blank[key] = array
    return Panel(**{key: getattr(panel, key) for key in panel.__dataclass_fields__} | blank)


def _mapped(panel: Panel) -> Mapped:
    signal = simulate(seed=8, sessions=len(panel.sessions), start="2018-01-02")
    rotation = Rotation(score=Momentum(40), pick=TopN(3), schedule=Monthly(day=10, roll="next"))
    return Mapped(rotation, signal, dict(zip(signal.symbols[:12], panel.symbols[:12], strict=True)))


def _rates(panel: Panel) -> pd.Series:
    return pd.Series([0.01, 0.03], index=panel.sessions[[0, 200]], name="shibor")


KINDS: dict[str, Callable[[Panel], Record]] = {
    "leaders, both engines": lambda panel: backtest(
        Rotation(score=PullbackStrength(enter=0.05, leave=0.02, window=120), pick=TopN(3), schedule=Monthly()), panel,
        "cn-etf", engine="both", start=panel.sessions[60], name="leaders 领先",
    ),
    "exits under stock rules, cut short": lambda panel: backtest(
        Rotation(score=Momentum(20), pick=TopN(4), schedule=Monthly(), exits=Exits(stop=0.05, trailing=0.1)),
        suspended(panel, 330), replace(find_market("cn-stock"), board="main"), start=panel.sessions[30],
        end=panel.sessions[330], cash=300_000,
    ),
    "mapped funds": lambda panel: backtest(_mapped(panel), panel, "cn-etf"),
    "tranches, rates by date": lambda panel: backtest(
        Tranches(Rotation(score=Momentum(20), pick=TopN(2), schedule=Every(20)), 4), panel, "cn-index",
        cash_rate=_rates(panel),
    ),
    "random, sized at the fill": lambda panel: backtest(
        build("random"), panel, "us-etf", seed=5, size="fill", unfilled="drop", fill="close"
    ),
    "own class": lambda panel: replace(
        backtest(Best(3), panel, "frictionless", engine="both", cash_rate=0.02), notes=("what a reader must know",)
    ),
    "backtrader": lambda panel: backtest((Cross, {"period": 15}), panel, "cn-etf", engine="backtrader"),
}  # fmt: skip
"""A run by what is special about it."""
