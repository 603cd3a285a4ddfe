"""The folder of a tournament: pages for people, tables for programs, manifests of what reproduces each run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..manifest import manifest
from ..metrics.run_metrics import readable, summary
from ..metrics.under_a_year import blank_if_short
from ..render.report_page import write_report
from ..run_folder.files import write_frame, write_json
from ..run_folder.output import output
from .papers import tournament_paper
from .tournament_result import TournamentResult

PAGE = "tournament.html"


def save_tournament(
    tournament: TournamentResult,
    folder: str | Path,
    *,
    locale: str = "en",
    moves: str | None = None,
    also: Sequence[str] = (),
) -> Path:
    """Write everything about a tournament into a folder; returns its path.

    tournament.html for people, and the same report in the formats that were asked for; paired.csv, chance.csv and
    chance_by_phase.csv (with random picks), sensitivity.csv (with runs at other costs and lags), windows.csv (where
    the terms name windows), luck.csv (where it was measured), table.csv and equity.csv; summary.json; manifest.json
    with what reproduces each run. Numbers are written with all their digits; NaN is blank in CSV and null in JSON. The
    same runs give the same bytes.

    Parameters
    ----------
    tournament : TournamentResult
    folder : str or Path
        Made with its parents; see ``run_folder.output``.
    locale : str
        Language of the report; see ``i18n.LOCALES``.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.
    also : sequence of str
        More formats, by the endings of their files: "pdf", "png", "xlsx", "md".

    Raises
    ------
    InputError
        The folder holds something else, can't be written, or another process is writing into it.
    """
    with output(folder, "comparison") as target:
        _write_tables(tournament, target)
        paper = tournament_paper(tournament)
        for name in (PAGE, *(f"{Path(PAGE).stem}.{ending}" for ending in also)):
            write_report(paper, target / name, locale=locale, moves=moves)
    return Path(folder)


def _write_tables(tournament: TournamentResult, target: Path) -> None:
    frames = {
        "paired": tournament.paired.frame(),
        "table": blank_if_short(tournament.table.reset_index()),
        "equity": _equity(tournament),
    }
    if len(windows := tournament.windows):
        frames["windows"] = windows
    if tournament.chance is not None:
        frames["chance"] = tournament.chance.frame()
        frames["chance_by_phase"] = tournament.chance.by_phase()
    if tournament.sensitivities:
        frames["sensitivity"] = pd.concat([item.frame() for item in tournament.sensitivities], ignore_index=True)
    if tournament.luck:
        drawn = [own.frame().assign(strategy=label) for label, own in tournament.luck.items()]
        frames["luck"] = pd.concat(drawn, ignore_index=True)
    for name, frame in frames.items():
        write_frame(target / f"{name}.csv", frame)
    write_json(target / "summary.json", summary_of(tournament))
    write_json(target / "manifest.json", {label: manifest(record) for label, record in tournament.records.items()})


def summary_of(tournament: TournamentResult) -> dict[str, Any]:
    """Every number of a tournament by name, for JSON; None where one isn't known."""
    found, chance = tournament.paired, tournament.chance
    out: dict[str, Any] = {
        "verdict": list(tournament.told),
        "against": tournament.against,
        "measured_from": f"{tournament.records[tournament.against].sessions[0]:%F}",
        "idle": tournament.idle,
        "tried": [label for label in tournament.records if label in tournament.tried],
        "strategies": {
            label: _known(readable(summary(record, equal_weight=True), record))
            for label, record in tournament.records.items()
        },
        "paired": {
            "block": found.block,
            "own_block": found.own,
            "holding": found.holding,
            "resamples": found.resamples,
            "seed": found.seed,
            "tests": found.tests,
            "rows": [_known(row._asdict()) for row in found.rows],
        },
        "phases": tournament.phase_rule,
        "chance": None,
        "sensitivity": [
            _known({str(name): value for name, value in row.items()})
            for item in tournament.sensitivities
            for row in item.frame().to_dict(orient="records")
        ],
    }
    if chance is not None:
        out["chance"] = {
            "picks": chance.count,
            "tests": chance.paired.tests,
            "rows": [_known(row._asdict()) for row in chance.rows],
            "by_phase": [_known(row._asdict()) for row in chance.places],
        }
    return out


def _equity(tournament: TournamentResult) -> pd.DataFrame:
    runs = tournament.records
    return pd.DataFrame({label: record.equity for label, record in runs.items()}).rename_axis("session").reset_index()


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in values.items()
    }
