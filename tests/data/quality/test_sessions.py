"""Days that are missing, false or only half there: each rule at its threshold, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.calendar import find_calendar
from sectorlead.data.quality.sessions import (
    base_value_start,
    beyond_calendar,
    closed_day_rows,
    disputed_sessions,
    early_end,
    fake_rows,
    missing_bars,
    missing_sessions,
    padded_holidays,
    partial_last_bar,
    ragged_start,
)

from .tables import NAN, column, days, hits, table

WEEK = pd.date_range("2024-01-04", periods=6)  # Thursday to Tuesday; the 6th and the 7th are a weekend


def test_a_session_is_missing_where_no_series_has_a_bar() -> None:
    sessions = pd.DatetimeIndex(["2024-01-02", "2024-01-04", "2024-01-05", "2024-01-09"])
    t = table([[1, 1], [NAN, 2], [NAN, NAN], [3, 3]], sessions=sessions)
    (hit,) = hits(missing_sessions, t)
    assert days(hit) == [3, 5, 8]
    assert hit.message == "3 of 6 weekdays sessions are absent: 2024-01-03, 2024-01-05, 2024-01-08"
    assert hits(missing_sessions, replace(t, calendar=None)) == []


@pytest.mark.parametrize(("absent", "severity"), [(1, None), (2, "warning")])
def test_a_twentieth_of_the_bars_may_be_missing(absent: int, severity: str | None) -> None:
    rows = [[1.0, 1.0] for _ in range(22)]
    for row in range(1, 1 + absent):
        rows[row][0] = NAN
    (hit,) = hits(missing_bars, table(rows))
    assert (hit.symbol, days(hit), hit.severity) == ("A", [2, 3][:absent], severity)


def test_before_the_first_bar_and_after_the_last_none_is_missing() -> None:
    t = table([[NAN, 1], [1, 1], [NAN, NAN], [1, 1], [NAN, 1]])
    assert hits(missing_bars, t) == []  # on the third day nobody has one
    assert [(hit.symbol, days(hit)) for hit in hits(ragged_start, t)] == [("A", [2])]
    assert [(hit.symbol, days(hit)) for hit in hits(early_end, t)] == [("A", [4])]
    assert hits(early_end, t)[0].message == "stops 2024-01-04, 1 session before the panel"
    said = np.array(["2024-01-04", "NaT"], "M8[ns]")
    assert hits(early_end, replace(t, last_date=said)) == []
    assert len(hits(early_end, replace(t, last_date=said + np.timedelta64(9, "D")))) == 1  # ends after the panel


def test_a_row_on_a_closed_day_is_padding_a_copy_or_a_price_of_its_own() -> None:
    """Series A repeats Friday, B copies Monday, C has prices of its own, on both days of a weekend; D has no bar."""
    close = [[1, 1, 1, 1], [2, 2, 2, 2], [2, 2, 2.5, NAN], [2, 3, 2.6, NAN], [3, 3, 3, 3], [4, 4, 4, 4]]
    t = table(close, sessions=WEEK)
    rules = (padded_holidays, fake_rows, closed_day_rows)
    found = [[(hit.symbol, days(hit)) for hit in hits(rule, t)] for rule in rules]
    assert found == [[("A", [6, 7]), ("B", [6])], [("B", [7])], [("C", [6, 7])]]


def test_a_copy_that_is_also_a_repetition_is_told_by_the_rest_of_the_bar() -> None:
    opened = column([1, 1.5, 1.8, 1.8, 1.8, 4])
    still = table(column([1.0, 2, 2, 2, 2, 4]), sessions=WEEK)
    assert [days(hit) for hit in hits(padded_holidays, still)] == [[6, 7]]
    assert hits(fake_rows, still) == []
    copied = table(column([1.0, 2, 2, 2, 2, 4]), sessions=WEEK, open=opened)  # Monday's open, not Friday's
    assert [days(hit) for hit in hits(fake_rows, copied)] == [[6]]


def test_most_series_at_once_are_one_finding() -> None:
    close = [[1, 1, 1], [2, 2, 2], [2, 2, NAN], [NAN, NAN, NAN], [3, 3, 3], [4, 4, 4]]
    (hit,) = hits(padded_holidays, table(close, sessions=WEEK))
    assert (hit.symbol, hit.message) == (
        "", "bars on 1 day without weekdays session repeat the close before: 2024-01-06",
    )  # fmt: skip
    close[2][1] = NAN  # one of three
    assert [hit.symbol for hit in hits(padded_holidays, table(close, sessions=WEEK))] == ["A"]


@pytest.mark.parametrize(("last", "told"), [(0.34, True), (0.49, True), (0.51, False)])
def test_a_last_bar_with_less_than_half_of_the_usual_volume(last: float, told: bool) -> None:
    volume = [[100.0] * 3 for _ in range(20)] + [[100 * last] * 3]
    found = hits(partial_last_bar, table([[1.0] * 3] * 21, volume=volume))
    assert bool(found) == told
    if told:
        assert found[0].message == f"volume of the last session is {last:.0%} of the usual (median of 3 series)"
    assert hits(partial_last_bar, table([[1.0] * 3] * 20, volume=volume[1:])) == []  # too few to know what is usual


def test_an_index_that_begins_at_its_base_value() -> None:
    levels = {1_000: True, 1_019: True, 1_021: False, 981: True, 979: False, 100: True, 97: False}
    for level, told in levels.items():
        assert bool(hits(base_value_start, table(column([level, level * 1.001])))) == told, level
    opened = table(column([1_300, 1_300]), open=column([1_000, 1_300]))
    assert hits(base_value_start, opened)[0].message == "begins on 2024-01-01 at 1000, next to a base value of 1000"


def test_days_that_no_calendar_knows_or_only_one_of_two() -> None:
    known = find_calendar("weekdays")
    t = table(column([1, 2, 3, 4]))
    assert hits(beyond_calendar, t) == hits(disputed_sessions, t) == []
    short = replace(t, calendar=replace(known, last=t.sessions[1]))
    assert [days(hit) for hit in hits(beyond_calendar, short)] == [[3, 4]]
    listed = known.days.drop([t.sessions[1], pd.Timestamp("2024-01-09")])
    both = replace(t, calendar=known.reconciled(listed))
    assert [days(hit) for hit in hits(disputed_sessions, both)] == [[2]]  # the 9th lies after the panel
