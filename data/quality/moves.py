"""Rules about moves too large for a session: splits nobody adjusted for, bad ticks, and extremes that were true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np

from ..types import Flags
from .finding import Hit, counted, rule, some
from .jumps import Jump, Kind, jumps, move_limit
from .table import Table

WICK = 0.30  # of a high above, or a low below, open and close


def _of_kind(table: Table, kind: Kind, text: Callable[[str, Jump], str]) -> Iterator[Hit]:
    by_column: dict[int, list[Jump]] = defaultdict(list)
    for jump in jumps(table):
        if jump.kind == kind:
            by_column[jump.column].append(jump)
    for column, found in by_column.items():
        days = table.sessions[[jump.row for jump in found]]
        largest = max(found, key=lambda jump: abs(np.log1p(jump.change)))
        day = f"{table.sessions[largest.row]:%F}"
        more = f"; {len(found)} in all: {some(days)}" if len(found) > 1 else ""
        certain = any(jump.certain for jump in found)
        yield Hit(table.symbols[column], days, text(day, largest) + more, None if certain else "warning")


@rule(
    "unadjusted-split", "error",
    effect="A split or merge counts as a gain or loss: momentum, drawdown and equity are wrong from that day on.",
    treatment="Give adj_factor, multiplied by the split ratio from that day on; prices stay as they were quoted.",
)  # fmt: skip
def unadjusted_split(table: Table) -> Iterator[Hit]:
    """A price that changes overnight beyond any limit and stays there, without a change of the adjustment factor."""

    def text(day: str, jump: Jump) -> str:
        ratio = 1 / (1 + jump.change) if jump.change < 0 else 1 + jump.change
        way = f"1 : {ratio:.3g} split" if jump.change < 0 else f"{ratio:.3g} : 1 merge"
        return f"{jump.change:+.1%} overnight on {day} without a change of adj_factor: looks like a {way}"

    yield from _of_kind(table, "split", text)


@rule(
    "rebased-level", "error",
    effect="Another scale counts as a gain or loss: momentum, drawdown, relative strength and equity are wrong from "
    "that day on.",
    treatment="Divide the bars on one side of the day by the ratio, or give adj_factor; a second source shows which "
    "level is right (sectorlead reconcile).",
)  # fmt: skip
def rebased_level(table: Table) -> Iterator[Hit]:
    """A level that is on another scale from one session to the next: a rebased index, or a split of what may be one."""
    by_column: dict[int, list[Jump]] = defaultdict(list)
    for jump in jumps(table):
        if jump.kind == "rebased" or (jump.kind == "true" and not jump.certain):
            by_column[jump.column].append(jump)
    for column, found in by_column.items():
        days = table.sessions[[jump.row for jump in found]]
        certain = [jump for jump in found if jump.kind == "rebased"]
        first = (certain or found)[0]
        row, before = first.row, int(table.before[first.row, column])
        text = f"{first.change:+.1%} overnight on {table.sessions[row]:%F}, from {table.close[before, column]:g} to "
        text += (
            f"{table.close[row, column]:g}, while the others hardly moved"
            if certain
            else (
                f"{table.close[row, column]:g}: true if a member came back from a suspension, otherwise another scale"
            )
        )
        yield Hit(table.symbols[column], days, text, None if certain else "warning")


@rule(
    "factor-mismatch", "error",
    effect="The adjusted price jumps where the quoted one does not: holdings are multiplied by shares nobody received.",
    treatment="Check the day of the split or distribution; the factor must change on the day the price does.",
)  # fmt: skip
def factor_mismatch(table: Table) -> Iterator[Hit]:
    """An adjustment factor that changes while the price does not, or both in the same direction."""

    def text(day: str, jump: Jump) -> str:
        return f"adj_factor makes a move of {jump.change:+.1%} on {day} that the price did not make"

    yield from _of_kind(table, "factor", text)


@rule(
    "bad-tick", "error",
    effect="A gain and a loss that nobody made: it decides ranks, triggers stops and fills orders at a false price.",
    treatment="Compare with a second source (sectorlead reconcile) and correct the row at the source.",
)  # fmt: skip
def bad_tick(table: Table) -> Iterator[Hit]:
    """A move beyond the price limit that is gone at the next open."""
    yield from _of_kind(table, "tick", lambda day, jump: f"{jump.change:+.1%} on {day}, gone in the next session")


@rule(
    "extreme-move", "note",
    effect="It is in the results as it should be, and a few such days may be most of them.",
    treatment="Nothing: it stayed, so it is taken as true and kept. Check it if much depends on it.",
)  # fmt: skip
def extreme_move(table: Table) -> Iterator[Hit]:
    """A move beyond the price limit that stayed."""
    limit = f"beyond {move_limit(table):.1%}"
    for hit in _of_kind(table, "true", lambda day, jump: f"{jump.change:+.1%} on {day}, {limit}; it stayed"):
        yield hit._replace(severity=None)


@rule(
    "open-extreme", "warning",
    effect="The last decision rests on a move that may be a bad tick.",
    treatment="Wait for the next session or compare with a second source.",
)  # fmt: skip
def open_extreme(table: Table) -> Iterator[Hit]:
    """A move beyond the price limit in the last bar, of which nothing can be said yet."""
    yield from _of_kind(table, "open", lambda day, jump: f"{jump.change:+.1%} on {day}, the last bar")


@rule(
    "long-wick", "warning",
    effect="Stops and range measures that read high and low are triggered by a price of one moment, or of none.",
    treatment="Compare with a second source. It may be true: markets have fallen and recovered within minutes.",
)  # fmt: skip
def long_wick(table: Table) -> Iterator[Hit]:
    """A high or low far outside open and close."""
    with np.errstate(invalid="ignore", divide="ignore"):
        up = table.high / np.fmax(table.open, table.close) - 1
        down = 1 - table.low / np.fmin(table.open, table.close)
        size = np.fmax(up, down)
        flags: Flags = np.asarray((size > WICK) & (table.low > 0) & np.isfinite(size))
    for symbol, days in table.where(flags):
        column = table.symbols.index(symbol)
        largest = size[flags[:, column], column].max()
        yield Hit(symbol, days, f"{counted(len(days), 'bar')} with a wick of up to {largest:.0%}: {some(days)}")


RULES = (unadjusted_split, rebased_level, factor_mismatch, bad_tick, extreme_move, open_extreme, long_wick)
