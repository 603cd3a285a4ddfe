"""``sectorlead run``: one strategy, its report and its tables."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from sectorlead.cli.language import Locale, Moves, speak
from sectorlead.cli.reading import pairs, reading_options
from sectorlead.cli.terms import given, term_options
from sectorlead.data.errors import InputError
from sectorlead.reports.run_folder.names import REPORT


class Also(StrEnum):
    """What a run can write besides its folder's usual files."""

    pdf = "pdf"
    png = "png"
    excel = "excel"


@term_options(after="market", engine="both")
@reading_options(after="data")
def run(  # noqa: PLR0913  # the parameters of a command are its options
    study: Annotated[Path | None, typer.Argument(help="A TOML study (docs/studies.md).", show_default=False)] = None,
    strategy: Annotated[
        str | None,
        typer.Option(help="Library name or module:Name; of a study, a label.", show_default="pullback-leaders"),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(help="A file, folder or pattern, a fetched source, or 'simulated'.", show_default="simulated"),
    ] = None,
    reading: Any = None,
    benchmark: Annotated[
        str | None, typer.Option(help="A symbol of the data, PATH:SYMBOL, or a fetched index.", show_default=False)
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(
            help="What stands in for a series before it begins, for signals: 512480=index.csv:H30184; repeatable.",
            show_default=False,
        ),
    ] = None,
    trade_proxies: Annotated[
        bool | None, typer.Option("--trade-proxies", help="Let orders fill in proxies too.", show_default=False)
    ] = None,
    market: Annotated[
        str | None, typer.Option(help="Trading rules; see: sectorlead list markets.", show_default="by the data's kind")
    ] = None,
    final: Annotated[
        bool, typer.Option("--final", help="Look at the test window of the study's [registration]; kept for good.")
    ] = False,
    verify: Annotated[
        bool | None, typer.Option("--verify/--no-verify", help="Same as engine both, or compiled.", show_default=False)
    ] = None,
    parameters: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter, e.g. top=3; repeatable.", show_default=False)
    ] = None,
    analyzers: Annotated[
        list[str] | None,
        typer.Option(
            "--analyzer", help="module:Name that watches a backtrader.Strategy; repeatable.", show_default=False
        ),
    ] = None,
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
    **terms: Any,
) -> None:
    """Run one strategy and write its folder: report, tables, manifest."""
    from sectorlead.cli import terminal
    from sectorlead.cli.output_folder import check_out, named_after, written
    from sectorlead.ledger.counting import counted_as
    from sectorlead.study.prepared import Options, engine_of, prepare_run

    speak(locale, moves)
    options = Options(
        strategy=strategy, data=data, benchmark=benchmark, reading=reading, market=market,
        proxies=pairs("--proxy", proxy) if proxy else None, trade_proxies=trade_proxies,
        parameters=tuple(parameters or ()), analyzers=tuple(analyzers or ()), final=final,
        terms=given(terms | {"engine": engine_of(terms["engine"], verify)}),
    )  # fmt: skip
    if wider and not luck:
        raise InputError("--wider names what other pools are drawn from for --luck; add --luck, or leave it out")
    prepared = prepare_run(study, options)
    check_out(out, "run")
    if Also.excel in (also or ()):
        from sectorlead.reports.render.excel.workbook import check_excel

        check_excel()
    if {Also.pdf, Also.png} & {*(also or ())}:
        from sectorlead.reports.render.pdf.paper import check_pdf

        check_pdf()
    panel, config = prepared.panel(), prepared.config
    pool = prepare_run(study, replace(options, data=wider)).panel() if wider else None
    if config.engine != "backtrader":
        terminal.tell_waits()
    label = study.stem if study else None
    with counted_as(study=label), terminal.progress(config.name, 2 + luck + audit) as step:
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
                printed=Also.pdf in (also or ()),
            )  # fmt: skip
            if Also.png in (also or ()):
                done.front_page(target / "front.png", locale=locale, moves=moves)
            if Also.excel in (also or ()):
                done.workbook(target / "run.xlsx", locale=locale)
    terminal.headline(done, done.verdict(luck=drawn).sentences)
    if drawn is not None:
        terminal.lines("How much of it is luck:", *(f"- {sentence}" for sentence in drawn.sentences))
    terminal.places(report=folder / REPORT)
