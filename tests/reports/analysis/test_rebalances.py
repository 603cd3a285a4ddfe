"""Targets against actual, plans against executions, cash drag: small markets whose every number is worked by hand."""

from __future__ import annotations

import backtrader
import pandas as pd
import pytest

from sectorlead import Every
from sectorlead.data.errors import ParameterError
from sectorlead.engine.backtest import backtest
from sectorlead.reports.analysis.rebalances import rebalances
from sectorlead.reports.analysis.target_vs_actual import target_vs_actual
from sectorlead.reports.metrics.cash_drag import cash_drag
from sectorlead.strategies.schedules import OnDates

from ..told import LOTS, nan, near, panel, row, run

# --- target against actual --------------------------------------------------------------------------------------------


def test_blocks_in_the_order_they_happened() -> None:
    """A opens at its upper limit (11.00), has no bar on the next day, and is bought on the third; B fills at once."""
    over = panel([[10, 10], [11, 10], [nan, 10], [10.5, 10], [10.5, 10]])
    day = run({0: {"A": 0.5, "B": 0.4}}, LOTS, over)
    a = row(target_vs_actual(day), "A")
    assert a["reason"] == "limit_up, no_bar"
    assert (a["actual_first"], a["missing_first"], a["gap"]) == (0, 5_000, 0.5)
    assert a["value_first"] == 5_000 * 11
    assert a["drift"] == near(0.5 - 0.55)
    assert (a["missing_last"], a["value_last"]) == (0, 0)
    assert a["actual_last"] == near(5_000 * 10.5 / 100_000)
    assert (a["first"], a["last"]) == (over.sessions[1], over.sessions[4])
    plan = rebalances(day).iloc[0]
    assert (plan["status"], plan["until"]) == ("executed", over.sessions[3])


def test_nothing_to_do_and_blocked() -> None:
    over = panel([[10, 10], [10, 10], [10, 10], [10, nan], [10, nan], [10, 10]])
    day = run({0: {"A": 0.5}, 1: {"A": 0.5}, 2: {"A": 0.5, "B": 0.5}}, LOTS, over, unfilled="drop")
    plans = rebalances(day)
    assert plans["status"].tolist() == ["executed", "nothing to do", "blocked"]
    assert pd.isna(plans["until"].iloc[1])
    assert (plans["wanted"].iloc[2], plans["traded"].iloc[2]) == (near(50_000), 0)
    carried = rebalances(run({2: {"A": 0.5, "B": 0.5}}, LOTS, over))
    assert carried["status"].tolist() == ["executed"]
    assert carried["until"].tolist() == [over.sessions[5]]


def test_an_order_of_a_backtrader_strategy_is_a_decision_with_what_it_asked_for() -> None:
    class Buys(backtrader.Strategy):  # type: ignore[misc]
        def next(self) -> None:
            if not self.position:
                self.buy(size=200)

    day = backtest(Buys, panel([[10], [10], [10], [10]]), LOTS, cash=1_500.0, engine="backtrader")
    (plan,) = rebalances(day).itertuples()
    assert (plan.status, plan.wanted, plan.traded, plan.unfilled) == ("partial", near(2_000), near(1_000), 0)
    (row,) = target_vs_actual(day).itertuples()
    assert (row.symbol, row.reason, row.missing_first) == ("A", "cash", near(100))
    assert (row.target, row.actual_first) == (near(2_000 / 1_500), near(1_000 / 1_500))
    assert cash_drag(day).money == 0, "the price stood still"


# --- planned against executed -----------------------------------------------------------------------------------------


def test_planned_dates_are_the_schedules() -> None:
    """2024-01-06 is a Saturday."""
    over = panel([[10]] * 10)
    dates = OnDates(["2024-01-02", "2024-01-06"])
    plans = rebalances(run({1: {"A": 0.5}, 5: {"A": 1.0}}, LOTS, over, schedule=dates))
    assert plans["planned"].tolist() == [pd.Timestamp("2024-01-02"), pd.Timestamp("2024-01-06")]
    assert plans["session"].tolist() == [pd.Timestamp("2024-01-02"), pd.Timestamp("2024-01-08")]
    assert plans["first"].tolist() == [pd.Timestamp("2024-01-03"), pd.Timestamp("2024-01-09")]
    assert plans["rolled"].tolist() == [0, 2]
    back = rebalances(run({4: {"A": 1.0}}, LOTS, over, schedule=OnDates(["2024-01-06"], roll="previous")))
    assert back["rolled"].tolist() == [-1]
    assert rebalances(run({3: {"A": 0.5}}, LOTS, over))["rolled"].tolist() == [0]


def test_a_schedule_that_plans_other_dates_than_it_decides_on_is_an_error() -> None:
    class Odd(Every):
        def planned(self, sessions: pd.DatetimeIndex, first: int) -> pd.DatetimeIndex:
            return sessions[:1]

    with pytest.raises(ParameterError, match="decides in 4 sessions and plans 1 dates"):
        rebalances(run({0: {"A": 0.5}}, LOTS, panel([[10]] * 4), schedule=Odd(1)))


# --- cash drag --------------------------------------------------------------------------------------------------------
