"""Rules about prices that were adjusted before they came: by a factor, or by subtracting what was distributed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..bars import off_tick
from ..calendar import is_daily
from ..powers import RECENT
from ..types import Floats
from .finding import Hit, rule
from .table import Table

SLACK = 0.01  # of the average price outside low and high
ADJUSTED = 0.2  # share of bars whose average price lies outside their range
_WINDOW = 40  # bars in which what is subtracted hardly changes
_BLOCK = 3  # windows, about half a year, over which a distortion is measured
_MOVED = 0.008  # relative spread of the price in a window below which its slope says nothing
_SAID, _WRONG = 1.02, 1.10  # moves of adjusted prices over true ones: subtracted, and by so much that results are wrong
_TICKS = (0.01, 0.001)
_QUOTED, _COMPUTED = 5, 0.8  # last bars that tell the tick; share of the bars before that are off a tenth of it
_LEAST = 60  # bars needed to speak of ticks
_CHINESE = re.compile(r"(?<!\d)\d{6}(?!\d)|BK\d{4}|[\u4e00-\u9fff]")


def off_range(table: Table) -> Floats:
    """How far amount over volume lies outside low and high, relative; 0 inside, NaN where unknown, (T, N)."""
    price = table.own_price
    low = np.where(table.has_ohlc, table.low, table.close)
    high = np.where(table.has_ohlc, table.high, table.close)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.isnan(price), np.nan, np.fmax(0.0, np.fmax(low / price - 1, 1 - high / price)))


def systematic(outside: Floats) -> list[int]:
    """Columns of ``off_range`` in which so many bars are off that the series was adjusted."""
    with np.errstate(invalid="ignore"):
        known = np.isfinite(outside).sum(axis=0)
        share = (outside > SLACK).sum(axis=0) / np.maximum(known, 1)
    return [int(i) for i in np.flatnonzero(share > ADJUSTED)]


class Adjustment(NamedTuple):
    """What was done to the prices of a series."""

    distortion: float  # moves over true moves in the half-year where they differ most; 1 if prices were multiplied
    text: str
    days: pd.DatetimeIndex  # on which they lie off


def adjustments(table: Table) -> dict[int, Adjustment]:
    """The series whose prices are not those that were paid, by column."""
    outside = off_range(table)
    found = {}
    for i in systematic(outside):
        with np.errstate(invalid="ignore"):
            days = table.sessions[outside[:, i] > SLACK]
        known = np.flatnonzero(np.isfinite(outside[:, i]))
        share = len(days) / len(known)
        worst = np.nanmax(np.abs(np.where(table.close[:, i] > 0, outside[:, i], np.nan)))
        forward = np.median(outside[known[-RECENT:], i]) <= SLACK
        where = f"all before {days[-1]:%F}" if forward else f"all after {days[0]:%F}"
        text = f"{share:.0%} of the bars, {where}, lie up to {worst:.0%} off what was paid"
        found[i] = Adjustment(_distortion(table, i), text, days)
    return found


def _distortion(table: Table, column: int) -> float:
    """Moves of the prices given over those of the prices paid, in the half-year where they differ most.

    Within a window, prices multiplied by a factor q lie on a line through zero: slope q, the mean ratio. Prices with D
    subtracted lie on a line of slope 1 below it, and slope over mean ratio is what moves are exaggerated by.
    """
    paid = table.own_price[:, column]
    given = np.mean([getattr(table, key)[:, column] for key in _priced(table, column)], axis=0)
    rows = np.flatnonzero(np.isfinite(paid) & np.isfinite(given))
    count = len(rows) // _WINDOW
    if not count:
        return 1.0
    x = paid[rows[: count * _WINDOW]].reshape(count, _WINDOW)
    y = given[rows[: count * _WINDOW]].reshape(count, _WINDOW)
    mean_x, mean_y = x.mean(axis=1), y.mean(axis=1)
    dx, dy = x - mean_x[:, None], y - mean_y[:, None]
    spread = (dx**2).mean(axis=1) / mean_x**2
    ratio = mean_y / mean_x
    weight = np.where((spread > _MOVED**2) & (ratio > 0.02), spread, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (dx * dy).mean(axis=1) / (dx**2).mean(axis=1)
        beyond, expected = np.where(weight > 0, slope / ratio, np.nan), 1 / ratio
    found = 1.0
    for start in range(max(1, count - _BLOCK + 1)):
        here = slice(start, start + _BLOCK)
        if (weight[here] > 0).sum() >= min(_BLOCK, count) / 2:
            measured = min(float(np.nanmedian(beyond[here])), 10.0)
            if measured - 1 > 0.5 * (float(np.median(expected[here])) - 1):  # nearer to subtracted than to multiplied
                found = max(found, measured)
    return found


def _priced(table: Table, column: int) -> tuple[str, ...]:
    return ("open", "high", "low", "close") if table.has_ohlc[column] else ("close",)


@rule(
    "adjusted-prices", "warning",
    effect="Orders fill at prices that never were: limits, lots and minimum fees are wrong, and every dividend "
    "rewrites the history.",
    treatment="Take unadjusted prices with an adjustment factor; never the forward-adjusted (qfq) series. yfinance "
    "gives them with auto_adjust=False, and the factor is Adj Close over Close.",
)  # fmt: skip
def adjusted_prices(table: Table) -> Iterator[Hit]:
    """Prices that were adjusted before they came: older ones are not what was paid, or lie off any tick."""
    found = adjustments(table)
    for i, each in found.items():
        yield Hit(table.symbols[i], each.days, each.text)
    for i in range(len(table.symbols)):
        if i not in found and (text := _off_tick(table, i)):
            yield Hit(table.symbols[i], table.sessions[:0], text)


def _off_tick(table: Table, column: int) -> str:
    """What closes say that were quoted only from some day on, of a series with volume and without amount."""
    rows = np.flatnonzero(table.bar[:, column])
    volume = table.volume[rows, column]
    if len(rows) < _LEAST or not is_daily(table.sessions) or not (volume > 0).any():
        return ""
    if (table.amount[rows, column] > 0).any():
        return ""
    close = table.close[rows, column]
    symbol = table.symbols[column]
    computed = symbol.startswith("^") or (_CHINESE.search(symbol) and not table.traded[column])  # an index
    if computed or table.refactored[:, column].any():
        return ""
    tick = max((each for each in _TICKS if not off_tick(close[-_QUOTED:], each).any()), default=0.0)
    if not tick:
        return ""
    off = off_tick(close, tick)
    quoted = int(np.argmax(off[::-1])) if off.any() else len(off)
    early = off_tick(close[: len(off) - quoted], tick / 10).mean() if quoted < len(off) else 0.0
    if early >= _COMPUTED:
        day = table.sessions[rows[len(rows) - quoted]]
        before = f"{early:.0%} of the bars before"
        return f"closes are quotes from {day:%F} on and off any tick in {before}: adjusted forward"
    return ""


@rule(
    "subtracted-dividends", "error",
    effect="Old moves are exaggerated, up to double and more, and old prices fall to zero and below: momentum, "
    "volatility and returns of those years are wrong.",
    treatment="Take unadjusted prices and an adjustment factor. Forward adjustment (qfq) of Tencent and Eastmoney, and "
    "so of akshare, subtracts dividends; backward adjustment (hfq) does not.",
)  # fmt: skip
def subtracted_dividends(table: Table) -> Iterator[Hit]:
    """Prices from which later dividends were subtracted, instead of multiplied by a factor."""
    for i, each in adjustments(table).items():
        if each.distortion > _SAID:
            text = f"dividends were subtracted: moves up to {each.distortion:.2f} times the true ones"
            yield Hit(table.symbols[i], each.days, text, None if each.distortion > _WRONG else "warning")


RULES = (adjusted_prices, subtracted_dividends)
