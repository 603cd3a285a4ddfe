"""Strength on single days."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead import Every, Fixed, Rotation, Score, TopN
from sectorlead.data.benchmark import Benchmark
from sectorlead.data.load import load
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.strategies.scores.excess import Excess, RecoveryFirst
from sectorlead.strategies.scores.plunge import LastPlunge, UpStreak, WorstDays

NAN = np.nan


def panel_of(index: list[float], **closes: list[float]) -> Panel:
    line = np.array(index, float)
    blank = np.full(len(line), NAN)
    bench = Benchmark("B", "B", blank, blank, blank, line, blank, blank)
    days = pd.bdate_range("2024-01-02", periods=len(line))
    return Panel(days, tuple(closes), np.array(list(closes.values()), float).T, benchmark=bench)


def test_a_plunge_counts_for_so_many_sessions() -> None:
    panel = panel_of([100, 96, 97, 98, 99, 95], A=[10, 10, 10, 11, 11, 11])
    spans = LastPlunge(0.03, sessions=3).spans(panel)
    assert spans.start.tolist() == [-1, 0, 0, 0, -1, 4]
    assert spans.end.tolist() == [-1, 1, 2, 3, -1, 5]
    found = Excess(LastPlunge(0.03, 3))(panel)[:, 0]
    np.testing.assert_allclose(found, [NAN, 1 / 0.96 - 1, 1 / 0.97 - 1, 1.1 / 0.98 - 1, NAN, 99 / 95 - 1])


def test_a_fall_of_exactly_that_much_is_a_plunge() -> None:
    panel = panel_of([100, 97, 97], A=[1, 1, 1])
    assert LastPlunge(0.03).spans(panel).start.tolist() == [-1, 0, 0]
    assert LastPlunge(0.031).spans(panel).start.tolist() == [-1, -1, -1]


def test_first_to_regain() -> None:
    """A is back at its close of before the plunge in row 2, B in row 3, C never: A before B before C."""
    panel = panel_of([100, 95, 96, 97], A=[10, 9, 10, 9.5], B=[10, 9, 9.5, 10], C=[10, 9, 9, 9])
    found = RecoveryFirst(LastPlunge(), reach=1)(panel)[3]
    np.testing.assert_allclose(found, [2, 1, -0.1])


@pytest.mark.parametrize(
    "score", [RecoveryFirst(LastPlunge(0.02), reach=1), UpStreak(), WorstDays(), Excess(Fixed(1))], ids=repr
)
def test_both_engines_decide_alike_on_single_days(score: Score, make_market) -> None:
    rule = Rotation(score, TopN(3), schedule=Every(5))
    run = backtest(rule, make_market(3, 260, 6), "frictionless", engine="both")
    assert run.verified
    assert len(run.fills) > 5


def test_worst_days_by_hand() -> None:
    """The two worst of the last four sessions are rows 2 (-5%) and 4 (-2%): A is ahead by the means of r - b there."""
    index = [100, 101, 95.95, 96.9095, 94.97131]
    panel = panel_of(index, A=[10, 10, 9.9, 9.9, 9.8], B=[10, 10, NAN, 9.9, 9.8])
    found = WorstDays(2, 4, beta_window=0)(panel)
    expected = (np.log(9.9 / 10) - np.log(0.95) + np.log(9.8 / 9.9) - np.log(0.98)) / 2
    assert found[4, 0] == pytest.approx(expected)
    assert found[4, 1] == pytest.approx(np.log(9.8 / 9.9) - np.log(0.98))  # one of two days is half of them
    assert np.isnan(found[:4]).all()
    assert WorstDays(1, 2, beta_window=0)(panel)[4, 0] == pytest.approx(np.log(9.8 / 9.9) - np.log(0.98))


def test_streaks_by_hand() -> None:
    panel = panel_of([1] * 6, A=[1, 2, 3, 3, 4, 5], B=[1, 2, NAN, 3, 4, 5])
    found = UpStreak()(panel)
    np.testing.assert_array_equal(found[:, 0], [NAN, 1, 2, 0, 1, 2])
    np.testing.assert_array_equal(found[:, 1], [NAN, 1, NAN, NAN, 1, 2])


def test_the_day_of_the_letter(shared_data: Path) -> None:
    """On Friday 2021-07-02 ChiNext lost 3.52%, and four of thirteen themes were up; streaks of 2021-07-07."""
    bench = f"{shared_data}/cn_index/bars.csv.gz:399006"
    themes = load(shared_data / "cn_themes_2021/bars.csv.gz", benchmark=bench)
    day = themes.sessions.get_loc("2021-07-02")
    assert LastPlunge().spans(themes).start[day] == day - 1
    ahead = WorstDays(1, 1, beta_window=0).at(themes, np.array([day]))[0] + np.log(1 - 0.0352)
    assert (ahead > 0).sum() == 4
    sectors = load(shared_data / "cn_sw2021_l1/bars.csv.gz", benchmark=bench)
    streak = UpStreak().at(sectors, np.array([sectors.sessions.get_loc("2021-07-07")]))[0]
    known = {"有色金属": 4, "商贸零售": 5, "基础化工": 3, "建筑装饰": 3, "医药生物": 1}
    assert {name: int(streak[sectors.names.index(name)]) for name in known} == known
