"""``sectorlead compare``: the strategies of a study, against each other and against chance."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sectorlead.cli.language import Locale, Moves, speak
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.study_options import study_options

if TYPE_CHECKING:
    from sectorlead.study.prepared import Options


class ComparisonFile(StrEnum):
    """What can be written besides."""

    pdf = "pdf"
    png = "png"
    excel = "excel"
    md = "md"


ENDINGS = {ComparisonFile.excel: "xlsx"}
"""Endings of files that are not the names of their formats."""


@option_groups(
    chosen=study_options(
        "verify", without=("strategy", "parameters"), data="that of the study", engine="compiled",
        start="the first in which all can decide", measured_from="the latest first decision",
    )
)  # fmt: skip
def compare(  # noqa: PLR0913  # the parameters of a command are its options
    study: Annotated[Path, typer.Argument(help="A TOML study with several strategies (docs/tournament.md).")],
    *,
    against: Annotated[
        str | None, typer.Option(help="Label of the strategy to compare with.", show_default="the first")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(help="Random picks that each strategy is set against; 0 for none.", show_default="200")
    ] = None,
    bootstrap: Annotated[int | None, typer.Option(help="Resamples for intervals.", show_default="2000")] = None,
    chosen: Options,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the comparison.", show_default="out/ and the study's name, a new one"),
    ] = None,
    luck: Annotated[
        bool, typer.Option("--luck", help="Say how much of each result is luck: other days, pools, costs and more.")
    ] = False,
    audit: Annotated[
        bool, typer.Option("--audit", help="Audit each strategy, too (docs/audit.md); the reports say what was found.")
    ] = False,
    also: Annotated[
        list[ComparisonFile] | None, typer.Option(help="The report in more formats; repeatable.", show_default=False)
    ] = None,
    locale: Locale = "en",
    moves: Moves = None,
) -> None:
    """Compare the strategies of a study: against random picks of their turnover, and each other by phase."""
    from sectorlead.cli import progress, standings, terminal
    from sectorlead.cli.output_folder import check_out, named_after, written
    from sectorlead.ledger.counting import counted_as
    from sectorlead.reports.compare.tournament_folder import PAGE
    from sectorlead.reports.manifest import manifest
    from sectorlead.reports.render.excel.workbook import check_excel
    from sectorlead.reports.render.pdf.paper import check_pdf
    from sectorlead.research.compare import prepare_comparison
    from sectorlead.study.prepared import prepare_runs

    speak(locale, moves)
    if ComparisonFile.excel in (also or ()):
        check_excel()
    if {ComparisonFile.pdf, ComparisonFile.png} & {*(also or ())}:
        check_pdf()
    prepared = prepare_comparison(prepare_runs(study, chosen), against=against, seeds=seeds, bootstrap=bootstrap)
    check_out(out, "comparison")
    panel = prepared.panel()
    progress.tell_waits()
    with counted_as(study=study.stem), progress.steps("compare", prepared.steps + 1 + luck + audit) as step:
        found = prepared.run(panel, step, luck=luck, audit=audit)
        step("writing")
        told = {label: manifest(record) for label, record in found.records.items()}
        folder = out or named_after(study.stem, told)
        with written(folder, "comparison") as target:
            endings = [ENDINGS.get(name, str(name)) for name in also or ()]
            found.save(target, locale=locale, moves=moves, also=endings)
    standings.comparison_standings(found)
    terminal.places(report=folder / PAGE)
