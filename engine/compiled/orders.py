"""One fill pass as kernels: from orders to fills and shortfalls.

Plain Python that the kernels compile; ``docs/session.md`` says what is done in which order, under the same names.
"""

from __future__ import annotations

import numpy as np

from ..market import arithmetic
from ..record import CASH, FEES, LOT, PARTICIPATION
from .booking import fees_of, outlay, reject, settle, tax_of_sale
from .limits import blocked, capped, limit_at, lots, slipped
from .state import (
    ACTIVE,
    ASKED,
    CHARGE,
    GIVEN,
    HELD,
    MINIMUM,
    NOTHING,
    OPEN,
    PAID,
    SIZED,
    STEP,
    UNSIZED,
    VALUE,
    WANTED,
    AccountArrays,
    MarketArrays,
    RunRules,
    Tracks,
    jitable,
)
from .targets import aim, buy_of, list_held, sale_of


@jitable
def _sell(market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, t: int) -> bool:
    """All open sales; returns whether one of them stays open."""
    waiting = False
    for k in range(account.state[ACTIVE]):
        i = account.active[k]
        if not account.goal[i] < account.shares[i]:
            continue
        wanted = sale_of(rules, account, t, i)
        if wanted <= 0.0:
            account.goal[i] = np.nan
            continue
        filled = 0.0
        limit = limit_at(market, rules, t, i, -1)
        reason = blocked(market, rules, t, i, -1, limit)
        if reason < 0:
            quantity = capped(market, rules, t, i, wanted)
            if quantity < wanted:
                reason = PARTICIPATION
            if quantity > 0.0:
                price = slipped(market, rules, t, i, -1, limit, quantity)
                value = arithmetic.round_half_up(quantity * price, rules.money_step)
                owed = tax_of_sale(rules, account, tracks, t, i, quantity, False)
                fees = fees_of(rules, value, -1, t, i)
                if account.cash[0] + value - fees - owed < 0.0:
                    reason = FEES
                else:
                    settle(market, rules, account, tracks, t, i, -1, quantity, price, value, fees)
                    filled = quantity
        if reason >= 0:
            reject(tracks, account, t, i, -1, wanted, filled, reason)
            waiting = waiting or rules.carry
        if reason < 0 or not rules.carry:
            account.goal[i] = np.nan
    return waiting


@jitable
def _collect_buys(market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, t: int) -> int:
    """The buys that can be traded in this pass, into the work space; returns how many."""
    n = 0
    for k in range(account.state[ACTIVE]):
        i = account.active[k]
        goal, shares = account.goal[i], account.shares[i]
        if not goal >= shares:
            continue
        wanted = buy_of(rules, account, t, i)
        if wanted <= 0.0:
            if rules.sizes[t, rules.board[i], STEP] > 0.0 and shares == 0.0 and goal > 0.0:
                reject(tracks, account, t, i, 1, goal, 0.0, LOT)
            account.goal[i] = np.nan
            continue
        limit = limit_at(market, rules, t, i, 1)
        reason = blocked(market, rules, t, i, 1, limit)
        quantity = 0.0
        if reason < 0:
            quantity = capped(market, rules, t, i, wanted)
            if quantity <= 0.0:
                reason = PARTICIPATION
        if reason >= 0:
            reject(tracks, account, t, i, 1, wanted, 0.0, reason)
            if not rules.carry:
                account.goal[i] = np.nan
            continue
        account.buys[n] = i
        account.buying[n, ASKED] = wanted
        account.buying[n, WANTED] = quantity
        account.buying[n, GIVEN] = quantity
        account.buying[n, PAID] = slipped(market, rules, t, i, 1, limit, quantity)
        n += 1
    return n


@jitable
def _ration(rules: RunRules, account: AccountArrays, t: int, n: int, cash: float) -> None:
    """Cuts the n collected buys to what cash covers, fees included: pro rata, then lots by largest remainder."""
    slack = 1e-4 * rules.money_step
    total_value, total_fees = 0.0, 0.0
    for k in range(n):
        value, fees = outlay(rules, account.buying[k, WANTED], account.buying[k, PAID], t, account.buys[k])
        account.buying[k, VALUE], account.buying[k, CHARGE] = value, fees
        total_value += value
        total_fees += fees
    needed = total_value + total_fees
    if needed <= cash + slack:
        return
    scale = cash / needed
    spent = _scale_buys(rules, account, t, n, scale)
    if spent > cash + slack:
        scale = max(0.0, (cash - total_fees - n * rules.money_step) / total_value) if total_value > 0.0 else 0.0
        spent = _scale_buys(rules, account, t, n, scale)
    _hand_out_lots(rules, account, t, n, scale, cash - spent + slack)


@jitable
def _scale_buys(rules: RunRules, account: AccountArrays, t: int, n: int, scale: float) -> float:
    """Scales the collected buys; returns what they cost together."""
    spent = 0.0
    for k in range(n):
        i = account.buys[k]
        if rules.sizes[t, rules.board[i], STEP] > 0.0:
            account.buying[k, GIVEN] = lots(rules, scale * account.buying[k, WANTED], t, i)
        else:
            account.buying[k, GIVEN] = scale * (1.0 - 1e-12) * account.buying[k, WANTED]
        value, fees = outlay(rules, account.buying[k, GIVEN], account.buying[k, PAID], t, i)
        account.buying[k, VALUE], account.buying[k, CHARGE] = value, fees
        spent += value + fees
    return spent


@jitable
def _hand_out_lots(rules: RunRules, account: AccountArrays, t: int, n: int, scale: float, left: float) -> None:
    """Spends what rounding down left over, a lot at a time, to the largest remainder first."""
    while True:
        best, best_more, best_remainder, best_cost = -1, 0.0, -np.inf, 0.0
        for k in range(n):
            i, given, wanted = account.buys[k], account.buying[k, GIVEN], account.buying[k, WANTED]
            step = rules.sizes[t, rules.board[i], STEP]
            more = max(step, rules.sizes[t, rules.board[i], MINIMUM]) if given == 0.0 else step
            if step == 0.0 or given + more > wanted * (1.0 + 1e-12):
                continue
            remainder = scale * wanted / step - given / step
            if remainder <= best_remainder:
                continue
            value, fees = outlay(rules, given + more, account.buying[k, PAID], t, i)
            cost = value + fees - account.buying[k, VALUE] - account.buying[k, CHARGE]
            if cost <= left:
                best, best_more, best_remainder, best_cost = k, more, remainder, cost
        if best < 0:
            return
        given = account.buying[best, GIVEN] + best_more
        value, fees = outlay(rules, given, account.buying[best, PAID], t, account.buys[best])
        account.buying[best, GIVEN], account.buying[best, VALUE], account.buying[best, CHARGE] = given, value, fees
        left -= best_cost


@jitable
def _buy(market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, t: int, waiting: bool) -> None:
    """All open buys, from the cash that is there; ``waiting``: a sale is still open, so more cash may come."""
    n = _collect_buys(market, rules, account, tracks, t)
    _ration(rules, account, t, n, max(0.0, account.cash[0] - account.due[0]))
    for k in range(n):
        i, given = account.buys[k], account.buying[k, GIVEN]
        asked, wanted = account.buying[k, ASKED], account.buying[k, WANTED]
        if given <= arithmetic.DUST * wanted:
            given = 0.0
        else:
            price, value, fees = account.buying[k, PAID], account.buying[k, VALUE], account.buying[k, CHARGE]
            settle(market, rules, account, tracks, t, i, 1, given, price, value, fees)
        open_still = False
        if given < wanted * (1.0 - arithmetic.DUST):
            reject(tracks, account, t, i, 1, asked, given, CASH)
            open_still = waiting
        elif given < asked * (1.0 - arithmetic.DUST):
            reject(tracks, account, t, i, 1, asked, given, PARTICIPATION)
            open_still = rules.carry
        if not open_still:
            account.goal[i] = np.nan


@jitable
def reinvest(market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, t: int) -> None:
    """Each dividend of the session buys its own series, as far as it goes; where an order is open, that says what.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    account : AccountArrays
        Changed in place.
    tracks : Tracks
        Written to.
    t : int
        Session.
    """
    for k in range(account.state[ACTIVE]):
        i = account.active[k]
        money, account.received[i] = min(account.received[i], max(0.0, account.cash[0] - account.due[0])), 0.0
        if money <= 0.0 or not np.isnan(account.goal[i]):
            continue
        price = market.value[t, i] if np.isnan(market.price[t, i]) else market.price[t, i]
        wanted = lots(rules, money / price, t, i)
        if wanted <= 0.0:
            continue
        limit = limit_at(market, rules, t, i, 1)
        reason = blocked(market, rules, t, i, 1, limit)
        quantity = capped(market, rules, t, i, wanted) if reason < 0 else 0.0
        if quantity < wanted and reason < 0:
            reason = PARTICIPATION
        given = 0.0
        if quantity > 0.0:
            account.buys[0], account.buying[0, WANTED], account.buying[0, GIVEN] = i, quantity, quantity
            account.buying[0, PAID] = slipped(market, rules, t, i, 1, limit, quantity)
            _ration(rules, account, t, 1, money)
            given = account.buying[0, GIVEN] if account.buying[0, GIVEN] > arithmetic.DUST * quantity else 0.0
        if given > 0.0:
            price, value, fees = account.buying[0, PAID], account.buying[0, VALUE], account.buying[0, CHARGE]
            settle(market, rules, account, tracks, t, i, 1, given, price, value, fees)
        if reason >= 0:
            reject(tracks, account, t, i, 1, wanted, given, reason)


@jitable
def trade(market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, t: int) -> None:
    """One fill pass: sales, then buys as far as the cash goes.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    account : AccountArrays
        Changed in place.
    tracks : Tracks
        Written to.
    t : int
        Session.
    """
    if account.state[OPEN] == UNSIZED:
        equity = account.cash[0]
        for k in range(account.state[HELD]):
            i = account.held[k]
            if account.shares[i] > 0.0:
                price = market.price[t, i]
                equity += account.shares[i] * (market.value[t, i] if np.isnan(price) else price)
        aim(market, rules, account, tracks, t, max(0.0, equity - account.due[0]), True)
    waiting = _sell(market, rules, account, tracks, t)
    _buy(market, rules, account, tracks, t, waiting)
    account.state[OPEN] = NOTHING
    for k in range(account.state[ACTIVE]):
        if not np.isnan(account.goal[account.active[k]]):
            account.state[OPEN] = SIZED
    list_held(account)
