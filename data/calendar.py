"""On which days an exchange trades, and which exchange's days the sessions of a panel are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .errors import UnknownNameError
from .exchange_days import exchange_days

CALENDARS = {
    "XSHG": "Shanghai, and Shenzhen with the same days",
    "XNYS": "New York",
    "weekdays": "Monday to Friday without holidays: simulated markets",
}
"""What can be asked for by name."""

NONE = pd.DatetimeIndex(np.array([], dtype="M8[ns]"))
FITS = 0.9  # share of common days from which sessions are those of a calendar
_FIRST = {"XSHG": "1990-12-19", "XNYS": "1980-01-02"}
_DAILY = 4.0  # days between sessions, at most, of a daily panel: mean, so that long holidays count
_CHINESE = re.compile(r"(?<!\d)\d{6}(?!\d)|BK\d{4}|H\d{5}|[\u4e00-\u9fff]")


@dataclass(frozen=True, eq=False)
class Calendar:
    """The sessions of an exchange.

    Attributes
    ----------
    name : str
        A name of ``CALENDARS``.
    days : DatetimeIndex
        Sessions, ascending, tz-naive midnights.
    first, last : Timestamp
        What it covers; nothing is known of days outside.
    disputed : DatetimeIndex
        Those of ``days`` that only one of two lists has, see ``reconciled``: neither missing nor false.
    """

    name: str
    days: pd.DatetimeIndex
    first: pd.Timestamp
    last: pd.Timestamp
    disputed: pd.DatetimeIndex = field(default_factory=lambda: NONE)

    def between(self, start: pd.Timestamp, end: pd.Timestamp) -> pd.DatetimeIndex:
        """The sessions from ``start`` to ``end``, both included.

        Parameters
        ----------
        start, end : Timestamp
            Midnights without time zone, sessions or not.

        Returns
        -------
        DatetimeIndex
            Ascending; empty where there is none, or where ``end`` lies before ``start``.
        """
        return self.days[self.days.searchsorted(start) : self.days.searchsorted(end, side="right")]

    def is_session(self, days: pd.DatetimeIndex) -> NDArray[np.bool_]:
        """Whether each day is a session; False outside what is covered, see ``covers``."""
        return np.asarray(self.days.get_indexer(days) >= 0)

    def covers(self, days: pd.DatetimeIndex) -> NDArray[np.bool_]:
        """Whether anything is known of each day."""
        return np.asarray((days >= self.first) & (days <= self.last))

    def missing(self, sessions: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Days of the calendar between the first and the last of ``sessions`` that are none of them."""
        if not len(sessions):
            return self.days[:0]
        return self.between(sessions[0], sessions[-1]).difference(sessions.union(self.disputed))

    def differences(self, listed: pd.DatetimeIndex) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex]:
        """Days that only this calendar has, and days that only the list has, in the span that both cover.

        Parameters
        ----------
        listed : DatetimeIndex
            Somebody else's list of the same exchange's sessions, ascending: akshare's ``tool_trade_date_hist_sina``.
        """
        if not len(listed):
            return self.days[:0], self.days[:0]
        start, end = max(self.first, listed[0]), min(self.last, listed[-1])
        ours, theirs = self.between(start, end), listed[(listed >= start) & (listed <= end)]
        return ours.difference(theirs), theirs.difference(ours)

    def reconciled(self, listed: pd.DatetimeIndex) -> Calendar:
        """The days of both lists, those that only one of them has as ``disputed``; covers what either covers."""
        if not len(listed):
            return self
        disputed = np.concatenate([days.to_numpy() for days in self.differences(listed)])
        return Calendar(
            self.name, self.days.union(listed), min(self.first, listed[0]), max(self.last, listed[-1]),
            pd.DatetimeIndex(np.sort(disputed)),
        )  # fmt: skip


def find_calendar(name: str) -> Calendar:
    """The calendar of this name; the exchange's days come from ``exchange_calendars``, imported here.

    Raises
    ------
    UnknownNameError
        Names the nearest known one.
    """
    if name not in CALENDARS:
        raise UnknownNameError("calendar", name, CALENDARS)
    return _weekdays() if name == "weekdays" else _exchange(name)


def calendar_for(
    sessions: pd.DatetimeIndex,
    symbols: Sequence[str] = (),
    *,
    simulated: bool = False,
    unchanged: NDArray[np.bool_] | None = None,
) -> Calendar | None:
    """The calendar whose days the sessions are, or None for weekly and monthly panels and where none fits.

    Simulated markets keep the weekdays. Codes of six digits, Eastmoney boards (``BK0475``) and Chinese names are
    Shanghai's; with other symbols the calendar is taken that has most days in common with the sessions.

    Parameters
    ----------
    sessions : DatetimeIndex of shape (T,)
        Ascending.
    symbols : sequence of str
    simulated : bool
    unchanged : bool array of shape (T,), optional
        Sessions in which no price moved; they say nothing, as a file may be padded with days without trade.
    """
    if not is_daily(sessions):
        return None
    if simulated:
        return _weekdays()
    if symbols and sum(bool(_CHINESE.search(symbol)) for symbol in symbols) * 2 > len(symbols):
        return _exchange("XSHG")
    moved = sessions if unchanged is None else sessions[~unchanged]
    if len(moved) < 2:
        return None
    weekdays = _weekdays()
    if _fit(weekdays, moved) > 0.995:  # an exchange has holidays
        return weekdays
    best = max((_exchange("XSHG"), _exchange("XNYS"), weekdays), key=lambda calendar: _fit(calendar, moved))
    return best if _fit(best, moved) >= FITS else None


def is_daily(sessions: pd.DatetimeIndex) -> bool:
    """Whether sessions are days, and not weeks or months."""
    if len(sessions) < 2:
        return False
    return bool((sessions[-1] - sessions[0]) / pd.Timedelta(days=1) / (len(sessions) - 1) < _DAILY)


def _fit(calendar: Calendar, sessions: pd.DatetimeIndex) -> float:
    """Days in both over days in either, between the first and the last session."""
    common = int(calendar.is_session(sessions).sum())
    return common / (len(calendar.between(sessions[0], sessions[-1])) + len(sessions) - common)


@lru_cache(maxsize=4)
def _exchange(name: str) -> Calendar:
    days = pd.DatetimeIndex(exchange_days(name, _FIRST[name]).astype("M8[ns]"))
    return Calendar(name, days, days[0], days[-1])


@lru_cache(maxsize=1)
def _weekdays() -> Calendar:
    days = np.arange(np.datetime64("1900-01-01"), np.datetime64("2200-01-01"))
    days = days[np.is_busday(days)]
    index = pd.DatetimeIndex(days.astype("M8[ns]"))
    return Calendar("weekdays", index, index[0], index[-1])
