"""Counts of rising, falling and limited stocks."""

from __future__ import annotations

import pandas as pd
import pytest

from sectorlead.data.errors import NoDataError
from sectorlead.data.sources import find_source
from sectorlead.data.sources.breadth import LimitUp
from sectorlead.data.sources.source import SeriesInfo

from .loopback import Vendors


def test_limit_up_counts_and_pool(vendors: Vendors) -> None:
    source = LimitUp()
    closed, failed = source.listing()
    assert set(source.bars(closed).frame["close"]) == {2.0}
    assert set(source.bars(failed).frame["close"]) == {1.0}
    pool = source.pool(pd.Timestamp("2024-01-05"))
    assert pool.iloc[0].tolist() == ["000004", "国华网安", "软件开发", "09:25:00", 1]
    vendors.rewrite = lambda _, text: text if vendors.asked[-1][1]["date"][-1] in "02468" else '{"data": null}'
    days = source.bars(closed).frame["date"]
    assert (days.dt.day % 2 == 0).all()


def test_breadth_is_one_row_after_the_close(vendors: Vendors) -> None:
    source = find_source("breadth")
    values = {info.symbol: source.bars(info).frame.iloc[0] for info in source.listing()}
    assert values["rising"].tolist() == [pd.Timestamp("2024-10-14"), 4770.0]
    assert values["activity"]["close"] == 93.53
    assert len(vendors.asked) == 1
    vendors.rewrite = lambda _, text: text.replace("15:00:00", "10:30:00")
    with pytest.raises(NoDataError, match="10:30"):
        find_source("breadth").bars(SeriesInfo("rising", ""))
