"""``History``: what happened to an account, whoever ran it; every analysis reads only this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..data.types import Floats, Ints
from ..engine.record import DIVIDEND, REASONS, Record
from .growth import DAYS_PER_YEAR, Growth, base_point


class Fills(NamedTuple):
    """Fills in the order they happened; F of them, each field of shape (F,).

    Attributes
    ----------
    row : int64
        Position among the sessions of the history.
    column : int64
        Position among the symbols.
    side : int64
        1 buys, -1 sells, 0 is a series that ended and became cash, -2 a holding that was written off, 2 what was held
        when the history begins, -3 a dividend, which moves no shares.
    shares, price, value : float64
        Shares > 0; price and value in currency.
    fees : float64
        What was paid beside the value, in currency.
    """

    row: Ints
    column: Ints
    side: Ints
    shares: Floats
    price: Floats
    value: Floats
    fees: Floats

    @property
    def signed(self) -> Floats:
        """Change of the holding in shares, shape (F,): negative where shares went."""
        return np.where(self.side == DIVIDEND, 0.0, np.where(self.side > 0, self.shares, -self.shares))


class Unfilled(NamedTuple):
    """Orders, or parts of them, that were not filled; R of them, each field of shape (R,).

    Attributes
    ----------
    row, column : int64
        As in ``Fills``.
    side : int64
        1 buys, -1 sells.
    wanted, filled : float64
        Shares.
    status, reason : object
        Words; which ones depends on who ran it, see ``analyzers.trades.rejections``.
    """

    row: Ints
    column: Ints
    side: Ints
    wanted: Floats
    filled: Floats
    status: NDArray[np.object_]
    reason: NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class History:
    """An account from its starting cash to its last close; S sessions, N symbols.

    Attributes
    ----------
    sessions : DatetimeIndex of shape (S,)
    base : Timestamp
        The session before the first, to which the starting cash belongs; the first itself where none is known.
    symbols : tuple of str
    opening : float
        Starting cash, in currency.
    equity, cash : float64 array of shape (S,)
        After each close, in currency.
    units : float64 array of shape (S,)
        Units of the account, 1 at the start: cash that was put in or taken out during the run changes them, and no
        return.
    shares : float64 array of shape (S, N)
        Held after each close; negative where sold short.
    valued : callable
        From some sessions, as a slice, to what was held in them at last known closes, shape (sessions, N), in currency;
        0 where nothing is held.
    fills : Fills
    costs : mapping of str to float64 array of shape (F,)
        Costs of each fill by kind, in currency. "slippage" is inside the price already and no part of the fees.
    rejections : Unfilled
    """

    sessions: pd.DatetimeIndex
    base: pd.Timestamp
    symbols: tuple[str, ...]
    opening: float
    equity: Floats
    cash: Floats
    units: Floats
    shares: Floats
    valued: Callable[[slice], Floats]
    fills: Fills
    costs: Mapping[str, Floats]
    rejections: Unfilled

    @cached_property
    def worth(self) -> Floats:
        """What is held is worth at last known closes, shape (S, N), in currency; 0 where nothing is held."""
        return self.valued(slice(None))

    @property
    def last_worth(self) -> Floats:
        """The last row of ``worth``."""
        row: Floats = self.valued(slice(-1, None))[0]
        return row

    @property
    def growth(self) -> Growth:
        """What 1 became, with a base point before the first return; S + 1 points."""
        return Growth("", np.concatenate(([self.opening], self.equity / self.units)) / self.opening)

    @property
    def points(self) -> pd.DatetimeIndex:
        """Dates of the growth line, S + 1 of them."""
        return pd.DatetimeIndex(pd.DatetimeIndex([self.base]).append(self.sessions))

    @property
    def years(self) -> float:
        """Calendar years of 365.25 days from the base point to the last session."""
        return float((self.sessions[-1] - self.base).days / DAYS_PER_YEAR)

    @property
    def traded(self) -> NDArray[np.bool_]:
        """Which fills were bought or sold, shape (F,): not those that left without a trade, nor what was there."""
        return np.asarray(np.abs(self.fills.side) == 1)

    def names(self, columns: Ints) -> NDArray[np.object_]:
        """Symbols of these columns."""
        return np.asarray(np.array(self.symbols, dtype=object)[columns])


def _units(record: Record) -> Floats:
    """Units of an account whose value of one unit is its ``wealth``, shape (S,); exactly 1 without flows."""
    if not record.outcome.flows.any():
        return np.ones(len(record.outcome.equity))
    wealth = record.wealth[1:] * record.terms.opening
    return np.divide(record.outcome.equity, wealth, out=np.ones(len(wealth)), where=wealth > 0)


def fills_of(record: Record) -> Fills:
    """The fills of a run, by position among its sessions."""
    log = record.outcome.fills
    return Fills(log.row - record.terms.first, log.column, log.side, log.shares, log.price, log.value, log.fees)


def history_of(record: Record) -> History:
    """The history of a run of either engine of this package."""
    refused, held = record.outcome.rejections, record.outcome.shares
    first, last = record.terms.first, record.terms.last
    marks = record.panel.last_close[first : last + 1]
    return History(
        sessions=record.sessions,
        base=base_point(record.panel, first),
        symbols=record.panel.symbols,
        opening=record.terms.opening,
        equity=record.outcome.equity,
        cash=record.outcome.cash,
        units=_units(record),
        shares=held,
        valued=lambda rows: np.where(held[rows] > 0, held[rows] * marks[rows], 0.0),
        fills=fills_of(record),
        costs=record.outcome.fills.by_kind,
        rejections=Unfilled(
            refused.row - first,
            refused.column,
            refused.side,
            refused.wanted,
            refused.filled,
            np.where(refused.filled > 0, "partial", "unfilled").astype(object),
            np.array(REASONS, dtype=object)[refused.reason],
        ),
    )
