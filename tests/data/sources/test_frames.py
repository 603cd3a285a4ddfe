"""A vendor's table into ours: names, units, order, and what is refused."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import NoDataError, SchemaChangedError
from sectorlead.data.sources.frames import HUNDRED_MILLION, LOT, normalised

NAN = float("nan")
NAMES = {"date": "日期", "open": "开", "high": "高", "low": "低", "close": "收", "volume": "量", "amount": "额"}
ROWS = {
    "日期": ["2024-01-03", "2024-01-02", "2024-01-04", "2024-01-04"],
    "开": [11, "10", 12, 12], "高": [12, 11, 13, 13], "低": [10, 9, 11, 11], "收": [11.5, "10.5", 12.5, 12.5],
    "量": [2, 1, "-", "-"], "额": [0.2, 0.1, None, None],
}  # fmt: skip


def vendors(**changes: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(ROWS | changes)


def read(frame: pd.DataFrame, **more: Any) -> pd.DataFrame:
    return normalised(frame, NAMES, {"volume": LOT, "amount": HUNDRED_MILLION}, what="vendor", **more)


def test_names_units_and_order_are_ours_and_a_row_that_comes_twice_is_kept_once() -> None:
    bars = read(vendors())
    assert list(bars) == ["date", "open", "high", "low", "close", "volume", "amount"]
    assert bars["date"].tolist() == list(pd.to_datetime(["2024-01-02", "2024-01-03", "2024-01-04"]))
    assert bars["close"].tolist() == [10.5, 11.5, 12.5]
    np.testing.assert_array_equal(bars["volume"], [100, 200, NAN])
    np.testing.assert_allclose(bars["amount"], [1e7, 2e7, NAN])
    assert set(bars.drop(columns="date").dtypes) == {np.dtype("float64")}


@pytest.mark.parametrize(
    "days",
    [
        [datetime.date(2024, 1, 2)] * 1, [pd.Timestamp("2024-01-02 15:00")], ["2024-01-02T00:00:00"], ["20240102"],
        [pd.Timestamp("2024-01-02", tz="Asia/Shanghai")],
    ],
)  # fmt: skip
def test_dates_are_midnights_without_a_time_zone(days: list[Any]) -> None:
    bars = normalised(pd.DataFrame({"d": days, "c": [1.0]}), {"date": "d", "close": "c"}, what="vendor")
    assert bars["date"].tolist() == [pd.Timestamp("2024-01-02")]
    assert bars["date"].dtype == np.dtype("M8[ns]")


def test_a_row_without_a_close_is_no_bar_and_rows_before_the_start_are_left_out() -> None:
    assert len(read(vendors(收=[None, 10.5, 12.5, 12.5]))) == 2
    assert read(vendors(), start=pd.Timestamp("2024-01-03"))["close"].tolist() == [11.5, 12.5]
    with pytest.raises(NoDataError, match="vendor: no bar since 2024-01-05"):
        read(vendors(), start=pd.Timestamp("2024-01-05"))


@pytest.mark.parametrize(
    ("changes", "column", "says"),
    [
        ({"日期": ["2024-01-03", "soon", "2024-01-04", "2024-01-04"]}, "日期", "holds no dates"),
        ({"日期": ["2024-01-03", None, "2024-01-04", "2024-01-04"]}, "日期", "not a date in 1 of 4 rows"),
        ({"开": [11, "ten", 12, 12]}, "开", "holds 'ten', not a number"),
        ({"收": [None, "--", "", "nan"]}, "收", "holds no number"),
        ({"收": [11.5, 10.5, 12.5, 12.4]}, "日期", "1 dates come twice, first 2024-01-04"),
        ({"高": [11, 9, 12, 12]}, "高", "'高' is not the high of the bar in 100% of the rows"),
        ({"低": [12, 11, 13, 13]}, "低", "'低' is not the low of the bar"),
    ],
)
def test_another_form_is_refused_by_its_column(changes: dict[str, list[Any]], column: str, says: str) -> None:
    with pytest.raises(SchemaChangedError, match=says) as caught:
        read(vendors(**changes))
    assert caught.value.column == column


def test_a_missing_column_says_which_are_there() -> None:
    with pytest.raises(SchemaChangedError, match="no column '额'; found: 日期, 开, 高, 低, 收, 量"):
        read(vendors().drop(columns="额"))


def test_single_bars_that_contradict_their_labels_are_no_change_of_form() -> None:
    half = vendors(日期=["2024-01-03", "2024-01-02", "2024-01-04", "2024-01-05"], 高=[12, 9, 12, 13])
    assert read(half)["high"].tolist() == [9, 12, 12, 13]  # two of four
    zeros = vendors(开=[0] * 4, 高=[0] * 4, 低=[0] * 4)  # a vendor that writes 0 for unknown
    assert len(read(zeros)) == 3
