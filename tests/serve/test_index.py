"""The index: what is a run, in which state, found again only where something changed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sectorlead.serve import index as indexing
from sectorlead.serve.index import Index
from sectorlead.serve.query import PAGE_SIZE, Query

from .folders import told, write_many, write_run

Opened = Callable[..., Index]


@pytest.fixture(autouse=True)
def look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "_PAUSE", 0.0)


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Indices that are closed when the test is over."""
    made: list[Index] = []

    def open_index(root: Path, base: Path | None = None) -> Index:
        made.append(Index(root, base))
        return made[-1]

    yield open_index
    for index in made:
        index.close()


def listed(index: Index, query: Query | None = None) -> dict[str, str]:
    return {entry.folder: entry.status for entry in index.page(query or Query(sort="name")).rows}


def test_states(tmp_path: Path, opened: Opened) -> None:
    write_run(tmp_path / "good")
    write_run(tmp_path / "study" / "inner")
    write_run(tmp_path / "stopped", leave_out=("manifest.json", "summary.json"))
    (tmp_path / "stopped" / "INCOMPLETE").touch()
    write_run(tmp_path / "no-summary", leave_out=("summary.json",))
    (write_run(tmp_path / "torn") / "summary.json").write_text('{"cagr')
    (write_run(tmp_path / "list") / "manifest.json").write_text("[]")
    (write_run(tmp_path / "typed") / "summary.json").write_text(json.dumps({"total_return": "much"}))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "manifest.json").write_text("{}")
    write_run(tmp_path / ".hidden")
    write_run(tmp_path / "cup", leave_out=("fills.csv",))
    (tmp_path / "cup" / "tournament.html").touch()
    index = opened(tmp_path)
    index.read()
    assert listed(index) == {
        "good": "complete", "study/inner": "complete", "stopped": "incomplete", "no-summary": "damaged",
        "torn": "damaged", "list": "damaged", "typed": "damaged",
    }  # fmt: skip
    reasons = {entry.folder: entry.reason for entry in index.page(Query()).rows}
    assert reasons["no-summary"] == "summary.json missing"
    assert reasons["torn"] == "summary.json is not valid JSON"
    assert reasons["list"] == "manifest.json is not a JSON object"
    assert reasons["typed"] == "summary.json has no number 'total_return'"
    assert [(entry.folder, entry.page) for entry in index.reports()] == [("cup", "tournament.html")]


def test_a_link_is_not_followed(tmp_path: Path, opened: Opened) -> None:
    write_run(tmp_path / "outside" / "secret")
    root = tmp_path / "root"
    write_run(root / "own")
    (root / "way-out").symlink_to(tmp_path / "outside")
    (root / "loop").symlink_to(root)
    borrowed = write_run(root / "borrowed", leave_out=("manifest.json",))
    (borrowed / "manifest.json").symlink_to(tmp_path / "outside" / "secret" / "manifest.json")
    index = opened(root)
    index.read()
    assert listed(index) == {"own": "complete", "borrowed": "damaged"}


def test_only_what_changed_is_read_again(tmp_path: Path, opened: Opened) -> None:
    root, base = tmp_path / "root", tmp_path / "index.sqlite"
    for name in "abc":
        write_run(root / name)
    first = opened(root, base)
    assert first.read().read == 3
    first.close()
    again = opened(root, base)
    assert again.read() == (4, 0, 0)
    assert listed(again) == dict.fromkeys("abc", "complete")

    assert again.choices("market") == (("cn-etf", 3),)
    write_run(root / "deep" / "d")
    (root / "a" / "INCOMPLETE").touch()
    shutil.rmtree(root / "b")
    change = again.refresh()
    assert (change.read, change.removed) == (2, 1)
    assert listed(again) == {"a": "incomplete", "c": "complete", "deep/d": "complete"}

    (root / "a" / "INCOMPLETE").unlink()
    for name in ("manifest.json", "summary.json", "equity.csv"):
        (root / "c" / name).unlink()
    shutil.rmtree(root / "c")
    again.refresh()
    assert listed(again) == {"a": "complete", "deep/d": "complete"}
    assert again.choices("market") == (("cn-etf", 2),)
    again.close()


def test_what_is_written_in_place_is_seen_when_it_is_shown(tmp_path: Path, opened: Opened) -> None:
    folder = write_run(tmp_path / "a")
    index = opened(tmp_path)
    index.read()
    (folder / "summary.json").write_text("")  # its folder's time stamp stays
    assert listed(index) == {"a": "damaged"}


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + bytes(200)])
def test_an_index_that_is_none_is_made_anew(tmp_path: Path, opened: Opened, content: bytes) -> None:
    write_run(tmp_path / "root" / "a")
    base = tmp_path / "index.sqlite"
    base.write_bytes(content)
    index = opened(tmp_path / "root", base)
    assert index.read().read == 1
    index.close()
    with closing(sqlite3.connect(base)) as kept:
        assert kept.execute("SELECT count(*) FROM runs").fetchone() == (1,)


def test_an_index_of_another_version_is_made_anew(tmp_path: Path, opened: Opened) -> None:
    base = tmp_path / "index.sqlite"
    old = sqlite3.connect(base)
    old.executescript("CREATE TABLE runs (folder); PRAGMA user_version = 99")
    old.close()
    write_run(tmp_path / "root" / "a")
    index = opened(tmp_path / "root", base)
    assert index.read().read == 1
    index.close()


def test_where_nothing_can_be_kept_the_index_is_in_memory(tmp_path: Path, opened: Opened) -> None:
    write_run(tmp_path / "root" / "a")
    (tmp_path / "file").touch()
    index = opened(tmp_path / "root", tmp_path / "file" / "index.sqlite")
    assert index.read().read == 1


def test_filters(tmp_path: Path, opened: Opened) -> None:
    write_run(tmp_path / "动量" / "a", "Leaders 领先", sharpe=1.0, verified="fills")
    write_run(tmp_path / "b", "laggards", sharpe=None, market={"name": "cn-stock"})
    write_run(tmp_path / "c%_", "c", sharpe=-1.0, terms={"start": "2010-01-04", "end": "2012-12-31"})
    write_run(tmp_path / "d", "d", strategy=told({"name": "Own", "parameters": {"x": 1}}), sharpe=2.0, sessions=20.0)
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "INCOMPLETE").touch()
    index = opened(tmp_path)
    index.read()

    def found(**given: str) -> list[str]:
        return [entry.name for entry in index.page(Query.read(given.items())).rows]

    assert found(text="领先") == found(text="LEADERS momentum") == ["Leaders 领先"]
    assert found(text="c%_") == ["c"]
    assert found(text="%") == ["c"]
    assert found(market="cn-stock") == ["laggards"]
    assert found(kind="own") == ["d"]
    assert found(status="verified") == ["Leaders 领先"]
    assert found(status="incomplete") == ["e"]
    assert found(end="2013-01-01") == ["c"]
    assert sorted(found(start="2020-01-01")) == ["Leaders 领先", "d", "laggards"]
    assert found(sort="sharpe")[:2] == ["Leaders 领先", "c"], "what is not known, or too short to say, comes last"
    assert found(sort="sharpe", order="asc")[:2] == ["c", "Leaders 领先"]
    assert found(text="' OR 1=1 --") == found(market="' OR 1=1 --") == []
    assert found(sort="sharpe; DROP TABLE runs", page="x", order="up") == found()
    assert index.page(Query.read([("page", "99")])).query.page == 1


def test_a_manifest_of_version_02_has_a_text_only_and_says_so(tmp_path: Path, opened: Opened) -> None:
    write_run(tmp_path / "old", strategy="Rotation(score=Momentum(lookback=60))")
    index = opened(tmp_path)
    index.read()
    (entry,) = index.page(Query()).rows
    assert (entry.status, entry.kind) == ("complete", "recorded as text (version 0.2)")
    assert entry.words == entry.sentence == "Rotation(score=Momentum(lookback=60))"


def test_a_url_says_the_same_again() -> None:
    query = Query(
        text="a b&c", market="cn-etf", kind="own", status="damaged", start="2020-01-01", end="2021-01-01", sort="name",
        order="desc", page=3, runs=("x/y", "动 量"),
    )  # fmt: skip
    from starlette.datastructures import QueryParams

    assert Query.read(QueryParams(query.url.partition("?")[2]).multi_items()) == query
    assert Query().url == "/"


@pytest.mark.slow
def test_ten_thousand_runs(tmp_path: Path, opened: Opened) -> None:
    """What a page costs does not grow with the runs: the rows and the questions asked are counted, not the time."""
    write_many(tmp_path / "root", 10_000)
    index = opened(tmp_path / "root", tmp_path / "index.sqlite")
    assert index.read() == (10_021, 10_000, 0)
    index.close()
    index = opened(tmp_path / "root", tmp_path / "index.sqlite")
    assert index.read().read == 0
    before = index.queries
    page = index.page(Query(text="variant-099", sort="sharpe", page=2))
    assert index.queries - before == 3
    assert (page.total, page.pages, len(page.rows)) == (100, 2, PAGE_SIZE)
    assert page.rows[0].name == "momentum 9949"
    os.utime(tmp_path / "root" / "sweep-03")
    write_run(tmp_path / "root" / "sweep-03" / "late")
    assert index.refresh().read == 1
    index.close()
