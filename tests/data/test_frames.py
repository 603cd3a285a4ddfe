"""Frames that do not lie over each other are an error that says what to do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import DataError
from sectorlead.data.panel import Panel

DAYS = pd.bdate_range("2024-01-02", periods=4)
CLOSE = pd.DataFrame({801010: [10.0] * 4, 801020: [5.0] * 4}, index=DAYS)


def test_symbols_meet_by_their_text() -> None:
    volume = pd.DataFrame({"801020": [0.0] * 4, "801010": [100.0] * 4}, index=DAYS[::-1])
    panel = Panel.from_frames(CLOSE, volume=volume)
    assert panel.volume.tolist() == [[100, 0]] * 4
    assert panel.notes == ()


def test_what_a_frame_leaves_out_is_a_note() -> None:
    panel = Panel.from_frames(CLOSE, volume=CLOSE[[801010]] * 10)
    assert np.isnan(panel.volume[:, 1]).all()
    assert panel.notes == ("volume says nothing of 1 of 2 symbols: 801020",)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (CLOSE.rename(columns={801010: "a", 801020: "b"}), r"none of its columns \(a, b\) is a symbol of close"),
        (CLOSE.set_axis(DAYS + pd.DateOffset(years=9)), r"none of its sessions \(2033.* is one of close"),
        (CLOSE.set_axis(DAYS.strftime("%Y-%m-%d")), r"not by dates; convert them: .*to_datetime"),
        (CLOSE.set_axis(DAYS + pd.Timedelta(hours=15)), r"time of day, 2024-01-02 15:00:00; .*normalize"),
        (CLOSE.set_axis(DAYS.tz_localize("Asia/Shanghai")), r"time zone Asia/Shanghai; .*tz_localize\(None\)"),
        (CLOSE.set_axis(DAYS.to_period("D")), "rows are periods"),
        (CLOSE.set_axis(DAYS[[0, 0, 1, 2]]), "session given twice: 2024-01-02"),
        (pd.concat({"Close": CLOSE}, axis=1), r"columns have 2 levels.*frame\['Close'\]"),
        (CLOSE.set_axis([1, "1"], axis=1), "symbols given twice: 1"),
        (CLOSE.stack().to_frame(), "rows have 2 levels"),  # noqa: PD013
    ],
)
def test_what_does_not_align(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=f"volume: .*{message}"):
        Panel.from_frames(CLOSE, volume=frame)


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (DAYS + pd.Timedelta(hours=15), "time of day"),
        (DAYS.strftime("%Y-%m-%d"), "to_datetime"),
        (DAYS + pd.DateOffset(years=9), "none of its sessions"),
    ],
)
def test_a_benchmark_that_does_not_align(index: pd.Index, message: str) -> None:
    with pytest.raises(DataError, match=f"benchmark: .*{message}"):
        Panel.from_frames(CLOSE, benchmark=pd.Series([1.0, 2, 3, 4], index=index, name="B"))


def test_a_close_that_cannot_be_used() -> None:
    with pytest.raises(DataError, match=r"close: .*to_datetime"):
        Panel.from_frames(CLOSE.reset_index(drop=True))
    with pytest.raises(DataError, match="close: its columns have 2 levels"):
        Panel.from_frames(pd.concat({"Close": CLOSE}, axis=1))
