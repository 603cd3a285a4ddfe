"""The arithmetic of market rules, on single numbers.

Plain functions that the kernels compile and the backtrader engine calls: both use the same rules, but each has its own
order of events around them. Money is in currency, quantities in shares, rates are fractions.
"""

from __future__ import annotations

import math

LOT_SLACK = 1e-9  # of a lot: 999.9999999 shares wanted are 1,000
STEP_SLACK = 1e-6  # of a step: 5.005 is stored as 5.00499..., and half up means 5.01
DUST = 1e-9  # of a position: a smaller fractional order is nothing
COUNTED = 2.0**53  # steps that a float tells one from the next; beyond, and where it is NaN, a value stays as it is
COUNTED_TICKS = 2.0**40


def round_half_up(value: float, step: float) -> float:
    """``value`` to a multiple of ``step``, halves up.

    Parameters
    ----------
    value : float
        >= 0.
    step : float
        Such as 0.01; 0 leaves the value as it is.
    """
    if step == 0.0:
        return value
    per_unit = math.floor(1.0 / step + 0.5)  # n / 100 is the float nearest to n fen, n * 0.01 is not always
    steps = value * per_unit + 0.5 + STEP_SLACK
    return math.floor(steps) / per_unit if abs(steps) < COUNTED else value


def whole_lots(shares: float, minimum: float, step: float) -> float:
    """The largest order not above ``shares``.

    ``shares`` itself if ``step`` is 0 (fractional units).

    Parameters
    ----------
    shares : float
    minimum : float
        The smallest order, in shares.
    step : float
        From there on; 0 are fractional units, and ``shares`` itself is the answer.

    Returns
    -------
    float
        A multiple of ``step``, or 0 if that is below ``minimum``.
    """
    if step == 0.0:
        return shares
    lots = shares / step + LOT_SLACK
    if not abs(lots) < COUNTED:
        return shares
    whole = math.floor(lots) * step
    return whole if whole >= minimum else 0.0


def outside(worth: float, least: float, most: float, step: float) -> int:
    """On which side of a band a value lies; on its edge it is inside.

    In whole steps of money, so that an edge is met exactly.

    Parameters
    ----------
    worth : float
        Of a holding, in currency, >= 0.
    least, most : float
        The edges in currency; the lower may be below 0.
    step : float
        Of money; 0 for none, where a difference of ``DUST`` of the value is none.

    Returns
    -------
    int
        1 above, -1 below, 0 inside.
    """
    noise = DUST * max(worth, most) if step == 0.0 else 0.0
    worth = round_half_up(worth, step)
    if worth > round_half_up(most, step) + noise:
        return 1
    if worth < round_half_up(max(0.0, least), step) - noise:
        return -1
    return 0


def at_limit(price: float, side: int, limit: float, tick: float) -> bool:
    """Whether a price is within half a tick of the limit that an order of this side may not pass.

    Parameters
    ----------
    price : float
    side : int
        1 for a buy, -1 for a sale.
    limit : float
        Highest price of a buy, lowest of a sale; NaN is no limit.
    tick : float
        Smallest step of a price.
    """
    return (limit - price) * side <= tick * (0.5 + STEP_SLACK)


def fill_price(reference: float, side: int, fraction: float, spread: float, limit: float) -> float:
    """The reference price moved against the order, but not past its limit.

    ``side`` is 1 for a buy, -1 for a sale; a ``limit`` of NaN is none.

    Parameters
    ----------
    reference : float
        In currency.
    side : int
        1 for a buy, -1 for a sale.
    fraction : float
        Of the reference: slippage and impact.
    spread : float
        In currency, on top.
    limit : float
        NaN is none.

    Returns
    -------
    float
        >= 0.
    """
    price = reference * (1.0 + side * fraction) + side * spread
    if (price - limit) * side > 0.0:
        return limit
    return max(price, 0.0)


def limit_price(previous_close: float, limit: float, tick: float) -> float:
    """Highest (``limit`` > 0) or lowest (``limit`` < 0) price of a session.

    In whole ticks and integer basis points, so that no float rounding moves it: ``round(p * 1.1, 2)`` is wrong in 485
    of 29,400 cases.

    Parameters
    ----------
    previous_close : float
    limit : float
        As a fraction: 0.1 gives the highest price, -0.1 the lowest.
    tick : float
        Smallest step of a price.

    Returns
    -------
    float
        In currency.
    """
    nearest = previous_close / tick + 0.5 + STEP_SLACK
    if not (abs(nearest) < COUNTED_TICKS and abs(limit) < 100.0):  # the product below would not be an int64
        return previous_close * (1.0 + limit)
    ticks = math.floor(nearest)
    points = 10_000 + math.floor(limit * 10_000 + 0.5)
    per_unit = math.floor(1.0 / tick + 0.5)
    return float((int(ticks) * int(points) * 2 + 10_000) // 20_000) / per_unit


def fee(value: float, rate: float, minimum: float, step: float) -> float:
    """One kind of fee on a fill: the rate's part of its value, but at least a minimum.

    Parameters
    ----------
    value : float
        In currency.
    rate : float
        Of the value.
    minimum : float
        In currency, of one fill; 0 is none.
    step : float
        What it is rounded to, halves up; 0 for not at all.
    """
    return round_half_up(max(rate * value, minimum), step)
