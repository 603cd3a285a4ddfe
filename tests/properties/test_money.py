"""What must be true of every run, whatever the panel, the market and the decisions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import backtrader
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.fees import COSTS
from sectorlead.engine.market.fill_prices import decision_price
from sectorlead.engine.market.market import MARKETS, Market
from sectorlead.engine.record import Outcome, Record
from sectorlead.engine.strategy import Portfolio

from ..parity.books import flat_book
from ..parity.markets import Case, Replay, cases, custom_markets
from ..parity.panels import build_panel
from ..parity.rules_of_the_day import Rules

BUY, SELL = 1, -1
FEES = [kind for kind in COSTS if kind != "slippage"]
ARRAYS = ("close", "open", "high", "low", "volume", "amount", "adj_factor", "special")
LABELS = ("names", "groups", "kinds", "boards")


def run(case: Case, engine: str = "compiled") -> Record:
    return backtest(Replay(case.table), engine=engine, **case.arguments)


def spent(record: Record) -> np.ndarray:
    """Cash that each fill took (buys) or gave (negative)."""
    log = record.outcome.fills
    return np.where(log.side == BUY, log.value, -log.value) + sum(log.by_kind[kind] for kind in FEES)


def panel_like(panel: Panel, order: list[int], *more: Panel) -> Panel:
    """The columns ``order`` of a panel, then those of ``more``; sorting is left to the panel."""
    parts = [(panel, order), *((other, list(range(len(other.symbols)))) for other in more)]
    wide: dict[str, Any] = {key: np.hstack([getattr(of, key)[:, columns] for of, columns in parts]) for key in ARRAYS}
    wide |= {key: [getattr(of, key)[i] for of, columns in parts for i in columns] for key in (*LABELS, "symbols")}
    wide["fields"] = {
        name: np.hstack([of.fields.get(name, np.full(of.shape, np.nan))[:, columns] for of, columns in parts])
        for name in panel.fields
    }
    for key in ("known_from", "last_date"):
        wide[key] = np.concatenate([getattr(of, key)[columns] for of, columns in parts])
    return Panel(panel.sessions, **wide, checked=False)


@given(case=cases())
def test_money_is_conserved(case: Case) -> None:
    """Cash changes by fills and interest, shares by fills and splits; equity is cash and what shares are worth."""
    record = run(case)
    outcome, log = record.outcome, record.outcome.fills
    sessions, symbols = outcome.shares.shape
    cash = record.terms.cash + outcome.interest.cumsum()
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
def test_interest_is_what_the_rate_says(case: Case) -> None:
    """Of the cash after each close, by calendar days, at the rate that was known then."""
    record = run(case)
    days = record.sessions.to_series().diff().dt.days.to_numpy()[1:]
    rate = case.cash_rate
    if isinstance(rate, pd.Series):
        rate = rate.reindex(rate.index.union(record.sessions)).ffill()[record.sessions[:-1]].to_numpy()
    due = record.outcome.cash[:-1] * (0.0 if rate is None else rate) * days / 365
    assert record.outcome.interest[0] == 0
    within = record.market.money_step / 2 + 1e-6
    np.testing.assert_allclose(record.outcome.interest[1:], due, rtol=1e-12, atol=within)


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


@given(case=cases(size=st.just("decision")))
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
    equity = record.outcome.cash[t - case.first - 1] if t > case.first else record.terms.cash
    equity += record.outcome.interest[t - case.first]
    price = decision_price(case.panel, case.decide_at)[t]
    target = np.nan_to_num(table[t] * equity / price * units[case.first :])
    most = target * (1 + 1e-9) + 1e-6
    assert (record.outcome.shares <= most).all()


@given(case=cases())
def test_orders_are_whole_lots(case: Case) -> None:
    """A buy is a whole order of its board and day; so is a sale, unless it leaves nothing."""
    record, rules = run(case), Rules(case.panel, case.market)
    log, held = record.outcome.fills, record.outcome.shares
    for row, i, side, shares in zip(log.row, log.column, log.side, log.shares, strict=True):
        sold_out = side != BUY and held[row - case.first, i] == 0
        assert sold_out or rules.lots(shares, row, i) == pytest.approx(shares, rel=1e-9)


@given(case=cases(), lot=st.sampled_from([1, 100]))
def test_without_splits_holdings_are_whole_lots(case: Case, lot: int) -> None:
    case = replace(case, rules=replace(case.rules, lot=lot), trouble=case.trouble - {"splits"})
    held = run(case).outcome.shares
    np.testing.assert_array_equal(held, np.round(held / lot) * lot)


@given(case=cases())
def test_fills_stay_within_the_limits(case: Case) -> None:
    """No price leaves the day's limits, and under ``strict`` nothing is bought at the upper or sold at the lower."""
    panel, rules = case.panel, Rules(case.panel, case.market)
    log = run(case).outcome.fills
    for row, i, side, price in zip(log.row, log.column, log.side, log.price, strict=True):
        if side not in (BUY, SELL) or row == 0:
            continue
        before, ratio = panel.last_close[row - 1, i], panel.last_factor[row, i] / panel.last_factor[row - 1, i]
        previous = None if np.isnan(before) else Decimal(repr(float(before / ratio)))
        lower, upper = rules.limits(row, i, previous)
        if upper is None:
            continue
        assert price <= float(upper) if side == BUY else price >= float(lower)
        if case.market.limit_policy == "strict":
            half = rules.dated("tick", row, i) / 2 * (1 - 1e-6)
            reference = reference_of(case, row, i)
            assert reference < float(upper) - half if side == BUY else reference > float(lower) + half


def reference_of(case: Case, row: int, i: int) -> float:
    """The price of the bar at which orders fill, before slippage."""
    panel, timing = case.panel, case.timing
    if time := timing.get("price_at"):
        return float(panel.field(f"price_{time}")[row, i])
    if timing["fill"] == "vwap" and panel.amount[row, i] > 0 and panel.volume[row, i] > 0:
        return float(panel.amount[row, i] / panel.volume[row, i])
    return float((panel.open if timing["fill"] == "open" else panel.close)[row, i])


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


@given(seed=st.integers(0, 10_000))
def test_what_is_bought_is_sold_later(seed: int) -> None:
    """On a T+1 board, a session sells no more than was held before it; on the other, this strategy always does."""
    market = Market(rulebook=flat_book(locked={"t_plus_one": 1.0}, free={}), lot=100)
    panel = panel_like(build_panel(seed, 12, 2, frozenset()), [0, 1])
    panel = replace(panel, boards=("locked", "free"))
    run = backtest((Churn, {"seed": seed}), panel, market, engine="backtrader")
    log, held = run.outcome.fills, np.vstack((np.zeros(2), run.outcome.shares))
    sold = np.zeros(panel.shape)
    np.add.at(sold, (log.row[log.side == SELL], log.column[log.side == SELL]), log.shares[log.side == SELL])
    assert (sold <= held[:-1]).all(axis=0).tolist() == [True, False]
    assert set(run.rejections.query("reason == 't_plus_one'")["symbol"]) == {"S0"}


@given(case=cases())
def test_costs_are_the_sum_of_their_parts(case: Case) -> None:
    """Each fee of each fill follows from its value, slippage from its price; totals are their sums."""
    record, rules = run(case), Rules(case.panel, case.market)
    fills, market, log = record.fills, case.market, record.outcome.fills
    within = max(market.money_step / 2, 1e-9) + 1e-8
    traded = fills["side"].isin(["buy", "sell"])
    value = fills["value"].where(traded, 0.0)
    commission = np.maximum(market.commission_min, market.commission_rate * value) * market.cost_scale
    due = {"commission": commission.where(traded, 0.0)}
    for kind in ("stamp_duty", "transfer_fee", "handling_fee", "levy"):
        items = "stamp_duty_" + fills["side"] if kind == "stamp_duty" else [kind] * len(fills)
        paid = kind not in ("handling_fee", "levy") or not market.commission_includes_levies
        rates = [
            rules.dated(item, row, i) if paid and side in ("buy", "sell") else 0.0
            for item, row, i, side in zip(items, log.row.tolist(), log.column.tolist(), fills["side"], strict=True)
        ]
        due[kind] = np.array(rates) * value * market.cost_scale
    for kind, amounts in due.items():
        np.testing.assert_allclose(fills[kind], amounts, rtol=1e-9, atol=within)
    np.testing.assert_allclose(fills["value"], fills["shares"] * fills["price"], rtol=1e-9, atol=within)
    moved = [
        abs(price - reference_of(case, row, i)) for row, i, price in zip(log.row, log.column, log.price, strict=True)
    ]
    np.testing.assert_allclose(
        fills["slippage"], np.where(traded, np.array(moved) * fills["shares"], 0.0), rtol=1e-9, atol=1e-6
    )
    for kind, total in record.costs.items():
        assert total == pytest.approx(fills[kind].sum(), abs=1e-9)


@given(seed=st.integers(0, 10_000), market=custom_markets, weight=st.floats(0.1, 0.8))
def test_costs_are_what_a_costless_twin_has_more(seed: int, market: Market, weight: float) -> None:
    """In for one target and out again in a calm market: the two accounts differ by exactly the costs paid so far."""
    panel = build_panel(seed, 12, 3, frozenset())
    table = np.full(panel.shape, np.nan)
    table[1], table[6] = weight / 3, 0.0
    market = replace(market, lot=0, money_step=0.0, price_limit=0.0, participation=0.0, impact=0.0)
    market = replace(market, half_spread_ticks=min(market.half_spread_ticks, 0.5))  # so that cash suffices
    free, paid = (backtest(Replay(table), panel, rules) for rules in (MARKETS["frictionless"], market))
    assert len(free.fills) == len(paid.fills) == 6
    fees = paid.fills.set_index("session")[list(COSTS)].sum(axis=1)
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

    class ByName:
        def decide(self, view: Panel, portfolio: Portfolio) -> dict[str, float] | None:
            row = case.table[len(view.sessions) - 1]
            return None if np.isnan(row[0]) else {panel.symbols[i]: row[i] for i in order}

    shuffled = backtest(ByName(), **case.arguments | {"panel": panel_like(panel, order)})
    assert_identical(run(case).outcome, shuffled.outcome)


@given(case=cases(st.just(MARKETS["frictionless"])), power=st.integers(-6, 6))
def test_scaled_prices_and_cash_trade_the_same_shares(case: Case, power: int) -> None:
    """By powers of two, so that not a bit of a share may move."""
    panel, by = case.panel, 2.0**power
    fields = {name: values * by for name, values in panel.fields.items()}
    bars = {key: getattr(panel, key) * by for key in ("close", "open", "high", "low", "amount")}
    scaled = replace(panel, fields=fields, **bars)
    one = run(case)
    other = backtest(Replay(case.table), **case.arguments | {"panel": scaled, "cash": case.cash * by})
    np.testing.assert_array_equal(one.outcome.shares, other.outcome.shares)
    np.testing.assert_array_equal(one.outcome.fills.shares, other.outcome.fills.shares)
    np.testing.assert_array_equal(one.outcome.equity * by, other.outcome.equity)


@given(case=cases())
def test_a_symbol_that_is_never_wanted_changes_nothing(case: Case) -> None:
    panel = case.panel
    boards = {"cn-stock": ("main",), "cn-etf": ("fund",)}.get(case.market.name, ())
    more = build_panel(case.seed + 2, case.sessions, 1, frozenset(), boards=boards, start=case.start)
    wider = panel_like(panel, list(range(case.symbols)), replace(more, symbols=("Z",)))
    table = np.hstack((case.table, np.where(np.isnan(case.table[:, :1]), np.nan, 0.0)))
    found = backtest(Replay(table), **case.arguments | {"panel": wider}).outcome
    expected = run(case).outcome
    np.testing.assert_array_equal(found.equity, expected.equity)
    for ours, theirs in zip(found.fills, expected.fills, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def assert_identical(one: Outcome, other: Outcome) -> None:
    """Bit for bit, logs included."""
    for left, right in zip(one, other, strict=True):
        for a, b in [(left, right)] if isinstance(left, np.ndarray) else zip(left, right, strict=True):
            np.testing.assert_array_equal(a, b)
