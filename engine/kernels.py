"""The compiled engine's loops: a whole run without a Python object per bar.

Every function is plain Python; ``simulate_nb`` and its companions at the end are the same functions compiled. What they
do, and in which order, is ``docs/session.md``; names there and here are the same.
T panel sessions, N symbols, S sessions of the run, D decisions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numba.extending import register_jitable

from . import rules
from .record import (
    CASH,
    FEES,
    LIMIT_DOWN,
    LIMIT_UP,
    LOT,
    NO_BAR,
    NO_PRICE,
    PARTICIPATION,
    TERMINATED,
    ZERO_VOLUME,
    Floats,
    Ints,
)
from .strategy import Plan

# Nothing in here allocates, so numba's reference counting is off: counting every array of every tuple at every call
# took nine tenths of a run. A slice assignment or a new array in a kernel is a compile error ("NRT required").
jitable = register_jitable(_nrt=False)
compiled = njit(cache=True, nogil=True, _nrt=False)  # type: ignore[call-overload]  # a documented option, untyped

for _rule in (rules.round_half_up, rules.whole_lots, rules.limit_price, rules.commission):
    jitable(_rule)

NOTHING, SIZED, UNSIZED = 0, 1, 2  # what is open: no target, target shares, target weights still to be sized
DUST = rules.DUST


class Tape(NamedTuple):
    """What the market did."""

    price: Floats  # (T, N) price of a market order, before slippage; NaN where there is no bar
    mark: Floats  # (T, N) last known close; NaN before the first bar
    volume: Floats  # (T, N) NaN unknown
    ratio: Floats  # (T, N) what a holding is multiplied by before the open
    eventful: np.ndarray  # (T,) bool: a ratio other than 1, or a series that had its last bar in the session before
    last_bar: Ints  # (N,)


class Rules(NamedTuple):
    """A ``Market`` and the run's terms as numbers."""

    commission_rate: float
    commission_min: float
    stamp_duty_rate: float
    transfer_fee_rate: float
    lot: float
    price_limit: float
    tick: float
    participation: float
    slippage: float  # fraction
    money_step: float
    size_at_fill: bool
    carry: bool
    same_close: bool


class Book(NamedTuple):
    """What is owned and open; changed in place."""

    cash: Floats  # (1,)
    shares: Floats  # (N,)
    weight: Floats  # (N,) of the latest decision
    goal: Floats  # (N,) target shares; NaN where no order is open
    wanted: Floats  # (N,) work space of a buy pass, as are the next two
    given: Floats  # (N,)
    paid: Floats  # (N,) price with slippage
    buys: Ints  # (N,)
    held: Ints  # (N,) columns with shares, the first ``state[HELD]`` of them
    state: Ints  # (4,): see below


OPEN, HELD, FILLS, REJECTIONS = 0, 1, 2, 3  # positions in Book.state


class Tracks(NamedTuple):
    """Where the run is written. ``logged`` False leaves all but equity and cash empty."""

    logged: bool
    first: int  # panel row of the run's first session
    equity: Floats  # (S,)
    cash: Floats  # (S,)
    shares: Floats  # (S, N)
    held: Floats  # (D, N) weights before a decision
    target: Floats  # (D, N)
    fill_row: Ints  # (S * N,), as all below: the upper bound, whose untouched memory costs nothing
    fill_column: Ints
    fill_side: Ints
    fill_money: Floats  # (S * N, 7): shares, price, value, commission, stamp_duty, transfer_fee, slippage
    reject_row: Ints  # (2 * S * N,), as those below: one in the fill pass, one at the decision
    reject_column: Ints
    reject_side: Ints
    reject_reason: Ints
    reject_shares: Floats  # (S * N, 2): wanted, filled


@jitable
def _fees(rules_: Rules, value: float, side: int) -> tuple[float, float, float]:
    """Commission, stamp duty and transfer fee on a fill of ``value``."""
    stamp = rules.round_half_up(rules_.stamp_duty_rate * value, rules_.money_step) if side < 0 else 0.0
    transfer = rules.round_half_up(rules_.transfer_fee_rate * value, rules_.money_step)
    return rules.commission(value, rules_.commission_rate, rules_.commission_min, rules_.money_step), stamp, transfer


@jitable
def _outlay(rules_: Rules, shares: float, price: float) -> tuple[float, float]:
    """Value and fees of a buy; both 0 for no shares."""
    if shares <= 0.0:
        return 0.0, 0.0
    value = rules.round_half_up(shares * price, rules_.money_step)
    commission, stamp, transfer = _fees(rules_, value, 1)
    return value, commission + stamp + transfer


@jitable
def _limit(tape: Tape, rules_: Rules, t: int, i: int, side: int) -> float:
    """The upper limit for a buy, the lower for a sell; NaN where there is none."""
    if rules_.price_limit == 0.0 or t == 0 or np.isnan(tape.mark[t - 1, i]):
        return np.nan
    return rules.limit_price(tape.mark[t - 1, i] / tape.ratio[t, i], side * rules_.price_limit, rules_.tick)


@jitable
def _blocked(tape: Tape, rules_: Rules, t: int, i: int, side: int) -> int:
    """Why nothing of this series can be traded at t, or -1."""
    price = tape.price[t, i]
    if np.isnan(price):
        return NO_BAR
    if tape.volume[t, i] == 0.0:
        return ZERO_VOLUME
    limit = _limit(tape, rules_, t, i, side)
    if side > 0 and price >= limit - rules_.tick / 2:
        return LIMIT_UP
    if side < 0 and price <= limit + rules_.tick / 2:
        return LIMIT_DOWN
    return -1


@jitable
def _slipped(tape: Tape, rules_: Rules, t: int, i: int, side: int) -> float:
    """Fill price: the reference moved against the order by the slippage, within the limit."""
    price: float = tape.price[t, i] * (1.0 + side * rules_.slippage)
    limit = _limit(tape, rules_, t, i, side)
    if (price - limit) * side > 0.0:
        return limit
    return price


@jitable
def _capped(tape: Tape, rules_: Rules, t: int, i: int, wanted: float) -> float:
    """What participation in the bar's volume leaves of an order."""
    if rules_.participation == 0.0 or np.isnan(tape.volume[t, i]):
        return wanted
    cap = rules.whole_lots(rules_.participation * tape.volume[t, i], rules_.lot)
    return min(wanted, cap)


@jitable
def _write_fill(tracks: Tracks, book: Book, t: int, i: int, side: int, money: tuple[float, ...]) -> None:
    if not tracks.logged:
        return
    k = book.state[FILLS]
    tracks.fill_row[k] = t
    tracks.fill_column[k] = i
    tracks.fill_side[k] = side
    for j, amount in enumerate(money):
        tracks.fill_money[k, j] = amount
    book.state[FILLS] = k + 1


@jitable
def _reject(tracks: Tracks, book: Book, t: int, i: int, side: int, wanted: float, filled: float, reason: int) -> None:
    if not tracks.logged:
        return
    k = book.state[REJECTIONS]
    tracks.reject_row[k] = t
    tracks.reject_column[k] = i
    tracks.reject_side[k] = side
    tracks.reject_reason[k] = reason
    tracks.reject_shares[k, 0] = wanted
    tracks.reject_shares[k, 1] = filled
    book.state[REJECTIONS] = k + 1


@jitable
def _settle(  # noqa: PLR0913
    tape: Tape, rules_: Rules, book: Book, tracks: Tracks, t: int, i: int, side: int, shares: float, price: float
) -> None:
    """Books one fill: the only place where a trade changes cash and shares."""
    value = rules.round_half_up(shares * price, rules_.money_step)
    commission, stamp, transfer = _fees(rules_, value, side)
    paid = side * value + commission + stamp + transfer
    book.cash[0] = max(0.0, rules.round_half_up(max(0.0, book.cash[0] - paid), rules_.money_step))
    book.shares[i] = max(0.0, book.shares[i] + side * shares)
    slippage = abs(price - tape.price[t, i]) * shares
    _write_fill(tracks, book, t, i, side, (shares, price, value, commission, stamp, transfer, slippage))


@jitable
def _rescale(tape: Tape, book: Book, t: int) -> None:
    """Splits and distributions: the holding and the open target in new shares."""
    for i in range(book.shares.size):
        if tape.ratio[t, i] != 1.0:
            book.shares[i] *= tape.ratio[t, i]
            book.goal[i] *= tape.ratio[t, i]


@jitable
def _reject_ended(rules_: Rules, book: Book, tracks: Tracks, t: int, i: int, goal: float) -> None:
    """A target in a series that has ended."""
    wanted = rules.whole_lots(goal, rules_.lot)
    if wanted > 0.0:
        _reject(tracks, book, t, i, 1, wanted, 0.0, TERMINATED)


@jitable
def _terminate(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, t: int) -> None:
    """Series that had their last bar in the session before turn into cash at it."""
    for i in range(book.shares.size):
        if tape.last_bar[i] != t - 1:
            continue
        shares = book.shares[i]
        noise = DUST * book.goal[i] if rules_.lot == 0.0 else 0.0
        if book.state[OPEN] == SIZED and book.goal[i] - shares > noise:
            _reject_ended(rules_, book, tracks, t, i, book.goal[i])
        book.goal[i] = np.nan
        if shares > 0.0:
            value = rules.round_half_up(shares * tape.mark[t, i], rules_.money_step)
            book.cash[0] = rules.round_half_up(book.cash[0] + value, rules_.money_step)
            book.shares[i] = 0.0
            _write_fill(tracks, book, t, i, 0, (shares, tape.mark[t, i], value, 0.0, 0.0, 0.0, 0.0))
    _list_held(book)


@jitable
def _list_held(book: Book) -> None:
    k = 0
    for i in range(book.shares.size):
        if book.shares[i] > 0.0:
            book.held[k] = i
            k += 1
    book.state[HELD] = k


@jitable
def _aim(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, t: int, equity: float, at_fill: bool) -> None:
    """Target weights become target shares, at the decision's close or (``at_fill``) at the prices of the fill pass."""
    for i in range(book.shares.size):
        weight = book.weight[i]
        book.goal[i] = np.nan
        if weight == 0.0:
            if book.shares[i] > 0.0:
                book.goal[i] = 0.0
            continue
        price = tape.mark[t, i]
        if at_fill and not np.isnan(tape.price[t, i]):
            price = tape.price[t, i]
        if np.isnan(price):
            if not at_fill:
                _reject(tracks, book, t, i, 1, 0.0, 0.0, NO_PRICE)
                book.weight[i] = 0.0
            continue
        goal = weight * equity / price
        if tape.last_bar[i] < t:
            _reject_ended(rules_, book, tracks, t, i, goal)
            book.weight[i] = 0.0
            continue
        book.goal[i] = goal


@jitable
def _sell(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, t: int) -> bool:
    """All open sales; returns whether one of them stays open."""
    waiting = False
    for i in range(book.shares.size):
        goal, shares = book.goal[i], book.shares[i]
        if not goal < shares:
            continue
        wanted = shares if goal == 0.0 else rules.whole_lots(shares - goal, rules_.lot)
        if wanted <= DUST * shares:
            book.goal[i] = np.nan
            continue
        filled = 0.0
        reason = _blocked(tape, rules_, t, i, -1)
        if reason < 0:
            quantity = _capped(tape, rules_, t, i, wanted)
            if quantity < wanted:
                reason = PARTICIPATION
            if quantity > 0.0:
                price = _slipped(tape, rules_, t, i, -1)
                value = rules.round_half_up(quantity * price, rules_.money_step)
                commission, stamp, transfer = _fees(rules_, value, -1)
                if book.cash[0] + value - commission - stamp - transfer < 0.0:
                    reason = FEES
                else:
                    _settle(tape, rules_, book, tracks, t, i, -1, quantity, price)
                    filled = quantity
        if reason >= 0:
            _reject(tracks, book, t, i, -1, wanted, filled, reason)
            waiting = waiting or rules_.carry
        if reason < 0 or not rules_.carry:
            book.goal[i] = np.nan
    return waiting


@jitable
def _collect_buys(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, t: int) -> int:
    """The buys that can be traded in this pass, into the work space; returns how many."""
    n = 0
    for i in range(book.shares.size):
        goal, shares = book.goal[i], book.shares[i]
        if not goal >= shares:
            continue
        wanted = rules.whole_lots(goal - shares, rules_.lot)
        if wanted <= DUST * goal:
            if rules_.lot > 0.0 and shares == 0.0:
                _reject(tracks, book, t, i, 1, goal, 0.0, LOT)
            book.goal[i] = np.nan
            continue
        reason = _blocked(tape, rules_, t, i, 1)
        quantity = 0.0
        if reason < 0:
            quantity = _capped(tape, rules_, t, i, wanted)
            if quantity <= 0.0:
                reason = PARTICIPATION
        if reason >= 0:
            _reject(tracks, book, t, i, 1, wanted, 0.0, reason)
            if not rules_.carry:
                book.goal[i] = np.nan
            continue
        book.buys[n] = i
        book.wanted[n] = quantity
        book.given[n] = quantity
        book.paid[n] = _slipped(tape, rules_, t, i, 1)
        n += 1
    return n


@jitable
def _ration(rules_: Rules, book: Book, n: int) -> None:
    """Cuts the n collected buys to what cash covers, fees included: pro rata, then lots by largest remainder."""
    cash, slack = book.cash[0], 1e-4 * rules_.money_step
    total_value, total_fees = 0.0, 0.0
    for k in range(n):
        value, fees = _outlay(rules_, book.wanted[k], book.paid[k])
        total_value += value
        total_fees += fees
    needed = total_value + total_fees
    if needed <= cash + slack:
        return
    scale = cash / needed
    spent = _scale_buys(rules_, book, n, scale)
    if spent > cash + slack:
        scale = max(0.0, (cash - total_fees - n * rules_.money_step) / total_value)
        spent = _scale_buys(rules_, book, n, scale)
    if rules_.lot > 0.0:
        _hand_out_lots(rules_, book, n, scale, cash - spent + slack)


@jitable
def _scale_buys(rules_: Rules, book: Book, n: int, scale: float) -> float:
    """Scales the collected buys; returns what they cost together."""
    spent = 0.0
    for k in range(n):
        if rules_.lot > 0.0:
            book.given[k] = rules.whole_lots(scale * book.wanted[k], rules_.lot)
        else:
            book.given[k] = scale * (1.0 - 1e-12) * book.wanted[k]
        value, fees = _outlay(rules_, book.given[k], book.paid[k])
        spent += value + fees
    return spent


@jitable
def _hand_out_lots(rules_: Rules, book: Book, n: int, scale: float, left: float) -> None:
    """Spends what rounding down left over, a lot at a time, to the largest remainder first."""
    while True:
        best, best_remainder, best_cost = -1, -np.inf, 0.0
        for k in range(n):
            if book.given[k] + rules_.lot > book.wanted[k] * (1.0 + 1e-12):
                continue
            remainder = scale * book.wanted[k] / rules_.lot - book.given[k] / rules_.lot
            if remainder <= best_remainder:
                continue
            value, fees = _outlay(rules_, book.given[k], book.paid[k])
            next_value, next_fees = _outlay(rules_, book.given[k] + rules_.lot, book.paid[k])
            cost = next_value + next_fees - value - fees
            if cost <= left:
                best, best_remainder, best_cost = k, remainder, cost
        if best < 0:
            return
        book.given[best] += rules_.lot
        left -= best_cost


@jitable
def _buy(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, t: int, waiting: bool) -> None:
    """All open buys, from the cash that is there; ``waiting``: a sale is still open, so more cash may come."""
    n = _collect_buys(tape, rules_, book, tracks, t)
    _ration(rules_, book, n)
    for k in range(n):
        i, given = book.buys[k], book.given[k]
        wanted = rules.whole_lots(book.goal[i] - book.shares[i], rules_.lot)
        if given <= DUST * book.wanted[k]:
            given = 0.0
        else:
            _settle(tape, rules_, book, tracks, t, i, 1, given, book.paid[k])
        open_still = False
        if given < book.wanted[k] * (1.0 - DUST):
            _reject(tracks, book, t, i, 1, wanted, given, CASH)
            open_still = waiting
        elif given < wanted * (1.0 - DUST):
            _reject(tracks, book, t, i, 1, wanted, given, PARTICIPATION)
            open_still = rules_.carry
        if not open_still:
            book.goal[i] = np.nan


@jitable
def _trade(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, t: int) -> None:
    """One fill pass."""
    if book.state[OPEN] == UNSIZED:
        equity = book.cash[0]
        for i in range(book.shares.size):
            if book.shares[i] > 0.0:
                price = tape.price[t, i]
                equity += book.shares[i] * (tape.mark[t, i] if np.isnan(price) else price)
        _aim(tape, rules_, book, tracks, t, equity, True)
    waiting = _sell(tape, rules_, book, tracks, t)
    _buy(tape, rules_, book, tracks, t, waiting)
    book.state[OPEN] = NOTHING
    for i in range(book.goal.size):
        if not np.isnan(book.goal[i]):
            book.state[OPEN] = SIZED
    _list_held(book)


@jitable
def _mark(tape: Tape, book: Book, tracks: Tracks, start: int, stop: int) -> None:
    """Writes the account's value at the closes of ``start`` to before ``stop``, between which nothing was traded."""
    mark, shares, held = tape.mark, book.shares, book.held
    equity, cash = tracks.equity, tracks.cash
    money, n, shift = book.cash[0], book.state[HELD], tracks.first
    for t in range(start, stop):
        value = money
        for k in range(n):
            value += shares[held[k]] * mark[t, held[k]]
        equity[t - shift] = value
        cash[t - shift] = money
    if tracks.logged:
        for t in range(start, stop):
            for i in range(shares.size):
                tracks.shares[t - shift, i] = shares[i]


def run_sessions(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, start: int, stop: int, decides: bool) -> None:
    """Sessions ``start`` to ``stop``, both included, up to the mark. ``decides``: a decision follows in ``stop``."""
    eventful = tape.eventful
    t = start
    while t <= stop:
        if eventful[t]:
            _rescale(tape, book, t)
            _terminate(tape, rules_, book, tracks, t)
        if book.state[OPEN] != NOTHING and not (rules_.same_close and decides and t == stop):
            _trade(tape, rules_, book, tracks, t)
        quiet = t + 1
        if book.state[OPEN] == NOTHING:
            while quiet <= stop and not eventful[quiet]:
                quiet += 1
        _mark(tape, book, tracks, t, quiet)
        t = quiet


def take_decision(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, row: int, d: int) -> None:
    """Decision ``d``, after the close of ``row``: ``book.weight`` becomes the open target."""
    equity = tracks.equity[row - tracks.first]
    if tracks.logged:
        for i in range(book.shares.size):
            tracks.target[d, i] = book.weight[i]
            tracks.held[d, i] = book.shares[i] * tape.mark[row, i] / equity if book.shares[i] > 0.0 else 0.0
    _aim(tape, rules_, book, tracks, row, equity, False)
    book.state[OPEN] = UNSIZED if rules_.size_at_fill else SIZED
    if rules_.same_close:
        _trade(tape, rules_, book, tracks, row)
        _mark(tape, book, tracks, row, row + 1)


def skip_decision(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, row: int) -> None:
    """``row`` could have decided and did not: what is open goes on, which same-close runs have held back."""
    if rules_.same_close and book.state[OPEN] != NOTHING:
        _trade(tape, rules_, book, tracks, row)
        _mark(tape, book, tracks, row, row + 1)


@jitable
def _pick(plan: Plan, book: Book, d: int) -> None:
    """Target weights of decision ``d``: holdings that rank well enough stay, the best others fill up."""
    for i in range(book.weight.size):
        book.weight[i] = 0.0
    if plan.total[d] == 0.0:
        return
    n, base = 0, 0.0
    for staying in (True, False):
        for r in range(plan.order.shape[1]):
            i = plan.order[d, r]
            if i < 0 or n == plan.top or (staying and r >= plan.keep):
                break
            if (book.shares[i] > 0.0) == staying and book.weight[i] == 0.0:
                book.weight[i] = plan.base[d, i]
                base += plan.base[d, i]
                n += 1
    for i in range(book.weight.size):
        if book.weight[i] > 0.0:
            book.weight[i] = plan.total[d] * book.weight[i] / base


def simulate(tape: Tape, rules_: Rules, plan: Plan, book: Book, tracks: Tracks, last: int) -> None:
    """A whole run of a plan, to panel row ``last``."""
    t = tracks.first
    for d in range(plan.rows.size):
        row = plan.rows[d]
        run_sessions(tape, rules_, book, tracks, t, row, True)
        _pick(plan, book, d)
        take_decision(tape, rules_, book, tracks, row, d)
        t = row + 1
    run_sessions(tape, rules_, book, tracks, t, last, False)


run_sessions_nb = compiled(run_sessions)
skip_decision_nb = compiled(skip_decision)
take_decision_nb = compiled(take_decision)
jitable(run_sessions)
jitable(take_decision)
simulate_nb = compiled(simulate)
