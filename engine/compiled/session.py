"""The compiled engine's loops: a whole run without a Python object per bar.

Every function is plain Python; ``simulate_nb`` and its companions at the end are the same functions compiled. What they
do, and in which order, is ``docs/session.md``; names there and here are the same.
"""

from __future__ import annotations

import numpy as np

from ..market import arithmetic as rules
from ..strategy import Plan
from .orders import DUST, aim, list_held, log_fill, reject_ended, trade
from .picks import find_stopped, held_weight, leave_stopped, pick
from .state import DECISIONS, HELD, NOTHING, OPEN, SIZED, STEP, UNSIZED, Book, Rules, Tape, Tracks, compiled, jitable


@jitable
def _earn(rules_: Rules, book: Book, tracks: Tracks, t: int) -> None:
    """What cash earned since the session before."""
    if not rules_.earns or t == tracks.first:
        return
    interest = rules.round_half_up(book.cash[0] * rules_.accrual[t], rules_.money_step)
    book.cash[0] = rules.round_half_up(book.cash[0] + interest, rules_.money_step)
    tracks.interest[t - tracks.first] = interest


@jitable
def _rescale(tape: Tape, book: Book, t: int) -> None:
    """Splits and distributions: the holding and the open target in new shares."""
    for i in range(book.shares.size):
        if tape.ratio[t, i] != 1.0:
            book.shares[i] *= tape.ratio[t, i]
            book.goal[i] *= tape.ratio[t, i]


@jitable
def _terminate(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, t: int) -> None:
    """Series that had their last bar in the session before turn into cash at it."""
    for i in range(book.shares.size):
        if tape.last_bar[i] != t - 1:
            continue
        shares = book.shares[i]
        noise = DUST * book.goal[i] if rules_.sizes[t, rules_.board[i], STEP] == 0.0 else 0.0
        # Before the shares of a decision are fixed, only what it left alone has a goal of its own.
        sized = book.state[OPEN] == SIZED or (book.state[OPEN] == UNSIZED and np.isnan(book.weight[i]))
        if sized and book.goal[i] - shares > noise:
            reject_ended(rules_, book, tracks, t, i, book.goal[i])
        book.goal[i] = np.nan
        if shares > 0.0:
            price = rules_.recovery * tape.mark[t, i]
            value = rules.round_half_up(shares * price, rules_.money_step)
            book.cash[0] = rules.round_half_up(book.cash[0] + value, rules_.money_step)
            book.shares[i] = 0.0
            book.since[i] = -1
            if tracks.logged:
                log_fill(rules_, book, tracks, t, i, 0, shares, price, value, 0.0)
    list_held(book)


@jitable
def _mark(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, start: int, stop: int) -> None:
    """Writes the account's value at the closes of ``start`` to before ``stop``; after ``start`` only interest comes."""
    mark, shares, held = tape.mark, book.shares, book.held
    equity, cash = tracks.equity, tracks.cash
    money, n, shift = book.cash[0], book.state[HELD], tracks.first
    for t in range(start, stop):
        if rules_.earns and t > start:
            _earn(rules_, book, tracks, t)
            money = book.cash[0]
        value = money
        for k in range(n):
            value += shares[held[k]] * mark[t, held[k]]
        equity[t - shift] = value
        cash[t - shift] = money
    if tracks.logged:
        for t in range(start, stop):
            for i in range(shares.size):
                tracks.shares[t - shift, i] = shares[i]


def run_sessions(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, start: int, stop: int, decides: bool) -> None:
    """Sessions up to the mark of the last of them.

    Parameters
    ----------
    tape : Tape
    rules_ : Rules
    book : Book
        Changed in place.
    tracks : Tracks
        Written to.
    start, stop : int
        Both included.
    decides : bool
        Whether a decision follows in ``stop``.
    """
    eventful = tape.eventful
    t = start
    while t <= stop:
        _earn(rules_, book, tracks, t)
        if eventful[t]:
            _rescale(tape, book, t)
            _terminate(tape, rules_, book, tracks, t)
        if book.state[OPEN] != NOTHING and not (rules_.same_close and decides and t == stop):
            trade(tape, rules_, book, tracks, t)
        quiet = t + 1
        if book.state[OPEN] == NOTHING:
            while quiet <= stop and not eventful[quiet]:
                quiet += 1
        _mark(tape, rules_, book, tracks, t, quiet)
        t = quiet


@jitable
def _set_target(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, row: int, planned: int) -> None:
    """Logs the decision ``book.weight``, NaN for what is left alone, and makes it the open target."""
    equity = tracks.equity[row - tracks.first]
    if tracks.logged:
        d = book.state[DECISIONS]
        tracks.decided[d], tracks.planned[d] = row, planned
        for i in range(book.weight.size):
            held = held_weight(tape, book, row, i, equity)
            tracks.held[d, i] = held
            tracks.target[d, i] = held if np.isnan(book.weight[i]) else book.weight[i]
        book.state[DECISIONS] = d + 1
    aim(tape, rules_, book, tracks, row, equity, False)
    book.state[OPEN] = UNSIZED if rules_.size_at_fill else SIZED


def take_decision(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, row: int, planned: int) -> None:
    """What follows the close of a session when ``book.weight`` was decided on.

    Parameters
    ----------
    tape : Tape
    rules_ : Rules
    book : Book
        Changed in place.
    tracks : Tracks
        Written to.
    row : int
        Session.
    planned : int
        Which decision of a plan, or -1.
    """
    _set_target(tape, rules_, book, tracks, row, planned)
    if rules_.same_close:
        trade(tape, rules_, book, tracks, row)
        _mark(tape, rules_, book, tracks, row, row + 1)


def skip_decision(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, row: int) -> None:
    """``row`` could have decided and did not: what is open goes on, which same-close runs have held back.

    Parameters
    ----------
    tape : Tape
    rules_ : Rules
    book : Book
        Changed in place.
    tracks : Tracks
        Written to.
    row : int
        Session.
    """
    if rules_.same_close and book.state[OPEN] != NOTHING:
        trade(tape, rules_, book, tracks, row)
        _mark(tape, rules_, book, tracks, row, row + 1)


def simulate(tape: Tape, rules_: Rules, plan: Plan, book: Book, tracks: Tracks, last: int) -> None:
    """A whole run of a plan without exits that is not filled at the same close.

    Parameters
    ----------
    tape : Tape
    rules_ : Rules
    plan : Plan
    book : Book
        Changed in place.
    tracks : Tracks
        Written to.
    last : int
        Row of the panel, included.
    """
    t = tracks.first
    for d in range(plan.rows.size):
        row = plan.rows[d]
        run_sessions(tape, rules_, book, tracks, t, row, True)
        pick(plan, book, d)
        _set_target(tape, rules_, book, tracks, row, d)
        t = row + 1
    run_sessions(tape, rules_, book, tracks, t, last, False)


def simulate_any(tape: Tape, rules_: Rules, plan: Plan, book: Book, tracks: Tracks, last: int) -> None:
    """A whole run of any plan, session by session; ``simulate`` is this without what makes it twice as slow.

    Parameters
    ----------
    tape : Tape
    rules_ : Rules
    plan : Plan
    book : Book
        Changed in place.
    tracks : Tracks
        Written to.
    last : int
        Row of the panel, included.
    """
    d = 0
    for t in range(tracks.first, last + 1):
        run_sessions(tape, rules_, book, tracks, t, t, t < last)
        if t == last:
            break
        fired = find_stopped(plan, book, t)
        planned = d < plan.rows.size and plan.rows[d] == t
        if planned:
            pick(plan, book, d)
        elif fired:
            leave_stopped(book)
        if planned or fired:
            take_decision(tape, rules_, book, tracks, t, d if planned else -1)
        else:
            skip_decision(tape, rules_, book, tracks, t)
        if planned:
            d += 1


run_sessions_nb = compiled(run_sessions)
skip_decision_nb = compiled(skip_decision)
take_decision_nb = compiled(take_decision)
for _stage in (run_sessions, take_decision, skip_decision):
    jitable(_stage)
simulate_nb = compiled(simulate)
simulate_any_nb = compiled(simulate_any)
