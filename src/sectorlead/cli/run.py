"""``sectorlead run``: one strategy, its report and its tables."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sectorlead.cli.language import Locale, Moves, speak
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.study_options import StudyFile, study_options
from sectorlead.data.errors import InputError
from sectorlead.reports.message import say
from sectorlead.reports.run_folder.names import REPORT

if TYPE_CHECKING:
    from sectorlead.study.prepared import Options


class Also(StrEnum):
    """What a run can write besides its folder's usual files."""

    pdf = "pdf"
    png = "png"
    excel = "excel"


@option_groups(chosen=study_options("proxy", "trade_proxies", "verify", "final", "analyzer", engine="both"))
def run(  # noqa: PLR0913  # the parameters of a command are its options
    study: StudyFile = None,
    *,
    chosen: Options,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the run.", show_default="out/ and the run's name, a new one")
    ] = None,
    keep_panel: Annotated[
        bool, typer.Option("--panel/--no-panel", help="Keep the panel in the folder, so that the run can be opened.")
    ] = True,
    audit: Annotated[
        bool, typer.Option("--audit", help="Audit the strategy, too (docs/audit.md); the report says what was found.")
    ] = False,
    luck: Annotated[
        bool, typer.Option("--luck", help="Say how much of it is luck: run it on other days, pools, costs and more.")
    ] = False,
    wider: Annotated[
        str | None,
        typer.Option(help="With --luck: data with all that could have been in the pool.", show_default=False),
    ] = None,
    chance: Annotated[
        int | None,
        typer.Option(
            help="Random picks of the same turnover to draw: the run's place among them.", min=1, show_default=False
        ),
    ] = None,
    also: Annotated[
        list[Also] | None,
        typer.Option(help="More files: the report in print, page one as a picture, a workbook.", show_default=False),
    ] = None,
    locale: Locale = "en",
    moves: Moves = None,
) -> None:
    """Run one strategy and write its folder: report, tables, manifest."""
    from sectorlead.cli import progress, standings, terminal
    from sectorlead.cli.output_folder import check_out, named_after, written
    from sectorlead.ledger.counting import counted_as
    from sectorlead.study.prepared import prepare_run

    speak(locale, moves)
    if wider and not luck:
        raise InputError("--wider names what other pools are drawn from for --luck; add --luck, or leave it out")
    prepared = prepare_run(study, chosen)
    check_out(out, "run")
    further = frozenset(also or ())
    _check_packages(further)
    panel, config = prepared.panel(), prepared.config
    pool = prepare_run(study, replace(chosen, data=wider)).panel() if wider else None
    if config.engine != "backtrader":
        progress.tell_waits()
    label = study.stem if study else None
    with counted_as(study=label), progress.steps(config.name, 2 + luck + audit) as step:
        step(f"running on {config.engine}")
        done = prepared.run(panel)
        if audit:
            from sectorlead.research.audit.audit import audit as audited

            step("audit")
            done = done.with_audit(audited(prepared.strategy, panel, prepared.study.market, config=config))
        drawn = None
        if luck:
            from sectorlead.research.luck.luck import luck as draw_luck  # loads the sweep and its kernels

            step("luck")
            drawn = draw_luck(done, wider=pool)
        step("writing")
        folder = out or named_after(config.name, done.manifest)
        with written(folder, "run") as target:
            done.save(
                target, luck=drawn, chance=chance, locale=locale, moves=moves, panel=keep_panel,
                printed=Also.pdf in further,
            )  # fmt: skip
            if Also.png in further:
                done.front_page(target / "front.png", locale=locale, moves=moves)
            if Also.excel in further:
                done.workbook(target / "run.xlsx", locale=locale)
    standings.headline(done, done.verdict(luck=drawn).sentences)
    if drawn is not None:
        terminal.lines(say("How much of it is luck:"))
        terminal.points(terminal.console(), drawn.sentences)
    terminal.places(report=folder / REPORT)


def _check_packages(further: Collection[Also]) -> None:
    """Refuse files that what is installed can't write, before anything is run."""
    if Also.excel in further:
        from sectorlead.reports.render.excel.workbook import check_excel

        check_excel()
    if Also.pdf in further or Also.png in further:
        from sectorlead.reports.render.pdf.paper import check_pdf

        check_pdf()
