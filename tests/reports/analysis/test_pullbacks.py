"""Pullback episodes of a run, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.data.pullback import PullbackRule
from sectorlead.reports.analysis.pullbacks import pullback_rule, pullback_spans, run_pullbacks, split


def test_one_pullback_by_hand(make):
    #        base                known  lowest       over
    bench = [100.0, 110.0, 105.0, 99.0, 88.0, 100.0, 107.9, 108.0]
    prices = [[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [0.9, np.nan], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]
    shares = [[0, 0], [10, 0], [10, 0], [10, 0], [10, 0], [0, 0], [0, 0]]
    run = make([100.0, 100.0, 99.0, 95.0, 96.0, 97.0, 98.0], benchmark=bench, close=prices, shares=shares)
    (phase,) = run_pullbacks(run)
    assert (phase.peak, phase.entered, phase.trough, phase.left, phase.early) == (1, 3, 4, 6, False)
    assert phase.benchmark == pytest.approx(-0.2)
    assert phase.strategy == pytest.approx(-0.05)
    assert phase.relative == pytest.approx(0.95 / 0.8 - 1)
    assert phase.equal_weight == pytest.approx((0.9 + 1) / 2 - 1)  # bought at 1 and 2, half and half
    assert phase.lead == pytest.approx(0.95 / 0.95 - 1)
    assert phase.series.tolist() == pytest.approx([0.9 / 0.8 - 1, 1 / 0.8 - 1])  # no bar: the last known price
    assert phase.held.tolist() == [True, False]
    assert pullback_spans(run) == ((3 / 7, 6 / 7),)
    inside, outside = split(run)
    assert (inside.sessions, outside.sessions) == (3, 4)
    assert inside.benchmark == pytest.approx((107.9 / 99) ** (252 / 3) - 1)
    assert inside.strategy == pytest.approx((97 / 99) ** (252 / 3) - 1)
    assert (1 + inside.lead) * (1 + inside.equal_weight) == pytest.approx(1 + inside.strategy)


def test_a_pullback_older_than_the_run_counts_from_its_start(make):
    run = make([100.0, 90.0, 99.0], benchmark=[110.0, 120.0, 100.0, 80.0, 90.0], first=2)
    (phase,) = run_pullbacks(run)
    assert (phase.peak, phase.trough, phase.left) == (0, 2, None)
    assert not phase.early  # the base point is the session of the peak
    late = make([90.0, 99.0], benchmark=[110.0, 120.0, 100.0, 80.0, 90.0], first=3)
    (phase,) = run_pullbacks(late)
    assert (phase.peak, phase.entered, phase.early) == (0, 1, True)
    assert phase.benchmark == pytest.approx(-0.2)


def test_a_pullback_older_than_the_panel_is_one_from_its_first_session_on(make):
    line = {"benchmark": [80.0, 79.0, 90.0], "earlier": [100.0, 90.0]}
    run = make([100.0, 90.0, 99.0], first=0, **line)
    (phase,) = run_pullbacks(run)
    assert (phase.peak, phase.entered, phase.trough, phase.early) == (0, 1, 2, True)
    assert phase.benchmark == pytest.approx(79 / 90 - 1)
    assert pullback_spans(run) == ((0.0, 1.0),)
    inside, outside = split(run)
    assert (inside.sessions, outside.sessions) == (3, 0)
    assert split(make([100.0, 90.0, 99.0], first=0, benchmark=line["benchmark"]))[0].sessions == 0


def test_pullbacks_are_those_of_the_score(market_run, make):
    assert pullback_rule(market_run) == PullbackRule(0.05, 0.02, 60, 60, "drop", "percent")
    monthly = pullback_rule(make([1.0] * 9, freq="ME"))
    assert (monthly.window, monthly.expire) == (3, 3)
