"""Shenwan industries through akshare's unmodified code."""

from __future__ import annotations

import pandas as pd

from sectorlead.data.sources import find_source

from .bodies import FIRST
from .loopback import Vendors


def test_shenwan_lists_its_industries_with_the_day_they_were_published(vendors: Vendors) -> None:
    series = {info.symbol: info for info in find_source("sw1").listing()}
    assert list(series) == FIRST
    assert series["801010"].known_from == pd.Timestamp("2014-02-21")
    assert series["801950"].known_from == pd.Timestamp("2021-12-13")
    second = find_source("sw2").listing()[0]
    assert (second.symbol, second.name, second.group, second.known_from) == ("801011", "二级1", "农林牧渔", None)
