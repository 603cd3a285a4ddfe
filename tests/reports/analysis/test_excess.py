"""A run over another line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead.reports.analysis.excess import excess_growth, excess_months
from sectorlead.reports.growth import Growth, drawdowns

DATES = pd.DatetimeIndex(["2023-12-29", "2024-01-15", "2024-01-31", "2024-02-29"])


def test_growth_and_months_of_the_excess_by_hand():
    own, other = Growth("a", np.array([1.0, 2.0, 1.5, 3.0])), Growth("b", np.array([1.0, 1.0, 2.0, 3.0]))
    over = excess_growth(own, other)
    assert over.levels == pytest.approx([1.0, 2.0, 0.75, 1.0])
    assert drawdowns(over.levels).min() == pytest.approx(0.75 / 2 - 1)
    months = excess_months(own, other, DATES)
    assert (months.month.tolist(), months.returns) == ([1, 2], pytest.approx([0.5 - 1.0, 1.0 - 0.5]))


def test_it_begins_where_both_are_known():
    own, late = Growth("a", np.array([1.0, 2.0, 3.0, 4.0])), Growth("b", np.array([np.nan, 5.0, 5.0, 0.0]))
    np.testing.assert_allclose(excess_growth(own, late).levels, [np.nan, 1.0, 1.5, np.nan])
    assert np.isnan(excess_growth(own, Growth("c", np.full(4, np.nan))).levels).all()
