"""``sectorlead walkforward``: parameters chosen in training windows, traded in the tests after them, on one account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sectorlead.cli.language import Locale, Moves, speak
from sectorlead.cli.reading import reading_options
from sectorlead.cli.sweep import Where
from sectorlead.cli.terms import given, term_options
from sectorlead.reports.run_folder.names import REPORT


@term_options(after="market", without=("seed", "measured_from"), engine="both")
@reading_options(after="data")
def walkforward(  # noqa: PLR0913  # the parameters of a command are its options
    study: Annotated[
        Path | None, typer.Argument(help="A TOML study (docs/walkforward.md).", show_default=False)
    ] = None,
    train: Annotated[
        str | None, typer.Option(help="Length of training: sessions, 3y, 6m or 8w.", show_default="3y")
    ] = None,
    test: Annotated[str | None, typer.Option(help="Length of tests, as --train.", show_default="1y")] = None,
    anchored: Annotated[
        bool | None,
        typer.Option("--anchored/--rolling", help="Train from the first session on, or roll.", show_default="rolling"),
    ] = None,
    purge: Annotated[
        int | None, typer.Option(help="Sessions taken off the end of each training.", show_default="0")
    ] = None,
    embargo: Annotated[
        int | None, typer.Option(help="Sessions by which each test begins later.", show_default="0")
    ] = None,
    choose: Annotated[
        str | None,
        typer.Option(help="Rule of choice: best, plateau, top-fifth, all, or module:function.", show_default="best"),
    ] = None,
    metric: Annotated[
        str | None, typer.Option(help="What to choose by: a name of summary.json.", show_default="sharpe")
    ] = None,
    grid: Annotated[
        list[str] | None,
        typer.Option(
            help="Values to choose from, e.g. pick.n=3,5,8 or lookback=20:260:5; repeatable.",
            show_default="[sweep.grid], or what the parameters declare",
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help='Combinations to keep, e.g. "short < long"; repeatable.', show_default=False),
    ] = None,
    draws: Annotated[int | None, typer.Option(help="Draw so many combinations at random.", show_default="all")] = None,
    seed: Annotated[int | None, typer.Option(help="Of --draws.", show_default="0")] = None,
    trials: Annotated[
        int | None,
        typer.Option(help="How many were tried on these data, for the verdict.", show_default="those of the ledger"),
    ] = None,
    audit: Annotated[
        bool, typer.Option("--audit", help="Audit the run out of sample, too (docs/audit.md); the report says so.")
    ] = False,
    strategy: Annotated[
        str | None,
        typer.Option(help="Library name or module:Name; of a study, a label.", show_default="pullback-leaders"),
    ] = None,
    data: Annotated[str | None, typer.Option(help="As for run.", show_default="simulated")] = None,
    reading: Any = None,
    benchmark: Annotated[str | None, typer.Option(help="As for run.", show_default=False)] = None,
    market: Annotated[str | None, typer.Option(help="Trading rules.", show_default="by the data's kind")] = None,
    parameters: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter of all variants; repeatable.", show_default=False)
    ] = None,
    executor: Annotated[Where | None, typer.Option(help="Where to run.", show_default="threads")] = None,
    workers: Annotated[int | None, typer.Option(help="Tasks at a time.", show_default="cores")] = None,
    dask: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, tcp://HOST:8786.", show_default=False)
    ] = None,
    store: Annotated[
        Path | None, typer.Option(help="Where what is found is kept as it is found.", show_default="the user's cache")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the result.", show_default="out/ and the study's name, a new one")
    ] = None,
    keep_panel: Annotated[bool, typer.Option("--panel/--no-panel", help="Keep the panel in the folder.")] = True,
    locale: Locale = "en",
    moves: Moves = None,
    **terms: Any,
) -> None:
    """Choose parameters in training windows and trade each choice after it; stopped, the same command goes on."""
    from sectorlead.cli import terminal
    from sectorlead.cli.output_folder import check_out, named_after, written
    from sectorlead.cli.plain_text import say
    from sectorlead.research.walkforward.prepared import prepare_walkforward
    from sectorlead.research.walkforward.result import KIND
    from sectorlead.study.prepared import Options

    speak(locale, moves)
    options = Options(
        strategy=strategy, data=data, benchmark=benchmark, reading=reading, market=market,
        parameters=tuple(parameters or ()), terms=given(terms),
    )  # fmt: skip
    prepared = prepare_walkforward(
        study, options, tuple(grid or ()), {"where": tuple(where or ()), "draws": draws, "seed": seed},
        train=train, test=test, anchored=anchored, purge=purge, embargo=embargo, choose=choose, metric=metric,
    )  # fmt: skip
    check_out(out, KIND)
    panel = prepared.panel()
    terminal.tell_waits(sweep=True)
    try:
        with terminal.counting("walk-forward") as tell:
            found = prepared.run(
                panel, executor=executor and executor.value, dask=dask, workers=workers, store=store, progress=tell
            )
    except KeyboardInterrupt as stop:
        say(f"sectorlead: stopped; {'; '.join(getattr(stop, '__notes__', ()))}")
        raise
    if audit:
        found = found.audit()
    verdict = found.verdict(trials=trials)
    folder = out or named_after(study.stem if study else f"walkforward-{prepared.label}", found.manifest)
    with written(folder, KIND) as target:
        found.write(target, verdict=verdict, locale=locale, moves=moves, panel=keep_panel)
    terminal.walkforward_standings(found, verdict)
    terminal.places(report=folder / REPORT)
