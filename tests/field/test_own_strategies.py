"""What a ``backtrader.Strategy`` of one's own runs into: single orders meet rules that no target portfolio does."""

from __future__ import annotations

from typing import Any

import backtrader as bt
import pytest

from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market

from .bars import fills, panel_of, rejections


def scripted(orders: dict[int, Any]) -> type[bt.Strategy]:
    """A strategy that calls ``orders[row]`` with itself after the close of that row."""

    class Scripted(bt.Strategy):
        def next(self) -> None:
            if len(self) - 1 in orders:
                orders[len(self) - 1](self)

    return Scripted


@pytest.mark.parametrize("locked", [True, False])
def test_akquant_307_locked_shares_and_free_cash(locked: bool) -> None:
    """akfamily/akquant#307: what is bought in a session can't be sold in it, but what a sale brings can be spent.

    100 A are held. In session 2 they are sold at the open for 1,000, 100 B are bought with that, and are to be sold at
    the close: T+1 locks them, and only them.
    """
    panel = panel_of({"A": [10.0] * 5, "B": [10.0] * 5})

    def switch(strategy: bt.Strategy) -> None:
        a, b = strategy.datas
        strategy.sell(a, size=100)
        strategy.buy(b, size=100)
        strategy.sell(b, size=100, exectype=bt.Order.Close)

    rule = scripted({0: lambda strategy: strategy.buy(strategy.datas[0], size=100), 1: switch})
    market = Market(lot=100, t_plus_one=locked)
    run = backtest(rule, panel, market, cash=1_000, unfilled="drop", engine="backtrader")
    done = [(1, "A", "buy", 100, 10.0), (2, "A", "sell", 100, 10.0), (2, "B", "buy", 100, 10.0)]
    assert [fill for fill in fills(run) if fill[:3] != (2, "B", "sell")] == done
    assert ((2, "B", "sell", 100, 10.0) in fills(run)) is not locked
    assert rejections(run) == ([(2, "B", "sell", 100, 0, "t_plus_one")] if locked else [])


def test_pybroker_41_selling_twice_is_no_short() -> None:
    """edtechre/pybroker#41: a stop and an exit sold the same shares. The second has nothing left, and is told so."""
    panel = panel_of({"A": [10.0] * 4})

    def twice(strategy: bt.Strategy) -> None:
        strategy.sell(size=100)
        strategy.sell(size=100)

    rule = scripted({0: lambda strategy: strategy.buy(size=100), 1: twice})
    run = backtest(rule, panel, Market(lot=100), cash=10_000, engine="backtrader")
    assert fills(run) == [(1, "A", "buy", 100, 10.0), (2, "A", "sell", 100, 10.0)]
    assert [row[5] for row in rejections(run)] == ["short"]
    assert run.positions.to_numpy().min() == 0


@pytest.mark.parametrize("unfilled", ["carry", "drop"])
def test_zipline_2197_the_strategy_is_told_why(unfilled: str) -> None:
    """quantopian/zipline#2197, in one's own strategy: an order that can't be is notified, never silently pending."""
    told = []

    class Asks(bt.Strategy):
        def next(self) -> None:
            if len(self) == 1:
                self.buy(size=100)

        def notify_order(self, order: bt.Order) -> None:
            told.append((len(self) - 1, order.getstatusname(), order.info.get("reason")))

    panel = panel_of({"A": [1.0, 1.1, 1.2]})
    market = Market(lot=100, price_limit=0.1)
    run = backtest(Asks, panel, market, cash=1_000, unfilled=unfilled, engine="backtrader")
    assert rejections(run) == [(1, "A", "buy", 100, 0, "limit_up")]
    status, last = ("Accepted", "Completed") if unfilled == "carry" else ("Rejected", "Rejected")
    assert (1, status, "limit_up") in told
    assert told[-1][1] == last
