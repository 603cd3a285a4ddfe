"""``sectorlead factor``: what a score says of later returns in every session."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sectorlead.reports.run_folder.names import REPORT


def factor(  # noqa: PLR0913  # the parameters of a command are its options
    study: Annotated[
        Path | None, typer.Argument(help="A TOML study with [factor] (docs/event_study.md).", show_default=False)
    ] = None,
    score: Annotated[
        str | None,
        typer.Option(help="Measure, public score or module:Name.", show_default="that of the study or strategy"),
    ] = None,
    strategy: Annotated[
        str | None, typer.Option(help="As for run; its score is studied.", show_default="pullback-leaders")
    ] = None,
    parameters: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter, e.g. sessions=60; repeatable.", show_default=False)
    ] = None,
    data: Annotated[str | None, typer.Option(help="As for run.", show_default="simulated")] = None,
    benchmark: Annotated[str | None, typer.Option(help="As for run.", show_default=False)] = None,
    accept: Annotated[list[str] | None, typer.Option(help="As for run; repeatable.", show_default=False)] = None,
    horizon: Annotated[
        list[int] | None, typer.Option(help="Sessions after; repeatable.", show_default="1, 5, 10, 20, 40, 60")
    ] = None,
    rebalance: Annotated[
        int | None, typer.Option(help="Sessions between formations of the paper portfolio.", show_default="20")
    ] = None,
    cost_bps: Annotated[
        float | None, typer.Option(help="Cost of what is traded, basis points each way.", show_default="5")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the report.", show_default="out/ and the name of the study or score, a new one"),
    ] = None,
    locale: Annotated[str, typer.Option(help="Language of the report: en or zh.")] = "en",
    moves: Annotated[str | None, typer.Option(help="As for run.", show_default="blue-orange")] = None,
) -> None:
    """Report what a score says of later returns: rank correlations, fifths, turnover and costs, in every session."""
    from sectorlead.cli import terminal
    from sectorlead.cli.output_folder import check_out, named_after, written
    from sectorlead.reports.charts.palette import find_scheme
    from sectorlead.reports.render.i18n import find_locale
    from sectorlead.research.factor_report import factor_report
    from sectorlead.study.prepared import Options
    from sectorlead.study.prepared_signal import prepare_factor

    find_locale(locale), find_scheme(moves)  # wrong names are told before anything is read
    options = Options(
        strategy=strategy, data=data, benchmark=benchmark, parameters=tuple(parameters or ()),
        terms={"accept": tuple(accept)} if accept else {},
    )  # fmt: skip
    prepared = prepare_factor(
        study, options, score, horizons=tuple(horizon or ()), rebalance=rebalance, cost_bps=cost_bps
    )
    check_out(out, "factor view")
    panel = prepared.panel()
    with terminal.progress("factor", 2) as step:
        step("reading")
        found = factor_report(prepared.score, panel, **prepared.terms)
        step("writing")
        folder = out or named_after(study.stem if study else f"{found.label}-factor", found.manifest)
        with written(folder, "factor view") as target:
            found.save(target, locale=locale, moves=moves)
    terminal.factor_standings(found)
    terminal.lines(f"report: {folder / REPORT}")
