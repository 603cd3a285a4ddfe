"""``sectorlead fetch``: bring a source into the store, with a bar on a terminal and a summary at the end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sectorlead.cli.manners import answer
from sectorlead.cli.output_mode import hushed
from sectorlead.cli.plain_text import put, warn

if TYPE_CHECKING:
    from sectorlead.data.store.fetch import Report, Step

SHOWN = 10  # series named per kind of trouble


def fetch(
    source: Annotated[
        str | None, typer.Argument(help="What to fetch; see: sectorlead list sources.", show_default=False)
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this symbol; repeatable.", show_default=False)] = None,
    full: Annotated[bool, typer.Option("--full", help="Read every history again from its beginning.")] = False,
    fallback: Annotated[
        list[str] | None,
        typer.Option(
            help="Source of the same series to ask when this one refuses or ends early; repeatable.",
            show_default="of etf etf-sina, of index index-em and index-tx",
        ),
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Ask no other source.")] = False,
    benchmarks: Annotated[
        bool, typer.Option("--benchmarks/--no-benchmarks", help="Fetch benchmark indices as well.")
    ] = True,
    anyway: Annotated[bool, typer.Option("--anyway", help="Ask even if the host refused a short time ago.")] = False,
    probe: Annotated[
        bool, typer.Option("--probe", help="Only ask each source, or this one, a small question; nothing is stored.")
    ] = False,
) -> None:
    """Fetch a source's series into the store, or what is missing of them; go on where an earlier fetch stopped."""
    from sectorlead.data.errors import InputError, SourceError
    from sectorlead.data.sources import find_source
    from sectorlead.data.sources.source import SPARES
    from sectorlead.data.store.fetch import Report
    from sectorlead.data.store.fetch import fetch as bring
    from sectorlead.data.store.store import Store
    from sectorlead.data.tidy.elsewhere import INDEX

    if probe:
        return _probe(source)
    if source is None:
        raise InputError("say what to fetch: sectorlead fetch sw1; sectorlead list sources names them all")
    if alone and fallback:
        raise InputError("--alone asks no other source, and --fallback names one; leave one of them out")
    asked = find_source(source)
    also = [find_source(INDEX)] if benchmarks and only is None and _has_benchmarks(source) else []
    store, fine, done = Store(), True, list[Report]()
    for each in (asked, *also):
        try:
            named = SPARES.get(each.name, ()) if fallback is None or each is not asked else fallback
            spares = [] if alone else [find_source(name) for name in named]
            with _bar(each.name) as tell:
                report = bring(
                    each, only, store=store, on_progress=tell, fallbacks=spares, full=full, anyway=anyway
                )
        except SourceError as error:
            _tell(error.done)
            done += [error.done] if error.done else []
            if each is asked:
                raise
            warn(f"sectorlead: benchmarks: {error}")
            fine = False
        except KeyboardInterrupt:
            warn("sectorlead: stopped; what was fetched is stored. The same command goes on")
            raise
        else:
            _tell(report)
            put(report.sentence())
            done.append(report)
            fine = fine and not report.failed
    answer(lambda: {"fetched": [_brought(each) for each in done], "probed": []})
    if not fine:
        raise typer.Exit(1)


def _brought(report: Report) -> dict[str, Any]:
    return {
        "source": report.source, "sentence": report.sentence(), "series": len(report.changes),
        "added": sum(change.added for change in report.changes),
        "restated": [change.symbol for change in report.restated], "empty": report.empty, "failed": report.failed,
        "left": report.left, "unlisted": report.unlisted, "notes": report.notes,
    }  # fmt: skip


def _probe(source: str | None) -> None:
    """One line for each source; ends with 1 if any does not answer."""
    from sectorlead.data import sources
    from sectorlead.data.errors import UnknownNameError
    from sectorlead.data.sources.probe import QUESTIONS, probed
    from sectorlead.data.store.fetch import today

    if source is not None and source not in QUESTIONS:
        raise UnknownNameError("source that can be asked", source, QUESTIONS)
    found = []
    for each in probed([source] if source else list(QUESTIONS), sources.find_source, today()):
        put(f"{each.outcome:8} {each.source:13} {each.host or 'no host'}: {each.text}")
        found.append(each)
    keys = ("source", "host", "outcome", "text")
    answer(lambda: {"fetched": [], "probed": [{key: getattr(each, key) for key in keys} for each in found]})
    if any(each.outcome != "answers" for each in found):
        raise typer.Exit(1)


ALONE = ("index", "index-em", "index-tx", "calendar", "rate", "limit-up", "breadth", "yahoo", "french")


def _has_benchmarks(source: str) -> bool:
    """Whether the series of a source are measured against Chinese indices."""
    return source.partition(":")[0] not in ALONE


def _tell(report: Report | None) -> None:
    """What a user must know of a fetch, a line each."""
    if report is None:
        return
    for note in report.notes:
        put(f"note: {note}")
    for change in report.restated[:SHOWN]:
        days = sorted({*change.restated, *change.inserted})
        put(
            f"restated: {change.symbol} {change.name}: {len(days)} sessions, {days[0]:%F} to {days[-1]:%F}; kept as "
            f"vintage {change.vintage}, the one before is still there"
        )
    gone = [change for change in report.changes if change.withdrawn]
    for change in gone[:SHOWN]:
        put(
            f"withdrawn: {change.symbol} {change.name}: {len(change.withdrawn)} sessions held are not in the answer, "
            f"first {change.withdrawn[0]:%F}; they stay"
        )
    for word, found in (("no data", report.empty), ("failed", report.failed)):
        for symbol, reason in list(found.items())[:SHOWN]:
            put(f"{word}: {symbol}: {reason}")
    for word, count in (
        ("restated", len(report.restated)), ("withdrawn", len(gone)), ("no data", len(report.empty)),
        ("failed", len(report.failed)),
    ):  # fmt: skip
        if count > SHOWN:
            put(f"{word}: {count - SHOWN} more")
    if report.unlisted:
        named = ", ".join(report.unlisted[:SHOWN]) + (", ..." if len(report.unlisted) > SHOWN else "")
        put(f"no longer offered, kept as they are: {named}")


@contextmanager
def _bar(title: str) -> Iterator[Callable[[Step], None]]:
    """A bar on a terminal, nothing in a pipe."""
    if hushed() or not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def tell(step: Step) -> None:
            text = f"{title} {step.symbol}: {step.text}"
            bar.update(task, total=step.total or None, completed=max(step.number - 1, 0), description=text)

        yield tell
