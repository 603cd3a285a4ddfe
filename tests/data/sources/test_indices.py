"""Benchmark indices from three hosts through akshare's unmodified code."""

from __future__ import annotations

import pandas as pd

from sectorlead.data.sources import find_source
from sectorlead.data.sources.source import SPARES, SeriesInfo

from .bodies import DAYS, first_bars
from .loopback import Vendors


def test_an_index_comes_from_three_hosts(vendors: Vendors) -> None:
    info = SeriesInfo("399006", "创业板指")
    sina = find_source("index").bars(info)
    assert sina.function == "stock_zh_index_daily"
    assert "/sz399006/" in vendors.asked[-1][0]
    assert first_bars(sina, "close", "volume") == [101.5, 5_000_000_000]
    assert "amount" not in sina.frame
    eastmoney = find_source("index-em").bars(info)
    assert eastmoney.function == "stock_zh_index_daily_em"
    assert first_bars(eastmoney, "close", "volume", "amount") == [101.5, 1720723100, 3.134633e10]
    tencent = find_source("index-tx").bars(info, pd.Timestamp(DAYS[0]))
    assert tencent.function == "stock_zh_index_daily_tx"
    assert first_bars(tencent, "close", "volume") == [101.5, 59695045500]  # its column "amount" is lots
    assert "amount" not in tencent.frame


def test_what_stands_in_carries_the_same_series() -> None:
    for name, spares in SPARES.items():
        source, others = find_source(name), [find_source(each) for each in spares]
        assert {each.taxonomy for each in others} == {source.taxonomy}
        assert len({source.host, *(each.host for each in others)}) == len(others) + 1
        assert all(each.listing() == source.listing() for each in others)
