"""Orders of a backtrader strategy: how they come in, wait, trade and end."""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ...data.errors import ParameterError
from ...data.types import Floats
from ..market.arithmetic import DUST
from ..record import LOT, NO_BAR, NO_PRICE, REASONS, TERMINATED, SentOrder
from .account import Account, Ticket
from .quiet import bt

# Why an order ended that has no counterpart among target portfolios; in ``order.info.reason``.
SHORT, BEFORE_RUN, NOT_TRADABLE, NOT_A_NUMBER = "short", "before_run", "not_tradable", "not_a_number"
DAY_ORDER, EXPIRED, LINKED, END_OF_RUN = "day_order", "expired", "linked", "end_of_run"

_AT_MARKET = (None, bt.Order.Market, bt.Order.Close)  # their price is the market's
_STOPS = (bt.Order.Stop, bt.Order.StopLimit, bt.Order.StopTrail, bt.Order.StopTrailLimit)


class _Entry(NamedTuple):
    """An order as it was sent: the row, and the shares of that session."""

    order: Any
    row: int
    shares: float


class OrderDesk(Account):
    """Market orders share the fill pass; limit, stop and other orders trade at the price that backtrader finds.

    Their prices are in the unit of the feed's lines, so in adjusted lines a limit stays where it was across a split and
    a distribution; what they fill at is told in that unit too. Shares and money are what they are.

    All keep the rules of the market. Why an order, or a part of it, was not filled is in ``order.info.reason``, and in
    ``journal``. Its owner hears of it by ``notify_order`` in that session (of what is refused at once, in the next):

    * Rejected, or Canceled if a part was filled: the order has ended.
    * Accepted: it was blocked, and is tried again in the next session.
    * Expired: the last session in which ``valid`` lets it trade is over; a day order is good for the next session only.

    What is still open when the run ends is Canceled, and its owner is told before ``stop``.
    """

    def init(self) -> None:
        """Starts without orders."""
        super().init()
        self.book: list[_Entry] = []
        self._read = 0

    def buy(self, owner: Any, data: Any, size: float, *args: Any, **kwargs: Any) -> Any:
        """Takes a buy order.

        Parameters
        ----------
        owner : backtrader strategy
        data : backtrader feed
        size : float
            Shares.
        *args, **kwargs
            As backtrader passes them.

        Returns
        -------
        backtrader order
            Turned away, with a reason on record, if it can't be.
        """
        if reason := self._impossible(data, size, *args, **kwargs):
            return self._sent(self._turn_away(bt.order.BuyOrder, owner, data, size, reason), size)
        return self._sent(super().buy(owner, data, size, *args, **kwargs), size, kwargs.get("oco"))

    def sell(self, owner: Any, data: Any, size: float, *args: Any, **kwargs: Any) -> Any:
        """Takes a sell order.

        Parameters
        ----------
        owner : backtrader strategy
        data : backtrader feed
        size : float
            Shares.
        *args, **kwargs
            As backtrader passes them.

        Returns
        -------
        backtrader order
            Turned away, with a reason on record, if it can't be.
        """
        if reason := self._impossible(data, size, *args, **kwargs):
            return self._sent(self._turn_away(bt.order.SellOrder, owner, data, size, reason), size)
        return self._sent(super().sell(owner, data, size, *args, **kwargs), size, kwargs.get("oco"))

    def _sent(self, order: Any, size: float, oco: Any = None) -> Any:
        """Keeps an order for the record."""
        order.number, order.linked = len(self.book), oco is not None or order.parent is not None
        self.book.append(_Entry(order, self.market_data.row, abs(size)))
        return order

    def notify(self, order: Any) -> None:
        """Tells the order's owner, and remembers when."""
        order.told_in = self.market_data.row
        super().notify(order)

    @property
    def sent(self) -> tuple[SentOrder, ...]:
        """All orders of the strategy so far."""
        return tuple(self._told(*entry) for entry in self.book)

    def _told(self, order: Any, row: int, shares: float) -> SentOrder:
        return SentOrder(
            row=max(row, 0),
            column=self._columns.get(order.data, -1),
            side=1 if order.isbuy() else -1,
            kind=order.getordername().lower(),
            shares=float(shares),
            price=None if order.exectype in _AT_MARKET else float(order.created.price),
            status=order.getstatusname().lower(),
            reason=order.info.get("reason", ""),
            last=max(order.told_in, 0),
        )

    def asked_for(self) -> Floats | None:
        """Weights by column that orders sent in this session ask for, beside what is held; None where none were sent.

        As if they were filled at the last known close. Orders that wait for a stop or for another order change nothing.
        """
        new = [entry.order for entry in self.book[self._read :] if entry.order.status != bt.Order.Rejected]
        self._read = len(self.book)
        if not new:
            return None
        shares = np.array(self.shares, dtype=np.float64)
        for order in new:
            if order.alive() and not order.linked and order.exectype not in _STOPS:
                shares[self._columns[order.data]] += order.executed.remsize
        return self.weights_of(np.maximum(shares, 0.0))

    def weights_of(self, shares: Floats) -> Floats:
        """Shares by column as fractions of the equity, at last known closes."""
        worth = np.where(shares > 0, shares * np.array(self.market_data.marks), 0.0)
        return worth / (self.getvalue() or 1.0)

    def _impossible(
        self, data: Any, size: float, price: Any = None, plimit: Any = None, exectype: Any = None, *_: Any, **more: Any
    ) -> str:
        """Why an order can never be filled; "" if it can."""
        if exectype == bt.Order.Historical:
            raise ParameterError("an Order.Historical fills at any price it is given; use Order.Market or Order.Limit")
        if self.market_data.row < self.terms.first:
            return BEFORE_RUN
        if data not in self._columns:
            return NOT_TRADABLE
        if not len(data):
            return REASONS[NO_PRICE]
        if self.market_data.has_ended(self._columns[data]):
            return REASONS[TERMINATED]
        prices = price, plimit, more.get("trailamount"), more.get("trailpercent")
        unknown = exectype not in _AT_MARKET and any(told is not None and math.isnan(told) for told in prices)
        if unknown or not math.isfinite(size):
            return NOT_A_NUMBER
        parent = more.get("parent")
        return "" if parent is None or parent.alive() else LINKED

    def _turn_away(self, kind: Any, owner: Any, data: Any, size: float, reason: str) -> Any:
        """Rejects an order at once; ``simulated`` keeps it from asking its feed, which may have no bar, for a price."""
        order = kind(owner=owner, data=data, size=size, simulated=True)
        if data in self._columns:
            self._note(self._columns[data], 1 if order.isbuy() else -1, size, 0.0, reason)
        order.addinfo(reason=reason)
        order.reject(self)
        order.p.simulated = False
        self.notify(order)
        return order

    def submit_accept(self, order: Any) -> None:
        """Puts an order into the queue; ``valid`` counts from this session, not from the last bar of the series."""
        order.row = self.market_data.row
        if isinstance(order.p.valid, dt.timedelta):
            order.valid = self._clock_day() + order.p.valid / dt.timedelta(days=1)
        super().submit_accept(order)

    def settle_news(self) -> None:
        """Fixes what was to be told before this session: the copies of an order share its ``info`` with the order."""
        for order in self.notifs:
            order.info = copy.copy(order.info)

    def trade_orders(self) -> None:
        """Trades what waits: market orders together, then the orders that wait for a price, one by one."""
        self._expire(0)
        waiting = [order for order in self.pending if order.active()]
        now = [order for order in waiting if order.exectype == bt.Order.Market]
        now.sort(key=lambda order: self._columns[order.data])
        self._trade_pending(now)
        for order in waiting:
            if order.exectype != bt.Order.Market and order in self.pending:
                trades = self.market_data.has_bar(self._columns[order.data])
                if trades:
                    self._try_exec(order)  # calls _execute if the order finds its price
                if order.alive() and self.terms.unfilled == "drop":
                    self._end(order, DAY_ORDER if trades else REASONS[NO_BAR])
        self._expire(1)

    def end_run(self) -> None:
        """Ends what is still open."""
        self.settle_news()
        for order in [*self.pending, *(order for family in self._pchildren.values() for order in family)]:
            if order.alive():
                order.addinfo(reason=END_OF_RUN)
                order.cancel()
                self.notify(order)
                self._leave(order, cancel=True)

    def _expire(self, ahead: int) -> None:
        """Ends orders that may not trade in this session (``ahead`` 0) or any later one (1)."""
        for order in list(self.pending):
            if order in self.pending and self._is_over(order, ahead):
                order.status, order.executed.dt = order.Expired, self._clock_day()
                order.addinfo(reason=order.info.get("reason", EXPIRED))
                self.notify(order)
                self._leave(order, cancel=True)

    def _is_over(self, order: Any, ahead: int) -> bool:
        if order.p.valid is None:
            return False
        if not order.p.valid:  # a day order, or 0, which backtrader documents as one
            return self.market_data.row + ahead > order.row + 1  # type: ignore[no-any-return]
        return order.valid < self._clock_day() + ahead  # type: ignore[no-any-return]

    def _execute(self, order: Any, ago: int | None = None, price: float | None = None, *_: Any, **__: Any) -> None:
        """Trades an order that has found its price."""
        if price is not None:
            self._trade_pending([order], price)

    def _trade_pending(self, orders: list[Any], price: float | None = None) -> None:
        sales = self._tickets((order for order in orders if order.issell()), price)
        for ticket in self.trade(sales, self._tickets((order for order in orders if order.isbuy()), price)):
            if ticket.reason is None:
                self._complete(ticket)
            elif ticket.stays:
                ticket.order.addinfo(reason=REASONS[ticket.reason])
                if not (ticket.given or self._is_over(ticket.order, 1)):  # otherwise its owner is told of that
                    self.notify(ticket.order)
            else:
                self._end(ticket.order, REASONS[ticket.reason])

    def _tickets(self, orders: Iterable[Any], price: float | None) -> Iterator[Ticket]:
        """What may be traded of each order, seen when its turn comes: whole lots, and no more than is held."""
        for order in orders:
            if order not in self.pending:
                continue  # cancelled with another one
            column, asked = self._columns[order.data], abs(order.executed.remsize)
            held, side = self._held[column].size, 1 if order.isbuy() else -1
            wanted = self.market_data.rules(column).lots(asked)
            if side < 0 and asked >= held * (1 - DUST):
                wanted = held
            if wanted == 0:
                self._note_remainder(order, column)
                self._end(order, order.info.reason)
                continue
            order.executed.remsize = side * wanted
            reference = self.market_data.price(column) if price is None else self._feeds[column].raw(price)
            yield Ticket(order, column, side, wanted, reference)

    def _complete(self, ticket: Ticket) -> None:
        order = ticket.order
        if abs(order.created.size - order.executed.size) > DUST * abs(order.created.size):
            self._note_remainder(order, ticket.column)
        else:
            order.info.pop("reason", None)  # of an earlier session, in which it was blocked
        self._leave(order, cancel=False)

    def _note_remainder(self, order: Any, column: int) -> None:
        """Notes what can't be traded at all: a part of a lot, or a sale of more than is held."""
        side = 1 if order.isbuy() else -1
        reason = SHORT if side < 0 and self._held[column].size == 0 else REASONS[LOT]
        order.addinfo(reason=reason)
        self._note(column, side, abs(order.created.size), abs(order.executed.size), reason)

    def _note(self, column: int, side: int, wanted: float, filled: float, reason: str) -> None:
        if reason in REASONS:
            self.journal.reject(self.market_data.row, column, side, wanted, filled, REASONS.index(reason))

    def _end(self, order: Any, reason: str) -> None:
        self._refuse(order, reason)
        self._leave(order, cancel=True)

    def _leave(self, order: Any, cancel: bool) -> None:
        """Takes a finished order from the queue; orders that depend on it are cancelled or begin to work."""
        if order in self.pending:
            self.pending.remove(order)
        others = list(self.pending)
        self._ococheck(order)
        self._bracketize(order, cancel=cancel)
        for other in others:
            if not other.alive():
                other.addinfo(reason=LINKED)  # seen by those who were told: the copies share it

    def _refuse(self, order: Any, reason: str) -> None:
        """Cancels what is left of an order, rejects one of which nothing was filled."""
        order.addinfo(reason=reason)
        if order.executed.size:
            order.cancel()
        else:
            order.reject(self)
        self.notify(order)


def rescale(order: Any, ratio: float, adjusted: bool) -> None:
    """An open order after a split: more shares at a lower price, or fewer at a higher.

    Parameters
    ----------
    order : backtrader order
        Changed in place.
    ratio : float
        New shares for an old one.
    adjusted : bool
        Whether its prices are in adjusted lines, which do not jump.
    """
    for part in (order.created, order.executed):
        part.size *= ratio
        part.remsize *= ratio
        for name in () if adjusted else ("price", "pricelimit", "pclose", "trailamount"):
            if getattr(part, name):
                setattr(part, name, getattr(part, name) / ratio)
    if not adjusted:
        order._limitoffset /= ratio
        if order.trailamount:
            order.trailamount /= ratio
