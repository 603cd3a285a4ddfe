"""Files that survive a kill: lines, replacements, locks."""

from __future__ import annotations

from pathlib import Path

from sectorlead.data.store.durable import append_line, last_line, locked, read_lines


def test_a_line_cut_short_is_never_read_and_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    append_line(path, {"n": 1})
    with path.open("ab") as file:
        file.write('{"n": 2, "text": "板'.encode()[:-1])
    assert (read_lines(path), last_line(path)) == ([{"n": 1}], {"n": 1})
    append_line(path, {"n": 3, "text": "x" * 10_000})
    assert [line["n"] for line in read_lines(path)] == [1, 3]
    assert (last_line(path) or {})["n"] == 3


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    with locked(tmp_path / "lock"), locked(tmp_path / "lock", wait=False) as mine:
        assert not mine
    with locked(tmp_path / "lock", wait=False) as mine:
        assert mine
