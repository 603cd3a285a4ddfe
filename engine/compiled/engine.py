"""The compiled engine: a strategy with a plan in one kernel call, any other with one Python call per decision."""

from __future__ import annotations

import weakref
from typing import Any, NamedTuple, TypeVar

import numpy as np

from ...data.panel import Panel
from ...data.types import Floats, Ints
from ..dividends import DividendTax, distributions, dividend_tax
from ..lookahead import check_causal
from ..market.fees import COSTS
from ..market.fill_prices import decision_price, reference_price, value_without_fill
from ..market.impact import pressure
from ..market.market import POLICIES, Market
from ..market.rule_tables import rules_in_force
from ..record import DecisionLog, FillLog, Outcome, RejectionLog, Terms
from ..strategy import Plan, Portfolio, Strategy, Weights, view_of
from ..strategy_errors import Asking
from ..suspended import last_rows, sessions_without_bar
from ..weights import target_weights
from . import session as kernels
from .lazily import chosen
from .state import DECISIONS, FILLS, REJECTIONS, AccountArrays, MarketArrays, RunRules, Tracks, read_only

A = TypeVar("A", Floats, Ints)

PLAIN_SESSION, PLAIN_SYMBOL, PLAIN_DECISION = 8e-6, 1e-6, 2e-5
"""Seconds of a plain kernel for a session, for a symbol that an exit looks at, and for a symbol in a decision."""

_UNTAXED = DividendTax(np.zeros((0, 0, 0)), np.zeros(0, np.int64), np.zeros(0, np.int64))
_market_arrays: weakref.WeakKeyDictionary[Panel, dict[tuple[Any, ...], MarketArrays]] = weakref.WeakKeyDictionary()


class KernelArguments(NamedTuple):
    """What the kernels work on, in the order of their arguments."""

    market: MarketArrays
    rules: RunRules
    account: AccountArrays
    tracks: Tracks


def run_compiled(strategy: Strategy, panel: Panel, market: Market, terms: Terms) -> Outcome:
    """One run on the compiled engine; ``docs/session.md`` says what a session does.

    Parameters
    ----------
    strategy : Strategy
    panel : Panel
    market : Market
    terms : Terms
        Resolved: rows of the panel, whole steps of money.

    Returns
    -------
    Outcome

    Raises
    ------
    LookAheadError
        Where something of the strategy's own is not the same on panels that end earlier; see ``lookahead``.
    StrategyError
        The strategy raised.
    """
    with Asking(strategy, panel.sessions) as asking:
        # a plan is made from closes; before the close each decision is asked for
        plan = strategy.plan(panel, terms.first, terms.last - 1) if terms.decide_at is None else None
        if plan is None:
            return run_asking(strategy, panel, market, terms, asking)
        check_causal(strategy, panel)
    return _run_planned(plan, panel, market, terms)


def _run_planned(plan: Plan, panel: Panel, market: Market, terms: Terms) -> Outcome:
    """Runs all decisions in one kernel call."""
    watchful = plan.stop > 0 or plan.trail > 0 or plan.max_age > 0
    arguments = kernel_arguments(panel, market, terms, terms.last - terms.first if watchful else len(plan.rows))
    kernel = kernels.simulate_any_nb if watchful or terms.same_session else kernels.simulate_nb
    simulate = chosen(kernel, _plain_seconds(arguments, len(plan.rows), watchful=watchful), "the engine")
    simulate(arguments.market, arguments.rules, read_only(plan), arguments.account, arguments.tracks, terms.last)
    if not watchful:
        return outcome_of(arguments, plan.score)
    planned = arguments.tracks.planned[: arguments.account.state[DECISIONS]]
    return outcome_of(arguments, np.where((planned >= 0)[:, None], plan.score[planned], np.nan))


def run_asking(strategy: Strategy, panel: Panel, market: Market, terms: Terms, asking: Asking) -> Outcome:
    """Runs to each session in which the strategy is asked, asks, and goes on.

    Parameters
    ----------
    strategy : Strategy
    panel : Panel
    market : Market
    terms : Terms
    asking : Asking
        Told who is asked when.
    """
    asked = strategy.decision_rows(panel, terms.first, terms.last)
    scheduled, watchful = set(asked.tolist()), strategy.watchful
    rows = range(terms.first, terms.last) if watchful else asked.tolist()
    arguments = kernel_arguments(panel, market, terms, len(rows))
    n, t = len(panel.symbols), terms.first
    seconds = _plain_seconds(arguments, len(rows), watchful=watchful) / 3.0
    run_sessions, take_decision, skip_decision = (
        chosen(each, seconds, "the engine")
        for each in (kernels.run_sessions_nb, kernels.take_decision_nb, kernels.skip_decision_nb)
    )
    ranks, scores = list[Ints](), list[Floats]()
    for row in rows:
        run_sessions(*arguments, t, row, True)
        t, asking.row = row + 1, row
        view = view_of(panel, row, terms)
        answer, planned = ask(strategy, view, portfolio_of(arguments, row), scheduled=row in scheduled)
        if answer is None:
            skip_decision(*arguments, row)
            continue
        arguments.account.weight[:] = target_weights(answer, panel, panel.sessions[row], partial=not planned)
        take_decision(*arguments, row, 0)
        rank, score = strategy.ranking(view) if planned else (np.zeros(n, np.int64), np.full(n, np.nan))
        ranks.append(rank)
        scores.append(score)
    run_sessions(*arguments, t, terms.last, False)
    shape = len(ranks), n
    return outcome_of(arguments, np.array(scores, np.float64).reshape(shape), np.array(ranks, np.int64).reshape(shape))


def ask(
    strategy: Strategy, view: Panel, portfolio: Portfolio, *, scheduled: bool
) -> tuple[Weights | None, bool]:
    """What a strategy wants after the close of a session, and whether that is a decision of its schedule.

    Parameters
    ----------
    strategy : Strategy
    view : Panel
        What is known then.
    portfolio : Portfolio
    scheduled : bool
        Whether its schedule asks in this session.
    """
    answer = strategy.decide(view, portfolio) if scheduled else None
    if answer is None and strategy.watchful:
        return strategy.between(view, portfolio), False
    return answer, True


def portfolio_of(arguments: KernelArguments, row: int) -> Portfolio:
    """What is owned after the close of a session, as a strategy is told it.

    Parameters
    ----------
    arguments : KernelArguments
    row : int
        Session.
    """
    market, rules, account, tracks = arguments
    equity = kernels.decision_equity(market, rules, account, tracks, row)
    shares, since = account.shares.copy(), account.since.copy()
    weights = np.where(shares > 0, shares * market.known[row], 0.0)
    weights /= equity or 1.0  # fees can eat up the last fen: nothing is held then
    for array in (shares, weights, since):
        array.flags.writeable = False
    return Portfolio(float(account.cash[0]), equity, shares, weights, since)


def kernel_arguments(
    panel: Panel, market: Market, terms: Terms, decisions: int, *, logged: bool = True
) -> KernelArguments:
    """A fresh account before the first session of a run.

    Parameters
    ----------
    panel, market, terms
    decisions : int
        How many decisions the log must hold.
    logged : bool
        Whether fills, rejections, decisions and positions are written; equity and cash always are.
    """
    n = len(panel.symbols)
    return KernelArguments(
        market=market_arrays(panel, terms),
        rules=run_rules(panel, market, terms),
        account=_new_account(terms, n),
        tracks=_new_tracks(n, terms, decisions, logged),
    )


def market_arrays(panel: Panel, terms: Terms) -> MarketArrays:
    """The panel as the kernels read it; made once per panel, and what of the terms it goes by.

    Parameters
    ----------
    panel : Panel
    terms : Terms

    Returns
    -------
    MarketArrays
        Arrays of shape (T, N); the same object for the same arguments.

    Raises
    ------
    DataError
        As ``reference_price``.
    """
    made = _market_arrays.setdefault(panel, {})
    key = terms.fill, terms.price_at, terms.decide_at, terms.ended, terms.write_off, terms.dividends
    if key not in made:
        ratio, split, dividend = distributions(panel, terms.dividends)
        last_row = last_rows(panel, terms.ended)
        lost = np.zeros((0, 0), np.bool_)
        eventful = (ratio != 1.0).any(axis=1) | (split != 1.0).any(axis=1)
        if dividend.size:
            eventful |= (dividend > 0.0).any(axis=1)
        eventful[last_row[last_row < len(eventful) - 1] + 1] = True
        if terms.write_off:
            lost = sessions_without_bar(panel.has_bar) == terms.write_off
            eventful |= lost.any(axis=1)
        made[key] = read_only(
            MarketArrays(
                price=reference_price(panel, terms.fill, terms.price_at),
                marks=panel.last_close.T,
                known=decision_price(panel, terms.decide_at),
                value=value_without_fill(panel, terms.fill, terms.price_at, terms.decide_at),
                high=panel.high,
                low=panel.low,
                volume=panel.volume,
                ratio=ratio,
                split=split,
                dividend=dividend,
                eventful=eventful,
                last_row=last_row,
                lost=lost,
            )
        )
    return made[key]


def run_rules(panel: Panel, market: Market, terms: Terms) -> RunRules:
    """A market on a panel and the terms of a run as the kernels read them.

    Parameters
    ----------
    panel : Panel
    market : Market
    terms : Terms

    Returns
    -------
    RunRules
    """
    ruled = rules_in_force(market, panel, terms.first, terms.last)
    slippage = market.slippage
    taxed = terms.dividends != "reinvested"
    tax = dividend_tax(panel, market, terms.first, terms.last) if taxed else _UNTAXED
    return read_only(
        RunRules(
            board=ruled.board,
            fees=ruled.fees,
            least=ruled.least,
            charged=ruled.charged,
            sizes=ruled.sizes,
            limit=ruled.limit,
            policy=POLICIES["limit_policy"].index(market.limit_policy),
            participation=float(market.participation),
            slippage=slippage.fraction,
            half_spread=slippage.half_spread,
            impact=slippage.impact,
            pressure=pressure(panel) if market.impact else ruled.limit,
            recovery=float(market.recovery),
            money_step=float(market.money_step),
            earns=bool(terms.accrual.any()),
            accrual=terms.accrual,
            flows=bool(terms.flow.any()),
            flow=terms.flow,
            reinvests=terms.dividends == "reinvest-at-open",
            dividend_tax=tax.rates,
            month_from=tax.month_from,
            year_from=tax.year_from,
            size_at_fill=terms.size == "fill",
            carry=terms.unfilled == "carry",
            same_close=terms.same_session,
            early=terms.decide_at is not None,
            no_trade=float(terms.no_trade),
            of_target=terms.no_trade_of == "target",
            to_edge=terms.no_trade_to == "edge",
        )
    )


def _plain_seconds(arguments: KernelArguments, decisions: int, *, watchful: bool) -> float:
    """What the plain kernels take for a run, about: measured on panels of 31 and 400 series."""
    sessions, n = len(arguments.tracks.equity), len(arguments.account.shares)
    each = PLAIN_SESSION + n * PLAIN_SYMBOL if watchful else PLAIN_SESSION
    return sessions * each + decisions * n * PLAIN_DECISION


def _new_account(terms: Terms, n: int) -> AccountArrays:
    kept = (0, 0) if terms.dividends == "reinvested" else (terms.last - terms.first + 1, n)
    return AccountArrays(
        cash=np.array([terms.cash]),
        due=np.zeros(1),
        shares=np.zeros(n),
        weight=np.zeros(n),
        goal=np.full(n, np.nan),
        buys=np.zeros(n, np.int64),
        buying=np.zeros((n, 6)),
        received=np.zeros(n),
        lots=np.zeros(kept),
        owed=np.zeros((*kept, 2)),
        held=np.zeros(n, np.int64),
        active=np.zeros(n, np.int64),
        picked=np.zeros(n, np.int64),
        since=np.full(n, -1, np.int64),
        peak=np.zeros(n),
        stopped=np.zeros(n, np.bool_),
        state=np.zeros(6, np.int64),
    )


def _new_tracks(n: int, terms: Terms, decisions: int, logged: bool) -> Tracks:
    s = terms.last - terms.first + 1
    room = s * n if logged else 0
    d = decisions if logged else 0
    return Tracks(
        logged=logged,
        first=terms.first,
        equity=np.empty(s),
        cash=np.empty(s),
        interest=np.zeros(s),
        flows=np.zeros(s),
        shares=np.zeros((n, s if logged else 0)),
        decided=np.empty(d, np.int64),
        planned=np.empty(d, np.int64),
        held=np.zeros((d, n)),
        target=np.zeros((d, n)),
        fill_row=np.empty(room, np.int64),
        fill_column=np.empty(room, np.int64),
        fill_side=np.empty(room, np.int64),
        fill_money=np.empty((room, 3)),
        fill_costs=np.empty((room, len(COSTS))),
        reject_row=np.empty(2 * room, np.int64),
        reject_column=np.empty(2 * room, np.int64),
        reject_side=np.empty(2 * room, np.int64),
        reject_reason=np.empty(2 * room, np.int64),
        reject_shares=np.empty((2 * room, 2)),
    )


def _first(log: A, count: int) -> A:
    """The rows that were written, without the memory of the others."""
    return log if count == len(log) else log[:count].copy()


def outcome_of(arguments: KernelArguments, score: Floats, told: Ints | None = None) -> Outcome:
    """What the kernels wrote, with scores and ranks of the decisions.

    Parameters
    ----------
    arguments : KernelArguments
    score : float64 array of shape (D, N)
    told : int64 array of shape (D, N), optional
        Ranks where they don't follow from the scores.
    """
    account, tracks = arguments.account, arguments.tracks
    f, r, d = (int(account.state[k]) for k in (FILLS, REJECTIONS, DECISIONS))
    shares, price, value = np.ascontiguousarray(tracks.fill_money[:f].T)
    wanted, filled = tracks.reject_shares[:r].T.copy()
    return Outcome(
        equity=tracks.equity,
        cash=tracks.cash,
        shares=tracks.shares.T,
        interest=tracks.interest,
        flows=tracks.flows,
        fills=FillLog(
            tracks.fill_row[:f].copy(),
            tracks.fill_column[:f].copy(),
            tracks.fill_side[:f].copy(),
            shares,
            price,
            value,
            tracks.fill_costs[:f].copy(order="F"),
        ),
        rejections=RejectionLog(
            tracks.reject_row[:r].copy(),
            tracks.reject_column[:r].copy(),
            tracks.reject_side[:r].copy(),
            wanted,
            filled,
            tracks.reject_reason[:r].copy(),
        ),
        decisions=DecisionLog(
            _first(tracks.decided, d), _first(tracks.held, d), _first(tracks.target, d), score, told
        ),
    )
