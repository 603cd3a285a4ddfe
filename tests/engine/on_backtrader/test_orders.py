"""Any backtrader.Strategy under the rules of a market."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from sectorlead.data.benchmark import Benchmark
from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.arithmetic import whole_lots
from sectorlead.engine.market.market import MARKETS, Market
from sectorlead.engine.record import Record

FREE = Market()
Limit, Stop = bt.Order.Limit, bt.Order.Stop


def panel(opens: list[float], closes: list[float], **arrays: Any) -> Panel:
    """One series A; highs and lows are those of open and close."""
    opened, close = (np.array(prices, dtype=float)[:, None] for prices in (opens, closes))
    days = pd.bdate_range("2024-01-01", periods=len(closes))
    labels = {key: arrays.pop(key) for key in ("boards", "last_date") if key in arrays}
    given = {key: np.array(values, dtype=float)[:, None] for key, values in arrays.items()}
    high, low = np.fmax(opened, close), np.fmin(opened, close)
    return Panel(days, ("A",), close, opened, high, low, **labels, checked=False, **given)


def market_of(seed: int, sessions: int = 250, symbols: int = 6) -> Panel:
    rng = np.random.default_rng(seed)
    close = np.round(10 * np.exp(rng.normal(0, 0.02, (sessions, symbols)).cumsum(axis=0)), 3)
    opened = np.round(close * (1 + rng.normal(0, 0.01, close.shape)), 3)
    close[: sessions // 3, -1] = opened[: sessions // 3, -1] = np.nan
    days = pd.bdate_range("2022-01-03", periods=sessions)
    volume = np.floor(rng.uniform(1e3, 1e6, close.shape))
    return Panel(days, tuple("ABCDEF"), close, opened, np.fmax(opened, close), np.fmin(opened, close), volume)


class Scripted(bt.Strategy):
    """Does what ``script`` says by session; ``told``: session, status or "trade", shares, reason or gain."""

    params = (("script", None), ("told", None))

    def next(self) -> None:
        if act := self.p.script.get(len(self) - 1):
            act(self)

    def notify_order(self, order: Any) -> None:
        if order.status != order.Accepted or order.info.get("reason"):
            told = order.getstatusname(), order.executed.size, order.info.get("reason", "")
            self.p.told.append((len(self) - 1, *told))

    def notify_trade(self, trade: Any) -> None:
        if trade.isclosed:
            self.p.told.append((len(self) - 1, "trade", trade.size, round(trade.pnlcomm, 2)))


def act(
    bars: Panel, market: Market, script: dict[int, Callable[[Any], Any]], cash: float = 10_000.0, **terms: Any
) -> tuple[Record, list[Any]]:
    told: list[Any] = []
    settings = {"script": script, "told": told}
    return backtest((Scripted, settings), bars, market, engine="backtrader", cash=cash, **terms), told


FLAT = panel([10, 10.1, 10.2, 10.3, 10.4], [10, 10.2, 10.3, 10.4, 10.5])


def rows(run: Record) -> list[tuple[Any, ...]]:
    """Fills as (session, side, shares, price)."""
    log = run.outcome.fills
    return list(zip(log.row.tolist(), log.side.tolist(), log.shares.tolist(), log.price.tolist(), strict=True))


def refused(run: Record) -> list[tuple[Any, ...]]:
    """Rejections as (session, side, wanted, filled, reason)."""
    sessions = run.outcome.rejections.row.tolist()
    return [(t, *row[2:]) for t, row in zip(sessions, run.rejections.itertuples(index=False, name=None), strict=True)]


# --- strategies as people write them ---------------------------------------------------------------------------------


def test_a_plain_moving_average_strategy_gives_the_fills_worked_out_with_pandas() -> None:
    class Cross(bt.Strategy):
        params = (("period", 20),)

        def __init__(self) -> None:
            self.mean = bt.ind.SMA(self.data.close, period=self.p.period)

        def next(self) -> None:
            if not self.position and self.data.close[0] > self.mean[0]:
                self.buy(size=300)
            elif self.position and self.data.close[0] < self.mean[0]:
                self.close()

    bars = market_of(1).select(["A"])
    run = backtest((Cross, {"period": 15}), bars, "cn-etf", engine="backtrader")
    above = pd.Series(bars.close[:, 0]) > pd.Series(bars.close[:, 0]).rolling(15).mean()
    held, expected = False, []
    for t in range(14, len(bars.sessions) - 1):
        if above[t] != held:
            held = bool(above[t])
            expected.append((t + 1, 1 if held else -1, 300.0, bars.open[t + 1, 0]))
    assert len(expected) > 10
    assert rows(run) == expected


@pytest.mark.parametrize("unfilled", ["carry", "drop"])
@pytest.mark.parametrize("market", ["frictionless", "cn-etf"])
def test_market_orders_fill_as_a_target_portfolio_does(market: str, unfilled: str) -> None:
    bars = market_of(2)
    weights = np.random.default_rng(3).dirichlet(np.ones(6), len(bars.sessions)) * 0.9
    weights[:, 2] = 0
    lot = 0 if market == "frictionless" else 100

    class Told:
        def decide(self, view: Panel, portfolio: Any) -> Any:
            row = len(view.sessions) - 1
            return np.where(np.isfinite(view.last_close[-1]), weights[row], 0.0) if row % 5 == 0 else None

    class Orders(bt.Strategy):
        def next(self) -> None:
            row = len(self) - 1
            if row % 5:
                return
            for order in self.broker.get_orders_open():
                self.cancel(order)
            for i, feed in enumerate(self.datas):
                if len(feed):
                    target = weights[row, i] * self.broker.getvalue() / feed.close[0]
                    gap = target - self.getposition(feed).size
                    size = whole_lots(abs(gap), lot, lot)
                    self.buy(feed, size) if gap > 0 else self.sell(feed, size)

    a, b = (
        backtest(kind, bars, market, engine="backtrader", unfilled=unfilled, cash=50_000) for kind in (Told(), Orders)
    )
    assert len(a.fills) > 200
    pd.testing.assert_frame_equal(a.fills, b.fills, rtol=1e-9)
    np.testing.assert_allclose(a.equity, b.equity, rtol=1e-12)


def test_order_target_percent_goes_by_lots() -> None:
    run, _ = act(FLAT, MARKETS["cn-etf"], {0: lambda s: s.order_target_percent(target=0.55)})
    assert rows(run) == [(1, 1, 500.0, 10.1)]
    assert run.cash.iloc[-1] == 10_000 - 5_050 - 5


def test_the_record_is_complete() -> None:
    run, _ = act(FLAT, MARKETS["cn-etf"], {1: lambda s: s.buy(size=100), 4: lambda s: s.close()})
    assert run.equity.tolist() == [10_000, 10_000, 10_005, 10_015, 10_025]
    assert run.positions["A"].tolist() == [0, 0, 100, 100, 100]
    told = run.decisions[["session", "symbol", "held", "target"]].to_numpy().tolist()
    assert told == [[FLAT.sessions[1], "A", 0.0, 0.102]], "nothing is decided in the last session"


# --- order types -----------------------------------------------------------------------------------------------------


def test_a_limit_order_waits_for_its_price_and_gets_a_better_one() -> None:
    bars = panel([10, 10.2, 9.7, 10, 10.6, 10], [10, 10.1, 9.9, 10.2, 10.4, 10])
    script = {
        0: lambda s: s.buy(size=5, exectype=Limit, price=9.8),
        2: lambda s: s.sell(size=5, exectype=Limit, price=10.5),
    }
    run, told = act(bars, FREE, script)
    assert rows(run) == [(2, 1, 5, 9.7), (4, -1, 5, 10.6)]
    assert told == [(2, "Completed", 5, ""), (4, "Completed", -5, ""), (4, "trade", 0, 4.5)]


def test_a_day_order_ends_with_its_session_where_nothing_is_carried() -> None:
    bars = panel([10, 10.2, 9.7], [10, 10.1, 9.9])
    run, told = act(bars, FREE, {0: lambda s: s.buy(size=5, exectype=Limit, price=9.8)}, unfilled="drop")
    assert rows(run) == []
    assert told == [(1, "Rejected", 0, "day_order")]


def test_a_stop_can_not_sell_what_was_bought_in_the_same_session() -> None:
    script = {0: lambda s: (s.buy(size=100), s.sell(size=100, exectype=Stop, price=10.15))}
    run, _ = act(FLAT, MARKETS["cn-etf"], script)
    assert refused(run) == [(1, "sell", 100, 0, "t_plus_one")]
    assert rows(run) == [(1, 1, 100, 10.1)]


def test_a_bracket_of_odd_size_is_trimmed_to_lots_and_still_protects() -> None:
    bars = panel([10, 10.1, 10.0, 9.7, 9.6], [10, 10.2, 9.9, 9.6, 9.5])
    script = {0: lambda s: s.buy_bracket(size=130, exectype=bt.Order.Market, stopprice=9.8, limitprice=12)}
    run, told = act(bars, MARKETS["cn-etf"], script)
    assert rows(run) == [(1, 1, 100, 10.1), (3, -1, 100, 9.7)]
    assert refused(run)[0] == (1, "buy", 130, 100, "lot")
    assert [status for _, status, *_ in told] == ["Completed", "Completed", "Canceled", "trade"]


# --- what is refused -------------------------------------------------------------------------------------------------

NAN = np.nan
UP = panel([10, 11, 11.5, 11], [10, 11, 11.2, 11])  # opens limit-up in session 1
DOWN = panel([10, 10, 9, 9], [10, 10, 9, 9.2])  # opens limit-down in session 2
HALTED = panel([10, NAN, NAN, 10.3, 10.4], [10, NAN, NAN, 10.2, 10.4])
CN = MARKETS["cn-etf"]
TODAY = bt.Order.DAY


def buys(size: float = 100, **terms: Any) -> Callable[[Any], Any]:
    return lambda s: s.buy(size=size, **terms)


def sells(size: float = 100, **terms: Any) -> Callable[[Any], Any]:
    return lambda s: s.sell(size=size, **terms)


def test_an_order_before_the_run_is_refused() -> None:
    class Hasty(Scripted):
        def start(self) -> None:
            self.buy(size=5)

        def notify_cashvalue(self, cash: float, value: float) -> None:
            if len(self) == 2:
                self.buy(size=5)

    settings: dict[str, Any] = {"script": {}, "told": []}
    run = backtest((Hasty, settings), FLAT, FREE, engine="backtrader", start=FLAT.sessions[2])
    assert settings["told"] == [(0, "Rejected", 0, "before_run"), (2, "Rejected", 0, "before_run")]
    assert rows(run) == refused(run) == []


REFUSED: dict[str, tuple[Any, ...]] = {
    # bars, market, what is ordered in which session, what the owner is told in which session, rejections
    "no bar yet": (
        panel([NAN, NAN, 10, 10], [NAN, NAN, 10, 10]), FREE, {0: buys(5)},
        [(1, "Rejected", 0, "no_price")], [(0, "buy", 5, 0, "no_price")],
    ),
    "ended": (
        panel([10, 10, NAN, NAN, NAN], [10, 10, NAN, NAN, NAN], last_date=["2024-01-02"]), FREE,
        {1: buys(5), 2: buys(6), 4: sells(7)},
        [(2, "Rejected", 0, "terminated"), (3, "Rejected", 0, "terminated"), (4, "Rejected", 0, "terminated")],
        [(2, "buy", 5, 0, "terminated"), (2, "buy", 6, 0, "terminated"), (4, "sell", 7, 0, "terminated")],
    ),
    "the calendar": (
        FLAT, FREE, {0: buys(5, data=None), 2: lambda s: s.buy(s.cerebro.datas[0], 5)},
        [(1, "Completed", 5, ""), (3, "Rejected", 0, "not_tradable")], [],
    ),
    "no number of shares": (FLAT, FREE, {0: buys(NAN)}, [(1, "Rejected", 0, "not_a_number")], []),
    "no price to wait for": (
        FLAT, FREE, {0: buys(5, exectype=Limit, price=NAN), 1: buys(5, price=NAN)},
        [(1, "Rejected", 0, "not_a_number"), (2, "Completed", 5, "")], [],
    ),
    "short": (
        FLAT, FREE, {0: lambda s: (s.sell(size=5), s.buy(size=2)), 2: sells(5)},
        [
            (1, "Rejected", 0, "short"), (1, "Completed", 2, ""), (3, "Completed", -2, "short"), (3, "trade", 0, 0.4),
        ],
        [(1, "sell", 5, 0, "short"), (3, "sell", 5, 2, "short")],
    ),
    "less than a lot": (
        FLAT, CN, {0: buys(99), 1: buys(130)},
        [(1, "Rejected", 0, "lot"), (2, "Completed", 100, "lot")],
        [(1, "buy", 99, 0, "lot"), (2, "buy", 130, 100, "lot")],
    ),
    "less than a lot by value": (
        FLAT, CN, {0: lambda s: s.order_target_percent(target=0.05)},
        [(1, "Rejected", 0, "lot")], [(1, "buy", 50, 0, "lot")],
    ),
    "less than the minimum of STAR": (
        panel([10] * 6, [10] * 6, boards=["star"]), MARKETS["cn-stock"],
        {0: buys(150), 1: buys(350), 2: sells(150), 3: sells(200), 4: sells(150)},
        [
            (1, "Rejected", 0, "lot"), (2, "Completed", 350, ""), (3, "Rejected", 0, "lot"),
            (4, "Completed", -200, ""), (5, "Completed", -150, ""), (5, "trade", 0, -16.83),
        ],
        [(1, "buy", 150, 0, "lot"), (3, "sell", 150, 0, "lot")],
    ),
    "limit up": (
        UP, CN, {0: buys()},
        [(1, "Accepted", 0, "limit_up"), (2, "Completed", 100, "")], [(1, "buy", 100, 0, "limit_up")],
    ),
    "limit down": (
        DOWN, CN, {0: buys(), 1: sells()},
        [
            (1, "Completed", 100, ""), (2, "Accepted", 0, "limit_down"), (3, "Completed", -100, ""),
            (3, "trade", 0, -110.0),
        ],
        [(2, "sell", 100, 0, "limit_down")],
    ),
    "no bar": (
        HALTED, CN, {0: buys()},
        [(1, "Accepted", 0, "no_bar"), (2, "Accepted", 0, "no_bar"), (3, "Completed", 100, "")],
        [(1, "buy", 100, 0, "no_bar"), (2, "buy", 100, 0, "no_bar")],
    ),
    "no volume": (
        panel([10, 10, 10], [10, 10, 10], volume=[1e6, 0, 1e6]), CN, {0: buys()},
        [(1, "Accepted", 0, "zero_volume"), (2, "Completed", 100, "")],
        [(1, "buy", 100, 0, "zero_volume")],
    ),
    "too much of the volume": (
        panel([10] * 4, [10] * 4, volume=[1e6, 3_000, 150, 1e6]), replace(CN, participation=0.1), {0: buys(500)},
        [
            (1, "Partial", 300, "participation"), (2, "Partial", 300, "participation"),
            (3, "Completed", 500, ""),
        ],
        [(1, "buy", 500, 300, "participation"), (2, "buy", 200, 0, "participation")],
    ),
    "bought today": (
        FLAT, CN, {0: lambda s: (s.buy(size=100), s.sell(size=100, exectype=Stop, price=10.15))},
        [(1, "Completed", 100, ""), (1, "Accepted", 0, "t_plus_one"), (4, "Canceled", 0, "end_of_run")],
        [(1, "sell", 100, 0, "t_plus_one")],
    ),
    "cash": (
        FLAT, CN, {0: buys(1_200), 1: buys(100)},
        [(1, "Partial", 900, "cash"), (1, "Canceled", 900, "cash"), (2, "Rejected", 0, "cash")],
        [(1, "buy", 1_200, 900, "cash"), (2, "buy", 100, 0, "cash")],
    ),
    "fees above proceeds and cash": (
        panel([10, 10, 0.4, 0.4], [10, 10, 0.4, 0.4]), Market(commission_min=50.0), {0: buys(995), 1: sells(10)},
        [
            (1, "Completed", 995, ""), (2, "Accepted", 0, "fees"), (3, "Accepted", 0, "fees"),
            (3, "Canceled", 0, "end_of_run"),
        ],
        [(2, "sell", 10, 0, "fees"), (3, "sell", 10, 0, "fees")],
    ),
    "a day order": (
        UP, CN, {0: buys(valid=TODAY), 1: buys(exectype=Limit, price=9.0, valid=TODAY)},
        [(1, "Expired", 0, "limit_up"), (2, "Expired", 0, "expired")], [(1, "buy", 100, 0, "limit_up")],
    ),
    "a day order in a halt": (
        HALTED, CN, {0: buys(valid=TODAY)}, [(1, "Expired", 0, "no_bar")], [(1, "buy", 100, 0, "no_bar")],
    ),
    "valid until a date in a halt": (
        HALTED, CN,
        {0: buys(valid=HALTED.sessions[2].date()), 1: buys(exectype=Limit, price=9.0, valid=dt.timedelta(days=1))},
        [(1, "Accepted", 0, "no_bar"), (2, "Expired", 0, "no_bar"), (2, "Expired", 0, "expired")],
        [(1, "buy", 100, 0, "no_bar"), (2, "buy", 100, 0, "no_bar")],
    ),
    "valid until a weekend": (
        panel([10] * 7, [10] * 7), CN, {2: buys(exectype=Limit, price=9.0, valid=dt.date(2024, 1, 6))},
        [(5, "Expired", 0, "expired")], [],
    ),
    "linked to an order that is refused": (
        FLAT, CN, {0: lambda s: s.buy_bracket(size=50, exectype=bt.Order.Market, stopprice=9, limitprice=12)},
        [(1, "Rejected", 0, "lot"), (1, "Canceled", 0, "linked"), (1, "Canceled", 0, "linked")],
        [(1, "buy", 50, 0, "lot")],
    ),
    "linked to an order that is refused at once": (
        FLAT, CN, {0: lambda s: s.buy_bracket(size=100, price=NAN, stopprice=9, limitprice=12)},
        [(1, "Rejected", 0, "not_a_number"), (1, "Rejected", 0, "linked"), (1, "Rejected", 0, "linked")], [],
    ),
    "one cancels the other": (
        FLAT, CN, {0: lambda s: s.buy(size=200, exectype=Limit, price=9, oco=s.buy(size=100))},
        [(1, "Completed", 100, ""), (1, "Canceled", 0, "linked")], [],
    ),
    "the run ends": (
        FLAT, CN, {3: buys(exectype=Limit, price=9.0), 4: lambda s: (s.buy(size=100), s.buy(size=NAN))},
        [(4, "Rejected", 0, "not_a_number"), (4, "Canceled", 0, "end_of_run"), (4, "Canceled", 0, "end_of_run")], [],
    ),
    "not sent before the run ends": (
        FLAT, CN, {1: buys(transmit=False)}, [(4, "Canceled", 0, "end_of_run")], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_not_be_traded_is_told_with_its_reason_when_that_is_so(case: str) -> None:
    bars, market, script, expected, rejections = REFUSED[case]
    run, told = act(bars, market, script)
    assert told == expected
    assert refused(run) == rejections


@pytest.mark.parametrize(
    ("bars", "reason"),
    [(UP, "limit_up"), (HALTED, "no_bar"), (panel([10] * 3, [10] * 3, volume=[9, 0, 9]), "zero_volume")],
)
def test_where_nothing_is_carried_a_blocked_order_ends_with_its_session(bars: Panel, reason: str) -> None:
    script = {0: lambda s: (s.buy(size=100), s.buy(size=100, exectype=Limit, price=12.0))}
    run, told = act(bars, CN, script, unfilled="drop")
    assert rows(run) == []
    assert told == [(1, "Rejected", 0, reason)] * 2


def test_cash_cuts_the_buys_of_a_session_together() -> None:
    bars = market_of(4).select(["A", "B"])
    script = {0: lambda s: [s.buy(feed, size=600) for feed in s.datas]}
    run, told = act(bars, CN, script, cash=7_000)
    assert run.rejections.reason.tolist() == ["cash", "cash"]
    assert (run.fills.shares < 600).all()
    assert (run.fills.shares > 200).all()
    assert run.cash.min() >= 0
    assert [row[1::2] for row in told] == [("Partial", "cash")] * 2 + [("Canceled", "cash")] * 2


@pytest.mark.parametrize("method", ["buy", "sell", "order_target_size", "order_target_percent"])
def test_the_benchmark_can_not_be_traded(method: str) -> None:
    blank = np.full(5, NAN)
    index = Benchmark("IDX", "Index", blank, blank, blank, np.full(5, 10.0), blank, blank)
    how = {"size": 1} if method in ("buy", "sell") else {"target": 0.5}
    bars = dataclasses.replace(FLAT, benchmark=index)
    run, told = act(bars, FREE, {0: lambda s: getattr(s, method)(data="IDX", **how)})
    assert told == [(1, "Rejected", 0, "not_tradable")]
    assert rows(run) == refused(run) == []


def test_an_order_that_makes_its_own_price_is_an_error() -> None:
    with pytest.raises(ParameterError, match=r"Order.Historical fills at any price"):
        act(FLAT, FREE, {0: lambda s: s.buy(size=1, exectype=bt.Order.Historical, price=0.01)})


# --- corporate actions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prices", ["adjusted", "raw"])
def test_a_split_rescales_positions_trades_and_open_orders(prices: Any) -> None:
    bars = panel([10, 10, 5, 4.8, 4.6], [10, 10, 5, 4.7, 4.6], adj_factor=[1, 1, 2, 2, 2])
    script = {0: lambda s: (s.buy(size=10), s.sell(size=10, exectype=Stop, price=9.5))}
    run, told = act(bars, FREE, script, prices=prices)
    assert run.equity.iloc[2] == 10_000
    assert rows(run) == [(1, 1, 10, 10), (3, -1, 20, 4.75)]
    assert told[-1] == (3, "trade", 0, -5.0)


def test_a_series_that_ends_is_closed_at_its_last_close() -> None:
    nan = np.nan
    bars = panel([10, 10.1, nan, nan], [10, 10.4, nan, nan], last_date=["2024-01-02"])
    script = {0: lambda s: s.buy(size=10), 1: lambda s: s.buy(size=3)}
    run, told = act(bars, FREE, script)
    assert rows(run) == [(1, 1, 10, 10.1), (2, 0, 10, 10.4)]
    assert refused(run) == [(2, "buy", 3, 0, "terminated")]
    assert (2, "trade", 0, 3.0) in told
    assert (2, "Rejected", 0, "terminated") in told


def test_an_order_for_a_suspended_series_waits_and_ends_when_the_holding_is_written_off() -> None:
    """Of two sales and a buy that wait, the sales are over with the holding; the buy goes on."""
    nan = np.nan
    bars = panel([10, 10, nan, nan, 9, 9], [10, 10, nan, nan, 9, 9])
    script = {0: lambda s: s.buy(size=10), 1: lambda s: (s.sell(size=4), s.sell(size=6, exectype=Limit, price=11))}
    run, told = act(bars, FREE, script | {2: lambda s: s.buy(size=3)}, write_off=2)
    assert rows(run) == [(1, 1, 10, 10), (3, -2, 10, 0), (4, 1, 3, 9)]
    assert refused(run) == [(2, "sell", 4, 0, "no_bar"), (3, "sell", 4, 0, "no_bar"), (3, "buy", 3, 0, "no_bar")]
    assert (3, "trade", 0, -100.0) in told
    assert told.count((3, "Rejected", 0, "written_off")) == 2
    assert run.equity.tolist() == [10_000, 10_000, 10_000, 9_900, 9_900, 9_900]
    kept, _ = act(bars, FREE, script, write_off=3)
    assert rows(kept) == [(1, 1, 10, 10), (4, -1, 4, 9)]


# --- what can't be run -----------------------------------------------------------------------------------------------


def test_same_close_needs_a_decision_in_the_session_itself() -> None:
    with pytest.raises(ParameterError, match=r"same-close.*use fill='open', 'close' or 'vwap'"):
        act(FLAT, FREE, {}, fill="same-close")


def test_something_else_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"must be an object with decide\(view, portfolio\) or a subclass"):
        backtest(3, FLAT, FREE, engine="backtrader")


def test_a_strategy_can_not_print_money() -> None:
    with pytest.raises(ParameterError, match="give it to the run"):
        act(FLAT, FREE, {0: lambda s: s.broker.add_cash(1e9)})
    with pytest.raises(ParameterError, match="give it to the run"):
        act(FLAT, FREE, {0: lambda s: s.broker.setcash(1e9)})


def test_a_run_has_all_of_its_sessions() -> None:
    with pytest.raises(ParameterError, match=r"Scripted stopped the run after 3 sessions.*use end=2024-01-03"):
        act(FLAT, FREE, {2: lambda s: s.env.runstop()})


def test_a_strategy_that_is_never_asked_is_an_error() -> None:
    class AtTheOpen(bt.Strategy):
        def next_open(self) -> None:
            self.buy()

    with pytest.raises(ParameterError, match=r"AtTheOpen decides in next_open.*decide in next"):
        backtest(AtTheOpen, FLAT, FREE, engine="backtrader")


def test_a_watchful_strategy_is_asked_between_its_decisions() -> None:
    class Watchful:
        watchful = True

        def decide(self, view: Panel, portfolio: Any) -> None: ...

    with pytest.raises(ParameterError, match=r"is watchful, and needs between\(view, portfolio\)"):
        backtest(Watchful(), FLAT, FREE, engine="backtrader")


# --- cash ------------------------------------------------------------------------------------------------------------


def test_idle_cash_earns_interest_before_the_session_trades() -> None:
    # 10,000 at 3.65% for one day is 1.00; 500 at 10.1 and 5 of commission leave 4,946.00, which earns 0.4946.
    run, _ = act(FLAT, CN, {0: buys(500)}, cash_rate=0.0365)
    assert run.interest.tolist() == [0, 1.0, 0.49, 0.49, 0.49]
    assert run.cash.tolist() == [10_000, 4_946, 4_946.49, 4_946.98, 4_947.47]


@pytest.mark.parametrize(
    "setting", ["setcommission", "addcommissioninfo", "set_slippage_perc", "set_slippage_fixed", "set_coc"]
)
def test_a_broker_setting_that_would_do_nothing_is_an_error(setting: str) -> None:
    class Setting(bt.Strategy):
        def next(self) -> None:
            getattr(self.broker, setting)(0.01)

    with pytest.raises(ParameterError, match=r"rules of the market and terms of the run; give them there: run\("):
        backtest(Setting, panel([10.0] * 3, [10.0] * 3), Market(), engine="backtrader")
