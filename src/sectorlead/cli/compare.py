"""``sectorlead compare``: the strategies of a study, against each other and against chance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sectorlead.cli.terms import given, term_options


@term_options(after="market", engine="compiled", start="the first in which all can decide")
def compare(  # noqa: PLR0913  # the parameters of a command are its options
    study: Annotated[Path, typer.Argument(help="A TOML study with several strategies (docs/tournament.md).")],
    against: Annotated[
        str | None, typer.Option(help="Label of the strategy to compare with.", show_default="the first")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(help="Random picks that each strategy is set against; 0 for none.", show_default="200")
    ] = None,
    bootstrap: Annotated[int | None, typer.Option(help="Resamples for intervals.", show_default="2000")] = None,
    data: Annotated[str | None, typer.Option(help="As for run.", show_default=False)] = None,
    benchmark: Annotated[str | None, typer.Option(help="As for run.", show_default=False)] = None,
    market: Annotated[str | None, typer.Option(help="Trading rules.", show_default="by the data's kind")] = None,
    verify: Annotated[
        bool | None,
        typer.Option("--verify/--no-verify", help="Same as engine both, or compiled.", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the comparison.")] = Path("out/compare"),
    **terms: Any,
) -> None:
    """Compare the strategies of a study: paired differences by phase, and the place among random picks."""
    from sectorlead.cli import terminal
    from sectorlead.cli.output_folder import check_folder, written
    from sectorlead.research.compare import PROOF, prepare_comparison
    from sectorlead.study.prepared import Options, engine_of, prepare_runs

    options = Options(
        data=data, benchmark=benchmark, market=market,
        terms=given(terms | {"engine": engine_of(terms["engine"], verify)}),
    )  # fmt: skip
    prepared = prepare_comparison(prepare_runs(study, options), against=against, seeds=seeds, bootstrap=bootstrap)
    check_folder(out, PROOF)
    panel = prepared.panel()
    terminal.warn_if_cold()
    with written(out, PROOF), terminal.progress("compare", prepared.steps + 1) as step:
        found = prepared.run(panel, step)
        step("writing")
        found.save(out)
    terminal.standings(found)
    terminal.lines(f"report: {out / PROOF}", f"lines:  {out / 'comparison.html'}")
