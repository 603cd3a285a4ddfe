"""Standard errors under autocorrelation: one kernel, one matrix form, and what is known of an AR(1)."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.reports.significance.hac import long_run_covariance, standard_errors


def ar1(rho: float, size: int, count: int, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(size, count))
    out = noise.copy()
    for t in range(1, size):
        out[t] += rho * out[t - 1]
    return out


@pytest.mark.parametrize("rho", [0.0, 0.4, -0.3])
def test_columns_are_the_matrix_form_one_by_one(rho: float) -> None:
    values = ar1(rho, 300, 5)
    alone = [long_run_covariance(each[:, None] - each.mean())[0, 0] for each in values.T]
    np.testing.assert_allclose(standard_errors(values), np.sqrt(np.array(alone) / 300), rtol=1e-12)


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_an_ar1_has_the_variance_that_theory_gives(rho: float) -> None:
    found = standard_errors(ar1(rho, 20_000, 30)) ** 2 * 20_000
    assert found.mean() == pytest.approx(1 / (1 - rho) ** 2, rel=0.05)
    values = ar1(rho, 20_000, 1)
    white = long_run_covariance(values - values.mean(axis=0), prewhitened=True)[0, 0]
    assert white == pytest.approx(1 / (1 - rho) ** 2, rel=0.05)


def test_a_column_that_is_a_walk_stays_finite() -> None:
    assert np.isfinite(standard_errors(np.cumsum(ar1(0.0, 200, 3), axis=0))).all()
