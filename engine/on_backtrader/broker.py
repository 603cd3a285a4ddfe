"""The session of docs/session.md as a backtrader broker: splits, terminations, target portfolios, the mark."""

from __future__ import annotations

import math
from typing import Any

from ...data.types import Floats
from ..market.arithmetic import DUST, outside, round_half_up
from ..market.market import Market
from ..record import CASH, DIVIDEND, ENDED, LOT, NO_PRICE, PARTICIPATION, REASONS, SIDES, TERMINATED, WRITTEN_OFF, Terms
from .account import Ticket
from .feeds import BarFeed
from .fees import Bill
from .market_data import MarketData
from .orders import OrderDesk, rescale
from .quiet import bt


class SessionBroker(OrderDesk):
    """Keeps the order of events in a session, for target portfolios and for the orders of a backtrader strategy."""

    def __init__(
        self, market_data: MarketData, market: Market, terms: Terms, clock: BarFeed, feeds: list[BarFeed]
    ) -> None:
        super().__init__(market_data, market, terms, feeds)
        self._clock = clock
        self._targets: dict[int, float] = {}  # open ones: shares by column
        self.late: frozenset[int] = frozenset()  # sessions whose fill pass comes after a decision
        self._unsized: dict[int, float] = {}  # weights by column, whose shares are fixed in the next fill pass

    def next(self) -> None:
        """Everything that comes before the strategy: interest, splits, terminations, fills, the mark."""
        self.market_data.turn(len(self._clock) - 1)
        self.settle_news()
        if self.market_data.row >= self.terms.first:
            while self._toactivate:
                self._toactivate.popleft().activate()
            self._bought.clear()
            self.earn()
            for column in self.market_data.splits():
                self._pay_dividend(column)
                self._split(column)
            self._terminate()
            if self.terms.dividends == "reinvest-at-open":
                self._reinvest()
            late, at_the_close = self.market_data.row in self.late, self.terms.fill == "same-close"
            if not late and not at_the_close:
                self.fill_pass()
            if late and self.terms.decide_at is not None:
                self.market_data.before_the_close()
            else:
                self.write_off()
                self.transfer()
            if at_the_close and not late:
                self.fill_pass()
        self.mark()

    def after_the_decision(self) -> None:
        """What of a session comes after the decision: fills and the mark, where these are in the same session."""
        if self.market_data.row in self.late:
            self.market_data.closed()
            self.fill_pass()
            if self.terms.decide_at is not None:
                self.write_off()
                self.transfer()
            self.mark()

    def fill_pass(self) -> None:
        """Trades what is open: targets and market orders, then the orders that wait for a price."""
        if self._unsized:
            wanted, self._unsized = self._unsized, {}
            prices = self.market_data.valuation
            self._targets |= self._beyond_the_band(wanted, self._sized(wanted, prices), prices)
        if self._targets:
            self._trade_targets()
        if self.pending:
            self.trade_orders()

    def _pay_dividend(self, column: int) -> None:
        """Cash for what is held, less what is withheld at once; a sale may owe more."""
        dividend, shares, step = self.market_data.dividend(column), self._held[column].size, self.market.money_step
        if not dividend or not shares:
            return
        rates = self.market_data.dividend_tax(column)
        value = round_half_up(shares * dividend, step)
        paid = Bill(value, tax=round_half_up(value * rates[2], step))
        self._received[column] = value - paid.fees
        self.cash = round_half_up(self.cash + value - paid.fees, step)
        self._lots[column].owe(dividend, rates)
        self.journal.fill(self.market_data.row, column, DIVIDEND, shares, dividend, paid, 0.0, -1)

    def _reinvest(self) -> None:
        """Each dividend buys its own series, as far as it goes; where an order is open, that says what is held."""
        received, self._received = self._received, {}
        waiting = {self._columns[order.data] for order in self.pending}
        for column, money in sorted(received.items()):
            money = min(money, max(0.0, self.cash - self.due))
            wanted = self.market_data.rules(column).lots(money / self.market_data.valuation[column])
            if column in self._targets or column in self._unsized or column in waiting or wanted <= 0:
                continue
            ticket = Ticket(self._day_order(column, 1, wanted), column, 1, wanted, self.market_data.price(column))
            self._buy([ticket], money)
            if ticket.reason == CASH:  # fees are paid from the dividend, and the rest of it is no lot
                ticket.reason = PARTICIPATION if self._cap(column) < wanted else None
            if ticket.reason is not None:
                self.journal.reject(self.market_data.row, column, 1, wanted, ticket.given, ticket.reason)
            if ticket.given < wanted:
                self._refuse(ticket.order, REASONS[CASH if ticket.reason is None else ticket.reason])

    def _split(self, column: int) -> None:
        ratio, position, feed = self.market_data.split(column), self._held[column], self._feeds[column]
        self._lots[column].split(ratio)
        if position.size:
            jump = 1.0 if feed.adjusted else ratio
            position.size *= ratio
            position.price /= jump
            for trades in self._strategy._trades.get(feed, {}).values():
                trades[-1].size *= ratio
                trades[-1].price /= jump
        if column in self._targets:
            self._targets[column] *= ratio
        for order in self.pending:
            if order.data is feed:
                rescale(order, ratio, feed.adjusted)

    def _terminate(self) -> None:
        for column, position in enumerate(self._held):
            if (position.size or column in self._targets) and self.market_data.has_ended(column):
                target = self._targets.pop(column, 0.0)
                if self._gap(column, target) > 0:
                    self._reject_ended(column, target)
                if position.size:
                    self._close_out(column, position.size)
        for order in list(self.pending):
            if order in self.pending and self.market_data.has_ended(self._columns[order.data]):
                if order.isbuy():
                    self._reject_ended(self._columns[order.data], order.executed.remsize)
                self._end(order, REASONS[TERMINATED])

    def _reject_ended(self, column: int, target: float) -> None:
        wanted = self.market_data.rules(column).lots(target)
        if wanted > 0:
            self.journal.reject(self.market_data.row, column, 1, wanted, 0.0, TERMINATED)

    def _close_out(self, column: int, shares: float) -> None:
        """A holding becomes cash at the last known close times the recovery, free of cost."""
        price = self.market_data.marks[column] * self.market.recovery
        proceeds = Bill(round_half_up(shares * price, self.market.money_step))
        self.journal.fill(self.market_data.row, column, ENDED, shares, price, proceeds, 0.0, -1)
        self._leave_account(column, shares, price, proceeds, REASONS[TERMINATED])

    def write_off(self) -> None:
        """A holding without a bar for too many sessions is given up, and what waits to be done with it ends."""
        for column, position in enumerate(self._held):
            if not position.size or self.market_data.silent[column] != self.terms.write_off:
                continue
            shares, worthless = position.size, Bill(0.0)
            self._targets.pop(column, None)
            self.journal.fill(self.market_data.row, column, WRITTEN_OFF, shares, 0.0, worthless, 0.0, -1)
            self._leave_account(column, shares, 0.0, worthless, SIDES[WRITTEN_OFF])
            for order in list(self.pending):
                if order in self.pending and order.data is self._feeds[column] and order.issell():
                    self._end(order, SIDES[WRITTEN_OFF])

    def _leave_account(self, column: int, shares: float, price: float, proceeds: Bill, reason: str) -> None:
        """A holding goes without a trade; its owner hears of an order that nobody gave."""
        order = self._day_order(column, -1, shares)
        order.addinfo(reason=reason)
        self._move(order, column, -1, shares, price, proceeds)

    # --- target portfolios -------------------------------------------------------------------------------------------

    def aim(self, weights: Floats) -> None:
        """Takes a target portfolio, which supersedes what is open; ``weights`` has shape (N,), NaN leaves alone."""
        wanted: dict[int, float] = {}
        for column, weight in enumerate(weights.tolist()):
            if math.isnan(weight):
                continue
            self._targets.pop(column, None)
            if weight > 0 and math.isnan(self.market_data.marks[column]):
                self.journal.reject(self.market_data.row, column, 1, 0.0, 0.0, NO_PRICE)
            elif weight > 0 or self._held[column].size:
                wanted[column] = weight
        marks = self.market_data.marks
        targets = self._sized(wanted, marks)
        if self.terms.size == "fill":
            self._unsized = {column: wanted[column] for column in targets}
        else:
            self._targets |= self._beyond_the_band(wanted, targets, marks)

    def _sized(self, weights: dict[int, float], prices: list[float]) -> dict[int, float]:
        """From weights to shares at these prices; a series that has ended can't be bought any more."""
        equity, targets = max(0.0, self._worth(prices) - self.due), {}
        for column, weight in weights.items():
            target = weight * equity / prices[column]
            if weight > 0 and self.market_data.has_ended(column):
                self._reject_ended(column, target)
            else:
                targets[column] = target
        return targets

    def _beyond_the_band(
        self, weights: dict[int, float], targets: dict[int, float], prices: list[float]
    ) -> dict[int, float]:
        """The targets of holdings that are further off than the no-trade band allows, and of all that come or go."""
        band = self.terms.no_trade
        if not band:
            return targets
        equity, kept = max(0.0, self._worth(prices) - self.due), {}
        for column, target in targets.items():
            weight, shares = weights[column], self._held[column].size
            if weight == 0 or not shares:
                kept[column] = target
                continue
            width = band * weight if self.terms.no_trade_of == "target" else band
            edges = {-1: (weight - width) * equity, 1: (weight + width) * equity}
            side = outside(shares * prices[column], edges[-1], edges[1], self.market.money_step)
            if side:
                kept[column] = edges[side] / prices[column] if self.terms.no_trade_to == "edge" else target
        return kept

    def _trade_targets(self) -> None:
        tickets = [ticket for column in sorted(self._targets) if (ticket := self._target_ticket(column))]
        sales, buys = ([ticket for ticket in tickets if ticket.side == side] for side in (-1, 1))
        done = self.trade(sales, buys)
        self._targets = {ticket.column: self._targets[ticket.column] for ticket in done if ticket.stays}
        for ticket in done:
            if ticket.reason is not None:
                self._refuse(ticket.order, REASONS[ticket.reason])

    def _target_ticket(self, column: int) -> Ticket | None:
        """An order for what is missing from a target; None if that is nothing."""
        held, target, rules = self._held[column].size, self._targets[column], self.market_data.rules(column)
        gap = self._gap(column, target)
        if gap == 0:
            return None
        if gap < 0:
            wanted = held if target == 0 else min(held, rules.lots(-gap))
        else:
            wanted = rules.lots(gap)
            if wanted == 0 and held == 0:
                self.journal.reject(self.market_data.row, column, 1, target, 0.0, LOT)
        if wanted == 0:
            return None
        side = 1 if gap > 0 else -1
        return Ticket(self._day_order(column, side, wanted), column, side, wanted, self.market_data.price(column))

    def _gap(self, column: int, target: float) -> float:
        """Shares missing from a target, negative where too many are held; in fractional units, float noise is 0."""
        held = self._held[column].size
        noise = not self.market_data.rules(column).step and abs(target - held) < DUST * max(held, target)
        return 0.0 if noise else target - held

    def _day_order(self, column: int, side: int, shares: float) -> Any:
        """An order that lives in this pass only and never waits in the queue."""
        kind = bt.order.BuyOrder if side > 0 else bt.order.SellOrder
        order = kind(owner=self._strategy, data=self._feeds[column], size=shares)
        order.submit(self)
        order.accept(self)
        return order
