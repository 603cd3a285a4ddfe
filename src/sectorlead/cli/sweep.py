"""``sectorlead sweep``: many variants of a strategy, all measured over the same sessions."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from sectorlead.cli.language import Locale, Moves, speak
from sectorlead.cli.reading import reading_options
from sectorlead.cli.terms import given, term_options
from sectorlead.reports.run_folder.names import REPORT


class Where(StrEnum):
    """What variants run on, on this machine."""

    threads = "threads"
    processes = "processes"


class Kept(StrEnum):
    """Whether daily returns are kept, and in how many digits."""

    none = "none"
    float32 = "float32"
    float64 = "float64"


@term_options(after="market", without=("seed",), engine="compiled", measured_from="the latest first decision")
@reading_options(after="data")
def sweep(  # noqa: PLR0913  # the parameters of a command are its options
    study: Annotated[Path | None, typer.Argument(help="A TOML study (docs/sweeps.md).", show_default=False)] = None,
    grid: Annotated[
        list[str] | None,
        typer.Option(
            help="Values to try, e.g. pick.n=3,5,8 or lookback=20:260:5; repeatable.",
            show_default="[sweep.grid], or what the parameters declare",
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help='Combinations to keep, e.g. "short < long"; repeatable.', show_default=False),
    ] = None,
    draws: Annotated[int | None, typer.Option(help="Draw so many combinations at random.", show_default="all")] = None,
    trials: Annotated[
        int | None, typer.Option(help="Let Optuna propose so many combinations.", show_default=False)
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of --draws or --trials.", show_default="0")] = None,
    metric: Annotated[
        str | None, typer.Option(help="What to rank by: a name of summary.json.", show_default="sharpe")
    ] = None,
    returns: Annotated[
        Kept | None, typer.Option(help="Daily returns to keep.", show_default="float64 up to 1 GB")
    ] = None,
    verdict: Annotated[
        bool, typer.Option("--verdict", help="Say what is left after correction for all that were tried.")
    ] = False,
    audit: Annotated[
        bool, typer.Option("--audit", help="Audit the first of the ranking, too (docs/audit.md); the report says so.")
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
        Path | None, typer.Option(help="Folder for the sweep.", show_default="out/ and the study's name, a new one")
    ] = None,
    keep_panel: Annotated[
        bool, typer.Option("--panel/--no-panel", help="Keep the panel in the folder, so that variants can be run.")
    ] = True,
    locale: Locale = "en",
    moves: Moves = None,
    **terms: Any,
) -> None:
    """Run many variants of a strategy; stopped, however that was, the same command goes on."""
    from sectorlead.cli import terminal
    from sectorlead.cli.output_folder import check_out, named_after, written
    from sectorlead.cli.plain_text import say
    from sectorlead.ledger.counting import counted_as
    from sectorlead.research.sweep.prepared import prepare_sweep
    from sectorlead.study.prepared import Options

    speak(locale, moves)
    options = Options(
        strategy=strategy, data=data, benchmark=benchmark, reading=reading, market=market,
        parameters=tuple(parameters or ()), terms=given(terms),
    )  # fmt: skip
    prepared = prepare_sweep(
        study, options, tuple(grid or ()), where=tuple(where or ()), draws=draws, trials=trials, seed=seed,
        metric=metric, returns=returns and returns.value,
    )  # fmt: skip
    check_out(out, "sweep")
    panel = prepared.panel()
    terminal.tell_waits(sweep=True)
    try:
        with counted_as(study=study.stem if study else None), terminal.counting("sweep") as tell:
            found = prepared.run(
                panel, executor=executor and executor.value, dask=dask, workers=workers, store=store, progress=tell
            )
    except KeyboardInterrupt as stop:
        say(f"sectorlead: stopped; {'; '.join(getattr(stop, '__notes__', ()))}")
        raise
    if audit:
        found = found.audit(metric=prepared.metric)
    told = found.verdict() if verdict else None
    folder = out or named_after(study.stem if study else f"sweep-{prepared.label}", found.manifest)
    with written(folder, "sweep") as target:
        found.write(target, metric=prepared.metric, verdict=told, locale=locale, moves=moves, panel=keep_panel)
    terminal.sweep_standings(found, prepared.metric, told)
    terminal.places(report=folder / REPORT)
