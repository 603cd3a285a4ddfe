"""Trailing periods, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead.reports.analysis.trailing import trailing
from sectorlead.reports.growth import Growth

DAYS = pd.DatetimeIndex(["2022-12-30", "2023-12-29", "2024-02-29", "2024-12-31", "2025-02-28", "2025-03-31"])
LINE = Growth("a", np.array([1.0, 2.0, 4.0, 5.0, 8.0, 10.0]))


def test_each_period_begins_with_the_last_level_on_or_before_its_day():
    found = {row.name: row for row in trailing([LINE, Growth("b", LINE.levels[::-1])], DAYS)}
    assert found["1M"].since == pd.Timestamp("2025-02-28")  # there is no 31 February
    assert found["1M"].returns == pytest.approx((10 / 8 - 1, 1 / 2 - 1))
    assert (found["3M"].since, found["YTD"].since) == (pd.Timestamp("2024-12-31"), pd.Timestamp("2024-12-31"))
    assert found["6M"].since == found["1Y"].since == pd.Timestamp("2024-02-29")
    assert found["1Y"].returns[0] == pytest.approx(1.5)
    assert [name for name, row in found.items() if row.yearly] == ["3Y", "5Y"]
    assert (found["3Y"].since, found["5Y"].since) == (None, None)
    assert np.isnan(found["5Y"].returns).all()


def test_more_than_a_year_is_given_a_year():
    (row,) = trailing([LINE], DAYS, {"2Y": 24})
    assert row.since == pd.Timestamp("2022-12-30")
    assert row.returns[0] == pytest.approx(10 ** (365.25 / 822) - 1)


def test_a_line_that_is_not_known_then_is_blank():
    late = Growth("late", np.array([np.nan, np.nan, np.nan, 1.0, 2.0, 3.0]))
    found = {row.name: row.returns[0] for row in trailing([late], DAYS)}
    assert found["YTD"] == pytest.approx(2.0)
    assert np.isnan(found["1Y"])
