"""What was traded and held: answers worked by hand, and those of the analyzers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sectorlead.reports import metrics
from sectorlead.reports.analyzers import analyse
from sectorlead.reports.history import history_of
from sectorlead.reports.holdings import holding_spells


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-12, abs=1e-15)


def test_trading_by_hand(make):
    fills = [
        (1, 0, 1, 50.0, 1.0, 50.0, 0.5, 0.0, 0.1, 0.07, 0.03, 0.2),
        (2, 0, -1, 50.0, 1.0, 50.0, 0.5, 0.3, 0.1, 0.07, 0.03, 0.2),
        (3, 1, 0, 7.0, 1.0, 999.0),  # an ended series: not traded by choice
    ]
    run = make([100.0, 100.0, 100.0], fills=fills, shares=[[50, 0], [0, 0], [0, 0]])
    got = metrics.summary(run)
    years = (run.sessions[-1] - run.panel.sessions[0]).days / 365.25
    assert got["turnover"] == near(50 / 100 / years)
    assert got["cost_total"] == near(2.1)
    assert got["cost_drag"] == near(0.021 / years)
    assert (got["cost_commission"], got["cost_stamp_duty"]) == (near(1.0), near(0.3))
    assert (got["cost_handling_fee"], got["cost_levy"]) == (near(0.14), near(0.06))
    assert got["exposure"] == near(0.5 / 3)
    assert got["holdings"] == near(1 / 3)
    assert (got["fills"], got["rejections"], got["decisions"]) == (3, 0, 0)


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


def test_holding_metrics_by_hand(traded):
    got = metrics.summary(traded)
    assert (got["spells"], got["holding_mean"], got["holding_median"]) == (4, 1.0, 1.0)  # 2, 0, 1; one is open
    assert got["positive_spells"] == 0.5
    assert got["positive_series"] == 1.0  # 12 and 0.5
    assert got["cost_per_traded"] == near(3.5 / 83 * 1e4)  # what ended was not traded


def test_nothing_held_is_blank(make):
    got = metrics.summary(make([100.0, 100.0], benchmark=[1.0, 1.1, 1.2]))
    assert got["spells"] == got["turnover"] == 0
    blank = ("holding_mean", "holding_median", "positive_spells", "positive_series", "cost_per_traded", "capacity")
    assert all(math.isnan(got[name]) for name in (*blank, "break_even_cost", "break_even_cost_over_benchmark"))


@pytest.mark.parametrize("name", ["market_run", "control_run"])
def test_spells_are_those_of_the_analyzers(name, request):
    record = request.getfixturevalue(name)
    spells, told = holding_spells(history_of(record)), analyse(record)["Rotation"]
    table, periods, got = told["spells"], told["holding_periods"], metrics.summary(record)
    order = np.lexsort((spells.column, spells.start))
    assert spells.sessions[order].tolist() == table["sessions"].tolist()
    assert spells.contribution[order] == pytest.approx(table["contribution"].to_numpy(), rel=1e-9, abs=1e-6)
    assert got["spells"] == len(table) > 20
    assert (got["holding_mean"], got["holding_median"]) == (near(periods["mean"]), periods["median"])
    assert got["positive_series"] == near((told["sectors"]["contribution"] > 0).mean())
    assert got["positive_spells"] == near((table["contribution"] > 0).mean())


def test_a_series_that_came_out_even_did_not_gain(make):
    fills = [(1, 0, 1, 5.0, 2.0, 10.0), (2, 0, -1, 5.0, 2.0, 10.0), (1, 1, 1, 1.0, 1.0, 1.0), (2, 1, -1, 1.0, 2.0, 2.0)]
    got = metrics.summary(make([100.0, 101.0], fills=fills, shares=[[5, 1], [0, 0]]))
    assert (got["positive_spells"], got["positive_series"]) == (0.5, 0.5)
