"""Rules about volume and amount, and what the two say about the price."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..types import Flags, Floats
from .finding import Hit, counted, rule, some
from .table import Table

IDLE = 5  # bars without volume in a row that are more than a note
POWERS = (2.0, 3.0, 4.0, 8.0)  # of ten: lots, thousands, ten thousands, hundred millions
AROUND = 10  # bars on each side that tell the level
_SHARED = 0.7  # log10 by which amount over volume may change while trading grows; a unit changes it by more
SCALED = {"volume": 2_000.0, "amount": 20_000.0}  # median of a session below which it must be in larger units
DEAR = 500.0  # currency for an average share of a Chinese index, which nothing is
SLACK = 0.01  # of the average price outside low and high
ADJUSTED = 0.2  # share of bars whose average price lies outside their range


@rule(
    "negative-volume", "error",
    effect="Participation caps and averages that use volume are wrong.",
    treatment="Correct the rows at the source, or leave volume empty.",
)  # fmt: skip
def negative_volume(table: Table) -> Iterator[Hit]:
    """Volume or amount below zero, or infinite."""
    with np.errstate(invalid="ignore"):
        flags = (table.volume < 0) | (table.amount < 0) | np.isinf(table.volume) | np.isinf(table.amount)
    for symbol, days in table.where(flags):
        yield Hit(symbol, days, f"{counted(len(days), 'bar')} with negative or infinite volume or amount: {some(days)}")


@rule(
    "zero-volume", "note",
    effect="No order fills there; it stays open until volume comes back.",
    treatment="Right for a series that did not trade. If the vendor writes 0 for unknown, leave volume empty.",
)  # fmt: skip
def zero_volume(table: Table) -> Iterator[Hit]:
    """Bars without volume."""
    flags = table.bar & (table.volume == 0) & ~table.closed[:, None]
    for symbol, days in table.where(flags):
        column = table.symbols.index(symbol)
        longest = _longest(flags[table.bar[:, column], column])
        text = f"{counted(len(days), 'bar')} without volume, longest run {longest}: {some(days)}"
        yield Hit(symbol, days, text, "warning" if longest >= IDLE else None)


def _longest(flags: Flags) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max())


@rule(
    "unit-jump", "error",
    effect="Volume filters, participation caps and average prices change their meaning in the middle of a run.",
    treatment="Bring all rows to units and currency: lots (手) times 100, 万 times 10,000, 亿 times 100,000,000.",
)  # fmt: skip
def unit_jump(table: Table) -> Iterator[Hit]:
    """Volume or amount that changes by a power of ten, for good or in one bar."""
    both = table.per_share_change
    for name, values in (("volume", table.volume), ("amount", table.amount)):
        for column in np.flatnonzero((values > 0).any(axis=0)):
            rows = np.flatnonzero(values[:, column] > 0)
            level = np.log10(values[rows, column])
            steps = np.flatnonzero(np.abs(np.diff(level)) > 1.5) + 1
            found: list[tuple[int, float]] = []
            certain = False
            for k in steps.tolist():
                size, change = _power(level, k), both[rows[k], column]
                if size and not abs(change) <= _SHARED:
                    found.append((int(rows[k]), size))
                    certain |= not np.isnan(change) or abs(size) >= 4  # or trading may have grown that much
            if found:
                days = table.sessions[[row for row, _ in found]]
                text = f"{name} changes about {10.0 ** found[0][1]:g} times on {some(days)}"
                harmless = name == "amount" and not table.traded[column]  # no order fills at amount over volume
                yield Hit(table.symbols[column], days, text, None if certain and not harmless else "warning")


def _power(level: Floats, k: int) -> float:
    """The power of ten by which the level changes at ``k``, 0 if by none."""
    before, after = np.median(level[max(0, k - AROUND) : k]), np.median(level[k : k + AROUND])
    for size in (after - before, level[k] - before):
        for power in POWERS:
            if abs(abs(size) - power) < 0.3:
                return float(np.copysign(power, size))
    return 0.0


@rule(
    "volume-in-lots", "warning",
    effect="Volume is a hundredth of what was traded: a participation cap leaves most orders unfilled.",
    treatment="Multiply volume by 100: akshare's Eastmoney and Tencent functions give lots (手).",
)  # fmt: skip
def volume_in_lots(table: Table) -> Iterator[Hit]:
    """Volume in lots of 100 instead of units."""
    for i in np.flatnonzero(table.per_unit == 100):
        yield Hit(table.symbols[i], table.sessions[:0], "amount over volume is 100 times the price")
    if table.calendar is None or table.calendar.name != "XSHG":
        return
    for i in np.flatnonzero(np.isnan(table.per_unit)):
        price = table.unit_price[:, i]
        price = price[~np.isnan(price)][-250:]
        if len(price) and DEAR < np.median(price) < DEAR * 100:
            text = f"an average share would cost {np.median(price):,.0f}; in lots of 100, {np.median(price) / 100:,.0f}"
            yield Hit(table.symbols[i], table.sessions[:0], text)


@rule(
    "scaled-units", "warning",
    effect="Participation caps and minimum turnover compare shares with hundreds of millions of them.",
    treatment="Multiply to units and currency: 万 by 10,000, 亿 by 100,000,000 (akshare's Shenwan history is in 亿).",
)  # fmt: skip
def scaled_units(table: Table) -> Iterator[Hit]:
    """Volume or amount too small for a sector: in ten thousands, millions or hundred millions."""
    found: dict[tuple[str, ...], list[int]] = {}
    for i in range(len(table.symbols)):
        low = tuple(
            name
            for name, values in (("volume", table.volume[:, i]), ("amount", table.amount[:, i]))
            if (values > 0).any() and np.median(values[values > 0][-250:]) < SCALED[name]
        )
        if low:
            found.setdefault(low, []).append(i)
    for names, columns in found.items():
        name = names[0]
        usual = np.median([np.median(line[line > 0][-250:]) for line in getattr(table, name)[:, columns].T])
        text = f"{' and '.join(names)} can't be in units and currency: median {name} of a session is {usual:,.4g}"
        if len(columns) >= table.members > 1:
            yield Hit("", table.sessions[:0], text)
        else:
            yield from (Hit(table.symbols[i], table.sessions[:0], text) for i in columns)


def _outside(table: Table) -> Floats:
    """How far amount over volume lies outside low and high, relative; 0 inside, NaN where unknown, (T, N)."""
    price = table.unit_price / table.per_unit
    low = np.where(np.isnan(table.low), table.close, table.low)
    high = np.where(np.isnan(table.high), table.close, table.high)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.isnan(price), np.nan, np.fmax(0.0, np.fmax(low / price - 1, 1 - high / price)))


@rule(
    "adjusted-prices", "warning",
    effect="Orders fill at prices that never were: limits, lots and minimum fees are wrong, and every dividend "
    "rewrites the history.",
    treatment="Take unadjusted prices with an adjustment factor; never the forward-adjusted (qfq) series.",
)  # fmt: skip
def adjusted_prices(table: Table) -> Iterator[Hit]:
    """Prices that agree with amount over volume in recent bars and not in older ones: adjusted forward."""
    outside = _outside(table)
    for i in _adjusted(table, outside):
        days = table.sessions[outside[:, i] > SLACK]
        share = len(days) / np.isfinite(outside[:, i]).sum()
        worst = np.nanmax(np.abs(np.where(table.close[:, i] > 0, outside[:, i], np.nan)))
        text = f"{share:.0%} of the bars, all before {days[-1]:%F}, lie up to {worst:.0%} off what was paid"
        yield Hit(table.symbols[i], days, text)


def _adjusted(table: Table, outside: Floats) -> list[int]:
    with np.errstate(invalid="ignore"):
        known = np.isfinite(outside).sum(axis=0)
        share = (outside > SLACK).sum(axis=0) / np.maximum(known, 1)
    return [int(i) for i in np.flatnonzero(share > ADJUSTED)]


@rule(
    "amount-outside-range", "warning",
    effect='Fills at the average price (fill="vwap") happen at a price that was not traded.',
    treatment="Correct volume or amount of these rows, or fill at the open.",
)  # fmt: skip
def amount_outside_range(table: Table) -> Iterator[Hit]:
    """Amount over volume below the low or above the high."""
    outside = _outside(table)
    systematic = _adjusted(table, outside)
    with np.errstate(invalid="ignore"):
        flags = np.asarray(outside > SLACK)
    flags[:, systematic] = False
    for symbol, days in table.where(flags):
        column = table.symbols.index(symbol)
        worst = outside[flags[:, column], column].max()
        yield Hit(symbol, days, f"{counted(len(days), 'bar')} outside low and high by up to {worst:.1%}: {some(days)}")


RULES = (
    negative_volume, zero_volume, unit_jump, volume_in_lots, scaled_units, adjusted_prices, amount_outside_range,
)  # fmt: skip
