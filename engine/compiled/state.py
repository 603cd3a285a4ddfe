"""What the kernels work on: the market, the rules as numbers, the account, and the tracks of a run.

T panel sessions, N symbols, S sessions of the run, D decisions.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np

from ...data.types import Floats, Ints
from .lazily import compiled as _compiled
from .lazily import jitable as jitable

# Nothing in a kernel allocates, so numba's reference counting is off: counting every array of every tuple at every call
# took nine tenths of a run. A slice assignment or a new array in a kernel is a compile error ("NRT required").
compiled: Any = partial(_compiled, _nrt=False)
"""The compiled second name of a kernel, kept on disk until something changes that it is made of (``cache``)."""


T = TypeVar("T", bound=tuple[Any, ...])


def read_only(values: T) -> T:
    """The same named tuple with each array C-contiguous and read-only.

    numba compiles a kernel anew, for ten seconds and more, for an array that can be written to where the one before
    could not, or that lies in memory in another order.

    Parameters
    ----------
    values : named tuple
        Its arrays are not changed; the answer has views of them, or copies where the order is another.
    """
    made: Any = values
    return made._make(_fixed(value) if isinstance(value, np.ndarray) else value for value in values)  # type: ignore[no-any-return]


def _fixed(array: np.ndarray) -> np.ndarray:
    if array.flags.c_contiguous and not array.flags.writeable:
        return array
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


NOTHING, SIZED, UNSIZED = 0, 1, 2  # what is open: no target, target shares, target weights still to be sized


class MarketArrays(NamedTuple):
    """What the market did."""

    price: Floats  # (T, N) price of a market order, before slippage; NaN where there is no bar
    marks: Floats  # (N, T) last known close, by series as they are read; NaN before the first bar
    known: Floats  # (T, N) what a decision goes by: the last close, or the price at the time of the decision
    value: Floats  # (T, N) of one unit in a fill pass, where it has no price
    high: Floats  # (T, N) as are the next two; NaN unknown
    low: Floats
    volume: Floats
    ratio: Floats  # (T, N) what the close before is divided by before the open
    split: Floats  # (T, N) what a holding is multiplied by then; the ratio where dividends are reinvested by it
    dividend: Floats  # (0, 0) where the ratio reinvests them, else one for each of ``ratio``: what a share is paid then
    eventful: np.ndarray  # (T,) bool: a ratio other than 1, a series that ended with the session before, a write-off
    last_row: Ints  # (N,) of the last session that a series belongs to
    lost: np.ndarray  # (T, N) bool: what is held is written off; (0, 0) where nothing ever is


STRICT, ONE_PRICE, IGNORE = 0, 1, 2  # limit policies


MINIMUM, STEP, TICK = range(3)  # positions in RunRules.sizes


class RunRules(NamedTuple):
    """A ``Market`` on a panel, and the run's terms, as numbers; B boards, K kinds of fees."""

    board: Ints  # (N,) position among the boards
    fees: Floats  # (T, B, 2, K) for buys and for sales; fractions of the value
    least: Floats  # (2, K) what a fill pays at least, in currency
    charged: Ints  # the kinds that cost anything in this run, ascending
    sizes: Floats  # (T, B, 3): smallest order, step, tick
    limit: Floats  # (T, N) fraction; 0 is none
    policy: int
    participation: float
    slippage: float  # fraction
    half_spread: float  # ticks
    impact: float
    pressure: Floats  # (T, N) price move per square root of a share; unused where impact is 0
    recovery: float
    money_step: float
    earns: bool  # whether cash earns anything
    accrual: Floats  # (T,) what one unit of cash earns until each session
    flows: bool  # whether anything comes in or goes out
    flow: Floats  # (T,) what is due to come in, or below 0 to go out, after each close
    reinvests: bool  # whether a dividend buys shares at the open
    dividend_tax: Floats  # (0, 0, 0), or by record date and series: fractions if held up to a month, a year, longer
    month_from: Ints  # (0,), or by session: first row whose buys are held for no more than a month when sold then
    year_from: Ints  # (0,), or the same for a year
    size_at_fill: bool
    carry: bool
    same_close: bool  # the fill pass comes after the decision, in its session
    early: bool  # the decision comes before the close
    no_trade: float  # how far a weight may be off; 0 trades every difference
    of_target: bool  # that as a fraction of the target weight
    to_edge: bool  # trade to the edge of the band, not to the target


class AccountArrays(NamedTuple):
    """What is owned and open; changed in place."""

    cash: Floats  # (1,)
    due: Floats  # (1,) withdrawals that cash could not pay yet
    shares: Floats  # (N,)
    weight: Floats  # (N,) of the latest decision
    goal: Floats  # (N,) target shares; NaN where no order is open
    buys: Ints  # (N,) columns of a buy pass, its work space as is the next
    buying: Floats  # (N, 6) of each buy: see below
    received: Floats  # (N,) what dividends of the session brought, less tax
    lots: Floats  # (0, 0), or with dividends by session and series: shares bought then that are held
    owed: Floats  # (0, 0, 2), or tax on their dividends beside what was withheld, if sold within a month, within a year
    held: Ints  # (N,) columns with shares, the first ``state[HELD]`` of them
    active: Ints  # (N,) those and all that may have a target, the first ``state[ACTIVE]``; all else stays at nothing
    picked: Ints  # (N,) work space of a pick
    since: Ints  # (N,) row of the fill that opened the holding; -1 where nothing is held
    peak: Floats  # (N,) highest adjusted close since then; kept up to date in runs with exits only
    stopped: np.ndarray  # (N,) bool: an exit has fired in this session
    state: Ints  # (6,): see below


ASKED, WANTED, GIVEN, PAID, VALUE, CHARGE = range(6)
"""Columns of ``AccountArrays.buying``: shares by the target, within participation, and bought; their price with
slippage, what they come to, and the fees on it."""

OPEN, HELD, FILLS, REJECTIONS, DECISIONS, ACTIVE = 0, 1, 2, 3, 4, 5  # positions in AccountArrays.state


class Tracks(NamedTuple):
    """Where the run is written. ``logged`` False leaves all but equity and cash empty."""

    logged: bool
    first: int  # panel row of the run's first session
    equity: Floats  # (S,)
    cash: Floats  # (S,)
    interest: Floats  # (S,)
    flows: Floats  # (S,)
    shares: Floats  # (N, S): of a series that is never held, no memory is touched
    decided: Ints  # (D,) panel row of each decision
    planned: Ints  # (D,) which of the plan's decisions it is, -1 for an exit between them
    held: Floats  # (D, N) weights before a decision
    target: Floats  # (D, N)
    fill_row: Ints  # (S * N,), as all below: the upper bound, whose untouched memory costs nothing
    fill_column: Ints
    fill_side: Ints
    fill_money: Floats  # (S * N, 3): shares, price, value
    fill_costs: Floats  # (S * N, K + 2): the fees, slippage, tax on dividends
    reject_row: Ints  # (2 * S * N,), as those below: one in the fill pass, one at the decision
    reject_column: Ints
    reject_side: Ints
    reject_reason: Ints
    reject_shares: Floats  # (S * N, 2): wanted, filled
