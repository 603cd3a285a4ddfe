"""Trading boards and the codes that place a symbol on one: which series are funds, and how far each may move in a day.

The tables are those of the shipped rule books, ``data/rulebooks/*.toml`` (format: ``docs/rulebook.md``). Here only what
data must know without a market is read from them; what a trade costs is ``engine.market.rulebook``'s.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from .errors import ParameterError, UnknownNameError
from .panel_labels import KINDS
from .types import Floats

CHINA = "cn-a"
"""The rule book of mainland China."""
_SIX_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")
_EXCHANGE = re.compile(r"(?<![a-z])(sh|ss|xshg|sz|xshe|bj)(?![a-z])", re.IGNORECASE)
_ELSEWHERE = {"1": {"sh", "ss", "xshg", "bj"}, "5": {"sz", "xshe", "bj"}}  # where funds of this first digit are not
_IN_SHENZHEN = {"sz", "xshe"}
_STOCK = re.compile(r"30[0-2]\d{3}|60[0135]\d{3}|68[89]\d{3}")  # of the book's boards, without those of indices
_SHENZHEN = re.compile(r"00[0-4]\d{3}")  # 000001.SZ is a share, 000001.SH and often 000001 an index
_UNPLACED = re.compile(r"18\d{4}|50\d{4}|58\d{4}")  # REITs and closed-end funds: no board of the book has their limits


@dataclass(frozen=True)
class Board:
    """A part of a market with rules of its own.

    Attributes
    ----------
    name : str
    kind : str
        Of its series: one of ``sectorlead.data.panel_labels.KINDS``.
    codes : tuple of str
        Regular expressions, one of which must match the whole bare code of a symbol; none: only a panel can place a
        series here.
    remark : str

    Raises
    ------
    ParameterError
        No name, or a code that is no regular expression.
    UnknownNameError
        For a kind that is none.
    """

    name: str
    kind: str
    codes: tuple[str, ...]
    remark: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ParameterError("name is empty; a board needs one")
        if self.kind not in KINDS:
            raise UnknownNameError("kind of series", self.kind, KINDS)
        for code in self.codes:
            try:
                re.compile(code)
            except (re.error, OverflowError, RecursionError) as error:
                raise ParameterError(f"codes: {code!r} is not a regular expression: {error}") from None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """All codes as one expression."""
        return re.compile("|".join(f"(?:{code})" for code in self.codes) or r"(?!)")


def bare_code(symbol: str) -> str:
    """The group of six digits in "512480.SH", "sh512480" or "512480", otherwise the whole symbol."""
    found = _SIX_DIGITS.search(symbol)
    return found[0] if found else symbol


def board_of(boards: Iterable[Board], symbol: str, kind: str) -> str | None:
    """The name of the first board of a kind whose codes match the symbol's bare code; None if there is none.

    Parameters
    ----------
    boards : iterable of Board
        In the order in which they are asked.
    symbol : str
        With or without an exchange.
    kind : str
        "index", "etf" or "stock".
    """
    bare = bare_code(symbol)
    return next((board.name for board in boards if board.kind == kind and board.pattern.fullmatch(bare)), None)


def book_bytes(name: str) -> bytes:
    """The file of a shipped rule book."""
    return files(__package__).joinpath("rulebooks", f"{name}.toml").read_bytes()


def is_fund(symbol: str) -> bool:
    """Whether a symbol is a code of a fund on the exchanges of Shanghai or Shenzhen.

    Codes of six digits that begin with 15, 16, 18, 50, 51, 52, 53, 56 or 58, alone or with an exchange before or after
    them. One of the other exchange is none: 155001.SH is a bond.
    """
    bare = bare_code(symbol)
    if not (_UNPLACED.fullmatch(bare) or board_of(_china().boards, bare, "etf")):
        return False
    return not _at(symbol, _ELSEWHERE[bare[0]])


def same_series(symbol: str, other: str) -> bool:
    """Whether two symbols name one series: the same text, or the same six digits on exchanges that do not differ.

    Parameters
    ----------
    symbol, other : str
        With an exchange before or after the digits, or without.

    >>> same_series("512480.SH", "sh512480"), same_series("sh.512480", "512480"), same_series("000001.SH", "000001.SZ")
    (True, True, False)
    """
    if symbol == other:
        return True
    if not (_SIX_DIGITS.search(symbol) and bare_code(symbol) == bare_code(other)):
        return False
    one, two = _exchange(symbol), _exchange(other)
    return not one or not two or one == two


def _exchange(symbol: str) -> str:
    """The exchange that a symbol names, "sh", "sz" or "bj"; "" for none."""
    named = _EXCHANGE.search(symbol.replace(bare_code(symbol), " "))
    word = named[1].lower() if named else ""
    return {"ss": "sh", "xshg": "sh", "xshe": "sz"}.get(word, word)


def _at(symbol: str, exchanges: set[str]) -> bool:
    """Whether a symbol names one of these exchanges."""
    named = _EXCHANGE.search(symbol.replace(bare_code(symbol), " "))
    return named is not None and named[1].lower() in exchanges


def stated_kind(symbol: str, kind: str, trades: str = "") -> str:
    """The kind of a series where data say "index", which is also what they say without a word.

    Parameters
    ----------
    symbol : str
    kind : str
        As the data have it; "etf" and "stock" stand.
    trades : str, optional
        What is traded on the market whose rules a run keeps: "etf" or "stock" is what has no code of six digits; what
        has one and is neither fund nor share is an index, run as if it could be bought.

    Returns
    -------
    str
        "etf" by a fund's code, "stock" by a share's that no index has, the kind of the market, or ``kind``.
    """
    if kind != "index":
        return kind
    if is_fund(symbol):
        return "etf"
    if _STOCK.fullmatch(bare_code(symbol)) or (_SHENZHEN.fullmatch(bare_code(symbol)) and _at(symbol, _IN_SHENZHEN)):
        return "stock"
    return trades if trades and not _SIX_DIGITS.search(symbol) else kind


def price_limits(symbol: str, kind: str, sessions: pd.DatetimeIndex) -> Floats | None:
    """How far a series may leave its last close in each session, by the board of its code.

    Parameters
    ----------
    symbol : str
    kind : str
        "etf" or "stock"; an index has no limit.
    sessions : DatetimeIndex of shape (T,)

    Returns
    -------
    float array of shape (T,), or None
        Fractions, 0.1 is 10%; before the first rule what that says. None where the code is of no board.
    """
    board = board_of(_china().boards, symbol, kind)
    steps = _china().limits.get(board or "")
    if not steps:
        return None
    days = np.array([day for day, _ in steps], dtype="M8[ns]")
    row = np.maximum(np.searchsorted(days, sessions.to_numpy().astype("M8[ns]"), side="right") - 1, 0)
    return np.array([value for _, value in steps])[row]


@dataclass(frozen=True)
class _Book:
    """Boards, and by board the days on which its price limit changes with the limit from there."""

    boards: tuple[Board, ...]
    limits: dict[str, list[tuple[Any, float]]]


@cache
def _china() -> _Book:
    document = tomllib.loads(book_bytes(CHINA).decode("utf-8"))
    boards = tuple(Board(each["name"], each["kind"], tuple(each["codes"])) for each in document["board"])
    limits: dict[str, list[tuple[Any, float]]] = {board.name: [] for board in boards}
    for rule in document["rule"]:
        if "limit" in ([rule["item"]] if isinstance(rule["item"], str) else rule["item"]):
            for name in rule["boards"]:
                limits[name].append((rule["from"], float(rule["value"])))
    return _Book(boards, {name: sorted(steps) for name, steps in limits.items()})
