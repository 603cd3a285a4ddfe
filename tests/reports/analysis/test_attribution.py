"""Attribution: known answers by hand, sums that are exact, and the universe that it is measured against."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.reports.analysis.attribution import attribution, brinson_fachler, carino, largest, rows_of, summed


def test_the_textbook_example():
    """Bacon, Practical Portfolio Performance Measurement and Attribution: UK, Japan and US equities."""
    weights, of_benchmark = np.array([0.4, 0.3, 0.3]), np.array([0.4, 0.2, 0.4])
    returns, benchmark = np.array([0.20, -0.05, 0.06]), np.array([0.10, -0.04, 0.08])
    got = brinson_fachler(weights, of_benchmark, returns, benchmark)
    np.testing.assert_allclose(got.allocation, [0.0, -0.0104, -0.0016], atol=1e-15)
    np.testing.assert_allclose(got.selection, [0.04, -0.002, -0.008], atol=1e-15)
    np.testing.assert_allclose(got.interaction, [0.0, -0.001, 0.002], atol=1e-15)
    assert weights @ returns - of_benchmark @ benchmark == pytest.approx(0.083 - 0.064)
    assert sum(part.sum() for part in got) == pytest.approx(0.019)


def test_linking_by_hand():
    """Two periods: +10% against 0%, then 0% against +10%: no active return, so the two effects cancel."""
    own, benchmark = np.array([0.10, 0.0]), np.array([0.0, 0.10])
    factor = carino(own, benchmark)
    slope = 1 / 1.1  # of the logarithm at 10%, which is what both made over the two
    np.testing.assert_allclose(factor, np.log(1.1) / 0.10 / slope)
    assert factor @ (own - benchmark) == pytest.approx(0.0, abs=1e-15)
    np.testing.assert_allclose(carino(np.array([0.07]), np.array([0.07])), [1.0])


@given(arrays(np.float64, st.tuples(st.integers(1, 60), st.just(2)), elements=st.floats(-0.5, 1.0)))
def test_linked_differences_add_up_to_the_active_return(pairs):
    own, benchmark = pairs.T
    active = np.prod(1 + own) - np.prod(1 + benchmark)
    terms = carino(own, benchmark) * (own - benchmark)
    assert terms.sum() == pytest.approx(active, rel=1e-9, abs=1e-9 * (1 + np.abs(terms).sum()))


def test_two_sessions_by_hand(make):
    """A doubles in the second session and is all that is held; B stands still; no costs, bought at the close."""
    run = make(
        [100.0, 200.0], close=[[1, 1], [1, 1], [2, 1]], shares=[[100, 0], [100, 0]],
        fills=[(1, 0, 1, 100.0, 1.0, 100.0)],
    )  # fmt: skip
    got = attribution(run)
    assert (got.own, got.universe) == (1.0, 0.5)
    a, b, cash = got.effects
    assert (a.column, b.column, cash.column) == (0, 1, None)
    # session 2: (1 - 1/2) * (100% - 50%) + (0 - 1/2) * (0% - 50%); session 1 has no returns, and Carino's factor is 1
    assert a.allocation == pytest.approx(0.25)
    assert b.allocation == pytest.approx(0.25)
    assert a.weight == pytest.approx(0.5)  # 0, then 1
    # mean active weight of A: -1/2 in the first session, +1/2 in the second: all of it is timing
    assert (a.tilt, a.timing) == pytest.approx((0.0, 0.25))
    assert (b.tilt, b.timing) == pytest.approx((0.25, 0.0))
    assert (cash.total, a.first_day, a.costs) == pytest.approx((0.0, 0.0, 0.0))


def test_the_first_day_is_what_was_bought_from_fill_to_close_over_the_universe(make):
    """Bought at 0.8 in a session that closes at 1: 25% of what was paid, less 1 for the commission."""
    run = make(
        [124.0], close=[[1, 1], [1, 1]], shares=[[125, 0]], fills=[(1, 0, 1, 125.0, 0.8, 100.0, 1.0)],
    )  # fmt: skip
    a, b, cash = attribution(run).effects
    assert (a.first_day, a.costs, a.allocation) == pytest.approx((0.25, -0.01, 0.0))
    assert (b.total, cash.total) == pytest.approx((0.0, 0.0))


def test_the_universe_is_timed_as_the_fills_are():
    """Both open at 0.8 and 1.25 and close at 1: from fill to close the universe makes (25% - 20%) / 2."""
    close = np.ones((4, 2))
    opens = close.copy()
    opens[2] = 0.8, 1.25
    days, high, low = pd.date_range("2024-01-01", periods=4), np.maximum(opens, 1), np.minimum(opens, 1)
    panel = Panel(days, ("A", "B"), close, opens, high, low)

    class Buys:
        def decide(self, view, portfolio):
            return {"A": 0.5} if len(view.sessions) == 2 else None

    got = attribution(backtest(Buys(), panel, "frictionless", cash=100.0, size="fill"))
    a, b, cash = got.effects
    assert got.active == pytest.approx(0.125)
    assert (a.first_day, cash.first_day) == pytest.approx((0.5 * (0.25 - 0.025), 0.5 * 0.025))
    assert (a.allocation, b.total, cash.allocation) == pytest.approx((0.0, 0.0, 0.0))


def test_effects_add_up_in_a_real_run(market_run):
    got = attribution(market_run)
    assert got.own == pytest.approx(market_run.outcome.equity[-1] / market_run.terms.cash - 1, abs=1e-12)
    terms, line = market_run.terms, market_run.panel.last_adjusted_close
    steps = line[terms.first : terms.last + 1] / line[terms.first - 1 : terms.last] - 1  # blank before it is listed
    assert got.universe == pytest.approx(np.prod(1 + np.nanmean(steps, axis=1)) - 1, abs=1e-12)
    assert sum(row.total for row in got.effects) == pytest.approx(got.active, abs=1e-10)
    for row in got.effects:
        assert row.tilt + row.timing == pytest.approx(row.allocation, abs=1e-12)
        assert sum(row.years) == pytest.approx(row.total, abs=1e-12)
    assert got.effects[-1].column is None
    cash = got.effects[-1]
    assert abs(cash.first_day) < 0.05  # the universe's, from fill to close, on what cash was spent or came back
    assert sum(row.costs for row in got.effects) < 0


def test_what_is_not_shown_is_summed(market_run):
    got = attribution(market_run)
    kept, rest = largest(got, 5)
    assert len(kept) == 5
    assert min(abs(row.total) for row in kept) >= max(abs(row.total) for row in rest)
    assert summed((*kept, *rest, got.effects[-1])).total == pytest.approx(got.active, abs=1e-10)
    rows = rows_of(got, market_run.panel.names, 5, 1)
    assert [name for name, _ in rows.effects[-2:]] == ["Cash, in no series", "All"]
    assert rows.effects[-3][0] == f"{len(rest)} others"
    assert rows.effects[-1][1].total == pytest.approx(got.active, abs=1e-10)
    assert rows.years[0] == f"to {got.years[-2]}"
    for (_, effect), (_, years, total) in zip(rows.effects, rows.by_year, strict=True):
        assert sum(years) == pytest.approx(total, abs=1e-12)
        assert total == effect.total


def test_nothing_to_explain(make):
    assert attribution(make([0.0, 0.0], benchmark=[1.0, 1.0, 1.0])) is None  # ruined
    assert attribution(make([100.0, 100.0], close=[[np.nan, np.nan]] * 3)) is None  # nothing was ever listed
    got = attribution(make([100.0] * 3))
    assert (got.active, [row.total for row in got.effects]) == (0.0, [0.0, 0.0, 0.0])
