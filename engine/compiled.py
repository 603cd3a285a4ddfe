"""The compiled engine: a ``Planned`` strategy in one kernel call, any other with one Python call per decision."""

from __future__ import annotations

import weakref
from typing import NamedTuple

import numpy as np

from ..data.panel import Panel
from . import kernels
from .kernel_state import FILLS, REJECTIONS, Book, Rules, Tape, Tracks
from .market import Market
from .prices import reference_price
from .record import DecisionLog, FillLog, Floats, Ints, Outcome, RejectionLog, Terms
from .strategy import Planned, Portfolio, Strategy, decision_rows
from .weights import target_weights

_tapes: weakref.WeakKeyDictionary[Panel, dict[str, Tape]] = weakref.WeakKeyDictionary()


class Machine(NamedTuple):
    """What the kernels work on, in the order of their arguments."""

    tape: Tape
    rules: Rules
    book: Book
    tracks: Tracks


def run_compiled(strategy: Strategy | Planned, panel: Panel, market: Market, terms: Terms) -> Outcome:
    """One run on the compiled engine; ``docs/session.md`` says what a session does."""
    if isinstance(strategy, Planned):
        plan = strategy.plan(panel, terms.first, terms.last - 1)
        machine = machine_of(panel, market, terms, len(plan.rows))
        kernels.simulate_nb(machine.tape, machine.rules, plan, machine.book, machine.tracks, terms.last)
        return _outcome(machine, plan.rows, plan.rank, plan.score)
    rows = decision_rows(strategy, panel, terms.first, terms.last)
    machine = machine_of(panel, market, terms, len(rows))
    decided = _run_asking(strategy, panel, machine, rows, terms.last)
    unranked = np.zeros((len(decided), len(panel.symbols)), np.int64)
    return _outcome(machine, decided, unranked, np.full(unranked.shape, np.nan))


def _run_asking(strategy: Strategy, panel: Panel, machine: Machine, rows: Ints, last: int) -> Ints:
    """Runs to each decision session, asks, goes on; returns the rows in which there was an answer."""
    tape, _, book, tracks = machine
    t, decided = tracks.first, list[int]()
    for row in rows.tolist():
        kernels.run_sessions_nb(*machine, t, row, True)
        t = row + 1
        answer = strategy.decide(panel.until(row), _portfolio(tape, book, tracks, row))
        if answer is None:
            kernels.skip_decision_nb(*machine, row)
            continue
        book.weight[:] = target_weights(answer, panel, panel.sessions[row])
        kernels.take_decision_nb(*machine, row, len(decided))
        decided.append(row)
    kernels.run_sessions_nb(*machine, t, last, False)
    return np.array(decided, np.int64)


def _portfolio(tape: Tape, book: Book, tracks: Tracks, row: int) -> Portfolio:
    equity = float(tracks.equity[row - tracks.first])
    shares = book.shares.copy()
    weights = np.where(shares > 0, shares * tape.mark[row], 0.0)
    weights /= equity or 1.0  # fees can eat up the last fen: nothing is held then
    shares.flags.writeable = weights.flags.writeable = False
    return Portfolio(float(book.cash[0]), equity, shares, weights)


def machine_of(panel: Panel, market: Market, terms: Terms, decisions: int, *, logged: bool = True) -> Machine:
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
    return Machine(
        tape=tape_of(panel, terms.fill),
        rules=rules_of(market, terms),
        book=_new_book(terms.cash, n),
        tracks=_new_tracks(n, terms, decisions, logged),
    )


def tape_of(panel: Panel, fill: str) -> Tape:
    """The panel as the kernels read it; made once per panel and fill convention."""
    made = _tapes.setdefault(panel, {})
    if fill not in made:
        ratio = holding_ratio(panel)
        eventful = (ratio != 1.0).any(axis=1)
        ended = panel.last_bar[(panel.last_bar >= 0) & (panel.last_bar < len(eventful) - 1)]
        eventful[ended + 1] = True
        made[fill] = Tape(
            price=reference_price(panel, fill),
            mark=panel.last_close,
            volume=panel.volume,
            ratio=ratio,
            eventful=eventful,
            last_bar=panel.last_bar,
        )
    return made[fill]


def holding_ratio(panel: Panel) -> Floats:
    """What a holding is multiplied by before each open, shape (T, N); 1 but for splits and distributions."""
    factor = panel.last_factor
    ratio = np.ones_like(factor)
    np.divide(factor[1:], factor[:-1], out=ratio[1:])
    ratio[np.isnan(ratio)] = 1.0
    return ratio


def rules_of(market: Market, terms: Terms) -> Rules:
    """A market and the terms of a run as the kernels read them."""
    return Rules(
        commission_rate=float(market.commission_rate),
        commission_min=float(market.commission_min),
        stamp_duty_rate=float(market.stamp_duty_rate),
        transfer_fee_rate=float(market.transfer_fee_rate),
        lot=float(market.lot),
        price_limit=float(market.price_limit),
        tick=float(market.tick),
        participation=float(market.participation),
        slippage=market.slippage_bps / 1e4,
        money_step=float(market.money_step),
        size_at_fill=terms.size == "fill",
        carry=terms.unfilled == "carry",
        same_close=terms.fill == "same-close",
    )


def is_cold() -> bool:
    """Whether the next run must first compile its kernels (seconds, once per installation)."""
    loaded = kernels.simulate_nb.signatures or kernels.run_sessions_nb.signatures
    cached = kernels.simulate_nb._cache._cache_file._load_index()  # numba has no public word for it
    return not loaded and not cached


def _new_book(cash: float, n: int) -> Book:
    return Book(
        cash=np.array([cash]),
        shares=np.zeros(n),
        weight=np.zeros(n),
        goal=np.full(n, np.nan),
        wanted=np.zeros(n),
        given=np.zeros(n),
        paid=np.zeros(n),
        buys=np.zeros(n, np.int64),
        held=np.zeros(n, np.int64),
        state=np.zeros(4, np.int64),
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
        shares=np.empty((s if logged else 0, n)),
        held=np.zeros((d, n)),
        target=np.zeros((d, n)),
        fill_row=np.empty(room, np.int64),
        fill_column=np.empty(room, np.int64),
        fill_side=np.empty(room, np.int64),
        fill_money=np.empty((room, 7)),
        reject_row=np.empty(2 * room, np.int64),
        reject_column=np.empty(2 * room, np.int64),
        reject_side=np.empty(2 * room, np.int64),
        reject_reason=np.empty(2 * room, np.int64),
        reject_shares=np.empty((2 * room, 2)),
    )


def _outcome(machine: Machine, rows: Ints, rank: Ints, score: Floats) -> Outcome:
    book, tracks = machine.book, machine.tracks
    f, r, d = int(book.state[FILLS]), int(book.state[REJECTIONS]), len(rows)
    money = np.ascontiguousarray(tracks.fill_money[:f].T)
    wanted, filled = tracks.reject_shares[:r].T.copy()
    return Outcome(
        equity=tracks.equity,
        cash=tracks.cash,
        shares=tracks.shares,
        fills=FillLog(tracks.fill_row[:f].copy(), tracks.fill_column[:f].copy(), tracks.fill_side[:f].copy(), *money),
        rejections=RejectionLog(
            tracks.reject_row[:r].copy(),
            tracks.reject_column[:r].copy(),
            tracks.reject_side[:r].copy(),
            wanted,
            filled,
            tracks.reject_reason[:r].copy(),
        ),
        decisions=DecisionLog(rows, tracks.held[:d], tracks.target[:d], rank, score),
    )
