"""How a fund followed its sector."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.panel import Panel
from sectorlead.strategies.wrappers.tracking import tracking

NAN = float("nan")


def test_tracking_by_hand() -> None:
    # 1,461 days: exactly 4 years of 365.25; a return a year
    days = pd.DatetimeIndex(["2020-01-01", "2021-01-01", "2022-01-01", "2023-01-01", "2024-01-01"])
    i = np.array([0.10, -0.05, 0.20, 0.0])
    f = i + np.array([0.01, -0.01, 0.01, -0.01])
    index, fund = (100 * np.concatenate(([1.0], np.cumprod(1 + r))) for r in (i, f))
    flat = np.full(5, 100.0)
    factor = np.array([1.0, 1.0, 2.0, 2.0, 2.0])  # a split in two: half the price, twice the factor
    sectors = Panel(days, ("A", "B"), np.column_stack((index, flat)), names=("Banks", "Cash"))
    traded = Panel(
        days, ("x", "y", "z"), np.column_stack((fund / factor, flat, [NAN, NAN, NAN, NAN, 5.0])),
        adj_factor=np.column_stack((factor, np.ones((5, 2)))), names=("Bank ETF", "y", "z"),
    )  # fmt: skip
    table = tracking({"A": ["x", "z"], "B": ["y"]}, sectors, traded)
    assert table["fund"].tolist() == ["x", "z", "y"]
    row = table.iloc[0]
    assert tuple(row[:7]) == ("A", "Banks", "x", "Bank ETF", days[0], days[-1], 5)
    assert row["index_return"] == pytest.approx((1.1 * 0.95 * 1.2) ** 0.25 - 1)
    assert row["fund_return"] == pytest.approx((1.11 * 0.94 * 1.21 * 0.99) ** 0.25 - 1)
    assert row["difference"] == pytest.approx(row["fund_return"] - row["index_return"])
    assert row["tracking_error"] == pytest.approx((4 * 0.0001 / 3) ** 0.5)
    assert row["correlation"] == pytest.approx(np.corrcoef(i, f)[0, 1])
    assert table["sessions"].tolist() == [5, 1, 5]
    assert np.isnan(table.loc[1, ["index_return", "difference", "tracking_error", "correlation"]].astype(float)).all()
    assert table.loc[2, ["fund_return", "difference", "tracking_error"]].tolist() == [0, 0, 0]
    assert np.isnan(table.loc[2, "correlation"])
    cut = tracking({"A": ["x"]}, sectors, traded, "2021-06-01", "2023-12-31").iloc[0]
    assert (cut["first"], cut["last"], cut["sessions"]) == (days[2], days[3], 2)
    assert cut["fund_return"] == pytest.approx(1.21 ** (365.25 / 365) - 1)
    assert np.isnan(cut["tracking_error"])
