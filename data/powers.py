"""In which units volume and amount are: the power of ten between amount over volume and the price, bar by bar."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .types import Flags, Floats

POWERS = 8  # of ten, on either side: hundred millions against units
RECENT = 20  # bars that tell the power
AROUND = 10  # bars on each side that tell whether a change stays
_AGREE = 0.8  # share of the bars that must agree
_STEADY = 0.006  # median change of amount over volume over price, log10: 0.004 for funds, 0.009 and more for indices
_SLACK = 0.005  # of the average price outside low and high
_CHANGE = 0.7  # log10; a smaller change is no unit
_WHOLE = 0.1  # log10 by which a change of unit may miss a power of ten


def unit_powers(unit_price: Floats, close: Floats, low: Floats, high: Floats, named: Flags) -> Floats:
    """The power of ten of amount over volume and price, where these agree but for the unit.

    A price lies between the low and the high of its bar; amount over volume does too for what trades, up to units. An
    index is not worth what its members cost, and what they cost on average changes with the mix that is traded, while
    a price does not.

    Parameters
    ----------
    unit_price : float array of shape (T, N)
        Amount over volume, NaN where either is not positive.
    close, low, high : float arrays of shape (T, N)
        Low and high may be NaN where there is a close only.
    named : bool array of shape (N,)
        Series that are known to trade: they need not be steady.

    Returns
    -------
    float array of shape (T, N)
        0 in units and currency, 2 for volume in lots of 100, -1 for lots and thousand CNY, and so on; constant from
        one change of unit to the next. NaN throughout a series for which amount over volume is not the price.
    """
    out = np.full(close.shape, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.log10(np.where(close > 0, unit_price / close, np.nan))
        below = np.log10(np.where(low > 0, low, close) * (1 - _SLACK) / close)
        above = np.log10(np.where(high > 0, high, close) * (1 + _SLACK) / close)
    known = np.isfinite(ratio)
    for column in np.flatnonzero(known.any(axis=0)):
        rows = np.flatnonzero(known[:, column])
        line = ratio[rows, column]
        if not named[column] and len(line) > 1 and np.median(np.abs(np.diff(line))) > _STEADY:
            continue
        steps = _changes(line)
        level = np.cumsum(steps)
        level -= level[-1]
        bare = line - level  # as if the last unit had been used throughout
        parts = [slice(-RECENT, None), slice(None, RECENT)]  # of prices adjusted backward only the first bars agree
        for part in parts if named[column] else parts[:1]:
            power = np.round(np.median(bare[part]))
            inside = (bare[part] - power >= below[rows[part], column]) & (
                bare[part] - power <= above[rows[part], column]
            )
            if abs(power) <= POWERS and inside.mean() >= _AGREE:
                at = np.maximum(np.searchsorted(rows, np.arange(len(close)), side="right") - 1, 0)
                out[:, column] = (level + power)[at]
                break
    return out


def _changes(line: Floats) -> NDArray[np.float64]:
    """By which power of ten the unit changes at each value, 0 where it does not."""
    out = np.zeros(len(line))
    step = np.diff(line, prepend=line[:1])
    whole = np.round(step)
    suspects = np.flatnonzero((np.abs(step) > _CHANGE) & (np.abs(step - whole) <= _WHOLE))
    for k in suspects.tolist():
        back = k + 1 < len(line) and abs(step[k + 1] + step[k]) <= _WHOLE  # for one bar only
        return_ = k > 0 and out[k - 1] == -whole[k]
        stays = np.median(line[k : k + AROUND]) - np.median(line[max(0, k - AROUND) : k])
        if back or return_ or abs(stays - whole[k]) <= _WHOLE:
            out[k] = whole[k]
    return out
