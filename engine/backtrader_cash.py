"""What a fill costs, and how much of several buys the cash covers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from .market import Market
from .rules import commission, round_half_up, whole_lots

_SLACK = 1e-4  # of a money step: sums of fen are not exact in binary


class Bill(NamedTuple):
    """One fill in currency: the value of the shares, and the fees by kind."""

    value: float
    commission: float
    stamp_duty: float
    transfer_fee: float

    @property
    def fees(self) -> float:
        """All fees."""
        return self.commission + self.stamp_duty + self.transfer_fee


def bill(shares: float, price: float, side: int, market: Market) -> Bill:
    """Value and fees of a fill; ``side`` is 1 for a buy, -1 for a sale."""
    step = market.money_step
    value = round_half_up(shares * price, step)
    return Bill(
        value,
        commission(value, market.commission_rate, market.commission_min, step),
        round_half_up(market.stamp_duty_rate * value, step) if side < 0 else 0.0,
        round_half_up(market.transfer_fee_rate * value, step),
    )


def covers(cash: float, needed: float, market: Market) -> bool:
    """Whether ``cash`` is enough."""
    return needed <= cash + _SLACK * market.money_step


def affordable(wanted: Sequence[float], prices: Sequence[float], cash: float, market: Market) -> list[float]:
    """Shares of each buy that ``cash`` covers, fees included.

    All of them if it covers all. Otherwise every buy shrinks by the same factor; in a market with lots each is rounded
    down to lots, and what is left goes out a lot at a time by largest remainder, ties to the earlier one.

    Parameters
    ----------
    wanted, prices : sequences of float
        Shares (whole lots where the market has them) and fill prices of each buy.
    cash : float
        Currency.
    market : Market

    Returns
    -------
    list of float
        Each from 0 to what was wanted.
    """
    bills = [bill(shares, price, 1, market) for shares, price in zip(wanted, prices, strict=True)]
    value, fees = sum(part.value for part in bills), sum(part.fees for part in bills)
    if covers(cash, value + fees, market):
        return list(wanted)
    scale = max(0.0, cash / (value + fees))
    given = _scaled(wanted, scale, market)
    if not covers(cash, _cost(given, prices, market), market):
        scale = max(0.0, (cash - fees - len(bills) * market.money_step) / value)
        given = _scaled(wanted, scale, market)
    if market.lot:
        _hand_out(given, wanted, prices, scale, cash, market)
    return given


def _scaled(wanted: Sequence[float], scale: float, market: Market) -> list[float]:
    if market.lot:
        return [whole_lots(scale * shares, market.lot) for shares in wanted]
    return [scale * (1 - 1e-12) * shares for shares in wanted]


def _hand_out(
    given: list[float], wanted: Sequence[float], prices: Sequence[float], scale: float, cash: float, market: Market
) -> None:
    """Adds to ``given`` a lot at a time, the largest remainder first, as long as the cash left over covers another."""
    lot = market.lot
    costs = [_one(shares, price, market) for shares, price in zip(given, prices, strict=True)]
    left = cash - sum(costs)
    while True:
        best, best_remainder, best_cost = -1, -math.inf, 0.0
        for i, shares in enumerate(given):
            if shares >= wanted[i]:
                continue
            remainder = scale * wanted[i] / lot - shares / lot
            if remainder <= best_remainder:
                continue
            cost = _one(shares + lot, prices[i], market)
            if covers(left, cost - costs[i], market):
                best, best_remainder, best_cost = i, remainder, cost
        if best < 0:
            return
        given[best] += lot
        left -= best_cost - costs[best]
        costs[best] = best_cost


def _cost(shares: Sequence[float], prices: Sequence[float], market: Market) -> float:
    return sum(_one(*pair, market) for pair in zip(shares, prices, strict=True))


def _one(shares: float, price: float, market: Market) -> float:
    """What a buy takes; nothing for no shares, as no order is sent."""
    if shares == 0:
        return 0.0
    part = bill(shares, price, 1, market)
    return part.value + part.fees
