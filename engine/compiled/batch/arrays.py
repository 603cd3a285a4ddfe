"""What the batch kernel works on: a market packed for it, what variants share, and the work space of one thread.

T panel sessions, N series, S sessions of the run, B boards, K kinds of fees, U sessions in which any variant of the
batch decides. Money is *counted*: whole steps of the market's ``money_step`` as floats, or currency where there is
none.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba.extending import register_jitable

from ....data.types import Floats, Ints

inlined = register_jitable(_nrt=False, forceinline=True, error_model="numpy")
"""A function that becomes a part of the kernel that calls it: passing some fifty arrays takes longer than most do."""

called = register_jitable(_nrt=False, error_model="numpy")
"""A function that is rarely reached, and stays one."""

MARK, PRICE, BUY, SELL, CAP = range(5)  # positions in PackedMarket.cells
CLOSE, NEXT_BUY, NEXT_SELL, NEXT_PRICE = range(4)  # in PackedMarket.near
UPPER, LOWER, PRESSURE = range(3)  # in PackedMarket.bounds


class PackedMarket(NamedTuple):
    """A market on a panel under the terms of a run, by session and series: every rule has been looked up."""

    cells: Floats  # (T, N, 5): last close; price of an order; of a buy, a sale, NaN if blocked; most shares
    near: Floats  # (T, N, 4): known at a decision; of the next session, with slippage: buy, sale; its price without
    marks: Floats  # (N, T) last closes
    known: Floats  # (T, N) what a decision goes by
    value: Floats  # (T, N) of one unit in a fill pass, where it has no price
    bounds: Floats  # (T, N, 3) upper and lower limit, pressure; (0, 0, 0) without impact
    split: Floats  # (T, N) what a holding is multiplied by before the open
    dividend: Floats  # (T, N) what a share is paid then; (0, 0) where the split reinvests it
    withheld: Floats  # (T, N) fraction of it that is withheld; (0, 0) likewise
    last_row: Ints  # (N,) of the last session that a series belongs to
    lost: np.ndarray  # (T, N) bool: what is held is written off; (0, 0) where nothing ever is
    next_event: Ints  # (T + 1,) the first row from each on with a split, dividend, end, write-off or flow; T for none
    board: Ints  # (N,)
    fees: Floats  # (T, B, 2, K)
    least: Floats  # (2, K)
    charged: Ints
    sizes: Floats  # (T, B, 3): smallest order, step, tick
    accrual: Floats  # (T,)
    flow: Floats  # (T,) what is due to come in, or below 0 to go out, after each close; in currency
    per_unit: float  # steps of money in one of currency; 0 where nothing is rounded
    money_step: float
    slippage: float
    half_spread: float
    impact: float
    recovery: float
    capped: bool  # whether participation caps orders
    earns: bool
    flows: bool
    reinvests: bool  # whether a dividend buys shares at the open
    size_at_fill: bool
    carry: bool
    same_close: bool
    early: bool
    no_trade: float  # as in RunRules, and the next two
    of_target: bool
    to_edge: bool
    cash: float  # in currency
    first: int
    last: int
    measured: int  # row from which on the run is measured


class Blocks(NamedTuple):
    """What variants share, each kept once."""

    rows: Ints  # (U,) panel rows, ascending
    order: np.ndarray  # (R, U, N) int16: columns from the best rank on, -1 after the last
    rank: np.ndarray  # (R, U, N) int16: 1 is best, 0 has none
    base: Floats  # (W, U, N) weights in proportion
    total: Floats  # (G, U) exposure; NaN where it is not known
    top: Ints  # (P, U)
    keep: Ints  # (P, U)
    asked: Ints  # positions in ``rows``, one schedule after the other
    starts: Ints  # (C + 1,) where each schedule begins in ``asked``
    given: Floats  # (V, U, N) weights told in place of a pick, NaN is left alone; (0, 0, 0) for none
    price: Floats  # (T, N) adjusted closes, carried, that exits go by
    benchmark: Floats  # (S,) returns of the benchmark, NaN before they are known


NOTHING_GIVEN = np.empty((0, 0, 0))

RANKING, BASE, SCHEDULE, EXPOSURE, PICK, MIN_HOLD, MAX_SWAPS, MAX_AGE = range(8)  # columns of Table.whole
INVESTED, STOP, TRAIL = range(3)  # columns of Table.real
EQUAL = -1  # in BASE: all that is picked has the same weight


class Table(NamedTuple):
    """Variants by row."""

    whole: Ints  # (V, 8)
    real: Floats  # (V, 3)


class Work(NamedTuple):
    """One account, and room to think; one for each thread."""

    shares: Floats  # (N,)
    goal: Floats  # (N,) target shares; NaN where no order is open
    weight: Floats  # (N,) of the latest decision; NaN is left alone
    since: Ints  # (N,) row of the fill that opened the holding, where something is held
    peak: Floats  # (N,)
    held: np.ndarray  # (W,) bits: columns with shares
    active: np.ndarray  # (W,) bits: those, and all that may have a target
    stopped: np.ndarray  # (W,) bits: an exit has fired in this session
    buys: Ints  # (N + 1,) the buys of a fill pass, as the next five
    wanted: Floats
    given: Floats
    paid: Floats
    spent: Floats
    fees: Floats
    sells: Ints  # (N + 1,) the sales of a leap
    sold: Floats
    got: Floats
    columns: Ints  # (N + 1,)
    units: Floats
    received: Floats  # (N,) what dividends of the session brought, in currency
    equity: Floats  # (S + 1,) the cash of the start first
    returns: Floats  # (S,)
    flows: Floats  # (S,) that came in, or below 0 went out, after the close; in currency
    grown: Floats  # (S + 1,) what 1 became over the measured sessions, where something came in or went out in them


FINAL, OPENING, MEAN, DEVIATION, DOWNSIDE, DEEPEST, TRADED, COSTS, FILLS, DECISIONS, MEAN_EQUITY, HIGHEST = range(12)
ACTIVE_MEAN, ACTIVE_DEVIATION, COVARIANCE, GROWTH, KNOWN_GROWTH = range(12, 17)
MEASURES = 17
"""Columns of what is measured of each variant: currency, fractions per session, counts, and what 1 became."""


def new_work(columns: int, sessions: int) -> Work:
    """Work space in one block, every array on cache lines of its own: threads that share a line halve each other.

    Parameters
    ----------
    columns : int
        N.
    sessions : int
        S.
    """
    masks, more = max(1, (columns + 63) // 64), columns + 1
    kinds = (
        *(("f", columns),) * 3, ("i", columns), ("f", columns), *(("u", masks),) * 3, ("i", more), *(("f", more),) * 5,
        ("i", more), *(("f", more),) * 2, ("i", more), ("f", more), ("f", columns),
        ("f", sessions + 1), ("f", sessions), ("f", sessions), ("f", sessions + 1),
    )  # fmt: skip
    line = 8  # numbers in a cache line
    room = [(size + line - 1) // line * line + line for _, size in kinds]
    block = np.zeros(sum(room) + 2 * line)
    at = -(block.ctypes.data // 8) % line
    parts: list[Any] = []
    for (kind, size), taken in zip(kinds, room, strict=True):
        part = block[at : at + size]
        parts.append(part if kind == "f" else part.view(np.int64 if kind == "i" else np.uint64))
        at += taken
    return Work(*parts)
