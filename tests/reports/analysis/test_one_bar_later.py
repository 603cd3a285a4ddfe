"""Fills repriced one bar later."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.reports.analysis.one_bar_later import COLUMNS, one_bar_later
from sectorlead.strategies.library.registry import build


class Scripted:
    """Decides these weights in these sessions, counted from 1."""

    def __init__(self, answers):
        self.answers = answers

    def decide(self, view, portfolio):
        return self.answers.get(len(view.sessions))


def test_bought_and_sold_at_the_next_open_by_hand():
    """Bought at 10, one bar later at 12; sold at 20, one bar later at 15; 1 in 100 is charged on each."""
    nan = np.nan
    opens = np.array([[10.0], [10.0], [nan], [12.0], [20.0], [15.0]])
    days = pd.date_range("2024-01-01", periods=6)
    panel = Panel(days, ("A",), opens, opens, opens, opens)
    run = backtest(Scripted({1: {"A": 0.5}, 4: {}}), panel, "frictionless", cash=1000.0)
    found = one_bar_later(run)
    assert tuple(found.fills) == COLUMNS
    assert found.fills["side"].tolist() == ["buy", "sell"]
    assert found.fills["later"].tolist() == [days[3], days[5]]  # no bar in the third session
    assert found.fills["moved"].tolist() == pytest.approx([0.2, -0.25])
    assert found.total == pytest.approx(0.5)
    assert found.later == pytest.approx((1 - 0.1) * 1.1 * (1500 - 250) / 1100 - 1)  # 500 at 10, then 1,000 at 20


def test_a_split_in_between_is_no_move_and_the_last_bar_has_no_later_one():
    price, factor = np.full((4, 1), 10.0), np.ones((4, 1))
    price[2:], factor[2:] = 5.0, 2.0
    panel = Panel(pd.date_range("2024-01-01", periods=4), ("A",), price, price, price, price, adj_factor=factor)
    run = backtest(Scripted({1: {"A": 1.0}, 3: {}}), panel, "frictionless")
    found = one_bar_later(run)
    assert found.fills["moved"].tolist() == pytest.approx([0.0, 0.0])
    assert found.fills["later"].isna().tolist() == [False, True]
    assert found.later == found.total


def test_a_strategy_that_decides_one_session_later_is_near():
    """A monthly rule without costs: its fills at the next open are nearly its decisions a session later."""
    panel = simulate(seed=3, sessions=700)
    run = backtest(build("momentum"), panel, "frictionless")
    found = one_bar_later(run)
    log = run.outcome.decisions
    answers = {int(row) + 2: target for row, target in zip(log.row, log.target, strict=True)}
    late = backtest(Scripted(answers), panel, "frictionless")
    assert abs(found.later - found.total) > 0.001
    assert found.later == pytest.approx(late.wealth[-1] - 1, abs=0.1 * abs(found.later - found.total))
