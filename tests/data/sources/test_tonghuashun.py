"""Tonghuashun boards through akshare's unmodified code."""

from __future__ import annotations

import pandas as pd

from sectorlead.data.sources import find_source

from .loopback import Vendors


def test_concepts_carry_the_day_they_were_made(vendors: Vendors) -> None:
    made = {info.name: info.known_from for info in find_source("ths-concept").listing()}
    assert made["概念0"] == pd.Timestamp("2023-01-15")
    assert made["概念4"] == pd.Timestamp("2023-05-15")  # on the second page
    assert made["旧概念"] is None
