"""Rank correlations, fifths and what is made of them over episodes."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from sectorlead.research.event_study.statistics import (
    correlations,
    cross_section,
    newey_west,
    overlap_lag,
    partial_rank_correlation,
    rank_correlation,
    sign_flips,
    summarise,
)

NAN = math.nan


@given(st.integers(0, 10_000), st.integers(3, 12), st.booleans())
def test_rank_correlation_is_scipys(seed: int, size: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, 4, size))
    if ties:
        a = np.round(a)
    a[rng.random(a.shape) < 0.2] = NAN
    known = np.isfinite(a)
    for row, found in enumerate(rank_correlation(a, b, known)):
        x, y = a[row, known[row]], b[row, known[row]]
        if len(x) < 2 or len(set(x)) == 1:
            assert math.isnan(found)
        else:
            assert found == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)


@given(st.integers(0, 10_000))
def test_correlations_of_many_horizons_are_those_of_each(seed: int) -> None:
    rng = np.random.default_rng(seed)
    score, later = rng.normal(size=(6, 9)), rng.normal(size=(3, 6, 9))
    score[rng.random(score.shape) < 0.2] = NAN
    later[2, rng.integers(6)] = NAN
    later[1, rng.integers(6), rng.integers(9)] = NAN
    found = correlations(score, later, 5)
    for after, ic in zip(later, found, strict=True):
        known = np.isfinite(score) & np.isfinite(after)
        np.testing.assert_array_equal(ic, np.where(known.sum(axis=1) >= 5, rank_correlation(score, after, known), NAN))


def test_fifths_by_hand() -> None:
    """Seven series: fifths by ceil(5 rank / 7) are 1, 2, 3, 3, 4, 5, 5; ties of the score go by column."""
    score = np.array([[1.0, 2, 3, 3, 5, 6, 7, NAN, 9]])
    later = np.array([[0.0, 1, 2, 3, 4, 5, 13, 50, NAN]])
    found = cross_section(score, later, least=7)
    assert found.known.tolist() == [7]
    np.testing.assert_allclose(found.fifths, [[-4, -3, -1.5, 0, 5]], atol=1e-12)
    assert found.spread == pytest.approx([9])
    swapped = cross_section(score[:, [0, 1, 3, 2, 4, 5, 6, 7, 8]], later[:, [0, 1, 3, 2, 4, 5, 6, 7, 8]], least=7)
    np.testing.assert_array_equal(swapped.fifths, found.fifths)
    assert np.isnan(cross_section(score, later, least=8).ic).all()


@given(st.integers(0, 1_000))
def test_partial_correlation_is_that_of_residuals(seed: int) -> None:
    rng = np.random.default_rng(seed)
    score, later = rng.normal(size=(2, 1, 12))
    given_ = rng.normal(size=(2, 1, 12))
    later = later + 2 * given_[0]
    score[0, 3] = given_[1, 0, 5] = NAN
    keep = [k for k in range(12) if k not in (3, 5)]
    ranks = [pd.Series(x[0][keep]).rank().to_numpy() for x in (score, later, *given_)]
    basis = np.column_stack([np.ones(len(keep)), *ranks[2:]])
    rest = [x - basis @ np.linalg.lstsq(basis, x, rcond=None)[0] for x in ranks[:2]]
    expected = np.corrcoef(rest)[0, 1]
    assert partial_rank_correlation(score, later, given_, 5) == pytest.approx([expected], abs=1e-9)


def test_what_others_explain_is_nothing_of_its_own() -> None:
    rng = np.random.default_rng(1)
    beta = rng.normal(size=(1, 30))
    later = beta + 0.3 * rng.normal(size=(1, 30))
    score = beta + 0.3 * rng.normal(size=(1, 30))
    raw = rank_correlation(score, later, np.ones((1, 30), bool))[0]
    left = partial_rank_correlation(score, later, beta[None], 5)[0]
    assert raw > 0.8
    assert abs(left) < 0.4


def test_newey_west_by_hand() -> None:
    """Values 1, 3, 2, 6: mean 3, deviations -2, 0, -1, 3; gamma 14/4, lag one (0 + 0 - 3) / 4, weight 1/2 twice."""
    values = np.array([1.0, 3, 2, 6])
    assert newey_west(values, 0) == pytest.approx(3.5)
    assert newey_west(values, 1) == pytest.approx(3.5 - 0.75)


def test_summary_by_hand() -> None:
    values = np.array([0.1, 0.3, -0.1, 0.3])
    flips = np.array([[False] * 4, [True] * 4, [True, False, False, False], [False, False, True, False]])
    found = summarise(values, 0, np.where(flips, -1.0, 1.0))
    assert found.episodes == 4
    assert found.ic == pytest.approx(0.15)
    assert found.icir == pytest.approx(0.15 / values.std(ddof=1))
    assert found.t == pytest.approx(2 * found.icir)
    assert found.t_nw == pytest.approx(0.15 / math.sqrt(values.var() / 4))
    assert found.hit == 0.75
    assert found.p_flip == 0.75  # the values, all turned, and the loss turned into a gain; not the first turned: 0.1


def test_overlap() -> None:
    rows = np.array([10, 12, 15, 40])
    assert [overlap_lag(rows, h) for h in (1, 2, 3, 5, 6, 31)] == [0, 0, 1, 1, 2, 3]
    assert overlap_lag(rows, 31, most=2) == 2
    assert overlap_lag(rows[:0], 5) == 0


def test_signs_are_even_and_repeat() -> None:
    signs = sign_flips(4_000, 10, 3)
    assert signs.shape == (4_000, 10)
    assert abs(signs.mean() - 0.5) < 0.01
    assert (signs == sign_flips(4_000, 10, 3)).all()


def test_one_episode_has_no_spread() -> None:
    found = summarise(np.array([0.2]), 0, np.ones((10, 1)))
    assert found.ic == 0.2
    assert math.isnan(found.t)
    assert math.isnan(found.p_flip)
