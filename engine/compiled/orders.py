"""One fill pass as kernels: from a target to orders, from orders to fills and shortfalls.

Plain Python that the kernels compile; ``docs/session.md`` says what is done in which order, under the same names.
"""

from __future__ import annotations

import numpy as np

from ...data.types import Floats, Ints
from ..market import arithmetic as rules
from ..record import CASH, FEES, LIMIT_DOWN, LIMIT_UP, LOT, NO_BAR, NO_PRICE, PARTICIPATION, TERMINATED, ZERO_VOLUME
from .state import (
    FILLS,
    HELD,
    MINIMUM,
    NOTHING,
    ONE_PRICE,
    OPEN,
    REJECTIONS,
    SIZED,
    STEP,
    TICK,
    UNSIZED,
    Book,
    Rules,
    Tape,
    Tracks,
    jitable,
)

DUST = rules.DUST

for _rule in (
    rules.round_half_up, rules.whole_lots, rules.limit_price, rules.at_limit, rules.fill_price, rules.fee,
):  # fmt: skip
    jitable(_rule)


@jitable
def _sum_fees(rates: Floats, least: Floats, charged: Ints, value: float, step: float) -> float:
    """All fees on a fill of ``value``. Takes single arrays: a call with all of ``Rules`` takes longer than the fees."""
    total = 0.0
    if step == 0.0:  # asked once: a third faster than within the loop
        for kind in charged:
            total += rules.fee(value, rates[kind], least[kind], 0.0)
        return total
    for kind in charged:
        total += rules.fee(value, rates[kind], least[kind], step)
    return total


@jitable
def _fees(rules_: Rules, value: float, side: int, t: int, i: int) -> float:
    """All fees on a fill of ``value``."""
    if rules_.charged.size == 0:
        return 0.0
    s = 0 if side > 0 else 1
    return _sum_fees(rules_.fees[t, rules_.board[i], s], rules_.least[s], rules_.charged, value, rules_.money_step)


@jitable
def _outlay(rules_: Rules, shares: float, price: float, t: int, i: int) -> tuple[float, float]:
    """Value and fees of a buy; both 0 for no shares."""
    if shares <= 0.0:
        return 0.0, 0.0
    value = rules.round_half_up(shares * price, rules_.money_step)
    return value, _fees(rules_, value, 1, t, i)


@jitable
def _lots(rules_: Rules, shares: float, t: int, i: int) -> float:
    b = rules_.board[i]
    return rules.whole_lots(shares, rules_.sizes[t, b, MINIMUM], rules_.sizes[t, b, STEP])


@jitable
def _limit(tape: Tape, rules_: Rules, t: int, i: int, side: int) -> float:
    """The upper limit for a buy, the lower for a sell; NaN where there is none."""
    limit = rules_.limit[t, i]
    if limit == 0.0 or t == 0 or np.isnan(tape.mark[t - 1, i]):
        return np.nan
    previous, tick = tape.mark[t - 1, i] / tape.ratio[t, i], rules_.sizes[t, rules_.board[i], TICK]
    return rules.limit_price(previous, side * limit, tick)


@jitable
def _blocked(tape: Tape, rules_: Rules, t: int, i: int, side: int) -> int:
    """Why nothing of this series can be traded at t, or -1."""
    price = tape.price[t, i]
    if np.isnan(price):
        return NO_BAR
    if tape.volume[t, i] == 0.0:
        return ZERO_VOLUME
    if rules_.policy == ONE_PRICE:
        best = tape.low[t, i] if side > 0 else tape.high[t, i]
        if not np.isnan(best):
            price = best
    if rules.at_limit(price, side, _limit(tape, rules_, t, i, side), rules_.sizes[t, rules_.board[i], TICK]):
        return LIMIT_UP if side > 0 else LIMIT_DOWN
    return -1


@jitable
def _slipped(tape: Tape, rules_: Rules, t: int, i: int, side: int, quantity: float) -> float:
    """Fill price of an order: the reference moved against it by the slippage, within the limit."""
    fraction = rules_.slippage
    if rules_.impact > 0.0:
        fraction += rules_.impact * rules_.pressure[t, i] * np.sqrt(quantity)
    spread = rules_.half_spread * rules_.sizes[t, rules_.board[i], TICK]
    return rules.fill_price(tape.price[t, i], side, fraction, spread, _limit(tape, rules_, t, i, side))


@jitable
def _capped(tape: Tape, rules_: Rules, t: int, i: int, wanted: float) -> float:
    """What participation in the bar's volume leaves of an order."""
    if rules_.participation == 0.0 or np.isnan(tape.volume[t, i]):
        return wanted
    return min(wanted, _lots(rules_, rules_.participation * tape.volume[t, i], t, i))


@jitable
def log_fill(  # noqa: PLR0913
    rules_: Rules, book: Book, tracks: Tracks, t: int, i: int, side: int, shares: float, price: float, value: float,
    slippage: float,
) -> None:  # fmt: skip
    """Writes one row of the fill log.

    Parameters
    ----------
    rules_ : Rules
    book : Book
        Its number of fills grows by one.
    tracks : Tracks
        Written to; must be ``logged``.
    t, i : int
        Session and column.
    side : int
        1 for a buy, -1 for a sale, 0 for a series that ended, which pays no fees.
    shares, price, value, slippage : float
        Price, value and slippage in currency.
    """
    row, kinds, s = book.state[FILLS], rules_.least.shape[1], 0 if side > 0 else 1
    tracks.fill_row[row] = t
    tracks.fill_column[row] = i
    tracks.fill_side[row] = side
    tracks.fill_money[row, 0] = shares
    tracks.fill_money[row, 1] = price
    tracks.fill_money[row, 2] = value
    for kind in range(kinds):
        rate, least = rules_.fees[t, rules_.board[i], s, kind], rules_.least[s, kind]
        tracks.fill_costs[row, kind] = 0.0 if side == 0 else rules.fee(value, rate, least, rules_.money_step)
    tracks.fill_costs[row, kinds] = slippage
    book.state[FILLS] = row + 1


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
    paid = side * value + _fees(rules_, value, side, t, i)
    book.cash[0] = max(0.0, rules.round_half_up(max(0.0, book.cash[0] - paid), rules_.money_step))
    if book.shares[i] == 0.0:
        book.since[i] = t
    book.shares[i] = max(0.0, book.shares[i] + side * shares)
    if book.shares[i] == 0.0:
        book.since[i] = -1
    if tracks.logged:
        log_fill(rules_, book, tracks, t, i, side, shares, price, value, abs(price - tape.price[t, i]) * shares)


@jitable
def reject_ended(rules_: Rules, book: Book, tracks: Tracks, t: int, i: int, goal: float) -> None:
    """A target in a series that has ended: a rejection, where it comes to a lot at least.

    Parameters
    ----------
    rules_ : Rules
    book : Book
        Changed in place.
    tracks : Tracks
        Written to.
    t, i : int
        Session and column.
    goal : float
        Shares.
    """
    wanted = _lots(rules_, goal, t, i)
    if wanted > 0.0:
        _reject(tracks, book, t, i, 1, wanted, 0.0, TERMINATED)


@jitable
def list_held(book: Book) -> None:
    """Lists the columns with shares, so that marking need not look at the others."""
    k = 0
    for i in range(book.shares.size):
        if book.shares[i] > 0.0:
            book.held[k] = i
            k += 1
    book.state[HELD] = k


@jitable
def aim(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, t: int, equity: float, at_fill: bool) -> None:
    """Target weights become target shares.

    Parameters
    ----------
    tape : Tape
    rules_ : Rules
    book : Book
        Changed in place.
    tracks : Tracks
        Written to.
    t : int
        Session.
    equity : float
        In currency.
    at_fill : bool
        At the prices of the fill pass, not at the close of the decision.
    """
    for i in range(book.shares.size):
        weight = book.weight[i]
        if np.isnan(weight):  # left alone, its open order too
            continue
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
            reject_ended(rules_, book, tracks, t, i, goal)
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
        wanted = shares if goal == 0.0 else _lots(rules_, shares - goal, t, i)
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
                price = _slipped(tape, rules_, t, i, -1, quantity)
                value = rules.round_half_up(quantity * price, rules_.money_step)
                if book.cash[0] + value - _fees(rules_, value, -1, t, i) < 0.0:
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
        wanted = _lots(rules_, goal - shares, t, i)
        if wanted <= DUST * goal:
            if rules_.sizes[t, rules_.board[i], STEP] > 0.0 and shares == 0.0:
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
        book.paid[n] = _slipped(tape, rules_, t, i, 1, quantity)
        n += 1
    return n


@jitable
def _ration(rules_: Rules, book: Book, t: int, n: int) -> None:
    """Cuts the n collected buys to what cash covers, fees included: pro rata, then lots by largest remainder."""
    cash, slack = book.cash[0], 1e-4 * rules_.money_step
    total_value, total_fees = 0.0, 0.0
    for k in range(n):
        value, fees = _outlay(rules_, book.wanted[k], book.paid[k], t, book.buys[k])
        total_value += value
        total_fees += fees
    needed = total_value + total_fees
    if needed <= cash + slack:
        return
    scale = cash / needed
    spent = _scale_buys(rules_, book, t, n, scale)
    if spent > cash + slack:
        scale = max(0.0, (cash - total_fees - n * rules_.money_step) / total_value) if total_value > 0.0 else 0.0
        spent = _scale_buys(rules_, book, t, n, scale)
    _hand_out_lots(rules_, book, t, n, scale, cash - spent + slack)


@jitable
def _scale_buys(rules_: Rules, book: Book, t: int, n: int, scale: float) -> float:
    """Scales the collected buys; returns what they cost together."""
    spent = 0.0
    for k in range(n):
        i = book.buys[k]
        if rules_.sizes[t, rules_.board[i], STEP] > 0.0:
            book.given[k] = _lots(rules_, scale * book.wanted[k], t, i)
        else:
            book.given[k] = scale * (1.0 - 1e-12) * book.wanted[k]
        value, fees = _outlay(rules_, book.given[k], book.paid[k], t, i)
        spent += value + fees
    return spent


@jitable
def _hand_out_lots(rules_: Rules, book: Book, t: int, n: int, scale: float, left: float) -> None:
    """Spends what rounding down left over, a lot at a time, to the largest remainder first."""
    while True:
        best, best_more, best_remainder, best_cost = -1, 0.0, -np.inf, 0.0
        for k in range(n):
            i, given = book.buys[k], book.given[k]
            step = rules_.sizes[t, rules_.board[i], STEP]
            more = max(step, rules_.sizes[t, rules_.board[i], MINIMUM]) if given == 0.0 else step
            if step == 0.0 or given + more > book.wanted[k] * (1.0 + 1e-12):
                continue
            remainder = scale * book.wanted[k] / step - given / step
            if remainder <= best_remainder:
                continue
            value, fees = _outlay(rules_, given, book.paid[k], t, i)
            next_value, next_fees = _outlay(rules_, given + more, book.paid[k], t, i)
            cost = next_value + next_fees - value - fees
            if cost <= left:
                best, best_more, best_remainder, best_cost = k, more, remainder, cost
        if best < 0:
            return
        book.given[best] += best_more
        left -= best_cost


@jitable
def _buy(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, t: int, waiting: bool) -> None:
    """All open buys, from the cash that is there; ``waiting``: a sale is still open, so more cash may come."""
    n = _collect_buys(tape, rules_, book, tracks, t)
    _ration(rules_, book, t, n)
    for k in range(n):
        i, given = book.buys[k], book.given[k]
        wanted = _lots(rules_, book.goal[i] - book.shares[i], t, i)
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
def trade(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, t: int) -> None:
    """One fill pass: sales, then buys as far as the cash goes.

    Parameters
    ----------
    tape : Tape
    rules_ : Rules
    book : Book
        Changed in place.
    tracks : Tracks
        Written to.
    t : int
        Session.
    """
    if book.state[OPEN] == UNSIZED:
        equity = book.cash[0]
        for i in range(book.shares.size):
            if book.shares[i] > 0.0:
                price = tape.price[t, i]
                equity += book.shares[i] * (tape.mark[t, i] if np.isnan(price) else price)
        aim(tape, rules_, book, tracks, t, equity, True)
    waiting = _sell(tape, rules_, book, tracks, t)
    _buy(tape, rules_, book, tracks, t, waiting)
    book.state[OPEN] = NOTHING
    for i in range(book.goal.size):
        if not np.isnan(book.goal[i]):
            book.state[OPEN] = SIZED
    list_held(book)
