"""Who stays, who joins and whose exit fires: by hand, against the rule in words, plain and compiled alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.engine.compiled import picks
from sectorlead.engine.compiled.state import compiled
from sectorlead.engine.strategy import Plan, Portfolio
from sectorlead.strategies.rotation import picked_columns, shared_out

from .arrays import account, market, same

pick_nb, find_nb = compiled(picks.pick), compiled(picks.find_stopped)


def plan_of(order: list[int], n: int, top: int, keep: int, *, row: int = 50, total: float = 1.0, **more) -> Plan:
    """One decision; equal weights unless ``base`` says otherwise."""
    ranked = np.full((1, n), -1)
    ranked[0, : len(order)] = order
    usual = Plan(
        rows=np.array([row]), order=ranked, score=np.zeros((1, n)), base=np.ones((1, n)),
        total=np.array([total]), top=np.array([top]), keep=np.array([keep]), min_hold=0, max_swaps=-1,
        price=np.ones((row + 1, n)), stop=0.0, trail=0.0, max_age=0,
    )  # fmt: skip
    return usual._replace(**more)


@pytest.fixture(params=["plain", "compiled"])
def pick(request: pytest.FixtureRequest) -> Callable[..., None]:
    return picks.pick if request.param == "plain" else pick_nb


def held(*columns: int, n: int = 6):
    return account(0.0, [100.0 if i in columns else 0.0 for i in range(n)], [np.nan] * n)


def test_a_holding_within_the_band_stays_and_the_best_fill_up(pick: Callable[..., None]) -> None:
    mine = held(3, 5)
    pick(plan_of([0, 1, 2, 3, 4], 6, top=2, keep=4), mine, 0)  # 3 is fourth: it stays; 5 has no rank: it leaves
    assert mine.weight.tolist() == [0.5, 0, 0, 0.5, 0, 0]
    pick(plan_of([0, 1, 2, 3, 4], 6, top=2, keep=3), mine, 0)
    assert mine.weight.tolist() == [0.5, 0.5, 0, 0, 0, 0]


def test_minimum_hold_and_swaps(pick: Callable[..., None]) -> None:
    mine = held(3, 4, 5)
    mine.since[[3, 4, 5]] = [0, 45, 0]
    pick(plan_of([0, 1, 2, 3, 4, 5], 6, top=3, keep=3, min_hold=10), mine, 0)  # 4 is held for 5 sessions: it stays
    assert np.flatnonzero(mine.weight).tolist() == [0, 1, 4]
    pick(plan_of([0, 1, 2, 3, 4, 5], 6, top=3, keep=3, max_swaps=1), mine, 0)  # the worst, 5, is the one that leaves
    assert np.flatnonzero(mine.weight).tolist() == [0, 3, 4]


def test_no_exposure_is_all_cash_and_weights_share_the_total(pick: Callable[..., None]) -> None:
    mine = held(0)
    pick(plan_of([0, 1], 6, top=2, keep=2, total=0.0), mine, 0)
    assert not mine.weight.any()
    base = np.array([[1.0, 3.0, 1.0, 1.0, 1.0, 1.0]])
    pick(plan_of([1, 0], 6, top=2, keep=2, total=0.8, base=base), mine, 0)
    assert mine.weight[:2].tolist() == pytest.approx([0.2, 0.6])


@given(seed=st.integers(0, 100_000))
def test_the_kernel_is_the_rule_in_words(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 8
    order = rng.permutation(n)[: rng.integers(0, n + 1)].tolist()
    top = int(rng.integers(1, 6))
    plan = plan_of(
        order, n, top, top + int(rng.integers(0, 4)), total=float(rng.choice([0.0, 0.5, 1.0])),
        base=rng.uniform(0.1, 2, (1, n)), min_hold=int(rng.choice([0, 20])), max_swaps=int(rng.integers(-1, 4)),
    )  # fmt: skip
    shares = (rng.random(n) < 0.5) * 100.0
    mine = account(0.0, shares.tolist(), [np.nan] * n)
    mine.since[:] = np.where(shares > 0, rng.integers(0, 50, n), -1)
    mine.stopped[:] = (shares > 0) & (rng.random(n) < 0.2)
    picks.pick(plan, mine, 0)
    plain = mine.weight.copy()
    pick_nb(plan, mine, 0)
    assert np.array_equal(plain, mine.weight)
    portfolio = Portfolio(0.0, 1.0, shares, shares, mine.since)
    assert np.array_equal(plain, shared_out(plan, picked_columns(plan, portfolio, mine.stopped)))


@pytest.mark.parametrize("find", [picks.find_stopped, find_nb])
def test_each_exit_by_hand(find: Callable[..., bool]) -> None:
    price = np.array([[10.0, 10, 10], [10, 12, 10], [9.0, 11, 10], [9.01, 10.8, 10]])
    mine = account(0.0, [100, 100, 0], [np.nan] * 3)
    mine.since[:] = [1, 1, -1]
    usual = plan_of([0], 3, 1, 1, row=3, price=price)
    for exits, fired in (
        ({}, []), ({"stop": 0.1}, [0]), ({"trail": 0.1}, [0]), ({"trail": 0.08}, [0, 1]), ({"max_age": 1}, [0, 1]),
        ({"max_age": 2}, []),
    ):  # fmt: skip
        mine.peak[:] = 0.0
        assert find(usual._replace(**exits), mine, 2) == bool(fired)
        assert np.flatnonzero(mine.stopped).tolist() == fired, exits
    mine.peak[:] = 0.0
    trailing = usual._replace(trail=0.099)
    assert [find(trailing, mine, row) for row in (1, 2, 3)] == [False, True, True]
    assert mine.peak[:2].tolist() == [10, 12]
    assert np.flatnonzero(mine.stopped).tolist() == [0, 1]  # 9.01 of 10, 10.8 of 12


def test_what_is_stopped_is_sold_and_all_else_is_left_alone() -> None:
    mine = held(0, 1, n=3)
    mine.stopped[1] = True
    other = held(0, 1, n=3)
    other.stopped[1] = True
    picks.leave_stopped(mine)
    compiled(picks.leave_stopped)(other)
    assert np.array_equal(mine.weight, [np.nan, 0, np.nan], equal_nan=True)
    assert same(mine, other)


def test_a_holding_as_a_share_of_equity() -> None:
    mine, bars = held(0, n=2), market([[10.0, 20.0], [12.0, 20.0]])
    for weigh in (picks.held_weight, compiled(picks.held_weight)):
        assert [weigh(bars, mine, row, i, 2_400.0) for row, i in ((0, 0), (1, 0), (1, 1))] == [1000 / 2400, 0.5, 0.0]
