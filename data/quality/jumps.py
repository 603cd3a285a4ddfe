"""Moves too large for a session, and what the bars around them say they are."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ..boards import bare_code, price_limits
from ..calendar import is_daily
from ..types import Floats
from .table import Table

LIMITS = {"XSHG": 0.105, "weekdays": 0.105}  # moves beyond are none of an ordinary session; relative
OTHER_LIMIT, SLOW_LIMIT = 0.20, 0.60  # of other exchanges, and from week to week or month to month
SPLIT = 0.215  # beyond every limit of a fund or of the boards of a sector
RESCALED = 0.25  # beyond every move that an index can make between two sessions
SUSPENDED = 5  # sessions without trade after which any price is possible
FRACTIONS = (2.0, 3.0, 4.0, 5.0)  # splits and merges that a series without volume, which may be an index, may have
BASES = (1.0, 10.0, 100.0, 1000.0)  # values that an index is set to
_NEAR = 0.02  # log; of a fraction or a base
_OTHERS = 3  # series that tell what the market did
_SHARED, _ALONE = 0.35, 0.25  # of a move, made by the others too, or not made
_PART, _RARE = 0.2, 3.0  # the same, of a session whose median move is so many times the usual one
_MARKET = 0.35  # no market moved by more in a session
_ROUNDING = 0.008  # by which a close at the limit may lie beyond it: half a tick of a cheap fund
_NEW = 5  # first bars of a stock, which have no limit

Kind = Literal["split", "rebased", "tick", "factor", "true", "open"]


class Jump(NamedTuple):
    """A move beyond the limit, and what the bars around it say it is.

    Of a true one that is not certain the level may have been rescaled.
    """

    row: int
    column: int
    change: float  # relative
    kind: Kind
    certain: bool


def jumps(table: Table) -> tuple[Jump, ...]:
    """Every move beyond the limit, ascending by series and session; found once per table."""
    if table not in _KNOWN:
        _KNOWN[table] = tuple(_Moves(table).jumps())
    return _KNOWN[table]


_KNOWN: WeakKeyDictionary[Table, tuple[Jump, ...]] = WeakKeyDictionary()


def move_limit(table: Table) -> float:
    """A relative move beyond which no ordinary session goes."""
    if not is_daily(table.sessions):
        return SLOW_LIMIT
    return LIMITS.get(table.calendar.name, OTHER_LIMIT) if table.calendar else OTHER_LIMIT


class _Moves:
    """The large moves of a table on their way to jumps."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.up = move_limit(table)
        self.limit, self.down = np.log1p(self.up), np.log1p(-min(self.up, 0.9))
        self.daily = is_daily(table.sessions)
        self.boards: dict[int, Floats | None] = {}
        self.together: dict[tuple[int, int], tuple[Floats, Floats]] = {}  # moves over rows, and ranked

    def jumps(self) -> list[Jump]:
        table = self.table
        with np.errstate(invalid="ignore", divide="ignore"):
            beyond = (table.move > self.limit) | (table.move < self.down)
            step = np.abs(np.log(table.factor / table.at_before(table.factor)))
            large = beyond | (table.refactored & (step > self.limit))
            large &= ~(table.close <= 0).any(axis=0)  # such a series has no moves to speak of
        found = []
        for column in np.flatnonzero(large.any(axis=0)).tolist():
            rows = np.flatnonzero(table.bar[:, column])
            place = {int(row): k for k, row in enumerate(rows)}
            back = -1
            for row in np.flatnonzero(large[:, column]).tolist():
                if row == back or not np.isfinite(table.move[row, column]):
                    continue
                k = place[row]
                following = rows[k + 1 : k + 6]
                kind, certain = self.kind(column, row, int(rows[k - 1]), following, first=k < _NEW)
                if len(following) and self.reverts(column, row, int(rows[k - 1]), int(following[0])):
                    back = int(following[0])  # the way back is no move of its own
                if kind != "true" or beyond[row, column]:
                    found.append(Jump(row, column, float(np.expm1(table.move[row, column])), kind, certain))
        return found

    def kind(
        self, column: int, row: int, before: int, following: NDArray[np.intp], *, first: bool
    ) -> tuple[Kind, bool]:
        """What a move is, and whether that is certain; ``first``: it is one of the first bars."""
        table = self.table
        move = table.move[row, column]
        if table.refactored[row, column]:
            step = np.log(table.factor[row, column] / table.factor[before, column])
            raw = move - step
            missing = abs(step) > self.limit and abs(raw) < 0.5 * abs(step)  # the price did not follow the factor
            opposite = abs(raw) > self.limit and raw * step > 0
            return ("factor" if (missing or opposite) and abs(move) > self.limit else "true"), True
        if not len(following):
            return "open", False
        if self.reverts(column, row, before, int(following[0])):
            return self.tick(column, row)
        if row - self.last_trade[row, column] > SUSPENDED or not self.is_step(column, row, following):
            return "true", True
        return self.split(column, row, first=first) if table.traded[column] else self.rescaled(column, row)

    @cached_property
    def last_trade(self) -> NDArray[np.intp]:
        """Row of the last bar before row t that traded, -1 if there is none, (T, N).

        A bar that repeats every price of the one before, without volume, is padding: a suspended series.
        """
        table = self.table
        idle = table.bar & (table.before >= 0)
        with np.errstate(invalid="ignore"):
            idle &= ~(table.volume > 0)
            for values in (table.open, table.high, table.low, table.close):
                idle &= (values == table.at_before(values)) | np.isnan(values)
        rows = np.where(table.bar & ~idle, np.arange(len(table.sessions))[:, None], -1)
        np.maximum.accumulate(rows, axis=0, out=rows)
        return np.vstack((np.full((1, rows.shape[1]), -1), rows[:-1]))

    def others(self, column: int, row: int) -> float:
        """Median move of the other series since the bar before of this one; NaN if there are too few."""
        start = max(int(self.table.before[row, column]), row - 1 - SUSPENDED) + 1
        if (start, row) not in self.together:
            moves = self.table.move[start : row + 1]
            line = np.where(np.isfinite(moves), moves, 0.0).sum(axis=0)
            self.together[start, row] = line, np.sort(line[np.isfinite(moves[-1])])
        line, ranked = self.together[start, row]
        own = bool(np.isfinite(self.table.move[row, column]))
        count = len(ranked) - own
        if count < _OTHERS:
            return np.nan
        at = int(np.searchsorted(ranked, line[column])) if own else len(ranked)
        low, high = ((k if k < at else k + 1) for k in ((count - 1) // 2, count // 2))  # of the others' middle
        return float((ranked[low] + ranked[high]) / 2)

    @cached_property
    def usual(self) -> float:
        """The size of a usual session: median over sessions of the median move of all series."""
        move = self.table.move[np.isfinite(self.table.move).any(axis=1)]
        return float(np.median(np.abs(np.nanmedian(move, axis=1)))) if len(move) else 0.0

    def reverts(self, column: int, row: int, before: int, after: int) -> bool:
        """Whether the next bar opens and closes where the one before had closed."""
        table = self.table
        if table.refactored[after, column]:
            return False
        with np.errstate(invalid="ignore", divide="ignore"):
            start, close = np.log(table.close[before, column]), np.log(table.close[after, column])
            opened = np.log(table.open[after, column])
        size = abs(table.move[row, column])
        back = abs(close - start) < 0.25 * size
        return bool(back and (np.isnan(opened) or abs(opened - start) < 0.4 * size))

    def tick(self, column: int, row: int) -> tuple[Kind, bool]:
        """A bad tick, unless closes are all there is and the others moved alike, as on 2024-10-08."""
        if not np.isnan(self.table.open[row, column]):
            return "tick", True
        move = self.table.move[row, column]
        others = self.others(column, row)
        shared = others / move
        rare = shared >= _PART and abs(others) >= _RARE * self.usual
        if (shared >= _SHARED or rare) and abs(move) < np.log1p(_MARKET):
            return "true", True
        return "tick", bool(np.isfinite(shared) or abs(np.expm1(move)) > SPLIT)

    def is_step(self, column: int, row: int, following: NDArray[np.intp]) -> bool:
        """Whether the price changed between two sessions, not in one, and stayed."""
        table = self.table
        move = abs(table.move[row, column])
        with np.errstate(invalid="ignore", divide="ignore"):
            stayed = abs(np.log(np.median(table.close[following, column]) / table.close[row, column])) < 0.5 * move
            inside = abs(np.log(table.close[row, column] / table.open[row, column]))
        return bool(stayed and (np.isnan(inside) or inside < 0.35 * move))

    def split(self, column: int, row: int, *, first: bool) -> tuple[Kind, bool]:
        """A split of what trades: beyond the limit of its board, or any limit, and not with the market."""
        table = self.table
        move = table.move[row, column]
        kind, symbol = table.kinds[column], table.symbols[column]
        if column not in self.boards:
            self.boards[column] = price_limits(symbol, kind, table.sessions) if self.daily else None
        limits = self.boards[column]
        size = abs(np.expm1(move))
        shared = self.others(column, row) / move
        if (kind == "stock" and first) or (shared >= _SHARED and size < _MARKET):
            return "true", True
        if limits is None:
            return ("split", True) if size > SPLIT and self.usual_turnover(column, row) else ("true", True)
        if size <= limits[row] + _ROUNDING or (kind == "stock" and not self.usual_turnover(column, row)):
            return "true", True
        listed_by_hand = kind == "etf" and bare_code(symbol).startswith("1")  # it may be one of those with 20%
        return "split", bool(not listed_by_hand or size > SPLIT)

    def usual_turnover(self, column: int, row: int) -> bool:
        """Whether the amount is what it was, or not known: news that move a price bring many times as much."""
        amount = self.table.amount[:, column]
        usual = amount[max(0, row - 20) : row]
        usual = usual[usual > 0]
        share = amount[row] / np.median(usual) if len(usual) else np.nan
        return bool(np.isnan(share) or 0.2 < share < 5)

    def rescaled(self, column: int, row: int) -> tuple[Kind, bool]:
        """What an overnight step is of a series that may be an index, whose members have limits.

        Downward, or to a base value, or by a power of ten, nothing but another scale makes it. Upward it may be true: a
        board of few members gains more when one of them comes back from a suspension.
        """
        table = self.table
        move = table.move[row, column]
        size = abs(np.expm1(move))
        near = min(abs(abs(move) - np.log(each)) for each in FRACTIONS) < _NEAR
        no_amount = not (table.amount[:, column] > 0).any()
        if not self.daily:
            return ("split", False) if near and no_amount else ("true", True)
        if abs(self.others(column, row)) >= _ALONE * abs(move):
            return "true", True
        level = table.close[row, column] if np.isnan(table.open[row, column]) else table.open[row, column]
        base = min(abs(np.log(level / each)) for each in BASES) < _NEAR
        tens = abs(move) / np.log(10)
        decimal = round(tens) >= 1 and abs(tens - round(tens)) * np.log(10) < 2 * _NEAR
        if base or decimal:
            return "rebased", True
        if near and no_amount:
            return "split", bool(move < 0)
        if move < np.log1p(-RESCALED):
            return "rebased", True
        known = np.isfinite(self.others(column, row))
        return "true", not (size > RESCALED or bool(known))
