"""Sector funds through akshare's unmodified code: raw prices and a factor."""

from __future__ import annotations

import pytest

from sectorlead.data.sources import find_source
from sectorlead.data.sources.etf import SectorETFs
from sectorlead.data.sources.source import SeriesInfo

from .bodies import DAYS, bar
from .loopback import Vendors


def test_an_etf_is_raw_with_a_factor_and_never_forward_adjusted(vendors: Vendors) -> None:
    split = DAYS[5]

    def halved(address: str, text: str) -> str:
        if "kline" not in address or vendors.asked[-1][1]["fqt"] == "0":
            return text
        before, after = text.split(f'"{split}', 1)  # adjusted prices double once more on that day
        rows = [row.split(",") for row in f'"{split}{after}'.split("]")[0].split('", "')]
        doubled = '", "'.join(",".join([row[0], *(str(float(x) * 2) for x in row[1:5]), *row[5:]]) for row in rows)
        return before + doubled + "]" + after.split("]", 1)[1]

    vendors.rewrite = halved
    fetched = find_source("etf").bars(SeriesInfo("512800", "银行ETF", kind="etf"))
    factor = fetched.frame["adj_factor"].to_numpy()
    assert (factor[:5] == 1).all()
    assert len(set(factor[5:])) == 1
    assert factor[-1] == pytest.approx(2 * bar(4)[3] / bar(4)[3], rel=2e-3)
    assert {query["fqt"] for _, query in vendors.asked} == {"0", "2"}


def test_any_fund_by_its_code() -> None:
    source = SectorETFs()
    for text in ("512760", "512760.SH", "sh512760", "sh.512760"):
        assert source.one(text) == SeriesInfo("512760", "512760", kind="etf")
    assert [source.one(text) for text in ("600000", "sz.000001", "801010", "XLK", "155001.SH")] == [None] * 5
