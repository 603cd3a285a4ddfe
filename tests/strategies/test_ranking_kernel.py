"""Ranks are those of a stable sort."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sectorlead as sl
from sectorlead.strategies.ranking_kernel import rank_best, rank_draws, rank_rows, ranked
from sectorlead.strategies.scores.hashed import day_keys, symbol_keys
from sectorlead.strategies.scores.score import RandomScore


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_as_a_stable_sort_has_them(seed: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    score = rng.choice([np.nan, np.inf, -np.inf, -0.0, 0.0, *rng.normal(size=20)], (12, columns))
    able = rng.random(score.shape) < 0.8
    known = np.where(able & np.isfinite(score), score, np.nan)
    order = np.argsort(-known, axis=1, kind="stable")
    counts = np.isfinite(known).sum(axis=1)
    order[np.arange(columns) >= counts[:, None]] = -1
    found, rank = ranked(score, able)
    np.testing.assert_array_equal(found, order)
    for u in range(12):
        assert rank[u, order[u, : counts[u]]].tolist() == list(range(1, counts[u] + 1))
        assert (rank[u] > 0).sum() == counts[u]
    plain_order, plain_rank = np.empty_like(found), np.empty_like(rank)
    rank_rows.__wrapped__(score, able, plain_order, plain_rank)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(plain_order, found)
    np.testing.assert_array_equal(plain_rank, rank)


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 12))
def test_the_best_are_ranked_as_among_all(seed: int, columns: int, most: int) -> None:
    rng, most = np.random.default_rng(seed), min(most, columns)
    score = rng.choice([np.nan, np.inf, -0.0, 0.0, *rng.normal(size=9)], (12, columns))
    able = rng.random(score.shape) < 0.8
    order, rank = ranked(score, able)
    for kernel in (rank_best, rank_best.__wrapped__):  # type: ignore[attr-defined]
        best, known = np.empty((12, most), np.int16), np.empty_like(rank)
        kernel(score, able, best, known)
        np.testing.assert_array_equal(best, order[:, :most])
        np.testing.assert_array_equal(known, np.minimum(rank, most + 1))
    np.testing.assert_array_equal(ranked(score, able, most)[0], order[:, :most])


@pytest.mark.parametrize(("columns", "most"), [(7, 7), (31, 8), (31, 31), (80, 9)])
def test_draws_are_ranked_as_their_scores_are(columns: int, most: int) -> None:
    sessions = sl.simulate(sessions=60).sessions
    panel = sl.Panel(sessions, tuple(f"{i:03d}" for i in range(columns)), np.ones((60, columns)))
    rows, seeds = np.arange(5, 60, 7), [3, 2**62, 0]
    able = np.random.default_rng(columns).random((len(rows), columns)) < 0.7
    able[2] = False
    keys = symbol_keys(panel.symbols, seeds), day_keys(panel, rows)
    order = np.full((4, len(rows), most), 7, np.int16)
    rank = np.full((4, len(rows), columns), 7, np.int16)
    places = np.array([3, 0, 1])
    with np.errstate(over="ignore"):
        rank_draws.__wrapped__(*keys, able, places, order, rank)  # type: ignore[attr-defined]
    for seed, p in zip(seeds, places.tolist(), strict=True):
        expected, known = ranked(RandomScore(seed).at(panel, rows), able)
        np.testing.assert_array_equal(order[p], expected[:, :most])
        np.testing.assert_array_equal(np.minimum(rank[p], most + 1), np.minimum(known, most + 1))
    assert (rank[2] == 7).all()
    fast_order, fast_rank = np.full_like(order, 7), np.full_like(rank, 7)
    rank_draws(*keys, able, places, fast_order, fast_rank)
    np.testing.assert_array_equal(fast_order, order)
    np.testing.assert_array_equal(fast_rank, rank)
