"""Dates as people and files write them: one form is taken, every other is refused."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.dates import as_date, to_dates
from sectorlead.data.errors import ParameterError

DAY = pd.Timestamp("2020-01-31")


@pytest.mark.parametrize(
    "value",
    [
        "2020-01-31", "20200131", "2020-01-31 00:00", "2020-01-31T00:00:00", "2020-01-31 00:00:00.000",
        datetime.date(2020, 1, 31), datetime.datetime(2020, 1, 31), np.datetime64("2020-01-31"), DAY, DAY.as_unit("s"),
    ],
)  # fmt: skip
def test_a_date_in_any_of_its_forms(value: object) -> None:
    found = as_date("start", value)
    assert (found, found.unit, found.tz) == (DAY, "ns", None)


@pytest.mark.parametrize(
    "value",
    [
        "31.01.2020", "01/31/2020", "2020-1-31", "2020-02-30", "2020-01-31 15:00", "2020-01-31T00:00:00Z", "soon", "",
        20200131, 1.5, None, float("nan"), pd.NaT, DAY.tz_localize("UTC"), DAY + pd.Timedelta(hours=1), [DAY],
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_by_name(value: object) -> None:
    with pytest.raises(ParameterError, match=r"start must be a date without time or time zone.*was"):
        as_date("start", value)


def test_a_column_of_dates_has_nat_where_there_is_none() -> None:
    right, wrong = ["2020-01-31", "20200131", "2020-01-31 00:00:00"], ["2020-01-31 09:30", "1/2/2020", ""]
    found = to_dates(np.array([*right, *wrong, "2139-12-31", "2140-01-01", "1849-12-31"], dtype=object))
    assert found.dtype == np.dtype("M8[ns]")
    assert np.isnat(found).tolist() == [False, False, False, True, True, True, False, True, True]
    assert (found[:3] == np.datetime64("2020-01-31")).all()


def test_a_column_of_timestamps_keeps_midnights_only() -> None:
    found = to_dates(np.array(["2020-01-31T00:00", "2020-01-31T09:30", "NaT"], dtype="M8[us]"))
    assert np.isnat(found).tolist() == [False, True, True]


@given(st.dates(datetime.date(1850, 1, 1), datetime.date(2139, 12, 31)))
def test_every_iso_date_is_itself_in_both(day: datetime.date) -> None:
    assert as_date("day", day.isoformat()).date() == day
    (found,) = to_dates(np.array([f"{day:%Y%m%d}"], dtype=object)).astype("M8[D]").tolist()
    assert found == day
