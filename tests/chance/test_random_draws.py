"""Random decisions in the pattern of others: who stays, who comes, and that a draw goes by nothing but its seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.chance import random_draws as module
from sectorlead.chance.random_draws import Pattern, random_targets
from sectorlead.strategies.scores.hashed import mixed, symbol_keys


def pattern(decisions: int, n: int, count: int, partial: Any = ()) -> Pattern:
    weights = np.zeros((decisions, n))
    weights[:, :count] = np.arange(count, 0, -1) / (count * (count + 1) / 2)
    counts, only = np.full(decisions, count), np.zeros(decisions, np.bool_)
    only[list(partial)] = True
    days = mixed(np.arange(decisions).astype(np.uint64))
    symbols = tuple(f"S{i}" for i in range(n))
    return Pattern(np.arange(decisions), np.ones((decisions, n), np.bool_), counts, weights, only, days, symbols)


def drawn_by(asked: Pattern, keep: float, seed: int) -> Any:
    return random_targets(asked, keep, [seed])[0]


def test_a_draw_goes_by_its_seed_its_symbols_and_its_days_alone() -> None:
    asked = pattern(60, 20, 4)
    several = random_targets(asked, 0.6, [5, 9, 5])
    np.testing.assert_array_equal(several[0], several[2])
    np.testing.assert_array_equal(several[1], drawn_by(asked, 0.6, 9))
    assert not np.array_equal(several[0], several[1])
    turned = asked._replace(symbols=asked.symbols[::-1])
    np.testing.assert_array_equal(drawn_by(turned, 0.6, 5)[:, ::-1], several[0])
    longer = pattern(90, 20, 4)
    np.testing.assert_array_equal(drawn_by(longer, 0.6, 5)[:60], several[0])
    pairs = (drawn_by(asked, 0.0, 1) > 0) & (drawn_by(asked, 0.0, 2) > 0)
    assert pairs.sum() == pytest.approx(60 * 16 / 20, abs=4 * np.sqrt(60 * 0.64))  # as independent draws agree


def test_holdings_keep_their_place_as_often_as_asked() -> None:
    drawn = drawn_by(pattern(4_000, 30, 5), 0.7, 1) > 0
    stayed = (drawn[1:] & drawn[:-1]).sum() / (5 * 3_999)
    assert stayed == pytest.approx(0.7, abs=4 * np.sqrt(0.21 / 20_000))  # four standard errors
    everyone = drawn.mean(axis=0)
    assert everyone == pytest.approx(np.full(30, 5 / 30), abs=0.05)  # nobody is preferred


def test_who_has_left_comes_back_only_where_there_is_nobody_else() -> None:
    drawn = drawn_by(pattern(300, 10, 5), 0.0, 2) > 0
    assert not (drawn[1:] & drawn[:-1]).any()
    assert (drawn_by(pattern(50, 4, 4), 0.0, 2) > 0).all()


def test_all_stay_and_a_place_keeps_its_weight() -> None:
    drawn = drawn_by(pattern(50, 12, 4), 1.0, 3)
    assert (drawn == drawn[0]).all()
    half = drawn_by(pattern(200, 12, 4), 0.5, 3)
    both = (half[1:] > 0) & (half[:-1] > 0)
    np.testing.assert_array_equal(half[1:][both], half[:-1][both])


def test_what_can_no_longer_be_ranked_leaves() -> None:
    asked = pattern(100, 8, 3)
    able = np.ones((100, 8), np.bool_)
    able[50:, :4] = False
    drawn = drawn_by(asked._replace(able=able), 1.0, 0)
    assert (drawn[:50] == drawn[0]).all()
    assert (drawn[50:, :4] == 0).all()
    assert (np.count_nonzero(drawn, axis=1) == 3).all()


@given(st.integers(0, 10_000), st.floats(0, 1), st.data())
def test_compiled_equals_plain_and_never_holds_what_cannot_be_held(seed: int, keep: float, data: Any) -> None:
    rng = np.random.default_rng(seed)
    able = rng.random((12, 7)) < 0.8
    count = np.minimum(rng.integers(0, 5, 12), able.sum(axis=1))
    partial = rng.random(12) < 0.2
    asked = pattern(12, 7, 4)._replace(able=able, wanted=count, partial=partial)
    fast = random_targets(asked, keep, [seed, seed + 1])
    plain = np.empty((2, 12, 7))
    with np.errstate(over="ignore"):  # as unsigned numbers of a hash do
        columns = symbol_keys(asked.symbols, [seed, seed + 1])
        module._draw.__wrapped__(*asked[1:5], columns, asked.days, keep, plain)
    np.testing.assert_array_equal(fast, plain)
    fast, whole = fast[1], ~partial
    assert not ((fast > 0) & ~able)[whole].any()
    np.testing.assert_array_equal(np.count_nonzero(fast[whole], axis=1), count[whole])
