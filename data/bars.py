"""What makes a bar impossible: one list of rules for the cells of a panel and the rows of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .bounds import FACTOR, PRICE, QUANTITY

PRICES = ("open", "high", "low", "close")
BARS = (*PRICES, "volume", "amount")
TOLERANCE = 1e-6  # relative; publishers round high, low and close independently


class Broken(NamedTuple):
    """A rule and where it is broken."""

    where: NDArray[np.bool_]  # of the shape of the bars
    rule: str
    columns: tuple[str, ...]  # what to show of an offender


def broken_rules(bars: Mapping[str, NDArray[np.float64]]) -> Iterator[Broken]:
    """Every rule that some bar breaks, in the order in which a reader should hear of them.

    Parameters
    ----------
    bars : mapping of ``open``, ``high``, ``low``, ``close``, ``volume``, ``amount``, ``adj_factor`` to float arrays
        All of one shape, whatever it is. NaN in all four prices is "no bar"; NaN in open, high and low alone is a bar
        of a close only, which ``late_closes`` has a rule for. Volume and amount may be NaN, an adjustment factor only
        where there is no bar.
    """
    with np.errstate(invalid="ignore"):
        for broken in _rules(bars):
            if broken.where.any():
                yield broken


def _rules(bars: Mapping[str, NDArray[np.float64]]) -> Iterator[Broken]:
    close, factor = bars["close"], bars["adj_factor"]
    bar = ~np.isnan(close)
    for key in PRICES:
        yield Broken(np.isinf(bars[key]), f"{key} must be finite", (key,))
        yield Broken(bars[key] <= 0, f"{key} must be > 0", (key,))
        strange = (bars[key] > 0) & (bars[key] < PRICE[0]) | (bars[key] > PRICE[1]) & ~np.isinf(bars[key])
        yield Broken(strange, f"{key} must be from {PRICE[0]:g} to {PRICE[1]:g}", (key,))
    if not all(np.isnan(bars[key]).all() for key in PRICES[:3]):
        given = [~np.isnan(bars[key]) for key in PRICES[:3]]
        every = given[0] & given[1] & given[2]
        apart = (given[0] | given[1] | given[2]) & ~every
        yield Broken(apart, "open, high and low must be given together, or none of them", PRICES)
        yield Broken(every & ~bar, "open, high and low must be given only where there is a close", PRICES)
        del given, every, apart  # each is as large as a column
        yield Broken(bars["high"] < bars["low"] * (1 - TOLERANCE), "high must not lie below low", PRICES)
        end = np.fmax(bars["open"], close)
        end *= 1 - TOLERANCE
        yield Broken(bars["high"] < end, "high must not lie below open or close", PRICES)
        np.fmin(bars["open"], close, out=end)
        end *= 1 + TOLERANCE
        yield Broken(bars["low"] > end, "low must not lie above open or close", PRICES)
        del end
    for key in ("volume", "amount"):
        yield Broken((bars[key] < 0) | np.isinf(bars[key]), f"{key} must be finite and >= 0", (key,))
        yield Broken((bars[key] > QUANTITY) & ~np.isinf(bars[key]), f"{key} must be {QUANTITY:g} at most", (key,))
    known = np.isfinite(factor) & (factor > 0)
    yield Broken(bar & ~known, "adj_factor must be finite and > 0 on every bar", ("adj_factor",))
    strange = bar & known & ((factor < FACTOR[0]) | (factor > FACTOR[1]))
    yield Broken(strange, f"adj_factor must be from {FACTOR[0]:g} to {FACTOR[1]:g}", ("adj_factor",))


def off_tick(close: NDArray[np.float64], tick: float) -> NDArray[np.bool_]:
    """Closes that are no multiple of the tick, up to the rounding of numbers of 32 bits, in which Yahoo gives them.

    Parameters
    ----------
    close : float array of any shape
        Prices; False where NaN.
    tick : float
        Smallest step of prices.
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(close - np.round(close / tick) * tick) > 0.01 * tick + 2e-7 * close)


LATE_CLOSES = "a series that has whole bars must have open, high and low in every later bar"


def late_closes(close: NDArray[np.float64], opened: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Bars of a close only after the first whole bar of their series, (T, N): earlier ones are history, these a fault.

    Parameters
    ----------
    close, opened : array of shape (T, N)
        NaN where there is none.
    """
    whole = ~np.isnan(opened)
    return ~np.isnan(close) & ~whole & np.logical_or.accumulate(whole, axis=0)
