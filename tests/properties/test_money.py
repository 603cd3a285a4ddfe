"""What must be true of every run, whatever the panel, the market and the decisions."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import backtrader
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market import MARKETS, Market
from sectorlead.engine.record import Outcome, Record
from sectorlead.engine.strategy import Portfolio

from ..parity.markets import Case, Replay, build_panel, cases, custom_markets

BUY, SELL = 1, -1
ARRAYS = ("close", "open", "high", "low", "volume", "amount", "adj_factor")


def run(case: Case, engine: str = "compiled") -> Record:
    return backtest(Replay(case.table), engine=engine, **case.arguments)


def spent(record: Record) -> np.ndarray:
    """Cash that each fill took (buys) or gave (negative)."""
    log = record.outcome.fills
    return np.where(log.side == BUY, log.value, -log.value) + log.commission + log.stamp_duty + log.transfer_fee


@given(case=cases())
def test_money_is_conserved(case: Case) -> None:
    """Cash changes by fills alone, shares by fills and splits alone, and equity is cash plus what shares are worth."""
    record = run(case)
    outcome, log = record.outcome, record.outcome.fills
    sessions, symbols = outcome.shares.shape
    cash = np.full(sessions, record.terms.cash)
    traded = np.zeros((sessions, symbols))
    for k, amount in enumerate(spent(record)):
        cash[log.row[k] - case.first :] -= amount
        traded[log.row[k] - case.first, log.column[k]] += log.shares[k] * (1 if log.side[k] == BUY else -1)
    np.testing.assert_allclose(outcome.cash, cash, rtol=1e-12, atol=1e-6)
    if case.market.money_step:
        np.testing.assert_array_equal(outcome.cash, np.round(outcome.cash, 2))  # whole fen

    factor = case.panel.last_factor
    held = np.zeros(symbols)
    for s in range(sessions):
        t = case.first + s
        changed = np.isfinite(factor[t - 1]) & (held > 0) if t else np.zeros(symbols, bool)
        held = np.where(changed, held * (factor[t] / factor[t - 1]), held) + traded[s]
        np.testing.assert_allclose(outcome.shares[s], held, rtol=1e-9, atol=1e-6)

    marks = case.panel.last_close[case.first :]
    worth = outcome.cash + np.where(outcome.shares > 0, outcome.shares * marks, 0).sum(axis=1)
    np.testing.assert_allclose(outcome.equity, worth, rtol=1e-12, atol=1e-6)


@given(case=cases())
def test_nothing_is_negative(case: Case) -> None:
    record = run(case)
    assert record.outcome.cash.min() >= 0
    assert record.outcome.shares.min() >= 0
    assert (record.weights.to_numpy() >= 0).all()
    for part in record.outcome.fills[3:]:
        assert (part >= 0).all()
    assert (record.outcome.fills.shares > 0).all()
    assert (record.outcome.rejections.filled <= record.outcome.rejections.wanted).all()


@given(case=cases(custom_markets, size=st.just("decision")))
def test_never_more_than_the_target(case: Case) -> None:
    """After one decision a holding never exceeds ``weight * equity / close``, however long its order is carried."""
    decided = np.flatnonzero(~np.isnan(case.table[:, 0]))
    decided = decided[(decided >= case.first) & (decided < case.sessions - 1)]
    table = np.full_like(case.table, np.nan)
    table[decided[:1]] = case.table[decided[:1]]
    record = backtest(Replay(table), **case.arguments)
    if not len(decided):
        assert not len(record.fills)
        return
    t = decided[0]
    units = case.panel.last_factor / case.panel.last_factor[t]  # a split multiplies target and holding alike
    target = np.nan_to_num(table[t] * record.terms.cash / case.panel.last_close[t] * units[case.first :])
    most = target * (1 + 1e-9) + 1e-6
    assert (record.outcome.shares <= most).all()


class Churn(backtrader.Strategy):
    """Buys at the open and wants to sell at the close of the same session, a little more or less."""

    params = (("seed", 0),)

    def __init__(self) -> None:
        self.dice = np.random.default_rng(self.p.seed)

    def next(self) -> None:
        for feed in self.datas:
            bought, sold = self.dice.integers(1, 5, 2)
            self.buy(feed, size=100 * int(bought))
            self.sell(feed, size=100 * int(sold), exectype=backtrader.Order.Close)


@pytest.mark.parametrize("locked", [False, True])
@given(seed=st.integers(0, 10_000))
def test_what_is_bought_is_sold_later(locked: bool, seed: int) -> None:
    """With T+1, a session sells no more than was held before it; without, this strategy always does."""
    panel = build_panel(seed, 12, 2, frozenset())
    run = backtest((Churn, {"seed": seed}), panel, Market(lot=100, t_plus_one=locked), engine="backtrader")
    log, held = run.outcome.fills, np.vstack((np.zeros(2), run.outcome.shares))
    sold = np.zeros(panel.shape)
    np.add.at(sold, (log.row[log.side == SELL], log.column[log.side == SELL]), log.shares[log.side == SELL])
    assert (sold <= held[:-1]).all() == locked
    assert "t_plus_one" in set(run.rejections["reason"]) or not locked


@given(case=cases())
def test_costs_are_the_sum_of_their_parts(case: Case) -> None:
    """Each fee of each fill follows from its value, slippage from its price; totals are their sums."""
    record = run(case)
    fills, market = record.fills, case.market
    within = max(market.money_step / 2, 1e-9) + 1e-8
    due = {
        "commission": np.maximum(market.commission_min, market.commission_rate * fills["value"]),
        "stamp_duty": np.where(fills["side"] == "sell", market.stamp_duty_rate * fills["value"], 0.0),
        "transfer_fee": market.transfer_fee_rate * fills["value"],
    }
    for kind, amounts in due.items():
        expected = np.where(fills["side"] == "terminated", 0.0, amounts)
        np.testing.assert_allclose(fills[kind], expected, rtol=1e-9, atol=within)
    np.testing.assert_allclose(fills["value"], fills["shares"] * fills["price"], rtol=1e-9, atol=within)
    worst = market.slippage_bps / 1e4 / (1 - market.slippage_bps / 1e4) * fills["value"]
    assert (fills["slippage"] <= worst * (1 + 1e-9) + within).all()
    for kind, total in record.costs.items():
        assert total == pytest.approx(fills[kind].sum(), abs=1e-9)


@given(seed=st.integers(0, 10_000), market=custom_markets, weight=st.floats(0.1, 0.8))
def test_costs_are_what_a_costless_twin_has_more(seed: int, market: Market, weight: float) -> None:
    """In for one target and out again in a calm market: the two accounts differ by exactly the costs paid so far."""
    panel = build_panel(seed, 12, 3, frozenset())
    table = np.full(panel.shape, np.nan)
    table[1], table[6] = weight / 3, 0.0
    market = replace(market, lot=0, money_step=0.0, price_limit=0.0, participation=0.0)
    free, paid = (backtest(Replay(table), panel, rules) for rules in (MARKETS["frictionless"], market))
    assert len(free.fills) == len(paid.fills) == 6
    fees = paid.fills.set_index("session")[["commission", "stamp_duty", "transfer_fee", "slippage"]].sum(axis=1)
    so_far = fees.groupby(level=0).sum().reindex(paid.sessions, fill_value=0.0).cumsum()
    np.testing.assert_allclose(free.equity - paid.equity, so_far, rtol=0, atol=1e-6)


@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
@given(case=cases(sessions=st.integers(5, 30)))
def test_two_runs_are_identical(engine: str, case: Case) -> None:
    again = replace(case)  # arrays are made anew
    assert_identical(run(case, engine).outcome, run(again, engine).outcome)


@given(case=cases(), shuffle=st.randoms(use_true_random=False))
def test_column_order_changes_nothing(case: Case, shuffle: Random) -> None:
    order = list(range(case.symbols))
    shuffle.shuffle(order)
    panel = case.panel
    arrays = (getattr(panel, key)[:, order] for key in ARRAYS)
    other = Panel(panel.sessions, tuple(panel.symbols[i] for i in order), *arrays)

    class ByName:
        def decide(self, view: Panel, portfolio: Portfolio) -> dict[str, float] | None:
            row = case.table[len(view.sessions) - 1]
            return None if np.isnan(row[0]) else {panel.symbols[i]: row[i] for i in order}

    shuffled = backtest(ByName(), **case.arguments | {"panel": other})
    assert_identical(run(case).outcome, shuffled.outcome)


@given(case=cases(st.just(MARKETS["frictionless"])), power=st.integers(-6, 6))
def test_scaled_prices_and_cash_trade_the_same_shares(case: Case, power: int) -> None:
    """By powers of two, so that not a bit of a share may move."""
    panel, by = case.panel, 2.0**power
    scaled = Panel(
        panel.sessions, panel.symbols, *(getattr(panel, key) * by for key in ("close", "open", "high", "low")),
        panel.volume, panel.amount * by, panel.adj_factor,
    )  # fmt: skip
    one = run(case)
    other = backtest(Replay(case.table), **case.arguments | {"panel": scaled, "cash": case.cash * by})
    np.testing.assert_array_equal(one.outcome.shares, other.outcome.shares)
    np.testing.assert_array_equal(one.outcome.fills.shares, other.outcome.fills.shares)
    np.testing.assert_array_equal(one.outcome.equity * by, other.outcome.equity)


@given(case=cases())
def test_a_symbol_that_is_never_wanted_changes_nothing(case: Case) -> None:
    panel = case.panel
    more = build_panel(case.seed + 2, case.sessions, 1, frozenset())
    arrays = (np.hstack((getattr(panel, key), getattr(more, key))) for key in ARRAYS)
    wider = Panel(panel.sessions, (*panel.symbols, "Z"), *arrays)
    table = np.hstack((case.table, np.where(np.isnan(case.table[:, :1]), np.nan, 0.0)))
    found = backtest(Replay(table), **case.arguments | {"panel": wider}).outcome
    expected = run(case).outcome
    np.testing.assert_array_equal(found.equity, expected.equity)
    pd.testing.assert_frame_equal(pd.DataFrame(found.fills._asdict()), pd.DataFrame(expected.fills._asdict()))


def assert_identical(one: Outcome, other: Outcome) -> None:
    """Bit for bit, logs included."""
    for left, right in zip(one, other, strict=True):
        for a, b in zip(left, right, strict=True) if isinstance(left, tuple) else [(left, right)]:
            np.testing.assert_array_equal(a, b)
