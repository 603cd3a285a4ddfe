"""``sectorlead convert``: files of any form into one tidy file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sectorlead.cli.manners import answer
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.plain_text import put
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
) -> None:
    """Read files of any form, say what was understood, and write one tidy file, which load reads without a question."""
    from sectorlead.data.errors import InputError
    from sectorlead.data.load import converted
    from sectorlead.data.store.durable import replace_file
    from sectorlead.data.tidy.read import read

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
    span = f"{rows.dates[0]:%F}..{rows.dates[-1]:%F}"
    put(f"{out}: {len(rows.symbols)} series x {len(rows.dates):,} sessions, {span}")
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

    out = console()
    rows = [
        (each.column, each.meaning or "not used", each.unit, f"{each.rows:,}" if each.rows else "",
         f"{each.symbols}" if each.symbols else "")
        for each in reading.columns
    ]  # fmt: skip
    print_table(out, ("column", "meaning", "unit", "rows", "series"), rows, right=(3, 4))
    for note in reading.notes:
        line(out, f"note: {note}")
