"""A long frame in the tidy form is a panel; anything else is an error that says what to do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from sectorlead.data.errors import DataError, ParameterError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.data.tidy.columns import to_tidy

from .tidy.test_columns import panels

FRAME = pd.DataFrame({
    "date": pd.to_datetime(["2024-01-02", "2024-01-02", "2024-01-03"]), "symbol": ["B", "000001", "000001"],
    "close": [3.0, 1.0, 2.0], "kind": ["etf", "stock", "stock"], "name": ["b", None, "a"],
})  # fmt: skip


def test_rows_become_a_panel_in_any_order() -> None:
    panel = Panel.from_frame(FRAME)
    assert (panel.symbols, panel.kinds, panel.names) == (("000001", "B"), ("stock", "etf"), ("a", "b"))
    np.testing.assert_array_equal(panel.close, [[1.0, 3.0], [2.0, np.nan]])
    for other in (FRAME.iloc[::-1], FRAME.set_index(["symbol", "date"])):
        assert Panel.from_frame(other).content_hash == panel.content_hash


def test_the_benchmark_is_a_symbol_that_is_no_series() -> None:
    panel = Panel.from_frame(FRAME.assign(adj_factor=[2.0, 1.0, 1.0]), benchmark="B")
    assert panel.symbols == ("000001",)
    assert panel.benchmark is not None
    np.testing.assert_array_equal(panel.benchmark.close, [6.0, np.nan])
    with pytest.raises(UnknownNameError, match="unknown benchmark 'C'"):
        Panel.from_frame(FRAME, benchmark="C")


@given(panel=panels())
def test_a_panel_survives_the_frame(panel: Panel) -> None:
    frame = to_tidy(panel).drop(columns="st", errors="ignore")
    again = Panel.from_frame(frame, benchmark=panel.benchmark and panel.benchmark.symbol)
    for key in ("open", "high", "low", "close", "volume", "amount"):
        np.testing.assert_array_equal(getattr(again, key), getattr(panel, key))
    assert (again.symbols, again.names, again.groups, again.boards) == (
        panel.symbols, panel.names, panel.groups, panel.boards,
    )  # fmt: skip
    np.testing.assert_array_equal(again.known_from, panel.known_from)


def test_the_simulated_market_survives() -> None:
    market = simulate(3, 120)
    assert Panel.from_frame(to_tidy(market), benchmark="SIMGEM").content_hash == market.content_hash


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (FRAME.rename(columns={"close": "Close"}), "no column close; found: date, symbol, Close, kind, name"),
        (FRAME.assign(premium=1.0), r"column 'premium' is not known"),
        (FRAME.assign(symbol=[1, 2, 3]), "symbols must be text, the first that is none is '1'"),
        (FRAME.assign(symbol=["B ", "A", "C"]), "symbols must be text, the first that is none is 'B '"),
        (FRAME.assign(date=["2024-01-02"] * 3), "its rows are labelled by"),
        (FRAME.assign(date=FRAME["date"].dt.tz_localize("UTC")), "carry the time zone UTC"),
        (FRAME.assign(date=FRAME["date"] + pd.Timedelta(hours=15)), "carry a time of day"),
        (FRAME.assign(symbol="A"), "A comes twice on 2024-01-02"),
        (FRAME.assign(close=["3", "1", "2"]), "close must be numbers"),
        (FRAME.assign(close=np.nan), "no row of a tradable series has a close"),
        (FRAME.assign(kind=["etf", "stock", "etf"]), "kind of 000001 changes"),
        (pd.concat({"x": FRAME}, axis=1), "its columns have 2 levels"),
    ],
)  # fmt: skip
def test_what_is_not_in_the_form_is_refused(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(DataError, match=says):
        Panel.from_frame(frame)


def test_further_columns_are_fields_when_they_are_named() -> None:
    early = FRAME.iloc[:1].assign(date=pd.Timestamp("2023-12-29"), close=np.nan, premium=0.9)
    frame = pd.concat([early, FRAME.assign(premium=[0.3, 0.1, 0.2], flow=[1.0, 2.0, np.nan])])
    panel = Panel.from_frame(frame, fields={"premium": 1, "flow": 0})
    np.testing.assert_array_equal(panel.field("premium"), [[np.nan, 0.9], [0.1, 0.3]])
    np.testing.assert_array_equal(panel.field("flow"), [[2.0, 1.0], [np.nan, np.nan]])
    assert tuple(Panel.from_frame(frame, fields=["premium", "flow"]).fields) == ("flow", "premium")
    np.testing.assert_array_equal(Panel.from_frame(frame, fields={"premium": 5, "flow": 0}).field("premium"), np.nan)
    with pytest.raises(UnknownNameError, match="Did you mean 'premium'"):
        Panel.from_frame(frame, fields=["premum", "flow"])
    with pytest.raises(DataError, match="premium must be numbers"):
        Panel.from_frame(frame.assign(premium="x"), fields=["premium", "flow"])
    with pytest.raises(ParameterError, match="lag of field premium"):
        Panel.from_frame(frame, fields={"premium": -1, "flow": 0})
