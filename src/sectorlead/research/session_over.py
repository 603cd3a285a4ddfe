"""Whether a session is over: what is told or asked after its close can't be known before."""

from __future__ import annotations

import pandas as pd

from sectorlead.data.errors import InputError

CLOSE = pd.Timedelta(hours=15)
"""When a session in Shanghai and Shenzhen is over."""


def shanghai_now() -> pd.Timestamp:
    """The clock's time in Shanghai, without a zone."""
    return pd.Timestamp.now("Asia/Shanghai").tz_localize(None)


def check_over(what: str, sessions: pd.DatetimeIndex, row: int, now: pd.Timestamp | None = None) -> None:
    """Refuse a session whose close is still to come.

    Parameters
    ----------
    what : str
        Who asks, for the error.
    sessions : DatetimeIndex of shape (T,)
    row : int
        Of the session.
    now : Timestamp, optional
        Time in Shanghai, without a zone; default: the clock's.

    Raises
    ------
    InputError
        It is before 15:00 in Shanghai of that day; names the session before.
    """
    day, now = sessions[row], shanghai_now() if now is None else now
    if now < day + CLOSE:
        raise InputError(
            f"{what}: the session of {day:%F} is over at 15:00 in Shanghai, and it is {now:%F %H:%M} there; "
            f"wait for the close{f', or ask for {sessions[row - 1]:%F}' if row else ''}"
        )
