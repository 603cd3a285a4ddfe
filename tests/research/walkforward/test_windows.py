"""Windows: cut by sessions or by the calendar, tests without gaps, nothing of a test in its training."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sectorlead as sl
from sectorlead.data.errors import InputError, ParameterError

PANEL = sl.simulate(seed=1, sessions=1_100)  # 2015-01-05 to 2019-03-22


@settings(max_examples=40)
@given(
    st.sampled_from([40, 250, "6m", "1y", "30w"]), st.sampled_from([20, 111, "3m", "1y", "9w"]), st.booleans(),
    st.integers(0, 15), st.integers(0, 15),
)  # fmt: skip
def test_tests_follow_without_a_gap_and_training_ends_before_them(
    train: Any, test: Any, anchored: bool, purge: int, embargo: int
) -> None:
    found = sl.Windows(train, test, anchored, purge, embargo).over(PANEL)
    assert [it.number for it in found] == list(range(1, len(found) + 1))
    assert found[-1].test_last == len(PANEL.sessions) - 1 or len(PANEL.sessions) - 1 - found[-1].test_last < 2
    for one, other in pairwise(found):
        assert other.test_first == one.test_last + 1
    for it in found:
        assert it.train_last == it.test_first - 1 - purge - embargo
        assert 0 <= it.train_first < it.train_last
        if anchored:
            assert it.train_first == found[0].train_first
        elif isinstance(train, int):
            assert it.train_last - it.train_first + 1 == train - purge


def test_calendar_windows_are_cut_on_the_calendar() -> None:
    table = sl.Windows("2y", "6m", purge=3, embargo=2).table(PANEL)
    days = PANEL.sessions
    assert table["train_from"].tolist()[:2] == [days[days >= "2015-01-01"][0], days[days >= "2015-07-01"][0]]
    assert table["train_to"].tolist()[:2] == [days[days < "2017-01-01"][-4], days[days < "2017-07-01"][-4]]
    assert table["test_from"].tolist()[:2] == [days[days >= "2017-01-01"][2], days[days >= "2017-07-01"][2]]
    assert list(table["test_sessions"])[:-1] == [
        int(((days >= a) & (days < b)).sum())
        for a, b in [("2017-01-01", "2017-07-01"), ("2017-07-01", "2018-01-01"), ("2018-01-01", "2018-07-01"),
                     ("2018-07-01", "2019-01-01")]
    ]  # fmt: skip


def test_start_and_end_are_those_of_a_run() -> None:
    first, *_, last = sl.Windows(100, 60).over(PANEL, start="2016-02-01", end="2017-12-29")
    assert PANEL.sessions[first.train_first] == pd.Timestamp("2016-02-01")
    assert PANEL.sessions[last.test_last] == pd.Timestamp("2017-12-29")
    moved = sl.Windows("1y", "1y").table(PANEL, start="2016-02-15")
    assert f"{moved['test_from'].iloc[0]:%F}" == "2017-02-15", "a start that was given is kept to the day"


def test_a_leftover_of_one_session_is_no_window() -> None:
    assert [it.test_last for it in sl.Windows(100, 333).over(PANEL)] == [432, 765, 1098]


@pytest.mark.parametrize(
    ("windows", "told"),
    [
        (sl.Windows("5y", "1y"), "don't fit into 1,100 sessions"),
        (sl.Windows(1_100, 10), "don't fit"),
        (sl.Windows(1_099, 10), "don't fit"),
        (sl.Windows(20, 10, purge=19), "purge less"),
    ],
)
def test_windows_that_don_t_fit_are_told(windows: sl.Windows, told: str) -> None:
    with pytest.raises(InputError, match=told):
        windows.over(PANEL)


@pytest.mark.parametrize(
    "given", [{"train": 1}, {"train": "3 years"}, {"test": True}, {"test": "0y"}, {"purge": -1}, {"embargo": 1.5},
              {"anchored": 1}]
)  # fmt: skip
def test_lengths_that_are_none_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match="must be"):
        sl.Windows(**given)


def test_windows_can_be_drawn() -> None:
    ax = sl.Windows(300, 100).plot(PANEL)
    assert ax.patches or ax.collections
    assert np.isfinite(ax.get_xlim()).all()
