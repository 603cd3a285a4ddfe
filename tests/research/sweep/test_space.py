"""The variants of a grid: all combinations once, those that meet the constraints, draws that a seed repeats."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sectorlead.data.errors import InputError, ParameterError, UnknownNameError
from sectorlead.research.sweep.axes import Axis, axis_of
from sectorlead.research.sweep.space import RandomSearch, all_of, drawn

VALUES = st.lists(st.integers(-5, 9), min_size=1, max_size=5, unique=True)


def axes(**values: list[int]) -> tuple[Axis, ...]:
    return tuple(axis_of(f"rule.{name}", own, "parameter") for name, own in values.items())


def rows(space: object) -> list[tuple[int, ...]]:
    return [tuple(space.values(i).values()) for i in range(len(space))]  # type: ignore[attr-defined, arg-type]


@given(VALUES, VALUES, VALUES)
def test_the_grid_is_the_product(a: list[int], b: list[int], c: list[int]) -> None:
    assert rows(all_of(axes(a=a, b=b, c=c), ())) == list(itertools.product(a, b, c))


@given(VALUES, VALUES, st.integers(-3, 3))
def test_a_text_a_function_and_python_keep_the_same(a: list[int], b: list[int], k: int) -> None:
    made, expected = axes(a=a, b=b), [(x, y) for x, y in itertools.product(a, b) if x < y + k and x != 2]
    text = f"a < rule.b + {k} and not (a == 2)".replace("+ -", "- ")
    if not expected:
        with pytest.raises(InputError, match="no combination"):
            all_of(made, [text])
        return
    assert rows(all_of(made, [text])) == expected
    assert rows(all_of(made, [lambda row: row["a"] < row["rule.b"] + k, "a != 2"])) == expected


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("a <", InputError, "no expression"),
        ("a < c", UnknownNameError, "rule.a"),
        ("a.__class__ == 1", UnknownNameError, "__class__"),
        ("max(a, b) > 1", InputError, "call|max"),
        ("a if b else b", InputError, "ifexp"),
        ("a < None", InputError, "can't be worked out for rule.a=1"),
    ],
)
def test_an_expression_that_is_none_says_why(text: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        all_of(axes(a=[1, 2], b=[3]), [text])


@given(VALUES, VALUES, st.integers(1, 30), st.integers(0, 5))
def test_draws_are_some_of_the_grid_each_once_and_a_seed_repeats_them(
    a: list[int], b: list[int], count: int, seed: int
) -> None:
    made, search = axes(a=a, b=b), RandomSearch(count, seed)
    found = rows(drawn(made, (), search))
    whole = list(itertools.product(a, b))
    assert len(found) == min(count, len(whole)) == len(set(found))
    assert set(found) <= set(whole)
    assert found == rows(drawn(made, (), search))


def test_other_seeds_draw_others_and_each_is_as_likely() -> None:
    made = axes(a=list(range(10)))
    counts = np.zeros(10)
    for seed in range(400):
        counts[[row[0] for row in rows(drawn(made, (), RandomSearch(2, seed)))]] += 1
    assert stats.chisquare(counts).pvalue > 0.001


def test_a_distribution_is_drawn_from_and_meets_the_constraints() -> None:
    own = Axis("rule.x", (), (), "parameter", random=stats.randint(1, 100))
    made = (own, *axes(b=[10, 50]))
    found = drawn(made, ["x < b"], RandomSearch(40, seed=2))
    assert len(found) == 40
    assert all(1 <= x < b for x, b in rows(found))
    assert rows(found) == rows(drawn(made, ["x < b"], RandomSearch(40, seed=2)))
    with pytest.raises(ParameterError, match="RandomSearch"):
        all_of(made, ())


def test_a_grid_that_is_too_large_says_how_large() -> None:
    wide = axes(a=list(range(5_000)), b=list(range(5_000)))
    with pytest.raises(InputError, match="25,000,000 combinations"):
        all_of(wide, ())
    assert len(drawn(wide, (), RandomSearch(20))) == 20
