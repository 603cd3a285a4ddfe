"""p-values corrected for everything that was tried."""

from __future__ import annotations

import math

import numpy as np

from sectorlead.research.event_study.family import family_p, smallest_effect
from sectorlead.research.event_study.statistics import sign_flips


def test_one_cell_is_its_own_flip_test() -> None:
    values = np.array([0.2, 0.4, -0.1, 0.3, 0.1, 0.2])
    signs = np.array([[bool(k >> j & 1) for j in range(6)] for k in range(64)])  # every pattern once
    means = np.where(signs, -values, values)
    t = np.abs(means.mean(axis=1) / means.std(axis=1, ddof=1))
    expected = (1 + (t >= t[0] - 1e-12).sum()) / 65
    assert family_p([values], signs)[0] == expected


def test_more_cells_raise_p_and_short_ones_do_not_count() -> None:
    rng = np.random.default_rng(0)
    values, signs = rng.normal(0.4, 1, 30), sign_flips(2_000, 30, 1)
    alone = family_p([values], signs)[0]
    many = family_p([values, *rng.normal(0, 1, (14, 30))], signs)
    assert many[0] > 3 * alone
    sparse = np.full(30, math.nan)
    sparse[:4] = 1
    found = family_p([values, sparse], signs)
    assert found[0] == alone
    assert math.isnan(found[1])


def test_equal_cells_cost_nothing() -> None:
    """Cells that say the same thing are one trial, as Bonferroni would not have it."""
    rng = np.random.default_rng(2)
    values, signs = rng.normal(0.3, 1, 40), sign_flips(2_000, 40, 1)
    assert family_p([values] * 10, signs)[0] == family_p([values], signs)[0]


def test_false_claims_are_as_rare_as_said() -> None:
    """1,000 worlds without an effect, 15 cells that share a common part: claims at 5% within three standard errors."""
    rng = np.random.default_rng(5)
    signs = sign_flips(400, 30, 9)
    claims = 0
    for _ in range(1_000):
        common = rng.standard_t(5, 30)
        cells = [common + rng.standard_t(5, 30) for _ in range(15)]
        claims += bool((family_p(cells, signs) <= 0.05).any())
    assert 0.029 < claims / 1_000 < 0.071


def test_smallest_effect_by_hand() -> None:
    """One test: (1.959964 + 0.841621) x 0.2 / sqrt(16)."""
    found = smallest_effect([np.full(16, 0.2), np.full(4, 0.2)], 1)
    np.testing.assert_allclose(found[0], 2.801585 * 0.05, rtol=1e-6)
    assert math.isnan(found[1])
    assert smallest_effect([np.full(16, 0.2)], 15)[0] > found[0]
