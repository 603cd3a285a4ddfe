"""Dividends of the batch kernel: paid in cash before the open, and what they brought reinvested at it.

What a sale owes beside what is withheld goes by how long each share was held, which this kernel does not keep: runs in
which that matters are not its own (``packed.why_not``).
"""

from __future__ import annotations

import numpy as np

from .arrays import BUY, CAP, PRICE, PackedMarket, Work, called
from .bits import NONE, ONE, lowest
from .money import DUST, counted, fees_of, in_currency, lots_of, slipped
from .trading import ration


@called
def distribute(sh: PackedMarket, w: Work, t: int, cash: float) -> tuple[float, float]:
    """Dividends become cash, less what is withheld; what each brought is left in ``w.received`` to be reinvested.

    Parameters
    ----------
    sh : PackedMarket
    w : Work
    t : int
        Session.
    cash : float
        Counted.

    Returns
    -------
    tuple of two floats
        Counted cash; tax withheld, in currency.
    """
    pu, tax = sh.per_unit, 0.0
    for i in range(w.received.size):
        w.received[i] = 0.0
    for q in range(w.held.size):
        m = w.held[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            m &= m - ONE
            dividend = sh.dividend[t, i]
            if dividend <= 0.0:
                continue
            value = counted(w.shares[i] * dividend, pu)
            withheld = counted(in_currency(value, pu) * sh.withheld[t, i], pu)
            cash += value - withheld
            tax += in_currency(withheld, pu)
            w.received[i] = in_currency(value, pu) - in_currency(withheld, pu)
    return cash, tax


@called
def reinvest(sh: PackedMarket, w: Work, t: int, cash: float, owed: float) -> tuple[float, float, float, float]:
    """Each dividend of the session buys its own series, as far as it goes; not where an order of it is open.

    Parameters
    ----------
    sh : PackedMarket
    w : Work
    t : int
        Session.
    cash, owed : float
        Counted; the second is withdrawals that are due.

    Returns
    -------
    tuple of four floats
        Cash; bought, counted; costs in currency; fills.
    """
    pu = sh.per_unit
    traded, costs, fills = 0.0, 0.0, 0.0
    for i in range(w.received.size):
        there = max(0.0, in_currency(cash, pu) - in_currency(owed, pu))
        money, w.received[i] = min(w.received[i], there), 0.0
        price = sh.cells[t, i, BUY]
        if money <= 0.0 or not np.isnan(w.goal[i]) or np.isnan(price):
            continue
        wanted = lots_of(sh, money / sh.cells[t, i, PRICE], t, i)
        quantity = min(wanted, sh.cells[t, i, CAP]) if sh.capped else wanted
        if quantity <= 0.0:
            continue
        price = slipped(sh, t, i, 1, quantity, price)
        w.buys[0], w.wanted[0], w.given[0], w.paid[0] = i, quantity, quantity, price
        w.spent[0] = counted(quantity * price, pu)
        w.fees[0] = fees_of(sh, in_currency(w.spent[0], pu), 0, t, sh.board[i])
        ration(sh, w, t, 1, money)
        given = w.given[0]
        if given <= DUST * quantity:
            continue
        cash = max(0.0, cash - (w.spent[0] + w.fees[0]))
        if w.shares[i] == 0.0:
            w.since[i] = t
            w.held[i >> 6] |= ONE << np.uint64(i & 63)
            w.active[i >> 6] |= ONE << np.uint64(i & 63)
        w.shares[i] += given
        traded += w.spent[0]
        costs += in_currency(w.fees[0], pu) + abs(price - sh.cells[t, i, PRICE]) * given
        fills += 1.0
    return cash, traded, costs, fills
