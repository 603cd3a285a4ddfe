"""Schedules: after the close of which sessions a strategy decides."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..data.dates import as_date
from ..data.errors import ParameterError
from ..data.types import Flags
from .domain import parameter
from .part import Part

Rows = NDArray[np.int64]
Days = NDArray[np.datetime64]

ROLLS = ("next", "previous")
"""The session that stands in for a planned date on which the market is closed."""


@dataclass(frozen=True)
class Once(Part):
    """Decides in the first session of the run, and never again."""

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> Flags:
        """The first session only.

        Parameters
        ----------
        sessions : DatetimeIndex of shape (T,)
        first : int
            Row from which decisions count.

        Returns
        -------
        bool array of shape (T,)
        """
        asked = np.zeros(len(sessions), np.bool_)
        asked[first : first + 1] = True
        return asked


@dataclass(frozen=True)
class Every(Part):
    """Decides every ``sessions`` sessions, counted from the first session of the run.

    Parameters
    ----------
    sessions : int
        Distance between decisions; 1 decides in every session.
    offset : int
        Sessions before the first decision, less than ``sessions``.
    """

    sessions: int = parameter(20, low=1, high=2520, grid=(5, 10, 20))
    offset: int = parameter(0, low=0, high=2519)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.offset >= self.sessions:
            raise ParameterError(f"Every.offset must be less than sessions={self.sessions}, was {self.offset}")

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> Flags:
        """Every so many sessions from the first on.

        Parameters
        ----------
        sessions : DatetimeIndex of shape (T,)
        first : int
            Row from which decisions count.

        Returns
        -------
        bool array of shape (T,)
        """
        asked = np.zeros(len(sessions), np.bool_)
        asked[first + self.offset :: self.sessions] = True
        return asked


@dataclass(frozen=True, repr=False)
class _Dated(Part):
    """A schedule that goes by the calendar."""

    def __repr__(self) -> str:
        """The parameters that say something: an offset or a named day, not both."""
        shown = (f"{name}={getattr(self, name)!r}" for name in self.stated())
        return f"{type(self).__name__}({', '.join(shown)})"

    @abstractmethod
    def stated(self) -> tuple[str, ...]:
        """Names of these parameters."""

    @abstractmethod
    def _calls(self, days: Days) -> tuple[Rows, Days]:
        """The rows to decide in, in order, and the calendar date that each of them stands for."""

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> Flags:
        """See ``sectorlead.engine.strategy.Schedule``."""
        rows, _ = self._calls(sessions.to_numpy().astype("M8[D]"))
        asked = np.zeros(len(sessions), np.bool_)
        asked[rows[rows >= first]] = True
        return asked

    def planned(self, sessions: pd.DatetimeIndex, first: int) -> pd.DatetimeIndex:
        """The calendar date that each of the ``decision_sessions`` stands for, in their order.

        It is the session itself but where the date was a closed day and rolled. Of several dates that roll into one
        session, which is one decision, the nearest.
        """
        rows, dates = self._calls(sessions.to_numpy().astype("M8[D]"))
        return pd.DatetimeIndex(dates[rows >= first]).as_unit(sessions.unit)


@dataclass(frozen=True, repr=False)
class Weekly(_Dated):
    """Decides in the last session of each week (Monday to Sunday), or ``offset`` sessions later, or on a ``weekday``.

    A week that has fewer sessions than ``offset`` decides in its last one. The panel's final row is never known to be
    the end of a week. A ``weekday`` on which the market is closed rolls, see ``OnDates``.

    Parameters
    ----------
    offset : int
        0 is the last session of the week, 1 the first of the next.
    weekday : int, optional
        0 is Monday, 4 is Friday; instead of ``offset``.
    roll : {"next", "previous"}
        Where a closed ``weekday`` rolls to.
    """

    offset: int = parameter(0, low=0, high=4, grid=(0, 1, 2, 3, 4))
    weekday: int | None = parameter(None, kind=int, low=0, high=4)
    roll: str = parameter("next", choices=ROLLS)

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_choice(self, "weekday", self.weekday, self.offset, self.roll)

    def stated(self) -> tuple[str, ...]:
        """See ``sectorlead.engine.canonical.Stated``."""
        return ("offset",) if self.weekday is None else ("weekday", "roll")

    def _calls(self, days: Days) -> tuple[Rows, Days]:
        weeks = (days.astype(np.int64) + 3) // 7  # 1970-01-01 was a Thursday
        if self.weekday is None:
            return _after_periods(days, weeks, self.offset)
        return _rolled(days, (_span(weeks) * 7 - 3 + self.weekday).astype("M8[D]"), self.roll)


@dataclass(frozen=True, repr=False)
class Monthly(_Dated):
    """Decides in the last session of each month, or ``offset`` sessions later, or on a ``day`` of the month.

    A month that has fewer sessions than ``offset`` decides in its last one. The panel's final row is never known to
    be the end of a month. A ``day`` on which the market is closed rolls, see ``OnDates``.

    Parameters
    ----------
    offset : int
        0 is the last session of the month, 1 the first of the next.
    day : int, optional
        Day of the month from 1 to 31, the last day of a shorter month; instead of ``offset``.
    roll : {"next", "previous"}
        Where a closed ``day`` rolls to.
    """

    offset: int = parameter(0, low=0, high=14, grid=(0, 5, 10))
    day: int | None = parameter(None, kind=int, low=1, high=31)
    roll: str = parameter("next", choices=ROLLS)

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_choice(self, "day", self.day, self.offset, self.roll)

    def stated(self) -> tuple[str, ...]:
        """See ``sectorlead.engine.canonical.Stated``."""
        return ("offset",) if self.day is None else ("day", "roll")

    def _calls(self, days: Days) -> tuple[Rows, Days]:
        months = days.astype("M8[M]").astype(np.int64)
        if self.day is None:
            return _after_periods(days, months, self.offset)
        span, day = _span(months), np.timedelta64(1, "D")
        firsts, ends = span.astype("M8[M]").astype("M8[D]"), (span + 1).astype("M8[M]").astype("M8[D]") - day
        return _rolled(days, np.minimum(firsts + (self.day - 1) * day, ends), self.roll)


@dataclass(frozen=True, repr=False)
class OnDates(_Dated):
    """Decides on dates that are known in advance, such as the review days of an index.

    A date on which the market is closed rolls to the next session, or to the previous one. That a day will be closed
    is taken from the panel's sessions, as an exchange announces its calendar ahead; after the panel's final row
    nothing is known, so a later date does not roll back into it. Dates before the panel's first session are left out.

    Parameters
    ----------
    dates : sequence of dates or ISO texts
        At least one, in any order.
    roll : {"next", "previous"}
        Where a date without session rolls to.

    Raises
    ------
    ParameterError
        For no dates, or what is no date.

    Examples
    --------
    >>> OnDates(["2024-06-14", "2024-12-13"])
    OnDates(dates=('2024-06-14', '2024-12-13'), roll='next')
    """

    dates: tuple[str, ...] = ()
    roll: str = parameter("next", choices=ROLLS)

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "dates", _listed(self.dates))

    def stated(self) -> tuple[str, ...]:
        """See ``sectorlead.engine.canonical.Stated``."""
        return "dates", "roll"

    def _calls(self, days: Days) -> tuple[Rows, Days]:
        return _rolled(days, np.array(self.dates, "M8[D]"), self.roll)


def _listed(dates: Any) -> tuple[str, ...]:
    """Dates as ISO texts, each once, in order; one date alone is a list of one."""
    given = list(dates) if isinstance(dates, Iterable) and not isinstance(dates, str) else [dates]
    listed = tuple(sorted({f"{as_date('OnDates.dates', day):%Y-%m-%d}" for day in given}))
    if not listed:
        raise ParameterError("OnDates.dates must name at least one date, was empty")
    return listed


def _check_choice(part: Part, name: str, chosen: int | None, offset: int, roll: str) -> None:
    kind = type(part).__name__
    if chosen is not None and offset:
        raise ParameterError(
            f"{kind}.{name} names the day itself, so offset must be 0, was {offset}; leave one of the two out"
        )
    if chosen is None and roll != "next":
        raise ParameterError(f"{kind}.roll={roll!r} needs a {name}: without one nothing falls on a closed day")


def _span(periods: NDArray[np.int64]) -> NDArray[np.int64]:
    """All periods from the first to the last, those without sessions too."""
    return np.arange(periods[0], periods[-1] + 1) if len(periods) else periods


def _after_periods(days: Days, periods: NDArray[np.int64], offset: int) -> tuple[Rows, Days]:
    """The last session of each period, or ``offset`` sessions later, but not past the last of the next period."""
    ends = np.flatnonzero(periods[1:] != periods[:-1])
    next_ends = np.append(ends[1:], len(days))  # the end of the running period is not known
    rows = np.minimum(ends + offset, next_ends)
    rows = rows[rows < len(days)]
    return rows, days[rows]


def _rolled(days: Days, dates: Days, roll: str) -> tuple[Rows, Days]:
    """The sessions that dates, in order, fall on or roll into; of several that share one, the nearest."""
    dates = dates[dates >= days[0]] if len(days) else dates[:0]
    back = roll == "previous"
    rows = np.searchsorted(days, dates, side="right") - 1 if back else np.searchsorted(days, dates, side="left")
    known = rows < len(days)
    if back:
        known = (days[rows] == dates) | (rows < len(days) - 1)  # what comes after the final row is not known
    rows, dates = rows[known], dates[known]
    other = rows[1:] != rows[:-1]
    nearest = np.concatenate(([True], other) if back else (other, [True]))[: len(rows)]
    return rows[nearest], dates[nearest]
