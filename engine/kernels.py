"""The compiled engine's loops: a whole run without a Python object per bar.

Every function is plain Python; ``simulate_nb`` and its companions at the end are the same functions compiled. What they
do, and in which order, is ``docs/session.md``; names there and here are the same.
"""

from __future__ import annotations

import numpy as np

from . import rules
from .kernel_orders import DUST, aim, list_held, reject_ended, trade, write_fill
from .kernel_state import HELD, NOTHING, OPEN, SIZED, UNSIZED, Book, Rules, Tape, Tracks, compiled, jitable
from .strategy import Plan


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
        noise = DUST * book.goal[i] if rules_.lot == 0.0 else 0.0
        if book.state[OPEN] == SIZED and book.goal[i] - shares > noise:
            reject_ended(rules_, book, tracks, t, i, book.goal[i])
        book.goal[i] = np.nan
        if shares > 0.0:
            value = rules.round_half_up(shares * tape.mark[t, i], rules_.money_step)
            book.cash[0] = rules.round_half_up(book.cash[0] + value, rules_.money_step)
            book.shares[i] = 0.0
            write_fill(tracks, book, t, i, 0, (shares, tape.mark[t, i], value, 0.0, 0.0, 0.0, 0.0))
    list_held(book)


@jitable
def _mark(tape: Tape, book: Book, tracks: Tracks, start: int, stop: int) -> None:
    """Writes the account's value at the closes of ``start`` to before ``stop``, between which nothing was traded."""
    mark, shares, held = tape.mark, book.shares, book.held
    equity, cash = tracks.equity, tracks.cash
    money, n, shift = book.cash[0], book.state[HELD], tracks.first
    for t in range(start, stop):
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
    """Sessions ``start`` to ``stop``, both included, up to the mark. ``decides``: a decision follows in ``stop``."""
    eventful = tape.eventful
    t = start
    while t <= stop:
        if eventful[t]:
            _rescale(tape, book, t)
            _terminate(tape, rules_, book, tracks, t)
        if book.state[OPEN] != NOTHING and not (rules_.same_close and decides and t == stop):
            trade(tape, rules_, book, tracks, t)
        quiet = t + 1
        if book.state[OPEN] == NOTHING:
            while quiet <= stop and not eventful[quiet]:
                quiet += 1
        _mark(tape, book, tracks, t, quiet)
        t = quiet


def take_decision(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, row: int, d: int) -> None:
    """Decision ``d``, after the close of ``row``: ``book.weight`` becomes the open target."""
    equity = tracks.equity[row - tracks.first]
    if tracks.logged:
        for i in range(book.shares.size):
            tracks.target[d, i] = book.weight[i]
            tracks.held[d, i] = book.shares[i] * tape.mark[row, i] / equity if book.shares[i] > 0.0 else 0.0
    aim(tape, rules_, book, tracks, row, equity, False)
    book.state[OPEN] = UNSIZED if rules_.size_at_fill else SIZED
    if rules_.same_close:
        trade(tape, rules_, book, tracks, row)
        _mark(tape, book, tracks, row, row + 1)


def skip_decision(tape: Tape, rules_: Rules, book: Book, tracks: Tracks, row: int) -> None:
    """``row`` could have decided and did not: what is open goes on, which same-close runs have held back."""
    if rules_.same_close and book.state[OPEN] != NOTHING:
        trade(tape, rules_, book, tracks, row)
        _mark(tape, book, tracks, row, row + 1)


@jitable
def _pick(plan: Plan, book: Book, d: int) -> None:
    """Target weights of decision ``d``: holdings that rank well enough stay, the best others fill up."""
    for i in range(book.weight.size):
        book.weight[i] = 0.0
    if plan.total[d] == 0.0:
        return
    n, base = 0, 0.0
    for staying in (True, False):
        for r in range(plan.order.shape[1]):
            i = plan.order[d, r]
            if i < 0 or n == plan.top or (staying and r >= plan.keep):
                break
            if (book.shares[i] > 0.0) == staying and book.weight[i] == 0.0:
                book.weight[i] = plan.base[d, i]
                base += plan.base[d, i]
                n += 1
    for i in range(book.weight.size):
        if book.weight[i] > 0.0:
            book.weight[i] = plan.total[d] * book.weight[i] / base


def simulate(tape: Tape, rules_: Rules, plan: Plan, book: Book, tracks: Tracks, last: int) -> None:
    """A whole run of a plan, to panel row ``last``."""
    t = tracks.first
    for d in range(plan.rows.size):
        row = plan.rows[d]
        run_sessions(tape, rules_, book, tracks, t, row, True)
        _pick(plan, book, d)
        take_decision(tape, rules_, book, tracks, row, d)
        t = row + 1
    run_sessions(tape, rules_, book, tracks, t, last, False)


run_sessions_nb = compiled(run_sessions)
skip_decision_nb = compiled(skip_decision)
take_decision_nb = compiled(take_decision)
jitable(run_sessions)
jitable(take_decision)
simulate_nb = compiled(simulate)
