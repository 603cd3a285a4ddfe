"""Rules about which days are there: against the exchange's calendar, and of the series among themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ..calendar import is_daily
from ..types import Flags, Floats
from .finding import Hit, counted, rule, some, span
from .table import Table

_HOLE = 3  # sessions in a row that are worth no word of their own
MANY = 0.05  # share of its sessions that a series may lack before it is more than a note
LONG = 20  # sessions in a row that a series may lack before it is more than a note
PARTIAL = 0.35  # volume of a bar against the usual, below which the session was not over
NOON = 0.65  # the same, where the volume is also the least of those sessions by a margin
_LEAST, _MANY = 0.9, 4  # that margin; series from which it counts
_USUAL, _KNOWN = 10, 20  # sessions that make the usual volume; sessions needed before the last
HOLIDAY = 16  # days from one session to the next that no holiday of an exchange takes
BASES = (1000.0, 100.0)  # values that an index starts from
NEAR = 0.02  # relative; the first day's move is on top


@rule(
    "missing-sessions", "warning",
    effect="Moves of several days look like one; windows, moving averages and rebalance dates shift; a fill waits "
    "for the next session that is there.",
    treatment="Fetch the days again or from a second source (sectorlead reconcile). Never fill them forward.",
)  # fmt: skip
def missing_sessions(table: Table) -> Iterator[Hit]:
    """Days of the exchange's calendar on which no series has a bar."""
    held = table.sessions[np.asarray(table.bar.any(axis=1))]
    if table.calendar is None:
        yield from _gaps(held)
        return
    absent = table.calendar.missing(held)
    if len(absent):
        days = table.calendar.between(held[0], held[-1])
        text = f"{len(absent):,} of {len(days):,} {table.calendar.name} sessions are absent: {some(absent)}"
        yield Hit("", absent, text + _longest(np.isin(days, absent), days))


def _gaps(held: pd.DatetimeIndex) -> Iterator[Hit]:
    """Holes in daily sessions longer than any holiday, where no calendar fits them: such a hole is why none does."""
    if not is_daily(held):
        return
    days = np.diff(held.to_numpy()) / np.timedelta64(1, "D")
    after = np.flatnonzero(days > HOLIDAY) + 1
    if len(after):
        k = int(after[days[after - 1].argmax()])
        text = f"no bar for {int(days[k - 1]) - 1} days between {held[k - 1]:%F} and {held[k]:%F}"
        yield Hit("", held[after], text + (f"; {len(after)} such holes" if len(after) > 1 else ""))


@rule(
    "missing-bars", "note",
    effect="The series can't be traded there and is marked at its last close; its next move spans several sessions.",
    treatment="Right for a suspension or the day of a split; otherwise fetch again or from a second source.",
)  # fmt: skip
def missing_bars(table: Table) -> Iterator[Hit]:
    """Sessions between the first and the last bar of a series on which others have one and it has none."""
    row = np.arange(len(table.sessions))[:, None]
    traded = table.bar[:, : table.members].any(axis=1, keepdims=True) & ~table.closed[:, None]
    absent = ~table.bar & (row > table.first) & (row < table.last) & traded
    for i in np.flatnonzero(absent[:, : table.members].any(axis=0)):
        days = table.sessions[absent[:, i]]
        share = len(days) / (table.last[i] - table.first[i] + 1)
        text = f"no bar in {counted(len(days), 'session')} ({share:.1%}): {some(days)}"
        held = traded[:, 0]
        longest = _longest(absent[held, i], table.sessions[held])
        long = max((stop - start for start, stop in _holes(absent[held, i])), default=0) > LONG
        yield Hit(table.symbols[i], days, text + longest, "warning" if long or share > MANY else None)


def _holes(flags: Flags) -> Iterator[tuple[int, int]]:
    """Start and stop of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _longest(flags: Flags, days: pd.DatetimeIndex) -> str:
    """The longest run of True in words, nothing if it is a few days."""
    start, stop = max(_holes(flags), key=lambda hole: hole[1] - hole[0])
    if stop - start <= _HOLE:
        return ""
    return f"; the longest hole is {stop - start:,} sessions, {span(days[start:stop])}"


def _closed_rows(table: Table) -> tuple[Flags, Flags]:
    """Bars on days when the exchange was closed that repeat the close before, and that copy the bar after, (T, N).

    One that is both is a repetition, unless it differs from the bar before in anything but the close.
    """
    there = table.closed[:, None] & table.bar
    with np.errstate(invalid="ignore"):
        repeats = there & (table.close == table.at_before(table.close))
    after, before = there.copy(), there.copy()
    after[-1] = False
    for values in (table.open, table.high, table.low, table.close, table.volume, table.amount):
        after[:-1] &= _equal(values[:-1], values[1:])
        before &= _equal(values, table.at_before(values))
    copies = after & ~before
    return repeats & ~copies, copies


def _equal(one: Floats, other: Floats) -> Flags:
    return np.asarray((one == other) | (np.isnan(one) & np.isnan(other)))


@rule(
    "padded-holidays", "error",
    effect="Days without trade count as sessions: volatility and drawdown durations are too low, windows too short, "
    "and orders fill on days when the exchange was closed.",
    treatment="Drop the rows of days that are not in the exchange's calendar, at the source or when converting.",
)  # fmt: skip
def padded_holidays(table: Table) -> Iterator[Hit]:
    """Bars on days when the exchange was closed that repeat the close before."""
    if not table.closed.any():
        return
    padded, _ = _closed_rows(table)
    yield from _by_days(table, padded, "repeat the close before")


@rule(
    "fake-rows", "error",
    effect="A price is known before it was made: the bar of a later session stands on a day when the exchange was "
    "closed, so a decision there has looked ahead.",
    treatment="Drop the rows; they are copies that a vendor made of the next session.",
)  # fmt: skip
def fake_rows(table: Table) -> Iterator[Hit]:
    """Bars on days when the exchange was closed that copy the bar of the next session."""
    if not table.closed.any():
        return
    _, copied = _closed_rows(table)
    yield from _by_days(table, copied, "are copies of the session after")


@rule(
    "closed-day-rows", "error",
    effect="Orders fill on days when the exchange was closed, or the dates of the file are those of another exchange "
    "or shifted by a day.",
    treatment="Find out how the source dates its rows; shift or drop them there. If the exchange did trade, name the "
    "right calendar.",
)  # fmt: skip
def closed_day_rows(table: Table) -> Iterator[Hit]:
    """Bars with prices of their own on days when the exchange was closed."""
    if not table.closed.any():
        return
    padded, copied = _closed_rows(table)
    own = table.closed[:, None] & table.bar & ~padded & ~copied
    yield from _by_days(table, own, "have prices of their own")


def _by_days(table: Table, flags: Flags, what: str) -> Iterator[Hit]:
    """One hit for all series where most of them are concerned, otherwise one for each."""
    name = table.calendar.name if table.calendar else ""
    row = np.arange(len(table.sessions))[:, None]
    alive = ((row >= table.first) & (row <= table.last)).sum(axis=1)
    common = flags.sum(axis=1) > 0.5 * np.maximum(alive, 1)
    days = table.sessions[common & flags.any(axis=1)]
    if len(days) and len(table.symbols) > 1:
        yield Hit("", days, f"bars on {counted(len(days), 'day')} without {name} session {what}: {some(days)}")
        flags = flags & ~common[:, None]
    for symbol, own in table.where(flags):
        yield Hit(symbol, own, f"bars on {counted(len(own), 'day')} without {name} session {what}: {some(own)}")


@rule(
    "ragged-start", "note",
    effect="The series can't be ranked before it starts and has warmed up; the universe grows over time, and early "
    "results come from fewer series.",
    treatment="Right for a later listing; start the run where enough series are there, or say so beside the result.",
)  # fmt: skip
def ragged_start(table: Table) -> Iterator[Hit]:
    """Series that start after the panel does."""
    if not table.members:
        return
    begins = int(table.first[: table.members].min())
    for i in range(table.members):
        if begins < table.first[i] < len(table.sessions):
            day = table.sessions[table.first[i]]
            text = f"starts {day:%F}, {counted(int(table.first[i]) - begins, 'session')} after the first series"
            yield Hit(table.symbols[i], table.sessions[table.first[i] : table.first[i] + 1], text)


@rule(
    "early-end", "warning",
    effect="Suspended, as far as the data say: a holding in it can't be sold and stays at its last close, whatever it "
    "is worth by then.",
    treatment="Give last_date for a delisting; if the feed stopped, fetch the rest, or end the panel there.",
)  # fmt: skip
def early_end(table: Table) -> Iterator[Hit]:
    """Series that stop before the panel does, without a word that they have ended."""
    for i in range(table.members):
        if 0 <= table.last[i] < len(table.sessions) - 1 and not table.ended[i]:
            day = table.sessions[table.last[i]]
            left = len(table.sessions) - 1 - int(table.last[i])
            text = f"stops {day:%F}, {counted(left, 'session')} before the panel"
            yield Hit(table.symbols[i], table.sessions[table.last[i] : table.last[i] + 1], text)


@rule(
    "partial-last-bar", "warning",
    effect="The last close is no close: a decision on it can't be repeated, and the bar changes when it is fetched "
    "again.",
    treatment="Drop the last session and fetch it after the close.",
)  # fmt: skip
def partial_last_bar(table: Table) -> Iterator[Hit]:
    """A last session whose volume shows that it was not over when it was fetched."""
    if len(table.sessions) <= _KNOWN:
        return
    usual, least = _share_of_usual(table.volume)
    count = len(usual)
    if not count:
        return
    share, margin = float(np.median(usual)), float(np.median(least))
    noon = share < NOON and margin < _LEAST and (count >= _MANY or share < 0.5)
    if share < PARTIAL or noon:
        text = f"volume of the last session is {share:.0%} of the usual (median of {count} series)"
        yield Hit("", table.sessions[-1:], text + _range(table))


def _share_of_usual(values: Floats) -> tuple[Floats, Floats]:
    """Last value over the median and over the least of those before, of the series that have enough of them."""
    before = values[-_USUAL - 1 : -1]
    with np.errstate(invalid="ignore"):
        good = ((before > 0).sum(axis=0) > _USUAL // 2) & (values[-1] > 0)
    before = np.where(before[:, good] > 0, before[:, good], np.nan)
    return values[-1, good] / np.nanmedian(before, axis=0), values[-1, good] / np.nanmin(before, axis=0)


def _range(table: Table) -> str:
    """How wide the last bar is, where it is narrow."""
    with np.errstate(invalid="ignore", divide="ignore"):
        width = (table.high / table.low - 1)[-_USUAL - 1 :]
    good = np.isfinite(width).all(axis=0) & (width[:-1] > 0).all(axis=0)
    if not good.any():
        return ""
    share = float(np.median(width[-1, good] / np.median(width[:-1, good], axis=0)))
    return f", and high to low is {share:.0%} of it" if share < 1 else ""


@rule(
    "base-value-start", "note",
    effect="The history begins at the value the index was given, so its first years were computed afterwards, from "
    "members chosen later.",
    treatment="Give known_from, the date of publication: before it, the series can't be ranked or held.",
)  # fmt: skip
def base_value_start(table: Table) -> Iterator[Hit]:
    """A first bar at, or next to, a base value of 1000 or 100."""
    for i in np.flatnonzero(table.first < len(table.sessions)):
        row = table.first[i]
        opened, close = table.open[row, i], table.close[row, i]
        level = close if np.isnan(opened) else opened
        for base in BASES:
            if abs(level / base - 1) <= NEAR or close == base:
                text = f"begins on {table.sessions[row]:%F} at {level:g}, next to a base value of {base:g}"
                yield Hit(table.symbols[i], table.sessions[row : row + 1], text)


@rule(
    "beyond-calendar", "note",
    effect="Missing and false sessions can't be told apart there.",
    treatment="Update exchange_calendars: pip install -U exchange_calendars.",
)  # fmt: skip
def beyond_calendar(table: Table) -> Iterator[Hit]:
    """Sessions that the calendar does not cover."""
    if table.calendar is None:
        return
    days = table.sessions[~table.calendar.covers(table.sessions)]
    if len(days):
        text = f"{counted(len(days), 'session')} outside {table.calendar.name}, which covers "
        text += f"{table.calendar.first:%F}..{table.calendar.last:%F}: {span(days)}"
        yield Hit("", days, text)


@rule(
    "disputed-sessions", "note",
    effect="Whether the exchange traded on these days is not certain; they count neither as missing nor as false.",
    treatment="Update exchange_calendars and fetch the source's calendar again: sectorlead fetch calendar.",
)  # fmt: skip
def disputed_sessions(table: Table) -> Iterator[Hit]:
    """Days that exchange_calendars and the list of akshare do not agree about."""
    if table.calendar is None or not len(table.sessions):
        return
    days = table.calendar.disputed
    days = days[(days >= table.sessions[0]) & (days <= table.sessions[-1])]
    if len(days):
        text = f"{counted(len(days), 'day')} in one list of {table.calendar.name} sessions only: {some(days)}"
        yield Hit("", days, text)


RULES = (
    missing_sessions, missing_bars, padded_holidays, fake_rows, closed_day_rows, ragged_start, early_end,
    partial_last_bar, base_value_start, beyond_calendar,
    disputed_sessions,
)  # fmt: skip
