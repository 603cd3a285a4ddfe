"""Many processes write the same ledger; what was acknowledged is in it, whatever becomes of the writer."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sectorlead.data.errors import LedgerError
from sectorlead.ledger.database import database
from sectorlead.ledger.place import Place, usual_place

WRITER = Path(__file__).with_name("writer.py")


def started(*words: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(WRITER), *map(str, words)], stdout=subprocess.PIPE, text=True)


def written() -> set[int]:
    found = database(usual_place()).rows("trials", ("specs",))
    return {int.from_bytes(specs, "little") for (specs,) in found}


def test_two_processes_of_10000_trials_each_lose_none(anywhere: str) -> None:
    before = written()
    first = 1_000_000
    both = [started(first, 10_000, 500), started(first + 9_000, 10_000, 300)]  # a thousand of them by both
    for each in both:
        each.communicate(timeout=300)
    assert [each.returncode for each in both] == [0, 0]
    assert written() - before == set(range(first, first + 19_000))
    assert len(database(usual_place()).rows("panels", ("id",))) == 1


def test_a_kill_loses_nothing_that_was_acknowledged(anywhere: str) -> None:
    first, other = 5_000_000, 6_000_000
    killed, alive = started(first, 10_000, 50), started(other, 2_000, 50)
    assert killed.stdout is not None
    acknowledged = [int(killed.stdout.readline()) for _ in range(12)][-1]
    os.kill(killed.pid, signal.SIGKILL)
    last = killed.communicate(timeout=60)[0].split()
    acknowledged = max([acknowledged, *map(int, last)])
    alive.communicate(timeout=300)
    found = written()
    assert killed.returncode == -signal.SIGKILL
    assert first + 600 <= acknowledged < first + 10_000
    assert set(range(first, acknowledged)) | set(range(other, other + 2_000)) <= found
    many = sum(first <= number < other for number in found)
    assert many % 50 == 0, "a batch is there as a whole or not at all"


def test_rows_are_added_once_and_never_changed(anywhere: str) -> None:
    where = database(usual_place())
    where.add({"facts": [{"id": "one", "body": "first"}, {"id": "two", "body": "second"}]})
    where.add({"facts": [{"id": "one", "body": "changed"}, {"id": "three", "body": "third"}]})
    keys = ["one", "two", "three", *map(str, np.arange(1_200))]
    assert sorted(where.rows("facts", ("id", "body"), {"id": keys})) == [
        ("one", "first"), ("three", "third"), ("two", "second"),
    ]  # fmt: skip
    assert where.rows("facts", ("body",), {"id": "two", "body": "second"}) == [("second",)]
    assert where.rows("facts", ("body",), {"id": []}) == []


def test_what_cannot_be_used_says_so(tmp_path: Path) -> None:
    plain = tmp_path / "plain.txt"
    plain.write_text("no database, but long enough to be taken for one " * 50)
    later = tmp_path / "later.sqlite"
    sqlite3.connect(later).execute("PRAGMA user_version = 99").connection.close()
    for name, why in (
        (str(plain), "not a database"),
        (str(plain / "trials.sqlite"), "can't be used"),
        (str(later), "version 99"),
    ):
        with pytest.raises(LedgerError, match=rf"{why}.*SECTORLEAD_TRIALS"):
            database(Place("file", name)).rows("facts", ("id",))
    with pytest.raises(LedgerError, match="SECTORLEAD_TRIALS"):
        database(Place("url", "nothing://host/database")).rows("facts", ("id",))


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("off", Place("off", "")),
        (" OFF ", Place("off", "")),
        ("/a/b.sqlite", Place("file", "/a/b.sqlite")),
        ("sqlite:////a/b.sqlite", Place("file", "/a/b.sqlite")),
        ("postgresql://me:secret@host/trials", Place("url", "postgresql://me:secret@host/trials")),
    ],
)
def test_the_environment_names_the_place(told: str, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECTORLEAD_TRIALS", told)
    assert usual_place() == place
    assert "secret" not in usual_place().shown


def test_without_a_name_it_is_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECTORLEAD_TRIALS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    place = usual_place()
    assert place.kind == "file"
    assert Path(place.name).name == "trials.sqlite"
    if sys.platform == "linux":
        assert Path(place.name).parent == tmp_path / "sectorlead"
