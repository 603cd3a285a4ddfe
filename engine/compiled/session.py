"""The compiled engine's loops: a whole run without a Python object per bar.

Every function is plain Python; ``simulate_nb`` and its companions at the end are the same functions compiled. What they
do, and in which order, is ``docs/session.md``; names there and here are the same.
"""

from __future__ import annotations

import numpy as np

from ..market import arithmetic
from ..record import DIVIDEND, ENDED, WRITTEN_OFF
from ..strategy import Plan
from .booking import forget_lots, log_fill, reject_ended
from .orders import reinvest, trade
from .picks import find_stopped, held_weight, leave_stopped, pick
from .state import (
    ACTIVE,
    DECISIONS,
    HELD,
    NOTHING,
    OPEN,
    SIZED,
    STEP,
    UNSIZED,
    AccountArrays,
    MarketArrays,
    RunRules,
    Tracks,
    compiled,
    jitable,
)
from .targets import aim, list_active, list_held


@jitable
def _earn(rules: RunRules, account: AccountArrays, tracks: Tracks, t: int) -> None:
    """What cash earned since the session before."""
    if not rules.earns or t == tracks.first:
        return
    interest = arithmetic.round_half_up(account.cash[0] * rules.accrual[t], rules.money_step)
    account.cash[0] = arithmetic.round_half_up(account.cash[0] + interest, rules.money_step)
    tracks.interest[t - tracks.first] = interest


@jitable
def _distribute(market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, t: int) -> None:
    """Dividends become cash, less what is withheld at once; what a sale may owe beside it is noted with each buy."""
    if market.dividend.size == 0:
        return
    for k in range(account.state[HELD]):
        i = account.held[k]
        shares, dividend = account.shares[i], market.dividend[t, i]
        if dividend <= 0.0 or shares <= 0.0:
            continue
        longer = rules.dividend_tax[t - 1, i, 2]
        value = arithmetic.round_half_up(shares * dividend, rules.money_step)
        withheld = arithmetic.round_half_up(value * longer, rules.money_step)
        account.cash[0] = arithmetic.round_half_up(account.cash[0] + value - withheld, rules.money_step)
        account.received[i] = value - withheld
        for r in range(t - tracks.first):
            for term in range(2):
                more = rules.dividend_tax[t - 1, i, term] - longer
                account.owed[r, i, term] += account.lots[r, i] * dividend * more
        if tracks.logged:
            log_fill(rules, account, tracks, t, i, DIVIDEND, shares, dividend, value, 0.0, withheld)


@jitable
def _rescale(market: MarketArrays, account: AccountArrays, tracks: Tracks, t: int) -> None:
    """Splits and distributions: the holding and the open target in new shares."""
    for k in range(account.state[ACTIVE]):
        i = account.active[k]
        if market.split[t, i] != 1.0:
            account.shares[i] *= market.split[t, i]
            account.goal[i] *= market.split[t, i]
            if account.lots.size > 0:
                for r in range(t - tracks.first):
                    account.lots[r, i] *= market.split[t, i]


@jitable
def _terminate(market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, t: int) -> None:
    """Series that ended with the session before turn into cash at their last close."""
    for k in range(account.state[ACTIVE]):
        i = account.active[k]
        if market.last_row[i] != t - 1:
            continue
        shares = account.shares[i]
        noise = arithmetic.DUST * account.goal[i] if rules.sizes[t, rules.board[i], STEP] == 0.0 else 0.0
        # Before the shares of a decision are fixed, only what it left alone has a goal of its own.
        sized = account.state[OPEN] == SIZED or (account.state[OPEN] == UNSIZED and np.isnan(account.weight[i]))
        if sized and account.goal[i] - shares > noise:
            reject_ended(rules, account, tracks, t, i, account.goal[i])
        account.goal[i] = np.nan
        if shares > 0.0:
            price = rules.recovery * market.marks[i, t]
            value = arithmetic.round_half_up(shares * price, rules.money_step)
            account.cash[0] = arithmetic.round_half_up(account.cash[0] + value, rules.money_step)
            account.shares[i] = 0.0
            account.since[i] = -1
            forget_lots(account, i)
            if tracks.logged:
                log_fill(rules, account, tracks, t, i, ENDED, shares, price, value, 0.0, 0.0)
    list_held(account)


@jitable
def _write_off(market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, t: int) -> None:
    """What has had no bar for too long is given up, its open target with it."""
    if market.lost.size == 0:
        return
    for k in range(account.state[ACTIVE]):
        i = account.active[k]
        shares = account.shares[i]
        if not market.lost[t, i] or shares <= 0.0:
            continue
        account.shares[i] = 0.0
        account.since[i] = -1
        account.goal[i] = np.nan
        forget_lots(account, i)
        if tracks.logged:
            log_fill(rules, account, tracks, t, i, WRITTEN_OFF, shares, 0.0, 0.0, 0.0, 0.0)
    list_held(account)


@jitable
def _flow(rules: RunRules, account: AccountArrays, tracks: Tracks, t: int) -> None:
    """Deposits and withdrawals after the close; what cash can't pay stays due."""
    owed = account.due[0] - rules.flow[t]
    paid = min(account.cash[0], owed)
    account.cash[0] = arithmetic.round_half_up(account.cash[0] - paid, rules.money_step)
    account.due[0] = arithmetic.round_half_up(owed - paid, rules.money_step)
    tracks.flows[t - tracks.first] = 0.0 - paid  # no -0.0


@jitable
def mark(market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, start: int, stop: int) -> None:
    """Writes the account's value at the closes of ``start`` to before ``stop``; after ``start`` only interest comes.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    account : AccountArrays
        Its cash may earn interest.
    tracks : Tracks
        Written to.
    start, stop : int
        Sessions, without the last.
    """
    shift = tracks.first
    for t in range(start, stop):
        if rules.earns and t > start:
            _earn(rules, account, tracks, t)
        tracks.cash[t - shift] = account.cash[0]
        tracks.equity[t - shift] = account.cash[0]
    for k in range(account.state[HELD]):
        i = account.held[k]
        shares = account.shares[i]
        for t in range(start, stop):
            tracks.equity[t - shift] += shares * market.marks[i, t]
    if not tracks.logged:
        return
    if rules.same_close:  # its last session may have been marked before it was traded in
        for k in range(account.state[ACTIVE]):
            tracks.shares[account.active[k], start - shift] = 0.0
    for k in range(account.state[HELD]):
        i = account.held[k]
        for t in range(start, stop):
            tracks.shares[i, t - shift] = account.shares[i]


def run_sessions(
    market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, start: int, stop: int, decides: bool
) -> None:
    """Sessions up to the mark of the last of them.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    account : AccountArrays
        Changed in place.
    tracks : Tracks
        Written to.
    start, stop : int
        Both included.
    decides : bool
        Whether a decision follows in ``stop``.
    """
    eventful = market.eventful
    t = start
    while t <= stop:
        _earn(rules, account, tracks, t)
        if eventful[t]:
            _distribute(market, rules, account, tracks, t)
            _rescale(market, account, tracks, t)
            _terminate(market, rules, account, tracks, t)
            if rules.reinvests:
                reinvest(market, rules, account, tracks, t)
        later = rules.same_close and decides and t == stop
        last = rules.same_close and not rules.early  # the fill pass comes after all else, decided or not
        if account.state[OPEN] != NOTHING and not later and not last:
            trade(market, rules, account, tracks, t)
        if eventful[t] and not (rules.early and later):
            _write_off(market, rules, account, tracks, t)
        if rules.flows and not (rules.early and later):
            _flow(rules, account, tracks, t)
        if account.state[OPEN] != NOTHING and last and not later:
            trade(market, rules, account, tracks, t)
        quiet = t + 1
        if account.state[OPEN] == NOTHING and not rules.flows:
            while quiet <= stop and not eventful[quiet]:
                quiet += 1
        mark(market, rules, account, tracks, t, quiet)
        t = quiet


@jitable
def decision_equity(market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, row: int) -> float:
    """What the account is worth at the prices that the decision in a session goes by.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    account : AccountArrays
    tracks : Tracks
    row : int
        Session.
    """
    if not rules.early:
        return tracks.equity[row - tracks.first]  # type: ignore[no-any-return]
    equity: float = account.cash[0]
    for k in range(account.state[HELD]):
        equity += account.shares[account.held[k]] * market.known[row, account.held[k]]
    return equity


@jitable
def _trade_late(market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, row: int) -> None:
    """The fill pass after the decision of its session, what was put off for it, and the mark."""
    if account.state[OPEN] != NOTHING:
        trade(market, rules, account, tracks, row)
    if rules.early and market.eventful[row]:
        _write_off(market, rules, account, tracks, row)
    if rules.early and rules.flows:
        _flow(rules, account, tracks, row)
    mark(market, rules, account, tracks, row, row + 1)


@jitable
def _set_target(
    market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, row: int, planned: int
) -> None:
    """Logs the decision ``account.weight``, NaN for what is left alone, and makes it the open target."""
    equity = decision_equity(market, rules, account, tracks, row)
    list_active(account)
    if tracks.logged:
        d = account.state[DECISIONS]
        tracks.decided[d], tracks.planned[d] = row, planned
        for k in range(account.state[ACTIVE]):
            i = account.active[k]
            held = held_weight(market, account, row, i, equity)
            tracks.held[d, i] = held
            tracks.target[d, i] = held if np.isnan(account.weight[i]) else account.weight[i]
        account.state[DECISIONS] = d + 1
    aim(market, rules, account, tracks, row, max(0.0, equity - account.due[0]), False)
    account.state[OPEN] = UNSIZED if rules.size_at_fill else SIZED


@jitable
def choose(plan: Plan, account: AccountArrays, t: int, d: int, planned: bool) -> bool:
    """What a plan wants after the close of a session, into ``account.weight``; whether it wants anything.

    Parameters
    ----------
    plan : Plan
    account : AccountArrays
        Its ``weight``, ``stopped`` and ``peak`` are set.
    t : int
        Session.
    d : int
        Decision, where there is one.
    planned : bool
        Whether there is; otherwise only its exits are looked at.
    """
    fired = find_stopped(plan, account, t)
    if planned:
        pick(plan, account, d)
    elif fired:
        leave_stopped(account)
    return planned or fired


def take_decision(
    market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, row: int, planned: int
) -> None:
    """What follows the close of a session when ``account.weight`` was decided on.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    account : AccountArrays
        Changed in place.
    tracks : Tracks
        Written to.
    row : int
        Session.
    planned : int
        Which decision of a plan, or -1.
    """
    _set_target(market, rules, account, tracks, row, planned)
    if rules.same_close:
        _trade_late(market, rules, account, tracks, row)


def skip_decision(market: MarketArrays, rules: RunRules, account: AccountArrays, tracks: Tracks, row: int) -> None:
    """``row`` could have decided and did not: what is open goes on, which same-close runs have held back.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    account : AccountArrays
        Changed in place.
    tracks : Tracks
        Written to.
    row : int
        Session.
    """
    if rules.same_close:
        _trade_late(market, rules, account, tracks, row)


def simulate(
    market: MarketArrays, rules: RunRules, plan: Plan, account: AccountArrays, tracks: Tracks, last: int
) -> None:
    """A whole run of a plan without exits that is not filled at the same close.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    plan : Plan
    account : AccountArrays
        Changed in place.
    tracks : Tracks
        Written to.
    last : int
        Row of the panel, included.
    """
    t = tracks.first
    for d in range(plan.rows.size):
        row = plan.rows[d]
        run_sessions(market, rules, account, tracks, t, row, True)
        pick(plan, account, d)
        _set_target(market, rules, account, tracks, row, d)
        t = row + 1
    run_sessions(market, rules, account, tracks, t, last, False)


def simulate_any(
    market: MarketArrays, rules: RunRules, plan: Plan, account: AccountArrays, tracks: Tracks, last: int
) -> None:
    """A whole run of any plan, session by session; ``simulate`` is this without what makes it twice as slow.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    plan : Plan
    account : AccountArrays
        Changed in place.
    tracks : Tracks
        Written to.
    last : int
        Row of the panel, included.
    """
    watches = plan.stop > 0.0 or plan.trail > 0.0 or plan.max_age > 0
    d = 0
    for t in range(tracks.first, last + 1):
        planned = d < plan.rows.size and plan.rows[d] == t
        decides = t < last and (planned or watches)
        run_sessions(market, rules, account, tracks, t, t, decides)
        if not decides:
            continue
        if choose(plan, account, t, d, planned):
            take_decision(market, rules, account, tracks, t, d if planned else -1)
        else:
            skip_decision(market, rules, account, tracks, t)
        if planned:
            d += 1


run_sessions_nb = compiled(run_sessions)
skip_decision_nb = compiled(skip_decision)
take_decision_nb = compiled(take_decision)
for _stage in (run_sessions, take_decision, skip_decision):
    jitable(_stage)
simulate_nb = compiled(simulate)
simulate_any_nb = compiled(simulate_any)
