"""Benchmark indices from three hosts through akshare's unmodified code."""

from __future__ import annotations

import pandas as pd

from sectorlead.data.sources import find_source
from sectorlead.data.sources.source import SeriesInfo

from .bodies import DAYS, first_bars
from .loopback import Vendors


def test_an_index_comes_from_the_next_host_when_one_refuses(vendors: Vendors) -> None:
    source, info = find_source("index"), SeriesInfo("399006", "创业板指")
    sina = source.bars(info)
    assert sina.function == "stock_zh_index_daily"
    assert "/sz399006/" in vendors.asked[-1][0]
    assert first_bars(sina, "close", "volume") == [101.5, 5_000_000_000]
    assert "amount" not in sina.frame
    vendors.fault, vendors.where = "403", "sina.com.cn"
    eastmoney = source.bars(info)
    assert eastmoney.function == "stock_zh_index_daily_em"
    assert "stock_zh_index_daily(symbol='sz399006')" in eastmoney.parameters["instead of"]
    assert first_bars(eastmoney, "close", "volume", "amount") == [101.5, 1720723100, 3.134633e10]
    vendors.where = "sina|eastmoney"
    tencent = source.bars(info, pd.Timestamp(DAYS[0]))
    assert tencent.function == "stock_zh_index_daily_tx"
    assert first_bars(tencent, "close", "volume") == [101.5, 59695045500]  # its column "amount" is lots
    assert "amount" not in tencent.frame
