"""The normal distribution is scipy's to the last digits, far out as well."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr, ndtri

from sectorlead.reports.significance.normal import all_below, below, quantile


def test_it_is_scipys() -> None:
    x = np.concatenate((np.linspace(-30, 8, 2_001), [0.0, -np.inf, np.inf, np.nan]))
    np.testing.assert_allclose(all_below(x), ndtr(x), rtol=1e-11)
    assert below(-10.0) > 0
    for p in (1e-300, 1e-12, 0.001, 0.025, 0.5, 0.8, 0.975, 1 - 1e-12):
        assert math.isclose(quantile(p), float(ndtri(p)), rel_tol=1e-13, abs_tol=1e-15)
    assert [quantile(p) for p in (0.0, 1.0)] == [-math.inf, math.inf]
    assert math.isnan(quantile(1.5))
