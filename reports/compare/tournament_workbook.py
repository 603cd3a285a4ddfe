"""A comparison as an Excel workbook of values: the verdict first, then every table of its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ..metrics.run_metrics import definitions
from ..render.excel.sheets import Column, Table
from ..render.excel.workbook import write_tables
from .tournament_result import TournamentResult

_KINDS = {
    "sessions": "count", "episodes": "count", "picks": "count", "session": "date", "measured_from": "date",
    "turnover": "ratio", "random_turnover": "ratio", "p": "number", "holm": "number", "step": "number",
}  # fmt: skip
"""Kinds of columns by name; other columns of numbers are fractions."""

_HEADS = {"cagr": "CAGR", "p": "p", "holm": "Holm", "random_turnover": "Turnover of random picks"}


def write_tournament_workbook(tournament: TournamentResult, path: str | Path) -> Path:
    """Write a comparison as a workbook, making its folder; returns the path. The same comparison gives the same bytes.

    Sheets: Verdict, Against chance, Chance by phase (with random picks), Differences, Side by side (every metric),
    Costs and lags (with runs at other costs and lags), Equity. Rates are fractions, shown in percent; what is not known
    is an empty cell.

    Parameters
    ----------
    tournament : TournamentResult
    path : path
        Usually ends with ".xlsx".

    Raises
    ------
    InputError
        As ``write_workbook``.
    """
    first = tournament.records[tournament.against]
    return write_tables(tournament_tables(tournament), path, tournament.against, first.sessions[-1].to_pydatetime())


def tournament_tables(tournament: TournamentResult) -> tuple[Table, ...]:
    """All sheets of a comparison's workbook, in their order."""
    chance, known = tournament.chance, definitions()
    metrics = tournament.table.reset_index()
    kinds = {name: "fraction" if item.unit == "fraction" else "number" for name, item in known.items()}
    heads = {name: item.label for name, item in known.items()}
    equity = pd.DataFrame({label: record.equity for label, record in tournament.records.items()})
    equity = equity.rename_axis("session").reset_index()
    told = [Table("Verdict", (Column("What came out", "text", list(tournament.told)),), 0)]
    if chance is not None:
        told += [_table("Against chance", chance.frame()), _table("Chance by phase", chance.by_phase())]
    told += [
        _table("Differences", tournament.paired.frame()),
        _table("Side by side", metrics, kinds, heads),
    ]
    if tournament.sensitivities:
        frames = [item.frame() for item in tournament.sensitivities]
        told.append(_table("Costs and lags", pd.concat(frames, ignore_index=True)))
    labels = {label: label for label in tournament.records}
    told.append(_table("Equity", equity, dict.fromkeys(labels, "money"), labels))
    return tuple(told)


def _table(
    name: str, frame: pd.DataFrame, kinds: dict[str, str] | None = None, heads: dict[str, str] | None = None
) -> Table:
    columns = []
    for label in map(str, frame.columns):
        values = frame[label]
        if pd.api.types.is_datetime64_any_dtype(values):
            kind, cells = "date", [_day(value) for value in values]
        elif pd.api.types.is_numeric_dtype(values):
            kind, cells = ((kinds or {}).get(label) or _KINDS.get(label, "fraction")), values.tolist()
        else:
            kind, cells = "text", [str(value) for value in values]
        head = (heads or {}).get(label) or _HEADS.get(label) or label.replace("_", " ").capitalize()
        columns.append(Column(head, kind, cells))
    return Table(name, tuple(columns))


def _day(value: Any) -> Any:
    return None if pd.isna(value) else value.to_pydatetime()
