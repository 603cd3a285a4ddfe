"""Money, lots, fees and prices of one order; what ``orders`` computes, in counted money and from looked-up rules."""

from __future__ import annotations

import numpy as np

from ...market import arithmetic
from .. import limits as limits  # makes the arithmetic of the market compilable
from ..state import MINIMUM, STEP, TICK
from .arrays import LOWER, PRESSURE, PRICE, UPPER, PackedMarket, inlined

SLACK = arithmetic.STEP_SLACK
LOT_SLACK = arithmetic.LOT_SLACK
DUST = arithmetic.DUST


@inlined
def counted(value: float, per_unit: float) -> float:
    """``round_half_up``, in whole steps.

    Parameters
    ----------
    value : float
        In currency.
    per_unit : float
        Steps of money in one of currency; 0 where nothing is rounded.
    """
    if per_unit == 0.0:
        return value
    return np.floor(value * per_unit + 0.5 + SLACK)  # type: ignore[no-any-return]


@inlined
def in_currency(money: float, per_unit: float) -> float:
    """Counted money in currency.

    Parameters
    ----------
    money : float
        Counted.
    per_unit : float
        Steps of money in one of currency; 0 where nothing is rounded.
    """
    if per_unit == 0.0:
        return money
    return money / per_unit


@inlined
def whole_lots(shares: float, minimum: float, step: float) -> float:
    """``arithmetic.whole_lots``.

    Parameters
    ----------
    shares : float
    minimum : float
        The smallest order, in shares.
    step : float
        From there on; 0 are fractional units.
    """
    if step == 0.0:
        return shares
    whole = np.floor(shares / step + LOT_SLACK) * step
    return whole if whole >= minimum else 0.0


@inlined
def lots_of(sh: PackedMarket, shares: float, t: int, i: int) -> float:
    """The largest order of a series not above ``shares``.

    Parameters
    ----------
    sh : PackedMarket
    shares : float
    t : int
        Session.
    i : int
        Column.
    """
    b = sh.board[i]
    return whole_lots(shares, sh.sizes[t, b, MINIMUM], sh.sizes[t, b, STEP])


@inlined
def goal_of(sh: PackedMarket, weight: float, equity: float, price: float, shares: float) -> float:
    """Target shares of a positive weight, as ``orders.aim`` finds them; NaN where the no-trade band holds the weight.

    Parameters
    ----------
    sh : PackedMarket
    weight : float
    equity, price : float
        In currency.
    shares : float
        Held.
    """
    goal = weight * equity / price
    if sh.no_trade > 0.0 and shares > 0.0:
        width = sh.no_trade * weight if sh.of_target else sh.no_trade
        least, most = (weight - width) * equity, (weight + width) * equity
        side = arithmetic.outside(shares * price, least, most, sh.money_step)
        if side == 0:
            goal = np.nan
        elif sh.to_edge:
            goal = (most if side > 0 else least) / price
    return goal


@inlined
def fees_of(sh: PackedMarket, value: float, s: int, t: int, b: int) -> float:
    """All fees on a fill of ``value`` in currency, counted; ``s`` is 0 for a buy, 1 for a sale.

    Parameters
    ----------
    sh : PackedMarket
    value : float
        In currency.
    s : int
        0 for a buy, 1 for a sale.
    t : int
        Session.
    b : int
        Board.
    """
    total = 0.0
    for k in range(sh.charged.size):
        kind = sh.charged[k]
        fee = sh.fees[t, b, s, kind] * value
        least = sh.least[s, kind]
        if fee < least:
            fee = least
        total += counted(fee, sh.per_unit)
    return total


@inlined
def fees_added_up(sh: PackedMarket, value: float, s: int, t: int, b: int) -> float:
    """``fees_of`` in currency, added up as the logged kernel does: comparisons must see the same last bit.

    Parameters
    ----------
    sh : PackedMarket
    value : float
        In currency.
    s : int
        0 for a buy, 1 for a sale.
    t : int
        Session.
    b : int
        Board.
    """
    total = 0.0
    for k in range(sh.charged.size):
        kind = sh.charged[k]
        fee = sh.fees[t, b, s, kind] * value
        least = sh.least[s, kind]
        if fee < least:
            fee = least
        total += in_currency(counted(fee, sh.per_unit), sh.per_unit)
    return total


@inlined
def slipped(sh: PackedMarket, t: int, i: int, side: int, quantity: float, usual: float) -> float:
    """Fill price of an order; ``usual`` without impact.

    Parameters
    ----------
    sh : PackedMarket
    t : int
        Session.
    i : int
        Column.
    side : int
        1 for a buy, -1 for a sale.
    quantity : float
        In shares.
    usual : float
        What it is without impact.
    """
    if sh.impact == 0.0:
        return usual
    fraction = sh.slippage + sh.impact * sh.bounds[t, i, PRESSURE] * np.sqrt(quantity)
    spread = sh.half_spread * sh.sizes[t, sh.board[i], TICK]
    limit = sh.bounds[t, i, UPPER] if side > 0 else sh.bounds[t, i, LOWER]
    return arithmetic.fill_price(sh.cells[t, i, PRICE], side, fraction, spread, limit)
