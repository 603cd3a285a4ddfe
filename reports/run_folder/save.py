"""The folder of a run: reports for people, tables for programs, the record to open again, and a manifest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...engine.record import REASONS, SIDES, FillLog, Record, RejectionLog
from ..analysis.among_picks import AmongPicks
from ..analysis.rebalances import rebalances
from ..analysis.target_vs_actual import target_vs_actual
from ..analysis.windows import window_table
from ..luck.result import LuckResult
from ..manifest import manifest
from ..market_context import MarketContext
from ..metrics.run_metrics import readable, summary
from ..render.html import tearsheet
from ..sections.content import report_content
from ..series_colours import series_colours
from . import names
from .equity_file import EQUITY_COLUMNS, equity_rows
from .files import iso_days, or_none, plain, write_csv, write_frame, write_json
from .output import output
from .panel_file import write_panel
from .record_file import write_record


def save(  # noqa: PLR0913  # what a report can be asked for
    record: Record,
    folder: str | Path,
    context: MarketContext | None = None,
    *,
    luck: LuckResult | None = None,
    chance: AmongPicks | None = None,
    locale: str = "en",
    moves: str | None = None,
    panel: bool = True,
    printed: bool = False,
) -> Path:
    """Write a run's folder, whole or not at all, in place of an earlier run; returns its path.

    report.html, summary.json, equity.csv, weights.csv, fills.csv, rejections.csv, decisions.csv, target_vs_actual.csv,
    rebalances.csv, series.csv, run.parquet, panel.parquet, manifest.json, files.json; windows.csv where the terms name
    windows, report.pdf where it is asked for. Numbers are written with all their digits; NaN is blank in CSV and null
    in JSON. The same run gives the same bytes.

    Parameters
    ----------
    record : Record
    folder : path
        Made where it does not exist; see ``output``.
    context : MarketContext, optional
        Market phases and map for the report.
    luck : LuckResult, optional
        How much hangs on luck: a section of the reports, and luck.csv.
    chance : AmongPicks, optional
        Random picks of the same turnover: the run's place among them on page one, and chance.csv.
    locale, moves : str
        Of the reports; see ``tearsheet``.
    panel : bool
        Whether to keep the panel's rows up to the run's end, without which ``load`` asks for the panel.
    printed : bool
        Whether to write the report as a PDF too, which takes as long as all else.

    Raises
    ------
    InputError
        The folder holds something else, can't be written, or another process is writing into it.
    """
    with output(folder, "run") as target:
        content = report_content(record, context, luck, chance)
        _tables(record, target)
        told = readable(summary(record, equal_weight=True), record)
        write_json(
            target / names.SUMMARY,
            {name: value if math.isfinite(value) else None for name, value in told.items()},
        )
        if luck is not None:
            write_frame(target / names.LUCK, luck.frame())
        if chance is not None and len(chance.seeds):
            rows = zip(chance.seeds, or_none(chance.totals), strict=True)
            write_csv(target / names.CHANCE, ("seed", "total_return"), rows)
        if record.terms.periods is not None:
            write_frame(target / names.WINDOWS, window_table({record.name: record}))
        if record.analyzers:
            write_json(target / names.ANALYZERS, plain(record.analyzers))
        page = tearsheet(content, locale=locale, moves=moves)
        (target / names.REPORT).write_text(page, encoding="utf-8", newline="\n")
        if printed:
            from ..render.pdf.document import pdf  # needs typst

            pdf(content, target / names.PRINT, locale=locale, moves=moves)
        kept = {"format": names.FORMAT, "files": keep(record, target, panel=panel)}
        write_json(target / names.MANIFEST, {**manifest(record), **kept})
    return Path(folder)


def keep(record: Record, folder: Path, *, panel: bool = True) -> dict[str, str]:
    """Write what ``load`` makes the record of; returns the digest of each file, by name, for the manifest.

    Parameters
    ----------
    record : Record
    folder : Path
        Exists.
    panel : bool
        Whether the panel is written too.
    """
    digests = {names.RUN: write_record(folder / names.RUN, record)}
    if panel:
        digests[names.PANEL] = write_panel(folder / names.PANEL, record.panel.cut(record.terms.last))
    return digests


def _tables(record: Record, folder: Path) -> None:
    days, outcome, symbols = iso_days(record.sessions), record.outcome, record.panel.symbols
    write_csv(folder / names.EQUITY, EQUITY_COLUMNS, equity_rows(record))
    write_csv(
        folder / names.WEIGHTS,
        ("session", *symbols),
        ([day, *row] for day, row in zip(days, record.weights.to_numpy().tolist(), strict=True)),
    )
    fills, refused = outcome.fills, outcome.rejections
    panel = record.panel
    write_csv(
        folder / names.SERIES,
        ("symbol", "name", "group", "colour"),
        zip(symbols, panel.names, panel.groups, series_colours(record), strict=True),
    )
    numbers = fills.numbers
    head = ("session", "symbol", "side", *numbers)
    write_csv(folder / names.FILLS, head, _rows(record, fills, [*numbers.values()]))
    reasons = [REASONS[code] for code in refused.reason.tolist()]
    write_csv(
        folder / names.REJECTIONS,
        ("session", "symbol", "side", "wanted", "filled", "reason"),
        _rows(record, refused, (refused.wanted, refused.filled, reasons)),
    )
    log = outcome.decisions
    d, i = np.nonzero((log.held > 0) | (log.target > 0))
    write_csv(
        folder / names.DECISIONS,
        ("session", "symbol", "rank", "score", "held", "target"),
        zip(
            iso_days(record.panel.sessions[log.row[d]]), (symbols[k] for k in i.tolist()), log.rank[d, i].tolist(),
            or_none(log.score[d, i]), log.held[d, i].tolist(), log.target[d, i].tolist(), strict=True,
        ),
    )  # fmt: skip
    write_frame(folder / names.TARGETS, target_vs_actual(record))
    write_frame(folder / names.REBALANCES, rebalances(record))


def _rows(record: Record, log: FillLog | RejectionLog, rest: Sequence[Any]) -> Iterable[tuple[Any, ...]]:
    """Session, symbol and side of a log, and then the given columns."""
    values = [column.tolist() if isinstance(column, np.ndarray) else column for column in rest]
    symbols = (record.panel.symbols[k] for k in log.column.tolist())
    sides = (SIDES[side] for side in log.side.tolist())
    return zip(iso_days(record.panel.sessions[log.row]), symbols, sides, *values, strict=True)
