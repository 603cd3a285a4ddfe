"""The command line: ``demo``, ``run``, ``compare``, ``serve``, ``fetch``, ``data``, ``check``, ``reconcile``, ``list``.

Exit status: 0 done; 1 a finding; 2 unusable input, with one line on stderr that says what was wrong, what is allowed
and what to do next; 130 stopped by Ctrl-C. What is heavy is imported by the command that needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sectorlead.cli import check as checking
from sectorlead.cli import data as holdings
from sectorlead.cli import fetch as fetching

app = typer.Typer(
    name="sectorlead",
    help="Backtests of sector rotation: leaders in pullbacks, measured against their opposites.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line; ends the process with the exit status."""
    try:
        app(prog_name="sectorlead")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        from sectorlead.data.errors import InputError, SectorLeadError

        if not isinstance(error, SectorLeadError):
            raise  # a defect, ours or in a strategy from elsewhere: its traceback is what helps
        print(f"sectorlead: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, InputError) else 1)


def _tell_version(asked: bool) -> None:
    if asked:
        from sectorlead import __version__

        print(f"sectorlead {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_tell_version)
    ] = False,
) -> None:
    """Backtests of sector rotation: leaders in pullbacks, measured against their opposites."""


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the pages.")] = Path("out/demo"),
    seed: Annotated[int, typer.Option(help="Of the simulated market.")] = 0,
    sessions: Annotated[int, typer.Option(help="Trading days of the simulated market.")] = 2_500,
    persistence: Annotated[
        float, typer.Option(help="The planted truth: how strongly strength in a pullback persists; 0 plants none.")
    ] = 0.5,
    markets: Annotated[int, typer.Option(help="How many more markets of this kind to run in; 0 for none.", min=0)] = 50,
) -> None:
    """Leaders in pullbacks against their controls, on a simulated market, offline."""
    from sectorlead.cli import terminal
    from sectorlead.cli.output_folder import check_folder
    from sectorlead.research import demo as show

    check_folder(out, show.PROOF)
    panel = show.market(seed, sessions, persistence)
    terminal.warn_if_cold()
    with _written(out, show.PROOF), terminal.progress("demo", show.STEPS) as step:
        records = show.write(panel, out, step)
        step(f"{markets} more markets")
        grown = show.elsewhere(seed, sessions, persistence, markets)
    terminal.side_by_side(records, show.title(panel, persistence))
    if markets:
        seeds = f"seeds {seed + 1} to {seed + markets}"
        terminal.lines(f"One market is one draw of luck. The same in {markets} more, {seeds}:")
        terminal.odds(grown)
    terminal.lines(f"side by side: {out / show.PROOF}", f"the leaders:  {out / show.LEADERS / 'report.html'}")


class Also(StrEnum):
    """What a run can write besides its folder's usual files."""

    png = "png"
    excel = "excel"


@app.command()
def run(  # noqa: PLR0913  # the parameters of a command are its options
    study: Annotated[Path | None, typer.Argument(help="A TOML study (docs/studies.md).", show_default=False)] = None,
    strategy: Annotated[
        str | None,
        typer.Option(help="Library name or module:Name; of a study, a label.", show_default="pullback-leaders"),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(help="CSV, CSV.gz, Parquet, a fetched source, or 'simulated'.", show_default="simulated"),
    ] = None,
    benchmark: Annotated[
        str | None, typer.Option(help="A symbol of the data, PATH:SYMBOL, or a fetched index.", show_default=False)
    ] = None,
    start: Annotated[str | None, typer.Option(help="First session, e.g. 2020-01-01.", show_default=False)] = None,
    end: Annotated[str | None, typer.Option(help="Last session.", show_default=False)] = None,
    market: Annotated[
        str | None, typer.Option(help="Trading rules; see: sectorlead list markets.", show_default="cn-etf")
    ] = None,
    cash: Annotated[float | None, typer.Option(help="Starting cash.", show_default="1000000")] = None,
    fill: Annotated[str | None, typer.Option(help="open, close, vwap or same-close.", show_default="open")] = None,
    size: Annotated[
        str | None, typer.Option(help="Shares fixed at the decision or the fill.", show_default="decision")
    ] = None,
    unfilled: Annotated[str | None, typer.Option(help="carry or drop.", show_default="carry")] = None,
    cash_rate: Annotated[
        str | None, typer.Option(help="What idle cash earns a year: 0.02, or PATH:COLUMN.", show_default="nothing")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of a random strategy.", show_default=False)] = None,
    parameters: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter, e.g. top=3; repeatable.", show_default=False)
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="A rule of the quality gate whose errors not to stop at; repeatable.", show_default=False),
    ] = None,
    engine: Annotated[str | None, typer.Option(help="both, compiled or backtrader.", show_default="both")] = None,
    verify: Annotated[
        bool | None, typer.Option("--verify/--no-verify", help="Same as engine both, or compiled.", show_default=False)
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the run.")] = Path("out/run"),
    also: Annotated[
        list[Also] | None, typer.Option(help="More files: page one as a picture, a workbook.", show_default=False)
    ] = None,
    locale: Annotated[str, typer.Option(help="Language of the report: en or zh.")] = "en",
    moves: Annotated[
        str | None, typer.Option(help="Colours of rises: blue-orange, red-up or green-up.", show_default="blue-orange")
    ] = None,
) -> None:
    """Run one strategy and write its folder: report, tables, manifest."""
    from sectorlead.cli import terminal
    from sectorlead.cli.output_folder import check_folder
    from sectorlead.reports.charts.palette import find_scheme
    from sectorlead.reports.render.i18n import find_locale
    from sectorlead.study import prepared as jobs

    options = jobs.Options(
        strategy=strategy, data=data, benchmark=benchmark, parameters=tuple(parameters or ()),
        accept=tuple(accept or ()),
        terms={
            "start": start, "end": end, "market": market, "cash": cash, "fill": fill, "size": size,
            "unfilled": unfilled, "cash_rate": cash_rate, "seed": seed, "engine": jobs.engine_of(engine, verify),
        },
    )  # fmt: skip
    find_locale(locale), find_scheme(moves)  # wrong names are told before anything runs
    job = jobs.job(study, options)
    check_folder(out, PROOF)
    panel = job.panel()
    if job.engine != "backtrader":
        terminal.warn_if_cold()
    with _written(out, PROOF), terminal.progress(job.choice.label, 2) as step:
        step(f"running on {job.engine}")
        done = job.run(panel)
        step("writing")
        done.save(out, locale=locale, moves=moves)
        if Also.png in (also or ()):
            done.front_page(out / "front.png", locale=locale)
        if Also.excel in (also or ()):
            done.workbook(out / "run.xlsx")
    terminal.headline(done)
    terminal.lines(f"report: {out / 'report.html'}")


@app.command()
def compare(  # noqa: PLR0913  # the parameters of a command are its options
    study: Annotated[Path, typer.Argument(help="A TOML study with several strategies (docs/tournament.md).")],
    against: Annotated[
        str | None, typer.Option(help="Label of the strategy to compare with.", show_default="the first")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(help="Draws of a random strategy; 0 for none.", show_default="200")
    ] = None,
    bootstrap: Annotated[int | None, typer.Option(help="Resamples for intervals.", show_default="2000")] = None,
    data: Annotated[str | None, typer.Option(help="As for run.", show_default=False)] = None,
    benchmark: Annotated[str | None, typer.Option(help="As for run.", show_default=False)] = None,
    start: Annotated[
        str | None, typer.Option(help="First session.", show_default="the first in which all can decide")
    ] = None,
    end: Annotated[str | None, typer.Option(help="Last session.", show_default=False)] = None,
    market: Annotated[str | None, typer.Option(help="Trading rules.", show_default="cn-etf")] = None,
    cash: Annotated[float | None, typer.Option(help="Starting cash.", show_default="1000000")] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="A rule of the quality gate whose errors not to stop at; repeatable.", show_default=False),
    ] = None,
    verify: Annotated[
        bool | None,
        typer.Option("--verify/--no-verify", help="Run on both engines.", show_default="as the study says, or not"),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the comparison.")] = Path("out/compare"),
) -> None:
    """Compare the strategies of a study: paired differences by phase, and the place among random picks."""
    from sectorlead.cli import terminal
    from sectorlead.cli.output_folder import check_folder
    from sectorlead.research import compare as contest
    from sectorlead.study import prepared as jobs

    options = jobs.Options(
        data=data, benchmark=benchmark, accept=tuple(accept or ()),
        terms={"start": start, "end": end, "market": market, "cash": cash, "engine": jobs.engine_of(None, verify)},
    )  # fmt: skip
    asked = contest.contest(jobs.jobs(study, options), against=against, seeds=seeds, bootstrap=bootstrap)
    check_folder(out, contest.PROOF)
    panel = asked.panel()
    terminal.warn_if_cold()
    with _written(out, contest.PROOF), terminal.progress("compare", asked.steps + 1) as step:
        found = asked.run(panel, step)
        step("writing")
        found.save(out)
    terminal.standings(found)
    terminal.lines(f"report: {out / contest.PROOF}", f"lines:  {out / 'comparison.html'}")


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(help="Folder of runs; everything below it is listed.")] = Path("out"),
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but 127.0.0.1 lets others read the runs.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 picks a free one.", min=0, max=65_535)] = 8765,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Show it in the browser.")] = False,
) -> None:
    """Browse stored runs: filter, compare, and see what filled every holding."""
    from sectorlead.cli.serve import serve as start

    start(folder, host, port, open_browser)


class Things(StrEnum):
    """What can be listed."""

    strategies = "strategies"
    measures = "measures"
    sources = "sources"
    markets = "markets"


@app.command("list")
def list_names(what: Annotated[Things, typer.Argument(help="What to list.")]) -> None:
    """What can be named: strategies with their parameters, measures of strength, sources of data, markets."""
    from sectorlead.cli import catalogue, terminal

    terminal.listing(getattr(catalogue, what)())


app.command("fetch")(fetching.fetch)
app.add_typer(holdings.app, name="data")
app.command("check")(checking.check)
app.command("reconcile")(checking.reconcile)

PROOF = "manifest.json"  # every complete run folder has one


@contextmanager
def _written(folder: Path, proof: str) -> Iterator[Path]:
    """``incomplete``, and a line that says so when Ctrl-C leaves the folder like that."""
    from sectorlead.cli.output_folder import MARK, incomplete

    try:
        with incomplete(folder, proof):
            yield folder
    except KeyboardInterrupt:
        print(f"sectorlead: stopped; {folder} is not complete and holds a file {MARK}", file=sys.stderr)
        raise
