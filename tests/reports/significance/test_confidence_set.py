"""The model confidence set is that of the package arch on the same resamples."""

from __future__ import annotations

import numpy as np
import pytest
from arch.bootstrap import MCS

from sectorlead.data.errors import ParameterError
from sectorlead.reports.significance.confidence_set import confidence_set, eliminated


@pytest.mark.parametrize("seed", range(5))
def test_arch_on_the_same_resamples(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(200, 12)) * rng.uniform(0.5, 2, 12) + rng.normal(0, 0.15, 12)
    theirs = MCS(-values, 0.1, reps=300, block_size=4, seed=seed)
    theirs.compute()
    means = values.mean(axis=0)
    deviations = np.array([values[rows].mean(axis=0) for rows in theirs._bootstrap_indices]) - means
    p, order = eliminated(means, deviations)
    assert order.tolist() == list(theirs.pvalues.index)
    np.testing.assert_allclose(p[order], theirs.pvalues["Pvalue"].to_numpy(), rtol=0, atol=1e-12)


def test_a_clear_best_is_alone_and_equals_stay() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(400, 8))
    values[:, 2] += 1.0
    found = confidence_set(values, resamples=300)
    assert np.flatnonzero(found.inside).tolist() == [2]
    twins = np.column_stack((values, values[:, 2]))
    assert np.flatnonzero(confidence_set(twins, resamples=300).inside).tolist() == [2, 8]


def test_columns_in_another_order() -> None:
    rng = np.random.default_rng(1)
    values, order = rng.normal(size=(300, 15)) + np.linspace(0, 0.2, 15), rng.permutation(15)
    found, other = confidence_set(values, resamples=200), confidence_set(values[:, order], resamples=200)
    np.testing.assert_allclose(found.p[order], other.p, rtol=0, atol=1e-12)
    assert np.array_equal(found.order, order[other.order])


def test_refused() -> None:
    with pytest.raises(ParameterError, match="2 to 5,000"):
        confidence_set(np.zeros((50, 1)))
