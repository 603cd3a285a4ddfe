"""Sessions of an exchange that are kept on disk are those that exchange_calendars counts, whatever the disk holds."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest
from exchange_calendars import get_calendar

from sectorlead.data import exchange_days as module
from sectorlead.data.exchange_days import exchange_days

FIRST = "2015-01-05"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    kept = tmp_path / "calendars"
    monkeypatch.setattr(module, "_folder", lambda: kept)
    return kept


def test_they_are_counted_once_a_day(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    old = folder / f"XSHG-{FIRST}-4.0-20200101.npy"
    old.write_bytes(b"of another day")
    days = exchange_days("XSHG", FIRST)
    expected = get_calendar("XSHG", start=FIRST).sessions.tz_localize(None).to_numpy().astype("M8[D]")
    np.testing.assert_array_equal(days, expected)
    (path,) = folder.iterdir()
    assert path.name.endswith(f"{datetime.datetime.now(datetime.UTC):%Y%m%d}.npy")
    monkeypatch.setattr(module, "_counted", lambda *_: pytest.fail("they are on the disk"))
    np.testing.assert_array_equal(exchange_days("XSHG", FIRST), expected)


@pytest.mark.parametrize("content", [b"", b"cut short", np.arange(3).tobytes()])
def test_a_file_that_is_damaged_is_counted_anew(folder: Path, content: bytes) -> None:
    days = exchange_days("XSHG", FIRST)
    (path,) = folder.iterdir()
    for wrong in (content, None):
        if wrong is None:  # days that go back
            np.save(path, days[::-1])
        else:
            path.write_bytes(wrong)
        np.testing.assert_array_equal(exchange_days("XSHG", FIRST), days)
        np.testing.assert_array_equal(np.load(path), days)


def test_a_folder_that_can_t_be_written_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(module, "_folder", lambda: tmp_path / "file" / "calendars")
    assert len(exchange_days("XSHG", FIRST)) > 2_500
