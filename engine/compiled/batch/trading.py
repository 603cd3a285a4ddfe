"""One fill pass of the batch kernel: what ``orders.trade`` does, without a log and over the active columns only."""

from __future__ import annotations

import numpy as np

from ..state import MINIMUM, NOTHING, SIZED, STEP, UNSIZED
from .arrays import BUY, CAP, PRICE, SELL, PackedMarket, Work, called, inlined
from .bits import NONE, ONE, lowest
from .money import DUST, counted, fees_added_up, fees_of, goal_of, in_currency, lots_of, slipped, whole_lots


@inlined
def aim_at_fill(sh: PackedMarket, w: Work, t: int, cash: float, owed: float) -> None:
    """Target weights become target shares, at the prices of a fill pass.

    Parameters
    ----------
    sh : PackedMarket
    w : Work
    t : int
        Session.
    cash, owed : float
        Counted; the second is withdrawals that are due.
    """
    equity = in_currency(cash, sh.per_unit)
    for q in range(w.held.size):
        m = w.held[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            m &= m - ONE
            price = sh.cells[t, i, PRICE]
            equity += w.shares[i] * (sh.value[t, i] if np.isnan(price) else price)
    equity = max(0.0, equity - in_currency(owed, sh.per_unit))
    for q in range(w.active.size):
        m = w.active[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            m &= m - ONE
            weight = w.weight[i]
            if np.isnan(weight):
                continue
            w.goal[i] = np.nan
            if weight == 0.0:
                if w.shares[i] > 0.0:
                    w.goal[i] = 0.0
                continue
            price = sh.cells[t, i, PRICE]
            if np.isnan(price):
                price = sh.value[t, i]
            if not np.isnan(price) and sh.last_row[i] >= t:
                w.goal[i] = goal_of(sh, weight, equity, price, w.shares[i])


@called
def ration(sh: PackedMarket, w: Work, t: int, n: int, cash: float) -> None:
    """Cuts the n collected buys to what cash, in currency, covers; ``given``, ``spent`` and ``fees`` are set anew.

    Parameters
    ----------
    sh : PackedMarket
    w : Work
    t : int
        Session.
    n : int
        Buys collected.
    cash : float
        In currency.
    """
    pu, slack = sh.per_unit, 1e-4 * sh.money_step
    value, fees = 0.0, 0.0
    for k in range(n):
        own = in_currency(w.spent[k], pu)
        value += own
        fees += fees_added_up(sh, own, 0, t, sh.board[w.buys[k]])
    needed = value + fees
    if needed <= cash + slack:
        return
    scale = cash / needed
    spent = _scale(sh, w, t, n, scale)
    if spent > cash + slack:
        scale = max(0.0, (cash - fees - n * sh.money_step) / value) if value > 0.0 else 0.0
        spent = _scale(sh, w, t, n, scale)
    _hand_out(sh, w, t, n, scale, cash - spent + slack)
    for k in range(n):
        if w.given[k] > 0.0:
            w.spent[k] = counted(w.given[k] * w.paid[k], pu)
            w.fees[k] = fees_of(sh, in_currency(w.spent[k], pu), 0, t, sh.board[w.buys[k]])


@inlined
def _outlay(sh: PackedMarket, shares: float, price: float, t: int, b: int) -> tuple[float, float]:
    """Value and fees of a buy, in currency; both 0 for no shares."""
    if shares <= 0.0:
        return 0.0, 0.0
    value = in_currency(counted(shares * price, sh.per_unit), sh.per_unit)
    return value, fees_added_up(sh, value, 0, t, b)


@called
def _scale(sh: PackedMarket, w: Work, t: int, n: int, scale: float) -> float:
    """Scales the collected buys; returns what they cost together, in currency, and leaves value and fees of each."""
    spent = 0.0
    for k in range(n):
        b = sh.board[w.buys[k]]
        step = sh.sizes[t, b, STEP]
        if step > 0.0:
            w.given[k] = whole_lots(scale * w.wanted[k], sh.sizes[t, b, MINIMUM], step)
        else:
            w.given[k] = scale * (1.0 - 1e-12) * w.wanted[k]
        w.spent[k], w.fees[k] = _outlay(sh, w.given[k], w.paid[k], t, b)
        spent += w.spent[k] + w.fees[k]
    return spent


@called
def _price_next(sh: PackedMarket, w: Work, t: int, k: int, scale: float) -> None:
    """Leaves in ``got`` what the next lot of a buy costs, NaN for none, and in ``sold`` the remainder it goes by."""
    b, given = sh.board[w.buys[k]], w.given[k]
    step = sh.sizes[t, b, STEP]
    more = max(step, sh.sizes[t, b, MINIMUM]) if given == 0.0 else step
    w.got[k] = np.nan
    if step == 0.0 or given + more > w.wanted[k] * (1.0 + 1e-12):
        return
    w.sold[k] = scale * w.wanted[k] / step - given / step
    value, fees = _outlay(sh, given + more, w.paid[k], t, b)
    w.got[k] = value + fees - w.spent[k] - w.fees[k]


@called
def _hand_out(sh: PackedMarket, w: Work, t: int, n: int, scale: float, left: float) -> None:
    """Spends what rounding down left over, a lot at a time, to the largest remainder first.

    Value and fees of each buy are there. The sales of a leap are done with, so their room is used.
    """
    for k in range(n):
        _price_next(sh, w, t, k, scale)
    while True:
        best, best_remainder = -1, -np.inf
        for k in range(n):
            if w.got[k] <= left and w.sold[k] > best_remainder:
                best, best_remainder = k, w.sold[k]
        if best < 0:
            return
        b = sh.board[w.buys[best]]
        step = sh.sizes[t, b, STEP]
        w.given[best] += max(step, sh.sizes[t, b, MINIMUM]) if w.given[best] == 0.0 else step
        left -= w.got[best]
        w.spent[best], w.fees[best] = _outlay(sh, w.given[best], w.paid[best], t, b)
        _price_next(sh, w, t, best, scale)


@inlined
def _runs_short(sh: PackedMarket, cash: float, value: float, fee: float, t: int, b: int) -> bool:
    """Whether a sale would leave cash below zero; where it leaves nothing, by the last bit of the same sum."""
    left = cash + value - fee
    if left == 0.0 and sh.per_unit != 0.0:
        money = in_currency(value, sh.per_unit)
        left = in_currency(cash, sh.per_unit) + money - fees_added_up(sh, money, 1, t, b)
    return left < 0.0


@called
def trade(
    sh: PackedMarket, w: Work, t: int, cash: float, owed: float, now_open: int
) -> tuple[float, int, float, float, float]:
    """One fill pass: sales, then buys as far as the cash goes.

    Parameters
    ----------
    sh : PackedMarket
    w : Work
        Changed in place.
    t : int
        Session.
    cash, owed : float
        Counted; the second is withdrawals that are due, which buys leave.
    now_open : int
        ``SIZED`` or ``UNSIZED``.

    Returns
    -------
    tuple of float, int, float, float, float
        Cash; what is open now; bought and sold, counted; costs in currency; fills.
    """
    pu = sh.per_unit
    traded, costs, fills = 0.0, 0.0, 0.0
    if now_open == UNSIZED:
        aim_at_fill(sh, w, t, cash, owed)
    n, waiting, still = 0, False, False
    due = 0.0
    for q in range(w.active.size):
        m = w.active[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            bit = m & (~m + ONE)
            m &= m - ONE
            goal, shares = w.goal[i], w.shares[i]
            b = sh.board[i]
            minimum, step = sh.sizes[t, b, MINIMUM], sh.sizes[t, b, STEP]
            if goal < shares:
                wanted = shares if goal == 0.0 else whole_lots(shares - goal, minimum, step)
                w.goal[i] = np.nan
                if wanted <= DUST * shares:
                    continue
                price = sh.cells[t, i, SELL]
                short = np.isnan(price)
                if not short:
                    quantity = min(wanted, sh.cells[t, i, CAP]) if sh.capped else wanted
                    short = quantity < wanted
                    if quantity > 0.0:
                        price = slipped(sh, t, i, -1, quantity, price)
                        value = counted(quantity * price, pu)
                        fee = fees_of(sh, in_currency(value, pu), 1, t, b)
                        if _runs_short(sh, cash, value, fee, t, b):
                            short = True
                        else:
                            cash = max(0.0, cash - (-value + fee))
                            left = max(0.0, shares - quantity)
                            w.shares[i] = left
                            if left == 0.0:
                                w.held[q] &= ~bit
                            traded += value
                            costs += in_currency(fee, pu) + abs(price - sh.cells[t, i, PRICE]) * quantity
                            fills += 1.0
                if short and sh.carry:
                    waiting, still = True, True
                    w.goal[i] = goal
            elif goal >= shares:
                wanted = whole_lots(goal - shares, minimum, step)
                if wanted <= DUST * goal:
                    w.goal[i] = np.nan
                    continue
                price = sh.cells[t, i, BUY]
                quantity = min(wanted, sh.cells[t, i, CAP]) if sh.capped else wanted
                if np.isnan(price) or quantity <= 0.0:
                    if sh.carry:
                        still = True
                    else:
                        w.goal[i] = np.nan
                    continue
                price = slipped(sh, t, i, 1, quantity, price)
                value = counted(quantity * price, pu)
                fee = fees_of(sh, in_currency(value, pu), 0, t, b)
                w.buys[n], w.wanted[n], w.given[n], w.paid[n] = i, quantity, quantity, price
                w.spent[n], w.fees[n] = value, fee
                due += value + fee
                n += 1
    if due > (cash - owed) * (1.0 - 1e-9):
        ration(sh, w, t, n, max(0.0, in_currency(cash, pu) - in_currency(owed, pu)))
    for k in range(n):
        i, given, wanted = w.buys[k], w.given[k], w.wanted[k]
        full = lots_of(sh, w.goal[i] - w.shares[i], t, i) if sh.capped else wanted
        if given <= DUST * wanted:
            given = 0.0
        else:
            cash = max(0.0, cash - (w.spent[k] + w.fees[k]))
            if w.shares[i] == 0.0:
                w.since[i] = t
                w.held[i >> 6] |= ONE << np.uint64(i & 63)
            w.shares[i] += given
            traded += w.spent[k]
            costs += in_currency(w.fees[k], pu) + abs(w.paid[k] - sh.cells[t, i, PRICE]) * given
            fills += 1.0
        again = False
        if given < wanted * (1.0 - DUST):
            again = waiting
        elif given < full * (1.0 - DUST):
            again = sh.carry
        if again:
            still = True
        else:
            w.goal[i] = np.nan
    for q in range(w.active.size):
        kept = w.held[q]
        if still:
            m = w.active[q]
            while m != NONE:
                i = q * 64 + lowest(m)
                bit = m & (~m + ONE)
                m &= m - ONE
                if not np.isnan(w.goal[i]):
                    kept |= bit
        w.active[q] = kept
    return cash, SIZED if still else NOTHING, traded, costs, fills
