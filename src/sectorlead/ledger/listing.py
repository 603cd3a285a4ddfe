"""The trials of the ledger as a table."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.data.errors import InputError, LedgerError
from sectorlead.data.forms import Date
from sectorlead.data.panel import Panel
from sectorlead.engine.canonical import Data, sentence
from sectorlead.ledger.buffer import commit
from sectorlead.ledger.counting import purposes
from sectorlead.ledger.database import Database, database
from sectorlead.ledger.deflation import panels_like
from sectorlead.ledger.place import VARIABLE, usual_place

SHOWN = ("total_return", "cagr", "volatility", "sharpe", "max_drawdown", "turnover")
"""Metrics of every trial."""
COLUMNS = (
    "made_at", "purpose", "study", "name", "strategy", "panel", "source", "first_session", "last_session", *SHOWN,
    "code",
)  # fmt: skip
_BLOCK = (
    "id", "made_at", "purpose", "study", "name", "panel", "first_session", "last_session", "variants", "specs",
    "metrics", "positions", "body",
)  # fmt: skip


class Filter(NamedTuple):
    """Which trials are asked for; None is all.

    Attributes
    ----------
    panel : str or Panel, optional
        The beginning of a content hash; of a panel all trials on the same data.
    study, strategy : str, optional
        The study's name; a text that the strategy, as it is written, or its label has in it.
    purpose : str, optional
    since, until : date, optional
        Days on which they were made, UTC, both included.
    """

    panel: str | Panel | None = None
    study: str | None = None
    purpose: str | None = None
    strategy: str | None = None
    since: Date | None = None
    until: Date | None = None


def trials(
    panel: str | Panel | None = None,
    *,
    study: str | None = None,
    purpose: str | None = None,
    strategy: str | None = None,
    since: Date | None = None,
    until: Date | None = None,
) -> pd.DataFrame:
    """The trials that the ledger holds, oldest first; ``docs/trials.md``.

    Parameters
    ----------
    panel : str or Panel, optional
        Those on panels whose content hash begins so; of a panel those on the same data, however it was cut.
    study : str, optional
        Those of a study, by the name of its file.
    purpose : {"run", "compare", "sweep", "walk-forward", "control", "final", "events", "factor", "reference"}, optional
    strategy : str, optional
        Those whose strategy, as it is written, or label has this text in it.
    since, until : date, optional
        Those made on these days, UTC, both included.

    Returns
    -------
    DataFrame
        A row per trial, by ``id``: when and what for, the strategy as one line of text, the panel's content hash and
        source, the measured sessions, metrics by the names of ``Run.summary``, NaN where there is none, and a hash of
        the code. A variant of a sweep is called by the sweep's block and its place in it: ``3f2a9c0d11e2b745:17``.

    Raises
    ------
    LedgerError
        It is off, or can't be read.
    """
    asked = Filter(panel, study, purpose, strategy, since, until)
    ledger = opened()
    found = [row for block in blocks(ledger, asked) for row in block.rows(asked.strategy)]
    keep, seen = [], set()
    for row in found:
        if row.same not in seen:
            seen.add(row.same)
            keep.append(row)
    return table(keep)


class TrialRow(NamedTuple):
    """One trial as the table shows it; ``same`` is equal for reruns."""

    id: str
    cells: tuple[Any, ...]
    same: tuple[Any, ...]


def table(rows: Sequence[TrialRow]) -> pd.DataFrame:
    """Trials as a table.

    Parameters
    ----------
    rows : sequence of TrialRow
    """
    index = pd.Index([row.id for row in rows], name="id", dtype=object)
    return pd.DataFrame([row.cells for row in rows], index=index, columns=list(COLUMNS))


def opened() -> Database:
    """The usual ledger, with everything that was waiting in it.

    Raises
    ------
    LedgerError
        It is off, or can't be read.
    """
    commit()
    place = usual_place()
    if place.kind == "off":
        raise LedgerError(f"the trial ledger is off; {VARIABLE} names a file or a database")
    return database(place)


class StoredBlock:
    """A run, or a block of variants of a sweep, as the ledger holds it."""

    def __init__(
        self, ledger: Database, row: Mapping[str, Any], source: str, known: dict[str, Data] | None = None
    ) -> None:
        self.ledger, self.row, self.source = ledger, row, source
        self.known: dict[str, Data] = {} if known is None else known  # facts that were read, of all blocks
        self.body: dict[str, Any] = json.loads(row["body"])

    def fact(self, name: str) -> Data:
        """What the body refers to by a hash.

        Parameters
        ----------
        name : str
            A key of the body.
        """
        key = self.body[name]
        if key not in self.known:
            self.known[key] = json.loads(fact_text(self.ledger, key))
        return self.known[key]

    def panel_row(self) -> tuple[int, dict[str, Any]]:
        """How many sessions its panel has, and what else is known of it."""
        ((sessions, body),) = self.ledger.rows("panels", ("sessions", "body"), {"id": self.row["panel"]})
        return int(sessions), json.loads(body)

    def metrics(self) -> pd.DataFrame:
        """A row per variant."""
        names = self.fact("metrics")
        values = np.frombuffer(bytes(self.row["metrics"]), "<f8").reshape(-1, len(names))
        return pd.DataFrame(values, columns=names)

    def positions(self) -> np.ndarray[Any, Any]:
        """Which value of each axis a variant has, int32 of shape (A, V); A = 0 for a run."""
        told = bytes(self.row["positions"])
        values = np.frombuffer(zlib.decompress(told) if told else b"", "<i4")
        return values.reshape(-1, self.row["variants"])

    def rows(self, strategy: str | None = None) -> list[TrialRow]:
        """Its trials.

        Parameters
        ----------
        strategy : str, optional
            A text that strategy or label must have in them.
        """
        row, swept = self.row, "sweep" in self.body
        texts = self._swept() if swept else [sentence(self.body["strategy"])]
        found = self.metrics().reindex(columns=list(SHOWN)).to_numpy().tolist()
        code = self.fact("environment")["code"]
        begun = (row["made_at"], row["purpose"], row["study"], row["name"])
        after = (row["panel"], self.source, row["first_session"], row["last_session"])
        specs, out = bytes(row["specs"]), []
        for k, (text, values) in enumerate(zip(texts, found, strict=True)):
            if strategy is None or strategy in text or strategy in row["name"]:
                same = (specs[8 * k : 8 * k + 8], row["panel"], row["last_session"], code)
                name = f"{row['id']}:{k}" if swept else row["id"]
                out.append(TrialRow(name, (*begun, text, *after, *values, code), same))
        return out

    def _swept(self) -> list[str]:
        about: Any = self.fact("sweep")
        names = [axis["name"].rpartition(".")[2] for axis in about["axes"]]
        axes = zip(names, about["axes"], strict=True)
        labels = [[f"{name} {label}" for label in axis["labels"]] for name, axis in axes]
        columns = [[own[i] for i in places] for own, places in zip(labels, self.positions().tolist(), strict=True)]
        return [f"{about['name']}: {', '.join(parts)}" for parts in zip(*columns, strict=True)]


def blocks(ledger: Database, asked: Filter = Filter()) -> Iterator[StoredBlock]:  # noqa: B008
    """What the ledger holds, oldest first.

    Parameters
    ----------
    ledger : Database
    asked : Filter
        Its ``strategy`` is left to ``StoredBlock.rows``.
    """
    where: dict[str, Any] = {}
    if asked.purpose is not None:
        purposes([asked.purpose])
        where["purpose"] = asked.purpose
    if asked.study is not None:
        where["study"] = asked.study
    sources: dict[str, str] = dict(ledger.rows("panels", ("id", "source")))
    if isinstance(asked.panel, Panel):
        where["panel"] = panels_like(ledger, asked.panel)
    elif asked.panel is not None:
        if not (where_panel := [key for key in sources if key.startswith(asked.panel)]):
            raise InputError(f"no trial is on a panel {asked.panel}; sectorlead trials shows the hashes of panels")
        where["panel"] = where_panel
    since, until = (None if day is None else f"{pd.Timestamp(day):%F}" for day in (asked.since, asked.until))
    found = [
        dict(zip(_BLOCK, row, strict=True))
        for row in ledger.rows("trials", _BLOCK, where)
        if (since is None or row[1][:10] >= since) and (until is None or row[1][:10] <= until)
    ]
    known: dict[str, Data] = {}
    for row in sorted(found, key=lambda row: (row["made_at"], row["id"])):
        yield StoredBlock(ledger, row, sources.get(row["panel"], ""), known)


def block_named(ledger: Database, name: str) -> tuple[StoredBlock, int]:
    """The block of a trial and the trial's place in it.

    Parameters
    ----------
    ledger : Database
    name : str
        As the table calls it, or the beginning of that; 4 signs or more.

    Raises
    ------
    InputError
        There is none of that name, or several.
    """
    key, colon, place = name.partition(":")
    if len(key) < 4:
        raise InputError(f"{name!r} names no trial; give 4 or more signs of what sectorlead trials calls it")
    ids = [row[0] for row in ledger.rows("trials", ("id",)) if row[0].startswith(key)]
    if len(ids) != 1:
        told = f"{len(ids)} trials begin so: {', '.join(ids[:5])}" if ids else "sectorlead trials lists them"
        raise InputError(f"{name!r} names no single trial; {told}")
    (row,) = ledger.rows("trials", _BLOCK, {"id": ids[0]})
    found = dict(zip(_BLOCK, row, strict=True))
    many = found["variants"]
    if not colon and many > 1:
        raise InputError(f"{name} is {many:,} variants of a sweep; say which: {ids[0]}:0 to {ids[0]}:{many - 1}")
    if colon and not (place.isdigit() and int(place) < many):
        raise InputError(f"{name!r}: the block has the variants 0 to {many - 1}")
    (source,) = ledger.rows("panels", ("source",), {"id": found["panel"]})[0]
    return StoredBlock(ledger, found, source), int(place or 0)


def fact_text(ledger: Database, key: str) -> str:
    """The JSON of a fact.

    Parameters
    ----------
    ledger : Database
    key : str
    """
    found = ledger.rows("facts", ("body",), {"id": key})
    if not found:
        raise LedgerError(f"the trial ledger has lost the fact {key}; it was changed by other means than sectorlead")
    return str(found[0][0])
