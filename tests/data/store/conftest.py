from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sectorlead.data.sources.source import SeriesInfo
from sectorlead.data.store.store import Store

from .vendor import AT, fetched, frame, info


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data")


@pytest.fixture
def filled(store: Store) -> Store:
    for symbol, sessions in (("801010", 40), ("801030", 25)):
        labels = SeriesInfo(symbol, f"板块{symbol}", "工业", "index", pd.Timestamp("2024-01-10"))
        store.append("sw1", labels, fetched(frame(symbol, sessions)[sessions % 7 :]), AT)
    store.append("index", SeriesInfo("399006", "创业板指"), fetched(frame("X", 38)), AT)
    store.append("rate", SeriesInfo("shibor", "Shibor", kind="rate"), fetched(frame("X", 38)), AT)
    store.add_listing("sw1", "SW2021", [info("801010")], AT)
    return store
