"""``sectorlead sweep``: many variants of a strategy, all measured over the same sessions."""

from __future__ import annotations

from enum import StrEnum
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


class Kept(StrEnum):
    """Whether daily returns are kept, and in how many digits."""

    none = "none"
    float32 = "float32"
    float64 = "float64"


@option_groups(
    variants=variant_options(),
    chosen=study_options(
        terms=term_options(without=("seed",), engine="compiled", measured_from="the latest first decision")
    ),
    workers=worker_options(),
)
def sweep(  # noqa: PLR0913  # the parameters of a command are its options
    study: StudyFile = None,
    *,
    variants: Variants,
    trials: Annotated[
        int | None, typer.Option(help="Let Optuna propose so many combinations.", show_default=False)
    ] = None,
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
    chosen: Options,
    workers: dict[str, Any],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the sweep.", show_default="out/ and the study's name, a new one")
    ] = None,
    keep_panel: Annotated[
        bool, typer.Option("--panel/--no-panel", help="Keep the panel in the folder, so that variants can be run.")
    ] = True,
    locale: Locale = "en",
    moves: Moves = None,
) -> None:
    """Run many variants of a strategy; stopped, however that was, the same command goes on."""
    from sectorlead.cli import progress, standings, terminal
    from sectorlead.cli.output_folder import check_out, named_after, written
    from sectorlead.cli.plain_text import warn
    from sectorlead.ledger.counting import counted_as
    from sectorlead.research.sweep.prepared import prepare_sweep

    speak(locale, moves)
    prepared = prepare_sweep(
        study, chosen, variants.grid, where=variants.where, draws=variants.draws, trials=trials, seed=variants.seed,
        metric=metric, returns=returns and returns.value,
    )  # fmt: skip
    check_out(out, "sweep")
    panel = prepared.panel()
    progress.tell_waits(sweep=True)
    try:
        with counted_as(study=study.stem if study else None), progress.counting("sweep") as tell:
            found = prepared.run(panel, **workers, progress=tell)
    except KeyboardInterrupt as stop:
        warn(f"sectorlead: stopped; {'; '.join(getattr(stop, '__notes__', ()))}")
        raise
    if audit:
        found = found.audit(metric=prepared.metric)
    told = found.verdict() if verdict else None
    folder = out or named_after(study.stem if study else f"sweep-{prepared.label}", found.manifest)
    with written(folder, "sweep") as target:
        found.write(target, metric=prepared.metric, verdict=told, locale=locale, moves=moves, panel=keep_panel)
    standings.sweep_standings(found, prepared.metric, told)
    terminal.places(report=folder / REPORT)
