"""``sectorlead walkforward``: parameters chosen in training windows, traded in the tests after them, on one account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sectorlead.cli.language import Locale, Moves, speak
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.study_options import StudyFile, study_options
from sectorlead.cli.terms import term_options
from sectorlead.cli.variant_options import Variants, variant_options, worker_options
from sectorlead.reports.run_folder.names import REPORT

if TYPE_CHECKING:
    from sectorlead.study.prepared import Options


@option_groups(
    variants=variant_options(),
    chosen=study_options(terms=term_options(without=("seed", "measured_from"), engine="both")),
    workers=worker_options(),
)
def walkforward(  # noqa: PLR0913  # the parameters of a command are its options
    study: StudyFile = None,
    *,
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
    variants: Variants,
    trials: Annotated[
        int | None,
        typer.Option(help="How many were tried on these data, for the verdict.", show_default="those of the ledger"),
    ] = None,
    audit: Annotated[
        bool, typer.Option("--audit", help="Audit the run out of sample, too (docs/audit.md); the report says so.")
    ] = False,
    chosen: Options,
    workers: dict[str, Any],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the result.", show_default="out/ and the study's name, a new one")
    ] = None,
    keep_panel: Annotated[bool, typer.Option("--panel/--no-panel", help="Keep the panel in the folder.")] = True,
    locale: Locale = "en",
    moves: Moves = None,
) -> None:
    """Choose parameters in training windows and trade each choice after it; stopped, the same command goes on."""
    from sectorlead.cli import progress, standings, terminal
    from sectorlead.cli.output_folder import check_out, named_after, written
    from sectorlead.cli.plain_text import warn
    from sectorlead.research.walkforward.prepared import prepare_walkforward
    from sectorlead.research.walkforward.result import KIND

    speak(locale, moves)
    prepared = prepare_walkforward(
        study, chosen, variants.grid, {"where": variants.where, "draws": variants.draws, "seed": variants.seed},
        train=train, test=test, anchored=anchored, purge=purge, embargo=embargo, choose=choose, metric=metric,
    )  # fmt: skip
    check_out(out, KIND)
    panel = prepared.panel()
    progress.tell_waits(sweep=True)
    try:
        with progress.counting("walk-forward") as tell:
            found = prepared.run(panel, **workers, progress=tell)
    except KeyboardInterrupt as stop:
        warn(f"sectorlead: stopped; {'; '.join(getattr(stop, '__notes__', ()))}")
        raise
    if audit:
        found = found.audit()
    verdict = found.verdict(trials=trials)
    folder = out or named_after(study.stem if study else f"walkforward-{prepared.label}", found.manifest)
    with written(folder, KIND) as target:
        found.write(target, verdict=verdict, locale=locale, moves=moves, panel=keep_panel)
    standings.walkforward_standings(found, verdict)
    terminal.places(report=folder / REPORT)
