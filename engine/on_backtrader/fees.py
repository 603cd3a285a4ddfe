"""What a fill costs, and how much of several buys the cash covers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..market.arithmetic import fee, round_half_up
from ..market.fees import FEES
from ..market.market import Market
from .market_data import BoardRules
from .quiet import bt

_SLACK = 1e-4  # of a money step: sums of fen are not exact in binary


class Bill(NamedTuple):
    """One fill in currency: the value of the shares, the fees by kind in the order of ``FEES``, tax on dividends."""

    value: float
    by_kind: tuple[float, ...] = (0.0,) * len(FEES)
    tax: float = 0.0

    @property
    def fees(self) -> float:
        """All fees, and the tax."""
        total = 0.0
        for paid in self.by_kind:  # no sum(): from Python 3.12 on it carries what rounding lost
            total += paid
        return total + self.tax


class Buy(NamedTuple):
    """Shares wanted (whole lots where the board has them), the price they would fill at, and the rules of the day."""

    shares: float
    price: float
    rules: BoardRules


class MarketTerms(bt.CommInfoBase):  # type: ignore[misc]  # backtrader has no types
    """A series' fees and lots by the rules of the day, where backtrader asks for them (sizers, ``order_target_*``)."""

    params = (("percabs", True), ("account", None), ("column", 0))

    def getsize(self, price: float, cash: float) -> float:
        """Shares that ``cash`` buys at ``price``, in lots.

        Where nothing is held and it buys no lot, the fraction itself: the order is refused by its reason, whereas
        backtrader says nothing of an order for no shares.

        Parameters
        ----------
        price : float
            In the unit of the feed's lines.
        cash : float
            In currency.
        """
        account, shares = self.p.account, cash / self._raw(price)
        lots = account.market_data.rules(self.p.column).lots(shares)
        return lots if lots or account.shares[self.p.column] else shares

    def _raw(self, price: float) -> float:
        """A price of the lines in currency: what is asked here, is asked about money."""
        return self.p.account.feed(self.p.column).raw(price)  # type: ignore[no-any-return]

    def getoperationcost(self, size: float, price: float) -> float:
        """What shares cost at a price of the lines, in currency.

        Parameters
        ----------
        size : float
            Shares.
        price : float
            In the unit of the feed's lines.
        """
        return super().getoperationcost(size, self._raw(price))  # type: ignore[no-any-return]

    def getvaluesize(self, size: float, price: float) -> float:
        """What shares are worth at a price of the lines, in currency.

        Parameters
        ----------
        size : float
            Shares.
        price : float
            In the unit of the feed's lines.
        """
        return super().getvaluesize(size, self._raw(price))  # type: ignore[no-any-return]

    def getvalue(self, position: Any, price: float) -> float:
        """What a position is worth at a price of the lines, in currency.

        Parameters
        ----------
        position : backtrader position
        price : float
            In the unit of the feed's lines.
        """
        return super().getvalue(position, self._raw(price))  # type: ignore[no-any-return]

    def profitandloss(self, size: float, price: float, newprice: float) -> float:
        """What shares gained between two prices of the lines, in currency.

        Parameters
        ----------
        size : float
            Shares.
        price, newprice : float
            In the unit of the feed's lines.
        """
        return super().profitandloss(size, self._raw(price), self._raw(newprice))  # type: ignore[no-any-return]

    def _getcommission(self, size: float, price: float, pseudoexec: bool) -> float:
        account, side, price = self.p.account, 1 if size > 0 else -1, self._raw(price)
        return bill(abs(size), price, side, account.market, account.market_data.rules(self.p.column)).fees


def bill(shares: float, price: float, side: int, market: Market, rules: BoardRules) -> Bill:
    """Value and fees of a fill.

    Parameters
    ----------
    shares : float
    price : float
        In currency.
    side : int
        1 for a buy, -1 for a sale.
    market : Market
    rules : BoardRules
        Of the session and the series.

    Returns
    -------
    Bill
        In currency, in whole steps of money.
    """
    step, rates = market.money_step, rules.buy_fees if side > 0 else rules.sell_fees
    value = round_half_up(shares * price, step)
    return Bill(value, tuple([fee(value, rate, least, step) for rate, least in rates]))


def covers(cash: float, needed: float, market: Market) -> bool:
    """Whether ``cash`` is enough.

    Parameters
    ----------
    cash, needed : float
        In currency.
    market : Market
    """
    return needed <= cash + _SLACK * market.money_step


def affordable(buys: Sequence[Buy], cash: float, market: Market) -> list[float]:
    """Shares of each buy that ``cash`` covers, fees included.

    All of them if it covers all. Otherwise every buy shrinks by the same factor; where a board has lots each is rounded
    down to lots, and what is left goes out a step at a time by largest remainder, ties to the earlier one.

    Parameters
    ----------
    buys : sequence of Buy
    cash : float
        In currency.
    market : Market

    Returns
    -------
    list of float
        Each from 0 to what was wanted.
    """
    wanted = [buy.shares for buy in buys]
    bills = [bill(buy.shares, buy.price, 1, market, buy.rules) for buy in buys]
    value, fees = sum(part.value for part in bills), sum(part.fees for part in bills)
    if covers(cash, value + fees, market):
        return wanted
    scale = max(0.0, cash / (value + fees))
    given = _scaled(buys, scale)
    if not covers(cash, sum(_cost(buy, shares, market) for buy, shares in zip(buys, given, strict=True)), market):
        scale = max(0.0, (cash - fees - len(bills) * market.money_step) / value) if value else 0.0  # rounded to nothing
        given = _scaled(buys, scale)
    _hand_out(given, buys, scale, cash, market)
    return given


def _scaled(buys: Sequence[Buy], scale: float) -> list[float]:
    return [buy.rules.lots(scale * buy.shares) if buy.rules.step else scale * (1 - 1e-12) * buy.shares for buy in buys]


def _hand_out(given: list[float], buys: Sequence[Buy], scale: float, cash: float, market: Market) -> None:
    """Adds to ``given`` an order's smallest step at a time, the largest remainder first, as long as cash is left."""
    costs = [_cost(buy, shares, market) for buy, shares in zip(buys, given, strict=True)]
    left = cash - sum(costs)
    while True:
        best, best_remainder, best_cost, best_shares = -1, -math.inf, 0.0, 0.0
        for i, (buy, shares) in enumerate(zip(buys, given, strict=True)):
            step = buy.rules.step
            if not step:
                continue
            more = shares + step if shares else max(step, buy.rules.minimum)
            remainder = scale * buy.shares / step - shares / step
            if more > buy.shares or remainder <= best_remainder:
                continue
            cost = _cost(buy, more, market)
            if covers(left, cost - costs[i], market):
                best, best_remainder, best_cost, best_shares = i, remainder, cost, more
        if best < 0:
            return
        left -= best_cost - costs[best]
        given[best], costs[best] = best_shares, best_cost


def _cost(buy: Buy, shares: float, market: Market) -> float:
    """What a buy takes; nothing for no shares, as no order is sent."""
    if shares == 0:
        return 0.0
    part = bill(shares, buy.price, 1, market, buy.rules)
    return part.value + part.fees
