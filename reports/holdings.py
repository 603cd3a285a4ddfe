"""Holding spells: when each series was held, and what came of it. Whatever shows or counts holdings reads them here.

A spell goes from a buy out of nothing to the sale that leaves nothing (of a short holding, the reverse), fill by fill:
a series that is sold and bought back in one session has two, and one that comes and goes in a session has a spell of no
close. Each fill belongs to exactly one spell, so what the spells made is what the account made, interest apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..data.types import Flags, Floats, Ints
from ..engine.market.arithmetic import DUST
from ..engine.record import DIVIDEND
from .history import Fills, History

SPELLS = ("symbol", "side", "start", "end", "sessions", "return", "contribution", "fees", "fills")
"""Columns of ``spell_table``."""


class FillsInSpells(NamedTuple):
    """F fills by column and then by time: their positions in the log, spells, and shares held before and after."""

    order: Ints
    spell: Ints
    before: Floats
    after: Floats


@dataclass(frozen=True, eq=False)
class HoldingSpells:
    """The holding spells of an account, by column and then by time; K of them, of F fills.

    Attributes
    ----------
    column : int64 array of shape (K,)
        Position among the symbols of the history.
    start : int64 array of shape (K,)
        Session of the first fill, from 0.
    sessions : int64 array of shape (K,)
        Closes at which it was held; 0 where it was bought and sold in one session. Where it ended, the session of the
        last fill is ``start + sessions``.
    ended : bool array of shape (K,)
        Whether it was sold whole, or its series ended.
    short : bool array of shape (K,)
        Whether it was sold first.
    contribution : float64 array of shape (K,)
        Sales, and the last value where it is still held, less purchases and fees, in currency.
    fees : float64 array of shape (K,)
        What was paid beside the value of its fills, in currency.
    sorted : FillsInSpells
        The fills, spell by spell.
    """

    column: Ints
    start: Ints
    sessions: Ints
    ended: Flags
    short: Flags
    contribution: Floats
    fees: Floats
    sorted: FillsInSpells

    def __len__(self) -> int:
        return len(self.column)

    @cached_property
    def spell_of_fill(self) -> Ints:
        """The spell of each fill, int64, shape (F,)."""
        return _put(self.sorted.order, self.sorted.spell)

    @cached_property
    def before(self) -> Floats:
        """Shares held before each fill, shape (F,); negative where sold short."""
        return _put(self.sorted.order, self.sorted.before)

    @cached_property
    def after(self) -> Floats:
        """Shares held after each fill, shape (F,); negative where sold short."""
        return _put(self.sorted.order, self.sorted.after)


def holding_spells(history: History) -> HoldingSpells:
    """All holding spells of an account, those still open at its end included.

    Parameters
    ----------
    history : History
        Shares are read at the closes of sessions with fills, so that splits between fills change nothing.

    Returns
    -------
    HoldingSpells
        Empty where nothing was traded.
    """
    return spells_of(history.fills, history.shares, history.last_worth)


def spells_of(log: Fills, shares: Floats, last_worth: Floats) -> HoldingSpells:
    """``holding_spells`` of an account with these fills.

    Parameters
    ----------
    log : Fills
    shares : float array of shape (S, N)
        Held after each close; negative where sold short.
    last_worth : float array of shape (N,)
        What is held after the last close, in currency.
    """
    order = np.argsort(log.column, kind="stable")
    row, column = log.row[order], log.column[order]
    before, after = _around(log, shares, order)
    begins = before == 0
    begins[1:] |= column[1:] != column[:-1]
    begins[:1] = True
    first = np.flatnonzero(begins)
    stop = np.append(first[1:], len(order))[: len(first)] - 1  # position of each spell's last fill
    held, ended = column[first], after[stop] == 0
    flows = np.where(log.side > 0, -log.value, log.value) - log.fees
    worth = np.where(ended, 0.0, last_worth[held])
    spell = np.cumsum(begins) - 1
    return HoldingSpells(
        column=held,
        start=row[first],
        sessions=np.where(ended, row[stop], len(shares)) - row[first],
        ended=ended,
        short=after[first] < 0,
        contribution=_sums(flows[order], first) + worth,
        fees=_sums(log.fees[order], first),
        sorted=FillsInSpells(order, spell, before, after),
    )


def paid_for(history: History, spells: HoldingSpells) -> Floats:
    """All that was paid for each spell, fees included, in currency, shape (K,); of a short one what was received.

    The contribution over it is what the money made: of one purchase and one sale proceeds over cost, less 1.

    Parameters
    ----------
    history : History
    spells : HoldingSpells
        Of the same account.
    """
    log, short = history.fills, spells.short[spells.spell_of_fill]
    opens = np.where(short, log.side == -1, log.side > 0)
    money = np.where(opens, log.value + np.where(short, -log.fees, log.fees), 0.0)
    return np.asarray(np.bincount(spells.spell_of_fill, money, len(spells)))


def spell_table(history: History) -> pd.DataFrame:
    """The holding spells as a table, by start and column.

    Returns
    -------
    DataFrame
        ``symbol``; ``side``, "long" or "short"; ``start`` and ``end``, the sessions of the first and of the last fill,
        ``end`` NaT where it is still held; ``sessions``, ``contribution`` and ``fees`` as in ``HoldingSpells``;
        ``fills``, their number. ``return``: what 1 in it became, less 1: from fill to fill at their own prices,
        compounded, with the fees of each taken off the money that is in it then. Of one buy and one sale it is proceeds
        over cost, less 1; what came in or went out in between changes it by its fees only.
    """
    spells, sessions = holding_spells(history), history.sessions
    order = np.lexsort((spells.column, spells.start))
    end = np.minimum(spells.start + spells.sessions, len(sessions) - 1)
    table = {
        "symbol": history.names(spells.column),
        "side": np.where(spells.short, "short", "long").astype(object),
        "start": sessions[spells.start],
        "end": sessions[end].where(spells.ended),
        "sessions": spells.sessions,
        "return": _returns(history, spells),
        "contribution": spells.contribution,
        "fees": spells.fees,
        "fills": np.bincount(spells.spell_of_fill, minlength=len(spells)),
    }
    return pd.DataFrame({name: values[order] for name, values in table.items()}, columns=list(SPELLS))


def _around(log: Fills, shares: Floats, order: Ints) -> tuple[Floats, Floats]:
    """Shares before and after each fill, taken in ``order``, which is by column and then by time.

    Told backwards from what was held after the close.
    """
    row, column, signed = log.row[order], log.column[order], log.signed[order]
    after = shares[row, column]
    again = np.flatnonzero((column[1:] == column[:-1]) & (row[1:] == row[:-1]))  # another fill of it in the session
    for k in again[::-1].tolist():
        after[k] = _undusted(after[k + 1] - signed[k + 1], after[k + 1], signed[k + 1])
    return _undusted(after - signed, after, signed), after


def _undusted(left: Floats, after: Floats, signed: Floats) -> Floats:
    """``left``, 0 where it is rounding."""
    return np.where(np.abs(left) <= DUST * np.maximum(np.abs(after), np.abs(signed)), 0.0, left)


def _sums(values: Floats, first: Ints) -> Floats:
    return np.add.reduceat(values, first) if len(first) else np.zeros(0)


def _put(order: Ints, values: np.ndarray[tuple[int], np.dtype[np.generic]]) -> np.ndarray[tuple[int], np.dtype]:
    out = np.empty_like(values)
    out[order] = values
    return out


def _returns(history: History, spells: HoldingSpells) -> Floats:
    """The return of each spell; see ``spell_table``."""
    log, out = history.fills, np.zeros(len(spells))
    order = np.argsort(spells.spell_of_fill, kind="stable")
    price = log.value / log.shares
    for k, all_of_it in enumerate(np.split(order, np.flatnonzero(np.diff(spells.spell_of_fill[order])) + 1)):
        pays = log.side[all_of_it] == DIVIDEND
        mine = all_of_it[~pays]
        if len(mine):
            worth = 0.0 if spells.ended[k] else float(history.last_worth[spells.column[k]])
            earned = np.where(pays, log.value[all_of_it] - log.fees[all_of_it], 0.0)
            paid = np.bincount(np.cumsum(~pays) - 1, earned, len(mine)).astype(np.float64)  # after each fill
            out[k] = _compounded(price[mine], log.fees[mine], spells.before[mine], spells.after[mine], worth, paid)
    return out


def _compounded(
    price: Floats, fees: Floats, before: Floats, after: Floats, worth: float, dividends: Floats
) -> float:
    """The return of a spell with these fills: from fill to fill at their own prices, fees off the money at work."""
    at_work = np.maximum(np.abs(before), np.abs(after)) * price
    grows = np.abs(after) > np.abs(before)
    paid = np.where(grows, _over(at_work, at_work + fees), _over(at_work - fees, at_work))
    begun, reached = after * price, np.append((before * price)[1:], worth) + dividends
    moved = 1.0 + np.divide(reached - begun, np.abs(begun), out=np.zeros(len(begun)), where=begun != 0)
    return float(np.prod(paid) * np.prod(moved) - 1.0)


def _over(part: Floats, whole: Floats) -> Floats:
    """``part / whole``, 1 where the whole is nothing."""
    return np.divide(part, whole, out=np.ones(len(part)), where=whole != 0)
