"""Cash and positions as a backtrader broker keeps them, and the fill pass that changes them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ...data.errors import ParameterError
from ..market.arithmetic import DUST, fill_price, round_half_up
from ..market.market import Market
from ..record import CASH, FEES, LIMIT_DOWN, LIMIT_UP, NO_BAR, PARTICIPATION, T_PLUS_ONE, ZERO_VOLUME, Terms
from .feeds import BarFeed
from .fees import Bill, Buy, MarketTerms, affordable, bill, covers
from .log import Journal
from .lots import Lots
from .market_data import MarketData
from .quiet import bt

# A limit order gets its price or a better one.
_SLIPPING = (bt.Order.Market, bt.Order.Close, bt.Order.Stop, bt.Order.StopTrail)


@dataclass(slots=True)
class Ticket:
    """One order in one fill pass.

    Attributes
    ----------
    order : backtrader.Order
    column : int
    side : int
        1 buys, -1 sells.
    wanted : float
        Shares, in lots where the market has them.
    reference : float
        Price before slippage, NaN if there is none.
    given : float
        Shares filled.
    reason : int or None
        Why fewer were given than wanted; a position in ``REASONS``.
    stays : bool
        Whether the order is to be tried again in the next session.
    """

    order: Any
    column: int
    side: int
    wanted: float
    reference: float
    given: float = 0.0
    reason: int | None = None
    stays: bool = False

    @property
    def dust(self) -> float:
        """Shares that are float noise beside the order."""
        return DUST * self.wanted


class Account(bt.brokers.BackBroker):  # type: ignore[misc]
    """Cash, positions and their value; long only, no borrowing. ``trade`` is the fill pass of docs/session.md."""

    cash: float
    _fundval: float
    _fundshares: float

    def __init__(self, market_data: MarketData, market: Market, terms: Terms, feeds: list[BarFeed]) -> None:
        self.market_data, self.market, self.terms, self.journal = market_data, market, terms, Journal()
        self._feeds, self._columns = feeds, {feed: i for i, feed in enumerate(feeds)}
        self._fees = [MarketTerms(account=self, column=column) for column in range(len(feeds))]
        self._untradable = bt.CommInfoBase()
        self._bought: dict[int, float] = {}  # in this session, by column
        super().__init__()
        self.p.checksubmit = False  # the fill pass knows the cash
        self.set_cash(terms.cash)

    def init(self) -> None:
        """Starts without positions."""
        super().init()
        self.positions = {feed: bt.position.Position() for feed in self._feeds}
        self._held = list(self.positions.values())
        self.since, self.interest = [-1] * len(self._held), 0.0
        self._lots = [Lots() for _ in self._held]
        self._received: dict[int, float] = {}  # dividends of the session, less tax, by column
        self.flow = self.due = 0.0  # of the session; withdrawals that cash could not pay yet

    @property
    def shares(self) -> list[float]:
        """Shares held, by column."""
        return [position.size for position in self._held]

    def feed(self, column: int) -> BarFeed:
        """The feed of a symbol."""
        return self._feeds[column]

    def getposition(self, data: Any) -> Any:
        """The position in a feed."""
        return self.positions.get(data) or bt.position.Position()

    def getcommissioninfo(self, data: Any) -> Any:
        """Fees and lots of a feed's series."""
        column = self._columns.get(data)
        return self._untradable if column is None else self._fees[column]

    def add_cash(self, cash: float) -> None:
        """Not possible."""
        raise ParameterError(
            "cash can't be added during a run by the strategy; give it to the run: cash=..., "
            "cash_flows={'2021-03-01': 50_000}"
        )

    def set_cash(self, cash: float) -> None:
        """Possible before the run only."""
        if self.market_data.row >= 0:
            self.add_cash(cash)
        super().set_cash(cash)

    setcash = set_cash

    def _fixed(self, *_: Any, **__: Any) -> None:
        """Not possible: backtrader would take the setting, and the rules of the market would go on as they are."""
        raise ParameterError(
            "commission, slippage and fills are rules of the market and terms of the run; give them there: "
            "run(..., market=sl.Market(commission_rate=..., slippage_bps=...), fill=...)"
        )

    setcommission = addcommissioninfo = set_slippage_perc = set_slippage_fixed = set_coc = set_coo = set_filler = _fixed

    def earn(self) -> None:
        """Interest on the cash held since the last close."""
        accrual, step = self.market_data.accrual, self.market.money_step
        self.interest = 0.0
        if accrual and self.market_data.row > self.terms.first:
            self.interest = round_half_up(self.cash * accrual[self.market_data.row], step)
            self.cash = round_half_up(self.cash + self.interest, step)

    def transfer(self) -> None:
        """Deposits and withdrawals after the close, at the fund value of that close."""
        if not self.market_data.flow:
            return
        self.mark()
        owed = self.due - self.market_data.flow[self.market_data.row]
        paid, step = min(self.cash, owed), self.market.money_step
        self.cash, self.due = (round_half_up(money - paid, step) for money in (self.cash, owed))
        self.flow = 0.0 - paid  # no -0.0
        if self._fundval:
            self._fundshares = (self._value + self.flow) / self._fundval

    def mark(self) -> None:
        """Values the account at last known closes."""
        self._value = self._valuelever = self._worth(self.market_data.marks)
        self._valuemkt = self._valuemktlever = self._value - self.cash
        if self._fundshares:  # none while everything is withdrawn
            self._fundval = self._value / self._fundshares

    def _get_value(self, datas: Any = None, lever: bool = False) -> float:
        columns = [self._columns[data] for data in datas or self._feeds if data in self._columns]
        return sum((self._held[i].size * self.market_data.marks[i] for i in columns if self._held[i].size), 0.0)

    def _worth(self, prices: list[float]) -> float:
        """Cash plus holdings at these prices."""
        total = self.cash
        for position, price in zip(self._held, prices, strict=True):
            if position.size:
                total += position.size * price
        return total

    @property
    def _strategy(self) -> Any:
        return self.cerebro.runningstrats[0]

    # --- the fill pass -----------------------------------------------------------------------------------------------

    def trade(self, sales: Iterable[Ticket], buys: Iterable[Ticket]) -> list[Ticket]:
        """Sales one by one, then as much of all buys as the cash covers.

        Parameters
        ----------
        sales, buys : iterable of Ticket

        Returns
        -------
        list of Ticket
            All of them, with what came of each.
        """
        sold = []
        for ticket in sales:
            self._sell(ticket)
            sold.append(ticket)
        sale_open = any(ticket.reason is not None for ticket in sold)
        bought = list(buys)
        self._buy(bought, max(0.0, self.cash - self.due))
        for ticket in (*sold, *bought):
            if ticket.reason is not None:
                told = ticket.side, ticket.wanted, ticket.given, ticket.reason
                self.journal.reject(self.market_data.row, ticket.column, *told)
                ticket.stays = self.terms.unfilled == "carry" and (ticket.reason != CASH or sale_open)
        return sold + bought

    def _sell(self, ticket: Ticket) -> None:
        ticket.reason = self._blocked(ticket)
        if ticket.reason is not None:
            return
        free = self._free(ticket.column)
        shares = min(ticket.wanted, free, self._cap(ticket.column))
        if shares < ticket.wanted - ticket.dust:
            ticket.reason = T_PLUS_ONE if shares == free else PARTICIPATION
        if shares > 0:
            price = self._price(ticket, shares)
            costs = bill(shares, price, -1, self.market, self.market_data.rules(ticket.column))
            costs = costs._replace(tax=self._tax_of_sale(ticket.column, shares))
            if covers(self.cash + costs.value, costs.fees, self.market):
                self._book(ticket, shares, price, costs)
            else:
                ticket.reason = FEES

    def _buy(self, tickets: list[Ticket], cash: float) -> None:
        possible: list[tuple[Ticket, Buy]] = []
        for ticket in tickets:
            ticket.reason = self._blocked(ticket)
            if ticket.reason is None:
                shares = min(ticket.wanted, self._cap(ticket.column))
                if shares < ticket.wanted - ticket.dust:
                    ticket.reason = PARTICIPATION
                if shares > 0:
                    rules = self.market_data.rules(ticket.column)
                    possible.append((ticket, Buy(shares, self._price(ticket, shares), rules)))
        if not possible:
            return
        given = affordable([buy for _, buy in possible], cash, self.market)
        for (ticket, buy), shares in zip(possible, given, strict=True):
            if buy.shares - shares > DUST * buy.shares:
                ticket.reason = CASH
            if shares > DUST * buy.shares:
                self._book(ticket, shares, buy.price, bill(shares, buy.price, 1, self.market, buy.rules))

    def _blocked(self, ticket: Ticket) -> int | None:
        if math.isnan(ticket.reference):
            return NO_BAR
        if self.market_data.volume(ticket.column) == 0:
            return ZERO_VOLUME
        if ticket.side < 0 and self._free(ticket.column) <= 0:
            return T_PLUS_ONE
        if self.market_data.at_limit(ticket.column, ticket.side, ticket.reference):
            return LIMIT_UP if ticket.side > 0 else LIMIT_DOWN
        return None

    def _free(self, column: int) -> float:
        """Shares that may be sold."""
        locked = self._bought.get(column, 0.0) if self.market_data.rules(column).locked else 0.0
        return self._held[column].size - locked  # type: ignore[no-any-return]

    def _cap(self, column: int) -> float:
        """Most shares that one order may take of the bar's volume."""
        volume = self.market_data.volume(column)
        if not self.market.participation or math.isnan(volume):
            return math.inf
        return self.market_data.rules(column).lots(self.market.participation * volume)

    def _price(self, ticket: Ticket, shares: float) -> float:
        """The reference with slippage, within the price limits."""
        fraction = spread = 0.0
        if ticket.order.exectype in _SLIPPING:
            slippage = self.market.slippage
            moved = slippage.impact * self.market_data.pressure(ticket.column) * math.sqrt(shares)
            fraction = slippage.fraction + moved
            spread = slippage.half_spread * self.market_data.rules(ticket.column).tick
        limit = self.market_data.limit(ticket.column, ticket.side)
        return fill_price(ticket.reference, ticket.side, fraction, spread, limit)

    def _tax_of_sale(self, column: int, shares: float) -> float:
        if self.terms.dividends == "reinvested":
            return 0.0
        lots = self._lots[column]
        due = lots.sale(shares, {row: self.market_data.held_for(row) for row in lots.rows})
        return round_half_up(due, self.market.money_step)

    # --- booking -----------------------------------------------------------------------------------------------------

    def _book(self, ticket: Ticket, shares: float, price: float, costs: Bill) -> None:
        slippage = abs(price - ticket.reference) * shares
        number = getattr(ticket.order, "number", -1)
        self.journal.fill(self.market_data.row, ticket.column, ticket.side, shares, price, costs, slippage, number)
        if ticket.side > 0:
            self._bought[ticket.column] = self._bought.get(ticket.column, 0.0) + shares
        remaining = ticket.order.executed.remsize
        if abs(abs(remaining) - shares) <= ticket.dust:
            ticket.order.executed.remsize = ticket.side * shares  # what is left out counts as nothing
        ticket.given = shares
        self._move(ticket.order, ticket.column, ticket.side, shares, price, costs)

    def _move(self, order: Any, column: int, side: int, shares: float, price: float, costs: Bill) -> None:
        """Changes cash and position, and tells the order's owner, prices in the unit of the feed's lines."""
        feed, position = self._feeds[column], self._held[column]
        unit = feed.unit
        average, price = position.price, price * unit
        left = max(0.0, self.cash - side * costs.value - costs.fees)  # below 0 by a sum's float noise at most
        self.cash = round_half_up(left, self.market.money_step)
        if side > 0 and not position.size:
            self.since[column] = self.market_data.row
        size, cost_price, opened, closed = position.update(side * shares, price, feed.datetime.datetime())
        if side > 0:
            self._lots[column].buy(self.market_data.row, shares)
        else:
            self._lots[column].sell(shares)
        if not size:
            self.since[column] = -1
            self._lots[column].clear()
        parts = (0.0, 0.0, 0.0), (opened, costs.value, costs.fees)
        if side < 0:
            parts = (closed, shares * average / unit, costs.fees), (0.0, 0.0, 0.0)
        profit = shares * (price - average) / unit if side < 0 else 0.0
        order.execute(self._clock_day(), side * shares, price, *parts[0], *parts[1], None, profit, size, cost_price)
        order.addcomminfo(self._fees[column])
        self.notify(order)

    def _clock_day(self) -> float:
        return self._strategy.cerebro.datas[0].datetime[0]  # type: ignore[no-any-return]
