"""Breadth of stocks: rules by board and date, by hand, and true counts of two days."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import DataError, UnknownNameError
from sectorlead.data.load import load
from sectorlead.data.panel import Panel
from sectorlead.engine.market.market import market
from sectorlead.strategies.indicators.stock_breadth import StockBreadth

NAN = float("nan")


def bars(columns: dict[str, list[float]], start: str, high: dict[str, list[float]] | None = None, **more) -> Panel:
    close = pd.DataFrame(columns, pd.bdate_range(start, periods=len(next(iter(columns.values())))), dtype=float)
    top = close if high is None else close.assign(**high)
    return Panel.from_frames(close, open=close, high=top, low=close, **more)


def test_limits_go_by_board_and_date() -> None:
    # +10% is a limit-up on the main board and, until 2020-08-21, on ChiNext; from the Monday after it takes +20% there.
    panel = bars({"600001.SH": [10, 11, 12.1, 13.31], "300001.SZ": [10, 11, 12.1, 14.52]}, "2020-08-20")
    found = StockBreadth("cn-stock")(panel)
    assert found.stocks == pytest.approx([NAN, 2, 2, 2], nan_ok=True)
    assert found.limit_up == pytest.approx([NAN, 2, 1, 2], nan_ok=True)
    assert found.runs[:, panel.column("600001.SH")] == pytest.approx([NAN, 1, 2, 3], nan_ok=True)
    assert found.runs[:, panel.column("300001.SZ")] == pytest.approx([NAN, 1, 0, 1], nan_ok=True)
    assert found.consecutive == pytest.approx([NAN, 0, 1, 1], nan_ok=True)
    assert found.longest == pytest.approx([NAN, 1, 2, 3], nan_ok=True)


def test_limit_prices_are_rounded_half_up_and_touched_ones_need_not_hold() -> None:
    panel = bars(
        {
            "600001.SH": [10.04, 11.04, 12.14, 10.93],  # 11.044; 12.144; 10.926
            "600002.SH": [10.05, 11.06, 12.16, 12.16],  # 11.055, half up 11.06; then 12.166, half up 12.17: short of it
            "600003.SH": [10.05, 11.05, 11.05, 11.05],  # a fen short of 11.06, which it touched
        },
        "2021-07-01", high={"600003.SH": [10.05, 11.06, 11.06, 11.06]},
    )  # fmt: skip
    table = StockBreadth("cn-stock").table(panel)
    assert table["limit_up"].tolist()[1:] == [2, 1, 0]
    assert table["touched"].tolist()[1:] == [3, 1, 0]
    assert table["seal_rate"].tolist()[1:] == pytest.approx([2 / 3, 1.0, NAN], nan_ok=True)
    assert table["limit_down"].tolist()[1:] == [0, 0, 1]
    assert (table["up"].tolist()[1:], table["flat"].tolist()[1:]) == ([3, 2, 0], [0, 1, 2])
    assert table["surges"].tolist()[1:] == [3, 2, 0]
    assert table["slumps"].tolist()[1:] == [0, 0, 1]


def test_special_treatment_free_sessions_splits_and_suspensions() -> None:
    days = pd.bdate_range("2021-07-01", periods=8)
    close = pd.DataFrame(
        {
            "600001.SH": [10, 10.5, 11.03, 11.58, 11.58, 11.58, 11.58, 11.58],  # ST: 5% each, 10.5, 11.025, 11.5815
            "300001.SZ": [NAN, 10, 12, 14.4, 14.4, 14.4, 17.28, 20.74],  # listed on day 2: five free sessions
            "600002.SH": [10, 5.5, 6.05, NAN, NAN, 6.66, 6.66, 6.66],  # a split 1 to 2, then a suspension
        },
        days,
    )
    factor = pd.DataFrame(1.0, days, close.columns)
    factor.loc[days[1:], "600002.SH"] = 2.0
    special = pd.DataFrame(np.zeros(close.shape, bool), days, close.columns)
    special["600001.SH"] = True
    panel = Panel.from_frames(close, open=close, high=close, low=close, adj_factor=factor, special=special)
    found = StockBreadth("cn-stock")(panel)
    assert found.runs[:, panel.column("600001.SH")] == pytest.approx([NAN, 1, 2, 3, 0, 0, 0, 0], nan_ok=True)
    chinext = found.runs[:, panel.column("300001.SZ")]
    assert chinext == pytest.approx([NAN, NAN, 0, 0, 0, 0, 1, 2], nan_ok=True)  # day 7 is its sixth session
    assert found.runs[:, panel.column("600002.SH")] == pytest.approx([NAN, 1, 2, NAN, NAN, 3, 0, 0], nan_ok=True)
    assert found.limited == pytest.approx([NAN, 2, 2, 1, 1, 2, 3, 3], nan_ok=True)
    assert found.limit_up == pytest.approx([NAN, 2, 2, 1, 0, 1, 1, 1], nan_ok=True)


def test_rules_are_asked_for_from_the_first_bar_of_a_board_on() -> None:
    """The STAR market, with its rules, began on 2019-07-22: a panel from before must not fail for want of them."""
    panel = bars({"600001.SH": [10, 11, 11, 11], "688001.SH": [NAN, NAN, 30, 40]}, "2019-07-18")
    found = StockBreadth("cn-stock")(panel)
    assert found.limited == pytest.approx([NAN, 1, 1, 1], nan_ok=True)  # five free sessions of a listing there
    assert found.limit_up == pytest.approx([NAN, 1, 0, 0], nan_ok=True)
    assert found.surges == pytest.approx([NAN, 1, 0, 1], nan_ok=True)


def test_what_is_not_known_is_nan_and_not_nought() -> None:
    closes = pd.DataFrame({"600001.SH": [10.0, 11.0]}, pd.bdate_range("2021-07-01", periods=2))
    no_highs = StockBreadth("cn-stock")(Panel.from_frames(closes))
    assert (no_highs.limit_up[1], no_highs.longest[1]) == (1, 1)
    assert np.isnan(no_highs.touched[1])
    assert np.isnan(no_highs.seal_rate[1])
    abroad = StockBreadth("us-etf")(Panel.from_frames(closes))
    assert (abroad.up[1], abroad.surges[1], abroad.limited[1]) == (1, 1, 0)
    for name in ("limit_up", "limit_down", "touched", "seal_rate", "consecutive", "longest"):
        assert np.isnan(getattr(abroad, name)).all(), name
    late = Panel.from_frames(closes, known_from=[pd.Timestamp("2021-07-02")])
    assert np.isnan(StockBreadth("cn-stock")(late).stocks).all()  # published on its second day: no close before it


def test_a_stock_that_no_board_has_and_a_market_that_is_none() -> None:
    panel = Panel.from_frames(pd.DataFrame({"X1": [1.0, 1.1]}, pd.bdate_range("2021-07-01", periods=2)))
    with pytest.raises(DataError, match="does not know the board of X1"):
        StockBreadth("cn-stock")(panel)
    assert StockBreadth(market("cn-stock", board="main"))(panel).limit_up[1] == 1
    with pytest.raises(UnknownNameError, match="cn-stock"):
        StockBreadth("cn-stocks")


@pytest.fixture(scope="module")
def july(shared_data: Path) -> Panel:
    return load(shared_data / "cn_stocks_2021_06" / "bars.parquet")


def test_true_counts_of_two_days(july: Panel) -> None:
    table = StockBreadth("cn-stock", tolerance=0.0035).table(july)
    day = table.loc["2021-07-07"]
    assert day[["stocks", "up", "down", "flat"]].tolist() == [4195, 2229, 1766, 200]
    assert day[["surges", "limit_up", "touched", "consecutive"]].tolist() == [108, 66, 101, 9]
    assert round(day["seal_rate"], 2) == 0.65
    before = table.loc["2021-07-06"]
    assert before[["surges", "limit_up", "touched"]].tolist() == [60, 41, 70]
    chinext = july.select([symbol for symbol in july.symbols if symbol[:3] in ("300", "301")])
    own = StockBreadth("cn-stock", tolerance=0.0035).table(chinext)["surges"]
    assert own.loc[["2021-07-06", "2021-07-07"]].tolist() == [20, 27]


def test_the_nine_names_that_closed_at_their_limit_twice_or_more(july: Panel) -> None:
    listed = StockBreadth("cn-stock", tolerance=0.0035).in_a_row(july.until(july.sessions.get_loc("2021-07-07")))
    assert listed.to_dict() == {
        "001208.SZ": 9, "603171.SH": 5, "605011.SH": 5, "002442.SZ": 3, "300343.SZ": 3, "603324.SH": 3, "603937.SH": 3,
        "000803.SZ": 2, "301010.SZ": 2,
    }  # fmt: skip
    assert list(listed)[:3] == [9, 5, 5]
