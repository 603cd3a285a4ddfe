"""Which rules hold for which series in which session: a market and a panel as arrays."""

from __future__ import annotations

import weakref
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...data.errors import DataError, UnknownNameError
from ...data.panel import Panel
from ...data.types import Floats, Ints
from .fees import BUY, FEES, SELL
from .market import Market
from .rulebook import RuleBook


class InForce(NamedTuple):
    """Rules by session and board, B boards; read-only.

    Attributes
    ----------
    boards : tuple of str
        Names; one, "", in a market without a rule book.
    board : int64 array of shape (N,)
        Of each series, a position in ``boards``.
    fees : array of shape (T, B, 2, K)
        Rates by session, board, side (buys, sales) and kind (``fees.FEES``, K of them): fractions of the traded value,
        times the market's ``cost_scale``.
    least : array of shape (2, K)
        The least that a fill pays by side and kind, in currency, times ``cost_scale``.
    charged : int64 array
        The kinds that cost anything at all, ascending.
    minimum, step : arrays of shape (T, B)
        Shares; the smallest order, and the step from there; 0 and 0 are fractional units.
    tick : array of shape (T, B)
        Currency.
    locked : bool array of shape (T, B)
        T+1: what was bought in this session can't be sold in it.
    limit : array of shape (T, N)
        Fraction by which a price may leave the previous close; 0 is no limit.
    sizes : array of shape (T, B, 3)
        Minimum, step and tick in one array.
    """

    boards: tuple[str, ...]
    board: Ints
    fees: Floats
    least: Floats
    charged: Ints
    minimum: Floats
    step: Floats
    tick: Floats
    locked: NDArray[np.bool_]
    limit: Floats
    sizes: Floats


MOST_KEPT = 8
"""Markets whose rules a panel remembers, the latest: two hundred scales of costs held 156 MB."""

_made: weakref.WeakKeyDictionary[Panel, dict[tuple[Market, int, int], InForce]] = weakref.WeakKeyDictionary()


def rules_in_force(market: Market, panel: Panel, first: int = 0, last: int | None = None) -> InForce:
    """The rules of ``market`` for the series and sessions of ``panel``; made once for each.

    Parameters
    ----------
    market : Market
    panel : Panel
    first, last : int
        Panel rows that are traded in; rows outside of them are not looked up, and hold zeros.

    Raises
    ------
    RuleDateError
        For a session that the rule book does not cover.
    DataError
        For a series without a board.
    """
    last = len(panel.sessions) - 1 if last is None else last
    made = _made.setdefault(panel, {})
    key = market, first, last
    found = made.pop(key, None) or _resolve(market, panel, first, last)
    made[key] = found
    while len(made) > MOST_KEPT:
        made.pop(next(iter(made)), None)
    return found


class PriceLimits(NamedTuple):
    """How far prices may go, by session and series; read-only.

    Attributes
    ----------
    limit : array of shape (T, N)
        Fraction by which a price may leave the previous close; 0 where there is no limit, and before the first bar of
        the series' board.
    tick : array of shape (T, N)
        Currency; 0 before the first bar of the series' board.
    """

    limit: Floats
    tick: Floats


def price_limits(market: Market, panel: Panel, kinds: tuple[str, ...] | None = None) -> PriceLimits:
    """Price limits by the rules of a market alone, for bars that nobody trades in: no fee is looked up.

    Whether the market's orders keep the limits (``limit_policy``) plays no part.

    Parameters
    ----------
    market : Market
    panel : Panel
        T sessions, N series.
    kinds : tuple of str, optional
        Of the series, in place of the panel's own.

    Returns
    -------
    PriceLimits

    Raises
    ------
    RuleDateError
        For a session that the rule book does not cover, from the first bar of a board on.
    DataError
        For a series without a board.
    """
    names = boards_of(market, panel, kinds)
    tick = np.zeros(panel.shape)
    for name, columns in _by_board(names):
        rows = slice(int(panel.first_bar[columns].min()), None)
        tick[rows, columns] = _ruled(market, panel, "tick", market.tick, name, rows)[:, None]
    limits = PriceLimits(_limits(market, panel, names, slice(0, None)), tick)
    for array in limits:
        array.flags.writeable = False
    return limits


def _by_board(names: tuple[str, ...]) -> list[tuple[str, Ints]]:
    """Each board with the columns of its series."""
    of = np.array(names)
    return [(name, np.flatnonzero(of == name)) for name in sorted(set(names))]


def _ruled(market: Market, panel: Panel, item: str, own: float | None, board: str, rows: slice) -> Floats:
    """One rule of a board in some sessions: the market's own number, or the book's."""
    sessions = panel.sessions[rows]
    if own is not None or market.book is None:
        return np.full(len(sessions), own or 0.0)
    return market.book.values(item, (board,), sessions, market.uncovered)[:, 0]


def _limits(market: Market, panel: Panel, names: tuple[str, ...], rows: slice) -> Floats:
    """Price limits of the series on boards ``names`` in some sessions, shape (T, N)."""
    limit = np.zeros(panel.shape)
    for name, columns in _by_board(names):
        own = slice(max(int(panel.first_bar[columns].min()), rows.start), rows.stop)
        found = _ruled(market, panel, "limit", market.price_limit, name, own)[:, None]
        special = panel.special[own, columns]
        if market.price_limit is None and special.any():
            found = np.where(special, _ruled(market, panel, "limit_special", None, name, own)[:, None], found)
        limit[own, columns] = found
    if market.book is not None:
        limit[_is_newly_listed(panel, market.book, names, market.price_limit is not None)] = 0.0
    return limit


def boards_of(market: Market, panel: Panel, kinds: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """The board of each series, N names; "" for all in a market without a rule book.

    The panel's own word comes first, then the book's codes, then the market's ``board``, which no share gets that is
    a board of funds.

    Parameters
    ----------
    market : Market
    panel : Panel
        N series.
    kinds : tuple of str, optional
        Of the series, in place of the panel's own.

    Returns
    -------
    tuple of str
        N names; "" for all in a market without a rule book.

    Raises
    ------
    UnknownNameError
        A board that the rule book does not have.
    """
    book = market.book
    if book is None:
        return ("",) * len(panel.symbols)
    of_board = {board.name: board.kind for board in book.boards}
    known = list(of_board)
    if market.board and market.board not in known:
        raise UnknownNameError(f"Market.board, for rule book {book.name}", market.board, known)
    found = []
    for symbol, kind, said in zip(panel.symbols, kinds or panel.kinds, panel.boards, strict=True):
        board = said or book.board_of(symbol, kind)
        if not board and kind == "index":  # what a file says where it says nothing; no index has a fund's code
            board = book.board_of(symbol, "etf")
        falls = market.board if kind != "stock" or of_board.get(market.board) == "stock" else ""  # no share is a fund
        found.append(board or falls)
    lost = [symbol for symbol, board in zip(panel.symbols, found, strict=True) if not board]
    if lost:
        raise DataError(
            f"market {market.name} does not know the board of {lost[0]} (kind "
            f"{panel.kinds[panel.column(lost[0])]!r}; {len(lost)} such series); bring a column 'board' "
            f"({', '.join(known)}), a 'kind', or name one for all: Market(board=...)"
        )
    return tuple(found)


def _resolve(market: Market, panel: Panel, first: int, last: int) -> InForce:
    names = boards_of(market, panel)
    boards = tuple(sorted(set(names)))
    board = np.array([boards.index(name) for name in names], np.int64)
    rows = slice(first, last + 1)
    shape = len(panel.sessions), len(boards)

    def ruled(item: str, own: float | None) -> Floats:
        """One rule, shape (T, B): the market's own number, or the book's."""
        table = np.zeros(shape)
        book = market.book
        if own is not None or book is None:
            table[rows] = own or 0.0
        else:
            table[rows] = book.values(item, boards, panel.sessions[rows], market.uncovered)
        return table

    ignored = market.limit_policy == "ignore"
    limit = np.zeros(panel.shape) if ignored else _limits(market, panel, names, rows)
    fees = np.zeros((*shape, 2, len(FEES)))
    least = np.zeros((2, len(FEES)))
    for s, side in enumerate((BUY, SELL)):
        for k, fee in enumerate(FEES):
            fees[:, :, s, k] = ruled(fee.items.get(side, ""), fee.own_rate(market, side))
            least[s, k] = fee.least(market, side)
    fees *= market.cost_scale
    least *= market.cost_scale
    sizes = np.stack((ruled("lot_min", market.lot), ruled("lot_step", market.lot), ruled("tick", market.tick)), axis=-1)
    locked = ruled("t_plus_one", None if market.t_plus_one is None else float(market.t_plus_one)) > 0
    limit = np.ascontiguousarray(limit)
    charged = np.flatnonzero((fees > 0).any(axis=(0, 1, 2)) | (least > 0).any(axis=0))
    for array in (fees, least, charged, sizes, locked, limit):
        array.flags.writeable = False
    minimum, step, tick = np.moveaxis(sizes, -1, 0)
    return InForce(boards, board, fees, least, charged, minimum, step, tick, locked, limit, sizes)


def _is_newly_listed(panel: Panel, book: RuleBook, boards: tuple[str, ...], own_limit: bool) -> NDArray[np.bool_]:
    """Whether a series is in the sessions without a limit that the rule of its listing day gives it, shape (T, N).

    Listed at ``known_from``, or where that is not known at its first bar; not where its bars begin in the panel's first
    session, or it was listed before it. A book that has no such rule for a board is an error, but
    not with ``own_limit``, where the market's own number stands for what the book says of limits.
    """
    sessions = panel.sessions.to_numpy()
    said = ~np.isnat(panel.known_from)
    begin = np.where(said, np.searchsorted(sessions, panel.known_from), panel.first_bar)
    old = (panel.first_bar == 0) | (said & (panel.known_from < sessions[0]))
    free = np.zeros(len(boards))
    for i in np.flatnonzero(~old & (begin < len(sessions))).tolist():
        day = panel.sessions[[begin[i]]]
        if not own_limit or book.in_force(["free_sessions"], [boards[i]], day[0], day[0]):
            free[i] = book.values("free_sessions", boards[i : i + 1], day, "nearest")[0, 0]
    age = np.arange(len(sessions))[:, None] - begin
    return (age >= 0) & (age < free)


def describe_boards(market: Market, panel: Panel) -> dict[str, Any]:
    """The series of each board, by board; empty in a market without a rule book.

    Parameters
    ----------
    market : Market
    panel : Panel

    Returns
    -------
    dict of str to list of str
        Boards ascending, symbols in the order of the panel.
    """
    names = boards_of(market, panel)
    return {
        board: [symbol for symbol, name in zip(panel.symbols, names, strict=True) if name == board]
        for board in sorted(set(names))
        if board
    }
