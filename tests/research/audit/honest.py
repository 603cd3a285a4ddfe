"""Strategies that look suspicious and are honest: none may be accused."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

import backtrader as bt
import numpy as np
import pandas as pd

import sectorlead as sl
from sectorlead.strategies.wrappers.mapped import Mapped

from .cheats import PANEL, Deciding, momentum, returns, top

MACRO = pd.Series(np.sin(np.arange(600) / 40), index=pd.bdate_range("2014-06-02", periods=600), name="macro")
FIXED = {"SIM04": 0.4, "SIM15": 0.3, "SIM28": 0.2}
LOG = logging.getLogger("honest")


class ExpandingZScore(sl.Score):
    """All history up to the session, in units of its own spread."""

    def __call__(self, panel: sl.Panel) -> Any:
        moves = returns(panel).rolling(5).mean()
        return ((moves - moves.expanding().mean()) / moves.expanding().std()).to_numpy()


class CountOfRises(sl.Score):
    """Whole numbers: ties all the time."""

    def __call__(self, panel: sl.Panel) -> Any:
        return (returns(panel) > 0).rolling(10).sum().to_numpy()


class FilledForward(sl.Score):
    def __call__(self, panel: sl.Panel) -> Any:
        return returns(panel).iloc[::7].reindex(panel.sessions).ffill().fillna(0.0).to_numpy()


class StopLoss(Deciding):
    """Remembers entry prices, and what it was stopped out of."""

    def __init__(self) -> None:
        self.entry: dict[str, float] = {}
        self.barred: dict[str, int] = {}

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        price = dict(zip(view.symbols, view.last_adjusted_close[-1], strict=True))
        now = len(view.sessions)
        for symbol, paid in list(self.entry.items()):
            if price[symbol] < 0.95 * paid:
                self.barred[symbol] = now + 40
                del self.entry[symbol]
        score = momentum(view)
        for symbol, until in self.barred.items():
            if until > now:
                score[view.column(symbol)] = np.nan
        chosen = top(view, score)
        for symbol in chosen or ():
            self.entry.setdefault(symbol, price[symbol])
        return chosen


class SkipsUnknown(Deciding):
    """Series without a bar or a long enough past are left out, whatever they are."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        known = np.isfinite(view.close[-30:]).all(axis=0) if len(view.sessions) > 30 else np.zeros(8, bool)
        if not known.any():
            return None
        return {symbol: 0.9 / known.sum() for symbol, there in zip(view.symbols, known, strict=True) if there}


class RandomWithSeed(Deciding):
    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        rng = np.random.default_rng((7, len(view.sessions)))
        return top(view, momentum(view) + 0.02 * rng.standard_normal(len(view.symbols)))


class ByAMacroSeries(Deciding):
    """Other data, read up to the session."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        known = MACRO.loc[: view.session]
        return top(view, momentum(view)) if known.iloc[-1] > known.iloc[-20:].mean() else {}


class FixedWeights(Deciding):
    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        return FIXED


class SellInMay(Deciding):
    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        return {} if 5 <= view.session.month <= 9 else top(view, np.ones(len(view.symbols)), 8)


class NotBefore(Deciding):
    """Begins on a date of its own, by honest ranks."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        return None if view.session < pd.Timestamp("2015-06-01") else top(view, momentum(view, 40))


class TellsALog(Deciding):
    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        LOG.debug("%s %s", view.session, pd.Timestamp.now())
        return top(view, momentum(view))


@lru_cache(maxsize=64)
def decay(sessions: int) -> tuple[float, ...]:
    return tuple(0.97**k for k in range(sessions))


class CachedConstants(Deciding):
    """A cache of what no data change, and one of its own for what it has seen."""

    def __init__(self) -> None:
        self.kept: dict[pd.Timestamp, Any] = {}

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        self.kept[view.session] = momentum(view)
        past = list(self.kept.values())[::-1][:10]
        weights = np.array(decay(len(past)))
        return top(view, (np.array(past) * weights[:, None]).sum(axis=0) / weights.sum())


class FixedSeries(bt.Strategy):
    """Half the money in the first series while it is above its mean."""

    def __init__(self) -> None:
        self.mean = bt.indicators.SimpleMovingAverage(self.data0.close, period=20)

    def next(self) -> None:
        if len(self.data0) >= 20:
            self.order_target_percent(self.data0, 0.5 if self.data0.close[0] > self.mean[0] else 0.0)


HONEST: dict[str, Any] = {
    "expanding z-score": ExpandingZScore, "ties": CountOfRises, "filled forward": FilledForward,
    "stop-loss": StopLoss, "unknown series": SkipsUnknown, "random with seed": RandomWithSeed,
    "macro series": ByAMacroSeries, "fixed weights": FixedWeights, "sell in May": SellInMay, "not before": NotBefore,
    "log": TellsALog, "cached constants": CachedConstants, "backtrader, one series": FixedSeries,
    "review dates": lambda: sl.Rotation(
        sl.Momentum(20), schedule=sl.OnDates(["2015-06-15", "2015-09-14", "2015-12-14", "2016-02-15"])
    ),
    "random part": lambda: sl.Rotation(sl.RandomScore(3)),
    "sectors for funds": lambda: Mapped(
        sl.Rotation(sl.Momentum(20), sl.TopN(2)), PANEL, {"SIM01": ["SIM22"], "SIM04": ["SIM25"], "SIM09": ["SIM28"]}
    ),
}  # fmt: skip
"""What makes each."""
