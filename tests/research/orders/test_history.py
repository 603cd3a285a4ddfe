"""Over history the orders of an evening are those that a run sends the next morning, share for share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import sectorlead as sl
from tests.research.orders.history import evening, sent

DAYS = 250
ENGINES: tuple[Any, ...] = ("compiled", "backtrader")

EVERY_THIRD = sl.Every(3)


@dataclass
class Remembers(sl.Strategy):
    """Holds what it has seen rise most often, by a memory of its own."""

    schedule: Any = EVERY_THIRD
    risen: dict[str, int] = field(default_factory=dict)

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> dict[str, float]:
        if len(view.sessions) > 1:
            for i in np.flatnonzero(view.close[-1] > view.close[-2]):
                self.risen[view.symbols[i]] = self.risen.get(view.symbols[i], 0) + 1
        best = sorted(self.risen, key=lambda symbol: (-self.risen[symbol], symbol))[:3]
        return dict.fromkeys(best, 0.3)


RULES: dict[str, tuple[Any, dict[str, Any]]] = {
    "weekly, hold band, minimum hold": (
        sl.Rotation(sl.Momentum(20), sl.TopN(4, hold_until_rank=8, min_hold=8), schedule=sl.Weekly()),
        {"no_trade": 0.02},
    ),
    "stops between decisions": (
        sl.Rotation(sl.Momentum(20), sl.TopN(5), schedule=sl.Monthly(), exits=sl.Exits(0.04, 0.05, 30)),
        {"no_trade": 0.1, "no_trade_of": "target", "no_trade_to": "edge", "unfilled": "drop"},
    ),
    "memory of its own": (Remembers(), {"start": "2016-01-04"}),
}


@pytest.fixture(scope="module")
def panel() -> sl.Panel:
    whole = sl.simulate(seed=7, sessions=330)
    return whole.select(whole.symbols[:14])


@pytest.mark.parametrize("rule", RULES)
def test_every_evening_gives_the_orders_of_the_next_morning(panel: sl.Panel, rule: str) -> None:
    strategy, terms = RULES[rule]
    runs = [sl.run(strategy, panel, "cn-etf", cash=300_000, engine=name, **terms) for name in ENGINES]
    last = len(panel.sessions) - 1
    days = range(max(runs[0].terms.first + 2, last - DAYS), last)
    ratio = panel.last_factor[1:] / panel.last_factor[:-1]
    compared = 0
    for row in days:
        now, known = panel.until(row), evening(runs[0], row)
        todo = sl.orders(strategy, now, known.holdings, known.cash, "cn-etf", **terms)
        assert todo.next_session == panel.sessions[row + 1]
        mine = {each.symbol: each.wanted * (-1 if each.side == "sell" else 1) for each in todo.lines if each.wanted}
        split = {panel.symbols[i] for i in np.flatnonzero(~(ratio[row] == 1.0) & np.isfinite(ratio[row]))}
        for run in runs:
            theirs = sent(run, row + 1)
            both = {each: (mine.get(each, 0.0), theirs.get(each, 0.0)) for each in {*mine, *theirs} - split}
            assert all(one == other for one, other in both.values()), (panel.sessions[row], run.terms.engine, both)
            compared += len(both)
    assert compared > DAYS / 2  # days without an order agree too, but say little
