"""Texts as Sina sends them: bits in groups of six, least significant first, over the Base64 alphabet."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
DAY_ZERO = date(1970, 1, 1) + timedelta(days=7657)
BARS, SESSIONS = 1479, 139  # the decoder's names for the two forms

Bar = tuple[date, float, float, float, float, int]
"""Date, open, high, low, close, volume."""


def packed(fields: Iterable[tuple[int, int]]) -> str:
    """Text of (value, width in bits) pairs; a negative value is written as its two's complement."""
    bits, filled = 0, 0
    for value, width in fields:
        bits |= (value & ((1 << width) - 1)) << filled
        filled += width
    return "".join(ALPHABET[bits >> at & 63] for at in range(0, filled, 6))


def bars(rows: Sequence[Bar], decimals: int = 3) -> str:
    """Daily bars: opens and volumes as changes, highs, lows and closes as distances from the open."""
    fields = [(BARS, 12), (63, 6), (decimals, 6), (0, 18), (4, 3), (7, 3)]
    close_before = volume_before = 0
    for number, (day, *prices, volume) in enumerate(rows):
        opened, high, low, closed = (round(price * 10**decimals) for price in prices)
        fields += [(32, 6), (1 if number else 17, 6), ((day - DAY_ZERO).days, 18)]
        if not number:
            fields += [(63, 6), (4, 3), (7, 3)]  # from here on: prices in 24 bits, volumes in 42
        fields += [(opened - close_before, 24), (high - opened, 24), (opened - low, 24), (closed - opened, 24)]
        fields += [(volume - volume_before, 42)]
        close_before, volume_before = closed, volume
    return packed(fields)


def sessions(days: Sequence[date]) -> str:
    """Sessions as the lengths of runs of weekdays between holidays."""
    first, last, open_days = min(days), max(days), set(days)
    runs = [0]
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        if day in open_days:
            runs[-1] += 1
        elif day.weekday() < 5:
            runs.append(0)
    fields = [(SESSIONS, 12), (63, 6), ((first - DAY_ZERO).days, 18), ((last - DAY_ZERO).days, 18)]
    for number, run in enumerate(runs):
        fields += [(0, 1)] if number else [(1, 1), (1, 1), (0b0111, 4)]  # once: runs take 12 bits
        fields += [(run, 12)]
    return packed(fields)
