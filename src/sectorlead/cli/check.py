"""``sectorlead check`` and ``sectorlead reconcile``: what is wrong with data, and where two sources of it differ."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sectorlead.data.calendar import Calendar
    from sectorlead.data.quality import Finding, Table, VendorFile
    from sectorlead.data.quality.gate import Choice
    from sectorlead.data.quality.reconcile import Reconciliation
    from sectorlead.data.tidy.columns import Tidy

PIPE_WIDTH = 120
SHOWN = 20  # rows of a table of differences; all of them are in --json and --csv


class Calendars(StrEnum):
    """Whose days the sessions should be."""

    auto = "auto"
    XSHG = "XSHG"
    XNYS = "XNYS"
    weekdays = "weekdays"
    none = "none"


def check(
    data: Annotated[str, typer.Argument(help="A file of bars as it is, or a source in the store.", show_default=False)],
    benchmark: Annotated[
        str | None, typer.Option(help="A symbol of the data, or PATH:SYMBOL.", show_default=False)
    ] = None,
    calendar: Annotated[Calendars, typer.Option(help="Whose days the sessions should be.")] = Calendars.auto,
    accept: Annotated[
        list[str] | None, typer.Option(help="A rule whose errors are known; repeatable.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as JSON on stdout.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write one page with everything.", show_default=False)] = None,
) -> None:
    """Say what is wrong with data, by name, and what it would do to a backtest; repairs nothing.

    Exit status: 0 no error, 1 errors that were not accepted, 2 the data can't be used at all.
    """
    from sectorlead.data.quality.gate import check as look
    from sectorlead.data.quality.gate import check_names, refused

    check_names(accept or ())
    subject, table, days = _subject(data, calendar)
    against = _benchmark(benchmark, data) if benchmark else None
    findings = look(subject, days, benchmark=against)
    stopping = tuple(refused(findings, accept or ()))
    if html is not None:
        from sectorlead.reports.render.quality_page import write_quality_page

        write_quality_page(findings, table, html, accept=accept or ())
    if as_json:
        print(json.dumps(_as_dict(findings, table, accept or ()), ensure_ascii=False, indent=1))
    else:
        _show(findings, table, accept or ())
        if html is not None:
            print(f"page: {html}")
    if stopping:
        raise typer.Exit(1)


def reconcile(
    left: Annotated[str, typer.Argument(help="A file of bars, or a source held in the store.", show_default=False)],
    right: Annotated[str, typer.Argument(help="The other one.", show_default=False)],
    relative: Annotated[
        float | None,
        typer.Option(
            help="Relative tolerance of all fields.", show_default="0.0001; of volume and amount 0.01", min=0.0
        ),
    ] = None,
    absolute: Annotated[float, typer.Option(help="Absolute tolerance, in units of the left side.", min=0.0)] = 0.0,
    pair: Annotated[
        list[str] | None,
        typer.Option(help="Series that belong together, LEFT=RIGHT; repeatable.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as JSON on stdout.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write every difference to this file.", show_default=False)] = None,
) -> None:
    """Compare two sources of the same series: sessions that differ or are missing, factors between their units.

    Exit status: 0 they agree, 1 they differ, 2 they can't be compared.
    """
    from sectorlead.data.quality.reconcile import reconcile as compare

    result = compare(_table(left), _table(right), relative=relative, absolute=absolute, symbols=_symbols(pair))
    if csv is not None:
        csv.parent.mkdir(parents=True, exist_ok=True)
        result.differences.to_csv(csv, index=False)
    if as_json:
        print(json.dumps(_reconciled(result), ensure_ascii=False, indent=1))
    else:
        _show_reconciled(result)
        if csv is not None:
            print(f"differences: {csv}")
    if not result.agree:
        raise typer.Exit(1)


# --- what is looked at ------------------------------------------------------------------------------------------------


def _subject(data: str, choice: Calendars) -> tuple[VendorFile | Tidy, Table, Calendar | None]:
    """What the rules look at, its table, and the calendar."""
    from sectorlead.data.quality.gate import on_calendar

    source = _read(data)
    table = on_calendar(_rows(source), _choice(choice))
    calendar = table.calendar
    if calendar is not None and calendar.name == "XSHG":
        from sectorlead.data.store.store import Store

        calendar = calendar.reconciled(Store().sessions("calendar", "XSHG"))
    return source, table, calendar


def _choice(choice: Calendars) -> Choice:
    """As the rules take it."""
    if choice is Calendars.auto:
        return "auto"
    if choice is Calendars.none:
        return None
    from sectorlead.data.calendar import find_calendar

    return find_calendar(choice.value)


def _read(data: str) -> VendorFile | Tidy:
    """A file as it is, or the rows of a source."""
    from sectorlead.data.quality.vendor_file import read_vendor_file
    from sectorlead.data.store.store import Store
    from sectorlead.study.data_argument import check_source, is_file

    if is_file(data):
        return read_vendor_file(data)
    store = Store()
    if not store.symbols(data):
        check_source(data)
    return store.tidy(data)


def _rows(source: VendorFile | Tidy) -> Tidy:
    from sectorlead.data.quality.vendor_file import VendorFile

    return source.rows if isinstance(source, VendorFile) else source


def _table(data: str) -> Table:
    from sectorlead.data.quality.table import table_of

    return table_of(_rows(_read(data)))


def _benchmark(benchmark: str, data: str) -> str | tuple[str, Table]:
    """A symbol of the data, or of another file, or of the source of benchmarks in the store."""
    from sectorlead.data.errors import InputError

    path, colon, symbol = benchmark.rpartition(":")
    if colon and Path(path).is_file():
        return symbol if Path(path) == Path(data) else (symbol, _table(path))
    if colon and ("/" in path or "." in path):
        raise InputError(f"{path}: no such file. A benchmark is a symbol of the data or PATH:SYMBOL")
    from sectorlead.data.store.store import Store
    from sectorlead.data.tidy.assemble import INDEX

    own = _table(data).symbols
    if not any(each == benchmark or each.partition(".")[0] == benchmark for each in own):
        store = Store()
        if benchmark in store.symbols(INDEX):
            from sectorlead.data.quality.table import table_of

            return benchmark, table_of(store.tidy(INDEX, [benchmark]))
    return benchmark


def _symbols(pairs: Sequence[str] | None) -> dict[str, str] | None:
    if not pairs:
        return None
    from sectorlead.data.errors import InputError

    found = {}
    for pair in pairs:
        left, equals, right = pair.partition("=")
        if not (left and equals and right):
            raise InputError(f"--pair must be LEFT=RIGHT, two symbols; was {pair!r}")
        found[left] = right
    return found


# --- what is shown ----------------------------------------------------------------------------------------------------


def _as_dict(findings: Sequence[Finding], table: Table, accept: Collection[str]) -> dict[str, Any]:
    from sectorlead.data.quality.finding import SEVERITIES

    return {
        "data": table.label,
        "series": len(table.symbols),
        "sessions": len(table.sessions),
        "first": f"{table.sessions[0]:%Y-%m-%d}",
        "last": f"{table.sessions[-1]:%Y-%m-%d}",
        "calendar": table.calendar.name if table.calendar else None,
        "accepted": sorted(accept),
        **{f"{severity}s": sum(each.severity == severity for each in findings) for severity in SEVERITIES},
        "findings": [finding.as_dict() for finding in findings],
    }


def _show(findings: Sequence[Finding], table: Table, accept: Collection[str]) -> None:
    from sectorlead.data.quality.finding import SEVERITIES, by_rule, counted, sessions_of

    calendar = f"calendar {table.calendar.name}" if table.calendar else "no calendar"
    span = f"{table.sessions[0]:%F}..{table.sessions[-1]:%F}"
    console = _console()
    _line(console, f"{table.label}: {len(table.symbols)} series x {len(table.sessions):,} sessions, {span}, {calendar}")
    if not findings:
        _line(console, "nothing found")
        return
    rows = []
    for severity, name, found in by_rule(findings):
        symbols = [finding.symbol for finding in found]
        who = "all" if "" in symbols else symbols[0] if len(symbols) == 1 else f"{symbols[0]} + {len(symbols) - 1}"
        accepted = severity == "error" and all(name in accept or f"{name}:{each}" in accept for each in symbols)
        days = sessions_of(found)
        label = f"{severity}{' (accepted)' if accepted else ''}"
        rows.append((label, name, who, f"{len(days):,}" if len(days) else "", found[0].message))
    _print_table(console, ("", "rule", "series", "sessions", "found"), rows, right=(3,))
    for severity, name, found in by_rule(findings):
        if severity != "note":
            _line(console, f"{name}: {found[0].effect} {found[0].treatment}")
    totals = [counted(sum(each.severity == severity for each in findings), severity) for severity in SEVERITIES]
    _line(console, ", ".join(totals))


def _reconciled(result: Reconciliation) -> dict[str, Any]:
    def plain(frame: Any) -> list[dict[str, Any]]:
        days = {"date": frame["date"].astype(str)} if "date" in frame and len(frame) else {}
        rows: list[dict[str, Any]] = frame.assign(**days).to_dict(orient="records")
        return rows

    return {
        "left": result.left, "right": result.right, "agree": result.agree, "series": plain(result.series),
        "units": plain(result.units), "differences": plain(result.differences), "missing": plain(result.missing),
        "alone": [list(each) for each in result.alone],
    }  # fmt: skip


def _show_reconciled(result: Reconciliation) -> None:
    from sectorlead.data.quality.finding import counted

    console = _console()
    _line(console, f"left {result.left}, right {result.right}: {_series(len(result.series))} in common")
    for name, part in result.units.groupby("field", sort=False) if len(result.units) else ():
        factors = ", ".join(f"{factor:g}" for factor in sorted(set(part["factor"])))
        _line(console, f"{name}: the right side is {factors} times the left in {_series(len(part))}")
    keys = ("symbol", "left_bars", "right_bars", "common", "differing", "only_left", "only_right", "largest", "shifted")
    odd = result.series[(result.series[["differing", "only_left", "only_right", "shifted"]] != 0).any(axis=1)]
    if len(odd):
        rows = [tuple(f"{row[key]:.2g}" if key == "largest" else str(row[key]) for key in keys)
                for _, row in odd.iterrows()]  # fmt: skip
        _print_table(console, tuple(key.replace("_", " ") for key in keys), rows[:SHOWN], right=range(1, len(keys)))
        _more(console, len(rows))
    if len(result.differences):
        cells = [
            (
                str(row.symbol), f"{row.date:%F}", str(row.field), f"{row.left:.10g}", f"{row.right:.10g}",
                f"{row.difference:+.2g}",
            )
            for row in result.differences.head(SHOWN).itertuples(index=False)
        ]  # fmt: skip
        _print_table(console, ("symbol", "session", "field", "left", "right", "relative"), cells, right=(3, 4, 5))
        _more(console, len(result.differences))
    for side in ("left", "right"):
        part = result.missing[result.missing["held_by"] == side]
        if len(part):
            shown = ", ".join(f"{row.symbol} {row.date:%F}" for row in part.head(5).itertuples(index=False))
            _line(console, f"only {side} has {counted(len(part), 'bar')}: {shown}{', ...' if len(part) > 5 else ''}")
        alone = [symbol for where, symbol in result.alone if where == side]
        if alone:
            more = ", ..." if len(alone) > 8 else ""
            _line(console, f"only {side} has {_series(len(alone))}: {', '.join(alone[:8])}{more}")
    if result.agree:
        _line(console, "they agree")
        return
    days = result.differences["date"].nunique()
    numbers, bars = counted(len(result.differences), "number"), counted(len(result.missing), "bar")
    _line(console, f"they differ in {numbers} on {counted(days, 'session')}; {bars} on one side only")


def _series(count: int) -> str:
    return f"{count:,} series"


def _more(console: Any, count: int) -> None:
    if count > SHOWN:
        _line(console, f"and {count - SHOWN:,} more; all of them: --json or --csv")


def _console() -> Any:
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False)


def _line(console: Any, text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)


def _print_table(
    console: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = ()
) -> None:
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    table = RichTable(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for i, head in enumerate(heads):
        table.add_column(head, justify="right" if i in right else "left", no_wrap=i < len(heads) - 1, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
