"""Orders of a backtrader strategy: how they come in, wait, trade and end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .backtrader_account import Account, Ticket
from .quiet_backtrader import bt
from .record import LOT, NO_PRICE, REASONS
from .rules import DUST, whole_lots

# Why an order ended that has no counterpart among target portfolios; in ``order.info.reason``.
SHORT, NOT_TRADABLE, DAY_ORDER = "short", "not_tradable", "day_order"


class OrderDesk(Account):
    """Market orders share the fill pass; limit, stop and other orders trade at the price that backtrader finds.

    All keep the rules of the market. Why an order was not filled is in ``order.info.reason``, and in ``journal``.
    """

    def buy(self, owner: Any, data: Any, size: float, *args: Any, **kwargs: Any) -> Any:
        """Takes a buy order."""
        if reason := self._impossible(data):
            return self._turn_away(bt.order.BuyOrder, owner, data, size, reason)
        return super().buy(owner, data, size, *args, **kwargs)

    def sell(self, owner: Any, data: Any, size: float, *args: Any, **kwargs: Any) -> Any:
        """Takes a sell order."""
        if reason := self._impossible(data):
            return self._turn_away(bt.order.SellOrder, owner, data, size, reason)
        return super().sell(owner, data, size, *args, **kwargs)

    def _impossible(self, data: Any) -> str:
        if data not in self._columns:
            return NOT_TRADABLE
        return "" if len(data) else REASONS[NO_PRICE]

    def _turn_away(self, kind: Any, owner: Any, data: Any, size: float, reason: str) -> Any:
        """Rejects an order for a feed that has no bar to read; ``simulated`` keeps the order from asking for one."""
        order = kind(owner=owner, data=data, size=size, simulated=True)
        if data in self._columns:
            self._note(self._columns[data], 1 if order.isbuy() else -1, size, 0.0, reason)
        order.addinfo(reason=reason)
        order.reject(self)
        order.p.simulated = False
        self.notify(order)
        return order

    def trade_orders(self) -> None:
        """Trades what waits: market orders together, then the orders that wait for a price, one by one."""
        waiting = []
        for order in list(self.pending):
            if order.expire():
                self.notify(order)
                self._leave(order, cancel=True)
            elif order.active():
                waiting.append(order)
        now = [order for order in waiting if order.exectype == bt.Order.Market]
        now.sort(key=lambda order: self._columns[order.data])
        self._trade_pending(now)
        for order in waiting:
            if order.exectype != bt.Order.Market and order in self.pending:
                if self.tape.has_bar(self._columns[order.data]):
                    self._try_exec(order)  # calls _execute if the order finds its price
                if order.alive() and self.terms.unfilled == "drop":
                    self._end(order, DAY_ORDER)

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
                ticket.order.info.reason = REASONS[ticket.reason]
            else:
                self._end(ticket.order, REASONS[ticket.reason])

    def _tickets(self, orders: Iterable[Any], price: float | None) -> Iterator[Ticket]:
        """What may be traded of each order, seen when its turn comes: whole lots, and no more than is held."""
        for order in orders:
            if order not in self.pending:
                continue  # cancelled with another one
            column, asked = self._columns[order.data], abs(order.executed.remsize)
            held, side = self._held[column].size, 1 if order.isbuy() else -1
            wanted = whole_lots(asked, self.market.lot)
            if side < 0 and asked >= held * (1 - DUST):
                wanted = held
            if wanted == 0:
                self._note_remainder(order, column)
                self._end(order, order.info.reason)
                continue
            order.executed.remsize = side * wanted
            reference = self.tape.price(column) if price is None else price
            yield Ticket(order, column, side, wanted, reference)

    def _complete(self, ticket: Ticket) -> None:
        order = ticket.order
        if abs(order.created.size - order.executed.size) > DUST * abs(order.created.size):
            self._note_remainder(order, ticket.column)
        self._leave(order, cancel=False)

    def _note_remainder(self, order: Any, column: int) -> None:
        """Notes what can't be traded at all: a part of a lot, or a sale of more than is held."""
        side = 1 if order.isbuy() else -1
        reason = SHORT if side < 0 and self._held[column].size == 0 else REASONS[LOT]
        order.addinfo(reason=reason)
        self._note(column, side, abs(order.created.size), abs(order.executed.size), reason)

    def _note(self, column: int, side: int, wanted: float, filled: float, reason: str) -> None:
        if reason in REASONS:
            self.journal.reject(self.tape.row, column, side, wanted, filled, REASONS.index(reason))

    def _end(self, order: Any, reason: str) -> None:
        self._refuse(order, reason)
        self._leave(order, cancel=True)

    def _leave(self, order: Any, cancel: bool) -> None:
        """Takes a finished order from the queue; orders that depend on it are cancelled or begin to work."""
        if order in self.pending:
            self.pending.remove(order)
        self._ococheck(order)
        self._bracketize(order, cancel=cancel)

    def _refuse(self, order: Any, reason: str) -> None:
        """Cancels what is left of an order, rejects one of which nothing was filled."""
        order.addinfo(reason=reason)
        if order.executed.size:
            order.cancel()
        else:
            order.reject(self)
        self.notify(order)


def rescale(order: Any, ratio: float) -> None:
    """An open order after a split: ``ratio`` times the shares at the ``ratio``-th part of the price."""
    for part in (order.created, order.executed):
        part.size *= ratio
        part.remsize *= ratio
        for name in ("price", "pricelimit", "pclose", "trailamount"):
            if getattr(part, name):
                setattr(part, name, getattr(part, name) / ratio)
