"""What a session lets an order do: lots, price limits, what blocks it, its price and how much of it."""

from __future__ import annotations

import numpy as np

from ..market import arithmetic
from ..record import LIMIT_DOWN, LIMIT_UP, NO_BAR, ZERO_VOLUME
from .state import MINIMUM, ONE_PRICE, STEP, TICK, MarketArrays, RunRules, jitable

for _rule in (
    arithmetic.round_half_up, arithmetic.whole_lots, arithmetic.limit_price, arithmetic.at_limit,
    arithmetic.fill_price, arithmetic.fee, arithmetic.outside,
):  # fmt: skip
    jitable(_rule)


@jitable
def lots(rules: RunRules, shares: float, t: int, i: int) -> float:
    """The largest order of a series not above ``shares``.

    Parameters
    ----------
    rules : RunRules
    shares : float
    t, i : int
        Session and column.
    """
    b = rules.board[i]
    return arithmetic.whole_lots(shares, rules.sizes[t, b, MINIMUM], rules.sizes[t, b, STEP])


@jitable
def limit_at(market: MarketArrays, rules: RunRules, t: int, i: int, side: int) -> float:
    """The upper limit for a buy, the lower for a sell; NaN where there is none.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    t, i : int
        Session and column.
    side : int
        1 for a buy, -1 for a sale.
    """
    limit = rules.limit[t, i]
    if limit == 0.0 or t == 0 or np.isnan(market.marks[i, t - 1]):
        return np.nan
    previous, tick = market.marks[i, t - 1] / market.ratio[t, i], rules.sizes[t, rules.board[i], TICK]
    return arithmetic.limit_price(previous, side * limit, tick)


@jitable
def blocked(market: MarketArrays, rules: RunRules, t: int, i: int, side: int, limit: float) -> int:
    """Why nothing of this series can be traded at t, or -1.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    t, i : int
        Session and column.
    side : int
        1 for a buy, -1 for a sale.
    limit : float
        What ``limit_at`` says.
    """
    price = market.price[t, i]
    if np.isnan(price):
        return NO_BAR
    if market.volume[t, i] == 0.0:
        return ZERO_VOLUME
    if rules.policy == ONE_PRICE:
        best = market.low[t, i] if side > 0 else market.high[t, i]
        if not np.isnan(best):
            price = best
    if arithmetic.at_limit(price, side, limit, rules.sizes[t, rules.board[i], TICK]):
        return LIMIT_UP if side > 0 else LIMIT_DOWN
    return -1


@jitable
def slipped(
    market: MarketArrays, rules: RunRules, t: int, i: int, side: int, limit: float, quantity: float
) -> float:
    """Fill price of an order: the reference moved against it by the slippage, within the limit.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    t, i : int
        Session and column.
    side : int
        1 for a buy, -1 for a sale.
    limit : float
        What ``limit_at`` says.
    quantity : float
        Shares.
    """
    fraction = rules.slippage
    if rules.impact > 0.0:
        fraction += rules.impact * rules.pressure[t, i] * np.sqrt(quantity)
    spread = rules.half_spread * rules.sizes[t, rules.board[i], TICK]
    return arithmetic.fill_price(market.price[t, i], side, fraction, spread, limit)


@jitable
def capped(market: MarketArrays, rules: RunRules, t: int, i: int, wanted: float) -> float:
    """What participation in the bar's volume leaves of an order, in shares.

    Parameters
    ----------
    market : MarketArrays
    rules : RunRules
    t, i : int
        Session and column.
    wanted : float
        Shares.
    """
    if rules.participation == 0.0 or np.isnan(market.volume[t, i]):
        return wanted
    return min(wanted, lots(rules, rules.participation * market.volume[t, i], t, i))
