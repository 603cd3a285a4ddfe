"""``sectorlead convert``: files of any form into one tidy file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sectorlead.cli.language import Locale, speak
from sectorlead.cli.manners import answer
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.reading import reading_options

if TYPE_CHECKING:
    from sectorlead.data.tidy.options import ReadOptions
    from sectorlead.data.tidy.reading import Reading


@option_groups(reading=reading_options())
def convert(
    paths: Annotated[
        list[str],
        typer.Argument(help="Files, folders or patterns, and last the file to write: .csv, .csv.gz, .parquet."),
    ],
    *,
    reading: ReadOptions,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    locale: Locale = "en",
) -> None:
    """Read files of any form, say what was understood, and write one tidy file, which load reads without a question."""
    from sectorlead.cli.terminal import lines
    from sectorlead.data.errors import InputError
    from sectorlead.data.load import converted
    from sectorlead.data.store.durable import replace_file
    from sectorlead.data.tidy.read import read
    from sectorlead.reports.message import say

    speak(locale)
    *sources, last = paths
    out = Path(last)
    if not sources:
        raise InputError("convert needs at least one file to read and the file to write: sectorlead convert IN... OUT")
    if not out.name.lower().endswith((".csv", ".csv.gz", ".parquet")):
        raise InputError(f"{out}: the file to write comes last and ends with .csv, .csv.gz or .parquet")
    if out.exists() and not overwrite:
        raise InputError(f"{out} is there already; give another name, or --overwrite")
    found = read(sources[0] if len(sources) == 1 else list(sources), reading)
    show_reading(found)
    frame = converted(found)
    out.parent.mkdir(parents=True, exist_ok=True)

    def write(path: Path) -> None:
        if out.suffix.lower() == ".parquet":
            frame.to_parquet(path, index=False)
        else:
            frame.to_csv(path, index=False, compression="gzip" if out.suffix.lower() == ".gz" else None)

    replace_file(out, write)  # whole or not at all
    rows = found.bars
    first, last = (f"{rows.dates[k]:%F}" for k in (0, -1))
    what = "{file}: {series} series x {count} sessions, {first}..{last}"
    lines(say(what, file=str(out), series=len(rows.symbols), count=len(rows.dates), first=first, last=last))
    answer(
        lambda: {
            "file": str(out), "series": len(rows.symbols), "sessions": len(rows.dates),
            "first": f"{rows.dates[0]:%F}", "last": f"{rows.dates[-1]:%F}",
            "understood": [each._asdict() for each in found.columns], "notes": found.notes,
        }
    )  # fmt: skip


def show_reading(reading: Reading) -> None:
    """What was understood, as a table, and what a reader must know of it."""
    from sectorlead.cli.terminal import console, line, print_table
    from sectorlead.reports.message import say, sentence

    out = console()
    rows = [
        (each.column, sentence(each.meaning or "not used"), sentence(each.unit), f"{each.rows:,}" if each.rows else "",
         f"{each.symbols}" if each.symbols else "")
        for each in reading.columns
    ]  # fmt: skip
    heads = (say("column"), say("meaning"), say("unit"), say("rows"), say("series"))
    print_table(out, heads, rows, right=(3, 4))
    for note in reading.notes:
        line(out, say("note: {text}", text=sentence(note)))
