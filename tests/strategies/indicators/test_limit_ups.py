"""Limit-ups of stocks and from the pools of a vendor."""

from __future__ import annotations

import pandas as pd
import pytest

from sectorlead.data.errors import DataError
from sectorlead.strategies.indicators.limit_ups import limit_up_breadth, limit_up_runs, pool_breadth, seal_rate

NAN = float("nan")


def test_limit_ups_of_stocks_by_hand() -> None:
    days = pd.bdate_range("2024-01-01", periods=5)
    close = pd.DataFrame({"A": [11, 12.1, NAN, 13.31, 13.0], "B": [10, 10.5, 11.55, 11.0, 12.1], "C": [5.0] * 5}, days)
    upper = pd.DataFrame({"A": [11, 12.1, NAN, 13.31, 14.64], "B": [11, 11, 11.55, 12.71, 12.1], "C": [NAN] * 5}, days)
    high = pd.DataFrame({"A": [11, 12.1, NAN, 13.31, 14.64], "B": [11, 10.9, 11.55, 11, 12.1], "C": [5.0] * 5}, days)
    # A seals three times in a row around a session without a bar, then breaks; B breaks, and seals twice apart.
    runs = limit_up_runs(close, upper)
    assert runs["A"].tolist() == pytest.approx([1, 2, NAN, 3, 0], nan_ok=True)
    assert runs["B"].tolist() == [0, 0, 1, 0, 1]
    table = limit_up_breadth(close, high, upper)
    assert table["limit_up"].tolist() == [1, 1, 1, 1, 1]
    assert table["broken"].tolist() == [1, 0, 0, 0, 1]
    assert table["seal_rate"].tolist() == [0.5, 1.0, 1.0, 1.0, 0.5]
    assert table["consecutive"].tolist() == [0, 1, 0, 1, 0]
    assert table["longest"].tolist() == [1, 2, 1, 3, 1]
    nothing = limit_up_breadth(close, high, upper * NAN)
    assert nothing.isna().all(axis=None)
    with pytest.raises(DataError, match=r"not aligned with close; use upper\.reindex_like\(close\)"):
        limit_up_breadth(close, high, upper[["A", "B"]])


def test_limit_ups_from_pools_by_hand() -> None:
    days = pd.bdate_range("2024-01-01", periods=4)
    sealed = pd.DataFrame({"date": days[[0, 0, 1, 3]], "symbol": ["600001", "600002", "600001", "600001"]})
    broken = pd.DataFrame({"date": days[[0, 1]], "symbol": ["300001", "600002"]})
    table = pool_breadth(sealed, broken, days)
    assert table["limit_up"].tolist() == pytest.approx([2, 1, NAN, 1], nan_ok=True)
    assert table["broken"].tolist() == pytest.approx([1, 1, NAN, 0], nan_ok=True)
    assert table["seal_rate"].tolist() == pytest.approx([2 / 3, 0.5, NAN, 1.0], nan_ok=True)
    assert table["longest"].tolist() == pytest.approx([1, 2, NAN, 1], nan_ok=True)  # row 2 was not collected
    assert pool_breadth(sealed, broken)["longest"].tolist() == [1, 2, 3]  # three sessions, as far as anybody said
    for form in ("%Y-%m-%d", "%Y%m%d"):
        written = (pool.assign(date=pool["date"].dt.strftime(form)) for pool in (sealed, broken))
        pd.testing.assert_frame_equal(pool_breadth(*written, days), table)
    with pytest.raises(DataError, match="broken has a date that can't be read"):
        pool_breadth(sealed, broken.assign(date="someday"))
    with pytest.raises(DataError, match="broken has no column 'date'"):
        pool_breadth(sealed, broken[["symbol"]])
    with pytest.raises(DataError, match="sealed has 600001 twice on 2024-01-01"):
        pool_breadth(pd.concat([sealed, sealed]), broken)
    assert seal_rate(pd.Series([3.0, 0.0]), pd.Series([1.0, 0.0])).tolist() == pytest.approx([0.75, NAN], nan_ok=True)
