"""Equal weight as a run: known answers, the library's strategy of that name, and what it is kept by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.measured import measured_since
from sectorlead.reports.equal_weight import HoldEverything, equal_weight_growth, equal_weight_run
from sectorlead.strategies.library.registry import build


@pytest.fixture(scope="module")
def panel() -> Panel:
    return sl.simulate(seed=4, sessions=320)


def test_by_hand(make: Any) -> None:
    """Two series at 1, bought half and half in the second session; then one is at 4."""
    close = [[1, 1], [1, 1], [1, 1], [4, 1]]
    run = make([100.0] * 3, close=close, decisions=[(1, [0, 0], [1, 0], [1, 2], [1, 0])])
    assert equal_weight_growth(run).levels == pytest.approx([1.0, 1.0, 1.0, 2.5])
    assert equal_weight_run(run).fills["shares"].tolist() == pytest.approx([50.0, 50.0])


def test_what_has_ended_or_has_no_bar_is_not_bought(make: Any) -> None:
    nan = np.nan
    run = make([100.0] * 3, close=[[1, 2], [1, 2], [1, nan], [1, nan]], decisions=[(2, [0, 0], [1, 0], [1, 0], [1, 0])])
    assert equal_weight_run(run).outcome.decisions.target.tolist() == [[1.0, 0.0]]


def test_it_is_the_librarys_equal_weight_under_the_same_terms(panel: Panel) -> None:
    """The same schedule, costs, cash rate and flows as the strategy of that name has, to the last fen."""
    terms: dict[str, Any] = {"cash_rate": 0.02, "cash_flows": "2015-06-01 -50000", "size": "fill"}
    run = sl.run(sl.Rotation(sl.Momentum(60), sl.TopN(3)), panel, "cn-etf", **terms)
    own = sl.run(build("equal-weight"), panel, "cn-etf", measured_from=f"{run.sessions[0]:%F}", **terms)
    assert run.before is not None
    assert equal_weight_run(run).costs == pytest.approx(own.costs) or len(own.before.decided)  # it decides before
    late = sl.run(sl.Rotation(sl.Everything(), sl.TopN(99), schedule=sl.Monthly()), panel, "cn-etf", **terms)
    same = equal_weight_run(late)
    np.testing.assert_array_equal(same.outcome.decisions.row, late.outcome.decisions.row)
    np.testing.assert_array_equal(same.equity, late.equity)
    assert sum(same.costs.values()) > 0


@pytest.mark.parametrize("terms", [{}, {"fill": "same-close"}, {"dividends": "cash"}, {"no_trade": 0.02}])
def test_its_plan_is_what_it_decides_one_by_one(terms: dict[str, Any], panel: Panel) -> None:
    rows = np.array([10, 60, 61, 200])
    strategy, asked = HoldEverything(rows, "stated"), HoldEverything(rows, "stated")
    object.__setattr__(asked, "plan", lambda *_: None)
    one, other = (backtest(each, panel, "cn-etf", **terms) for each in (strategy, asked))
    np.testing.assert_array_equal(one.equity, other.equity)
    np.testing.assert_array_equal(one.outcome.decisions.target, other.outcome.decisions.target)


def test_a_part_of_a_run_has_that_part_of_it(panel: Panel) -> None:
    """Decisions before the part are its own too: it does not begin in cash where the run does not."""
    whole = backtest(build("pullback-leaders"), panel, "cn-etf")
    part = measured_since(whole, 250)
    long, short = equal_weight_run(whole), equal_weight_run(part)
    np.testing.assert_array_equal(short.equity, long.equity[250:])
    assert equal_weight_growth(part).levels[0] == 1.0


def test_exits_between_decisions_are_no_rebalancing(panel: Panel) -> None:
    rule = sl.Rotation(sl.Momentum(20), sl.TopN(4), schedule=sl.Monthly(), exits=sl.Exits(stop=0.03))
    run = backtest(rule, panel, "cn-etf")
    ranked = (run.outcome.decisions.rank > 0).any(axis=1)
    assert not ranked.all()
    np.testing.assert_array_equal(equal_weight_run(run).outcome.decisions.row, run.outcome.decisions.row[ranked])
    part = measured_since(run, 250)
    assert part.before is not None
    assert part.before.decided.tolist() == [row for row in run.outcome.decisions.row[ranked].tolist() if row < 250]


def test_runs_of_one_schedule_share_it_and_others_do_not(panel: Panel) -> None:
    one, other = (backtest(build(name), panel, "cn-etf") for name in ("momentum", "low-volatility"))
    same = backtest(build("momentum"), panel, "cn-etf", name="again")
    assert equal_weight_run(one) is equal_weight_run(same)
    assert equal_weight_run(one) is not equal_weight_run(other)
    dear = replace(one, market=replace(one.market, cost_scale=5.0))
    assert equal_weight_run(dear).wealth[-1] < equal_weight_run(one).wealth[-1]
