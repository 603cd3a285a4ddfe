"""``sectorlead reconcile``: where two sources of the same series differ."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sectorlead.cli.bars_argument import table_named
from sectorlead.cli.language import Locale, speak
from sectorlead.cli.manners import answer
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.reading import reading_options
from sectorlead.data.errors import InputError
from sectorlead.reports.message import Message, Text, say, sentence

if TYPE_CHECKING:
    from rich.console import Console

    from sectorlead.data.quality.reconcile import Reconciliation
    from sectorlead.data.tidy.options import ReadOptions

SHOWN = 20  # rows of a table of differences; all of them are in --json and --csv


@option_groups(reading=reading_options(sides=True))
def reconcile(
    left: Annotated[str, typer.Argument(help="A file of bars, or a source held in the store.", show_default=False)],
    right: Annotated[str, typer.Argument(help="The other one.", show_default=False)],
    *,
    reading: tuple[ReadOptions, ReadOptions],
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
    csv: Annotated[Path | None, typer.Option(help="Write every difference to this file.", show_default=False)] = None,
    locale: Locale = "en",
) -> None:
    """Compare two sources of the same series: sessions that differ or are missing, factors between their units.

    What tells how files are read holds for both, or for one: --unit right:volume=lots.

    Exit status: 0 they agree, 1 they differ, 2 they can't be compared.
    """
    from sectorlead.cli.terminal import places
    from sectorlead.data.quality.reconcile import reconcile as compare

    speak(locale)
    one, other = (table_named(data, options) for data, options in zip((left, right), reading, strict=True))
    result = compare(one, other, relative=relative, absolute=absolute, symbols=_symbols(pair))
    if csv is not None:
        csv.parent.mkdir(parents=True, exist_ok=True)
        result.differences.to_csv(csv, index=False)
    _show_reconciled(result)
    if csv is not None:
        places(differences=csv)
    answer(lambda: _reconciled(result))
    if not result.agree:
        raise typer.Exit(1)


def _symbols(pairs: Sequence[str] | None) -> dict[str, str] | None:
    if not pairs:
        return None
    found = {}
    for pair in pairs:
        left, equals, right = pair.partition("=")
        if not (left and equals and right):
            raise InputError(f"--pair must be LEFT=RIGHT, two symbols; was {pair!r}")
        found[left] = right
    return found


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
    from sectorlead.cli.terminal import console, line, print_table
    from sectorlead.data.quality.finding import counted

    out = console()
    shared = _series(len(result.series))
    what = "left {left}, right {right}: {series} in common"
    line(out, say(what, left=result.left, right=result.right, series=shared))
    for name, part in result.units.groupby("field", sort=False) if len(result.units) else ():
        factors = ", ".join(f"{factor:g}" for factor in sorted(set(part["factor"])))
        what = "{field}: the right side is {factors} times the left in {series}"
        line(out, say(what, field=str(name), factors=factors, series=_series(len(part))))
    keys = ("symbol", "left_bars", "right_bars", "common", "differing", "only_left", "only_right", "largest", "shifted")
    odd = result.series[(result.series[["differing", "only_left", "only_right", "shifted"]] != 0).any(axis=1)]
    if len(odd):
        rows = [tuple(f"{row[key]:.2g}" if key == "largest" else str(row[key]) for key in keys)
                for _, row in odd.iterrows()]  # fmt: skip
        heads = tuple(sentence(key.replace("_", " ")) for key in keys)
        print_table(out, heads, rows[:SHOWN], right=range(1, len(keys)))
        _more(out, len(rows))
    if len(result.differences):
        cells = [
            (
                str(row.symbol), f"{row.date:%F}", str(row.field), f"{row.left:.10g}", f"{row.right:.10g}",
                f"{row.difference:+.2g}",
            )
            for row in result.differences.head(SHOWN).itertuples(index=False)
        ]  # fmt: skip
        titles = (say("symbol"), say("session"), say("field"), say("left side"), say("right side"), say("relative"))
        print_table(out, titles, cells, right=(3, 4, 5))
        _more(out, len(result.differences))
    for side in ("left", "right"):
        part = result.missing[result.missing["held_by"] == side]
        if len(part):
            shown = ", ".join(f"{row.symbol} {row.date:%F}" for row in part.head(5).itertuples(index=False))
            _only(out, side, sentence(counted(len(part), "bar")), shown + ", ..." * (len(part) > 5))
        alone = [symbol for where, symbol in result.alone if where == side]
        if alone:
            _only(out, side, _series(len(alone)), ", ".join(alone[:8]) + ", ..." * (len(alone) > 8))
    if result.agree:
        line(out, say("they agree"))
        return
    days = result.differences["date"].nunique()
    numbers, bars = counted(len(result.differences), "number"), counted(len(result.missing), "bar")
    what = "they differ in {numbers} on {sessions}; {bars} on one side only"
    given = {"numbers": sentence(numbers), "sessions": sentence(counted(days, "session")), "bars": sentence(bars)}
    line(out, say(what, **given))


def _only(out: Console, side: str, what: Text, named: str) -> None:
    from sectorlead.cli.terminal import line

    left = say("only the left side has {what}: {named}", what=what, named=named)
    line(out, left if side == "left" else say("only the right side has {what}: {named}", what=what, named=named))


def _series(count: int) -> Message:
    return say("{count} series", count=count)


def _more(out: Console, count: int) -> None:
    if count > SHOWN:
        from sectorlead.cli.terminal import line

        line(out, say("and {count} more; all of them: --json or --csv", count=count - SHOWN))
