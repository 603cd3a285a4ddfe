"""Rules about bars that can't be, or that are no prices of an exchange."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..bars import TOLERANCE, late_closes
from ..types import Flags
from .finding import Hit, counted, rule, some
from .table import Table

STALE = 3  # equal bars in a row
STALE_CLOSES = 5  # equal closes in a row, where there is nothing else to compare
_GRID = 1e-4  # no exchange quotes sectors or funds more finely


@rule(
    "non-positive-prices", "error",
    effect="Returns are infinite or of the wrong sign; nothing can be bought at such a price.",
    treatment="Forward adjustment (qfq) subtracts dividends until old prices fall below zero: use unadjusted prices "
    "with an adjustment factor.",
)  # fmt: skip
def non_positive_prices(table: Table) -> Iterator[Hit]:
    """Open, high, low or close at or below zero."""
    with np.errstate(invalid="ignore"):
        flags = np.zeros_like(table.bar)
        for values in (table.open, table.high, table.low, table.close):
            flags |= values <= 0
        for symbol, days in table.where(flags):
            column = table.symbols.index(symbol)
            lowest = np.nanmin(table.close[:, column])
            text = f"{counted(len(days), 'bar')} with a price <= 0, lowest close {lowest:g}: {some(days)}"
            yield Hit(symbol, days, text)


@rule(
    "returns-not-prices", "error",
    effect="Every number that follows is meaningless.",
    treatment="Turn returns into levels first: (1 + returns).cumprod().",
)  # fmt: skip
def returns_not_prices(table: Table) -> Iterator[Hit]:
    """Columns that hold returns where prices are expected."""
    with np.errstate(invalid="ignore"):
        count = table.bar.sum(axis=0)
        negative = (table.close < 0).sum(axis=0) / np.maximum(count, 1)
    for i in np.flatnonzero((negative > 0.2) & (negative < 0.8)):
        text = f"{negative[i]:.0%} of the closes are negative: these are returns"
        yield Hit(table.symbols[i], table.sessions[:0], text)


@rule(
    "ohlc-contradiction", "error",
    effect="A fill price, a stop or a range-based measure comes from a price that was not traded.",
    treatment="Correct the rows at the source, or take the series from another one.",
)  # fmt: skip
def ohlc_contradiction(table: Table) -> Iterator[Hit]:
    """A high below open, close or low, a low above them, or a bar with some of its prices missing.

    A series may begin with closes only.
    """
    with np.errstate(invalid="ignore"):
        top, bottom = np.fmax(table.open, table.close), np.fmin(table.open, table.close)
        slack = TOLERANCE * np.abs(table.close)
        flags = (table.high < top - slack) | (table.low > bottom + slack) | (table.high < table.low - slack)
        for values in (table.open, table.high, table.low):
            flags |= np.isnan(values) != np.isnan(table.open)
            flags |= (~np.isnan(values) & ~table.bar) | np.isinf(values)
    flags |= late_closes(table.close, table.open)
    for symbol, days in table.where(flags):
        yield Hit(symbol, days, f"{counted(len(days), 'bar')} that contradict themselves: {some(days)}")


@rule(
    "timed-price-outside", "error",
    effect="Orders fill, or are decided, at a price that was not traded in the session.",
    treatment="Take the price of that minute in the unit of the bars: raw where they are raw, of the same day and "
    "series; leave it empty where there was none.",
)  # fmt: skip
def timed_price_outside(table: Table) -> Iterator[Hit]:
    """Prices at a time of day, `price_10:00`, below the low or above the high of their bar, or without a bar."""
    columns = slice(0, table.members)
    low, high = (bound[:, columns] for bound in (table.low, table.high))
    slack = TOLERANCE * np.abs(table.close[:, columns])
    flags = np.zeros(table.bar.shape, np.bool_)
    for values in table.timed.values():
        with np.errstate(invalid="ignore"):
            outside = (values < low - slack) | (values > high + slack)
        flags[:, columns] |= outside | (np.isfinite(values) & ~table.bar[:, columns])
    for symbol, days in table.where(flags):
        yield Hit(symbol, days, f"{counted(len(days), 'price')} at a time of day outside of low and high: {some(days)}")


def _repeats(table: Table) -> Flags:
    """Bars whose prices are all those of the bar before, (T, N)."""
    out = table.bar & (table.before >= 0) & ~table.closed[:, None]
    out &= ~table.closed[np.maximum(table.before, 0)]
    for values in (table.open, table.high, table.low, table.close):
        other = table.at_before(values)
        out &= (values == other) | (np.isnan(values) & np.isnan(other))
    return out


@rule(
    "stale-prices", "warning",
    effect="The series looks calm and is not traded: inverse-volatility weights and low-volatility ranks favour it, "
    "and orders fill at prices nobody quoted.",
    treatment="Leave the bars out where there was no trade; a bar that is missing is marked at the last close anyway.",
)  # fmt: skip
def stale_prices(table: Table) -> Iterator[Hit]:
    """Runs of bars whose prices do not change."""
    repeats = _repeats(table)
    need = np.where(table.has_ohlc, STALE, STALE_CLOSES)
    for i in np.flatnonzero(repeats.any(axis=0)):
        rows = np.flatnonzero(table.bar[:, i])
        flags = np.zeros(len(table.sessions), dtype=np.bool_)
        longest = 0
        for start, stop in _runs(repeats[rows, i]):
            if stop - start + 1 >= need[i]:
                flags[rows[start - 1 : stop]] = True
                longest = max(longest, stop - start + 1)
        if longest:
            days = table.sessions[flags]
            text = f"{counted(len(days), 'bar')} in runs without any change, longest {longest}: {some(days)}"
            yield Hit(table.symbols[i], days, text)


@rule(
    "copied-bars", "error",
    effect="One session is counted twice and another is lost; the move of the lost day appears a day late.",
    treatment="Fetch the session again, or from a second source.",
)  # fmt: skip
def copied_bars(table: Table) -> Iterator[Hit]:
    """Bars equal to the bar before in every price and in a volume that is not zero, where volumes differ otherwise."""
    repeats = _repeats(table)
    with np.errstate(invalid="ignore"):
        repeats &= (table.volume == table.at_before(table.volume)) & (table.volume > 0)
        repeats &= table.high > table.low  # a bar at a single price may come twice, even with the same small volume
        repeats &= table.telling_volume
    for symbol, days in table.where(repeats):
        yield Hit(symbol, days, f"{counted(len(days), 'bar')} copied from the session before: {some(days)}")


@rule(
    "off-tick-prices", "note",
    effect="Fills at such prices never happened: limits, lots and minimum fees come out slightly wrong.",
    treatment="Fine for an index. For a fund or a stock take unadjusted quotes with an adjustment factor.",
)  # fmt: skip
def off_tick_prices(table: Table) -> Iterator[Hit]:
    """Closes with more than four decimals: computed or adjusted, not quoted."""
    with np.errstate(invalid="ignore"):
        off = np.abs(table.close / _GRID - np.round(table.close / _GRID)) > 1e-3
    share = off.sum(axis=0) / np.maximum(table.bar.sum(axis=0), 1)
    found = np.flatnonzero((share > 0.5) & (table.bar.sum(axis=0) > 1))
    if len(found) == len(table.symbols) > 1:
        yield Hit("", table.sessions[:0], f"{np.median(share):.0%} of the closes of every series are off any tick")
    else:
        for i in found:
            yield Hit(table.symbols[i], table.sessions[:0], f"{share[i]:.0%} of the closes are off any tick")


def _runs(flags: Flags) -> Iterator[tuple[int, int]]:
    """Start and stop of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


RULES = (
    non_positive_prices, returns_not_prices, ohlc_contradiction, timed_price_outside, stale_prices, copied_bars,
    off_tick_prices,
)  # fmt: skip
