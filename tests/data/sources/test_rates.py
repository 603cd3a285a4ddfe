"""The cash rate from either host."""

from __future__ import annotations

from sectorlead.data.sources import find_source

from .bodies import first_bars
from .loopback import Vendors


def test_the_cash_rate_is_in_per_cent_from_either_host(vendors: Vendors) -> None:
    source = find_source("rate")
    (info,) = source.listing()
    assert first_bars(source.bars(info), "close") == [1.9]
    vendors.fault, vendors.where = "502", "eastmoney"
    jin10 = source.bars(info)
    assert jin10.function == "macro_china_shibor_all"
    assert "rate_interbank" in jin10.parameters["instead of"]
