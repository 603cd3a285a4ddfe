"""How vendors write dates and numbers."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.tidy.days import read_dates
from sectorlead.data.tidy.headers import meaning
from sectorlead.data.tidy.numbers import SEPARATED, read_numbers

NAN = float("nan")


def test_names_in_both_languages_whatever_their_case() -> None:
    assert [meaning(name).field for name in ("Date", " 收盘 ", "VOL", "ts_code", "turnover_value", "isST", "pe")] == [
        "date", "close", "volume", "symbol", "amount", "st", "other",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "form", "days"),
    [
        (["2024-02-03", "20240204"], "ISO", ["2024-02-03", "2024-02-04"]),
        (["3/2/2024", "13/2/2024"], "D/M/YYYY", ["2024-02-03", "2024-02-13"]),
        (["2/3/2024", "2/13/2024"], "M/D/YYYY", ["2024-02-03", "2024-02-13"]),
        (["3/2/2024"], "D/M/YYYY", ["2024-02-03"]),
        (["3.2.2024"], "D/M/YYYY", ["2024-02-03"]),
        (["2024/2/3", "2024年2月4日"], "YYYY/M/D", ["2024-02-03", "2024-02-04"]),
        (["Feb 3, 2024", "February 4 2024"], "with the month in words", ["2024-02-03", "2024-02-04"]),
        (["3 Feb 2024", "04-Sept-2024"], "with the month in words", ["2024-02-03", "2024-09-04"]),
        (["31/2/2024", "soon", "", "0204-01-03"], "D/M/YYYY", ["NaT"] * 4),
    ],
)
def test_dates_in_the_forms_that_people_use(texts: list[str], form: str, days: list[str]) -> None:
    found = read_dates(texts)
    assert found.form == form
    np.testing.assert_array_equal(found.days, np.array(days, "M8[ns]"))


def test_a_date_is_ambiguous_if_its_places_can_change() -> None:
    found = read_dates(["1/2/2024", "2/2/2024", "13/2/2024", "1/2/2024"])
    assert found.ambiguous.tolist() == [True, False, False, True]
    assert not read_dates(["2024-01-02"]).ambiguous.any()


@pytest.mark.parametrize(
    ("text", "timed"),
    [("2024-01-02 00:00:00", False), ("2024-01-02T00:00", False), ("2024-01-02 15:00", True), ("2024-01-02", False),
     ("2024-01-02 09:30:00+08:00", True)],
)  # fmt: skip
def test_a_time_of_day_is_told_and_read_over(text: str, timed: bool) -> None:
    found = read_dates([text])
    assert (found.timed, found.days[0]) == (timed, np.datetime64("2024-01-02"))


def test_numbers_with_separators_holes_and_text() -> None:
    found = read_numbers(
        ["1,234.5", "-1,000", "12,34", "1.5", " - ", "N/A", "", "5x", "1e3", "12.5%", "1.2亿", "40.04M"]
    )
    expected = [1234.5, -1000, NAN, 1.5, NAN, NAN, NAN, NAN, 1000, 0.125, 1.2e8, 40.04e6]
    np.testing.assert_array_equal(found.floats, expected)
    assert found.broken.tolist() == [False, False, True, False, False, False, False, True, False, False, False, False]
    assert found.count(SEPARATED) == 2


@given(st.lists(st.dates(datetime.date(1990, 1, 1), datetime.date(2030, 12, 31)), min_size=1, max_size=8))
def test_day_and_month_are_never_mixed_within_a_file(days: list[datetime.date]) -> None:
    """Whichever order the rows are read in, it is one order: all right, or all with day and month exchanged."""
    found = read_dates([f"{day.day}/{day.month}/{day.year}" for day in days]).days.astype("M8[D]").tolist()
    turned = [datetime.date(day.year, day.day, day.month) if day.day <= 12 else None for day in days]
    assert found in (days, turned)
    if any(day.day > 12 for day in days):
        assert found == days
