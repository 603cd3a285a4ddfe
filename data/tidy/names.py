"""What vendors call columns, units and nothing: the tables of ``names.toml``, by word."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, NamedTuple

_PLAIN = re.compile(r"[\s_.\-<>*$'\"#/:%\ufeff]+")


class Convention(NamedTuple):
    """The units of a vendor whose files are known by their columns."""

    vendor: str
    columns: frozenset[str]  # squeezed, all there
    without: frozenset[str]  # none there
    units: Mapping[str, float]


def squeezed(name: str) -> str:
    """A name as the tables have it.

    >>> squeezed("Adj Close**"), squeezed("<DATE>"), squeezed("Change %")
    ('adjclose', 'date', 'change')
    """
    return _PLAIN.sub("", name.strip().lower())


def _by_word(table: Mapping[str, str]) -> dict[str, str]:
    return {word: key for key, words in table.items() for word in words.split()}


def _worths(table: Mapping[str, str]) -> dict[str, float]:
    return {word: float(worth) for word, worth in _by_word(table).items()}


_TABLES: dict[str, Any] = tomllib.loads(files(__package__).joinpath("names.toml").read_text(encoding="utf-8"))
_WORDS = {key: frozenset(words.split()) for key, words in _TABLES["words"].items()}

FIELDS: tuple[str, ...] = tuple(_TABLES["fields"])
"""Every column that a panel has a place for, and "adjusted", a second close, which gives a factor."""
KNOWN: Mapping[str, str] = _by_word(_TABLES["fields"])
"""Squeezed name of a column to its field."""
DISTRIBUTIONS: Mapping[str, str] = _by_word(_TABLES["distributions"])
"""Squeezed name of a column of a table of dividends and splits to what it says."""
WEAK: Mapping[str, str] = _by_word(_TABLES["weak"])
"""Names that stand for a field only where no other column does."""
OTHERS = _WORDS["others"]
"""Names of columns that are no bars and never the names of series."""
UNITS: Mapping[str, float] = _worths(_TABLES["units"])
"""What one of a unit is worth in units and currency."""
OFFERED: Mapping[str, tuple[str, ...]] = {
    "volume": ("shares", "lots", "万股", "万手", "亿股"),
    "amount": ("CNY", "thousand", "万元", "百万", "亿元"),
}
"""Units that an error offers."""
SUFFIXES: Mapping[str, float] = _worths(_TABLES["suffixes"])
"""What follows a number in a cell."""
EMPTY = _WORDS["empty"] | {"", "#n/a n/a"}
"""Cells that hold nothing."""
SUSPENDED = _WORDS["suspended"]
"""Cells that say that nothing was traded."""
TRADED: Mapping[str, str] = _TABLES["traded"]
"""Columns that say whether a series traded, and the value that says it did."""
AGGREGATES = _WORDS["aggregates"]
"""Names of columns of a wide table that are made of the others, and no series."""
META, TICKERS = _WORDS["meta"], _WORDS["tickers"]
"""First cells of lines below the header that describe columns, and of lines that name series."""
_OTHER = _TABLES["adjusted_by"].pop("other")
ADJUSTED_BY: Mapping[str, Mapping[str, str]] = _TABLES["adjusted_by"] | dict.fromkeys(
    _OTHER["columns"].split(), _OTHER["codes"]
)
"""Columns that say how prices were adjusted, and what their codes mean; "" is not at all."""
FOOTERS = re.compile(
    r"数据来源|资料来源|来源[:：]|^\s*注[:：]|source\b|^\s*#|©|copyright|统计截止|更新于|仅供参考|免责", re.IGNORECASE
)
"""What a line says that stands below a table and is no row of it."""
CONVENTIONS: tuple[Convention, ...] = tuple(
    Convention(
        each["vendor"],
        frozenset(each["columns"].split()),
        frozenset(each.get("without", "").split()),
        {field: UNITS[each[field]] for field in ("volume", "amount")},
    )
    for each in _TABLES["conventions"]
)
"""In the order in which they are tried."""
