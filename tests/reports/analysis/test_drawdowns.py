"""The deepest drawdowns as rows: known answers by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sectorlead.reports.analysis.drawdowns import deepest_falls
from sectorlead.reports.growth import Growth, points, strategy_growth


def test_deepest_falls_by_hand(make):
    run = make([90.0, 100.0, 110.0, 88.0, 99.0], benchmark=[1.0, 1.0, 1.0, 2.0, 1.0, 1.0])
    dates = points(run)
    deep, shallow = deepest_falls(strategy_growth(run), Growth("B", np.array([1.0, 1.0, 1.0, 2.0, 1.0, 1.0])), dates)
    assert (deep.depth, deep.benchmark) == pytest.approx((-0.2, -0.5))
    assert (deep.peak, deep.trough, deep.recovered) == (dates[3], dates[4], None)
    assert (deep.fall, deep.recovery, deep.length) == (1, None, 2)
    assert (shallow.depth, shallow.peak, shallow.recovered) == (pytest.approx(-0.1), dates[0], dates[2])
    assert (shallow.fall, shallow.recovery, shallow.length) == (1, 1, 2)
    assert math.isnan(deepest_falls(strategy_growth(run), None, dates)[0].benchmark)
    assert deepest_falls(strategy_growth(make([100.0, 101.0])), None, points(make([100.0, 101.0]))) == ()
