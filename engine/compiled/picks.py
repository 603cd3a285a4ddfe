"""What a plan decides, given what is held: who stays, who joins, and which exits fire."""

from __future__ import annotations

import numpy as np

from ..strategy import Plan
from .state import ACTIVE, HELD, AccountArrays, MarketArrays, jitable


@jitable
def pick(plan: Plan, account: AccountArrays, d: int) -> None:
    """Target weights of decision ``d``, by the rule of ``Plan``; ``picked_weights`` in the strategies is its twin.

    Parameters
    ----------
    plan : Plan
    account : AccountArrays
        Its ``weight`` is set.
    d : int
        Decision.
    """
    row, top = plan.rows[d], plan.top[d]
    for i in range(account.weight.size):
        account.weight[i] = 0.0
    if plan.total[d] == 0.0:
        return
    held, within = _held_by_rank(plan, account, d)
    spared = 0  # how many that could leave must stay, as only so many may be swapped
    if plan.max_swaps >= 0:
        for k in range(within, held):
            spared += int(row - account.since[account.picked[k]] >= plan.min_hold)
        spared -= plan.max_swaps
    n, left, base = 0, 0, 0.0
    for k in range(held):
        if n == top:
            break
        i = account.picked[k]
        if k >= within and row - account.since[i] >= plan.min_hold:
            left += 1
            if left > spared:
                continue
        account.picked[n] = i
        base += plan.base[d, i]
        n += 1
    for r in range(plan.order.shape[1]):
        i = plan.order[d, r]
        if i < 0 or n == top:
            break
        if account.stopped[i] or account.shares[i] > 0.0:
            continue
        account.picked[n] = i
        base += plan.base[d, i]
        n += 1
    for k in range(n):
        i = account.picked[k]
        account.weight[i] = plan.total[d] * plan.base[d, i] / base


@jitable
def _held_by_rank(plan: Plan, account: AccountArrays, d: int) -> tuple[int, int]:
    """Puts what is held and ranked, but for what is stopped, into ``picked``; how many, and how many up to ``keep``."""
    n, within, seen = 0, 0, 0
    for r in range(plan.order.shape[1]):
        i = plan.order[d, r]
        if i < 0 or seen == account.state[HELD]:
            break
        if account.shares[i] > 0.0:
            seen += 1
            if not account.stopped[i]:
                account.picked[n] = i
                n += 1
                within += int(r < plan.keep[d])
    return n, within


@jitable
def find_stopped(plan: Plan, account: AccountArrays, row: int) -> bool:
    """Marks the holdings whose exit fires at the close of a session; asked in every session.

    Parameters
    ----------
    plan : Plan
    account : AccountArrays
        Its ``stopped`` and ``peak`` are set.
    row : int
        Session.

    Returns
    -------
    bool
        Whether any does.
    """
    fired = False
    for k in range(account.state[ACTIVE]):
        i = account.active[k]
        account.stopped[i] = False
        since = account.since[i]
        if since < 0:
            continue
        price = plan.price[row, i]
        if since >= row - 1:  # bought at the close of the session before, a holding has not been looked at yet
            account.peak[i] = plan.price[since, i]
        account.peak[i] = max(account.peak[i], price)
        stop = plan.stop > 0.0 and price <= (1.0 - plan.stop) * plan.price[since, i]
        trail = plan.trail > 0.0 and price <= (1.0 - plan.trail) * account.peak[i]
        old = plan.max_age > 0 and row - since >= plan.max_age
        if stop or trail or old:
            account.stopped[i] = True
            fired = True
    return fired


@jitable
def leave_stopped(account: AccountArrays) -> None:
    """The weights of an exit: 0 for what is stopped, NaN for all that is left alone."""
    for i in range(account.weight.size):
        account.weight[i] = 0.0 if account.stopped[i] else np.nan


@jitable
def held_weight(market: MarketArrays, account: AccountArrays, row: int, i: int, equity: float) -> float:
    """Fraction of equity that a symbol is, at the price that the decision goes by.

    Parameters
    ----------
    market : MarketArrays
    account : AccountArrays
    row, i : int
        Session and column.
    equity : float
        In currency.
    """
    if account.shares[i] > 0.0:
        weight: float = account.shares[i] * market.known[row, i] / equity
        return weight
    return 0.0
