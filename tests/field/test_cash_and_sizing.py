"""Cash, sizing and the order of legs: complaints about other backtesters, and what happens here instead.

Each test is named after the thread (repository_number); the arithmetic is in its comments.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead import Equal, Every, Momentum, Rotation, TopN
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market

from ..parity.markets import Case, Replay, cases
from ..parity.rules_of_the_day import Rules
from .bars import FREE, SHARES, Told, fills, panel_of, rejections

pytestmark = pytest.mark.parametrize("engine", ["compiled", "backtrader"])


@pytest.mark.parametrize("size", ["decision", "fill"])
def test_backtrader_270_a_gap_up_does_not_skip_the_whole_order(size: str, engine: str) -> None:
    """mementum/backtrader#270: sized at the close, the order vanished when the next open was higher than cash allowed.

    Sized at the close: 10,000 / 10 = 1,000. At 10.50 they need 10,500 + 5; s = 10,000 / 10,505 = 0.952, so 9 lots, and
    the 545 that are left pay for no tenth. Sized at the fill: 10,000 / 10.5 = 952, so 9 lots were asked for.
    """
    panel = panel_of({"A": [10.0, 10.5, 10.5]})
    run = backtest(Told({0: {"A": 1.0}}), panel, SHARES, cash=10_000, size=size, engine=engine)
    assert fills(run) == [(1, "A", "buy", 900, 10.5)]
    assert run.cash.iloc[-1] == 545.0
    assert rejections(run) == ([(1, "A", "buy", 1_000, 900, "cash")] if size == "decision" else [])


def test_backtrader_420_part_of_an_order_is_better_than_order_margin(engine: str) -> None:
    """mementum/backtrader#420: a target of 100% ended as "order margin", with nothing bought, because of the fee.

    10,000 + 5 is 5 more than there is: s = 10,000 / 10,005, 999.5 shares, so 9 lots; 995 don't pay for the tenth.
    """
    run = backtest(Told({0: {"A": 1.0}}), panel_of({"A": [10.0] * 3}), SHARES, cash=10_000, engine=engine)
    assert fills(run) == [(1, "A", "buy", 900, 10.0)]
    assert rejections(run) == [(1, "A", "buy", 1_000, 900, "cash")]


def test_backtrader_101_fully_invested_at_the_next_open(engine: str) -> None:
    """mementum/backtrader#101, #72: to stay at 100%, size by the next open, sell first, and buy with what that brought.

    1,000 A at 10. At the next open they bring 12,000: half of it is 2,000 B at 3 and 750 C at 8.
    """
    panel = panel_of({"A": [10.0, 10.0, 12.0], "B": [2.0, 2.0, 3.0], "C": [9.0, 9.0, 8.0]})
    told = Told({0: {"A": 1.0}, 1: {"B": 0.5, "C": 0.5}})
    run = backtest(told, panel, FREE, cash=10_000, size="fill", engine=engine)
    assert fills(run)[1:] == [(2, "A", "sell", 1_000, 12.0), (2, "B", "buy", 2_000, 3.0), (2, "C", "buy", 750, 8.0)]
    assert run.cash.iloc[-1] == 0


def test_rqalpha_659_buys_wait_for_sells(engine: str) -> None:
    """ricequant/rqalpha#659: a buy silently took what cash was left, unless one's own code had sold before it.

    A comes before B and is bought all the same with what B brings: 5 + 1,000 x 10.10 - 5 pays for 2,000 x 5 + 5.
    """
    panel = panel_of({"A": [5.0, 5.0, 5.0], "B": [10.0, 10.0, 10.1]})
    run = backtest(Told({0: {"B": 1.0}, 1: {"A": 1.0}}), panel, SHARES, cash=10_010, engine=engine)
    assert fills(run) == [(1, "B", "buy", 1_000, 10.0), (2, "B", "sell", 1_000, 10.1), (2, "A", "buy", 2_000, 5.0)]
    assert rejections(run) == []
    assert run.cash.iloc[-1] == 95.0


def test_akquant_292_a_target_of_90_percent_is_90_percent(engine: str) -> None:
    """akfamily/akquant#292: buys were checked against cash before the sells; of a target of 0.90, 0.49 was held."""
    panel = panel_of({"A": [10.0] * 3, "B": [20.0] * 3})
    run = backtest(Told({0: {"A": 0.9}, 1: {"B": 0.9}}), panel, FREE, cash=10_000, engine=engine)
    assert run.weights.to_numpy().tolist() == [[0, 0], [0.9, 0], [0, 0.9]]


def test_akquant_263_full_switch_in_one_session(engine: str) -> None:
    """akfamily/akquant#263: selling one thing and buying another with it in the same cycle did not work.

    4,900 A (5,000 and the fee are too much) for 9,805; 195 are left. The target is 9,995 / 4 = 2,498, 24 lots of B.
    A brings 10,290 - 5, cash is 10,480; B takes 9,600 + 5; 875 stay.
    """
    panel = panel_of({"A": [2.0, 2.0, (2.1, 2.1)], "B": [4.0, 4.0, 4.0]})
    run = backtest(Told({0: {"A": 1.0}, 1: {"B": 1.0}}), panel, "cn-etf", cash=10_000, engine=engine)
    assert fills(run)[1:] == [(2, "A", "sell", 4_900, 2.1), (2, "B", "buy", 2_400, 4.0)]
    assert run.positions.iloc[-1].tolist() == [0, 2_400]
    assert run.cash.iloc[-1] == 875.0


def test_akquant_274_a_switch_every_session(engine: str) -> None:
    """akfamily/akquant#274: mended once, the switch broke again in the daily hook for rebalancing.

    A and B double by turns, and the rule holds yesterday's winner, from one open to the next: it never gains.
    """
    rises = {"A": [1, 2, 2, 4, 4, 8, 8], "B": [1, 1, 2, 2, 4, 4, 8]}
    panel = panel_of({key: list(zip([1, *line], line, strict=False)) for key, line in rises.items()})
    rule = Rotation(Momentum(1), TopN(1), Equal(), schedule=Every(1))
    run = backtest(rule, panel, FREE, cash=10_000, engine=engine)
    switches = [{"sell", "buy"}] * 4
    assert [set(of["side"]) for _, of in run.fills.groupby("session")] == [{"buy"}, *switches]
    assert run.positions.to_numpy()[2:].tolist() == [[5_000, 0], [0, 5_000], [2_500, 0], [0, 2_500], [1_250, 0]]
    assert (run.cash.iloc[2:] == 0).all()


@pytest.mark.parametrize("locked", [True, False])
def test_akquant_307_share_lock_and_cash_settlement_are_two_rules(locked: bool, engine: str) -> None:
    """akfamily/akquant#307: one switch for T+1 locked shares and the money of a sale alike.

    What was bought in session 1 is free in session 2, and the money of its sale buys B there, locked shares or not.
    """
    panel = panel_of({"A": [10.0] * 3, "B": [20.0] * 3})
    market = Market(lot=1, t_plus_one=locked)
    run = backtest(Told({0: {"A": 1.0}, 1: {"B": 1.0}}), panel, market, cash=10_000, engine=engine)
    assert fills(run)[1:] == [(2, "A", "sell", 1_000, 10.0), (2, "B", "buy", 500, 20.0)]
    assert rejections(run) == []


def test_akquant_391_one_day_holdings_under_t_plus_1(engine: str) -> None:
    """akfamily/akquant#391: T+1 was checked when the order was placed, so a holding of one day could not be sold."""
    panel = panel_of({"A": [10.0] * 6})
    told = Told({0: {"A": 0.5}, 1: {}, 2: {"A": 0.5}, 3: {}})
    run = backtest(told, panel, Market(lot=100, t_plus_one=True), cash=10_000, engine=engine)
    assert [fill[:4] for fill in fills(run)] == [
        (1, "A", "buy", 500), (2, "A", "sell", 500), (3, "A", "buy", 500), (4, "A", "sell", 500),
    ]  # fmt: skip
    assert rejections(run) == []


@pytest.mark.parametrize("market", [FREE, SHARES])
def test_vectorbt_713_five_times_twenty_percent(market: Market, engine: str) -> None:
    """polakowo/vectorbt#713: 20% each of five gave 20, 16, 12.8, 10.2 and 8.2%: percent of what cash was left.

    Here it is percent of equity. With fees of 5 x 50 (0.025% of 200,000) the last lot is not affordable: s is
    1 / 1.00025 and gives 19,995 of each, so 199 lots; the 4,751.25 left over pay for four more at 1,000.25 each, and E
    keeps 199.
    """
    panel = panel_of({symbol: [10.0] * 3 for symbol in "ABCDE"})
    run = backtest(Told({0: dict.fromkeys("ABCDE", 0.2)}), panel, market, cash=1_000_000, engine=engine)
    bought = [20_000] * 5 if market is FREE else [20_000] * 4 + [19_900]
    assert run.positions.iloc[-1].tolist() == bought
    assert run.weights.iloc[1].to_numpy() == pytest.approx([0.2] * 5, abs=0.0011)


def test_vectorbt_82_unlisted_names_do_not_spoil_the_portfolio(engine: str) -> None:
    """polakowo/vectorbt#82: a target for a name without a price yet ended in "Not enough cash" for the others."""
    panel = panel_of({"A": [10.0] * 4, "B": [None, None, 5.0, 5.0], "C": [20.0] * 4})
    told = Told({0: {"A": 0.25, "B": 0.5, "C": 0.25}, 2: {"A": 0.25, "B": 0.5, "C": 0.25}})
    run = backtest(told, panel, FREE, cash=10_000, engine=engine)
    assert rejections(run) == [(0, "B", "buy", 0, 0, "no_price")]
    assert run.weights.to_numpy()[1:].tolist() == [[0.25, 0, 0.25], [0.25, 0, 0.25], [0.25, 0.5, 0.25]]


@pytest.mark.parametrize(("size", "shares"), [("decision", 1_000), ("fill", 700)])
def test_lean_6360_stale_bars_buy_no_more_than_the_target(size: str, shares: float, engine: str) -> None:
    """QuantConnect/Lean#6360: with a stale price, 10% became 14% and more.

    A was last traded at 10 when 10% of 100,000 was decided: 1,000 shares, and these are 14% when it comes back at 14.
    That is the target's number of shares and no more; who sizes at the fill gets 10,000 / 14 = 714, 7 lots, 9.8%.
    """
    panel = panel_of({"A": [10.0, None, 14.0, 14.0], "B": [1.0] * 4})
    run = backtest(Told({1: {"A": 0.1}}), panel, Market(lot=100), cash=100_000, size=size, engine=engine)
    assert fills(run) == [(2, "A", "buy", shares, 14.0)]
    assert run.weights["A"].max() == pytest.approx(shares * 14 / 100_000)


@given(
    case=cases(
        unfilled=st.just("drop"), fill=st.sampled_from(["open", "close", "vwap"]), size=st.just("decision"),
        times=st.just(""), no_trade=st.just(0.0),
    )
)  # fmt: skip
def test_zipline_2197_every_unfilled_order_is_explained(case: Case, engine: str) -> None:
    """quantopian/zipline#2197: ``order_target_percent`` did not execute, and nothing said why.

    Of every decision, what the next session did not trade has a row that says why and how much was wanted, unless it is
    less than a lot of something that is held already.
    """
    run = backtest(Replay(case.table), engine=engine, **case.arguments)
    at_once = ("no_price", "terminated")  # with the decision itself
    refused = {row[:2] for row in rejections(run) if row[5] in at_once}
    told = {row[:3]: row[3:] for row in rejections(run) if row[5] not in at_once}
    traded = {fill[:3]: fill[3] for fill in fills(run)}
    panel, held, start = case.panel, run.outcome.shares, run.terms.first
    ends = Rules(panel, case.market, ended=case.ended).ends
    for t in run.outcome.decisions.row.tolist():
        for i, symbol in enumerate(panel.symbols):
            weight, price = case.table[t, i], panel.last_close[t, i]
            if np.isnan(price) or ends[i] < t:
                less_than_a_lot = weight * run.outcome.equity[t - start] / price < 200
                assert weight == 0 or (t, symbol) in refused or less_than_a_lot
                continue
            if ends[i] == t:
                continue  # what becomes of it is told in the next session
            ratio = panel.last_factor[t + 1, i] / panel.last_factor[t, i]
            before = held[t - start, i] * ratio
            gap = weight * run.outcome.equity[t - start] / price * ratio - before
            key = t + 1, symbol, "buy" if gap > 0 else "sell"
            if key in told:
                wanted, filled, _ = told[key]
                assert filled == pytest.approx(traded.get(key, 0.0))
                assert filled < wanted
                assert wanted <= abs(gap) * (1 + 1e-9) + 1e-6
            elif (weight == 0 and before > 0) or (before == 0 and gap > 0):
                assert traded.get(key, 0.0) > 0


def test_partial_fills_pay_the_minimum_commission_each(engine: str) -> None:
    """Open in many trackers: what the minimum commission of an order is that fills over several sessions.

    An order holds for one session, as at the exchange: 3,000 shares at 10% of 10,000 a session pay 5.00 three times.
    """
    panel = panel_of({"A": [1.0] * 5}, volume={"A": [10_000] * 5})
    market = Market(commission_rate=0.00025, commission_min=5.0, lot=100, participation=0.1, money_step=0.01)
    run = backtest(Told({0: {"A": 0.3}}), panel, market, cash=10_000, engine=engine)
    assert fills(run) == [(t, "A", "buy", 1_000, 1.0) for t in (1, 2, 3)]
    assert run.fills["commission"].tolist() == [5.0] * 3
    assert [row[3:] for row in rejections(run)] == [(3_000, 1_000, "participation"), (2_000, 1_000, "participation")]


def test_odd_lots_can_be_sold_and_not_bought(engine: str) -> None:
    """Open in many trackers: the odd shares that a distribution leaves stay in the account for ever.

    1,000 shares become 1,037. Halving them sells 500 (518.5 in whole lots), leaving sells all 537.
    """
    panel = panel_of({"A": [10.0] * 4}, adj_factor={"A": [1.0, 1.0, 1.037, 1.037]})
    run = backtest(Told({0: {"A": 1.0}, 1: {"A": 0.5}, 2: {}}), panel, Market(lot=100), cash=10_000, engine=engine)
    assert fills(run) == [(1, "A", "buy", 1_000, 10.0), (2, "A", "sell", 500, 10.0), (3, "A", "sell", 537, 10.0)]
