"""What the market says in each session: fill prices, limits, volumes, splits and ends, and the rules of the day."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...data.panel import Panel
from ..dividends import Distributions, distributions, dividend_tax
from ..market.arithmetic import at_limit, limit_price, whole_lots
from ..market.fill_prices import decision_price, reference_price, value_without_fill
from ..market.impact import pressure
from ..market.market import Market
from ..market.rule_tables import InForce, rules_in_force
from ..record import Terms
from ..suspended import last_rows


class BoardRules(NamedTuple):
    """The rules of one board in one session: lots in shares, tick in currency.

    Of each kind of fee, for buys and for sales, its rate as a fraction of the traded value, and the least that a fill
    pays in currency. ``locked`` is T+1; ``minimum`` and ``step`` are 0 where fractional units trade.
    """

    buy_fees: tuple[tuple[float, float], ...]
    sell_fees: tuple[tuple[float, float], ...]
    minimum: float
    step: float
    tick: float
    locked: bool

    def lots(self, shares: float) -> float:
        """The largest order not above ``shares``."""
        return whole_lots(shares, self.minimum, self.step)


class Bars(NamedTuple):
    """What orders need of one session, each a list by column."""

    close: list[float]  # NaN where there is no bar
    price: list[float]  # of a market order, before slippage
    low: list[float]
    high: list[float]
    volume: list[float]
    previous: list[float]  # last known close before the session
    limit: list[float]  # fraction; 0 is none


class MarketData:
    """The panel's facts, session by session; ``turn`` goes to a session, everything else speaks of that one.

    Attributes
    ----------
    row : int
        Of the panel.
    marks : list of float
        Last known closes, one per symbol, NaN before the first bar.
    accrual : list of float
        What one unit of cash at the close of row t-1 earns until row t; empty where it earns nothing.
    flow : list of float
        What is due to come in, or below 0 to go out, after the close of each row; empty where nothing is.
    silent : list of int
        For how many sessions each symbol has had no bar; counted in runs that write off only.
    """

    def __init__(self, panel: Panel, market: Market, terms: Terms) -> None:
        in_force = rules_in_force(market, panel, terms.first, terms.last)
        self._panel = panel
        self._prices = reference_price(panel, terms.fill, terms.price_at)
        self._value = value_without_fill(panel, terms.fill, terms.price_at, terms.decide_at)
        self._known = None if terms.decide_at is None else decision_price(panel, terms.decide_at)
        self._limit = in_force.limit
        self._pressure = pressure(panel) if market.impact else None
        self._one_price = market.limit_policy == "one-price"
        self._period, self._books = _by_period(in_force)
        self._today = self._books[self._period[terms.first]]
        changed = panel.has_bar[1:] & np.isfinite(panel.last_factor[:-1])
        changed &= panel.adj_factor[1:] != panel.last_factor[:-1]
        self._paid: Distributions | None = None
        if terms.dividends != "reinvested":
            self._paid = distributions(panel, terms.dividends)
            self._tax = dividend_tax(panel, market, terms.first, terms.last)
            changed |= (self._paid.cash[1:] > 0) | (self._paid.shares[1:] != 1)
        rows = np.flatnonzero(changed.any(axis=1)).tolist()
        self._split_rows: dict[int, list[int]] = {row + 1: np.flatnonzero(changed[row]).tolist() for row in rows}
        self._last_row: list[int] = last_rows(panel, terms.ended).tolist()
        self.silent = [0] * len(panel.symbols)
        self._bars: Bars | None = None
        self._counting = terms.write_off is not None
        self.accrual: list[float] = terms.accrual.tolist()
        self.flow: list[float] = terms.flow.tolist() if terms.flow.any() else []
        self.row = -1
        self.marks: list[float] = [math.nan] * len(panel.symbols)

    def turn(self, row: int) -> None:
        """Goes to session ``row``."""
        self.row = row
        self.marks = self._panel.last_close[row].tolist()
        if self._counting:
            here = self._panel.has_bar[row].tolist()
            self.silent = [0 if bar else count + 1 for bar, count in zip(here, self.silent, strict=True)]
        self._today = self._books[self._period[row]]
        self._bars = None

    def before_the_close(self) -> None:
        """Marks by what is known at the time of the decision, until ``closed``."""
        if self._known is not None:
            self.marks = self._known[self.row].tolist()

    def closed(self) -> None:
        """Marks by last known closes again."""
        self.marks = self._panel.last_close[self.row].tolist()

    @property
    def bars(self) -> Bars:
        """The session's bars, made when the first order asks for them."""
        if self._bars is None:
            panel, row = self._panel, self.row
            previous = panel.last_close[row - 1].tolist() if row > 0 else [math.nan] * len(self.marks)
            fields = panel.close, self._prices, panel.low, panel.high, panel.volume, self._limit
            close, price, low, high, volume, limit = (field[row].tolist() for field in fields)
            self._bars = Bars(close, price, low, high, volume, previous, limit)
        return self._bars

    def rules(self, column: int) -> BoardRules:
        """The rules of the series' board."""
        return self._today[column]

    def has_bar(self, column: int) -> bool:
        """Whether the series trades in this session."""
        return not math.isnan(self.bars.price[column])

    def price(self, column: int) -> float:
        """Price of a market order before slippage; NaN if there is none."""
        return self.bars.price[column]

    @property
    def valuation(self) -> list[float]:
        """Prices of market orders, or ``value_without_fill`` where there are none."""
        known = zip(self.bars.price, self._value[self.row].tolist(), strict=True)
        return [value if math.isnan(price) else price for price, value in known]

    def volume(self, column: int) -> float:
        """In units; NaN if it is not known."""
        return self.bars.volume[column]

    def pressure(self, column: int) -> float:
        """How much an order of one share moves the price, as a fraction; an order of n shares, sqrt(n) times that."""
        return 0.0 if self._pressure is None else float(self._pressure[self.row, column])

    def limit(self, column: int, side: int) -> float:
        """The limit of this session's prices.

        Parameters
        ----------
        column : int
        side : int
            1 for the highest price, -1 for the lowest.

        Returns
        -------
        float
            In currency; NaN where there is none.
        """
        fraction, previous = self.bars.limit[column], self.bars.previous[column]
        if fraction == 0 or math.isnan(previous):
            return math.nan
        return limit_price(previous / self.ratio(column), side * fraction, self.rules(column).tick)

    def at_limit(self, column: int, side: int, reference: float) -> bool:
        """Whether an order can't fill because its price is at the limit.

        Where only a sealed bar counts, its low (for sales its high) takes the place of the reference.

        Parameters
        ----------
        column : int
        side : int
            1 for a buy at the upper limit, -1 for a sale at the lower.
        reference : float
            Price before slippage.
        """
        if self._one_price:
            furthest = (self.bars.low if side > 0 else self.bars.high)[column]
            reference = reference if math.isnan(furthest) else furthest
        return at_limit(reference, side, self.limit(column, side), self.rules(column).tick)

    def ratio(self, column: int) -> float:
        """What the close before is divided by for this session's split or distribution."""
        if column not in self._split_rows.get(self.row, ()):
            return 1.0
        return float(self._panel.adj_factor[self.row, column] / self._panel.last_factor[self.row - 1, column])

    def split(self, column: int) -> float:
        """Shares after this session's split, or distribution where that is reinvested, for each share before it."""
        return self.ratio(column) if self._paid is None else float(self._paid.shares[self.row, column])

    def dividend(self, column: int) -> float:
        """What a share held at the close before is paid in this session, in currency."""
        return 0.0 if self._paid is None else float(self._paid.cash[self.row, column])

    def dividend_tax(self, column: int) -> tuple[float, float, float]:
        """Tax on this session's dividend, as fractions: of shares held up to a month, up to a year, and longer."""
        month, year, longer = self._tax.rates[self.row - 1, column].tolist()
        return month, year, longer

    def held_for(self, row: int) -> int:
        """How long what was bought in session ``row`` is held when sold in this one: 0 a month at most, 1 a year, 2."""
        if row >= self._tax.month_from[self.row]:
            return 0
        return 1 if row >= self._tax.year_from[self.row] else 2

    def splits(self) -> list[int]:
        """Columns of which something is split or distributed in this session."""
        return self._split_rows.get(self.row, [])

    def has_ended(self, column: int) -> bool:
        """Whether the series ended before this session."""
        return self._last_row[column] < self.row


def _by_period(in_force: InForce) -> tuple[list[int], list[list[BoardRules]]]:
    """For each session its period, and for each period, in which no rule changes, the rules by column."""
    tables = in_force.fees, in_force.sizes, in_force.locked
    changed = np.zeros(len(in_force.fees) - 1, dtype=np.bool_)
    for table in tables:
        changed |= (table[1:] != table[:-1]).any(axis=tuple(range(1, table.ndim)))
    starts = np.flatnonzero(np.concatenate(([True], changed))).tolist()
    least = in_force.least.tolist()
    books = []
    for row in starts:
        boards = []
        for rates, sizes, locked in zip(*(table[row].tolist() for table in tables), strict=True):
            buys, sells = (tuple(zip(*side, strict=True)) for side in zip(rates, least, strict=True))
            minimum, step, tick = sizes
            boards.append(BoardRules(buys, sells, minimum, step, tick, locked))
        books.append([boards[board] for board in in_force.board.tolist()])
    return np.concatenate(([0], np.cumsum(changed))).tolist(), books
