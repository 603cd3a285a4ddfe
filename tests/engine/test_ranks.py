"""The order of scores: that of a stable sort, whole or as far as it is asked for."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.engine.ranks import MANY, best_columns, ranks_of


def scores(seed: int, columns: int, values: int) -> np.ndarray:
    """Few values are many ties; zeros of both signs are equal; a row that can't be ranked, and one that hardly can."""
    rng = np.random.default_rng(seed)
    made = rng.integers(-values, values, (7, columns)) / 7.0
    made[rng.random(made.shape) < 0.2] = np.nan
    made[rng.random(made.shape) < 0.05] = -0.0
    made[2] = np.nan
    made[3, 2:] = np.nan
    made[4] = np.arange(columns)
    return made


@given(
    seed=st.integers(0, 2**32 - 1), columns=st.sampled_from([1, 6, MANY - 1, MANY, MANY + 40]),
    values=st.sampled_from([1, 5, 10_000]), most=st.sampled_from([1, 2, 5, 24, 30, 60]),
)  # fmt: skip
@settings(max_examples=80)
def test_the_best_columns_are_those_of_a_stable_sort(seed: int, columns: int, values: int, most: int) -> None:
    made = scores(seed, columns, values)
    found, ranks = best_columns(made, most), ranks_of(made)
    assert found.shape[1] >= min(most, columns)
    for row, order, rank in zip(made, found.tolist(), ranks.tolist(), strict=True):
        known = sorted(np.flatnonzero(~np.isnan(row)).tolist(), key=lambda i: (-row[i], i))
        assert order == [*known, *[-1] * columns][: found.shape[1]]
        assert rank == [known.index(i) + 1 if i in known else 0 for i in range(columns)]


def test_of_many_columns_only_those_that_are_needed_are_sorted() -> None:
    made = np.random.default_rng(1).normal(size=(3, 400))
    assert best_columns(made, 5).shape == (3, 5)
    assert best_columns(made, 300).shape == (3, 400)
    assert best_columns(made[:0], 5).shape == (0, 5)
