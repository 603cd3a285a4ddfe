"""``sectorlead orders``: what to send at the next open, a journal of it, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sectorlead.cli.language import Locale, speak, told
from sectorlead.cli.manners import answer
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.output_mode import output_mode, wrote
from sectorlead.cli.plain_text import warn
from sectorlead.cli.study_options import StudyFile, study_options
from sectorlead.cli.terms import term_options
from sectorlead.data.errors import InputError
from sectorlead.reports.message import sentence

if TYPE_CHECKING:
    from sectorlead.data.panel import Panel
    from sectorlead.research.orders.journal import OrderJournal
    from sectorlead.study.prepared import Options, PreparedRun

_NOT_HERE = ("cash", "cash_flows", "measured_from", "periods", "engine", "prices")


@option_groups(chosen=study_options(terms=term_options(without=_NOT_HERE)))
def orders(  # noqa: PLR0913  # the parameters of a command are its options
    study: StudyFile = None,
    *,
    holdings: Annotated[
        str | None, typer.Option(help="A table of symbol and shares (docs/orders.md), or 'none'.", show_default=False)
    ] = None,
    cash: Annotated[float | None, typer.Option(help="What can be spent at the next open.", show_default=False)] = None,
    fills: Annotated[
        Path | None, typer.Option(help="Fills of your broker: compare them with the journal.", show_default=False)
    ] = None,
    chosen: Options,
    next_session: Annotated[
        str | None, typer.Option(help="When the orders are sent.", show_default="by the exchange's calendar")
    ] = None,
    today: Annotated[
        str | None, typer.Option(help="By which data are told to be old.", show_default="this computer's date")
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option(help="File of what was asked.", show_default="orders.jsonl in --out, else the user's data folder"),
    ] = None,
    no_journal: Annotated[bool, typer.Option("--no-journal", help="Keep nothing of what is asked.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for orders.csv, .md and .json, or fills.", show_default=False)
    ] = None,
    locale: Locale = "en",
) -> None:
    """Say what to send at the next open for real holdings and cash, sized as the backtest sizes it; or compare fills.

    The strategy decides after the newest session of the data; what is asked is kept in a journal. With --fills FILE
    the journal is compared with what was got, and the account with the paper run.
    """
    from sectorlead.cli.show_sections import show_sections
    from sectorlead.cli.terminal import console, line, places
    from sectorlead.reports.orders.sections import order_sections
    from sectorlead.reports.orders.words import heading, sentences
    from sectorlead.research.orders.journal import FILE, OrderJournal, journal_of
    from sectorlead.research.orders.orders import orders as asked
    from sectorlead.study.prepared import prepare_run

    speak(locale)
    if fills is None and (holdings is None or cash is None):
        raise InputError(
            "orders need what is really there: --holdings FILE (or none) and --cash AMOUNT; or --fills FILE to compare"
        )
    if journal is not None and no_journal:
        raise InputError("--journal names a file and --no-journal keeps none; leave one of them out")
    if out is not None and out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; name a folder: --out")
    prepared = prepare_run(study, chosen)
    panel = prepared.panel()
    label = prepared.config.name or "orders"
    place = journal or (out / FILE if out else journal_of(f"{study.stem}-{label}" if study else label))
    kept = None if no_journal else OrderJournal(place)
    if fills is not None:
        _compare(prepared, panel, OrderJournal(place), fills, out, locale)
        return
    todo = asked(
        prepared.strategy, panel, None if holdings == "none" else holdings, float(cash or 0), prepared.study.market,
        next_session=next_session, today=today, journal=kept, config=prepared.config,
    )  # fmt: skip
    todo = replace(todo, notes=(*prepared.notes, *todo.notes))
    for note in todo.notes:
        if "bring newer bars" in note:
            warn(f"sectorlead: {told(sentence(note))}")
    if out is not None:
        todo.save(out, locale=locale)
        _keep(out)
    answer(lambda: {"orders": todo.to_dict(), "fills": None, "journal": None if kept is None else str(place)})
    screen = console()
    for text in (heading(todo), *sentences(todo)):
        line(screen, text)
    show_sections(order_sections(todo))
    written = {"files": out, "journal": None if kept is None else place}
    if there := {name: path for name, path in written.items() if path is not None}:
        places(**there)


def _compare(
    prepared: PreparedRun, panel: Panel, journal: OrderJournal, fills: Path, out: Path | None, locale: str
) -> None:
    from sectorlead.cli.show_sections import show_sections
    from sectorlead.engine.backtest import backtest
    from sectorlead.research.orders.fills import order_fills

    paper = backtest(prepared.strategy, panel, prepared.study.market, config=prepared.config, engine="compiled")
    found = order_fills(journal, fills, panel, paper)
    if out is not None:
        found.save(out, locale=locale)
        _keep(out)
    answer(lambda: {"orders": None, "fills": found.to_dict(), "journal": str(journal.path)})
    show_sections(found.sections())


def _keep(folder: Path) -> None:
    """Lets ``--quiet`` say which folder was written; with ``--json`` the answer is what is in it."""
    if not output_mode().as_json:
        wrote(folder)
