"""Cash, positions and what they cost, in adjusted and in raw lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market
from sectorlead.engine.on_backtrader.quiet import bt
from sectorlead.engine.record import Record

Limit, Stop, Trail, StopLimit = bt.Order.Limit, bt.Order.Stop, bt.Order.StopTrail, bt.Order.StopLimit
FREE = Market()


def bars(seed: int, factor: np.ndarray | None = None, sessions: int = 60) -> Panel:
    """Total returns of a seed, quoted so that this factor explains what they are not."""
    rng = np.random.default_rng(seed)
    close = 16 * np.exp(rng.normal(0, 0.03, (sessions, 2)).cumsum(axis=0))
    opened = close * np.exp(rng.normal(0, 0.01, close.shape))
    wick = np.exp(np.abs(rng.normal(0, 0.01, close.shape)))
    adj = np.ones_like(close) if factor is None else factor
    days = pd.bdate_range("2022-01-03", periods=sessions)
    high, low = np.maximum(opened, close) * wick, np.minimum(opened, close) / wick
    quoted = [price / adj for price in (close, opened, high, low)]
    return Panel(days, ("A", "B"), *quoted, adj_factor=adj, checked=False)


class Scripted(bt.Strategy):
    """Does what ``script`` says by session; ``told`` is all that it hears in return."""

    params = (("script", None), ("told", None), ("sizer", None))

    def __init__(self) -> None:
        if self.p.sizer:
            self.setsizer(self.p.sizer)

    def next(self) -> None:
        for act in self.p.script.get(len(self) - 1, ()):
            act(self)
        for feed in self.datas:
            held = self.getposition(feed)
            self.tell("held", held.size * feed.raw_close[0], held.price if held.size else 0.0)

    def notify_order(self, order: Any) -> None:
        done = order.executed
        self.tell(order.getstatusname(), done.price, done.value, done.comm, order.created.price)

    def notify_trade(self, trade: Any) -> None:
        self.tell("trade", trade.price, trade.value, trade.pnl, trade.pnlcomm)

    def tell(self, *what: Any) -> None:
        self.p.told.append((len(self), *what))


def run(
    script: dict[int, Any], panel: Panel, market: Market = FREE, sizer: Any = None, **terms: Any
) -> tuple[Record, Any]:
    told: list[Any] = []
    given = {"script": script, "told": told, "sizer": sizer}
    return backtest((Scripted, given), panel, market, engine="backtrader", cash=100_000.0, **terms), told


KINDS = (
    "percent", "value", "limit", "stop", "trail", "percent trail", "close", "bracket", "stop limit", "sized",
)  # fmt: skip


def acts(draw: Any) -> dict[int, Any]:
    """Orders of all kinds, each with prices near those of the lines, none with a size in shares."""
    script: dict[int, Any] = {}
    for _ in range(draw(st.integers(3, 12))):
        row, feed = draw(st.integers(0, 55)), draw(st.integers(0, 1))
        kind, near = draw(st.sampled_from(KINDS)), draw(st.sampled_from([0.97, 1.0, 1.03]))
        script.setdefault(row, []).append(order(kind, feed, near))
    return script


def order(kind: str, feed: int, near: float) -> Any:
    def act(s: Any) -> None:
        data, held = s.datas[feed], s.getposition(s.datas[feed]).size
        price = data.close[0] * near
        size = 10_000.0 / data.raw_close[0]
        if kind == "percent":
            s.order_target_percent(data, 0.4 * near)
        elif kind == "value":
            s.order_target_value(data, 30_000 * near)
        elif kind == "sized":
            s.buy(data)
        elif kind == "limit":
            s.buy(data, size=size, exectype=Limit, price=price)
        elif kind == "stop limit":
            s.buy(data, size=size, exectype=StopLimit, price=price, plimit=price * 1.01)
        elif kind == "bracket":
            s.buy_bracket(data, size=size, price=price, stopprice=price * 0.95, limitprice=price * 1.05)
        elif kind == "close":
            s.close(data)
        elif held and kind == "stop":
            s.sell(data, size=held, exectype=Stop, price=price)
        elif held and kind == "trail":
            s.sell(data, size=held, exectype=Trail, trailamount=data.close[0] * 0.04)
        elif held and kind == "percent trail":
            s.sell(data, size=held, exectype=Trail, trailpercent=0.05)

    return act


SPLITS = np.repeat(np.array([[1.0, 4], [2, 4], [2, 2], [8, 2], [8, 16], [16, 16]]), 10, axis=0)
"""Powers of 2, so that prices times the factor are those of the twin to the last bit."""
PAID = np.array([[1.0, 1], [1, 1.031], [1.07, 1.031], [1.07, 1.1], [1.2, 1.1], [1.2, 1.3]])
UNEVEN = SPLITS * np.repeat(PAID, 10, axis=0)


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(0, 10_000))
def test_a_split_is_no_event_to_a_script_in_adjusted_lines(data: Any, seed: int) -> None:
    """The same script on the same total returns without any factor: equity, prices told, gains and costs are equal."""
    script = acts(data.draw)
    sizer = data.draw(st.sampled_from([bt.sizers.PercentSizer, bt.sizers.AllInSizer]))
    plain, heard = run(script, bars(seed), sizer=sizer(percents=30))
    split, told = run(script, bars(seed, SPLITS), sizer=sizer(percents=30))
    np.testing.assert_allclose(split.equity, plain.equity, rtol=1e-12)
    np.testing.assert_allclose(split.outcome.fills.value, plain.outcome.fills.value, rtol=1e-9, atol=1e-9)
    assert len(told) == len(heard)
    for mine, yours in zip(told, heard, strict=True):
        assert mine[:2] == yours[:2]
        assert mine[2:] == pytest.approx(yours[2:], rel=1e-9, abs=1e-7)


@pytest.mark.parametrize("seed", range(6))
def test_nor_is_a_distribution(seed: int) -> None:
    kinds = ["percent", "limit", "trail", "bracket", "close"] * 11
    script = {t: [order(kind, t % 2, 1.0)] for t, kind in enumerate(kinds)}
    plain, _ = run(script, bars(seed))
    split, _ = run(script, bars(seed, UNEVEN))
    np.testing.assert_allclose(split.equity, plain.equity, rtol=1e-9)
    assert len(plain.fills) > 20


def test_what_is_told_of_an_order_is_in_the_lines_and_what_is_recorded_in_currency() -> None:
    """By hand: 10 shares at a factor of 4 cost 10 x 4.0, are told as 16.0, and sold after a split 1:2 as 20 x 2.2."""
    raw = np.array([4.0, 4.0, 2.0, 2.2, 2.2])[:, None]
    factor = np.array([4.0, 4, 8, 8, 8])[:, None]
    panel = Panel(pd.bdate_range("2024-01-01", periods=5), ("A",), raw, raw, raw, raw, adj_factor=factor, checked=False)
    script = {0: [lambda s: s.buy(size=10)], 2: [lambda s: s.close()]}
    record, told = run(script, panel, Market(commission_rate=0.01))
    assert record.fills[["shares", "price", "value"]].to_numpy().tolist() == [[10, 4, 40], [20, 2.2, 44]]
    assert [row[2:] for row in told if row[1] == "Completed"] == [
        pytest.approx((16.0, 40.0, 0.4, 16.0)), pytest.approx((17.6, 40.0, 0.44, 16.0)),
    ]  # fmt: skip
    assert [row[2:] for row in told if row[1] == "held"][1:3] == [(40.0, 16.0), (40.0, 16.0)]
    assert [row[2:] for row in told if row[1] == "trade"][-1] == pytest.approx((16.0, 0.0, 4.0, 4.0 - 0.84))


def test_money_is_asked_for_at_prices_of_the_lines() -> None:
    raw = np.full((3, 1), 5.0)
    days = pd.bdate_range("2024-01-01", periods=3)
    panel = Panel(days, ("A",), raw, raw, raw, raw, adj_factor=raw * 0 + 3.0, checked=False)
    found: dict[str, Any] = {}

    def ask(s: Any) -> None:
        price, info = s.data.close[0], s.broker.getcommissioninfo(s.data)
        found.update(
            price=price, size=info.getsize(price, 1_000), cost=info.getoperationcost(10, price),
            worth=info.getvaluesize(10, price), fee=info.getcommission(100, price),
            gain=info.profitandloss(10, price, price + 3), held=info.getvalue(bt.position.Position(10, price), price),
        )  # fmt: skip

    run({0: [ask]}, panel, Market(lot=100, commission_rate=0.001))
    assert found == pytest.approx(
        {"price": 15, "size": 200, "cost": 50, "worth": 50, "fee": 0.5, "gain": 10, "held": 50}
    )


def test_a_sizer_of_ones_own_divides_money_by_raw_prices() -> None:
    class Half(bt.Sizer):
        def _getsizing(self, comminfo: Any, cash: float, data: Any, isbuy: bool) -> float:
            return 0.5 * cash / float(np.mean(data.close.get(size=1)))

    record, _ = run({0: [lambda s: s.buy(s.datas[1])]}, bars(1, SPLITS), sizer=Half())
    first = record.fills.iloc[0]
    assert first["shares"] == pytest.approx(50_000 / record.panel.close[0, 1])


def test_cash_and_terms_can_not_be_changed_in_a_run() -> None:
    for name, value in (("add_cash", 1.0), ("set_cash", 1.0), ("setcommission", 0.0), ("set_coc", True)):
        with pytest.raises(ParameterError):
            run({1: [lambda s, name=name, value=value: getattr(s.broker, name)(value)]}, bars(1))
