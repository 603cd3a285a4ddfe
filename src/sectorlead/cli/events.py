"""``sectorlead events``: a score at the anchors of pullbacks, or at dates of one's own, and the returns after them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sectorlead.reports.run_folder.names import REPORT


def events(  # noqa: PLR0913  # the parameters of a command are its options
    study: Annotated[
        Path | None, typer.Argument(help="A TOML study with [events] (docs/event_study.md).", show_default=False)
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
    dates: Annotated[
        Path | None, typer.Option(help="A file of dates in place of pullbacks, one a line.", show_default=False)
    ] = None,
    anchor: Annotated[
        list[str] | None, typer.Option(help="entry, trough, turn or left; repeatable.", show_default="all")
    ] = None,
    horizon: Annotated[
        list[int] | None, typer.Option(help="Sessions after; repeatable.", show_default="5, 10, 20, 40, 60")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the study.", show_default="out/ and the name of the study or score, a new one"),
    ] = None,
    locale: Annotated[str, typer.Option(help="Language of the report: en or zh.")] = "en",
    moves: Annotated[str | None, typer.Option(help="As for run.", show_default="blue-orange")] = None,
) -> None:
    """Study what strength in pullbacks has been worth: a score at their anchors against the returns after them."""
    from sectorlead.cli import terminal
    from sectorlead.cli.output_folder import check_out, named_after, written
    from sectorlead.reports.charts.palette import find_scheme
    from sectorlead.reports.render.i18n import find_locale
    from sectorlead.research.event_study.study import event_study
    from sectorlead.study.prepared import Options
    from sectorlead.study.prepared_signal import prepare_events

    find_locale(locale), find_scheme(moves)  # wrong names are told before anything is read
    options = Options(
        strategy=strategy, data=data, benchmark=benchmark, parameters=tuple(parameters or ()),
        terms={"accept": tuple(accept)} if accept else {},
    )  # fmt: skip
    prepared = prepare_events(
        study, options, score,
        dates=None if dates is None else str(dates), anchors=tuple(anchor or ()), horizons=tuple(horizon or ()),
    )  # fmt: skip
    check_out(out, "event study")
    panel = prepared.panel()
    with terminal.progress("events", 2) as step:
        step("reading")
        found = event_study(prepared.score, panel, **prepared.terms)
        step("writing")
        folder = out or named_after(study.stem if study else f"{found.label}-events", found.manifest)
        with written(folder, "event study") as target:
            found.save(target, locale=locale, moves=moves)
    terminal.event_standings(found)
    terminal.lines(f"report: {folder / REPORT}")
