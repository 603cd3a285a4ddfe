"""Prices at a time of day: how they come in, and that nothing after that time is seen with them."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sectorlead as sl
from sectorlead.data.clock import clock, timed
from sectorlead.data.errors import DataError, ParameterError, QualityError
from sectorlead.data.panel import Panel
from sectorlead.data.timed_prices import price_at, seen_at

from ..parity.panels import TROUBLES, build_panel, build_timed_prices

NAN = float("nan")
DAYS = pd.bdate_range("2024-01-01", periods=3)
CLOSE = pd.DataFrame({"A": [10.0, 11.0, 12.0], "B": [5.0, 5.0, NAN]}, DAYS)
TEN = CLOSE - 0.5
LONG = """date,symbol,open,high,low,close,adj_factor,price_9:35
2024-01-01,A,10,11,9,10,1,9.5
2024-01-02,A,5,6,4,5,2,4.5
2024-01-03,A,5,6,4,5,2,
"""


def test_a_time_of_day_has_one_form() -> None:
    assert [clock(each) for each in ("9:35", "09:35", datetime.time(14, 50))] == ["09:35", "09:35", "14:50"]
    assert [timed(each) for each in ("price_9:35", "price_23:59", "price_1000", "price_24:00", "price", "flow")] == [
        "price_09:35", "price_23:59", "", "", "", "",
    ]  # fmt: skip
    for wrong in ("24:00", "10", "10:60", "ten", 10, None):
        with pytest.raises(ValueError):  # noqa: PT011  # its text is that of the form
            clock(wrong)


def test_frames_long_frames_and_files_bring_them(tmp_path: Path) -> None:
    wide = Panel.from_frames(CLOSE, prices={"10:00": TEN})
    np.testing.assert_array_equal(price_at(wide, "10:00"), [[9.5, 4.5], [10.5, 4.5], [11.5, NAN]])
    (tmp_path / "bars.csv").write_text(LONG)
    from_file = sl.load(tmp_path / "bars.csv")
    np.testing.assert_array_equal(price_at(from_file, "09:35")[:, 0], [9.5, 4.5, NAN])
    frame = pd.read_csv(tmp_path / "bars.csv", parse_dates=["date"])
    np.testing.assert_array_equal(price_at(Panel.from_frame(frame), "09:35"), price_at(from_file, "09:35"))
    told = sl.load(tmp_path / "bars.csv", prices="adjusted")  # price / factor, as the bars
    np.testing.assert_array_equal(price_at(told, "09:35")[:, 0], [9.5, 2.25, NAN])
    np.testing.assert_array_equal(told.close[:, 0], [10.0, 2.5, 2.5])


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Panel.from_frames(CLOSE, prices={"ten": TEN}), ParameterError, "by time of day"),
        (lambda: Panel.from_frames(CLOSE, prices={"10:00": TEN * 0}), DataError, "must be > 0"),
        (
            lambda: Panel.from_frames(CLOSE, prices={"10:00": CLOSE.fillna(5.0)}),
            DataError,
            "1 prices where there is no",
        ),
        (
            lambda: Panel.from_frames(CLOSE, fields={"price_9:00": TEN}, lags={"price_9:00": 1}),
            ParameterError,
            "no lag",
        ),
        (lambda: Panel.from_frames(CLOSE, fields={"price_9:00": TEN, "price_09:00": TEN}), DataError, "two fields"),
        (lambda: price_at(Panel.from_frames(CLOSE, prices={"10:00": TEN}), "11:00"), DataError, "it has 10:00. Bring"),
        (lambda: price_at(Panel.from_frames(CLOSE), "11:00"), DataError, "it has none at any time of day"),
    ],
)
def test_what_can_t_be_one_says_why(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()


def test_a_price_outside_of_its_bar_stops_a_run() -> None:
    panel = sl.simulate(seed=1, sessions=120)
    prices = panel.close.copy()
    i = int(np.isfinite(panel.high[50]).argmax())
    prices[50, i] = panel.high[50, i] * 1.01
    wrong = replace(panel, fields={"price_10:00": prices})
    rule = sl.Rotation(sl.Momentum(20))
    with pytest.raises(QualityError, match="timed-price-outside"):
        sl.run(rule, wrong, price_at="10:00")
    assert len(sl.run(rule, wrong, price_at="10:00", accept=["timed-price-outside"]).fills)


@given(
    seed=st.integers(0, 2**32 - 1),
    trouble=st.frozensets(st.sampled_from(TROUBLES)),
    row=st.integers(1, 10),
    time=st.sampled_from(["10:00", "14:30"]),
)
def test_nothing_after_the_time_changes_what_is_seen(seed: int, trouble: frozenset[str], row: int, time: str) -> None:
    """Later prices of the day, its close, range and volume, the benchmark's close, and all sessions after it."""
    made = build_panel(seed, 12, 4, trouble)
    prices = build_timed_prices(seed + 6, made)
    panel = replace(made, fields={**prices, "flow": np.arange(48.0).reshape(12, 4)})
    rng = np.random.default_rng(seed)
    later: dict[str, Any] = {key: getattr(panel, key).copy() for key in ("close", "high", "low", "volume", "amount")}
    fields = {name: values.copy() for name, values in panel.fields.items()}
    for key, values in later.items():
        values[row:] *= rng.uniform(1.0, 1.5) if key == "high" else rng.uniform(0.5, 1.0)
    later["close"][row:] = np.where(np.isfinite(later["low"]), later["low"], later["close"])[row:]
    opened = panel.open.copy()
    opened[row + 1 :] = later["close"][row + 1 :] * (opened[row + 1 :] / opened[row + 1 :])
    later["low"] = np.fmin(later["low"], opened) * (later["low"] / later["low"])
    later["high"] = np.fmax(later["high"], opened) * (later["high"] / later["high"])
    for name, values in fields.items():
        if name > f"price_{time}" or name == "flow":
            values[row:] *= rng.uniform(0.5, 1.0)
        values[row + 1 :] *= rng.uniform(0.5, 1.0)
    other = replace(panel, open=opened, fields=fields, **later)
    one, two = (seen_at(each, row, time) for each in (panel, other))
    assert one.content_hash == two.content_hash
    for key in ("last_close", "last_adjusted_close", "tradable", "published"):
        np.testing.assert_array_equal(getattr(one, key), getattr(two, key))
    now = panel.field(f"price_{time}")[row]
    np.testing.assert_array_equal(one.close[-1], now)
    np.testing.assert_array_equal(one.close[:-1], panel.close[:row])
    np.testing.assert_array_equal(one.field("flow")[-1], panel.field("flow")[row - 1])
    assert np.isnan(one.volume[-1]).all()
    there = np.isfinite(now)
    assert (one.high[-1][there] >= np.fmax(now, one.open[-1])[there]).all()
    assert (one.low[-1][there] <= np.fmin(now, one.open[-1])[there]).all()


def test_the_benchmark_of_the_day_is_not_seen() -> None:
    panel = sl.simulate(seed=1, sessions=60)
    seen = seen_at(replace(panel, fields={"price_10:00": panel.open}), 40, "10:00")
    assert seen.benchmark is not None
    assert panel.benchmark is not None
    assert np.isnan(seen.benchmark.close[-1])
    assert seen.benchmark.last_close[-1] == panel.benchmark.last_close[39]
