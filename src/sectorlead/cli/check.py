"""``sectorlead check``: what is wrong with data, by name."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sectorlead.cli.bars_argument import read_bars, rows_of, table_named
from sectorlead.cli.convert import show_reading
from sectorlead.cli.language import Locale, speak, told
from sectorlead.cli.manners import answer
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.reading import reading_options
from sectorlead.data.errors import InputError

if TYPE_CHECKING:
    from sectorlead.data.calendar import Calendar
    from sectorlead.data.quality.gate import Choice
    from sectorlead.data.quality.table import Table
    from sectorlead.data.tidy.columns import Tidy
    from sectorlead.data.tidy.options import ReadOptions
    from sectorlead.data.tidy.reading import Reading
    from sectorlead.research.data_check import DataCheck


class Also(StrEnum):
    """Formats of the report besides the page."""

    pdf = "pdf"
    excel = "excel"
    md = "md"


ENDINGS = {Also.excel: "xlsx"}
"""Endings of files that are not the names of their formats."""


class Calendars(StrEnum):
    """Whose days the sessions should be."""

    auto = "auto"
    XSHG = "XSHG"
    XNYS = "XNYS"
    weekdays = "weekdays"
    none = "none"


@option_groups(reading=reading_options())
def check(  # noqa: PLR0913  # the parameters of a command are its options
    data: Annotated[
        str, typer.Argument(help="A file, folder or pattern as it is, or a source in the store.", show_default=False)
    ],
    *,
    reading: ReadOptions,
    benchmark: Annotated[
        str | None, typer.Option(help="A symbol of the data, or PATH:SYMBOL.", show_default=False)
    ] = None,
    market: Annotated[
        str | None,
        typer.Option(help="The market that it is for, which says what trades: cn-etf, us-etf.", show_default=False),
    ] = None,
    calendar: Annotated[Calendars, typer.Option(help="Whose days the sessions should be.")] = Calendars.auto,
    accept: Annotated[
        list[str] | None, typer.Option(help="A rule whose errors are known; repeatable.", show_default=False)
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write one page with everything.", show_default=False)] = None,
    also: Annotated[
        list[Also] | None,
        typer.Option(help="With --html: the same beside it in more formats; repeatable.", show_default=False),
    ] = None,
    locale: Locale = "en",
) -> None:
    """Say what is wrong with data, by name, and what it would do to a backtest; repairs nothing.

    Exit status: 0 no error, 1 errors that were not accepted, 2 the data can't be used at all.
    """
    from sectorlead.cli.terminal import places
    from sectorlead.data.quality.gate import check as look
    from sectorlead.data.quality.gate import check_names
    from sectorlead.data.tidy.reading import Reading
    from sectorlead.research.data_check import DataCheck

    speak(locale)
    check_names(accept or ())
    targets = _targets(html, also or ())
    subject, table, days, trades = _subject(data, calendar, market, reading)
    against = _benchmark(benchmark, data, reading) if benchmark else None
    found = DataCheck(look(subject, days, benchmark=against, trades=trades), table, tuple(accept or ()))
    for target in targets:
        found.report(target, locale=locale)
    understood = [each._asdict() for each in subject.columns] if isinstance(subject, Reading) else []
    if isinstance(subject, Reading):
        show_reading(subject)
    _show(found)
    for target in targets:
        places(**{"page" if target == html else "report": target})
    answer(lambda: {**found.as_dict(), "understood": understood})
    if not found.clean:
        raise typer.Exit(1)


def _targets(html: Path | None, also: Sequence[Also]) -> list[Path]:
    """The files of the report; what they need is asked for before anything is read."""
    if html is None:
        if also:
            raise InputError(f"--also {also[0]} goes beside the page; name that too: --html quality.html")
        return []
    if Also.pdf in also:
        from sectorlead.reports.render.pdf.paper import check_pdf

        check_pdf()
    if Also.excel in also:
        from sectorlead.reports.render.excel.workbook import check_excel

        check_excel()
    return [html, *(html.with_suffix(f".{ENDINGS.get(each, each)}") for each in also)]


# --- what is looked at ------------------------------------------------------------------------------------------------


def _subject(
    data: str, choice: Calendars, market: str | None, reading: ReadOptions
) -> tuple[Reading | Tidy, Table, Calendar | None, str]:
    """What the rules look at, its table, the calendar, and what trades on the market."""
    from sectorlead.data.quality.gate import on_calendar
    from sectorlead.engine.market.market import find_market

    trades = find_market(market).trades if market else ""
    source = read_bars(data, reading)
    table = on_calendar(rows_of(source), _choice(choice), trades)
    calendar = table.calendar
    if calendar is not None and calendar.name == "XSHG":
        from sectorlead.data.store.store import Store

        calendar = calendar.reconciled(Store().sessions("calendar", "XSHG"))
    return source, table, calendar, trades


def _choice(choice: Calendars) -> Choice:
    """As the rules take it."""
    if choice is Calendars.auto:
        return "auto"
    if choice is Calendars.none:
        return None
    from sectorlead.data.calendar import find_calendar

    return find_calendar(choice.value)


def _benchmark(benchmark: str, data: str, reading: ReadOptions) -> str | tuple[str, Table]:
    """A symbol of the data, or of another file, or of the source of benchmarks in the store."""
    path, colon, symbol = benchmark.rpartition(":")
    if colon and Path(path).is_file():
        return symbol if Path(path) == Path(data) else (symbol, table_named(path))
    if colon and ("/" in path or "." in path):
        raise InputError(f"{path}: no such file. A benchmark is a symbol of the data or PATH:SYMBOL")
    from sectorlead.data.store.store import Store
    from sectorlead.data.tidy.elsewhere import INDEX

    own = table_named(data, reading).symbols
    if not any(each == benchmark or each.partition(".")[0] == benchmark for each in own):
        store = Store()
        if benchmark in store.symbols(INDEX):
            from sectorlead.data.quality.table import table_of

            return benchmark, table_of(store.tidy(INDEX, [benchmark]))
    return benchmark


# --- what is shown ----------------------------------------------------------------------------------------------------


def _show(check: DataCheck) -> None:
    from sectorlead.cli.terminal import console, line, print_table
    from sectorlead.data.quality.finding import SEVERITIES, by_rule, counted, sessions_of
    from sectorlead.reports.message import Text, say, sentence

    findings, table, accept = check.findings, check.bars, check.accept
    out = console()
    calendar = say("calendar {name}", name=table.calendar.name) if table.calendar else say("no calendar")
    what = "{data}: {series} series x {count} sessions, {first}..{last}, {calendar}"
    first, last = (f"{table.sessions[k]:%F}" for k in (0, -1))
    count = len(table.sessions)
    line(
        out,
        say(
            what, data=table.label, series=len(table.symbols), count=count, first=first, last=last, calendar=calendar
        ),
    )  # fmt: skip
    if not findings:
        line(out, say("nothing found"))
        return
    rows: list[tuple[Text, ...]] = []
    for severity, name, found in by_rule(findings):
        symbols = [finding.symbol for finding in found]
        more = f"{symbols[0]} + {len(symbols) - 1}" if len(symbols) > 1 else symbols[0]
        who = say("all") if "" in symbols else more
        accepted = severity == "error" and all(name in accept or f"{name}:{each}" in accept for each in symbols)
        days = sessions_of(found)
        label = sentence(severity)
        if accepted:
            label = say("{severity} (accepted)", severity=label)
        rows.append((label, name, who, f"{len(days):,}" if len(days) else "", sentence(found[0].message)))
    heads = ("", say("rule"), say("series"), say("sessions"), say("found"))
    print_table(out, heads, rows, right=(3,))
    for severity, name, found in by_rule(findings):
        if severity != "note":
            line(out, f"{name}: {told(sentence(found[0].effect))} {told(sentence(found[0].treatment))}")
    totals = [counted(check.count(severity), severity) for severity in SEVERITIES]
    line(out, sentence(", ".join(totals)))
