"""What a variant decides, given what is held: the twin of ``picks`` over the active columns only."""

from __future__ import annotations

import numpy as np

from .arrays import (
    BASE,
    CLOSE,
    EQUAL,
    EXPOSURE,
    INVESTED,
    MAX_AGE,
    MAX_SWAPS,
    MIN_HOLD,
    PICK,
    RANKING,
    STOP,
    TRAIL,
    Blocks,
    PackedMarket,
    Table,
    Work,
    inlined,
)
from .bits import NONE, ONE, lowest
from .money import goal_of


@inlined
def total_of(b: Blocks, table: Table, v: int, u: int) -> float:
    """What a variant invests by its decision ``u``; NaN where it does not decide.

    Parameters
    ----------
    b : Blocks
    table : Table
    v : int
        Variant, a row of the table.
    u : int
        Position of a decision in ``b.rows``.
    """
    total = b.total[table.whole[v, EXPOSURE], u] * table.real[v, INVESTED]
    if total != 0.0 and b.order[table.whole[v, RANKING], u, 0] < 0:
        return np.nan
    return total  # type: ignore[no-any-return]


@inlined
def forget_targets(w: Work) -> None:
    """What was open is superseded: only what is held stays active, with a weight of 0."""
    for q in range(w.active.size):
        m = w.active[q] | w.held[q]
        w.active[q] = w.held[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            m &= m - ONE
            w.goal[i] = np.nan
            w.weight[i] = 0.0


@inlined
def pick(b: Blocks, table: Table, w: Work, v: int, u: int, total: float) -> None:
    """Target weights of decision ``u`` in session ``b.rows[u]``; 0 for what is to go.

    Parameters
    ----------
    b : Blocks
    table : Table
    w : Work
    v : int
        Variant, a row of the table.
    u : int
        Position of a decision in ``b.rows``.
    total : float
        What is invested, in [0, 1].
    """
    forget_targets(w)
    if total == 0.0:
        return
    s, o, row = table.whole[v, RANKING], table.whole[v, BASE], b.rows[u]
    top, keep = b.top[table.whole[v, PICK], u], b.keep[table.whole[v, PICK], u]
    min_hold, max_swaps = table.whole[v, MIN_HOLD], table.whole[v, MAX_SWAPS]
    k = 0
    for q in range(w.held.size):  # what is held and ranked, the best first
        m = w.held[q] & ~w.stopped[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            m &= m - ONE
            r = b.rank[s, u, i]
            if r == 0:
                continue
            j = k
            while j > 0 and b.rank[s, u, w.columns[j - 1]] > r:
                w.columns[j] = w.columns[j - 1]
                j -= 1
            w.columns[j] = i
            k += 1
    spared = 0
    if max_swaps >= 0:
        for j in range(k):
            i = w.columns[j]
            if b.rank[s, u, i] > keep and row - w.since[i] >= min_hold:
                spared += 1
        spared -= max_swaps
    n, left, base = 0, 0, 0.0
    for j in range(k):
        if n == top:
            break
        i = w.columns[j]
        if b.rank[s, u, i] > keep and row - w.since[i] >= min_hold:
            left += 1
            if left > spared:
                continue
        own = 1.0 if o == EQUAL else b.base[o, u, i]
        w.weight[i] = own
        base += own
        n += 1
    r = 0
    while n < top and r < b.order.shape[2]:
        i = int(b.order[s, u, r])
        r += 1
        if i < 0:
            break
        q, bit = i >> 6, ONE << np.uint64(i & 63)
        if (w.held[q] & bit) != NONE:
            continue
        own = 1.0 if o == EQUAL else b.base[o, u, i]
        w.weight[i] = own
        w.goal[i] = np.nan
        w.active[q] |= bit
        base += own
        n += 1
    for q in range(w.active.size):
        m = w.active[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            m &= m - ONE
            if w.weight[i] > 0.0:
                w.weight[i] = total * w.weight[i] / base


@inlined
def take_given(b: Blocks, w: Work, v: int, u: int) -> None:
    """Target weights of decision ``u`` that are told; NaN leaves a series, and its open order, alone.

    Parameters
    ----------
    b : Blocks
    w : Work
    v : int
        Variant, a row of the table.
    u : int
        Position of a decision in ``b.rows``.
    """
    for i in range(w.weight.size):
        weight = b.given[v, u, i]
        q, bit = i >> 6, ONE << np.uint64(i & 63)
        if (w.active[q] & bit) == NONE:
            if not weight > 0.0:  # not held, no order open
                continue
            w.active[q] |= bit
            w.goal[i] = np.nan
        w.weight[i] = weight


@inlined
def aim(sh: PackedMarket, w: Work, t: int, equity: float) -> None:
    """Target weights become target shares, at the closes of a session; ``equity`` in currency.

    Parameters
    ----------
    sh : PackedMarket
    w : Work
    t : int
        Session.
    equity : float
        In currency.
    """
    for q in range(w.active.size):
        m = w.active[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            m &= m - ONE
            weight = w.weight[i]
            if np.isnan(weight):
                continue
            if weight == 0.0:
                w.goal[i] = 0.0 if w.shares[i] > 0.0 else np.nan
                continue
            price = sh.near[t, i, CLOSE]
            if np.isnan(price) or sh.last_row[i] < t:
                w.goal[i], w.weight[i] = np.nan, 0.0
                continue
            w.goal[i] = goal_of(sh, weight, equity, price, w.shares[i])


@inlined
def find_stopped(b: Blocks, table: Table, w: Work, v: int, row: int) -> bool:
    """Marks the holdings whose exit fires at the close of a session; whether any does. Asked in every session.

    Parameters
    ----------
    b : Blocks
    table : Table
    w : Work
    v : int
        Variant, a row of the table.
    row : int
        Session.
    """
    stop, trail, max_age = table.real[v, STOP], table.real[v, TRAIL], table.whole[v, MAX_AGE]
    fired = False
    for q in range(w.held.size):
        m = w.held[q]
        w.stopped[q] = NONE
        while m != NONE:
            i = q * 64 + lowest(m)
            bit = m & (~m + ONE)
            m &= m - ONE
            since, price = w.since[i], b.price[row, i]
            if since >= row - 1:  # bought at the close of the session before, it has not been looked at yet
                w.peak[i] = b.price[since, i]
            w.peak[i] = max(w.peak[i], price)
            fell = stop > 0.0 and price <= (1.0 - stop) * b.price[since, i]
            trailed = trail > 0.0 and price <= (1.0 - trail) * w.peak[i]
            if fell or trailed or (max_age > 0 and row - since >= max_age):
                w.stopped[q] |= bit
                fired = True
    return fired


@inlined
def leave_stopped(w: Work) -> None:
    """The weights of an exit: 0 for what is stopped, NaN for all that is left alone."""
    for q in range(w.active.size):
        m = w.active[q]
        while m != NONE:
            i = q * 64 + lowest(m)
            bit = m & (~m + ONE)
            m &= m - ONE
            w.weight[i] = 0.0 if (w.stopped[q] & bit) != NONE else np.nan
