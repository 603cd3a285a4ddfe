"""Rolling lines, phases of the market, capture, deepest falls, hit rates: known answers by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.reports.analysis.rolling import relative_strength, rolling_beta

# --- rolling --------------------------------------------------------------------------------------------------------


def test_rolling_beta_by_hand():
    market = np.array([0.01, 0.03, -0.01, 0.01, 0.02])
    got = rolling_beta(2 * market + 0.005, market, 3)
    np.testing.assert_allclose(got, [np.nan, np.nan, 2, 2, 2])
    # of (1, 3, -1) and (0, 1, -2): 6 / 8 from deviations (0, 2, -2) and (1/3, 4/3, -5/3)
    assert rolling_beta(np.array([0.0, 1.0, -2.0]), np.array([1.0, 3.0, -1.0]), 3)[-1] == pytest.approx(0.75)


def test_rolling_beta_is_blank_where_a_return_is_unknown_or_the_benchmark_stands_still():
    market = np.array([0.01, np.nan, 0.02, 0.03, 0.05, 0.05, 0.05])
    got = rolling_beta(np.linspace(0.0, 0.1, 7), market, 2)
    assert np.isfinite(got).tolist() == [False, False, False, True, True, False, False]


def test_relative_strength_by_hand():
    own, market = np.array([1.0, 1.1, 1.21, 1.0]), np.array([1.0, 1.0, 1.1, 2.0])
    np.testing.assert_allclose(relative_strength(own, market, 2), [np.nan, np.nan, 0.1, 0.5 / 1.1 - 1])
    assert np.isnan(relative_strength(own, market, 4)).all()
    assert np.isnan(relative_strength(own, market, 9)).all()
    assert np.isnan(relative_strength(own, np.array([np.nan, 1.0, 1.0, 1.0]), 2)).tolist() == [True, True, True, False]


# --- phases and capture ---------------------------------------------------------------------------------------------


# --- drawdowns and hit rates ----------------------------------------------------------------------------------------
