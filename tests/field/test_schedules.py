"""Dates, feeds and rebalances: complaints about other backtesters, and what happens here instead.

Each test is named after the thread (repository_number).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.strategy import Portfolio
from sectorlead.strategies.schedules import Monthly, OnDates, Weekly

from .bars import FREE, Told, fills, panel_of, rejections

pytestmark = pytest.mark.parametrize("engine", ["compiled", "backtrader"])

HOLIDAYS = {
    "2024-01-01", "2024-02-09", "2024-02-12", "2024-02-13", "2024-02-14", "2024-02-15", "2024-02-16", "2024-04-04",
    "2024-04-05", "2024-05-01", "2024-05-02", "2024-05-03", "2024-06-10", "2024-09-16", "2024-09-17", "2024-10-01",
    "2024-10-02", "2024-10-03", "2024-10-04", "2024-10-07",
}  # fmt: skip
"""Closed weekdays of Shanghai and Shenzhen in 2024."""
YEAR = [str(day.date()) for day in pd.bdate_range("2024-01-01", "2024-12-31") if str(day.date()) not in HOLIDAYS]


class Scheduled:
    """Changes what it holds of A and of B in every decision, on a schedule."""

    def __init__(self, schedule: Any) -> None:
        self.schedule = schedule

    def decide(self, view: Panel, portfolio: Portfolio) -> dict[str, float]:
        a, b = (0.3, 0.5) if portfolio.weights[0] > 0.4 else (0.5, 0.3)
        return {"A": a, "B": b}


def decided(schedule: Any, engine: str) -> list[str]:
    """Days of the decisions of a year; in the session after each, and in no other, both A and B are traded."""
    panel = panel_of({"A": [1.0] * len(YEAR), "B": [1.0] * len(YEAR)}, YEAR)
    run = backtest(Scheduled(schedule), panel, FREE, engine=engine)
    rows = run.outcome.decisions.row
    traded = run.fills.groupby("session")["symbol"].agg(set)
    assert list(traded.index) == list(panel.sessions[rows + 1])
    assert all(symbols == {"A", "B"} for symbols in traded)
    return [str(day.date()) for day in panel.sessions[rows]]


def test_qstrader_164_month_ends_that_are_closed(engine: str) -> None:
    """mhallsmoore/qstrader#164: a rebalance at the month's end was missed where that is not a session.

    March, June and November 2024 end on a weekend, and so does August.
    """
    days = decided(Monthly(), engine)
    assert days == [
        "2024-01-31", "2024-02-29", "2024-03-29", "2024-04-30", "2024-05-31", "2024-06-28", "2024-07-31", "2024-08-30",
        "2024-09-30", "2024-10-31", "2024-11-29",
    ]  # fmt: skip


def test_bt_346_first_days_that_are_holidays(engine: str) -> None:
    """pmorissette/bt#346: the monthly algo when the first of the month is a holiday.

    The 1st of May and of October are; September's and December's are Sundays, June's is a Saturday. The year's first
    is not in the panel.
    """
    days = decided(Monthly(day=1), engine)
    assert days == [
        "2024-02-01", "2024-03-01", "2024-04-01", "2024-05-06", "2024-06-03", "2024-07-01", "2024-08-01", "2024-09-02",
        "2024-10-08", "2024-11-01", "2024-12-02",
    ]  # fmt: skip
    assert decided(Monthly(offset=1), engine) == days


@pytest.mark.parametrize(
    ("roll", "days"), [("next", ["2024-06-17", "2024-12-16"]), ("previous", ["2024-06-14", "2024-12-13"])]
)
def test_xalpha_102_half_years_on_a_weekend(roll: str, days: list[str], engine: str) -> None:
    """refraction-ray/xalpha#102: a rebalance twice a year was skipped without a word where the day is a Saturday.

    It rolls, and the plan says which day each session stands for.
    """
    schedule = OnDates(["2024-06-15", "2024-12-14"], roll=roll)
    assert decided(schedule, engine) == days
    planned = schedule.planned(pd.DatetimeIndex(YEAR), 0)
    assert [str(day.date()) for day in planned] == ["2024-06-15", "2024-12-14"]


def test_portfoliobacktest_4_every_monday_or_the_last_day_of_a_month(engine: str) -> None:
    """dppalomar/portfolioBacktest#4: a rebalance every Monday, or on every last day of the month, can't be said."""
    mondays = decided(Weekly(weekday=0), engine)
    assert [day for day in mondays if day.startswith("2024-10")] == [
        "2024-10-08",
        "2024-10-14",
        "2024-10-21",
        "2024-10-28",
    ]
    closed = {"2024-02-12", "2024-06-10", "2024-09-16", "2024-10-07"}
    exact = {str(day.date()) for day in pd.date_range("2024-01-08", "2024-12-30", freq="W-MON")} - closed
    assert exact <= set(mondays)
    assert decided(Monthly(), engine)[0] == "2024-01-31"


def test_pybroker_98_a_monthly_rebalance_trades_every_symbol(engine: str) -> None:
    """edtechre/pybroker#98: asking for the month's start inside the rule traded one symbol only."""
    days = decided(Monthly(offset=1), engine)  # asserts that A and B trade together, in every session with fills
    assert len(days) == 11


def test_backtrader_39_feeds_with_other_days_stay_aligned(engine: str) -> None:
    """mementum/backtrader#39, #76, #129, #231: feeds with other start dates or holidays drifted apart.

    Every session shows each series as of that day, and a day without a bar is one, not yesterday's.
    """
    bars = {"A": [1.0, 2.0, 3.0, 4.0], "B": [None, 20.0, None, 40.0], "C": [None, None, 300.0, 400.0]}
    seen = []

    class Watch:
        def decide(self, view: Panel, portfolio: Portfolio) -> None:
            seen.append([None if np.isnan(price) else price for price in view.close[-1]])

    backtest(Watch(), panel_of(bars), FREE, engine=engine)
    assert seen == [[1.0, None, None], [2.0, 20.0, None], [3.0, None, 300.0]]


def test_backtrader_469_the_account_has_a_value_before_a_listing(engine: str) -> None:
    """mementum/backtrader PR#469: the value was NaN as long as one of the names had not been listed."""
    panel = panel_of({"A": [10.0, 10.0, 11.0, 11.0], "B": [None, None, None, 5.0]})
    run = backtest(Told({0: {"A": 1.0}}), panel, FREE, cash=10_000, engine=engine)
    assert run.equity.tolist() == [10_000, 10_000, 11_000, 11_000]
    assert run.weights["B"].tolist() == [0.0] * 4


class StoppedAndRotated:
    """Wants A out by a stop in row 2 and, the next day, out by rotation; then wants B."""

    watchful = True
    schedule = OnDates(["2024-01-02", "2024-01-05"])

    def decide(self, view: Panel, portfolio: Portfolio) -> dict[str, float]:
        return {"A": 0.5} if len(view.sessions) == 1 else {"B": 0.5}

    def between(self, view: Panel, portfolio: Portfolio) -> dict[str, float] | None:
        return {"A": 0.0} if len(view.sessions) >= 3 else None


@pytest.mark.parametrize("sold", [3, 4])
def test_pybroker_41_no_short_from_a_stop_and_a_rotation_exit(sold: int, engine: str) -> None:
    """edtechre/pybroker#41, #76, #176: a stop and the rotation both sold, and a long-only book went short.

    The stop fills in row 3; or A is suspended there, and the stop, still open, is superseded by the decision in row 3,
    which sells in row 4. Either way 500 are sold once.
    """
    panel = panel_of({"A": [10.0, 10.0, 9.0, 8.0 if sold == 3 else None, 8.0, 8.0], "B": [5.0] * 6})
    run = backtest(StoppedAndRotated(), panel, FREE, cash=10_000, engine=engine)
    assert [fill[:4] for fill in fills(run) if fill[1] == "A"] == [(1, "A", "buy", 500), (sold, "A", "sell", 500)]
    assert run.positions.to_numpy().min() == 0
    assert rejections(run) == ([] if sold == 3 else [(3, "A", "sell", 500, 0, "no_bar")])
    assert run.positions["B"].iloc[-1] > 0
