"""Hansen's test and StepM: against the package arch on the same resamples, and what it is for."""

from __future__ import annotations

import numpy as np
import pytest
from arch.bootstrap import SPA

from sectorlead.reports.significance.superior import superior, superior_of

TERMS = (0.05, 5, 0)


def world(seed: int, edge: float = 0.0, size: int = 500, noise: float = 1.0) -> np.ndarray:
    """One variant with an edge of so many standard errors, and 39 noisy ones."""
    rng = np.random.default_rng(seed)
    scale = np.array([1.0] + [noise] * 39)
    values = rng.normal(size=(size, 40)) * scale
    values[:, 0] += edge / np.sqrt(size) - values[:, 0].mean()
    return values


@pytest.mark.parametrize("seed", range(6))
def test_arch_on_means_that_are_studentised_before(seed: int) -> None:
    values = world(seed, edge=1.5 + seed / 3, noise=2.0)
    values[:, 30:] -= 0.5  # some that are clearly worse, so that the three p-values differ
    same = SPA(np.zeros(500), np.arange(500.0)[:, None], block_size=5, seed=seed).bootstrap  # draws the same rows
    rows = [np.rint(-data[0][0][:, 0]).astype(int) for data in same.bootstrap(400)]
    deviations = np.array([values[each].mean(axis=0) for each in rows]) - values.mean(axis=0)
    error = np.sqrt((deviations**2).mean(axis=0))
    theirs = SPA(np.zeros(500), -values / error, block_size=5, reps=400, seed=seed)
    theirs.compute()
    found = superior_of(values.mean(axis=0), deviations, 500, TERMS)
    assert (found.lower, found.upper) == pytest.approx((theirs.pvalues["lower"], theirs.pvalues["upper"]), abs=1e-9)
    # arch recentres by another estimate of the variance: a variant near the threshold may be counted or not
    assert found.consistent == pytest.approx(theirs.pvalues["consistent"], abs=0.03)
    assert found.lower <= found.consistent <= found.upper


def test_one_good_variant_among_noisy_ones_is_found() -> None:
    """A test of raw means looks at the noisiest; 40 variants, one of them three standard errors ahead."""
    found = [superior(world(seed, edge=4.0, noise=5.0), resamples=400) for seed in range(10)]
    raw = []
    for seed in range(10):
        theirs = SPA(np.zeros(500), -world(seed, edge=4.0, noise=5.0), block_size=5, reps=400, seed=seed)
        theirs.compute()
        raw.append(theirs.pvalues["consistent"] <= 0.05)
    assert sum(each.consistent <= 0.05 for each in found) >= 8
    assert sum(bool(each.better[0]) for each in found) >= 8
    assert sum(raw) <= 3


def test_all_can_be_better() -> None:
    """The package arch fails once nobody is left."""
    values = np.random.default_rng(0).normal(size=(300, 6)) + 1.0
    found = superior(values, resamples=200)
    assert found.better.all()
    assert found.consistent == 0


def test_none_is_better_where_all_are_behind() -> None:
    found = superior(np.random.default_rng(0).normal(size=(300, 6)) - 1.0, resamples=200)
    assert (found.statistic, found.consistent, found.better.any()) == (0, 1, False)
    assert "can't be told from chance" in found.sentence
