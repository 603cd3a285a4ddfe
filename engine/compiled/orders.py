"""One fill pass as kernels: from a target to orders, from orders to fills and shortfalls.

Plain Python that the kernels compile; ``docs/session.md`` says what is done in which order, under the same names.
"""

from __future__ import annotations

import numpy as np

from ...data.types import Floats, Ints
from ..market import arithmetic
from ..record import CASH, FEES, LIMIT_DOWN, LIMIT_UP, LOT, NO_BAR, NO_PRICE, PARTICIPATION, TERMINATED, ZERO_VOLUME
from .state import (
    ACTIVE,
    ASKED,
    CHARGE,
    FILLS,
    GIVEN,
    HELD,
    MINIMUM,
    NOTHING,
    ONE_PRICE,
    OPEN,
    PAID,
    REJECTIONS,
    SIZED,
    STEP,
    TICK,
    UNSIZED,
    VALUE,
    WANTED,
    AccountArrays,
    MarketArrays,
    RunRules,
    Tracks,
    jitable,
)

DUST = arithmetic.DUST

for _rule in (
    arithmetic.round_half_up, arithmetic.whole_lots, arithmetic.limit_price, arithmetic.at_limit,
    arithmetic.fill_price, arithmetic.fee, arithmetic.outside,
):  # fmt: skip
    jitable(_rule)


@jitable
def _sum_fees(rates: Floats, least: Floats, charged: Ints, value: float, step: float) -> float:
    """All fees on a fill of ``value``. Takes single arrays: a call with all rules takes longer than the fees."""
    total = 0.0
    if step == 0.0:  # asked once: a third faster than within the loop
        for kind in charged:
            total += arithmetic.fee(value, rates[kind], least[kind], 0.0)
        return total
    for kind in charged:
        total += arithmetic.fee(value, rates[kind], least[kind], step)
    return total


@jitable
def _fees(rules: RunRules, value: float, side: int, t: int, i: int) -> float:
    """All fees on a fill of ``value``."""
    if rules.charged.size == 0:
        return 0.0
    s = 0 if side > 0 else 1
    return _sum_fees(rules.fees[t, rules.board[i], s], rules.least[s], rules.charged, value, rules.money_step)


@jitable
def _outlay(rules: RunRules, shares: float, price: float, t: int, i: int) -> tuple[float, float]:
    """Value and fees of a buy; both 0 for no shares."""
    if shares <= 0.0:
        return 0.0, 0.0
    value = arithmetic.round_half_up(shares * price, rules.money_step)
    return value, _fees(rules, value, 1, t, i)


@jitable
def lots(rules: RunRules, shares: float, t: int, i: int) -> float:
    """The largest order of a series not above ``shares``.

    Parameters
    ----------
    rules : RunRules
    shares : float
    t, i : int
        Session and column.
    """
    b = rules.board[i]
    return arithmetic.whole_lots(shares, rules.sizes[t, b, MINIMUM], rules.sizes[t, b, STEP])


@jitable
def limit_at(market: MarketArrays, rules: RunRules, t: int, i: int, side: int) -> float:
    """The upper limit for a buy, the lower for a sell; NaN where there is none.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    t, i : int
        Session and column.
    side : int
        1 for a buy, -1 for a sale.
    """
    limit = rules.limit[t, i]
    if limit == 0.0 or t == 0 or np.isnan(market.marks[i, t - 1]):
        return np.nan
    previous, tick = market.marks[i, t - 1] / market.ratio[t, i], rules.sizes[t, rules.board[i], TICK]
    return arithmetic.limit_price(previous, side * limit, tick)


@jitable
def blocked(market: MarketArrays, rules: RunRules, t: int, i: int, side: int, limit: float) -> int:
    """Why nothing of this series can be traded at t, or -1.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    t, i : int
        Session and column.
    side : int
        1 for a buy, -1 for a sale.
    limit : float
        What ``limit_at`` says.
    """
    price = market.price[t, i]
    if np.isnan(price):
        return NO_BAR
    if market.volume[t, i] == 0.0:
        return ZERO_VOLUME
    if rules.policy == ONE_PRICE:
        best = market.low[t, i] if side > 0 else market.high[t, i]
        if not np.isnan(best):
            price = best
    if arithmetic.at_limit(price, side, limit, rules.sizes[t, rules.board[i], TICK]):
        return LIMIT_UP if side > 0 else LIMIT_DOWN
    return -1


@jitable
def _slipped(
    market: MarketArrays, rules: RunRules, t: int, i: int, side: int, limit: float, quantity: float
) -> float:
    """Fill price of an order: the reference moved against it by the slippage, within the limit."""
    fraction = rules.slippage
    if rules.impact > 0.0:
        fraction += rules.impact * rules.pressure[t, i] * np.sqrt(quantity)
    spread = rules.half_spread * rules.sizes[t, rules.board[i], TICK]
    return arithmetic.fill_price(market.price[t, i], side, fraction, spread, limit)


@jitable
def _capped(market: MarketArrays, rules: RunRules, t: int, i: int, wanted: float) -> float:
    """What participation in the bar's volume leaves of an order."""
    if rules.participation == 0.0 or np.isnan(market.volume[t, i]):
        return wanted
    return min(wanted, lots(rules, rules.participation * market.volume[t, i], t, i))


@jitable
def log_fill(  # noqa: PLR0913
    rules: RunRules, account: AccountArrays, tracks: Tracks, t: int, i: int, side: int,
    shares: float, price: float, value: float, slippage: float, tax: float,
) -> None:  # fmt: skip
    """Writes one row of the fill log.

    Parameters
    ----------
    rules : RunRules
    account : AccountArrays
        Its number of fills grows by one.
    tracks : Tracks
        Written to; must be ``logged``.
    t, i : int
        Session and column.
    side : int
        A key of ``SIDES``; only a buy and a sale pay fees.
    shares, price, value, slippage, tax : float
        Price, value, slippage and tax on dividends in currency.
    """
    row, kinds, s = account.state[FILLS], rules.least.shape[1], 0 if side > 0 else 1
    tracks.fill_row[row] = t
    tracks.fill_column[row] = i
    tracks.fill_side[row] = side
    tracks.fill_money[row, 0] = shares
    tracks.fill_money[row, 1] = price
    tracks.fill_money[row, 2] = value
    for kind in range(kinds):
        rate, least = rules.fees[t, rules.board[i], s, kind], rules.least[s, kind]
        tracks.fill_costs[row, kind] = arithmetic.fee(value, rate, least, rules.money_step) if abs(side) == 1 else 0.0
    tracks.fill_costs[row, kinds] = slippage
    tracks.fill_costs[row, kinds + 1] = tax
    account.state[FILLS] = row + 1


@jitable
def _reject(
    tracks: Tracks, account: AccountArrays, t: int, i: int, side: int, wanted: float, filled: float, reason: int
) -> None:
    if not tracks.logged:
        return
    k = account.state[REJECTIONS]
    tracks.reject_row[k] = t
    tracks.reject_column[k] = i
    tracks.reject_side[k] = side
    tracks.reject_reason[k] = reason
    tracks.reject_shares[k, 0] = wanted
    tracks.reject_shares[k, 1] = filled
    account.state[REJECTIONS] = k + 1


@jitable
def _settle(  # noqa: PLR0913
    market: MarketArrays,
    rules: RunRules,
    account: AccountArrays,
    tracks: Tracks,
    t: int,
    i: int,
    side: int,
    shares: float,
    price: float,
    value: float,
    fees: float,
) -> None:
    """Books one fill: the only place where a trade changes cash and shares."""
    tax = _tax_of_sale(rules, account, tracks, t, i, shares, True) if side < 0 else 0.0
    paid = side * value + fees + tax
    account.cash[0] = max(0.0, arithmetic.round_half_up(max(0.0, account.cash[0] - paid), rules.money_step))
    if account.shares[i] == 0.0:
        account.since[i] = t
    account.shares[i] = max(0.0, account.shares[i] + side * shares)
    if side > 0 and account.lots.size > 0:
        account.lots[t - tracks.first, i] += shares
    if account.shares[i] == 0.0:
        account.since[i] = -1
        forget_lots(account, i)
    if tracks.logged:
        slippage = abs(price - market.price[t, i]) * shares
        log_fill(rules, account, tracks, t, i, side, shares, price, value, slippage, tax)


@jitable
def _tax_of_sale(
    rules: RunRules, account: AccountArrays, tracks: Tracks, t: int, i: int, shares: float, done: bool
) -> float:
    """The tax that a sale owes on dividends, first bought first sold; ``done`` takes the shares from their buys."""
    if account.lots.size == 0:
        return 0.0
    tax, left = 0.0, shares
    for r in range(t - tracks.first):
        lot = account.lots[r, i]
        if lot <= 0.0 or left <= 0.0:
            continue
        part = min(1.0, left / lot)
        if tracks.first + r >= rules.month_from[t]:
            tax += part * account.owed[r, i, 0]
        elif tracks.first + r >= rules.year_from[t]:
            tax += part * account.owed[r, i, 1]
        left -= part * lot
        if done:
            account.lots[r, i] = (1.0 - part) * lot
            account.owed[r, i, 0] *= 1.0 - part
            account.owed[r, i, 1] *= 1.0 - part
    return arithmetic.round_half_up(tax, rules.money_step)


@jitable
def forget_lots(account: AccountArrays, i: int) -> None:
    """What was bought of a series is held no more.

    Parameters
    ----------
    account : AccountArrays
        Changed in place.
    i : int
        Column.
    """
    for r in range(account.lots.shape[0]):
        account.lots[r, i] = 0.0
        account.owed[r, i, 0] = 0.0
        account.owed[r, i, 1] = 0.0


@jitable
def reject_ended(rules: RunRules, account: AccountArrays, tracks: Tracks, t: int, i: int, goal: float) -> None:
    """A target in a series that has ended: a rejection, where it comes to a lot at least.

    Parameters
    ----------
    rules : RunRules
    account : AccountArrays
        Changed in place.
    tracks : Tracks
        Written to.
    t, i : int
        Session and column.
    goal : float
        Shares.
    """
    wanted = lots(rules, goal, t, i)
    if wanted > 0.0:
        _reject(tracks, account, t, i, 1, wanted, 0.0, TERMINATED)


@jitable
def list_active(account: AccountArrays) -> None:
    """Lists the columns with shares, a weight or a target, ascending: until the next decision nothing else moves."""
    n = 0
    for i in range(account.shares.size):
        account.active[n] = i
        n += int((account.shares[i] > 0.0) | (account.weight[i] > 0.0) | (not np.isnan(account.goal[i])))
    account.state[ACTIVE] = n


@jitable
def list_held(account: AccountArrays) -> None:
    """Lists the active columns with shares, so that marking need not look at the others."""
    n = 0
    for k in range(account.state[ACTIVE]):
        i = account.active[k]
        account.held[n] = i
        n += int(account.shares[i] > 0.0)
    account.state[HELD] = n


@jitable
def aim(
    market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, t: int, equity: float, at_fill: bool
) -> None:
    """Target weights become target shares.

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
    equity : float
        In currency.
    at_fill : bool
        At the prices of the fill pass, not at the close of the decision.
    """
    for k in range(account.state[ACTIVE]):
        i = account.active[k]
        weight = account.weight[i]
        if np.isnan(weight):  # left alone, its open order too
            continue
        account.goal[i] = np.nan
        if weight == 0.0:
            if account.shares[i] > 0.0:
                account.goal[i] = 0.0
            continue
        price = market.known[t, i]
        if at_fill:
            price = market.value[t, i] if np.isnan(market.price[t, i]) else market.price[t, i]
        if np.isnan(price):
            if not at_fill:
                _reject(tracks, account, t, i, 1, 0.0, 0.0, NO_PRICE)
                account.weight[i] = 0.0
            continue
        goal = weight * equity / price
        if market.last_row[i] < t:
            reject_ended(rules, account, tracks, t, i, goal)
            account.weight[i] = 0.0
            continue
        if rules.no_trade > 0.0 and account.shares[i] > 0.0:
            width = rules.no_trade * weight if rules.of_target else rules.no_trade
            least, most = (weight - width) * equity, (weight + width) * equity
            side = arithmetic.outside(account.shares[i] * price, least, most, rules.money_step)
            if side == 0:
                continue
            if rules.to_edge:
                goal = (most if side > 0 else least) / price
        account.goal[i] = goal


@jitable
def sale_of(rules: RunRules, account: AccountArrays, t: int, i: int) -> float:
    """Shares that an open sale wants sold: all where the target is 0, else whole lots; 0 for dust.

    Parameters
    ----------
    rules : RunRules
    account : AccountArrays
    t, i : int
        Session and column; its target is below what is held.
    """
    goal, shares = account.goal[i], account.shares[i]
    wanted = shares if goal == 0.0 else lots(rules, shares - goal, t, i)
    return wanted if wanted > DUST * shares else 0.0


@jitable
def buy_of(rules: RunRules, account: AccountArrays, t: int, i: int) -> float:
    """Shares that an open buy wants bought, in whole lots; 0 for dust.

    Parameters
    ----------
    rules : RunRules
    account : AccountArrays
    t, i : int
        Session and column; its target is not below what is held.
    """
    wanted = lots(rules, account.goal[i] - account.shares[i], t, i)
    return wanted if wanted > DUST * account.goal[i] else 0.0


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
            quantity = _capped(market, rules, t, i, wanted)
            if quantity < wanted:
                reason = PARTICIPATION
            if quantity > 0.0:
                price = _slipped(market, rules, t, i, -1, limit, quantity)
                value = arithmetic.round_half_up(quantity * price, rules.money_step)
                owed = _tax_of_sale(rules, account, tracks, t, i, quantity, False)
                fees = _fees(rules, value, -1, t, i)
                if account.cash[0] + value - fees - owed < 0.0:
                    reason = FEES
                else:
                    _settle(market, rules, account, tracks, t, i, -1, quantity, price, value, fees)
                    filled = quantity
        if reason >= 0:
            _reject(tracks, account, t, i, -1, wanted, filled, reason)
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
                _reject(tracks, account, t, i, 1, goal, 0.0, LOT)
            account.goal[i] = np.nan
            continue
        limit = limit_at(market, rules, t, i, 1)
        reason = blocked(market, rules, t, i, 1, limit)
        quantity = 0.0
        if reason < 0:
            quantity = _capped(market, rules, t, i, wanted)
            if quantity <= 0.0:
                reason = PARTICIPATION
        if reason >= 0:
            _reject(tracks, account, t, i, 1, wanted, 0.0, reason)
            if not rules.carry:
                account.goal[i] = np.nan
            continue
        account.buys[n] = i
        account.buying[n, ASKED] = wanted
        account.buying[n, WANTED] = quantity
        account.buying[n, GIVEN] = quantity
        account.buying[n, PAID] = _slipped(market, rules, t, i, 1, limit, quantity)
        n += 1
    return n


@jitable
def _ration(rules: RunRules, account: AccountArrays, t: int, n: int, cash: float) -> None:
    """Cuts the n collected buys to what cash covers, fees included: pro rata, then lots by largest remainder."""
    slack = 1e-4 * rules.money_step
    total_value, total_fees = 0.0, 0.0
    for k in range(n):
        value, fees = _outlay(rules, account.buying[k, WANTED], account.buying[k, PAID], t, account.buys[k])
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
        value, fees = _outlay(rules, account.buying[k, GIVEN], account.buying[k, PAID], t, i)
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
            value, fees = _outlay(rules, given + more, account.buying[k, PAID], t, i)
            cost = value + fees - account.buying[k, VALUE] - account.buying[k, CHARGE]
            if cost <= left:
                best, best_more, best_remainder, best_cost = k, more, remainder, cost
        if best < 0:
            return
        given = account.buying[best, GIVEN] + best_more
        value, fees = _outlay(rules, given, account.buying[best, PAID], t, account.buys[best])
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
        if given <= DUST * wanted:
            given = 0.0
        else:
            price, value, fees = account.buying[k, PAID], account.buying[k, VALUE], account.buying[k, CHARGE]
            _settle(market, rules, account, tracks, t, i, 1, given, price, value, fees)
        open_still = False
        if given < wanted * (1.0 - DUST):
            _reject(tracks, account, t, i, 1, asked, given, CASH)
            open_still = waiting
        elif given < asked * (1.0 - DUST):
            _reject(tracks, account, t, i, 1, asked, given, PARTICIPATION)
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
        quantity = _capped(market, rules, t, i, wanted) if reason < 0 else 0.0
        if quantity < wanted and reason < 0:
            reason = PARTICIPATION
        given = 0.0
        if quantity > 0.0:
            account.buys[0], account.buying[0, WANTED], account.buying[0, GIVEN] = i, quantity, quantity
            account.buying[0, PAID] = _slipped(market, rules, t, i, 1, limit, quantity)
            _ration(rules, account, t, 1, money)
            given = account.buying[0, GIVEN] if account.buying[0, GIVEN] > DUST * quantity else 0.0
        if given > 0.0:
            price, value, fees = account.buying[0, PAID], account.buying[0, VALUE], account.buying[0, CHARGE]
            _settle(market, rules, account, tracks, t, i, 1, given, price, value, fees)
        if reason >= 0:
            _reject(tracks, account, t, i, 1, wanted, given, reason)


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
