"""Dates as people and files write them: ISO, without time or time zone."""

from __future__ import annotations

import re
from contextlib import suppress
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .bounds import EARLIEST, LATEST
from .errors import ParameterError

_ISO = r"\d{4}-\d\d-\d\d(?:[ T]00:00(?::00(?:\.0+)?)?)?|\d{8}"


def as_date(name: str, value: Any) -> pd.Timestamp:
    """``value`` as a tz-naive midnight.

    Parameters
    ----------
    name : str
        Of the parameter, for the error.
    value : str, date, datetime64 or Timestamp
        A date in ISO form (``"2020-01-31"``) or an object that is one.

    Raises
    ------
    ParameterError
        If it is not a date, or carries a time of day or a time zone.
    """
    written = not isinstance(value, str) or re.fullmatch(_ISO, value)  # 03.01.2024 is another day in the US
    if written and not isinstance(value, Number):
        with suppress(ValueError, TypeError):
            stamp = pd.Timestamp(value)
            if not pd.isna(stamp) and stamp.tz is None and stamp == stamp.normalize():
                return stamp.as_unit("ns")
    raise ParameterError(f"{name} must be a date without time or time zone, such as '2020-01-31'; was {value!r}")


def to_dates(values: NDArray[Any]) -> NDArray[np.datetime64]:
    """Dates as M8[ns]; NaT for what is not a plain date from ``EARLIEST`` to ``LATEST``."""
    if values.dtype.kind == "M":
        days = values
    else:
        text = pd.Series([str(value) for value in values], dtype=str)
        days = pd.to_datetime(text.where(text.str.fullmatch(_ISO)), format="ISO8601", errors="coerce").to_numpy()
    days = days.astype("M8[s]")
    midnight = days == days.astype("M8[D]")
    plausible = midnight & (days >= np.datetime64(EARLIEST)) & (days <= np.datetime64(LATEST))
    return np.where(plausible, days, np.datetime64("NaT", "s")).astype("M8[ns]")
