"""p-values corrected for everything that was tried."""

from __future__ import annotations

import math

import numpy as np

from sectorlead.research.event_study.family import (
    Blocks,
    family_p,
    family_p_level,
    family_p_over,
    smallest_effect,
)
from sectorlead.research.event_study.statistics import sign_flips


def test_one_cell_is_its_own_flip_test() -> None:
    values = np.array([0.2, 0.4, -0.1, 0.3, 0.1, 0.2])
    signs = np.array([[bool(k >> j & 1) for j in range(6)] for k in range(64)])  # every pattern once
    means = np.where(signs, -values, values)
    t = np.abs(means.mean(axis=1) / means.std(axis=1, ddof=1))
    expected = (1 + (t >= t[0] - 1e-12).sum()) / 65
    assert family_p([values], signs).family[0] == expected


def test_more_cells_raise_p_and_short_ones_do_not_count() -> None:
    rng = np.random.default_rng(0)
    values, signs = rng.normal(0.4, 1, 30), sign_flips(2_000, 30, 1)
    alone = family_p([values], signs).family[0]
    many = family_p([values, *rng.normal(0, 1, (14, 30))], signs)
    assert many.family[0] > 3 * alone
    assert many.alone[0] == alone
    sparse = np.full(30, math.nan)
    sparse[:4] = 1
    found = family_p([values, sparse], signs).family
    assert found[0] == alone
    assert math.isnan(found[1])


def test_equal_cells_cost_nothing() -> None:
    """Cells that say the same thing are one trial, as Bonferroni would not have it."""
    rng = np.random.default_rng(2)
    values, signs = rng.normal(0.3, 1, 40), sign_flips(2_000, 40, 1)
    assert family_p([values] * 10, signs).family[0] == family_p([values], signs).family[0]


def test_false_claims_are_as_rare_as_said() -> None:
    """1,000 worlds without an effect, 15 cells that share a common part: claims at 5% within three standard errors."""
    rng = np.random.default_rng(5)
    signs = sign_flips(400, 30, 9)
    claims = 0
    for _ in range(1_000):
        common = rng.standard_t(5, 30)
        cells = [common + rng.standard_t(5, 30) for _ in range(15)]
        claims += bool((family_p(cells, signs).family <= 0.05).any())
    assert 0.029 < claims / 1_000 < 0.071


def test_smallest_effect_by_hand() -> None:
    """One test: (1.959964 + 0.841621) x 0.2 / sqrt(16)."""
    found = smallest_effect([np.full(16, 0.2), np.full(4, 0.2)], 1)
    np.testing.assert_allclose(found[0], 2.801585 * 0.05, rtol=1e-6)
    assert math.isnan(found[1])
    assert smallest_effect([np.full(16, 0.2)], 15)[0] > found[0]


def blocks_of(values: np.ndarray) -> Blocks:
    return Blocks(np.arange(len(values)), np.full(len(values), 1 / len(values)), values)


def test_a_placebo_without_chance_of_its_own_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    values, signs = rng.normal(0.4, 1, 30), sign_flips(1_000, 30, 1)
    sure = blocks_of(np.full(8, 0.1))
    found = family_p_over([values], [sure], signs, sign_flips(1_000, 8, 2))
    assert found.family[0] == family_p([values], signs).family[0]
    few = family_p_over([values], [blocks_of(np.full(4, 0.1))], signs, sign_flips(1_000, 8, 2))
    assert math.isnan(few.family[0])


def test_episodes_that_are_compared_with_few_quiet_times() -> None:
    """1,000 worlds in which both are alike: 60 episodes against 8 blocks; without the blocks 3 in 10 are claimed."""
    rng = np.random.default_rng(11)
    signs, of_blocks = sign_flips(300, 60, 9), sign_flips(300, 8, 10)
    claims = naive = levels = 0
    for _ in range(1_000):
        quiet = rng.normal(0, 1, 8)
        less = rng.normal(0, 1, 60) - quiet.mean()
        claims += bool(family_p_over([less], [blocks_of(quiet)], signs, of_blocks).alone[0] <= 0.05)
        naive += bool(family_p([less], signs).alone[0] <= 0.05)
        levels += bool(family_p_level([blocks_of(quiet)], of_blocks).alone[0] <= 0.05)
    assert naive > 250
    assert 0.02 < claims / 1_000 < 0.08
    assert 0.02 < levels / 1_000 < 0.08


def test_a_level_that_is_there_is_found() -> None:
    rng = np.random.default_rng(12)
    found = family_p_level(
        [blocks_of(rng.normal(0.5, 0.3, 12)), blocks_of(rng.normal(0, 0.3, 12))], sign_flips(999, 12, 1)
    )
    assert found.family[0] < 0.02
    assert found.family[1] > 0.1
