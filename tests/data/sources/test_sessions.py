"""Sessions of the exchanges as Sina lists them."""

from __future__ import annotations

import pandas as pd

from sectorlead.data.sources import find_source

from .bodies import DAYS
from .loopback import Vendors


def test_sessions_are_sinas(vendors: Vendors) -> None:
    source = find_source("calendar")
    dates = source.bars(source.listing()[0]).frame["date"]
    assert pd.Timestamp("1992-05-04") in set(dates)  # missing at the vendor, added by akshare
    assert pd.Timestamp("2024-01-01") not in set(dates)
    assert dates.iloc[-len(DAYS) :].tolist() == [pd.Timestamp(day) for day in DAYS]
