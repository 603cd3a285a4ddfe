"""``sectorlead data``: what the store holds, where it came from, and snapshots of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sectorlead.cli.manners import answer
from sectorlead.cli.plain_text import put

if TYPE_CHECKING:
    from sectorlead.data.store.store import Store

app = typer.Typer(
    help="What was fetched: list it, see where it came from, freeze it for a study.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def data(context: typer.Context) -> None:
    """What was fetched: list it, see where it came from, freeze it for a study."""
    if context.invoked_subcommand is None:
        overview()


def overview() -> None:
    """One row per source."""
    from sectorlead.data.store.store import Store

    store = Store()
    held = store.held()
    answer(lambda: {"store": str(store.root), "series": held.to_dict(orient="records")})
    if held.empty:
        put(f"nothing is held in {store.root}; fetch something: sectorlead fetch sw1")
        return
    rows = [
        (
            str(source), f"{len(part)}", f"{part['sessions'].max():,}", f"{part['first'].min():%F}",
            f"{part['last'].max():%F}", f"{int((part['vintages'] > 1).sum())}", f"{part['fetched_at'].max():%F %H:%M}",
        )
        for source, part in held.groupby("source")
    ]  # fmt: skip
    _print(("source", "series", "sessions", "first", "last", "restated series", "fetched (UTC)"), rows)
    put(f"in {store.root}")


@app.command()
def series(source: Annotated[str, typer.Argument(help="A source, e.g. sw1.")]) -> None:
    """The series held from a source."""
    store = _holding(source)
    held = store.held(source)
    answer(lambda: {"store": str(store.root), "series": held.to_dict(orient="records")})
    rows = [
        (
            str(row.symbol), str(row.name), f"{row.sessions:,}", f"{row.first:%F}", f"{row.last:%F}", f"{row.vintages}",
            f"{row.fetched_at:%F %H:%M}",
        )
        for row in held.itertuples(index=False)
    ]  # fmt: skip
    _print(("symbol", "name", "sessions", "first", "last", "vintages", "fetched (UTC)"), rows)


@app.command()
def history(
    source: Annotated[str, typer.Argument(help="A source, e.g. sw1.")],
    symbol: Annotated[str, typer.Argument(help="One of its series.")],
) -> None:
    """Every answer that a series was made from, and what each vintage changed."""
    store = _holding(source)
    for line in store.provenance(source, symbol):
        asked = ", ".join(f"{key}={value}" for key, value in line["parameters"].items())
        put(
            f"{line['at'][:16]} UTC  {line['vendor']} {line['version']} {line['function']}({asked}): "
            f"{line['added']} new, {len(line['restated'])} restated, {len(line['inserted'])} inserted, "
            f"{len(line['withdrawn'])} "
            f"withdrawn; vintage {line['vintage']}, content {line['content']}"
        )
    for span in store.spans(source, symbol):
        put(str(span))
    for row in store.changes(source, symbol).itertuples(index=False):
        put(f"vintage {row.vintage}: {row.date:%F} {row.column}: {row.before:.10g} -> {row.after:.10g}")
    answer(
        lambda: {
            "answers": list(store.provenance(source, symbol)),
            "spans": [str(span) for span in store.spans(source, symbol)],
            "changes": store.changes(source, symbol).to_dict(orient="records"),
        }
    )


@app.command()
def freeze(
    source: Annotated[str, typer.Argument(help="A source, e.g. sw1.")],
    path: Annotated[Path, typer.Argument(help="The file to write, .parquet; the manifest goes beside it.")],
    benchmark: Annotated[
        str | None, typer.Option(help="A code of source 'index' to put into the same file.", show_default=False)
    ] = None,
) -> None:
    """Write a snapshot: one Parquet file that never changes, and a manifest; a study pins it by hash."""
    from sectorlead.data.store import snapshot

    manifest = snapshot.freeze(_holding(source), source, path, benchmark=benchmark)
    beside = snapshot.manifest_path(path)
    put(f"{path}: {len(manifest['series'])} series, {manifest['first']} to {manifest['last']}; {beside}")
    put("in a study:")
    put(f'[data]\npath = "{path}"\nhash = "{manifest["hash"]}"')
    if manifest["benchmark"]:
        put(f'benchmark = "{manifest["benchmark"]}"')
    answer(lambda: {"file": str(path), "manifest": manifest})


def _holding(source: str) -> Store:
    """The store, which holds the source."""
    from sectorlead.data.errors import InputError
    from sectorlead.data.store.store import Store
    from sectorlead.study.data_argument import check_source

    store = Store()
    if not store.symbols(source):
        check_source(source)
        raise InputError(f"{source} is not held. Run: sectorlead fetch {source}")
    return store


def _print(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Aligned columns; a Chinese letter is two wide."""
    from rich.cells import cell_len

    table = [heads, *rows]
    widths = [max(cell_len(row[i]) for row in table) for i in range(len(heads))]
    for row in table:
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        put("  ".join(cells).rstrip())
