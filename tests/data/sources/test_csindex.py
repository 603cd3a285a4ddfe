"""Indices of China Securities Index through akshare's unmodified code."""

from __future__ import annotations

import pandas as pd

from sectorlead.data.sources import find_source

from .bodies import DAYS
from .loopback import Vendors


def test_an_index_has_its_launch_and_loses_its_invented_row(vendors: Vendors) -> None:
    source = find_source("csi:000928")
    (info,) = source.listing()
    assert (info.name, info.known_from) == ("800能源", pd.Timestamp("2009-07-03"))
    assert source.bars(info).frame["date"].tolist() == [pd.Timestamp(day) for day in DAYS]
    wednesday = pd.Timestamp("2024-01-10")
    assert source.bars(info, wednesday).frame["date"].iloc[0] == wednesday
    assert pd.Timestamp(vendors.asked[-1][1]["startDate"]).day_name() == "Saturday"
    assert find_source("csi:H00928").listing()[0].known_from is None
