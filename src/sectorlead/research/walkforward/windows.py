"""Windows of a walk-forward: the sessions that parameters are chosen in, and those that the choice is traded in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.errors import InputError, ParameterError
from sectorlead.data.forms import Date
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import run_span

_LENGTH = re.compile(r"(\d+)\s*([ymw])")
_WHOLE = 10  # day of the month up to which a month's first session may fall: holidays
LEAST = 2
"""Sessions of a window at least."""


@dataclass(frozen=True, slots=True)
class Window:
    """One choice: where it is made, and where it is traded. Rows of the panel, first and last included.

    Attributes
    ----------
    number : int
        From 1 on.
    train_first, train_last : int
        In sample.
    test_first, test_last : int
        Out of sample: the sessions that are measured. The first decision by the choice is made after the close of the
        session before ``test_first``, to be filled in it.
    """

    number: int
    train_first: int
    train_last: int
    test_first: int
    test_last: int


@dataclass(frozen=True, slots=True)
class Windows:
    """How the sessions of a panel are divided. Tests follow each other without a gap, whatever is left out of training.

    Parameters
    ----------
    train, test : int or str
        Length: sessions, or calendar time as "3y", "6m", "8w". In calendar time windows are cut on the calendar: the
        first begins with the run's ``start``, or where that is not given with the panel's first whole month. The last
        test is as long as what is left.
    anchored : bool
        Whether training begins with the first session in every window, and grows; else it rolls.
    purge : int
        Sessions taken off the end of each training, for measures that reach over them into the test.
    embargo : int
        Sessions by which each test begins after its training would end, on top: time to choose, or a margin.

    Raises
    ------
    ParameterError
        For a length that is none, and for purge or embargo below 0.

    Examples
    --------
    >>> import sectorlead as sl
    >>> Windows(250, 100).over(sl.simulate(sessions=500))[0]
    Window(number=1, train_first=0, train_last=249, test_first=250, test_last=349)
    """

    train: int | str = "3y"
    test: int | str = "1y"
    anchored: bool = False
    purge: int = 0
    embargo: int = 0

    def __post_init__(self) -> None:
        for name in ("train", "test"):
            _step(name, getattr(self, name))
        if not isinstance(self.anchored, bool):
            raise ParameterError(f"anchored must be true or false, was {self.anchored!r}")
        for name in ("purge", "embargo"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise ParameterError(f"{name} must be a whole number of sessions from 0 on, was {value!r}")

    def over(self, panel: Panel, start: Date | None = None, end: Date | None = None) -> tuple[Window, ...]:
        """The windows of a panel.

        Parameters
        ----------
        panel : Panel
        start, end : date, optional
            As the terms of a run have them.

        Returns
        -------
        tuple of Window
            One or more.

        Raises
        ------
        InputError
            Training and a test don't fit into the sessions, or nothing is left of training.
        """
        first, last = run_span(panel, start, end)
        sessions = panel.sessions[: last + 1]
        begun = pd.Timestamp(start) if start is not None else self._begun(sessions[first])
        out: list[Window] = []
        while True:
            number = len(out) + 1
            cut = self._cut(sessions, first, begun, number - 1)
            test_first, next_cut = cut + self.embargo, self._cut(sessions, first, begun, number)
            test_last = min(next_cut + self.embargo - 1, last)
            if test_last - test_first + 1 < LEAST:
                break
            low = first if self.anchored else max(first, self._back(sessions, begun, cut, number - 1))
            high = cut - 1 - self.purge
            if high - low + 1 < LEAST:
                raise InputError(
                    f"train={self.train!r} less a purge of {self.purge} leaves {max(0, high - low + 1)} sessions to "
                    f"choose in, {LEAST} are needed; purge less, or train longer"
                )
            out.append(Window(number, low, high, test_first, test_last))
            if test_last == last:
                break
        if not out:
            self._refuse(sessions, first)
        return tuple(out)

    def table(self, panel: Panel, start: Date | None = None, end: Date | None = None) -> pd.DataFrame:
        """The windows with their dates: a row each, by number.

        Parameters
        ----------
        panel : Panel
        start, end : date, optional
            As the terms of a run have them.
        """
        return table_of(self.over(panel, start, end), panel)

    def plot(self, panel: Panel, start: Date | None = None, end: Date | None = None, ax: Any = None) -> Any:
        """The windows as bars over time on axes of matplotlib; returns them.

        Parameters
        ----------
        panel : Panel
        start, end : date, optional
            As the terms of a run have them.
        ax : matplotlib.axes.Axes, optional
            Default: those of a new figure.
        """
        from sectorlead.reports.render.figures import draw
        from sectorlead.reports.walkforward.charts import windows_chart

        return draw(windows_chart(self.table(panel, start, end)), ax)

    # --- where they are cut -------------------------------------------------------------------------------------------

    def _begun(self, day: pd.Timestamp) -> pd.Timestamp:
        """The date that calendar time counts from."""
        if not any(isinstance(length, str) for length in (self.train, self.test)):
            return day
        month = day.replace(day=1)
        return month if day.day <= _WHOLE else month + pd.DateOffset(months=1)

    def _cut(self, sessions: pd.DatetimeIndex, first: int, begun: pd.Timestamp, tests: int) -> int:
        """The row that ends the training of a window, not included."""
        train, test = _step("train", self.train), _step("test", self.test)
        if isinstance(train, int):
            row, day = first + train, None
        else:
            day = begun + train
            row = int(sessions.searchsorted(day, side="left"))
        if isinstance(test, int):
            return row + tests * test
        if day is None:
            if row >= len(sessions):
                return row
            day = sessions[row]
        later = day + tests * test
        return int(sessions.searchsorted(later, side="left")) if later <= sessions[-1] else len(sessions)

    def _back(self, sessions: pd.DatetimeIndex, begun: pd.Timestamp, cut: int, tests: int) -> int:
        """The row that begins the training that ends before ``cut``."""
        train, test = _step("train", self.train), _step("test", self.test)
        if isinstance(train, int):
            return cut - train
        if isinstance(test, int):
            return int(sessions.searchsorted(sessions[cut] - train, side="left"))
        return int(sessions.searchsorted(begun + tests * test, side="left"))

    def _refuse(self, sessions: pd.DatetimeIndex, first: int) -> None:
        raise InputError(
            f"train={self.train!r} and a test after it don't fit into {len(sessions) - first:,} sessions, "
            f"{sessions[first]:%F} to {sessions[-1]:%F}; train for less, or give a longer panel"
        )


def table_of(windows: tuple[Window, ...], panel: Panel) -> pd.DataFrame:
    """Windows with their dates: a row each, by number.

    Parameters
    ----------
    windows : tuple of Window
    panel : Panel

    Returns
    -------
    DataFrame
        ``train_from, train_to, train_sessions, test_from, test_to, test_sessions``.
    """
    columns: dict[str, Any] = {}
    for part in ("train", "test"):
        low, high = (np.array([getattr(it, f"{part}_{end}") for it in windows]) for end in ("first", "last"))
        columns |= {f"{part}_from": panel.sessions[low], f"{part}_to": panel.sessions[high]}
        columns[f"{part}_sessions"] = high - low + 1
    return pd.DataFrame(columns, index=pd.Index([it.number for it in windows], name="window"))


def _step(name: str, length: Any) -> Any:
    """A length as a number of sessions, or as an offset of the calendar."""
    if isinstance(length, int) and not isinstance(length, bool) and length >= LEAST:
        return length
    told = _LENGTH.fullmatch(length.strip()) if isinstance(length, str) else None
    if told is None or int(told[1]) < 1:
        raise ParameterError(
            f"{name} must be sessions from {LEAST} on, or a length of time such as '3y', '6m' or '8w', was {length!r}"
        )
    count, unit = int(told[1]), told[2]
    return pd.DateOffset(years=count * (unit == "y"), months=count * (unit == "m"), weeks=count * (unit == "w"))
