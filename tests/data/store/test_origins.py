"""Who gave which stretch of a series, as users see it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from sectorlead.data.store.snapshot import freeze, manifest_path
from sectorlead.data.store.store import Store
from sectorlead.data.store.vintages import bars_of, merge

from .vendor import AT, fetched, frame, info


def test_the_factor_of_a_vendor_without_one_goes_on_where_the_other_ended(store: Store) -> None:
    """Raw closes of both are the same; adjusted ones must not fall where the vendor changes."""
    whole = frame("A", 40)
    with_factor = whole[:30].assign(adj_factor=np.where(np.arange(30) < 15, 1.0, 2.0))
    store.append("x", info(), fetched(with_factor, "one"), AT)
    store.append("x", info(), fetched(whole[20:35], "two"), AT)
    assert store.read("x", "A")["adj_factor"].tolist() == [1.0] * 15 + [2.0] * 20
    change = store.append("x", info(), fetched(whole[25:], "two"), AT)
    assert (change.added, change.vintage) == (5, 1)
    assert store.read("x", "A")["adj_factor"].tolist() == [1.0] * 15 + [2.0] * 25
    more = frame("A", 45).assign(adj_factor=np.where(np.arange(45) < 15, 1.0, 2.5))
    store.append("x", info(), fetched(more[35:].reset_index(drop=True), "one"), AT)  # knows of a dividend meanwhile
    assert store.read("x", "A")["adj_factor"].tolist()[-6:] == [2.0, 2.5, 2.5, 2.5, 2.5, 2.5]


def test_spans_stand_in_snapshots(store: Store, tmp_path: Path) -> None:
    store.append("x", info(), fetched(frame("A", 30), "one"), AT)
    store.append("x", info("B"), fetched(frame("B", 30), "one"), AT)
    later = frame("A", 33)[25:].reset_index(drop=True)
    later["close"] *= 1.0005
    later["high"], later["low"] = later["close"] * 1.01, later["close"] * 0.99
    store.append("x", info(), fetched(later, "two"), AT)
    freeze(store, "x", tmp_path / "x.parquet")
    spans = json.loads(manifest_path(tmp_path / "x.parquet").read_text(encoding="utf-8"))["spans"]
    assert [(each["symbol"], each["origin"], each["common"]) for each in spans] == [
        ("A", "vendor one", 0), ("A", "vendor two", 5),
    ]  # fmt: skip
    assert spans[1]["largest"] == np.float64(0.0005).round(12) or abs(spans[1]["largest"] - 0.0005) < 1e-9
    assert store.spans("x", "B") == ()


def test_what_takes_the_place_of_all_keeps_its_own_factor() -> None:
    held = bars_of(frame("A", 30).assign(adj_factor=3.0), "x")
    other = bars_of(frame("A", 30, edition=5).assign(adj_factor=1.5), "x")
    other.origin[:] = 1
    merged = merge(held, other, "x", whole=True)
    assert set(merged.bars.numbers[6]) == {1.5}
    assert merged.largest > 0.01
    assert pd.DatetimeIndex(merged.restated.astype("M8[ns]"))[0] == frame("A", 30)["date"][0]
