"""Named windows of time: what may be asked for, and that the dates of the sets are what their indices did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import ParameterError, UnknownNameError
from sectorlead.data.windows import NAMES, SETS, windows_between, windows_of

MINE = "mine=2021-02-18..2021-07-30"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("years", ("years",)),
        (["us-crashes", "years", "years"], ("us-crashes", "years")),
        ({"mine": ("2021-02-18", pd.Timestamp("2021-07-30"))}, (MINE,)),
        ([{"mine": ["2021-02-18", "2021-07-30"]}, "years"], (MINE, "years")),
        (MINE, (MINE,)),
    ],
)
def test_windows_are_kept_as_texts(given: Any, kept: tuple[str, ...]) -> None:
    assert windows_of(given) == windows_of(windows_of(given)) == kept
    assert sl.RunConfig(periods=given).periods == kept


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ("china-crash", UnknownNameError, "Did you mean 'china-crashes'"),
        ("mine=2021-02-18", ParameterError, r"a window is a name and two dates, name=2021-02-18\.\.2021-07-30"),
        ({"mine": "2021"}, ParameterError, "must have a first and a last date"),
        ({"mine": ("2021-07-30", "2021-02-18")}, ParameterError, "ends on 2021-02-18, before it begins"),
        ({"mine": ("18.02.2021", "2021-07-30")}, ParameterError, "must be a date without time"),
        ({"years": ("2021-02-18", "2021-07-30")}, ParameterError, "must be a text of its own"),
        ([], ParameterError, "periods must be a set such as"),
        (3, ParameterError, "periods must be a set such as"),
        ([{}], ParameterError, "periods must be a set such as"),
    ],
)
def test_what_is_no_window_says_why(given: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        sl.RunConfig(periods=given)


def test_years_are_those_of_the_run() -> None:
    found = windows_between(("years", MINE), pd.Timestamp("2020-03-02"), pd.Timestamp("2021-01-05"))
    assert [each[:3] for each in found] == [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2021", "2021-01-01", "2021-12-31"),
        ("mine", "2021-02-18", "2021-07-30"),
    ]


def test_sets_are_in_order_and_every_window_has_its_source() -> None:
    assert set(NAMES) == {*SETS, "years"}
    for windows in SETS.values():
        assert [each.first for each in windows] == sorted(each.first for each in windows)
        for each in windows:
            assert each.source
            assert pd.Timestamp(each.first) < pd.Timestamp(each.last)
            assert {pd.Timestamp(day).day_of_week for day in each[1:3]} <= set(range(5))


TURNS = {  # index, peak (or low) before the window, its end, whether it fell; closes of ../shared/data/cn_index
    "2018 bear market": ("000300", "2018-01-24", "2019-01-03", True),
    "2021 growth selloff": ("399006", "2021-02-10", "2021-03-09", True),
    "2021 July": ("399001", "2021-07-22", "2021-07-28", True),
    "2022 April": ("000300", "", "2022-04-26", True),
    "2020 pandemic": ("000300", "", "2020-03-23", True),
    "2016 circuit breaker": ("000300", "", "2016-01-28", True),
    "2024 micro caps": ("000001", "", "2024-02-05", True),
    "2024 September rally": ("000300", "2024-09-23", "2024-10-08", False),
}


def test_china_s_windows_begin_and_end_where_the_indices_turned(shared_data: Path) -> None:
    bars = pd.read_csv(shared_data / "cn_index/bars.csv.gz", dtype={"symbol": str}, parse_dates=["date"])
    for window in SETS["china-crashes"]:
        if window.name not in TURNS:
            continue
        symbol, before, end, fell = TURNS[window.name]
        close = bars[bars["symbol"] == symbol].set_index("date")["close"]
        inside = close[window.first : window.last]
        assert window.last == end
        assert inside.idxmin() == pd.Timestamp(end) if fell else inside.idxmax() == pd.Timestamp(end)
        assert window.first in inside.index
        if before:  # the session before is the turn, and the last one before the window
            assert close[: window.first].index[-2] == pd.Timestamp(before)
            assert (close[before] > inside).all() if fell else (close[before] < inside).all()


def test_the_page_has_every_window() -> None:
    page = (Path(__file__).parents[2] / "docs" / "windows.md").read_text(encoding="utf-8")
    for windows in SETS.values():
        for each in windows:
            assert f"| {' | '.join(each)} |" in page
