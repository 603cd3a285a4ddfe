"""Calendars: which one fits, what is missing, and two lists of the same exchange."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.calendar import calendar_for, find_calendar
from sectorlead.data.errors import UnknownNameError

XSHG, XNYS, WEEKDAYS = (find_calendar(name) for name in ("XSHG", "XNYS", "weekdays"))


def days(start: str, end: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    return pd.Timestamp(start), pd.Timestamp(end)


def test_known_days() -> None:
    for day, traded in (("2021-10-08", True), ("2021-10-07", False), ("2024-02-09", False), ("2021-10-09", False)):
        assert XSHG.is_session(pd.DatetimeIndex([day])).tolist() == [traded]
    assert len(XSHG.between(*days("2015-01-01", "2024-12-31"))) == 2_431
    assert not XNYS.is_session(pd.DatetimeIndex(["2012-10-29"]))[0]  # the storm
    assert WEEKDAYS.is_session(pd.DatetimeIndex(["2021-10-07", "2021-10-09"])).tolist() == [True, False]


def test_names() -> None:
    with pytest.raises(UnknownNameError, match="XSHG"):
        find_calendar("XSHE")


@pytest.mark.parametrize(
    ("calendar", "symbols", "expected"),
    [
        (XSHG, ("801010", "801030"), "XSHG"),
        (XSHG, ("512800.SH",), "XSHG"),
        (XSHG, ("BK0475",), "XSHG"),
        (XSHG, ("sector_医疗",), "XSHG"),
        (XSHG, ("S001", "S002"), "XSHG"),
        (XNYS, ("XLK", "SPY"), "XNYS"),
        (XNYS, ("XLK", "512800"), "XNYS"),  # half of them
        (XNYS, ("512800", "512880", "XLK"), "XSHG"),  # most of them
        (WEEKDAYS, ("S001",), "weekdays"),
        (WEEKDAYS, ("SH000928 Index",), "XSHG"),  # padded with holidays
    ],
)
def test_the_one_that_fits(calendar: type(XSHG), symbols: tuple[str, ...], expected: str) -> None:
    sessions = calendar.between(*days("2015-01-01", "2019-12-31"))
    found = calendar_for(sessions, symbols)
    assert found is not None
    assert found.name == expected


def test_padding_does_not_make_an_exchange_keep_weekdays() -> None:
    sessions = WEEKDAYS.between(*days("2015-01-01", "2019-12-31"))
    found = calendar_for(sessions, ("S001",), unchanged=~XNYS.is_session(sessions))
    assert found is not None
    assert found.name == "XNYS"


def test_no_calendar_for_weeks_and_months() -> None:
    for rule in ("W-FRI", "ME"):
        assert calendar_for(pd.date_range("2015-01-01", "2019-12-31", freq=rule), ("801010",)) is None
    assert calendar_for(XSHG.days[:1], ("801010",)) is None
    every_day = pd.date_range("2015-01-01", "2019-12-31")
    assert calendar_for(every_day, ("BTC",)) is None


@given(st.sets(st.integers(1, 198), max_size=30))
def test_what_is_taken_away_is_missing(gone: set[int]) -> None:
    whole = XSHG.days[5_000:5_200]
    kept = whole.delete(sorted(gone))
    assert list(XSHG.missing(kept)) == list(whole[sorted(gone)])


def test_two_lists_of_one_exchange() -> None:
    extra = pd.Timestamp("2024-02-09")
    listed = XSHG.days.drop(XSHG.days[100]).append(pd.DatetimeIndex([extra])).sort_values()
    only_here, only_there = XSHG.differences(listed)
    assert (list(only_here), list(only_there)) == ([XSHG.days[100]], [extra])
    both = XSHG.reconciled(listed)
    assert list(both.disputed) == [XSHG.days[100], extra]
    assert both.is_session(both.disputed).all()
    assert not len(both.missing(XSHG.days[90:110].drop(XSHG.days[100])))
    later = pd.DatetimeIndex([XSHG.last + pd.Timedelta(days=4)])
    assert XSHG.reconciled(XSHG.days.append(later)).last == later[0]
    assert XSHG.reconciled(XSHG.days[:0]) is XSHG


def test_the_list_that_akshare_brings_is_the_same() -> None:
    spec = importlib.util.find_spec("akshare")
    assert spec is not None
    assert spec.submodule_search_locations
    path = Path(spec.submodule_search_locations[0]) / "file_fold" / "calendar.json"
    listed = pd.DatetimeIndex(pd.to_datetime(json.loads(path.read_text()), format="%Y%m%d")).as_unit("ns")
    only_here, only_there = XSHG.differences(listed)
    assert (list(only_here), list(only_there)) == ([], [])
    assert len(XSHG.between(listed[0], min(listed[-1], XSHG.last))) > 8_700


def test_exchange_calendars_is_imported_only_where_needed() -> None:
    code = (
        "import sys\nfrom sectorlead.data.quality.gate import gate\nfrom sectorlead.data.simulate import simulate\n"
        "gate(simulate(0, 100))\nprint('exchange_calendars' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "False"


def test_coverage() -> None:
    covered = XSHG.covers(pd.DatetimeIndex(["1989-01-02", "2020-01-02", "2190-01-02"]))
    np.testing.assert_array_equal(covered, [False, True, False])
