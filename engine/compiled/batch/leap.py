"""The usual case in one go: pick, aim and the next fill pass, where nothing is in the way of any order."""

from __future__ import annotations

import numpy as np

from ..state import MINIMUM, STEP
from .arrays import (
    CAP,
    CLOSE,
    MIN_HOLD,
    NEXT_BUY,
    NEXT_PRICE,
    PICK,
    RANKING,
    Blocks,
    PackedMarket,
    Table,
    Work,
    inlined,
)
from .bits import NONE, ONE, lowest
from .money import DUST, counted, fees_of, goal_of, in_currency
from .trading import ration

UNDONE = -1.0


@inlined
def _chosen(b: Blocks, table: Table, w: Work, v: int, u: int) -> int:
    """Makes active what a variant picks, and says how many they are; -1 where more stay than may."""
    row = b.rows[u]
    s, min_hold = table.whole[v, RANKING], table.whole[v, MIN_HOLD]
    top, keep = b.top[table.whole[v, PICK], u], b.keep[table.whole[v, PICK], u]
    n = 0
    for q in range(w.held.size):
        m = w.held[q]
        stays = NONE
        while m != NONE:
            i = q * 64 + lowest(m)
            bit = m & (~m + ONE)
            m &= m - ONE
            r = b.rank[s, u, i]
            kept = (r != 0) & ((r <= keep) | (row - w.since[i] < min_hold))
            stays |= bit if kept else NONE
            n += int(kept)
        w.active[q] = stays
    if n > top:
        return -1
    r = 0
    while n < top and r < b.order.shape[2]:
        i = int(b.order[s, u, r])
        r += 1
        if i < 0:
            break
        q, bit = i >> 6, ONE << np.uint64(i & 63)
        if (w.held[q] & bit) != NONE:
            continue
        w.active[q] |= bit
        n += 1
    return n


@inlined
def _given(b: Blocks, w: Work, v: int, u: int) -> int:
    """Makes active what is given a weight, and says how many they are; -1 where something is to be left alone."""
    n, whole = 0, True
    for q in range(w.held.size):
        w.active[q] = NONE
    for i in range(w.weight.size):
        weight = b.given[v, u, i]
        w.weight[i] = weight
        whole &= not np.isnan(weight)
        if weight > 0.0:
            w.active[i >> 6] |= ONE << np.uint64(i & 63)
            n += 1
    return n if whole else -1


@inlined
def leap(  # one pass over registers is the point of it
    sh: PackedMarket, b: Blocks, table: Table, w: Work, v: int, u: int, total: float, cash: float
) -> tuple[float, float, float, float]:
    """Decides in session ``b.rows[u]`` and trades in the next.

    For equal weights and for given ones, orders sized at the decision, no impact, no exits or swaps, nothing open, and
    a next session without splits, ends or write-offs. Where an order would be blocked, capped or run short of cash, or
    a given decision leaves something alone, nothing is done.

    Parameters
    ----------
    sh, b, table, w
    v, u : int
        Variant and decision.
    total : float
        What is invested, > 0.
    cash : float
        Counted, with the interest of the next session.

    Returns
    -------
    tuple of four floats
        Cash; bought and sold, counted; costs in currency; fills, or ``UNDONE``.
    """
    pu, row = sh.per_unit, b.rows[u]
    t = row + 1
    told = b.given.size > 0
    n = _given(b, w, v, u) if told else _chosen(b, table, w, v, u)
    if n < 0:
        return cash, 0.0, 0.0, UNDONE
    equity = w.equity[1 + row - sh.first]
    weight = total * 1.0 / float(n) if n > 0 else 0.0
    money = weight * equity
    sales, buys, odd = 0, 0, False
    for q in range(w.held.size):
        picked = w.active[q]
        m = w.held[q] | picked
        while m != NONE:
            i = q * 64 + lowest(m)
            bit = m & (~m + ONE)
            m &= m - ONE
            wanted = (picked & bit) != NONE
            shares, price = w.shares[i] if (w.held[q] & bit) != NONE else 0.0, sh.near[row, i, CLOSE]
            odd |= wanted & (np.isnan(price) | (sh.last_row[i] < row))
            if told:
                weight = w.weight[i]
                money = weight * equity
            goal = money / price if wanted else 0.0
            if sh.no_trade > 0.0 and wanted:
                goal = goal_of(sh, weight, equity, price, shares)
            apart = goal - shares
            sells = apart < 0.0
            size, c = abs(apart), sh.board[i]
            step = sh.sizes[t, c, STEP]
            if step != 0.0:
                whole = np.floor(size / step + 1e-9) * step
                size = whole if whole >= sh.sizes[t, c, MINIMUM] else 0.0
            size = size if wanted else shares
            size = size if size > DUST * (shares if sells else goal) else 0.0
            trades = size > 0.0
            fill = sh.near[row, i, NEXT_BUY + int(sells)]
            odd |= trades & np.isnan(fill)
            if sh.capped:
                odd |= trades & (size > sh.cells[t, i, CAP])
            w.sells[sales], w.sold[sales], w.got[sales] = i, size, fill
            w.buys[buys], w.wanted[buys], w.paid[buys] = i, size, fill
            sales += int(trades & sells)
            buys += int(trades & (not sells))
    if odd:
        return cash, 0.0, 0.0, UNDONE
    before, traded, costs = cash, 0.0, 0.0
    for k in range(sales):
        i, size, price = w.sells[k], w.sold[k], w.got[k]
        value = counted(size * price, pu)
        fee = fees_of(sh, in_currency(value, pu), 1, t, sh.board[i])
        odd |= cash + value - fee <= 0.0
        cash = max(0.0, cash - (-value + fee))
        traded += value
        costs += in_currency(fee, pu) + abs(price - sh.near[row, i, NEXT_PRICE]) * size
    if odd:
        return before, 0.0, 0.0, UNDONE
    for k in range(sales):
        i = w.sells[k]
        left = max(0.0, w.shares[i] - w.sold[k])
        w.shares[i] = left
        if left == 0.0:
            w.held[i >> 6] &= ~(ONE << np.uint64(i & 63))
    due = 0.0
    for k in range(buys):
        value = counted(w.wanted[k] * w.paid[k], pu)
        fee = fees_of(sh, in_currency(value, pu), 0, t, sh.board[w.buys[k]])
        w.given[k], w.spent[k], w.fees[k] = w.wanted[k], value, fee
        due += value + fee
    if due > cash * (1.0 - 1e-9):
        ration(sh, w, t, buys, in_currency(cash, pu))
    fills = float(sales)
    for k in range(buys):
        i, given = w.buys[k], w.given[k]
        if given <= DUST * w.wanted[k]:
            continue
        cash = max(0.0, cash - (w.spent[k] + w.fees[k]))
        if w.shares[i] == 0.0:
            w.since[i] = t
            w.held[i >> 6] |= ONE << np.uint64(i & 63)
        w.shares[i] += given
        traded += w.spent[k]
        costs += in_currency(w.fees[k], pu) + abs(w.paid[k] - sh.near[row, i, NEXT_PRICE]) * given
        fills += 1.0
    for q in range(w.held.size):
        w.active[q] = w.held[q]
    return cash, traded, costs, fills
