"""One stored run: its tables, each with the reason where it can't be shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sectorlead.data.errors import RunFolderError
from sectorlead.engine.config import in_words
from sectorlead.reports.charts.palette import COLOURS, series_role
from sectorlead.reports.run_folder import names
from sectorlead.reports.run_folder.entry import Entry
from sectorlead.reports.run_folder.json_file import read_object
from sectorlead.reports.run_folder.tables import base_row, measured_rows, read_csv

COSTS_AFTER = "value"
"""In fills.csv every column after this one is a kind of cost."""

_ROLES = {*map(series_role, range(COLOURS)), "reference"}


class Table(NamedTuple):
    """A CSV file of a run folder.

    Attributes
    ----------
    frame : DataFrame
        Without rows where there is a ``problem``.
    problem : str
        Why it can't be shown; "" if it can.
    """

    frame: pd.DataFrame
    problem: str = ""


@dataclass(frozen=True)
class StoredRun:
    """A run folder that the index knows; files are read when asked for.

    Attributes
    ----------
    entry : Entry
    path : Path
        The folder.
    """

    entry: Entry
    path: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What reproduces the run; empty if it can't be read."""
        return self._object(names.MANIFEST)

    @cached_property
    def summary(self) -> dict[str, float]:
        """The metrics that are known, by name."""
        values = self._object(names.SUMMARY).items()
        return {name: float(value) for name, value in values if isinstance(value, (int, float))}

    @cached_property
    def equity(self) -> Table:
        """Equity, cash, benchmark and equal weight by measured session."""
        table = self._table(names.EQUITY)
        return table._replace(frame=measured_rows(table.frame))

    @cached_property
    def benchmark_base(self) -> float:
        """The benchmark's close before the first measured session; NaN where the files don't tell it."""
        row = base_row(self._table(names.EQUITY).frame)
        return math.nan if row is None else float(row["benchmark"])

    @cached_property
    def weights(self) -> Table:
        """Weight of each series by session, shape (S, N)."""
        return self._table(names.WEIGHTS)

    @cached_property
    def fills(self) -> Table:
        """One row per fill."""
        return self._table(names.FILLS)

    @cached_property
    def rejections(self) -> Table:
        """One row per shortfall."""
        return self._table(names.REJECTIONS)

    @cached_property
    def decisions(self) -> Table:
        """One row per decision and series held or wanted."""
        return self._table(names.DECISIONS)

    @cached_property
    def series(self) -> Table:
        """Name and colour of each series; a run need not have this file."""
        return self._table(names.SERIES)

    @cached_property
    def labels(self) -> dict[str, str]:
        """What to call those series that have a name beside their symbol."""
        if self.series.problem:
            return {}
        rows = zip(self.series.frame["symbol"], self.series.frame["name"], strict=True)
        return {symbol: f"{name} {symbol}" for symbol, name in rows if name and name != symbol}

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of those series that have one beside their symbol."""
        if self.series.problem:
            return {}
        rows = zip(self.series.frame["symbol"], self.series.frame["name"], strict=True)
        return {symbol: name for symbol, name in rows if name}

    @cached_property
    def roles(self) -> dict[str, str]:
        """The colour of each series: from series.csv, else by its position, as in a tearsheet without groups."""
        by_position = {symbol: series_role(i) for i, symbol in enumerate(self.weights.frame.columns)}
        if self.series.problem:
            return by_position
        rows = zip(self.series.frame["symbol"], self.series.frame["colour"], strict=True)
        return by_position | {symbol: role for symbol, role in rows if role in _ROLES}

    @property
    def same_close(self) -> bool:
        """Whether a decision fills at the very close it was made after."""
        terms = self.manifest.get("terms")
        return isinstance(terms, dict) and (terms.get("fill") == "same-close" or bool(terms.get("decide_at")))

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What a reader must know before any number; only what the manifest tells."""
        entry, terms = self.entry, self.manifest.get("terms")
        told = [
            ("Strategy", entry.words),
            ("Period", f"{entry.start} to {entry.end}, {self.summary.get('sessions', 0):,.0f} sessions"),
            ("Market", entry.market),
            ("Data", "; ".join(filter(None, (self._told("panel", "source"), self._told("panel", "benchmark"))))),
            ("Orders", in_words(terms) if isinstance(terms, dict) else ""),
            ("Engines", f"verified: {entry.verified}" if entry.verified else "not verified: one engine ran"),
        ]
        notes = self.manifest.get("notes")
        told += [("Note", note) for note in notes if isinstance(note, str)] if isinstance(notes, list) else []
        return [(label, text) for label, text in told if text]

    def _told(self, part: str, name: str) -> str:
        values = self.manifest.get(part)
        text = values.get(name) if isinstance(values, dict) else None
        if not isinstance(text, str):
            return ""
        return f"against {text}" if name == "benchmark" else text

    @property
    def cash(self) -> float:
        """Starting cash."""
        return self.summary.get("starting_cash", float("nan"))

    def _object(self, name: str) -> dict[str, Any]:
        try:
            return read_object(self.path / name)
        except RunFolderError:
            return {}

    def _table(self, name: str) -> Table:
        try:
            return Table(read_csv(self.path, name))
        except RunFolderError as error:
            return Table(pd.DataFrame(), str(error))
