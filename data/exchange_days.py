"""The sessions of an exchange by ``exchange_calendars``, kept on disk for a day.

Loading that library and counting an exchange's holidays takes a quarter of a second, of every command that checks data.
Its calendars end a year from today, so what is kept is for this version of it and this day.
"""

from __future__ import annotations

import datetime
import os
import warnings
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]


def exchange_days(name: str, first: str) -> Days:
    """Sessions of an exchange from a day on to a year from today, "M8[D]", ascending.

    Parameters
    ----------
    name : str
        As ``exchange_calendars`` calls it.
    first : str
        ISO date.
    """
    today = datetime.datetime.now(datetime.UTC)
    path = _folder() / f"{name}-{first}-{version('exchange_calendars')}-{today:%Y%m%d}.npy"
    with suppress(OSError, ValueError, EOFError):
        days: Days = np.load(path, allow_pickle=False)
        if days.dtype == "M8[D]" and days.ndim == 1 and len(days) > 1 and bool((days[1:] > days[:-1]).all()):
            return days
    days = _counted(name, first)
    with suppress(OSError):  # a cache that can't be written costs time only
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob(f"{name}-*.npy"):
            old.unlink(missing_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        with temporary.open("wb") as file:
            np.save(file, days)
        os.replace(temporary, path)
    return days


def _counted(name: str, first: str) -> Days:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it is a version of pandas behind
        from exchange_calendars import get_calendar

        found = get_calendar(name, start=first)
    days: Days = found.sessions.tz_localize(None).to_numpy().astype("M8[D]")
    return days


def _folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("sectorlead", appauthor=False) / "calendars"
