"""What a run's map shows: each series' way to the last session, no further back than it is known."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.reports.market_context import MarketContext
from sectorlead.reports.sections.rotation_map import rotation_map


def context(ratio, momentum, bar=1):
    phase = np.ones(len(ratio), np.int8)
    return MarketContext(phase, ("?", "Advance"), "rule", np.array(ratio, float), np.array(momentum, float), bar, "how")


def test_map_by_hand(make):
    ratio, momentum = [[98, 100], [99, np.nan], [102, 99]], [[101, 100], [102, 100], [101, 98]]
    run = make([100.0, 100.0], names=("甲", "乙"), shares=[[0, 0], [1, 0]])
    got = rotation_map(run, context(ratio, momentum), ["c0", "c1"], tail=3)
    assert [(trail.symbol, trail.quadrant, trail.held, trail.ratio.tolist()) for trail in got.trails] == [
        ("S1", "Lagging", False, [99.0]), ("S0", "Leading", True, [98.0, 99.0, 102.0]),
    ]  # fmt: skip
    assert (got.session, got.bar) == (run.sessions[-1], 1)
    first = got.chart.lines[0]  # what is held lies on top
    assert (first.role, len(first.x)) == ("c0", 3)
    assert [name for name, trails in got.quadrants() if trails] == ["Leading", "Lagging"]
    assert rotation_map(run, context(np.full((3, 2), np.nan), momentum), ["c0", "c1"]) is None


def test_a_tail_goes_back_by_bars(make):
    rows = np.arange(9.0)[:, None] + np.array([100.0, 90.0])
    got = rotation_map(make([100.0] * 8), context(rows, rows, bar=3), ["c0", "c1"], tail=2)
    assert [trail.ratio.tolist() for trail in got.trails] == [[105.0, 108.0], [95.0, 98.0]]
    assert got.chart.lines[0].x[-1] == pytest.approx(0.5 - 2 / (2 * 8 * 1.08))  # the farthest is 8 away
