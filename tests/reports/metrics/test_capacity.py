"""Break-even cost and capacity: answers worked by hand, and runs at that very cost."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise

import numpy as np
import pytest

from sectorlead import Momentum, Rotation, TopN, Weekly, load
from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market
from sectorlead.reports import metrics
from sectorlead.strategies.library.registry import build


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


FILLS = [  # row, column, side, shares, price, value, commission
    (1, 0, 1, 10.0, 1.0, 10.0, 1.0),
    (2, 0, 1, 10.0, 1.0, 10.0, 1.0),
    (3, 0, -1, 20.0, 2.0, 40.0, 1.0),  # a spell of 2 sessions: 40 - 20 - 3 fees = 17
    (3, 0, 1, 5.0, 2.0, 10.0, 0.0),  # bought back in the session that sold it, and still held at a close of 1: -5
    (2, 1, 1, 3.0, 1.0, 3.0, 0.0),
    (2, 1, -1, 3.0, 1.0, 3.0, 0.5),  # in and out in one session: -0.5
    (4, 1, 1, 7.0, 1.0, 7.0, 0.0),
    (5, 1, 0, 7.0, 1.0, 8.0, 0.0),  # its series ended: 1 session, 1
]


SHARES = [[10, 0], [20, 0], [5, 0], [5, 7], [5, 0]]


@pytest.fixture
def traded(make):
    return make([100.0] * 5, fills=FILLS, shares=SHARES)


def with_amounts(run, amounts):
    panel = dataclasses.replace(run.panel, amount=np.asarray(amounts, dtype=float))
    return dataclasses.replace(run, panel=panel)


def test_break_even_by_hand(make):
    """From 100: a gain of 10 after a cost of 1, then 22 in a session without trades, then nothing for 66 traded."""
    fills = [(1, 0, 1, 50.0, 1.0, 50.0, 1.0), (3, 0, -1, 66.0, 1.0, 66.0, 0.0), (3, 1, 0, 9.0, 1.0, 9.0)]
    run = make([110.0, 132.0, 132.0], fills=fills, shares=np.zeros((3, 2)), benchmark=[1.0, 1.0, 1.0, 1.32])
    # (1.11 - c / 2) * 1.2 * (1 - c / 2) = B, a quadratic in x = c / 2
    for benchmark, goal in ((None, 1.0), (np.array([1.0, 1.0, 1.0, 1.32]), 1.32)):
        x = (2.11 - math.sqrt(2.11**2 - 4 * (1.11 - goal / 1.2))) / 2
        assert metrics.break_even_cost(run, benchmark) == near(2 * x * 1e4)
    got = metrics.summary(run)
    assert got["break_even_cost"] > got["break_even_cost_over_benchmark"] > 0


def test_break_even_is_negative_where_even_free_trading_lags(make):
    fills = [(1, 0, 1, 100.0, 1.0, 100.0, 2.0)]
    assert metrics.break_even_cost(make([90.0], fills=fills)) == near((0.92 - 1.0) * 1e4)


def test_break_even_of_a_benchmark_that_begins_late(make):
    """Only the second session counts: a gain of 20% against 10%, with 50 traded of 110."""
    fills = [(1, 0, 1, 50.0, 1.0, 50.0), (2, 0, 1, 55.0, 1.0, 55.0)]
    run = make([110.0, 132.0], fills=fills, benchmark=[np.nan, 50.0, 55.0])
    assert metrics.summary(run)["break_even_cost_over_benchmark"] == near((1.2 - 1.1) / 0.5 * 1e4)


@pytest.mark.parametrize("against", ["break_even_cost", "break_even_cost_over_benchmark"])
def test_a_run_at_its_break_even_cost_has_no_excess(against):
    """The proof of the number: charge it, and nothing is left but what fees move in the sizes of buys."""
    panel, free = simulate(sessions=900, seed=1, persistence=0.8), Market(name="free")
    rule = Rotation(score=Momentum(60), pick=TopN(5), schedule=Weekly())
    terms = {"start": "2015-06-01", "size": "fill", "fill": "close"}
    run = backtest(rule, panel, free, **terms)
    cost = metrics.summary(run)[against]
    assert 40 < cost < 200  # of a market in which the rule is ahead
    dear = backtest(rule, panel, dataclasses.replace(free, commission_rate=cost / 1e4), **terms)
    got, was = metrics.summary(dear), metrics.summary(run)
    goal = got["benchmark_total_return"] if against.endswith("benchmark") else 0.0
    assert abs(got["total_return"] - goal) < 0.01 * abs(was["total_return"] - goal)
    assert got["cost_per_traded"] == pytest.approx(cost, rel=1e-6)


def test_costs_lower_the_total_return():
    panel, rule = simulate(sessions=400, seed=1), build("pullback-leaders")
    rates = (0.0, 0.0005, 0.002, 0.01)
    runs = [backtest(rule, panel, Market(name="x", commission_rate=rate)) for rate in rates]
    got = [metrics.summary(run) for run in runs]
    assert all(a["total_return"] > b["total_return"] for a, b in pairwise(got))
    assert [item["cost_per_traded"] for item in got] == [near(rate * 1e4) for rate in rates]


def test_capacity_by_hand(make):
    fills = [(1, 0, 1, 50.0, 1.0, 50.0), (2, 1, 1, 20.0, 1.0, 20.0), (2, 0, -1, 10.0, 1.0, 10.0), (2, 1, 0, 1.0, 1.0)]
    run = with_amounts(make([200.0, 200.0], fills=fills), [[1e6, 3e6]] * 3)
    # a half of 100 in 1 million: 200,000; a tenth of 200 in 3 million: 3 million; a twentieth in 1 million: 2 million
    assert sorted(metrics.capacities(run)) == [near(2e5), near(2e6), near(3e6)]
    got = metrics.summary(run)
    assert got["capacity"] == near(2e6)
    assert got["capacity_tight"] == near(2e5 + 0.1 * 1.8e6)
    assert metrics.capacity(metrics.capacities(run, share=0.05)) == near(1e6)


def test_amounts_that_are_not_currency_have_no_capacity(make):
    fills = [(1, 0, 1, 50.0, 1.0, 50.0), (1, 1, 1, 25.0, 1.0, 25.0)]
    run = make([100.0, 100.0], fills=fills)
    assert math.isnan(metrics.summary(run)["capacity"])  # not known
    assert math.isnan(metrics.summary(with_amounts(run, [[300.0, 500.0]] * 3))["capacity"])  # in hundred millions
    one = with_amounts(run, [[300.0, 1e6]] * 3)
    assert metrics.capacities(one) == near(0.1 * 1e6 / 0.25)


@pytest.mark.parametrize(("name", "known"), [("cn_sw2021_l1", False), ("cn_sector_etf", True)])
def test_capacity_on_real_amounts(name, known, shared_data):
    """Shenwan's amounts come in hundred millions, those of the funds in CNY."""
    panel = load(shared_data / name / "bars.csv.gz")
    run = backtest(build("equal-weight"), panel, "frictionless", start="2024-01-01")
    got = metrics.summary(run)
    if not known:
        assert math.isnan(got["capacity"])
    else:
        assert 1e6 < got["capacity_tight"] < got["capacity"] < 1e12


def test_amounts_count_where_most_sessions_can_be_in_currency(make):
    """With half of its sessions below what the quality gate allows, a series is left out."""
    run = make([100.0] * 3, fills=[(1, 0, 1, 50.0, 1.0, 50.0)])
    half = with_amounts(run, [[1e6, 1e6], [1e6, 1e6], [300.0, 1e6], [300.0, 1e6]])
    most = with_amounts(run, [[1e6, 1e6], [1e6, 1e6], [1e6, 1e6], [300.0, 1e6]])
    assert metrics.capacities(half).tolist() == []
    assert metrics.capacities(most).tolist() == [near(0.1 * 1e6 / 0.5)]
