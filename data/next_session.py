"""The session after the last one of a panel: its date by the exchange's calendar, and a bar to size orders with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .bars import BARS
from .calendar import calendar_for, is_daily
from .errors import DataError, ParameterError
from .fields import Fields
from .panel import Panel
from .types import Floats

AHEAD = 400
"""Days ahead in which sessions are looked for."""


class Coming(NamedTuple):
    """Sessions after a panel's last.

    Attributes
    ----------
    days : DatetimeIndex
        Ascending; at least one.
    calendar : str
        Whose days they are, a name of ``CALENDARS``; "" where none fits the panel, or none reaches that far, and they
        are days from Monday to Friday.
    """

    days: pd.DatetimeIndex
    calendar: str


def sessions_after(panel: Panel) -> Coming:
    """The sessions of the year after a panel's last one, by the calendar that its sessions keep.

    Parameters
    ----------
    panel : Panel

    Raises
    ------
    DataError
        A panel of weeks or months, after which nobody knows when the next price comes.
    """
    last = panel.sessions[-1]
    if not is_daily(panel.sessions):
        raise DataError(
            f"panel: orders are for the session after its last one, {last:%F}, and need daily bars; it has "
            f"{len(panel.sessions)} sessions from {panel.sessions[0]:%F} on"
        )
    found = calendar_for(panel.sessions, panel.symbols, simulated=panel.simulated)
    days = pd.DatetimeIndex([]) if found is None else found.between(last + pd.Timedelta(days=1), last + _days(AHEAD))
    if found is not None and len(days):
        return Coming(days.as_unit("ns"), found.name)
    return Coming(pd.bdate_range(last + _days(1), last + _days(AHEAD)).as_unit("ns"), "")


def with_next_session(panel: Panel, day: pd.Timestamp) -> Panel:
    """The panel with one more session, in which every price stands where it closed.

    A series has a bar in it where an order could fill in the last session and it has not ended: at the last close, its
    volume not known. What had no bar has none, as nobody knows when a suspension is over; the benchmark has none.

    Parameters
    ----------
    panel : Panel
        T sessions.
    day : Timestamp
        After its last session.

    Returns
    -------
    Panel
        T + 1 sessions.

    Raises
    ------
    ParameterError
        The day is not after the last session.
    """
    if not day > panel.sessions[-1]:
        raise ParameterError(f"the next session must be after {panel.sessions[-1]:%F}, the panel's last; was {day:%F}")
    ended = panel.last_date < day.to_datetime64()
    stays = np.where(panel.tradable[-1] & ~ended, panel.close[-1], np.nan)
    unknown = np.full(panel.shape[1], np.nan)
    rows: dict[str, Floats] = dict.fromkeys(BARS, unknown) | {"close": stays}
    if panel.has_ohlc:
        rows |= dict.fromkeys(("open", "high", "low"), stays)
    benchmark = panel.benchmark
    if benchmark is not None:
        longer: dict[str, Any] = {key: np.append(getattr(benchmark, key), np.nan) for key in BARS}
        benchmark = replace(benchmark, **longer)
    return panel._replaced(
        sessions=panel.sessions.append(pd.DatetimeIndex([day]).as_unit(panel.sessions.unit)),
        **{key: np.vstack((getattr(panel, key), row)) for key, row in rows.items()},
        adj_factor=np.vstack((panel.adj_factor, panel.last_factor[-1:])),
        special=np.vstack((panel.special, panel.special[-1:])),
        fields=Fields({name: np.vstack((panel.fields[name], unknown)) for name in panel.fields}),
        benchmark=benchmark,
        checked=False,
    )


def _days(count: int) -> pd.Timedelta:
    return pd.Timedelta(days=count)
