"""The order of events in a session, as the broker keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market
from sectorlead.engine.on_backtrader.quiet import bt
from sectorlead.engine.record import Record

NAN = np.nan
DAYS = pd.bdate_range("2024-01-01", periods=7)


class Targets:
    """Target portfolios by session."""

    def __init__(self, **by_row: Mapping[str, float]) -> None:
        self.by_row = {int(name[1:]): weights for name, weights in by_row.items()}

    def decide(self, view: Panel, portfolio: Any) -> Mapping[str, float] | None:
        return self.by_row.get(len(view.sessions) - 1)


def run(strategy: Any, closes: dict[str, list[float]], market: Market = Market(), **terms: Any) -> Record:  # noqa: B008
    arrays = {key: np.array(terms.pop(key), float) for key in ("adj_factor", "volume") if key in terms}
    close = np.array(list(closes.values()), float).T
    panel = Panel(DAYS[: len(close)], tuple(closes), close, close, close, close, checked=False, **arrays)
    return backtest(strategy, panel, market, cash=1_000.0, engine=terms.pop("engine", "backtrader"), **terms)


def fills(record: Record) -> list[tuple[int, str, str, float, float]]:
    rows = record.outcome.fills.row.tolist()
    log = record.fills[["symbol", "side", "shares", "price"]].itertuples(index=False, name=None)
    return [(row, *rest) for row, rest in zip(rows, log, strict=True)]


def test_sales_come_before_buys_and_pay_for_them() -> None:
    record = run(Targets(t0={"B": 1.0}, t1={"A": 1.0}), {"A": [10] * 4, "B": [20] * 4})
    assert fills(record)[:3] == [(1, "B", "buy", 50, 20), (2, "B", "sell", 50, 20), (2, "A", "buy", 100, 10)]


def test_interest_is_earned_before_anything_is_bought() -> None:
    record = run(Targets(t0={"A": 0.5}), {"A": [10] * 4}, cash_rate=0.365)
    assert record.interest.tolist()[:2] == [0.0, pytest.approx(1.0)]
    assert record.interest.iloc[2] == pytest.approx(501 * 0.001)


def test_a_split_changes_shares_and_open_targets_not_the_value() -> None:
    factor = np.array([[1.0], [1], [1], [2], [2]])
    volume = np.array([[1e3], [1e3], [0], [1e3], [1e3]])
    record = run(Targets(t1={"A": 0.8}), {"A": [10, 10, 10, 5, 5]}, adj_factor=factor, volume=volume)
    assert fills(record) == [(3, "A", "buy", 160, 5)], "80 shares waited for a bar that trades, and split"
    held = run(Targets(t0={"A": 0.8}), {"A": [10, 10, 10, 5, 5]}, adj_factor=factor)
    assert held.positions["A"].tolist() == [0, 80, 80, 160, 160]
    assert held.equity.tolist() == [1_000] * 5


@pytest.mark.parametrize("prices", ["adjusted", "raw"])
def test_a_split_leaves_trades_and_stops_of_a_script_whole(prices: Any) -> None:
    seen: list[Any] = []

    class Script(bt.Strategy):
        def next(self) -> None:
            if len(self) == 1:
                self.buy(size=10)
                self.sell(size=10, exectype=bt.Order.StopTrail, trailamount=1.0, price=10)
            seen.append((self.position.size, self.position.price))

        def notify_trade(self, trade: Any) -> None:
            seen.append(("trade", trade.size, trade.pnl))

    closes = {"A": [10, 10, 11, 5.6, 5.7, 5.1, 5.1]}
    record = run(Script, closes, adj_factor=np.c_[[1, 1, 1, 2, 2, 2, 2]], prices=prices)
    unit = 10.0 if prices == "adjusted" else 5.0
    assert fills(record) == [(1, "A", "buy", 10, 10), (5, "A", "sell", 20, 5.1)]
    assert (20, unit) in seen
    assert seen[-3:] == [("trade", 0, pytest.approx(2.0)), (0, 0.0), (0, 0.0)]


def test_of_two_targets_the_later_counts() -> None:
    record = run(Targets(t0={"A": 0.5}, t1={"A": 0.2}), {"A": [10, NAN, 10, 10], "B": [1] * 4}, size="fill")
    assert fills(record) == [(2, "A", "buy", 20, 10)]


def test_shares_are_fixed_when_the_terms_say_so() -> None:
    closes = {"A": [10, 20, 20]}
    assert fills(run(Targets(t0={"A": 0.5}), closes, fill="close")) == [(1, "A", "buy", 50, 20)]
    assert fills(run(Targets(t0={"A": 0.5}), closes, fill="close", size="fill")) == [(1, "A", "buy", 25, 20)]


def test_the_same_close_is_marked_again() -> None:
    record = run(Targets(t1={"A": 0.5}), {"A": [10, 10, 12]}, Market(commission_rate=0.01), fill="same-close")
    assert fills(record) == [(1, "A", "buy", 50, 10)]
    assert record.equity.tolist() == [1_000, 995, 1_095]


def test_what_has_no_price_yet_is_rejected_at_the_decision() -> None:
    record = run(Targets(t0={"B": 0.5}), {"A": [10] * 3, "B": [NAN, 5, 5]})
    assert record.rejections[["symbol", "wanted", "reason"]].to_numpy().tolist() == [["B", 0.0, "no_price"]]
