"""A market and a panel as the batch kernel reads them: every rule looked up once for each session and series."""

from __future__ import annotations

import math
import threading
import weakref
from collections import OrderedDict
from typing import Any

import numpy as np

from ....data.errors import ParameterError
from ....data.panel import Panel
from ....data.types import Floats
from ...dividends import distributions, dividend_tax
from ...market import arithmetic
from ...market.market import Market
from ...record import Terms
from ..engine import market_arrays, run_rules
from ..limits import blocked, limit_at, lots
from ..state import TICK, MarketArrays, RunRules, compiled, read_only
from .arrays import (
    BUY,
    CAP,
    CLOSE,
    LOWER,
    MARK,
    NEXT_BUY,
    NEXT_PRICE,
    NEXT_SELL,
    PRESSURE,
    PRICE,
    SELL,
    UPPER,
    PackedMarket,
)

MOST_KEPT = 2
"""Packed markets that a panel remembers: 72 bytes and more for each bar."""

_made: weakref.WeakKeyDictionary[Panel, OrderedDict[tuple[Any, ...], PackedMarket]] = weakref.WeakKeyDictionary()
_one_at_a_time = threading.Lock()


def packed_market(panel: Panel, market: Market, terms: Terms, measured: int | None = None) -> PackedMarket:
    """The rules of every session and series of a run; the panel remembers the latest ``MOST_KEPT``.

    Parameters
    ----------
    panel : Panel
    market : Market
    terms : Terms
        Resolved on both.
    measured : int, optional
        Panel row from which on the run is measured; default: its first.

    Raises
    ------
    ParameterError
        Where the batch kernel can't run them: see ``why_not``.
    """
    if why := why_not(panel, market, terms):
        raise ParameterError(f"the batch kernel does not know {why}; run such variants one by one: sectorlead.run")
    key = market, terms, terms.accrual.tobytes()
    with _one_at_a_time:
        made = _made.setdefault(panel, OrderedDict())
        if key not in made:
            made[key] = _packed(panel, market, terms)
            while len(made) > MOST_KEPT:
                made.popitem(last=False)
        made.move_to_end(key)
        found = made[key]
    return found._replace(measured=terms.first if measured is None else max(terms.first, measured))


def why_not(panel: Panel, market: Market, terms: Terms) -> str:
    """What of a run's terms the batch kernel does not know, in words; "" where it knows them all.

    Parameters
    ----------
    panel : Panel
    market : Market
    terms : Terms
        Resolved on both.
    """
    if terms.dividends == "reinvested":
        return ""
    rates = dividend_tax(panel, market, terms.first, terms.last).rates
    paid = distributions(panel, terms.dividends).cash[terms.first + 1 : terms.last + 1] > 0.0
    by_age = (rates != rates[:, :, 2:]).any(axis=2)[terms.first : terms.last]  # at the record date, the session before
    return "a tax on dividends by how long shares are held" if (by_age & paid).any() else ""


def _packed(panel: Panel, market: Market, terms: Terms) -> PackedMarket:
    arrays, rules = market_arrays(panel, terms), run_rules(panel, market, terms)
    sessions, columns = panel.shape
    cells = np.full((sessions, columns, 5), np.nan)
    bounds = np.zeros((sessions, columns, 3) if rules.impact else (0, 0, 0))
    pack_nb(arrays, rules, terms.first, terms.last, cells, bounds)
    near = np.full((sessions, columns, 4), np.nan)
    near[:, :, CLOSE] = arrays.known
    for place, of in ((NEXT_BUY, BUY), (NEXT_SELL, SELL), (NEXT_PRICE, PRICE)):
        near[:-1, :, place] = cells[1:, :, of]
    return read_only(
        PackedMarket(
            cells=cells,
            near=near,
            marks=arrays.marks,
            known=arrays.known,
            value=arrays.value,
            bounds=bounds,
            split=arrays.split,
            dividend=arrays.dividend,
            withheld=_at_ex_date(rules.dividend_tax),
            last_row=arrays.last_row,
            lost=arrays.lost,
            next_event=_next_event(arrays.eventful | (terms.flow != 0.0)),
            board=rules.board,
            fees=rules.fees,
            least=rules.least,
            charged=rules.charged,
            sizes=rules.sizes,
            accrual=rules.accrual,
            flow=rules.flow,
            per_unit=0.0 if rules.money_step == 0.0 else float(math.floor(1.0 / rules.money_step + 0.5)),
            money_step=rules.money_step,
            slippage=float(rules.slippage),
            half_spread=float(rules.half_spread),
            impact=float(rules.impact),
            recovery=rules.recovery,
            capped=rules.participation != 0.0,
            earns=rules.earns,
            flows=rules.flows,
            reinvests=rules.reinvests,
            size_at_fill=rules.size_at_fill,
            carry=rules.carry,
            same_close=rules.same_close,
            early=rules.early,
            no_trade=rules.no_trade,
            of_target=rules.of_target,
            to_edge=rules.to_edge,
            cash=float(terms.cash),
            first=terms.first,
            last=terms.last,
            measured=terms.first,
        )
    )


def _at_ex_date(tax: Floats) -> Floats:
    """What is withheld of a dividend by its ex-date, from the rates at its record date, the session before."""
    if tax.size == 0:
        return np.zeros((0, 0))
    return np.concatenate((tax[:1, :, 2], tax[:-1, :, 2]))


def _next_event(eventful: np.ndarray) -> np.ndarray:
    count = len(eventful)
    rows = np.append(np.where(eventful, np.arange(count), count), count)
    return np.minimum.accumulate(rows[::-1])[::-1].copy()


def pack(market: MarketArrays, rules: RunRules, first: int, last: int, cells: Floats, bounds: Floats) -> None:
    """Looks up every rule of the rows ``first`` to ``last``.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    first, last : int
        Both included.
    cells : float64 array of shape (T, N, 5)
        Written to, as is ``bounds``.
    bounds : float64 array of shape (T, N, 3), or empty
    """
    for t in range(first, last + 1):
        for i in range(rules.board.size):
            price = market.price[t, i]
            upper, lower = limit_at(market, rules, t, i, 1), limit_at(market, rules, t, i, -1)
            spread = rules.half_spread * rules.sizes[t, rules.board[i], TICK]
            cells[t, i, MARK] = market.marks[i, t]
            cells[t, i, PRICE] = price
            if blocked(market, rules, t, i, 1, upper) < 0:
                cells[t, i, BUY] = arithmetic.fill_price(price, 1, rules.slippage, spread, upper)
            if blocked(market, rules, t, i, -1, lower) < 0:
                cells[t, i, SELL] = arithmetic.fill_price(price, -1, rules.slippage, spread, lower)
            cells[t, i, CAP] = np.inf
            if rules.participation != 0.0 and not np.isnan(market.volume[t, i]):
                cells[t, i, CAP] = lots(rules, rules.participation * market.volume[t, i], t, i)
            if bounds.size > 0:
                bounds[t, i, UPPER], bounds[t, i, LOWER] = upper, lower
                bounds[t, i, PRESSURE] = rules.pressure[t, i]


pack_nb: Any = compiled(pack)
