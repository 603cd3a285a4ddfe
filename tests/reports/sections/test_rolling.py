"""Charts over a moving window."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead.reports.analysis.rolling import window_of
from sectorlead.reports.growth import Growth
from sectorlead.reports.sections.rolling import rolling_charts


def test_charts_are_blank_until_the_window_is_full():
    dates = pd.date_range("2020-01-01", periods=41, freq="B")
    line = Growth("A", np.exp(np.cumsum(np.tile([0.0, 0.02, -0.01, 0.01], 11)[:41])))
    market = Growth("M", np.exp(np.cumsum(np.tile([0.0, 0.01, -0.01, 0.02], 11)[:41])))
    got = rolling_charts((line, "strategy"), (market, "reference"), market, dates, (), 24)
    for chart in (got.beta, got.strength):
        first = chart.lines[0]
        known = np.isfinite(first.y)
        assert first.x[known][0] == pytest.approx(24 / 40)
        assert not known[first.x < 24 / 40].any()
    assert got.beta.lines[1].value == "1.00"
    assert rolling_charts((line, "strategy"), (market, "reference"), market, dates, (), 60)[1:] == (None, None)
    assert [window_of(periods) for periods in (252, 52, 12)] == [126, 26, 24]
