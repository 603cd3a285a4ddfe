"""The database under the trial ledger: SQLite by the standard library, any other through SQLAlchemy.

Both take the same two requests: add rows that are not there, and read rows whose columns have given values. Every
request is a transaction of its own on a connection of its own, so nothing is shared between threads or with the child
of a fork. What was added is on the disk when the call returns.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from sectorlead.data.errors import LedgerError
from sectorlead.ledger.place import VARIABLE, Place
from sectorlead.ledger.schema import INDEXES, TABLES, VERSION

Row: TypeAlias = tuple[Any, ...]
Rows: TypeAlias = Sequence[Mapping[str, Any]]
PATIENCE = 60.0
"""Seconds to wait for another process that writes."""
_SQLITE = {"key": "TEXT", "text": "TEXT", "long": "TEXT", "number": "INTEGER", "bytes": "BLOB"}
_MANY = 500  # values of one IN (...)
_TRIES = 5


class Database(Protocol):
    """What the ledger asks of a database."""

    def add(self, tables: Mapping[str, Rows]) -> None:
        """Add the rows whose keys are not there, of all tables or of none.

        Parameters
        ----------
        tables : mapping of table to rows
        """
        ...

    def rows(self, table: str, columns: Sequence[str], where: Mapping[str, Any] | None = None) -> list[Row]:
        """Columns of the rows that have these values; of a sequence any of its values.

        Parameters
        ----------
        table : str
        columns : sequence of str
        where : mapping of column to value, optional
        """
        ...


def database(place: Place) -> Database:
    """The database of a place, with its tables made where they are not.

    Parameters
    ----------
    place : Place
        Not "off".

    Raises
    ------
    LedgerError
        It can't be opened or made.
    """
    return _Lite(Path(place.name)) if place.kind == "file" else _Server(place)


class _Lite:
    """SQLite in a file. Write-ahead log, so that readers and a writer don't wait for each other."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, tables: Mapping[str, Rows]) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            for table, rows in tables.items():
                columns = tuple(TABLES[table])
                places = ", ".join("?" * len(columns))
                told = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) ON CONFLICT DO NOTHING"
                connection.executemany(told, [tuple(row[name] for name in columns) for row in rows])
            connection.execute("COMMIT")

        self._do(work)

    def rows(self, table: str, columns: Sequence[str], where: Mapping[str, Any] | None = None) -> list[Row]:
        def work(connection: sqlite3.Connection) -> list[Row]:
            return [row for told, values in _asked(table, columns, where) for row in connection.execute(told, values)]

        found: list[Row] = self._do(work)
        return found

    def _do(self, work: Any) -> Any:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)) as connection:
                self._prepare(connection)
                return work(connection)
        except (sqlite3.Error, OSError) as error:
            raise _failed(str(self._path), error) from None

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA synchronous = FULL")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise sqlite3.DatabaseError(f"it is of version {version}, written by a later sectorlead; install that")
        if version == VERSION:
            return
        _patiently(lambda: connection.execute("PRAGMA journal_mode = WAL"))
        connection.execute("BEGIN IMMEDIATE")
        for table, columns in TABLES.items():
            key, *_ = columns
            told = ", ".join(
                f"{name} {_SQLITE[kind]}{' PRIMARY KEY' if name == key else ''} NOT NULL"
                for name, kind in columns.items()
            )
            connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({told})")
        for name, (table, column) in INDEXES.items():
            connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({column})")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")


def _patiently(work: Any) -> None:
    """SQLite does not wait for others where the kind of the log is changed, so we do."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            work()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)


class _Server:
    """A database by its URL. Keys that are there are asked for first, so that any SQL will do."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def add(self, tables: Mapping[str, Rows]) -> None:
        alchemy = self._alchemy()
        for left in reversed(range(_TRIES)):
            try:
                self._do(lambda connection: self._add(alchemy, connection, tables))
                return
            except alchemy.exc.IntegrityError as error:  # another process added one of them meanwhile
                if not left:
                    raise _failed(self._place.shown, error) from None

    def rows(self, table: str, columns: Sequence[str], where: Mapping[str, Any] | None = None) -> list[Row]:
        alchemy = self._alchemy()

        def work(connection: Any) -> list[Row]:
            asked = _asked(table, columns, where)
            return [tuple(row) for told, values in asked for row in connection.execute(alchemy.text(told), values)]

        found: list[Row] = self._do(work)
        return found

    def _add(self, alchemy: Any, connection: Any, tables: Mapping[str, Rows]) -> None:
        for table, rows in tables.items():
            columns = tuple(TABLES[table])
            key = columns[0]
            asked = _asked(table, (key,), {key: [row[key] for row in rows]})
            there = {row[0] for told, values in asked for row in connection.execute(alchemy.text(told), values)}
            fresh = {row[key]: row for row in rows if row[key] not in there}
            if fresh:
                places = ", ".join(f":{name}" for name in columns)
                told = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
                connection.execute(alchemy.text(told), [dict(row) for row in fresh.values()])

    def _do(self, work: Any) -> Any:
        alchemy = self._alchemy()
        try:
            with _engine(alchemy, self._place.name, os.getpid()).begin() as connection:
                return work(connection)
        except alchemy.exc.IntegrityError:
            raise
        except (alchemy.exc.SQLAlchemyError, OSError, ImportError) as error:
            raise _failed(self._place.shown, getattr(error, "orig", None) or error) from None

    def _alchemy(self) -> Any:
        try:
            return import_module("sqlalchemy")
        except ImportError:
            raise LedgerError(
                f"{VARIABLE} names {self._place.shown}, which takes SQLAlchemy: pip install 'sectorlead[team]'"
            ) from None


@lru_cache(maxsize=4)
def _engine(alchemy: Any, url: str, process: int) -> Any:
    """The engine of a URL in one process, with the tables made; no connection is kept open."""
    if url.startswith(("postgresql://", "postgres://")):
        url = f"postgresql+psycopg://{url.partition('://')[2]}"
    text, data = alchemy.Text, alchemy.LargeBinary
    types: dict[str, Any] = {
        "key": alchemy.String(64), "text": alchemy.String(255), "number": alchemy.BigInteger(),
        "long": text().with_variant(text(1 << 24), "mysql", "mariadb"),  # there a text has 64 kB if nothing is said
        "bytes": data().with_variant(data(1 << 30), "mysql", "mariadb"),
    }  # fmt: skip
    tables = alchemy.MetaData()
    for name, columns in TABLES.items():
        key, *_ = columns
        told = [alchemy.Column(own, types[kind], primary_key=own == key) for own, kind in columns.items()]
        alchemy.Table(name, tables, *told)
    for name, (table, column) in INDEXES.items():
        alchemy.Index(name, tables.tables[table].c[column])
    made = alchemy.create_engine(url, poolclass=alchemy.pool.NullPool)
    for left in reversed(range(_TRIES)):
        try:
            tables.create_all(made)
            break
        except alchemy.exc.DBAPIError:  # another process makes them at the same time
            if not left:
                raise
            time.sleep(0.2)
    return made


def _asked(
    table: str, columns: Sequence[str], where: Mapping[str, Any] | None
) -> list[tuple[str, dict[str, Any]]]:
    """SELECT statements with their values; several where one column may have very many values."""
    base, fixed, several = [], dict[str, Any](), dict[str, list[Any]]()
    for name, value in (where or {}).items():
        if isinstance(value, list | tuple | set | frozenset):
            several[name] = list(value)
        else:
            base.append(f"{name} = :{name}")
            fixed[name] = value
    begun = f"SELECT {', '.join(columns)} FROM {table}"
    if not several:
        return [(begun + (f" WHERE {' AND '.join(base)}" if base else ""), fixed)]
    (name, values), *more = several.items()
    if more:
        raise ValueError("one column of several values")
    out = []
    for at in range(0, len(values), _MANY):
        part = {f"v{k}": value for k, value in enumerate(values[at : at + _MANY])}
        told = [*base, f"{name} IN ({', '.join(f':{k}' for k in part)})"]
        out.append((f"{begun} WHERE {' AND '.join(told)}", fixed | part))
    return out


def _failed(name: str, error: BaseException | None) -> LedgerError:
    why = getattr(error, "strerror", None) or str(error).strip().partition("\n")[0]
    return LedgerError(f"the trial ledger {name} can't be used: {why}; {VARIABLE} names another, or is off")
