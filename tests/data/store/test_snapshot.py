"""Snapshots: the panel of the store in one file that never changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sectorlead.data.errors import DataError, InputError
from sectorlead.data.load import load
from sectorlead.data.store.snapshot import freeze
from sectorlead.data.store.store import Store

from .vendor import AT, fetched, frame, info


def test_a_panel_from_the_store_is_the_panel_of_its_snapshot(filled: Store, tmp_path: Path) -> None:
    panel = filled.panel("sw1", "399006", start="2024-01-08", end="2024-02-20")
    path = tmp_path / "new" / "sw1.parquet"
    manifest = freeze(filled, "sw1", path, benchmark="399006")
    same = load(path, "399006", start="2024-01-08", end="2024-02-20")
    assert panel.content_hash == same.content_hash
    assert (panel.names, panel.groups, panel.notes) == (same.names, same.groups, same.notes)
    assert panel.source == "sw1 (SW2021) as fetched by 2024-06-01 10:00 UTC, benchmark index:399006"
    assert list(manifest["series"]) == ["399006", "801010", "801030"]
    assert manifest["series"]["801010"]["content"] == filled.provenance("sw1", "801010")[-1]["content"]


def test_a_snapshot_never_changes(filled: Store, tmp_path: Path) -> None:
    from sectorlead.data.store.snapshot import check_hash

    path = tmp_path / "sw1.parquet"
    pinned = freeze(filled, "sw1", path)["hash"]
    content = path.read_bytes()
    assert freeze(filled, "sw1", path)["hash"] == pinned  # the same bars, the same bytes
    check_hash(path, pinned)
    check_hash(path, pinned[:12].upper())
    filled.append("sw1", info("801010"), fetched(frame("801010", 41)[30:]), AT)
    with pytest.raises(InputError, match="never changes"):
        freeze(filled, "sw1", path)
    assert path.read_bytes() == content
    assert {each.name for each in tmp_path.iterdir()} == {"data", "sw1.parquet", "sw1.manifest.json"}
    path.write_bytes(content + b" ")
    with pytest.raises(DataError, match="not the file that was pinned"):
        check_hash(path, pinned)
    with pytest.raises(InputError, match="hex digits"):
        check_hash(path, "abc")
    with pytest.raises(InputError, match=r"sw1\.parquet"):
        freeze(filled, "sw1", tmp_path / "sw1.csv")
