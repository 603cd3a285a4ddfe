"""Small multiples: every chart on the same axes, known answers by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sectorlead.reports.charts.small_multiples import growth_multiples, relative, relative_multiples
from sectorlead.reports.growth import Growth

NAN = math.nan
DATES = pd.date_range("2020-01-30", periods=4, freq="D")


def test_a_relative_line_is_one_over_the_other_from_where_both_are_known():
    own, other = Growth("own", np.array([1.0, 1.1, 1.32, 0.99])), Growth("other", np.array([NAN, 1.0, 1.1, 0.9]))
    np.testing.assert_allclose(relative(own, other).levels, [NAN, 1.0, 1.2 / 1.1, 1.0])
    np.testing.assert_allclose(relative(own, own).levels, 1.0)
    np.testing.assert_allclose(relative(own, other._replace(levels=np.zeros(4))).levels, NAN)


def test_small_charts_share_their_axes():
    lines = [(Growth("a", np.array([1.0, 2.0, 4.0, 4.0])), "strategy"), (Growth("b", np.array([1.0, 1, 1, 0.5])), "c0")]
    market = Growth("market", np.array([1.0, 2.0, 2.0, 2.0]))
    one, two = growth_multiples(lines, DATES, market)
    assert (one.label, one.value, two.value) == ("a", "4.00×", "0.50×")
    assert one.chart.y_ticks == two.chart.y_ticks
    low, high = two.chart.lines[0].y[-1], one.chart.lines[0].y[-1]
    assert two.chart.lines[0].y[0] == pytest.approx(low + (high - low) / 3)  # 0.5, 1, 2, 4 are evenly spaced
    for grey in (one.chart.lines[1], two.chart.lines[1]):
        assert (grey.role, grey.y[-1]) == ("benchmark", pytest.approx(low + (high - low) * 2 / 3))
    over = relative_multiples(lines, market, DATES)
    assert [item.value for item in over] == ["2.00×", "0.25×"]
    assert over[0].chart.lines[1].y[0] == over[0].chart.lines[1].y[-1] == over[0].chart.lines[0].y[0]
    assert "Growth over market: b ends at 0.25×." in over[1].chart.summary
