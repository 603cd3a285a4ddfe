"""Rules about moves too large for a session: splits nobody adjusted for, bad ticks, and extremes that were true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from ..calendar import is_daily
from ..types import Flags
from .finding import Hit, counted, rule, some
from .table import Table

LIMITS = {"XSHG": 0.105, "weekdays": 0.105}  # moves beyond are none of an ordinary session; relative
OTHER_LIMIT, SLOW_LIMIT = 0.20, 0.60  # of other exchanges, and from week to week or month to month
SPLIT = 0.215  # beyond every limit of a fund or of the boards of a sector
SUSPENDED = 5  # sessions without a bar after which any price is possible
FRACTIONS = (2.0, 3.0, 4.0, 5.0, 10.0)  # splits and merges that an index without volume is suspected of
WICK = 0.30  # of a high above, or a low below, open and close

Kind = Literal["split", "tick", "factor", "true", "open"]


class Jump(NamedTuple):
    """A move beyond the limit, and what the bars around it say it is."""

    row: int
    column: int
    change: float  # relative
    kind: Kind
    certain: bool


def jumps(table: Table) -> tuple[Jump, ...]:
    """Every move beyond the limit, ascending by series and session; found once per table."""
    if table not in _KNOWN:
        _KNOWN[table] = _jumps(table)
    return _KNOWN[table]


_KNOWN: WeakKeyDictionary[Table, tuple[Jump, ...]] = WeakKeyDictionary()


def _jumps(table: Table) -> tuple[Jump, ...]:
    up = _limit(table)
    limit, down = np.log1p(up), np.log1p(-min(up, 0.9))
    with np.errstate(invalid="ignore", divide="ignore"):
        beyond = (table.move > limit) | (table.move < down)
        large = beyond | (table.refactored & (np.abs(np.log(table.factor / table.at_before(table.factor))) > limit))
        large &= ~(table.close <= 0).any(axis=0)  # such a series has no moves to speak of
    found = []
    for column in np.flatnonzero(large.any(axis=0)):
        rows = np.flatnonzero(table.bar[:, column])
        place = {int(row): k for k, row in enumerate(rows)}
        back = -1
        for row in np.flatnonzero(large[:, column]):
            if row == back or not np.isfinite(table.move[row, column]):
                continue
            k = place[int(row)]
            following = rows[k + 1 : k + 6]
            kind, certain = _kind(table, int(column), int(row), int(rows[k - 1]), following, limit)
            if kind == "tick":
                back = following[0]
            if kind != "true" or beyond[row, column]:
                change = float(np.expm1(table.move[row, column]))
                found.append(Jump(int(row), int(column), change, kind, certain))
    return tuple(found)


def _limit(table: Table) -> float:
    if not is_daily(table.sessions):
        return SLOW_LIMIT
    return LIMITS.get(table.calendar.name, OTHER_LIMIT) if table.calendar else OTHER_LIMIT


def _kind(
    table: Table, column: int, row: int, before: int, following: np.ndarray, limit: float
) -> tuple[Kind, bool]:
    """What a move is, and whether that is certain enough to call it an error."""
    move = table.move[row, column]
    if table.refactored[row, column]:
        step = np.log(table.factor[row, column] / table.factor[before, column])
        raw = move - step
        missing = abs(step) > limit and abs(raw) < 0.5 * abs(step)  # the price did not follow the factor
        opposite = abs(raw) > limit and raw * step > 0
        return ("factor" if (missing or opposite) and abs(move) > limit else "true"), True
    if not len(following):
        return "open", False
    if _reverts(table, column, row, before, int(following[0])):
        return "tick", True
    if abs(move) > np.log1p(SPLIT) and row - before <= SUSPENDED and _is_step(table, column, row, before, following):
        return _split(table, column, row, before)
    return "true", True


def _reverts(table: Table, column: int, row: int, before: int, after: int) -> bool:
    """Whether the next bar opens and closes where the one before had closed."""
    if table.refactored[after, column]:
        return False
    with np.errstate(invalid="ignore", divide="ignore"):
        start, close = np.log(table.close[before, column]), np.log(table.close[after, column])
        opened = np.log(table.open[after, column])
    size = abs(table.move[row, column])
    back = abs(close - start) < 0.25 * size
    return bool(back and (np.isnan(opened) or abs(opened - start) < 0.4 * size))


def _is_step(table: Table, column: int, row: int, before: int, following: np.ndarray) -> bool:
    """Whether the price changed between two sessions, not in one, and stayed."""
    move = abs(table.move[row, column])
    with np.errstate(invalid="ignore", divide="ignore"):
        stayed = abs(np.log(np.median(table.close[following, column]) / table.close[row, column])) < 0.5 * move
        inside = abs(np.log(table.close[row, column] / table.open[row, column]))
    return bool(stayed and (np.isnan(inside) or inside < 0.35 * move))


def _split(table: Table, column: int, row: int, before: int) -> tuple[Kind, bool]:
    """A split if what trades kept its turnover; of a series that may be an index only a round ratio is suspect."""
    if table.traded[column]:
        start = max(0, before - 19)
        usual = table.amount[start : before + 1, column]
        usual = usual[usual > 0]
        share = table.amount[row, column] / np.median(usual) if len(usual) else np.nan
        return ("split", True) if np.isnan(share) or 0.2 < share < 5 else ("true", True)
    size = abs(table.move[row, column])
    no_volume = not (table.amount[:, column] > 0).any()
    near = min(abs(size - np.log(each)) for each in FRACTIONS) < 0.02
    return ("split", False) if near and no_volume else ("true", True)


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
    limit = f"beyond {_limit(table):.1%}"
    yield from _of_kind(table, "true", lambda day, jump: f"{jump.change:+.1%} on {day}, {limit}; it stayed")


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


RULES = (unadjusted_split, factor_mismatch, bad_tick, extreme_move, open_extreme, long_wick)
