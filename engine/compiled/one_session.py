"""One decision from holdings that are given, and the fill pass after it at the decision's closes.

The same kernels as a run, not compiled: what is sent to a broker is sized by what sizes a backtest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ...data.errors import ParameterError
from ...data.panel import Panel
from ...data.types import Flags, Floats, Ints
from ..fresh import fresh
from ..lookahead import check_causal
from ..market.market import Market
from ..market.rule_tables import rules_in_force
from ..ranks import ranks_of
from ..record import Outcome, Terms
from ..strategy import Plan, Strategy
from ..strategy_errors import Asking
from ..weights import target_weights
from . import session as kernels
from .engine import KernelArguments, ask, kernel_arguments, outcome_of, portfolio_of, run_asking
from .limits import limit_at
from .state import NOTHING, OPEN, SIZED
from .targets import buy_of, list_active, list_held, sale_of

NO_DECISION, DECISION, EXIT, UNDECIDED = "none", "decision", "exit", "undecided"
"""What the session brought: the schedule does not ask in it; a decision; an exit between decisions; the schedule asks,
and the strategy leaves the portfolio alone, as where nothing can be ranked."""


_NOT_ALL = 5e-324  # shares: a target of 0 sells an odd remainder too


class Owned(NamedTuple):
    """What is really owned after a close, by the panel's symbols; N of them.

    Attributes
    ----------
    cash : float
        Currency.
    shares : array of shape (N,)
    since : int64 array of shape (N,)
        Panel row of the fill that opened the holding; -1 where nothing is held, or that is not known.
    locked : array of shape (N,)
        Shares that T+1 keeps from being sold in the session that follows.
    open_target : array of shape (N,)
        Target shares of an earlier decision that is still to be carried out; NaN where none is.
    """

    cash: float
    shares: Floats
    since: Ints
    locked: Floats
    open_target: Floats


@dataclass(frozen=True, eq=False)
class Sized:
    """What is to be done in the session after the last one, by the panel's symbols; N of them.

    Attributes
    ----------
    decided : {"none", "decision", "exit", "undecided"}
    asked : int64 array of shape (D,)
        Panel rows in which the schedule asks, from the run's first session to the last.
    equity : float
        After the last close, in currency.
    held : array of shape (N,)
        Weights now.
    target_weight : array of shape (N,)
        NaN where nothing is decided.
    rank : int64 array of shape (N,)
        0 where there is none.
    score : array of shape (N,)
    target : array of shape (N,)
        Shares; NaN where there is no order.
    wanted : array of shape (N,)
        Shares of the order: above 0 to buy, below to sell, 0 for none or less than a lot.
    low, high : array of shape (N,)
        Price limits of the next session, by this close; NaN where there are none.
    short : array of shape (N,)
        Shares of a sale that T+1 forbids.
    outcome : Outcome
        The fill pass at the decision's closes: fills are what can be sent, rejections what can't.
    """

    decided: str
    asked: Ints
    equity: float
    held: Floats
    target_weight: Floats
    rank: Ints
    score: Floats
    target: Floats
    wanted: Floats
    low: Floats
    high: Floats
    short: Floats
    outcome: Outcome


def size_one_session(strategy: Strategy, panel: Panel, market: Market, terms: Terms, owned: Owned) -> Sized:
    """What a strategy decides after the session before the last, and the orders of the last one.

    Parameters
    ----------
    strategy : Strategy
        Of its own: one that remembers is asked every decision of the run before.
    panel : Panel
        Its last session is the coming one, see ``sectorlead.data.next_session.with_next_session``.
    market : Market
    terms : Terms
        Of the run whose decisions are wanted; its first session is the first that counts.
    owned : Owned

    Raises
    ------
    InputError
        The strategy goes by how long holdings are held, and that is not known of one.
    LookAheadError, StrategyError
        As a run.
    """
    row = len(panel.sessions) - 2
    arguments = _after_close(panel, market, terms, owned, row)
    now = panel.until(row)
    with Asking(strategy, panel.sessions) as asking:
        asked = strategy.decision_rows(panel, terms.first, row + 1)
        scheduled = bool(len(asked)) and int(asked[-1]) == row
        plan = strategy.plan(panel, terms.first, row)
        if plan is None:
            decided, rank, score = _by_asking(strategy, now, market, terms, arguments, asking, scheduled)
        else:
            check_causal(strategy, now)
            decided, rank, score = _by_plan(plan, panel, arguments, owned, row)
    if decided == NO_DECISION and scheduled:
        decided = UNDECIDED
    weights, held = np.full(len(panel.symbols), np.nan), portfolio_of(arguments, row).weights
    if decided in (DECISION, EXIT):
        weights = arguments.account.weight.copy()
        kernels.take_decision(*arguments, row, 0)
    target, wanted = arguments.account.goal.copy(), _wanted(arguments, row + 1)
    short = _lock(arguments, panel, market, owned, wanted, row + 1)
    columns = range(len(panel.symbols))
    low, high = (
        np.array([limit_at(arguments.market, arguments.rules, row + 1, i, side) for i in columns]) for side in (-1, 1)
    )
    equity = float(arguments.tracks.equity[0])
    kernels.run_sessions(*arguments, row + 1, row + 1, False)
    outcome = outcome_of(arguments, score[None], rank[None])
    return Sized(
        decided, asked, equity, held, weights, rank, score, target, wanted, low, high, short, outcome
    )


def _after_close(panel: Panel, market: Market, terms: Terms, owned: Owned, row: int) -> KernelArguments:
    """The account as it is after the close of ``row``, marked."""
    count = len(panel.sessions)
    plain = replace(
        terms, first=row, last=row + 1, fill="close", price_at=None, size="decision", dividends="reinvested",
        ended="stated", write_off=None, accrual=np.zeros(count), flow=np.zeros(count),
    )  # fmt: skip
    arguments = kernel_arguments(panel, market, plain, 1)
    account = arguments.account
    account.cash[0] = owned.cash
    account.shares[:], account.since[:], account.goal[:] = owned.shares, owned.since, owned.open_target
    account.state[OPEN] = SIZED if np.isfinite(owned.open_target).any() else NOTHING
    list_active(account)
    list_held(account)
    kernels.mark(*arguments, row, row + 1)
    return arguments


def _by_plan(
    plan: Plan, panel: Panel, arguments: KernelArguments, owned: Owned, row: int
) -> tuple[str, Ints, Floats]:
    watches = plan.stop > 0 or plan.trail > 0 or plan.max_age > 0
    if watches or plan.min_hold:
        check_ages(panel, owned)
    held = np.flatnonzero(owned.since >= 0)
    for i in held.tolist():
        arguments.account.peak[i] = plan.price[owned.since[i] : row + 1, i].max()
    planned = bool(len(plan.rows)) and int(plan.rows[-1]) == row
    d = len(plan.rows) - 1
    rank, score = np.zeros(len(panel.symbols), np.int64), np.full(len(panel.symbols), np.nan)
    if not kernels.choose(plan, arguments.account, row, d, planned):
        return NO_DECISION, rank, score
    return (DECISION, ranks_of(plan.score[d : d + 1])[0], plan.score[d]) if planned else (EXIT, rank, score)


def _by_asking(
    strategy: Strategy, now: Panel, market: Market, terms: Terms, arguments: KernelArguments, asking: Asking,
    scheduled: bool,
) -> tuple[str, Ints, Floats]:  # fmt: skip
    row = len(now.sessions) - 1
    rank, score = np.zeros(len(now.symbols), np.int64), np.full(len(now.symbols), np.nan)
    if row > terms.first and fresh(strategy) is not strategy:  # it may remember what it was asked before
        run_asking(strategy, now, market, replace(terms, last=row), asking)
    asking.row = row
    answer, planned = ask(strategy, now, portfolio_of(arguments, row), scheduled=scheduled)
    if answer is None:
        return NO_DECISION, rank, score
    arguments.account.weight[:] = target_weights(answer, now, now.sessions[row], partial=not planned)
    return (DECISION, *strategy.ranking(now)) if planned else (EXIT, rank, score)


def check_ages(panel: Panel, owned: Owned) -> None:
    """Refuses holdings of unknown age, for a strategy that goes by it.

    Parameters
    ----------
    panel : Panel
    owned : Owned

    Raises
    ------
    ParameterError
        Names them.
    """
    unknown = np.flatnonzero((owned.shares > 0) & (owned.since < 0))
    if len(unknown):
        named = ", ".join(panel.symbols[i] for i in unknown[:5]) + (", ..." if len(unknown) > 5 else "")
        raise ParameterError(
            f"the strategy goes by how long a holding has been held (minimum hold, stop, or age), and of {named} that "
            "is not known; give the date of the fill that opened each holding, in a column 'since'"
        )


def _wanted(arguments: KernelArguments, t: int) -> Floats:
    """Shares of each order by the open targets, as the fill pass of session ``t`` has them."""
    account, wanted = arguments.account, np.zeros(arguments.account.shares.size)
    for i in np.flatnonzero(np.isfinite(account.goal)).tolist():
        if account.goal[i] < account.shares[i]:
            wanted[i] = -sale_of(arguments.rules, account, t, i)
        else:
            wanted[i] = buy_of(arguments.rules, account, t, i)
    return wanted


def _lock(arguments: KernelArguments, panel: Panel, market: Market, owned: Owned, wanted: Floats, t: int) -> Floats:
    """Sets aside shares that can't be sold in session ``t``; what they keep each sale from, in shares.

    A kernel knows no locks, as what a run buys in a session it never sells in it: the shares are put out of its sight
    with as many of the target, so that the order is the same, and at most what is free.
    """
    account = arguments.account
    ruled = rules_in_force(market, panel, t - 1, t)
    locked: Flags = ruled.locked[t][ruled.board] & (owned.locked > 0)
    short = np.zeros(account.shares.size)
    for i in np.flatnonzero(locked).tolist():
        kept = min(owned.locked[i], account.shares[i])
        free = account.shares[i] - kept
        short[i] = max(0.0, -wanted[i] - free)
        account.shares[i] = free
        if not wanted[i] < 0.0:
            account.goal[i] -= kept
        elif -wanted[i] >= free:
            account.goal[i] = 0.0
        else:
            account.goal[i] = account.goal[i] - kept or _NOT_ALL
    list_held(account)
    return short
