"""From target weights to target shares, and from those to orders."""

from __future__ import annotations

import numpy as np

from ..market import arithmetic
from ..record import NO_PRICE
from .booking import reject, reject_ended
from .limits import lots
from .state import ACTIVE, HELD, AccountArrays, MarketArrays, RunRules, Tracks, jitable


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
                reject(tracks, account, t, i, 1, 0.0, 0.0, NO_PRICE)
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
    return wanted if wanted > arithmetic.DUST * shares else 0.0


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
    return wanted if wanted > arithmetic.DUST * account.goal[i] else 0.0
