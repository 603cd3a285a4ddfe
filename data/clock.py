"""Times of day, and the fields of a panel that are prices at one: ``price_10:00``."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from .errors import ParameterError

_NAMED = re.compile(r"price_([01]?\d|2[0-3]):([0-5]\d)")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def clock(value: Any) -> str:
    """A time of day as ``HH:MM``; ``ValueError`` for what is none.

    >>> clock("9:35"), clock(datetime.time(14, 50))
    ('09:35', '14:50')
    """
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(value)
    return f"{int(found[1]):02}:{found[2]}"


def timed(name: str) -> str:
    """The name of a price field in full, ``price_09:35`` for ``price_9:35``; "" for the name of anything else."""
    found = _NAMED.fullmatch(name)
    return "" if found is None else f"price_{int(found[1]):02}:{found[2]}"


def named_by_time(prices: Mapping[str, Any]) -> dict[str, Any]:
    """What is given by time of day, by the name of its field.

    Raises
    ------
    ParameterError
        A key that is no time of day.
    """
    named: dict[str, Any] = {}
    for time, values in prices.items():
        try:
            named[f"price_{clock(time)}"] = values
        except ValueError:
            raise ParameterError(f"prices are given by time of day, such as '10:00', was {time!r}") from None
    return named
