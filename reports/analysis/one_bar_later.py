"""Every fill repriced one bar later: how much of a return hangs on the price of the bar that it was filled in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Flags, Ints
from ...engine.dividends import share_factor
from ...engine.market.fill_prices import reference_price
from ...engine.record import Record

COLUMNS = ("session", "symbol", "side", "value", "later", "moved", "effect")


class Repriced(NamedTuple):
    """A run whose fills had been those of the next bar.

    Attributes
    ----------
    total, later : float
        Total return of the run, and what it would have been had each fill been that of the next bar: the same part of
        the account, with fees and slippage in the same proportion to the price.
    fills : DataFrame
        A row per purchase and sale: ``session``, ``symbol``, ``side``, ``value`` in currency, ``later``, the session
        of the next bar that an order can fill in (NaT where there is none, and nothing changes), ``moved``, how far
        the price went until then, dividends and splits apart, and ``effect``, what that does to the return of the
        fill's session, as a fraction.
    """

    total: float
    later: float
    fills: pd.DataFrame


def one_bar_later(record: Record) -> Repriced:
    """Reprices every purchase and sale of a run at the fill price of the next bar.

    What was bought at one price and would have been at another moves the account by the difference, over what it was
    worth at the close before the fill; returns with these effects are compounded as the run's are. So weights stay as
    they were, and shares do not: it is no run of its own, which would size its orders by other closes.

    Parameters
    ----------
    record : Record
    """
    terms, panel, log = record.terms, record.panel, record.outcome.fills
    chosen = log.traded
    row, column, side = log.row[chosen], log.column[chosen], log.side[chosen]
    price = reference_price(panel, terms.fill, terms.price_at) * share_factor(panel, terms.dividends)
    later = _next_known(np.asarray(np.isfinite(price)), terms.last)[row, column]
    there = later >= 0
    moved = np.ones(len(row))
    moved[there] = price[later[there], column[there]] / price[row[there], column[there]]
    moved = np.where(np.isfinite(moved), moved, 1.0) - 1.0
    money = np.where(side > 0, -(log.value + log.fees)[chosen], (log.value - log.fees)[chosen])
    before = np.concatenate(([terms.opening], record.outcome.equity[:-1]))[row - terms.first]
    effect = np.divide(moved * money, before, out=np.zeros(len(row)), where=before > 0)
    days = panel.sessions.to_numpy()
    fills = pd.DataFrame(
        {
            "session": panel.sessions[row],
            "symbol": np.array(panel.symbols, dtype=object)[column],
            "side": np.where(side > 0, "buy", "sell").astype(object),
            "value": log.value[chosen],
            "later": pd.DatetimeIndex(np.where(there, days[np.maximum(later, 0)], np.datetime64("NaT"))),
            "moved": moved,
            "effect": effect,
        },
        columns=list(COLUMNS),
    )
    line = record.wealth
    steps = np.divide(line[1:], line[:-1], out=np.ones(len(line) - 1), where=line[:-1] > 0)
    later_on = np.maximum(steps + np.bincount(row - terms.first, effect, len(steps)), 0.0)
    return Repriced(float(record.wealth[-1] - 1.0), float(np.prod(later_on) - 1.0), fills)


def _next_known(known: Flags, last: int) -> Ints:
    """For each session the next one up to ``last`` in which a price is known, shape (T, N); -1 where there is none."""
    size = len(known)
    places: Ints = np.arange(size)[:, None]
    rows: Ints = np.where(known & (places <= last), places, size)
    reach: Ints = np.minimum.accumulate(rows[::-1], axis=0)[::-1]
    out: Ints = np.full(known.shape, -1)
    out[:-1] = np.where(reach[1:] < size, reach[1:], -1)
    return out
