"""Which runs are below a folder: read once into SQLite, then kept up to date by looking only at what changed."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from sectorlead.reports.run_folder.entry import Entry, is_run, read_entry, stamp
from sectorlead.reports.run_folder.listing import listing
from sectorlead.serve.query import PAGE_SIZE, Query

VERSION = 2  # of the table; another one is thrown away and read anew
_FIELDS = ", ".join(Entry._fields)
_SETTLED_NS = 2_000_000_000  # a folder changed more recently may change again within its time stamp's precision
_PAUSE = 1.0  # seconds between two looks


class Change(NamedTuple):
    """What a look at the folders found."""

    folders: int  # there are
    read: int  # of them read because they had changed
    removed: int


class Page(NamedTuple):
    """One page of the list."""

    query: Query  # with the page there is
    rows: tuple[Entry, ...]
    total: int  # runs that pass the filters
    pages: int


class Choice(NamedTuple):
    """A value to filter by, and how many runs have it."""

    value: str
    runs: int


class Index:
    """The runs below ``root``.

    Parameters
    ----------
    root : Path
        Links below it are not followed, names that begin with a dot are passed over.
    database : Path, optional
        The SQLite file, made anew where it can't be used; default: in memory.
    """

    def __init__(self, root: Path, database: Path | None = None) -> None:
        self.root = root
        self.queries = 0
        self._lock = threading.RLock()
        self._folders: dict[str, int] = {}  # every folder below the root, with its time stamp; 0: look again
        self._looked = -_PAUSE
        self._choices: dict[str, tuple[Choice, ...]] = {}  # until something changes
        self._base = _opened(database)

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._base.close()

    def read(self, told: Callable[[int], None] = lambda _: None) -> Change:
        """Walk through all folders; those whose files are as they were are not read again.

        Parameters
        ----------
        told : callable
            Told the number of folders seen so far, now and then.
        """
        with self._lock:
            known, self._folders = self._stamps(), {}
            found: dict[str, Entry | None] = {}
            for seen, (folder, entry) in enumerate(self._walk("", known)):
                found[folder] = entry
                if seen % 200 == 0:
                    told(seen)
            self._looked = time.monotonic()
            return self._keep(found, known.keys() - found.keys())

    def refresh(self) -> Change:
        """Look at the folders that changed since the last look; costs one ``stat`` for each that did not."""
        with self._lock:
            if not self._folders:
                return self.read()
            if time.monotonic() - self._looked < _PAUSE:
                return Change(len(self._folders), 0, 0)
            self._looked = time.monotonic()
            root, changed, gone = str(self.root), [], set()
            for folder, then in self._folders.items():
                now = _time_stamp(f"{root}/{folder}")  # a string: ten thousand paths cost more than their look-up
                if now is None:
                    gone.add(folder)
                elif now != then:
                    changed.append(folder)
            if not changed and not gone:
                return Change(len(self._folders), 0, 0)
            known, found = self._stamps(), dict[str, Entry | None]()
            for folder in gone:
                del self._folders[folder]
            for folder in changed:
                seen = dict(self._walk(folder, known, deep=False))
                gone |= {folder} - seen.keys()
                found |= seen
            return self._keep(found, gone & known.keys() - found.keys())

    def page(self, query: Query) -> Page:
        """One page of the list; beyond the last page is the last page."""
        with self._lock:
            where, values = query.where()
            total = int(self._ask(f"SELECT count(*) FROM runs WHERE {where}", values)[0][0])
            pages = max(1, -(-total // PAGE_SIZE))
            there = query.at(min(query.page, pages))
            ordered = f"SELECT folder FROM runs WHERE {where} ORDER BY {there.ordering()} LIMIT ? OFFSET ?"
            values += [PAGE_SIZE, PAGE_SIZE * (there.page - 1)]
            rows = self.entries(folder for (folder,) in self._ask(ordered, values))
            if self._rewritten(rows):
                rows = self.entries(folder for (folder,) in self._ask(ordered, values))
            return Page(there, rows, total, pages)

    def choices(self, column: str) -> tuple[Choice, ...]:
        """The values of "market" or "kind", the most frequent first, 200 at most."""
        asked = f"SELECT {column}, count(*) AS n FROM runs WHERE {column} <> '' GROUP BY 1 ORDER BY n DESC, 1 LIMIT 200"
        with self._lock:
            if column not in self._choices:
                self._choices[column] = tuple(Choice(str(value), int(count)) for value, count in self._ask(asked))
            return self._choices[column]

    def entries(self, folders: Iterable[str]) -> tuple[Entry, ...]:
        """Those of these folders that are runs, in the order given."""
        asked = list(folders)
        marks = ", ".join("?" * len(asked))
        rows = {entry.folder: entry for entry in self._entries(f"WHERE folder IN ({marks})", asked)} if asked else {}
        return tuple(rows[folder] for folder in asked if folder in rows)

    def reports(self, most: int = 50) -> tuple[Entry, ...]:
        """The latest outputs that are no runs: comparisons, sweeps, event studies, ..."""
        return self._entries("WHERE status = 'report' ORDER BY written DESC, folder LIMIT ?", [most])

    # --- folders ------------------------------------------------------------------------------------------------------

    def _path(self, folder: str) -> Path:
        return self.root / folder if folder else self.root

    def _rewritten(self, rows: Iterable[Entry]) -> bool:
        """Reads again what is shown next and was written in place, which its folder's time stamp doesn't tell."""
        found: dict[str, Entry | None] = {}
        for row in rows:
            path = self._path(row.folder)
            with suppress(OSError):  # what is gone is found by the next look
                names, _ = listing(path)
                if stamp(path, names)[0] != row.stamp and is_run(names):
                    found[row.folder] = read_entry(path, row.folder, names)
        self._keep(found, ())
        return bool(found)

    def _walk(self, top: str, known: dict[str, str], deep: bool = True) -> Iterator[tuple[str, Entry | None]]:
        """Folders with a run in them; None for one that is as it was. Not ``deep``: only folders not seen before."""
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            path = self._path(folder)
            try:
                changed = os.stat(path).st_mtime_ns
                names, below = listing(path)
                settled = time.time_ns() - changed > _SETTLED_NS
                self._folders[folder] = changed if settled else 0
                if is_run(names):
                    same = known.get(folder) == stamp(path, names)[0]
                    yield folder, None if same else read_entry(path, folder, names)
            except OSError:  # taken away while we look, or not ours to read
                continue
            for name in below:
                child = f"{folder}/{name}" if folder else name
                if deep or child not in self._folders:
                    waiting.append(child)

    def _keep(self, found: dict[str, Entry | None], gone: Iterable[str]) -> Change:
        fresh = [entry for entry in found.values() if entry is not None]
        lost = [(folder,) for folder in gone]
        marks = ", ".join("?" * (len(Entry._fields) + 1))
        if fresh or lost:
            self._choices.clear()
            with self._base:
                self._base.executemany("DELETE FROM runs WHERE folder = ?", lost)
                self._base.executemany(
                    f"INSERT OR REPLACE INTO runs ({_FIELDS}, found) VALUES ({marks})",
                    ((*entry, _searched(entry)) for entry in fresh),
                )
        return Change(len(self._folders), len(fresh), len(lost))

    # --- the database -------------------------------------------------------------------------------------------------

    def _ask(self, question: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            self.queries += 1
            return self._base.execute(question, list(values)).fetchall()

    def _entries(self, rest: str, values: Iterable[Any] = ()) -> tuple[Entry, ...]:
        return tuple(Entry(*row) for row in self._ask(f"SELECT {_FIELDS} FROM runs {rest}", values))

    def _stamps(self) -> dict[str, str]:
        return dict(self._ask("SELECT folder, stamp FROM runs"))


def cache_file(root: Path) -> Path:
    """Where the index of ``root`` is kept: the user's cache folder."""
    from platformdirs import user_cache_path

    key = hashlib.blake2b(os.fsencode(root.resolve()), digest_size=8).hexdigest()
    return user_cache_path("sectorlead", appauthor=False) / "runs" / f"{key}.sqlite"


def _opened(database: Path | None) -> sqlite3.Connection:
    """The database, empty if it is of another version or is none; in memory where it can't be written."""
    if database is not None:
        for _ in range(2):
            try:
                database.parent.mkdir(parents=True, exist_ok=True)
                return _prepared(database)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):  # locked, or a folder that can't be written
                    break
                with suppress(OSError):
                    database.unlink()
            except OSError:
                break
    return _prepared(":memory:")


def _prepared(place: Path | str) -> sqlite3.Connection:
    base = sqlite3.connect(place, timeout=10, check_same_thread=False)
    try:
        with base:
            if base.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                base.execute("DROP TABLE IF EXISTS runs")
                base.execute(f"CREATE TABLE runs ({_FIELDS}, found, PRIMARY KEY (folder)) WITHOUT ROWID")
                base.execute(f"PRAGMA user_version = {VERSION}")
            base.execute("SELECT count(*) FROM runs")
    except BaseException:
        base.close()
        raise
    return base


def _searched(entry: Entry) -> str:
    """What the text filter looks at."""
    return "\n".join((entry.name, entry.folder, entry.words, entry.sentence, entry.market)).lower()


def _time_stamp(path: str) -> int | None:
    """When a folder's listing last changed; None where there is no folder."""
    try:
        info = os.lstat(path)
    except OSError:
        return None
    return info.st_mtime_ns if stat.S_ISDIR(info.st_mode) else None
