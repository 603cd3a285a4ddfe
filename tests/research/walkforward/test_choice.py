"""Rules of choice: by hand, ties to the smaller number, and only what can be chosen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import ParameterError, UnknownNameError
from sectorlead.research.sweep.axes import axis_of
from sectorlead.research.walkforward.choice import (
    InSample,
    all_by_rank,
    best,
    find_choice,
    plateau,
    plateau_scores,
    top_fifth,
    weights_of,
)

NAN = float("nan")


def seen(score: Any, *axes: Any, keep: Any = None) -> InSample:
    made = tuple(axis_of(f"p{k}", values, "parameter") for k, values in enumerate(axes))
    shape = tuple(len(axis) for axis in axes)
    positions = np.array(np.unravel_index(np.arange(np.prod(shape)), shape), np.int32)
    if keep is not None:
        positions = positions[:, keep]
    return InSample(np.array(score, np.float64), "sharpe", made, positions, pd.DataFrame())


def test_the_best_and_the_plateau_by_hand() -> None:
    """A peak of 5 among zeros, and a ridge of 3, 3, 3."""
    given = seen([0, 5, 0, 0, 3, 3, 3], [1, 2, 3, 4, 5, 6, 7])
    assert best(given) == 1
    assert plateau_scores(given).tolist() == pytest.approx([2.5, 5 / 3, 5 / 3, 1, 2, 3, 3])
    assert plateau(given) == 5, "of equal ones the smaller number"


def test_neighbours_go_by_value_one_step_in_one_parameter_that_is_there() -> None:
    given = seen([1, 2, 4, 8, 16, 32], [30, 10, 20], ["a", "b"])  # rows 30a 30b 10a 10b 20a 20b
    assert plateau_scores(given).tolist() == [(1 + 16) / 2, (2 + 32) / 2, (4 + 16) / 2, (8 + 32) / 2,
                                              (16 + 1 + 4) / 3, (32 + 2 + 8) / 3]  # fmt: skip
    cut = seen([1, 2, 4], [1, 2], [1, 2], keep=[0, 1, 3])  # without (2, 1)
    assert plateau_scores(cut).tolist() == [1.5, 7 / 3, 3.0]
    holes = seen([1, NAN, 4], [1, 2, 3])
    assert plateau_scores(holes).tolist()[::2] == [1.0, 4.0]
    assert plateau(holes) == 2


def test_several_by_hand() -> None:
    given = seen([1, NAN, 3, 3, 2, 0, -1, -2, 0.5, 0.7, 9], range(11))
    assert given.order.tolist() == [10, 2, 3, 4, 0, 9, 8, 5, 6, 7]
    assert np.flatnonzero(top_fifth(given)).tolist() == [2, 10]
    weights = weights_of(all_by_rank(given), given, "all")
    assert weights[[10, 2, 7, 1]].tolist() == [10 / 55, 9 / 55, 1 / 55, 0]
    assert np.flatnonzero(top_fifth(seen([1, 2], [1, 2]))).tolist() == [1], "one at least"


@pytest.mark.parametrize(
    ("answer", "wanted"), [(2, [0, 0, 1]), ({0: 3, 2: 1}, [0.75, 0, 0.25]), ([2, 0, 2], [0.5, 0, 0.5])]
)
def test_what_a_function_may_answer(answer: Any, wanted: list[float]) -> None:
    assert weights_of(answer, seen([1, NAN, 2], [1, 2, 3]), "mine").tolist() == wanted


@pytest.mark.parametrize(
    ("answer", "told"),
    [(7, "numbers from 0 to 2"), (1, "no sharpe"), ([1, 1], "weights >= 0"), ([-1, 0, 2], "weights >= 0"),
     ([0, 0, 0], "above 0"), ("x", "weights"), (None, "weights"), (True, "weights"), ({"a": 1}, "numbers from")],
)  # fmt: skip
def test_what_it_may_not(answer: Any, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        weights_of(answer, seen([1, NAN, 2], [1, 2, 3]), "mine")


def test_rules_are_found_by_name() -> None:
    assert find_choice("best") is best
    with pytest.raises(UnknownNameError, match="plateau"):
        find_choice("platau")
    with pytest.raises(ParameterError, match="function of InSample"):
        find_choice(3)
