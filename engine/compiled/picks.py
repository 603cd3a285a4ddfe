"""What a plan decides, given what is held: who stays, who joins, and which exits fire."""

from __future__ import annotations

import numpy as np

from ..strategy import Plan
from .state import Book, Tape, jitable


@jitable
def pick(plan: Plan, book: Book, d: int) -> None:
    """Target weights of decision ``d``, by the rule of ``Plan``; ``picked_weights`` in the strategies is its twin.

    Parameters
    ----------
    plan : Plan
    book : Book
        Its ``weight`` is set.
    d : int
        Decision.
    """
    row, top, keep = plan.rows[d], plan.top[d], plan.keep[d]
    for i in range(book.weight.size):
        book.weight[i] = 0.0
    if plan.total[d] == 0.0:
        return
    spared = 0  # how many that could leave must stay, as only so many may be swapped
    if plan.max_swaps >= 0:
        for r in range(keep, plan.order.shape[1]):
            i = plan.order[d, r]
            if i < 0:
                break
            if book.shares[i] > 0.0 and not book.stopped[i] and row - book.since[i] >= plan.min_hold:
                spared += 1
        spared -= plan.max_swaps
    n, base = 0, 0.0
    for staying in (True, False):
        left = 0
        for r in range(plan.order.shape[1]):
            i = plan.order[d, r]
            if i < 0 or n == top:
                break
            held = book.shares[i] > 0.0
            if book.stopped[i] or held != staying:
                continue
            if staying and r >= keep and row - book.since[i] >= plan.min_hold:
                left += 1
                if left > spared:
                    continue
            book.weight[i] = plan.base[d, i]
            base += plan.base[d, i]
            n += 1
    for i in range(book.weight.size):
        if book.weight[i] > 0.0:
            book.weight[i] = plan.total[d] * book.weight[i] / base


@jitable
def find_stopped(plan: Plan, book: Book, row: int) -> bool:
    """Marks the holdings whose exit fires at the close of a session; asked in every session.

    Parameters
    ----------
    plan : Plan
    book : Book
        Its ``stopped`` and ``peak`` are set.
    row : int
        Session.

    Returns
    -------
    bool
        Whether any does.
    """
    fired = False
    for i in range(book.shares.size):
        book.stopped[i] = False
        since = book.since[i]
        if since < 0:
            continue
        price = plan.price[row, i]
        if since >= row - 1:  # bought at the close of the session before, a holding has not been looked at yet
            book.peak[i] = plan.price[since, i]
        book.peak[i] = max(book.peak[i], price)
        stop = plan.stop > 0.0 and price <= (1.0 - plan.stop) * plan.price[since, i]
        trail = plan.trail > 0.0 and price <= (1.0 - plan.trail) * book.peak[i]
        old = plan.max_age > 0 and row - since >= plan.max_age
        if stop or trail or old:
            book.stopped[i] = True
            fired = True
    return fired


@jitable
def leave_stopped(book: Book) -> None:
    """The weights of an exit: 0 for what is stopped, NaN for all that is left alone."""
    for i in range(book.weight.size):
        book.weight[i] = 0.0 if book.stopped[i] else np.nan


@jitable
def held_weight(tape: Tape, book: Book, row: int, i: int, equity: float) -> float:
    """Fraction of equity that a symbol is, at its last known close.

    Parameters
    ----------
    tape : Tape
    book : Book
    row, i : int
        Session and column.
    equity : float
        In currency.
    """
    if book.shares[i] > 0.0:
        weight: float = book.shares[i] * tape.mark[row, i] / equity
        return weight
    return 0.0
