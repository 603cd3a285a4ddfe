"""Charts as descriptions, numbers as text, pullbacks and trading as rows."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.reports.analysis.execution import refused, rotations, start, starved
from sectorlead.reports.analysis.pullbacks import phases, pullback_spans, split, thresholds
from sectorlead.reports.charts.spec import growth_chart, log_levels, spread, thinned, time_ticks, timeline
from sectorlead.reports.formatting import by_unit, decimal, percent
from sectorlead.reports.growth import points, strategy_growth
from sectorlead.reports.history import history_of
from sectorlead.reports.holdings import holding_spells


def test_numbers_have_real_minus_signs():
    assert percent(-0.1234) == "−12.3%"
    assert percent(0.1234, 1, True) == "+12.3%"
    assert percent(-0.0001) == percent(-0.0001, 1, True) == "0.0%"
    assert percent(float("nan")) == "–"
    assert decimal(-1234567.8, 0) == "−1,234,568"
    assert by_unit(3.56, "per year") == "3.6×"
    assert by_unit(0.555, "ratio") == "0.56"
    assert by_unit(-37.66, "bps") == "−37.7 bp"


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400), st.integers(2, 50))
def test_thinning_keeps_both_ends_and_the_extremes(values, columns):
    line = np.array(values)
    kept = thinned(line, columns)
    assert (np.diff(kept) > 0).all()
    assert kept[0] == 0
    assert kept[-1] == len(line) - 1
    assert len(kept) <= 2 * columns + 2
    assert line[kept].min() == line.min()
    assert line[kept].max() == line.max()


@given(st.lists(st.floats(0, 1), max_size=8), st.floats(0.01, 0.1))
def test_labels_are_spread_in_order(positions, gap):
    placed = spread(positions, gap)
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    assert all(placed[b] - placed[a] >= gap - 1e-9 for a, b in itertools.pairwise(order))
    assert all(-1e-9 <= at <= 1 + 1e-9 for at in placed)


@given(st.floats(1e-3, 1e3), st.floats(1.01, 1e4))
def test_log_axis_has_a_few_round_levels(low, ratio):
    levels = log_levels(low, low * ratio)
    assert 2 <= len(levels) <= 8
    assert all(low * (1 - 1e-6) <= level <= low * ratio * (1 + 1e-6) for level in levels)


@pytest.mark.parametrize(
    ("freq", "count", "first"),
    [("B", 2600, "2011"), ("B", 150, "2010-02"), ("B", 15, "01-06"), ("ME", 960, "2010"), ("B", 2, None)],
)
def test_time_ticks(freq, count, first):
    ticks = time_ticks(pd.date_range("2010-01-04", periods=count, freq=freq))
    assert len(ticks) <= 12
    assert sum(not tick.minor for tick in ticks) <= 6
    assert all(0 <= tick.at <= 1 for tick in ticks)
    texts = [tick.text for tick in ticks]
    assert first is None or first in texts or "2010" in texts


def test_growth_chart_ends_where_the_line_does(make):
    run = make([110.0, 121.0])
    chart = growth_chart([(strategy_growth(run), "strategy")], points(run))
    assert chart.lines[0].value == "1.21×"
    assert chart.lines[0].x.tolist() == [0.0, 0.5, 1.0]
    assert (np.diff(chart.lines[0].y) > 0).all()
    assert "1.21×" in chart.summary


def test_timeline_rows_are_the_holdings(make):
    fills = [  # S2 comes and goes within a session
        (2, 0, 1, 5.0, 1.0, 5.0), (3, 1, 1, 1.0, 1.0, 1.0), (3, 2, 1, 4.0, 1.0, 4.0), (3, 2, -1, 4.0, 2.0, 8.0),
        (4, 0, -1, 5.0, 3.0, 15.0),
    ]  # fmt: skip
    shares = [[0, 0, 0], [5, 0, 0], [5, 1, 0], [0, 1, 0]]
    run = make([100.0] * 4, names=("甲", "乙", "丙"), fills=fills, shares=shares)
    got = timeline(run, points(run), holding_spells(history_of(run)))
    assert [row.contribution for row in got.rows] == [0.1, 0.0]
    assert [(row.symbol, row.name, row.held) for row in got.rows] == [("S0", "甲", 0.5), ("S1", "乙", 0.5)]
    assert [(bar.start, bar.stop) for bar in got.rows[0].bars] == [(0.25, 0.75)]
    assert "2 sessions" in got.rows[0].bars[0].text
    assert got.never == ("丙",)


def test_one_pullback_by_hand(make):
    #        base                known  lowest       over
    bench = [100.0, 110.0, 105.0, 99.0, 88.0, 100.0, 107.0, 108.0]
    prices = [[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [0.9, np.nan], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]
    shares = [[0, 0], [10, 0], [10, 0], [10, 0], [10, 0], [0, 0], [0, 0]]
    run = make([100.0, 100.0, 99.0, 95.0, 96.0, 97.0, 98.0], benchmark=bench, close=prices, shares=shares)
    (phase,) = phases(run)
    assert (phase.peak, phase.entered, phase.trough, phase.left, phase.early) == (1, 3, 4, 6, False)
    assert phase.benchmark == pytest.approx(-0.2)
    assert phase.strategy == pytest.approx(-0.05)
    assert phase.relative == pytest.approx(0.95 / 0.8 - 1)
    assert phase.series.tolist() == pytest.approx([0.9 / 0.8 - 1, 1 / 0.8 - 1])  # no bar: the last known price
    assert phase.held.tolist() == [True, False]
    assert pullback_spans(run) == ((3 / 7, 6 / 7),)
    inside, outside = split(run)
    assert (inside.sessions, outside.sessions) == (3, 4)
    assert inside.benchmark == pytest.approx((107 / 99) ** (252 / 3) - 1)
    assert inside.strategy == pytest.approx((97 / 99) ** (252 / 3) - 1)


def test_a_pullback_older_than_the_run_counts_from_its_start(make):
    run = make([100.0, 90.0, 99.0], benchmark=[110.0, 120.0, 100.0, 80.0, 90.0], first=2)
    (phase,) = phases(run)
    assert (phase.peak, phase.trough, phase.left) == (0, 2, None)
    assert not phase.early  # the base point is the session of the peak
    late = make([90.0, 99.0], benchmark=[110.0, 120.0, 100.0, 80.0, 90.0], first=3)
    (phase,) = phases(late)
    assert (phase.peak, phase.entered, phase.early) == (0, 1, True)
    assert phase.benchmark == pytest.approx(-0.2)


def test_thresholds_are_those_of_the_score(market_run, make):
    assert thresholds(market_run) == (0.08, 0.03, 250)
    assert thresholds(make([1.0] * 9, freq="ME")).window == 12


def test_shortfalls_are_counted_by_reason(make):
    no, decisions = 0.0, [(1, [0, 0], [1, 0], [1, 2], [2.0, 1.0]), (4, [1, 0], [0, 1], [2, 1], [1.0, 2.0])]
    rejections = [(2, 0, 1, 9.0, no, 0), (3, 0, 1, 9.0, no, 0), (5, 1, 1, 9.0, no, 0), (5, 0, -1, 9.0, 3.0, 6)]
    got = refused(make([100.0] * 6, rejections=rejections, decisions=decisions))
    assert [row[:1] + row[2:] for row in got] == [("no_bar", 2, 3, 3, 2), ("cash", 1, 1, 1, 1)]


def test_a_decision_says_who_came_and_who_left(make):
    decisions = [(1, [0.0, 0.5], [1.0, 0.0], [1, 2], [2.0, 1.0])]
    (row,) = rotations(make([100.0] * 3, names=("甲", "乙"), decisions=decisions))
    assert [(move.name, move.rank) for move in row.came] == [("甲", 1)]
    assert [(move.name, move.rank) for move in row.left] == [("乙", 2)]
    assert (row.stayed, row.invested) == (0, 1.0)
    assert [move.basis for move in (*row.came, *row.left)] == ["1 (2)", "2 (1)"]
    unranked = [(1, [0.0, 0.0], [1.0, 0.0], [0, 0], [np.nan, np.nan])]
    (row,) = rotations(make([100.0] * 3, decisions=unranked))
    assert row.came[0].basis == ""


def test_a_late_beginning_is_told(make):
    empty, full = [0.0, 0.0], [1.0, 0.0]
    late, soon = (30, empty, full, [1, 2], full), (1, empty, empty, [0, 0], empty)
    fill = (31, 0, 1, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    assert start(make([100.0] * 40)) is None
    run = make([100.0] * 40, decisions=[late], fills=[fill])
    assert start(run) == ("First decision", run.panel.sessions[30], True)
    run = make([100.0] * 40, decisions=[soon, late], fills=[fill])
    assert start(run) == ("First fill", run.panel.sessions[31], True)
    assert not start(make([100.0] * 40, decisions=[soon], fills=[(2, *fill[1:])])).late


def test_buys_of_less_than_a_lot_are_counted_as_orders(make):
    decisions = [(1, [0, 0], [1, 1], [1, 2], [2.0, 1.0])]
    lots = [(row, column, 1, 9.0, 0.0, 8) for row in (2, 3) for column in (0, 1)]
    fill = (2, 0, 1, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    held = [[90.0, 0.0]] * 6
    assert starved(make([100.0] * 6, decisions=decisions, rejections=lots)) == (2, 2)
    assert starved(make([100.0] * 6, decisions=decisions, rejections=lots, fills=[fill], shares=held)) is None
    assert starved(make([100.0] * 6, decisions=decisions, rejections=lots, fills=[fill])) == (1, 2)  # little invested
