"""The account of a run once more, from its fills and the bars alone: a second bookkeeping."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import numpy as np

from sectorlead.data.types import Floats
from sectorlead.engine.market.fees import COSTS, FEES, SLIPPAGE
from sectorlead.engine.market.market import Market
from sectorlead.engine.market.rule_tables import describe_boards
from sectorlead.engine.record import Record

ROUNDING = 1e-7
"""Of currency, beside the step of money: what floats lose in millions."""


class Books(NamedTuple):
    """An account by session."""

    cash: Floats  # (S,)
    shares: Floats  # (S, N)
    equity: Floats  # (S,)


def rebooked(record: Record, *, costs: bool = True) -> Books:
    """Cash, shares and equity after each session, from the fills.

    Parameters
    ----------
    record : Record
    costs : bool
        False: what would be there had every trade been done at the bar's own price, without a fee.
    """
    panel, log, terms = record.panel, record.outcome.fills, record.terms
    money, n = terms.cash, len(panel.symbols)
    held, mark, factor = np.zeros(n), np.full(n, np.nan), np.full(n, np.nan)
    cash, shares, equity = [], [], []
    at, interest = 0, record.outcome.interest
    fees = [sum(float(log.by_kind[kind][k]) for kind in COSTS if kind != SLIPPAGE) for k in range(len(log.row))]
    for t in range(terms.last + 1):
        there = np.isfinite(panel.close[t])
        for i in np.flatnonzero(there).tolist():
            if np.isfinite(factor[i]) and panel.adj_factor[t, i] != factor[i]:
                held[i] *= panel.adj_factor[t, i] / factor[i]
            factor[i] = panel.adj_factor[t, i]
        if t >= terms.first:
            money += float(interest[t - terms.first])
        while at < len(log.row) and log.row[at] == t:
            i, side, value = int(log.column[at]), int(log.side[at]), float(log.value[at])
            if not costs and abs(side) == 1:
                value = float(log.shares[at]) * float(reference(record, t, i))
            if side == 1:
                money -= value + fees[at] * costs
                held[i] += log.shares[at]
            else:
                money += value - fees[at] * costs
                held[i] = 0.0 if side != -1 else held[i] - log.shares[at]
                held[i] = 0.0 if abs(held[i]) < 1e-9 else held[i]
            at += 1
        mark[there] = panel.close[t, there]
        if t >= terms.first:
            cash.append(money)
            shares.append(held.copy())
            equity.append(money + sum(float(held[i]) * float(mark[i]) for i in np.flatnonzero(held).tolist()))
    return Books(np.array(cash), np.array(shares), np.array(equity))


def reference(record: Record, row: int, column: int) -> float:
    """The bar's own price at which an order fills, before slippage.

    Parameters
    ----------
    record : Record
    row, column : int
    """
    panel = record.panel
    key = "open" if record.terms.fill == "open" and panel.has_ohlc else "close"
    return float(getattr(panel, key)[row, column])


def charged(record: Record) -> Iterator[tuple[int, str, float, float]]:
    """Each fill's fees by kind, as booked and as the market's words say: fill, kind, booked, due."""
    market, log = record.market, record.outcome.fills
    board = {symbol: name for name, symbols in describe_boards(market, record.panel).items() for symbol in symbols}
    for k in range(len(log.row)):
        side, value = int(log.side[k]), Decimal(repr(float(log.value[k])))
        day, symbol = record.panel.sessions[log.row[k]].date(), record.panel.symbols[log.column[k]]
        for kind in FEES:
            rate = kind.own_rate(market, side) if abs(side) == 1 else 0.0
            if rate is None:
                rate = _of_book(market, kind.items[side], board.get(symbol, ""), day)
            least = kind.least(market, side) if abs(side) == 1 else 0.0
            scale = market.cost_scale
            due = max(value * Decimal(repr(rate * scale)), Decimal(repr(least * scale)))
            yield k, kind.kind, float(log.by_kind[kind.kind][k]), float(_rounded(due, market.money_step))


def _of_book(market: Market, item: str, board: str, day: object) -> float:
    """A rate of the rule book on a day: the latest entry for the board that had begun."""
    entries = [each for each in market.book.entries if each.item == item and board in each.boards]  # type: ignore[union-attr]
    begun = [each for each in entries if each.start <= day]  # type: ignore[operator]
    return float(max(begun, key=lambda each: each.start).value) if begun else 0.0


def _rounded(value: Decimal, step: float) -> Decimal:
    if not step:
        return value
    unit = Decimal(repr(step))
    return (value / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
