"""A table of variants is the strategies it stands for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError, ParameterError
from sectorlead.strategies.parameters import with_parameters
from sectorlead.strategies.variants import VariantTable, table_of, variant_table

BASE = sl.Rotation(sl.Momentum(60), sl.TopN(3), schedule=sl.Monthly())
KINDS: dict[str, Any] = {"TopN": sl.TopN, "All": sl.All, "Momentum": sl.Momentum}
COLUMNS: dict[str, list[Any]] = {
    "score.lookback": [20, 40, 20, 60],
    "score.skip": [0, 5, 0, 0],
    "pick.n": [3, 3, 3, 5],
    "schedule.offset": [0, 1, 2, 0],
}


def row(columns: dict[str, list[Any]], i: int) -> dict[str, Any]:
    return {name: column[i] for name, column in columns.items()}


@pytest.mark.parametrize("base", [BASE, sl.Tranches(BASE, 3, 4)])
def test_each_is_the_base_with_its_parameters(base: Any) -> None:
    inside = "rotation." if isinstance(base, sl.Tranches) else ""
    columns = {f"{inside}{name}": column for name, column in COLUMNS.items()}
    if inside:
        columns["count"] = [1, 2, 3, 3]
    table = variant_table(base, columns, KINDS.__getitem__)
    expected = [with_parameters(base, row(columns, i), KINDS.__getitem__) for i in range(4)]
    assert list(table) == expected
    assert list(table[1:3]) == expected[1:3]
    assert list(table.take(np.array([3, 0]))) == [expected[3], expected[0]]
    assert list(table_of(expected)) == expected
    assert (table[-1], len(table)) == (expected[3], 4)


def test_parts_are_made_once_for_each_distinct_combination() -> None:
    table = variant_table(BASE, COLUMNS, KINDS.__getitem__)
    assert table.parts["score"] == (sl.Momentum(20), sl.Momentum(40, skip=5), sl.Momentum(60))
    assert table.place["score"].tolist() == [0, 1, 0, 2]
    assert table.parts["guard"] == (BASE.guard,)
    assert {name: len(part) for name, part in table.take(np.array([0, 2])).parts.items()}["score"] == 1


def test_a_part_by_its_name() -> None:
    table = variant_table(BASE, {"pick": ["All", "TopN"], "score.lookback": [20, 30]}, KINDS.__getitem__)
    assert [one.pick for one in table] == [sl.All(), sl.TopN()]


def test_a_million_are_numbers() -> None:
    count = 1_000_000
    table = variant_table(BASE, {"score.lookback": np.arange(count) % 200 + 5}, KINDS.__getitem__)
    assert (len(table), len(table.parts["score"])) == (count, 200)
    assert table.strategy(123_456).score == sl.Momentum(123_456 % 200 + 5)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"score.lookback": [20, 30], "pick.n": [1]}, "a value for each variant"),
        ({"score.lookback": [20, -3]}, "lookback must be"),
        ({"pick.many": [3]}, "pick"),
        ({"scores.lookback": [3]}, "score"),
        ({"pick.n": [9], "pick.hold_until_rank": [5]}, "at least n=9"),
    ],
)
def test_what_is_not_allowed_is_an_error(columns: dict[str, list[Any]], told: str) -> None:
    with pytest.raises(InputError, match=told):
        variant_table(BASE, columns, KINDS.__getitem__)


def test_tranches_that_do_not_fit_their_schedule() -> None:
    base = sl.Tranches(sl.Rotation(schedule=sl.Every(20)), 2, 5)
    with pytest.raises(ParameterError, match="don't fit"):
        variant_table(base, {"count": [2, 5]}, KINDS.__getitem__)


def test_why_a_variant_runs_by_itself() -> None:
    rules = [
        BASE,
        sl.Rotation(pick=sl.DiverseTopN(3)),
        sl.Rotation(weigh=sl.Capped(sl.Equal(), 0.2)),
    ]
    told = table_of(rules).apart()
    assert told[0] == ""
    assert told[1].startswith("DiverseTopN")
    assert told[2].startswith("Capped")


def test_shared_work_adjoins() -> None:
    table = variant_table(BASE, COLUMNS, KINDS.__getitem__)
    assert table.by_shared_work().tolist() == [0, 2, 1, 3]
    assert isinstance(table.take(table.by_shared_work()), VariantTable)
