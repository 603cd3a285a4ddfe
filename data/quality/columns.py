"""What vendors call their columns, and how they write dates and numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..dates import to_dates

Dates = NDArray[np.datetime64]
Texts = NDArray[Any]  # of str

NAMES = {
    "date": ("date", "日期", "交易日期", "trade_date", "tradedate", "datetime", "时间", "day"),
    "symbol": (
        "symbol", "code", "代码", "ticker", "ts_code", "指数代码", "股票代码", "基金代码", "证券代码", "板块代码",
    ),
    "name": ("name", "名称", "指数名称", "股票名称", "基金名称", "证券名称", "板块名称"),
    "open": ("open", "开盘", "开盘价", "今开"),
    "high": ("high", "最高", "最高价"),
    "low": ("low", "最低", "最低价"),
    "close": ("close", "收盘", "收盘价", "收盘指数"),
    "volume": ("volume", "vol", "成交量"),
    "amount": ("amount", "成交额", "成交金额", "turnover_value"),
    "adj_factor": ("adj_factor",),
    "group": ("group",),
    "kind": ("kind",),
    "known_from": ("known_from",),
    "board": ("board",),
    "st": ("st", "is_st", "isst"),
}  # fmt: skip
"""Names of each column of the tidy form, in small letters."""
_YES_OR_NO = {"1": "qfq", "true": "qfq", "0": "", "false": "", "no": ""}
ADJUST_COLUMNS: dict[str, dict[str, str]] = {
    "adjustflag": {"1": "hfq", "2": "qfq", "3": ""},  # baostock
    "fqt": {"0": "", "1": "qfq", "2": "hfq"},  # Eastmoney
    "adjust": _YES_OR_NO, "adj": _YES_OR_NO, "adj_type": _YES_OR_NO, "adjust_type": _YES_OR_NO, "fq": _YES_OR_NO,
    "adjusted": _YES_OR_NO, "autype": _YES_OR_NO, "复权": _YES_OR_NO, "复权状态": _YES_OR_NO, "复权类型": _YES_OR_NO,
    "复权方式": _YES_OR_NO,
}  # fmt: skip
"""Columns in small letters that say how prices were adjusted, and what their codes mean; "" is not at all."""
_CANONICAL = {name: key for key, names in NAMES.items() for name in names}

_SEPARATED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")
EMPTY = frozenset({"", "nan", "na", "n/a", "null", "none", "-", "--", "#n/a"})
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?")
_MONTH_FIRST = re.compile(r"(?P<month>[A-Za-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[ -](?P<month>[A-Za-z]{3,9})[ -](?P<year>\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: str(number) for number, name in enumerate(_MONTHS, 1)}


def canonical(name: str) -> str:
    """The tidy name of a column, or "" if it is not known."""
    return _CANONICAL.get(name.strip().lower(), "")


def adjustment(text: str, codes: Mapping[str, str] | None = None) -> str:
    """How prices were adjusted, by a name or a value: "qfq" forward, "hfq" backward, "" not, or not said.

    Parameters
    ----------
    text : str
        Name of a column, or a value in it.
    codes : mapping of str to str, optional
        Values that a vendor writes for it, and what they stand for.
    """
    small = text.strip().lower()
    if codes and small in codes:
        return codes[small]
    for word, way in (("qfq", "qfq"), ("前复权", "qfq"), ("forward", "qfq"), ("hfq", "hfq"), ("后复权", "hfq"),
                      ("backward", "hfq")):  # fmt: skip
        if word in small:
            return way
    return {"前": "qfq", "pre": "qfq", "后": "hfq", "post": "hfq", "adjusted": "qfq"}.get(small, "")


class Parsed(NamedTuple):
    """Dates of rows, and how they were written."""

    days: Dates  # NaT where it is no date
    ambiguous: NDArray[np.bool_]  # is also another date, if day and month change places
    form: str  # "ISO", "D/M/YYYY", ... of most rows
    timed: bool  # some carry a time of day
    last_time: str = ""  # "11:30": of the last date; empty without one, and at midnight
    usual_time: str = ""  # of most dates


def read_dates(texts: Sequence[str]) -> Parsed:
    """Dates in any form people use; day and month in the order that all rows allow, the day first if both do."""
    distinct, position = np.unique(np.array(texts, dtype=object).astype(str), return_inverse=True)
    found = _distinct_dates([text.strip() for text in distinct.tolist()])
    return found._replace(days=found.days[position], ambiguous=found.ambiguous[position])


def _distinct_dates(texts: list[str]) -> Parsed:
    bare = [re.sub(r"[T ]\d{1,2}:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:?\d\d|Z)?$", "", text) for text in texts]
    times = [_time(text[len(day) :]) for day, text in zip(bare, texts, strict=True)]
    days = to_dates(np.array(bare, dtype=object))
    ambiguous = np.zeros(len(bare), dtype=np.bool_)
    form = "ISO"
    slashed = [(i, found) for i, text in enumerate(bare) if (found := _SLASHED.fullmatch(text))]
    if slashed:
        one, other = (any(int(found[place]) > 12 for _, found in slashed) for place in (1, 2))
        day_first = one or not other
        form = "D/M/YYYY" if day_first else "M/D/YYYY"
        for i, found in slashed:
            day, month = (found[1], found[2]) if day_first else (found[2], found[1])
            days[i] = _day(found[3], month, day)
            ambiguous[i] = int(day) <= 12 and int(month) <= 12 and int(day) != int(month)
    for i in np.flatnonzero(np.isnat(days)).tolist():
        if found := _YEAR_FIRST.fullmatch(bare[i]):
            days[i], form = _day(found[1], found[2], found[3]), "YYYY/M/D"
        elif found := _MONTH_FIRST.fullmatch(bare[i]) or _DAY_FIRST.fullmatch(bare[i]):
            month = MONTHS.get(found["month"][:3].lower())
            if month:
                days[i], form = _day(found["year"], month, found["day"]), "with the month in words"
    last = [time for day, time in zip(days, times, strict=True) if day == _latest(days)]
    usual = Counter(times).most_common(1)[0][0] if times else ""
    return Parsed(days, ambiguous, form, any(times), max(last, default=""), usual)


def _time(text: str) -> str:
    """The time of day in what follows a date, as 09:30; empty for none and for midnight."""
    found = re.search(r"(\d{1,2}):(\d\d)", text)
    clock = f"{int(found[1]):02d}:{found[2]}" if found else ""
    return "" if clock == "00:00" else clock


def _latest(days: Dates) -> np.datetime64:
    known = days[~np.isnat(days)]
    return known.max() if len(known) else np.datetime64("NaT", "ns")


def _day(year: str, month: str, day: str) -> np.datetime64:
    try:
        return np.datetime64(f"{year}-{int(month):02d}-{int(day):02d}", "ns")
    except ValueError:
        return np.datetime64("NaT", "ns")


class Numbers(NamedTuple):
    """Numbers of rows, and what was no number."""

    floats: NDArray[np.float64]
    broken: NDArray[np.bool_]  # holds text that is no number
    separated: int  # how many have separators of thousands


def read_numbers(texts: Sequence[str]) -> Numbers:
    """Numbers as text; separators of thousands are read over, empty is NaN."""
    column = pd.Series(texts, dtype=object)
    values = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, copy=True)
    broken = np.zeros(len(values), dtype=np.bool_)
    separated = 0
    for i in np.flatnonzero(np.isnan(values)).tolist():
        text = texts[i].strip()
        if text.lower() in EMPTY:
            continue
        if _SEPARATED.fullmatch(text):
            values[i] = float(text.replace(",", ""))
            separated += 1
        else:
            broken[i] = True
    return Numbers(values, broken, separated)
