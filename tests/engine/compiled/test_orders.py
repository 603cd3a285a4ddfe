"""One fill pass by hand: who is paid first, what is cut, what is refused and why; plain and compiled alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.engine.compiled import orders
from sectorlead.engine.compiled.state import FILLS, HELD, NOTHING, ONE_PRICE, OPEN, SIZED, UNSIZED, compiled
from sectorlead.engine.compiled.targets import list_active
from sectorlead.engine.record import (
    CASH,
    FEES,
    LIMIT_DOWN,
    LIMIT_UP,
    LOT,
    NO_BAR,
    PARTICIPATION,
    ZERO_VOLUME,
)

from .arrays import Desk, account, market, rules, same, tracks

NAN = np.nan
trade_nb = compiled(orders.trade)


@pytest.fixture(params=["plain", "compiled"])
def trade(request: pytest.FixtureRequest) -> Callable[..., None]:
    return orders.trade if request.param == "plain" else trade_nb


def desk(price: list[list[float]], cash: float, shares: list[float], goal: list[float], **more: Any) -> Desk:
    bars = {key: more.pop(key) for key in ("mark", "low", "high", "volume", "ratio", "last_row") if key in more}
    n = len(shares)
    return Desk(market(price, **bars), rules(len(price), n, **more), account(cash, shares, goal), tracks(n))


def test_sales_pay_for_buys_fees_included(trade: Callable[..., None]) -> None:
    made = desk([[10, 20]], 0.0, [300, 0], [0, 100], rate=0.0005, least=5.0)
    trade(*made, 0)
    # 3,000 less the least fee of 5; 2,000 and 5.
    assert made.account.cash[0] == 990.0
    assert made.account.shares.tolist() == [0, 100]
    assert made.account.since.tolist() == [-1, 0]
    assert (made.account.state[OPEN], made.account.state[FILLS], made.account.state[HELD]) == (NOTHING, 2, 1)
    assert made.tracks.fill_side[:2].tolist() == [-1, 1]
    assert made.tracks.fill_money[:2].tolist() == [[300, 10, 3000], [100, 20, 2000]]
    assert made.tracks.fill_costs[:2].tolist() == [[5, 0, 0], [5, 0, 0]]
    assert made.rejected() == []


def test_a_sale_pays_the_fee_of_sales(trade: Callable[..., None]) -> None:
    made = desk([[10, 10]], 10_000.0, [1_000, 0], [0, 1_000], rate=0.001)
    trade(*made, 0)
    assert made.tracks.fill_costs[:2, 0].tolist() == [20, 10]
    assert made.account.cash[0] == 9_970.0


def test_cash_is_rationed_and_the_largest_remainder_gets_the_lot_that_is_left(trade: Callable[..., None]) -> None:
    made = desk([[10, 10]], 2_550.0, [0, 0], [200, 100])
    trade(*made, 0)
    # 3,000 wanted: 0.85 of 2 lots and of 1 lot are 1 and 0; remainders 0.7 and 0.85, so the second gets the next.
    assert made.account.shares.tolist() == [100, 100]
    assert made.account.cash[0] == 550.0
    assert made.rejected() == [(0, 1, CASH, 200.0, 100.0)]
    assert made.account.state[OPEN] == NOTHING  # no sale is open, so no more cash will come


def test_a_buy_waits_for_the_cash_of_a_sale_that_is_stuck(trade: Callable[..., None]) -> None:
    made = desk([[10, 10]], 0.0, [100, 0], [0, 100], volume=[[0.0, 1e9]])
    trade(*made, 0)
    assert made.rejected() == [(0, -1, ZERO_VOLUME, 100.0, 0.0), (1, 1, CASH, 100.0, 0.0)]
    assert made.account.goal.tolist() == [0, 100]
    assert made.account.state[OPEN] == SIZED
    dropped = desk([[10, 10]], 0.0, [100, 0], [0, 100], volume=[[0.0, 1e9]], carry=False)
    trade(*dropped, 0)
    assert np.isnan(dropped.account.goal).all()
    assert dropped.account.state[OPEN] == NOTHING


@pytest.mark.parametrize(
    ("close", "more", "side", "reason"),
    [
        (11.0, {}, 1, LIMIT_UP),
        (10.99, {}, 1, -1),
        (11.0, {"policy": ONE_PRICE, "low": [[10.0], [10.5]]}, 1, -1),  # it traded below the limit in that session
        (11.0, {"policy": ONE_PRICE, "low": [[10.0], [11.0]]}, 1, LIMIT_UP),
        (9.0, {}, 1, -1),
        (9.0, {}, -1, LIMIT_DOWN),
        (11.0, {}, -1, -1),
        (NAN, {}, 1, NO_BAR),
        (10.0, {"volume": [[1e9], [0.0]]}, -1, ZERO_VOLUME),
        (5.5, {"ratio": [[1.0], [2.0]]}, 1, LIMIT_UP),  # after a split 1 to 2 the limit is half of 11
    ],
)
def test_what_blocks_an_order(trade: Callable[..., None], close: float, more: Any, side: int, reason: int) -> None:
    limit = {"limit": np.array([[0.1], [0.1]])}
    goal = [100.0] if side > 0 else [0.0]
    made = desk([[10], [close]], 5_000.0, [0.0 if side > 0 else 100.0], goal, mark=[[10.0], [10.0]], **limit, **more)
    trade(*made, 1)
    assert [each[:3] for each in made.rejected()] == ([(0, side, reason)] if reason >= 0 else [])
    assert made.account.state[FILLS] == (reason < 0)
    assert made.account.state[OPEN] == (NOTHING if reason < 0 else SIZED)


def test_a_sale_that_its_fee_eats_and_less_than_a_lot(trade: Callable[..., None]) -> None:
    made = desk([[0.04, 10]], 0.0, [100, 0], [0, 60], least=5.0)
    trade(*made, 0)
    assert made.rejected() == [(0, -1, FEES, 100.0, 0.0), (1, 1, LOT, 60.0, 0.0)]
    assert made.account.cash[0] == 0.0


def test_participation_caps_an_order_and_the_rest_stays_open(trade: Callable[..., None]) -> None:
    made = desk([[10, 10]], 10_000.0, [1_000, 0], [0, 400], volume=[[5_000.0, 900.0]], participation=0.1)
    trade(*made, 0)
    assert made.account.shares.tolist() == [500, 0]
    assert made.rejected() == [(0, -1, PARTICIPATION, 1000.0, 500.0), (1, 1, PARTICIPATION, 400.0, 0.0)]
    assert made.account.goal.tolist() == [0, 400]


def test_slippage_moves_the_price_against_the_order_within_its_limit(trade: Callable[..., None]) -> None:
    more = {"mark": [[10.0, 10.0], [10.0, 10.0]], "limit": np.full((2, 2), 0.1), "slippage": 0.05}
    made = desk([[10, 10], [10.8, 10.8]], 5_000.0, [0, 100], [100, 0], **more)
    trade(*made, 1)
    assert made.tracks.fill_money[:2, 1].tolist() == pytest.approx([10.8 * 0.95, 11.0])  # not 11.34
    assert made.tracks.fill_costs[:2, 1].tolist() == pytest.approx([54.0, 20.0])


@settings(max_examples=60)
@given(seed=st.integers(0, 100_000))
def test_money_and_shares_balance_and_the_compiled_pass_is_the_plain_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 5
    price = np.round(rng.uniform(2, 60, (2, n)), 2)
    price[1] = np.round(price[0] * rng.choice([0.9, 0.97, 1.0, 1.03, 1.1], n), 2)
    traded = np.where(rng.random((2, n)) < 0.15, NAN, price)
    lot = float(rng.choice([0.0, 1.0, 100.0]))
    shares = rng.integers(0, 8, n) * 100.0 * (rng.random(n) < 0.6)
    goal = np.where(rng.random(n) < 0.3, NAN, rng.integers(0, 9, n) * 100.0)
    goal[(goal == 0) & (shares == 0)] = NAN  # nothing to sell is no order
    one = desk(
        traded.tolist(), float(np.round(rng.uniform(0, 40_000), 2)), shares.tolist(), goal.tolist(), mark=price,
        volume=rng.choice([0.0, 2_000.0, 1e9], (2, n), p=[0.1, 0.4, 0.5]), rate=0.0005,
        least=float(rng.choice([0, 5])), lot=lot, limit=np.full((2, n), float(rng.choice([0, 0.1]))),
        participation=float(rng.choice([0, 0.1])), slippage=float(rng.choice([0, 0.002])),
        carry=bool(rng.random() < 0.5),
    )  # fmt: skip
    one.account.weight[:] = rng.dirichlet(np.ones(n))
    list_active(one.account)
    one.account.state[OPEN] = UNSIZED if rng.random() < 0.3 else SIZED
    two, before = one.copied(), one.copied()
    orders.trade(*one, 1)
    trade_nb(*two, 1)
    assert all(same(a, b) for a, b in zip(one[2:], two[2:], strict=True))
    fills = int(one.account.state[FILLS])
    side, column = one.tracks.fill_side[:fills], one.tracks.fill_column[:fills]
    money, costs = one.tracks.fill_money[:fills], one.tracks.fill_costs[:fills]
    paid = (side * money[:, 2]).sum() + costs[:, 0].sum()
    assert one.account.cash[0] == pytest.approx(before.account.cash[0] - paid, abs=0.005)
    assert one.account.cash[0] >= 0
    moved = np.zeros(n)
    np.add.at(moved, column, side * money[:, 0])
    np.testing.assert_allclose(one.account.shares, before.account.shares + moved)
    assert (one.account.shares >= 0).all()
    assert len(set(column.tolist())) == fills  # one fill a series
    assert (np.diff(side) >= 0).all()  # sales first
    assert np.isfinite(one.market.price[1, column]).all()
    assert (one.market.volume[1, column] > 0).all()
    for _, way, _, wanted, filled in one.rejected():
        assert way in (1, -1)
        assert filled < wanted
    assert (one.account.state[OPEN] == SIZED) == bool(np.isfinite(one.account.goal).any())
