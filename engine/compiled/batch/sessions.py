"""Sessions of the batch kernel: what happens between two decisions, and a whole run of one variant."""

from __future__ import annotations

import numpy as np

from ..state import NOTHING, SIZED, UNSIZED
from .arrays import (
    BASE,
    EQUAL,
    MARK,
    MAX_AGE,
    MAX_SWAPS,
    SCHEDULE,
    STOP,
    TRAIL,
    Blocks,
    PackedMarket,
    Table,
    Work,
    called,
    inlined,
)
from .bits import NONE, ONE, lowest
from .deciding import aim, find_stopped, leave_stopped, pick, take_given, total_of
from .leap import leap
from .money import counted, in_currency
from .paying import distribute, reinvest
from .trading import trade

LONG = 7
"""Sessions from which on holdings are marked one after the other."""


@inlined
def with_interest(sh: PackedMarket, cash: float, t: int) -> float:
    """Counted cash with what it earned since the session before.

    Parameters
    ----------
    sh : PackedMarket
    cash : float
        Counted.
    t : int
        Session.
    """
    return cash + counted(in_currency(cash, sh.per_unit) * sh.accrual[t], sh.per_unit)


@called
def event(sh: PackedMarket, w: Work, t: int, cash: float) -> tuple[float, float, float]:
    """Dividends, splits, and series that ended with the session before.

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
    tuple of three floats
        Counted cash; how many holdings ended; tax withheld from dividends, in currency.
    """
    ended, tax = 0.0, 0.0
    if sh.dividend.size > 0:
        cash, tax = distribute(sh, w, t, cash)
    for q in range(w.active.size):
        m = w.active[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            m &= m - ONE
            if sh.split[t, i] != 1.0:
                w.shares[i] *= sh.split[t, i]
                w.goal[i] *= sh.split[t, i]
    for q in range(w.active.size):
        m = w.active[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            bit = m & (~m + ONE)
            m &= m - ONE
            if sh.last_row[i] != t - 1:
                continue
            w.goal[i] = np.nan
            if w.shares[i] > 0.0:
                cash += counted(w.shares[i] * (sh.recovery * sh.cells[t, i, MARK]), sh.per_unit)
                w.shares[i] = 0.0
                w.held[q] &= ~bit
                ended += 1.0
    return cash, ended, tax


@inlined
def flow(sh: PackedMarket, w: Work, t: int, cash: float, owed: float) -> tuple[float, float]:
    """Deposits and withdrawals after the close, into ``w.flows`` too; cash and what stays due, both counted.

    Parameters
    ----------
    sh : PackedMarket
    w : Work
    t : int
        Session.
    cash, owed : float
        Counted; the second is withdrawals that are due.
    """
    pu = sh.per_unit
    there, asked = in_currency(cash, pu), in_currency(owed, pu) - sh.flow[t]
    paid = min(there, asked)
    w.flows[t - sh.first] = 0.0 - paid
    return counted(there - paid, pu), counted(asked - paid, pu)


@called
def write_off(sh: PackedMarket, w: Work, t: int) -> float:
    """What has had no bar for too long is given up, its open target with it; how many holdings.

    Parameters
    ----------
    sh : PackedMarket
    w : Work
    t : int
        Session.
    """
    given_up = 0.0
    for q in range(w.held.size):
        m = w.held[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            bit = m & (~m + ONE)
            m &= m - ONE
            if sh.lost[t, i]:
                w.shares[i] = 0.0
                w.goal[i] = np.nan
                w.held[q] &= ~bit
                given_up += 1.0
    return given_up


@inlined
def mark(sh: PackedMarket, w: Work, start: int, stop: int, cash: float) -> float:
    """Equity at the closes of ``start`` to before ``stop``; after ``start`` only interest comes. Returns cash.

    Parameters
    ----------
    sh : PackedMarket
    w : Work
    start, stop : int
        Sessions, ``stop`` not included.
    cash : float
        Counted.
    """
    a, n = 1 - sh.first, 0
    for q in range(w.held.size):
        m = w.held[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            m &= m - ONE
            w.columns[n], w.units[n] = i, w.shares[i]
            n += 1
    money = in_currency(cash, sh.per_unit)
    if sh.earns:
        w.equity[a + start] = money
        for t in range(start + 1, stop):
            cash = with_interest(sh, cash, t)
            w.equity[a + t] = in_currency(cash, sh.per_unit)
    if stop - start > LONG:
        if not sh.earns:
            for t in range(start, stop):
                w.equity[a + t] = money
        for k in range(n):
            i, units = w.columns[k], w.units[k]
            for t in range(start, stop):
                w.equity[a + t] += units * sh.marks[i, t]
    else:
        for t in range(start, stop):
            value = w.equity[a + t] if sh.earns else money
            for k in range(n):
                value += w.units[k] * sh.marks[w.columns[k], t]
            w.equity[a + t] = value
    return cash


@inlined
def worth_early(sh: PackedMarket, w: Work, t: int, cash: float) -> float:
    """What the account is worth, in currency, at the prices that a decision before the close goes by.

    Parameters
    ----------
    sh : PackedMarket
    w : Work
    t : int
        Session.
    cash : float
        Counted.
    """
    equity = in_currency(cash, sh.per_unit)
    for q in range(w.held.size):
        m = w.held[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            m &= m - ONE
            equity += w.shares[i] * sh.known[t, i]
    return equity


@inlined
def follow(  # what is open, and cash, stay in registers through all of it
    sh: PackedMarket, b: Blocks, table: Table, w: Work, v: int
) -> tuple[float, float, float, float, float]:
    """A whole run of one variant; its equity is in ``w.equity`` from 1 on.

    Parameters
    ----------
    sh, b, table, w
    v : int
        Row of the table.

    Returns
    -------
    tuple of five floats
        Of the measured sessions: bought and sold, counted; costs in currency; fills; decisions. Of all: the most that
        was due of withdrawals, in currency.
    """
    for i in range(w.shares.size):
        w.shares[i] = 0.0
        w.goal[i] = np.nan
    for q in range(w.held.size):
        w.held[q] = NONE
        w.active[q] = NONE
        w.stopped[q] = NONE
    watches = table.real[v, STOP] > 0.0 or table.real[v, TRAIL] > 0.0 or table.whole[v, MAX_AGE] > 0
    leaps = table.whole[v, BASE] == EQUAL and table.whole[v, MAX_SWAPS] < 0 and not watches
    leaps = leaps and not sh.size_at_fill and not sh.same_close and sh.impact == 0.0
    if sh.flows:
        for t in range(w.flows.size):
            w.flows[t] = 0.0
    cash, owed, now_open, most_owed = counted(sh.cash, sh.per_unit), 0.0, NOTHING, 0.0
    traded, costs, fills, decisions = 0.0, 0.0, 0.0, 0.0
    w.equity[0] = sh.cash
    k, end = b.starts[table.whole[v, SCHEDULE]], b.starts[table.whole[v, SCHEDULE] + 1]
    t, total = sh.first, np.nan
    while t <= sh.last:
        row = sh.last  # of the next decision
        while k < end:
            total = total_of(b, table, v, b.asked[k])
            if not np.isnan(total):
                row = b.rows[b.asked[k]]
                break
            k += 1
        stop = row
        if watches:
            for q in range(w.active.size):
                if w.active[q] != NONE:
                    stop = t
        planned = k < end and stop == row
        decides = stop < sh.last and (planned or watches)
        while t <= stop:
            if sh.earns and t != sh.first:
                cash = with_interest(sh, cash, t)
            happens = sh.next_event[t] == t
            counts = 1.0 if t >= sh.measured else 0.0
            if happens:
                cash, ended, tax = event(sh, w, t, cash)
                fills += counts * ended
                costs += counts * tax
                if sh.reinvests:
                    cash, more_traded, more_costs, more_fills = reinvest(sh, w, t, cash, owed)
                    traded += counts * more_traded
                    costs += counts * more_costs
                    fills += counts * more_fills
            later = sh.same_close and decides and t == stop
            last = sh.same_close and not sh.early
            for step in range(2):
                if step == int(last) and now_open != NOTHING and not later:
                    cash, now_open, more_traded, more_costs, more_fills = trade(sh, w, t, cash, owed, now_open)
                    traded += counts * more_traded
                    costs += counts * more_costs
                    fills += counts * more_fills
                if step == 1 or (sh.early and later):
                    continue
                if happens and sh.lost.size > 0:
                    fills += counts * write_off(sh, w, t)
                if sh.flows and (happens or owed > 0.0):
                    cash, owed = flow(sh, w, t, cash, owed)
                    most_owed = max(most_owed, owed)
            quiet = t + 1
            if now_open == NOTHING and owed == 0.0:
                quiet = max(quiet, min(stop + 1, sh.next_event[t + 1]))
            cash = mark(sh, w, t, quiet, cash)
            t = quiet
        if not decides:
            continue
        t = stop
        equity = worth_early(sh, w, t, cash) if sh.early else w.equity[1 + t - sh.first]
        counts = 1.0 if t >= sh.measured else 0.0
        fired = watches and find_stopped(b, table, w, v, t)
        jumped = False
        at_ease = now_open == NOTHING and owed == 0.0
        if planned and leaps and total > 0.0 and at_ease and sh.next_event[t + 1] != t + 1:
            paid = with_interest(sh, cash, t + 1) if sh.earns else cash
            paid, more_traded, more_costs, more_fills = leap(sh, b, table, w, v, b.asked[k], total, paid)
            if more_fills >= 0.0:
                jumped = True
                decisions += counts
                counts = 1.0 if t + 1 >= sh.measured else 0.0
                traded += counts * more_traded
                costs += counts * more_costs
                fills += counts * more_fills
                k += 1
                ahead = sh.last
                if k < end:
                    ahead = b.rows[b.asked[k]]
                quiet = max(t + 2, min(ahead + 1, sh.next_event[t + 2]))
                cash = mark(sh, w, t + 1, quiet, paid)
                t = quiet
        if jumped:
            continue
        if planned:
            if b.given.size > 0:
                if leaps:  # what was tried in one go is forgotten
                    for q in range(w.active.size):
                        w.active[q] |= w.held[q]
                take_given(b, w, v, b.asked[k])
            else:
                pick(b, table, w, v, b.asked[k], total)
            k += 1
        elif fired:
            leave_stopped(w)
        if planned or fired:
            decisions += counts
            aim(sh, w, t, max(0.0, equity - in_currency(owed, sh.per_unit)))
            now_open = UNSIZED if sh.size_at_fill else SIZED
        if sh.same_close and now_open != NOTHING:
            cash, now_open, more_traded, more_costs, more_fills = trade(sh, w, t, cash, owed, now_open)
            traded += counts * more_traded
            costs += counts * more_costs
            fills += counts * more_fills
            cash = mark(sh, w, t, t + 1, cash)
        happens = sh.next_event[t] == t
        if sh.early and (happens or owed > 0.0):
            if sh.lost.size > 0:
                fills += counts * write_off(sh, w, t)
            if sh.flows:
                cash, owed = flow(sh, w, t, cash, owed)
                most_owed = max(most_owed, owed)
            cash = mark(sh, w, t, t + 1, cash)
        t += 1
    return traded, costs, fills, decisions, in_currency(most_owed, sh.per_unit)
