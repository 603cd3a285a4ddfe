"""``sectorlead brief``: a day as a market letter would tell it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sectorlead.cli.language import Locale, Moves, speak
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.reading import reading_options
from sectorlead.data.errors import InputError
from sectorlead.reports.run_folder.names import REPORT

if TYPE_CHECKING:
    from sectorlead.data.panel import Panel
    from sectorlead.data.tidy.options import ReadOptions


class Also(StrEnum):
    """What a brief can write besides its folder's usual files."""

    pdf = "pdf"


@option_groups(reading=reading_options())
def brief(  # noqa: PLR0913  # the parameters of a command are its options
    data: Annotated[
        str, typer.Argument(help="Sectors: a file, folder or pattern, a fetched source, or 'simulated'.")
    ] = "simulated",
    *,
    reading: ReadOptions,
    date: Annotated[str | None, typer.Option(help="A session that is over.", show_default="the last one")] = None,
    benchmark: Annotated[
        str | None, typer.Option(help="A symbol of the data, PATH:SYMBOL, or a fetched index.", show_default=False)
    ] = None,
    themes: Annotated[str | None, typer.Option(help="Further series, as DATA.", show_default=False)] = None,
    stocks: Annotated[str | None, typer.Option(help="Stocks, as DATA, for breadth.", show_default=False)] = None,
    indices: Annotated[
        str | None, typer.Option(help="Indices beside the benchmark, as DATA.", show_default=False)
    ] = None,
    names: Annotated[Path | None, typer.Option(help="What stocks are called: symbol,name.", show_default=False)] = None,
    groups: Annotated[
        Path | None, typer.Option(help="Groups of series: symbol,group.", show_default="those of the data")
    ] = None,
    pair: Annotated[
        list[str] | None,
        typer.Option(help="FIRST:SECOND: does that lift this? Repeatable.", show_default=False),
    ] = None,
    events: Annotated[
        Path | None, typer.Option(help="Dated events in TOML (docs/brief.md).", show_default=False)
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option(help="A library strategy or module:Name; repeatable.", show_default=False)
    ] = None,
    accept: Annotated[list[str] | None, typer.Option(help="As for run; repeatable.", show_default=False)] = None,
    also: Annotated[list[Also] | None, typer.Option(help="More files: the brief in print.", show_default=False)] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the brief.", show_default="out/ and its date")] = None,
    locale: Locale = "en",
    moves: Moves = None,
) -> None:
    """Tell a day as a market letter would: every sentence from data that were known that evening."""
    from sectorlead.cli import progress, terminal
    from sectorlead.cli.output_folder import check_out, named_after, written
    from sectorlead.data.quality.gate import admitted
    from sectorlead.reports.brief.terms import BriefTerms
    from sectorlead.reports.brief.words import sentences
    from sectorlead.research.brief.brief import brief as told
    from sectorlead.research.brief.labels import read_labels
    from sectorlead.study.data_argument import data_panel
    from sectorlead.study.strategy_argument import find_strategy

    speak(locale, moves)
    check_out(out, "brief")
    with progress.steps("brief", 3) as step:
        step("reading")
        panel = admitted(data_panel(data, benchmark, options=reading), tuple(accept or ()))
        further = {
            name: data_panel(given) if given else None
            for name, given in (("themes", themes), ("stocks", stocks), ("indices", indices))
        }
        found = [find_strategy(name, {}, Path()) if ":" in name else name for name in rule or ()]
        step("computing")
        done = told(
            panel,
            date,
            **further,
            groups=read_labels(groups, "group") if groups else None,
            pairs=tuple(map(_pair, pair or ())),
            names=read_labels(names, "name") if names else None,
            events=events or (),
            rules=found,
            pool=None if stocks else _pool(panel, date),
            terms=BriefTerms(accept=tuple(accept or ())),
        )
        step("writing")
        folder = out or named_after(f"brief-{done.date:%F}", done.manifest)
        with written(folder, "brief") as target:
            done.write(target, locale=locale, moves=moves, printed=Also.pdf in (also or ()))
    terminal.lines(*sentences(done))
    terminal.places(report=folder / REPORT)


def _pair(text: str) -> tuple[str, str]:
    first, colon, second = text.partition(":")
    if not (colon and first and second):
        raise InputError(f"--pair must be FIRST:SECOND, two symbols, was {text!r}")
    return first, second


def _pool(panel: Panel, date: str | None) -> dict[str, float]:
    """Counts of the day that were fetched: of the sources limit-up and breadth."""
    from sectorlead.data.store.store import Store
    from sectorlead.research.brief.brief import pool_of
    from sectorlead.research.brief.cut import session_row

    return pool_of(Store(), panel.sessions[session_row(panel, date)])
