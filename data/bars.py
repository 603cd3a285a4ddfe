"""What makes a bar impossible: one list of rules for the cells of a panel and the rows of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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
        All of one shape, whatever it is. NaN in all four prices is "no bar"; open, high and low that are NaN throughout
        make a close-only set. Volume and amount may be NaN, an adjustment factor only where there is no bar.
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
    if not all(np.isnan(bars[key]).all() for key in PRICES[:3]):
        for key in PRICES[:3]:
            yield Broken(bar == np.isnan(bars[key]), f"{key} must be given exactly where there is a close", PRICES)
        top, bottom = np.fmax(bars["open"], close), np.fmin(bars["open"], close)
        yield Broken(bars["high"] < bars["low"] * (1 - TOLERANCE), "high must not lie below low", PRICES)
        yield Broken(bars["high"] < top * (1 - TOLERANCE), "high must not lie below open or close", PRICES)
        yield Broken(bars["low"] > bottom * (1 + TOLERANCE), "low must not lie above open or close", PRICES)
    for key in ("volume", "amount"):
        yield Broken((bars[key] < 0) | np.isinf(bars[key]), f"{key} must be finite and >= 0", (key,))
    known = np.isfinite(factor) & (factor > 0)
    yield Broken(bar & ~known, "adj_factor must be finite and > 0 on every bar", ("adj_factor",))


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
