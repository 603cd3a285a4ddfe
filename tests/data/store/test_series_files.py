"""The Parquet files of a series: written, read back, and damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import DataError
from sectorlead.data.store.series_files import read_about, read_part, tidy_of, vintages_in, write_part
from sectorlead.data.store.store import Change, Store
from sectorlead.data.store.vintages import Bars, bars_of

from .vendor import AT, fetched, frame, info


def put(store: Store, bars: pd.DataFrame, symbol: str = "A", function: str = "history", whole: bool = False) -> Change:
    return store.append("sw1", info(symbol), fetched(bars, function), AT, whole=whole)


def test_damage_from_outside_is_told(store: Store) -> None:
    put(store, frame("A", 30))
    file = store.root / "sw1" / "A" / "0001.parquet"
    content = bytearray(file.read_bytes())
    content[400] ^= 1  # one bit of one number
    file.write_bytes(content)
    with pytest.raises(DataError, match="not those that were stored"):
        store.read("sw1", "A")
    file.write_bytes(content[:-9])
    with pytest.raises(DataError, match="can't be read"):
        store.held()


def bars(symbol: str, sessions: int) -> Bars:
    return bars_of(frame(symbol, sessions), symbol)


def about(symbol: str, **more: object) -> dict[str, Any]:
    content = {"content": bars(symbol, 5).content_hash}
    return {"source": "sw1", "symbol": symbol, "name": f"name of {symbol}", "fetch": content} | more


def test_a_vintage_is_read_back_with_what_it_is(tmp_path: Path) -> None:
    write_part(tmp_path, 1, bars("A", 5), about("A"))
    back, meta = read_part(tmp_path)
    pd.testing.assert_frame_equal(back.frame(), bars("A", 5).frame(), check_exact=True)
    assert meta == about("A", rows=5, first="2024-01-01", last="2024-01-05") == read_about(tmp_path)


def test_vintages_are_the_numbered_files_and_the_newest_is_read(tmp_path: Path) -> None:
    assert vintages_in(tmp_path / "none") == vintages_in(tmp_path) == ()
    for vintage, name in ((2, "two"), (10, "ten"), (1, "one")):
        write_part(tmp_path, vintage, bars("A", 5), about("A", name=name))
    for other in ("x.parquet", ".0003.parquet.7.tmp", "0004.txt", "fetches.jsonl"):
        (tmp_path / other).touch()
    assert vintages_in(tmp_path) == (1, 2, 10)
    assert [read_part(tmp_path, each)[1]["name"] for each in (None, 1, 2)] == ["ten", "one", "two"]
    assert vintages_in(tmp_path / "0004.txt") == ()


def test_series_of_other_spans_are_one_table_in_order_of_days(tmp_path: Path) -> None:
    late, early = bars("B", 9).take(slice(6, 9)), bars("A", 3)
    parts = {"A": (early, {"name": "a", "group": None}), "B": (late, {"name": "b", "board": "star"})}
    rows = tidy_of(parts, "store, x")
    assert (rows.symbols, rows.file, rows.place) == (("A", "B"), "store, x", "row")
    assert rows.dates.day.tolist() == [1, 2, 3, 9, 10, 11]
    np.testing.assert_array_equal(np.isnan(rows.grid("close")), [[False, True]] * 3 + [[True, False]] * 3)
    assert (rows.label("name"), rows.label("board"), rows.label("group")) == (["a", "b"], [None, "star"], [None, None])
    assert rows.check() is rows
