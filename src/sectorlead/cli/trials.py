"""``sectorlead trials``: what the trial ledger holds, as a list or a file; and a trial, evaluated again."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sectorlead.cli.language import Locale, speak
from sectorlead.cli.manners import answer
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.reading import reading_options

if TYPE_CHECKING:
    import pandas as pd

    from sectorlead.data.tidy.options import ReadOptions

SHOWN = 20
ENDINGS = (".csv", ".parquet", ".json")

app = typer.Typer(help="What was tried: list, export, reproduce; what was registered.", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def trials(  # noqa: PLR0913  # the parameters of a command are its options
    context: typer.Context,
    panel: Annotated[
        str | None, typer.Option(help="The beginning of a panel's content hash.", show_default=False)
    ] = None,
    study: Annotated[str | None, typer.Option(help="Name of a study's file.", show_default=False)] = None,
    purpose: Annotated[
        str | None,
        typer.Option(help="run, compare, sweep, walk-forward, final, events, factor or reference.", show_default=False),
    ] = None,
    strategy: Annotated[
        str | None, typer.Option(help="A text in the strategy as it is written, or its label.", show_default=False)
    ] = None,
    since: Annotated[str | None, typer.Option(help="The first day, UTC.", show_default=False)] = None,
    until: Annotated[str | None, typer.Option(help="The last day, UTC.", show_default=False)] = None,
    last: Annotated[int, typer.Option(help="How many to show, the newest; 0 for all.")] = SHOWN,
    export: Annotated[
        Path | None, typer.Option(help="Write all of them: .csv, .parquet or .json.", show_default=False)
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    locale: Locale = "en",
) -> None:
    """List the trials of the ledger, oldest first, or write them into a file."""
    if context.invoked_subcommand is not None:
        return
    from sectorlead.cli.terminal import lines
    from sectorlead.data.errors import InputError
    from sectorlead.ledger.listing import trials as listed
    from sectorlead.reports.message import say

    speak(locale)
    if export is not None:
        if export.suffix not in ENDINGS:
            raise InputError(f"{export}: the file ends with {', '.join(ENDINGS)}")
        if export.exists() and not overwrite:
            raise InputError(f"{export} is there already; give another name, or --overwrite")
    if last < 0:
        raise InputError(f"--last must be 0 or more, was {last}")
    found = listed(panel, study=study, purpose=purpose, strategy=strategy, since=since, until=until)
    shown = found if last == 0 else found.tail(last)
    if export is not None:
        _write(found, export)
        lines(say("{file}: {count} trials", file=str(export), count=len(found)))
    else:
        _show(shown, len(found))
    answer(
        lambda: {
            "total": len(found), "file": None if export is None else str(export),
            "trials": [] if export is not None else shown.reset_index().to_dict(orient="records"),
        }
    )  # fmt: skip


@app.command()
@option_groups(reading=reading_options())
def reproduce(
    trial: Annotated[str, typer.Argument(help="What sectorlead trials calls it, or the beginning of that.")],
    data: Annotated[
        str | None, typer.Option(help="The data, where the ledger does not know how to read them.", show_default=False)
    ] = None,
    *,
    reading: ReadOptions,
    benchmark: Annotated[str | None, typer.Option(help="As for run.", show_default=False)] = None,
    locale: Locale = "en",
) -> None:
    """Evaluate a trial again, bit for bit; exit 1 if it differs, 2 with the input that is gone."""
    from sectorlead.cli.terminal import lines
    from sectorlead.reports.message import sentence
    from sectorlead.research.reproduce import reproduce as again
    from sectorlead.study.data_argument import data_panel

    speak(locale)
    panel = None if data is None else data_panel(data, benchmark, options=reading)
    done = again(trial, panel)
    lines(sentence(done.sentence))
    answer(
        lambda: {
            "trial": done.id, "same": done.same, "sentence": done.sentence,
            "differing": {name: list(pair) for name, pair in done.differing.items()},
        }
    )  # fmt: skip
    if not done.same:
        raise typer.Exit(1)


@app.command()
def registrations(
    study: Annotated[str | None, typer.Option(help="Name of a study's file.", show_default=False)] = None,
    locale: Locale = "en",
) -> None:
    """List what studies declared before their search, and who has looked at their test windows."""
    from sectorlead.cli.terminal import console, line, print_table
    from sectorlead.ledger.looks import registrations as registered
    from sectorlead.reports.message import Text, say

    speak(locale)
    found = registered()
    if study is not None:
        found = found[found["study"] == study]
    heads = (
        say("registered"), say("study"), say("panel"), say("trials"), say("test window"), say("bar"), say("looks"),
        say("first look"), say("came to"),
    )  # fmt: skip
    rows: list[tuple[Text, ...]] = []
    for _, row in found.iterrows():
        window = say("{first} to {last}", first=row["test_from"], last=row["test_to"] or say("the end"))
        reached, missed = (say(text, value=f"{row['value']:.4g}") for text in ("{value}, reached", "{value}, missed"))
        came_to = (reached if row["reached"] else missed) if row["looks"] else ""
        rows.append(
            (
                row["made_at"][:10], row["study"], row["panel"][:8], f"{row['trials']:,}", window,
                f"{row['metric']} {row['bar']:g}", f"{row['looks']}", row["first_look"][:10], came_to,
            )
        )  # fmt: skip
    out = console()
    if rows:
        print_table(out, heads, rows, right=(3, 6))
    line(out, say("1 registration") if len(rows) == 1 else say("{count} registrations", count=len(rows)))
    answer(lambda: {"registrations": found.reset_index().to_dict(orient="records")})


def _show(found: pd.DataFrame, total: int) -> None:
    import pandas as pd

    from sectorlead.cli.terminal import console, line, print_table
    from sectorlead.reports.formatting import decimal, percent
    from sectorlead.reports.growth import annualises
    from sectorlead.reports.message import say, sentence

    def yearly(row: pd.Series, name: str) -> float:
        """What is given per year; NaN of less than a year, as in every report."""
        days = (pd.Timestamp(row["last_session"]) - pd.Timestamp(row["first_session"])).days
        return float(row[name]) if annualises(days, 365.25) else math.nan

    heads = (
        say("trial"), say("day"), say("purpose"), say("panel"), say("sharpe"), say("a year"), say("strategy"),
    )  # fmt: skip
    rows = [
        (
            str(key), row["made_at"][:10], sentence(row["purpose"]), row["panel"][:8], decimal(yearly(row, "sharpe")),
            percent(yearly(row, "cagr")),
            row["strategy"] if row["strategy"].startswith(row["name"]) else f"{row['name']}: {row['strategy']}",
        )
        for key, row in found.iterrows()
    ]  # fmt: skip
    out = console()
    if rows:
        print_table(out, heads, rows, right=(4, 5))
    many = say("1 trial") if total == 1 else say("{count} trials", count=total)
    line(out, say("{trials}, the last {count} shown", trials=many, count=len(rows)) if len(rows) < total else many)


def _write(found: pd.DataFrame, path: Path) -> None:
    from sectorlead.data.store.durable import replace_file

    def write(temporary: Path) -> None:
        if path.suffix == ".parquet":
            found.to_parquet(temporary)
        elif path.suffix == ".json":
            found.reset_index().to_json(temporary, orient="records", force_ascii=False, double_precision=15)
        else:
            found.to_csv(temporary)

    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, write)
