"""Dates as files have them: which day each text means, in which form they are written, and what is left open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..bounds import EARLIEST, LATEST
from ..dates import to_dates
from ..errors import ParameterError

Dates = NDArray[np.datetime64]

_CLOCK = re.compile(
    r"(?:[T ]+(?P<clock>\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)|(?<=^\d{8})[T ]?(?P<compact>\d{4}(?:\d\d)?))"
    r"(?:\s*(?P<zone>[+-]\d\d:?\d\d|Z|UTC))?$"
)
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?")
_LOOSE_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH_FIRST = re.compile(r"(?P<month>[A-Za-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[ -](?P<month>[A-Za-z]{3,9})[ -](?P<year>\d{4})")
_FLOAT = re.compile(r"(?:19|20)\d{6}\.0+")  # 20210707 in a column of floats
_SERIAL = re.compile(r"\d{5}(?:\.0*)?")
_EXCEL = np.datetime64("1899-12-30", "ns")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: str(number) for number, name in enumerate(_MONTHS, 1)}
_NOT = np.datetime64("NaT", "ns")


class Parsed(NamedTuple):
    """Dates of rows, and how they were written."""

    days: Dates  # NaT where it is no date
    ambiguous: NDArray[np.bool_]  # is also another date, if day and month change places
    form: str  # "ISO", "D/M/YYYY", ... of most rows
    timed: bool  # some carry a time of day
    last_time: str = ""  # "11:30": of the last date; empty without one, and at midnight
    usual_time: str = ""  # of most dates
    decided: bool = True  # whether the order of day and month is known: by some row, or as told
    alike: NDArray[np.bool_] | None = None  # written as most rows are
    code: NDArray[np.intp] | None = None  # position of each row in ``each``, the distinct days, where these are at hand
    each: Dates | None = None
    abroad: bool = False  # times of day in UTC that may belong to another day where the exchange is


def read_dates(texts: Sequence[str], how: str | None = None) -> Parsed:
    """Dates in any form people use.

    Parameters
    ----------
    texts : sequence of str
    how : str, optional
        "DMY" or "MDY": the order of day and month; a format of ``strptime`` such as ``"%d.%m.%y"``; or the time zone of
        the sessions, such as ``"Asia/Shanghai"``, for times in UTC. Default: the order that all rows allow, the day
        first if both do, which ``decided`` then tells.

    Raises
    ------
    ParameterError
        ``how`` is none of these.
    """
    distinct, position = np.unique(np.array(texts, dtype=object).astype(str), return_inverse=True)
    found = _distinct([text.strip() for text in distinct.tolist()], how)
    alike = None if found.alike is None else found.alike[position]
    return found._replace(days=found.days[position], ambiguous=found.ambiguous[position], alike=alike)


def read_stamps(stamps: pd.Series, how: str | None = None) -> Parsed:
    """Dates of a column that holds times already.

    Parameters
    ----------
    stamps : Series of datetime64, with or without a zone
    how : str, optional
        As ``read_dates``.
    """
    code, distinct = pd.factorize(stamps)
    found = read_dates([value.isoformat(sep=" ") for value in distinct] + [""], how)
    alike = None if found.alike is None else found.alike[code]
    return found._replace(days=found.days[code], ambiguous=found.ambiguous[code], alike=alike)


def zone_of(how: str | None) -> ZoneInfo | None:
    """The time zone that ``how`` names, None for anything else; raises ``ParameterError`` for what is no way at all."""
    if how is None or how in ("DMY", "MDY") or "%" in how:
        return None
    try:
        return ZoneInfo(how)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        allowed = '"DMY", "MDY", a format such as "%d.%m.%y", or a time zone such as "Asia/Shanghai"'
        raise ParameterError(f"dates must be {allowed}; was {how!r}") from None


def _distinct(texts: list[str], how: str | None) -> Parsed:
    zone = zone_of(how)
    texts = [text[:8] if _FLOAT.fullmatch(text) else text for text in texts]
    days: Dates = np.full(len(texts), _NOT)
    kinds, times = [""] * len(texts), [""] * len(texts)
    bare = list(texts)
    abroad = False
    if how is not None and "%" in how:
        try:
            stamps = pd.to_datetime(pd.Series(texts, dtype=object), format=how, errors="coerce")
        except (ValueError, re.error) as error:
            raise ParameterError(f"dates={how!r} is no format of strptime: {error}") from None
        days = to_dates(stamps.to_numpy().astype("M8[D]"))
        return Parsed(days, np.zeros(len(texts), np.bool_), how, False)
    if {len(text) for text in texts} <= {0, 8, 10}:  # plain ISO, as most files have it, at once
        days = to_dates(np.array(texts, dtype=object))
        if all(text == "" for text, missing in zip(texts, np.isnat(days).tolist(), strict=True) if missing):
            nowhere = np.zeros(len(texts), np.bool_)
            return Parsed(days, nowhere, "ISO", False, alike=~nowhere)
    zoned = [False] * len(texts)
    for i, text in enumerate(texts):
        if found := _CLOCK.search(text):
            bare[i], times[i] = text[: found.start()].strip(), _time(found["clock"] or found["compact"])
            if found["zone"]:
                zoned[i] = True
                bare[i], times[i], moved = _at_home(bare[i], times[i], found["zone"], zone)
                abroad |= moved
    days = to_dates(np.array(bare, dtype=object))
    kinds = ["" if np.isnat(day) else "ISO" for day in days]
    ambiguous = np.zeros(len(bare), dtype=np.bool_)
    slashed = [(i, found) for i, text in enumerate(bare) if (found := _SLASHED.fullmatch(text))]
    decided = True
    if slashed:
        one, other = (any(int(found[place]) > 12 for _, found in slashed) for place in (1, 2))
        day_first = how != "MDY" and (one or not other or how == "DMY")
        decided = one != other or how in ("DMY", "MDY")
        for i, found in slashed:
            day, month = (found[1], found[2]) if day_first else (found[2], found[1])
            days[i], kinds[i] = _day(found[3], month, day), "D/M/YYYY" if day_first else "M/D/YYYY"
            ambiguous[i] = int(day) <= 12 and int(month) <= 12 and int(day) != int(month)
        decided = decided or not ambiguous.any()
    for i in np.flatnonzero(np.isnat(days)).tolist():
        if found := _YEAR_FIRST.fullmatch(bare[i]) or _LOOSE_ISO.fullmatch(bare[i]):
            days[i] = _day(found[1], found[2], found[3])
            kinds[i] = "" if np.isnat(days[i]) else "YYYY/M/D"
        elif found := _MONTH_FIRST.fullmatch(bare[i]) or _DAY_FIRST.fullmatch(bare[i]):
            month = MONTHS.get(found["month"][:3].lower())
            if month:
                days[i], kinds[i] = _day(found["year"], month, found["day"]), "with the month in words"
        elif _SERIAL.fullmatch(bare[i]) and 20_000 <= float(bare[i]) <= 80_000:
            days[i], kinds[i] = _EXCEL + np.timedelta64(int(float(bare[i])), "D"), "Excel serial numbers"
    known = [i for i in range(len(texts)) if not np.isnat(days[i])]
    common = Counter(kinds[i] for i in known) or Counter(kind for kind in kinds if kind)
    form = max(common, key=lambda kind: (common[kind], kind == "ISO")) if common else "ISO"
    usual = Counter(times[i] for i in known).most_common(1)
    usual_time = usual[0][0] if usual else ""
    latest = _latest(days)
    last = [times[i] for i in known if days[i] == latest]
    most_zoned = 2 * sum(zoned[i] for i in known) > len(known)
    usually = (form, usual_time, most_zoned)
    alike = np.array([each == usually for each in zip(kinds, times, zoned, strict=True)]) | np.isnat(days)
    last_time = max(last, default="")
    return Parsed(days, ambiguous, form, any(times), last_time, usual_time, decided, alike, abroad=abroad)


def _time(text: str) -> str:
    """A time of day as 09:30; empty for midnight."""
    hour, minute = text.split(":")[:2] if ":" in text else (text[:2], text[2:4])
    return "" if not re.search(r"[1-9]", text) else f"{int(hour):02d}:{minute}"


def _at_home(day: str, clock: str, zone: str, home: ZoneInfo | None) -> tuple[str, str, bool]:
    """Day and time where the exchange is; and whether that can't be told, as the zone is not said."""
    if home is not None:
        stamp = pd.Timestamp(f"{day} {clock or '00:00'}{'+00:00' if zone in ('Z', 'UTC') else zone}").tz_convert(home)
        return f"{stamp:%Y-%m-%d}", "" if f"{stamp:%H:%M}" == "00:00" else f"{stamp:%H:%M}", False
    return day, clock, bool(clock) and zone in ("Z", "UTC", "+00:00", "+0000")


def _latest(days: Dates) -> np.datetime64:
    known = days[~np.isnat(days)]
    return known.max() if len(known) else _NOT


def _day(year: Any, month: Any, day: Any) -> np.datetime64:
    try:
        written = f"{year}-{int(month):02d}-{int(day):02d}"
        return np.datetime64(written, "ns") if EARLIEST <= written <= LATEST else _NOT
    except ValueError:
        return _NOT
