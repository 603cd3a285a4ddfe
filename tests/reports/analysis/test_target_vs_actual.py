"""Targets against what was attained, each gap with its reason: answers worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sectorlead.engine.market.market import Market
from sectorlead.reports.analysis.rebalances import rebalances
from sectorlead.reports.analysis.target_vs_actual import target_vs_actual

from ..told import LOTS, nan, near, panel, row, run


def test_an_up_gap_is_drift_and_a_remainder_is_lot() -> None:
    """20% of 100,000 at 9.90 is 2020.2 shares: 2,000 are bought, 20.2 lack. A opens and closes at 10.20."""
    day = run({0: {"A": 0.2, "B": 0.2}}, LOTS, panel([[9.9, 10.0], [10.2, 10.0], [10.2, 10.0]]))
    table = target_vs_actual(day)
    a, b = row(table, "A"), row(table, "B")
    equity = 100_000.0  # bought at the close: no profit yet
    wanted = 20_000 / 9.9
    assert (a["missing_first"], a["value_first"]) == (near(wanted - 2_000), near((wanted - 2_000) * 10.2))
    assert a["actual_first"] == near(2_000 * 10.2 / equity)
    assert a["gap"] == near(0.2 - 0.204)
    assert a["drift"] == near(0.2 - wanted * 10.2 / equity)
    assert a["reason"] == "lot, drift"
    assert b["reason"] == ""
    assert (b["gap"], b["missing_last"]) == (near(0), 0)
    plan = rebalances(day).iloc[0]
    assert (plan["orders"], plan["full"], plan["status"]) == (2, 2, "executed")
    assert plan["wanted"] == plan["traded"] == near(2_000 * 10.2 + 2_000 * 10)


def test_what_cash_cut_and_what_is_left_of_it() -> None:
    """Nearly all in A, sized at 10.00 and opened at 10.50: 9,400 of 9,850.5 shares; and less than a lot of B.

    A weighs almost what it was to weigh: what cash cut is about what the price rose, so both are said.
    """
    day = run({0: {"A": 0.995, "B": 0.005}}, LOTS, panel([[10, 10], [10.5, 10], [10.5, 10]]), cash=99_000.0)
    table, plan = target_vs_actual(day), rebalances(day).iloc[0]
    wanted = 0.995 * 99_000 / 10
    a, b = row(table, "A"), row(table, "B")
    assert a["reason"] == "cash, drift"
    assert a["missing_first"] == near(wanted - 9_400)
    assert (b["reason"], b["missing_last"]) == ("lot", near(49.5))
    assert (plan["orders"], plan["full"], plan["part"], plan["unfilled"]) == (2, 0, 1, 1)
    assert plan["traded"] == near(9_400 * 10.5)
    assert plan["wanted"] == near(9_800 * 10.5 + 49.5 * 10)
    assert plan["status"] == "partial"


def test_a_sale_that_is_blocked_leaves_too_much() -> None:
    """A opens at its lower limit after the decision to sell it; the next decision comes before it can be sold."""
    over = panel([[10, 10], [10, 10], [9, 10], [9, 10], [9, 10]])
    day = run({0: {"A": 1.0}, 1: {"B": 1.0}, 2: {"B": 0.5}}, LOTS, over)
    table, plans = target_vs_actual(day), rebalances(day)
    a, b = row(table, "A", 1), row(table, "B", 1)
    assert (a["missing_first"], a["value_first"], a["reason"]) == (-10_000, -90_000, "limit_down")
    assert a["gap"] == near(-1.0)
    assert (b["reason"], b["missing_last"]) == ("cash", 10_000)  # its cash is in A
    assert plans["status"].tolist() == ["executed", "superseded", "executed"]
    assert plans["orders"].tolist() == [1, 2, 2]
    assert plans["wanted"].tolist()[1] == near(10_000 * 9 + 10_000 * 10)


def test_no_price_and_the_end_of_a_series() -> None:
    over = panel([[10, nan, 10], [10, nan, 10], [10, 10, nan], [10, 10, nan], [10, 10, nan]])
    over = replace(over, last_date=[None, None, over.sessions[1]])
    table = target_vs_actual(run({0: {"A": 0.2, "B": 0.3, "C": 0.4}}, Market(), over))
    b, c = row(table, "B"), row(table, "C")
    assert (b["reason"], b["value_first"], b["gap"]) == ("no_price", near(30_000), 0.3)
    assert np.isnan(b["missing_first"])
    assert (c["reason"], c["missing_first"], c["missing_last"], c["value_last"]) == ("terminated", 0, 4_000, 40_000)


def test_what_was_written_off_is_not_said_to_have_ended() -> None:
    over = panel([[10, 10], [10, 10], [nan, 10], [nan, 10], [nan, 10]])
    day = run({0: {"A": 0.4, "B": 0.2}, 2: {"B": 0.2}}, Market(), over, write_off=2)
    first, second = row(target_vs_actual(day), "A"), row(target_vs_actual(day), "A", 1)
    assert (first["reason"], first["missing_first"], first["missing_last"]) == ("", 0, 0)
    assert (second["reason"], second["missing_first"], second["missing_last"]) == ("no_bar", 0, 0)
    assert rebalances(day)["status"].tolist() == ["executed", "blocked"]
    kept = row(target_vs_actual(run({0: {"A": 0.4}}, Market(), over, write_off=2)), "A")
    assert (kept["reason"], kept["missing_last"], kept["value_last"]) == ("written_off", 4_000, 40_000)


def test_shares_are_counted_after_a_split() -> None:
    """B is blocked, splits two for one, and is bought: what lacked were 2,000 shares, then 4,000."""
    over = panel([[10, 10], [10, nan], [10, nan], [10, 5], [10, 5]], adj_factor=np.array([[1, 1]] * 3 + [[1, 2]] * 2))
    day = run({0: {"A": 0.1, "B": 0.2}}, replace(LOTS, price_limit=0.0), over)
    b = row(target_vs_actual(day), "B")
    assert (b["missing_first"], b["missing_last"], b["actual_last"]) == (2_000, 0, near(0.2))
    assert day.positions["B"].iloc[-1] == 4_000
    day = run({0: {"A": 0.1, "B": 0.2}, 3: {"A": 0.1}}, replace(LOTS, price_limit=0.0, participation=0.1), replace(
        over, volume=np.full(over.shape, 10_000.0) * np.where(over.has_bar, 1, nan)))  # fmt: skip
    b, plan = row(target_vs_actual(day), "B"), rebalances(day).iloc[0]
    assert (b["reason"], b["missing_last"], plan["status"]) == ("no_bar, participation", 3_000, "superseded")
    assert plan["wanted"] - plan["traded"] == near(3_000 * 5)
