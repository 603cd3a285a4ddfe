"""What an answer does to the bars that are held, by hand: more of the same, or another history."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.errors import DataError
from sectorlead.data.store.vintages import Bars, Merged, bars_of, content_hash, merge
from sectorlead.data.tidy.columns import NUMBERS

NAN = float("nan")
CLOSE = NUMBERS.index("close")


def bars(closes: Sequence[float], first: int = 1, *, origin: int = 0, fetch: int = 1, **more: Sequence[float]) -> Bars:
    """Bars of the days of January 2024 from ``first`` on; a close of 0 is a day without a bar."""
    days = [day for day, close in enumerate(closes, first) if close]
    frame = pd.DataFrame({"date": pd.to_datetime([f"2024-01-{day:02d}" for day in days])})
    frame["close"] = [close for close in closes if close]
    made = bars_of(frame.assign(**more), "A")
    return Bars(made.days, made.numbers, np.full(len(days), fetch, np.int32), np.full(len(days), origin, np.int8))


def told(merged: Merged) -> tuple[int, list[int], list[int], list[int], list[float]]:
    """Added; days restated, inserted, withdrawn; closes."""
    days = [[int(str(day)[-2:]) for day in each] for each in (merged.restated, merged.inserted, merged.withdrawn)]
    return (merged.added, *days, merged.bars.numbers[CLOSE].tolist())  # type: ignore[return-value]


HELD = bars([1, 2, 3, 4])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (bars([3, 4, 5, 6], 3, fetch=2), (2, [], [], [], [1, 2, 3, 4, 5, 6])),
        (bars([3, 4], 3, fetch=2), (0, [], [], [], [1, 2, 3, 4])),
        (bars([3.5, 4, 5], 3, fetch=2), (1, [3], [], [], [1, 2, 3.5, 4, 5])),
        (bars([1, 0, 3, 0, 5], fetch=2), (1, [], [], [2, 4], [1, 2, 3, 4, 5])),
        (bars([5, 6], 6, fetch=2), (2, [], [], [], [1, 2, 3, 4, 5, 6])),
        (bars([1, 2], 1, fetch=2), (0, [], [], [3, 4], [1, 2, 3, 4])),
        (bars([3 * (1 + 1e-10), 4], 3, fetch=2), (0, [], [], [], [1, 2, 3, 4])),  # noise
    ],
)
def test_an_answer_of_the_same_vendor(answer: Bars, expected: tuple[object, ...]) -> None:
    merged = merge(HELD, answer, "A")
    assert told(merged) == expected
    assert merged.another_history == bool(expected[1] or expected[2])
    unchanged = expected[0] == 0 and not merged.another_history
    assert (merged.bars is HELD) == unchanged
    assert set(merged.bars.fetch[np.isin(merged.bars.days, HELD.days)]) <= {1, 2}


def test_a_bar_that_comes_late_is_inserted_and_says_which_answer_gave_it() -> None:
    merged = merge(bars([1, 0, 3]), bars([1, 2, 3, 4], fetch=2), "A")
    assert told(merged) == (1, [], [2], [], [1, 2, 3, 4])
    assert merged.bars.fetch.tolist() == [1, 2, 1, 2]


def test_the_first_answer_is_all_there_is_and_an_empty_one_is_refused() -> None:
    assert told(merge(None, HELD, "A")) == (4, [], [], [], [1, 2, 3, 4])
    with pytest.raises(DataError, match="A: the answer has no bar"):
        merge(None, HELD.take(slice(0, 0)), "A")


def test_another_number_of_the_same_vendor_restates_even_where_the_close_is_the_same() -> None:
    with_volume = bars([1, 2], volume=[5.0, 6.0])
    assert told(merge(with_volume, bars([1, 2], volume=[5.0, 7.0], fetch=2), "A"))[1] == [2]
    assert told(merge(with_volume, bars([1, 2], fetch=2), "A"))[1] == [1, 2]  # the volume is gone
    assert told(merge(with_volume, bars([1, 2], volume=[9.0, NAN], origin=1), "A"))[1] == []  # of another vendor


@pytest.mark.parametrize(("close", "joined"), [(3.0029, True), (3.0031, False)])
def test_another_vendor_is_joined_where_closes_agree_to_a_thousandth(close: float, joined: bool) -> None:
    answer = bars([close, 4, 5], 3, origin=1, fetch=2)
    if joined:
        merged = merge(HELD, answer, "A")
        assert told(merged) == (1, [], [], [], [1, 2, 3, 4, 5])  # the bar that was held stays
        assert merged.bars.origin.tolist() == [0, 0, 0, 0, 1]
    else:
        with pytest.raises(DataError, match=r"on 1 of 2 sessions, first 2024-01-03: 3.0031, held 3. .*--full"):
            merge(HELD, answer, "A")


def test_a_whole_history_of_another_vendor_takes_the_place_of_all() -> None:
    answer = bars([0, 2, 3.5, 0, 5], origin=1, fetch=2)
    merged = merge(HELD, answer, "A", whole=True)
    assert told(merged) == (1, [3], [], [1, 4], [2, 3.5, 5])
    assert merged.bars is answer
    late = merge(bars([1, 0, 3, 4]), bars([1, 2, 3.5, 4], origin=1), "A", whole=True)
    assert told(late) == (0, [3], [2], [], [1, 2, 3.5, 4])  # the last bar held is not added once more


def test_the_hash_is_of_what_is_said() -> None:
    one = bars([1, 2])
    assert one.content_hash == content_hash(one.days, one.numbers) == bars([1, 2], origin=3, fetch=9).content_hash
    assert len(one.content_hash) == 32
    different = [bars([1, 3]), bars([1, 2], 2), bars([1, 2], volume=[0.0, 1.0]), bars([1, 2], st=[0.0, 1.0])]
    assert len({each.content_hash for each in [one, *different]}) == 5
    zero, minus = bars([1, 2], volume=[0.0, 1.0]), bars([1, 2], volume=[-0.0, 1.0])
    assert zero.content_hash == minus.content_hash
    silent = bars([1, 2], st=[NAN, NAN])
    assert silent.content_hash == one.content_hash
    assert list(silent.frame()) == ["date", *NUMBERS]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_afterwards_the_answer_is_what_is_held_and_nothing_else_is_gone(old: list[int], new: list[int]) -> None:
    held, answer = bars([*map(float, old), 1.0]), bars([*map(float, new), 2.0], fetch=2)
    after = merge(held, answer, "A").bars
    assert (np.diff(after.days) > np.timedelta64(0, "D")).all()
    assert set(after.days) == set(held.days) | set(answer.days)
    assert (after.numbers[CLOSE][np.isin(after.days, answer.days)] == answer.numbers[CLOSE]).all()
    again = merge(after, answer, "A")
    assert (again.bars is after, again.added, again.another_history) == (True, 0, False)
