"""Tails and shape of returns: answers worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sectorlead.reports import metrics

NAN = np.nan


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-12, abs=1e-15)


def test_positive_share_leaves_out_what_stood_still():
    assert metrics.positive_share(np.array([0.1, -0.1, 0.2, 0.0, 0.0, NAN])) == near(2 / 3)
    assert math.isnan(metrics.positive_share(np.array([0.0, NAN])))


def test_var_cvar_and_tail_ratio():
    whole = np.arange(-10, 11)[::-1] / 100  # 21 returns: the 5% quantile is the second lowest
    assert metrics.value_at_risk(whole) == near(-0.09)
    assert metrics.conditional_value_at_risk(whole) == near(-0.095)
    assert metrics.tail_ratio(whole) == near(1.0)
    between = np.arange(-10, 10) / 100  # 20 returns: 0.95 of the way from the lowest to the next
    assert metrics.value_at_risk(between) == near(-0.0905)
    assert metrics.conditional_value_at_risk(between) == near(-0.10)
    assert metrics.tail_ratio(between) == near(0.0805 / 0.0905)
    assert metrics.value_at_risk(whole, level=0.9) == near(-0.08)


def test_var_assumes_no_distribution():
    """Nineteen small gains and a crash: mean less 1.645 or 2 standard deviations is another number."""
    returns = np.array([0.01] * 39 + [-0.5])
    assert metrics.value_at_risk(returns) == near(0.01)
    assert returns.mean() - 1.645 * returns.std(ddof=1) < -0.1


@pytest.mark.parametrize("function", [metrics.value_at_risk, metrics.conditional_value_at_risk, metrics.tail_ratio])
def test_a_quantile_needs_enough_returns(function):
    returns = np.append(np.arange(-9, 10) / 100, NAN)  # 19 are known
    assert math.isnan(function(returns))
    assert math.isfinite(function(np.append(returns, 0.2)))


def test_skewness_and_kurtosis():
    returns = np.array([1.0, 2.0, 3.0, 4.0, 10.0, NAN]) / 100  # mean 4: m2 = 10, m3 = 36, m4 = 278.8
    assert metrics.skewness(returns) == near(1.2 * math.sqrt(2))  # sqrt(20) / 3 * 36 / 10 ** 1.5
    assert metrics.kurtosis(returns) == near(3.152)  # 4 / 6 * (6 * (2.788 - 3) + 6)
    assert math.isnan(metrics.skewness(returns[:2]))
    assert math.isnan(metrics.kurtosis(returns[:3]))
    assert math.isnan(metrics.kurtosis(np.full(9, 0.1)))
