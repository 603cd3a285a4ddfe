"""Holes by their length, and last sessions that were not over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.quality.sessions import missing_bars, missing_sessions, partial_last_bar
from sectorlead.data.quality.table import Table

from .planted import cells, changed, flawless
from .tables import column, hits, table


def holed(length: int, *, all_of_them: bool = False) -> Table:
    arrays = cells(flawless(0))
    for key, values in arrays.items():
        if key != "factor":
            values[100 : 100 + length, slice(None) if all_of_them else 2] = np.nan
    return changed(flawless(0), **arrays)


@pytest.mark.parametrize(("length", "severity"), [(2, None), (10, None), (21, "warning")])
def test_a_hole_is_said_by_its_length(length: int, severity: str | None) -> None:
    of = holed(length)
    (hit,) = hits(missing_bars, of)
    assert (hit.symbol, len(hit.sessions), hit.severity) == (of.symbols[2], length, severity)
    longest = f"the longest hole is {length} sessions, {of.sessions[100]:%F}..{of.sessions[100 + length - 1]:%F}"
    assert (longest in hit.message) == (length > 3)


def test_a_hole_of_all_is_one_of_the_calendar() -> None:
    of = holed(30, all_of_them=True)
    assert hits(missing_bars, of) == []
    (hit,) = hits(missing_sessions, of)
    assert f"the longest hole is 30 sessions, {of.sessions[100]:%F}..{of.sessions[129]:%F}" in hit.message


@pytest.mark.parametrize(("days", "found"), [(12, False), (60, True)])
def test_without_a_calendar_a_hole_is_longer_than_any_holiday(days: int, found: bool) -> None:
    """A file with such a hole fits no calendar, so the calendar can't tell."""
    before = pd.bdate_range("2024-01-01", periods=50)
    sessions = before.append(pd.bdate_range(before[-1] + pd.Timedelta(days=days + 1), periods=50))
    got = hits(missing_sessions, table(column([1.0] * 100), calendar=None, sessions=sessions))
    assert [hit.sessions.tolist() for hit in got] == ([[sessions[50]]] if found else [])
    assert all(f"no bar for {days} days between 2024-03-08 and" in hit.message for hit in got)


def last_bar(volume: float, width: float, count: int = 6) -> Table:
    """A quiet market whose last bar has this share of the usual volume and range."""
    days = 40
    close = np.full((days, count), 10.0)
    spread = np.full((days, 1), 0.2)
    traded = 1e6 * (1 + 0.1 * (np.arange(days) % 3))[:, None] * np.ones(count)
    spread[-1] *= width
    traded[-1] *= volume
    return table(close.tolist(), high=close + spread, low=close - spread, open=close, volume=traded)


@pytest.mark.parametrize(
    ("volume", "count", "found"),
    [(0.5, 6, True), (0.6, 6, True), (0.8, 6, False), (0.6, 1, False), (0.42, 1, True), (0.3, 1, True)],
)
def test_half_a_session_has_half_the_volume(volume: float, count: int, found: bool) -> None:
    assert len(hits(partial_last_bar, last_bar(volume, 0.6, count))) == found


def test_the_range_is_said_where_it_is_narrow() -> None:
    (hit,) = hits(partial_last_bar, last_bar(0.5, 0.6))
    assert hit.message.endswith("(median of 6 series), and high to low is 60% of it")
    (hit,) = hits(partial_last_bar, last_bar(0.5, 1.5))
    assert hit.message.endswith("series)")


def test_a_day_as_quiet_as_others_was_over() -> None:
    of = last_bar(0.5, 0.6)
    volume = of.volume.copy()
    volume[-5] = volume[-1]
    assert hits(partial_last_bar, replace(of, volume=volume)) == []
