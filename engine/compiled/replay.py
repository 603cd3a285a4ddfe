"""Decisions that are known beforehand are carried out: random ones, or those of a run once more, at other costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ...data.panel import Panel
from ...data.types import Floats, Ints
from ..market.market import Market
from ..record import Terms
from .engine import KernelArguments, kernel_arguments
from .session import run_sessions, take_decision
from .state import FILLS, AccountArrays, MarketArrays, RunRules, Tracks, compiled


class Replayed(NamedTuple):
    """What came of a list of decisions; S sessions of the run.

    Attributes
    ----------
    equity : float64 array of shape (S,)
        After each close, in currency.
    cash : float64 array of shape (S,)
    traded : float64 array of shape (S,)
        Bought and sold in each session, in currency; a series that ended is not traded by choice and left out.
    """

    equity: Floats
    cash: Floats
    traded: Floats


def replay(panel: Panel, market: Market, terms: Terms, rows: Ints, weights: Floats) -> Replayed:
    """Carry out decisions under the rules of a market, as a run of ``terms`` does those of a strategy.

    Parameters
    ----------
    panel : Panel
        T sessions, N series.
    market : Market
    terms : Terms
        Resolved on this panel and market.
    rows : int64 array of shape (D,)
        Panel rows after whose closes is decided, ascending, before ``terms.last``.
    weights : float64 array of shape (D, N)
        Target weights; NaN leaves a series, and its open order, alone.

    Returns
    -------
    Replayed
    """
    return next(replays(panel, market, terms, rows, iter((weights,))))


def replays(panel: Panel, market: Market, terms: Terms, rows: Ints, several: Iterator[Floats]) -> Iterator[Replayed]:
    """``replay`` of several lists of weights for the same sessions, one after the other.

    Parameters
    ----------
    panel, market, terms, rows
        As for ``replay``.
    several : iterator of float64 arrays of shape (D, N)
        Each is asked for when the one before it has been carried out.
    """
    arguments = kernel_arguments(panel, market, terms, len(rows))
    before = [array.copy() for array in arguments.account]
    for weights in several:
        for array, empty in zip(arguments.account, before, strict=True):
            array[:] = empty  # the tracks are written over: new ones for each would take twice as long
        replay_nb(*arguments, rows, weights, terms.last)
        yield _replayed(arguments)


def _replayed(arguments: KernelArguments) -> Replayed:
    account, tracks = arguments.account, arguments.tracks
    count = int(account.state[FILLS])
    chosen = np.abs(tracks.fill_side[:count]) == 1
    session = tracks.fill_row[:count][chosen] - tracks.first
    traded = np.bincount(session, tracks.fill_money[:count, 2][chosen], len(tracks.equity)).astype(np.float64)
    return Replayed(tracks.equity.copy(), tracks.cash.copy(), traded)


def replay_plain(
    market: MarketArrays,
    rules: RunRules,
    account: AccountArrays,
    tracks: Tracks,
    rows: Ints,
    weights: Floats,
    last: int,
) -> None:
    """A whole run of decisions that are known beforehand.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    account : AccountArrays
        Changed in place.
    tracks : Tracks
        Written to.
    rows : int64 array of shape (D,)
    weights : float64 array of shape (D, N)
    last : int
        Row of the panel, included.
    """
    t = tracks.first
    for d in range(rows.size):
        run_sessions(market, rules, account, tracks, t, rows[d], True)
        for i in range(account.weight.size):
            account.weight[i] = weights[d, i]
        take_decision(market, rules, account, tracks, rows[d], d)
        t = rows[d] + 1
    run_sessions(market, rules, account, tracks, t, last, False)


replay_nb = compiled(replay_plain)
