"""Dated market rules as data: what a trade cost and was allowed to do, by board and date, and who says so."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...data.boards import Board, board_of, book_bytes
from ...data.bounds import path_of, read_bounded
from ...data.dates import as_date
from ...data.errors import InputError, ParameterError, UnknownNameError
from ...data.panel_labels import KINDS
from ...data.toml_table import parse_toml, placed, read_table
from .rulebook_format import BOARD, HEAD, RULE, needed, title
from .rulebook_parts import ITEM_RULES, ITEMS, Entry, check_date

__all__ = ["ITEMS", "RULEBOOKS", "Board", "Entry", "RuleBook", "RuleDateError", "find_rulebook"]

RULEBOOKS: tuple[str, ...] = ("cn-a",)
"""Names of the shipped rule books."""
_UNCOVERED = ("as-read", "raise", "nearest")


class RuleDateError(InputError):
    """A rule was asked for at a date that the book does not cover."""


@dataclass(frozen=True, repr=False)
class RuleBook:
    """Rules by item, board and date; compared and hashed by content.

    Attributes
    ----------
    name, version : str
    read_on : date
        The day on which the rules were last read; what had been announced by then may begin later.
    boards : tuple of Board
        The first that matches a symbol is its board.
    entries : tuple of Entry
    remark : str

    Raises
    ------
    ParameterError
        Two boards of a name, or two entries for the same item, board and day.
    UnknownNameError
        An entry for a board that is not there.
    """

    name: str
    version: str
    read_on: datetime.date
    boards: tuple[Board, ...]
    entries: tuple[Entry, ...]
    remark: str = ""

    def __post_init__(self) -> None:
        check_date("read_on", self.read_on)
        names = [board.name for board in self.boards]
        doubles = [name for name in names if names.count(name) > 1]
        if doubles:
            raise ParameterError(f"two boards are called {doubles[0]!r}")
        seen = set()
        for entry in self.entries:
            for board in entry.boards:
                self._check_board(board)
                key = entry.item, board, entry.start
                if key in seen:
                    raise ParameterError(f"{entry.item} of board {board!r} is given twice from {entry.start}; keep one")
                seen.add(key)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        """What the book is, not all that it says."""
        return f"<rule book {self.name} {self.version}, {len(self.entries)} entries, {self.digest}>"

    @cached_property
    def digest(self) -> str:
        """16 hex digits of everything the book says, remarks included; the layout of its file does not matter."""
        text = json.dumps(asdict(self), sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()

    def board_of(self, symbol: str, kind: str) -> str | None:
        """The first board of this kind whose codes match the symbol's bare code; None if there is none.

        The bare code is the group of six digits in "512480.SH", "sh512480" or "512480", otherwise the whole symbol.

        Parameters
        ----------
        symbol : str
        kind : {"index", "etf", "stock"}
            Of the series.

        Raises
        ------
        UnknownNameError
            For a kind that is not in ``KINDS``.
        """
        if kind not in KINDS:
            raise UnknownNameError("kind of series", kind, KINDS)
        return board_of(self.boards, symbol, kind)

    def values(
        self, item: str, boards: Sequence[str], sessions: pd.DatetimeIndex, uncovered: str = "as-read"
    ) -> NDArray[np.float64]:
        """An item by session and board.

        Parameters
        ----------
        item : str
            One of ``ITEMS``.
        boards : sequence of str
            B names of boards.
        sessions : DatetimeIndex
            T days, in any order.
        uncovered : {"as-read", "raise", "nearest"}
            What a day outside the book gets. After ``read_on`` the last entry that had begun, or with "raise" an error;
            before the first entry an error, or with "nearest" that one.

        Returns
        -------
        float array of shape (T, B)
            The value of the last entry that began on or before the day; never NaN.

        Raises
        ------
        RuleDateError
            A day before the item's first entry for a board, or with "raise" after ``read_on``; an item that the book
            does not have at all for a board.
        UnknownNameError
            For an item, board or choice that is not known.
        """
        self._check_item(item)
        if uncovered not in _UNCOVERED:
            raise UnknownNameError("choice of uncovered", uncovered, _UNCOVERED)
        days = sessions.to_numpy().astype("M8[D]")
        table = np.empty((len(days), len(boards)))
        for column, board in enumerate(boards):
            starts, values = self._timeline(item, board)
            if not len(starts):
                raise RuleDateError(self._nothing(item, board))
            row = np.searchsorted(starts, days, side="right") - 1
            outside = (row < 0) & (uncovered != "nearest")
            if uncovered == "raise":
                outside |= days > np.datetime64(self.read_on, "D")
            if outside.any():
                raise RuleDateError(self._uncovered(item, board, days[outside].min().astype(object)))
            table[:, column] = values[np.maximum(row, 0)]
        return table

    def in_force(self, items: Iterable[str], boards: Iterable[str], first: Any, last: Any) -> tuple[Entry, ...]:
        """The entries that apply to any of the boards on any day between two dates, in the order of the book.

        For reports: where numbers come from, and which are not verified. Where the book begins after ``first``, the
        earliest entry counts as applying from there, as ``uncovered="nearest"`` has it.

        Parameters
        ----------
        items, boards : iterable of str
        first, last : date, Timestamp or ISO text
            Both included.
        """
        begin, end = as_date("first", first).date(), as_date("last", last).date()
        applying: set[Entry] = set()
        names = tuple(boards)
        for item in items:
            self._check_item(item)
            for board in names:
                self._check_board(board)
                entries = self._by_board.get((item, board), [])
                for entry, after in zip(entries, [*entries[1:], None], strict=False):
                    started = entry.start <= end or entry is entries[0]
                    if started and (after is None or after.start > begin):
                        applying.add(entry)
        return tuple(entry for entry in self.entries if entry in applying)

    @cached_property
    def _by_board(self) -> dict[tuple[str, str], list[Entry]]:
        """Entries by item and board, in the order of their dates."""
        found: dict[tuple[str, str], list[Entry]] = {}
        for entry in sorted(self.entries, key=lambda entry: entry.start):
            for board in entry.boards:
                found.setdefault((entry.item, board), []).append(entry)
        return found

    @cached_property
    def _timelines(self) -> dict[tuple[str, str], tuple[NDArray[np.datetime64], NDArray[np.float64]]]:
        return {
            key: (
                np.array([each.start for each in found], "M8[D]"),
                np.array([each.value for each in found], np.float64),
            )
            for key, found in self._by_board.items()
        }

    def _timeline(self, item: str, board: str) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
        """Days on which the value changes, and the values from there; both empty where the book says nothing."""
        found = self._timelines.get((item, board))
        if found is None:
            self._check_board(board)
            return np.array([], "M8[D]"), np.array([])
        return found

    def _check_item(self, item: str) -> None:
        if item not in ITEM_RULES:
            raise UnknownNameError("item of a rule book", item, ITEMS)

    def _check_board(self, board: str) -> None:
        names = [each.name for each in self.boards]
        if board not in names:
            raise UnknownNameError(f"board of rule book {self.name}", board, names)

    def _nothing(self, item: str, board: str) -> str:
        return (
            f"rule book {self.name} {self.version} has no {item} for board {board} at any date; give it yourself, "
            f"Market({ITEM_RULES[item].instead}), or add it to a book of your own (docs/rulebook.md)"
        )

    def _uncovered(self, item: str, board: str, day: datetime.date) -> str:
        start = self._by_board[item, board][0].start
        head = f"rule book {self.name} {self.version} has no {item} for board {board} on {day}: it "
        own = f"give the value yourself, Market({ITEM_RULES[item].instead})"
        if day < start:
            return (
                f"{head}begins with {start}. Ways out: start then or later; {own}; or take the first entry, "
                'Market(uncovered="nearest")'
            )
        return (
            f"{head}was last read on {self.read_on}. Ways out: end by then; review the book (docs/rulebook.md); {own}; "
            'or take the rules as they were read, Market(uncovered="as-read")'
        )


def find_rulebook(name_or_path: str) -> RuleBook:
    """A shipped rule book by name, or one's own from a TOML file (format: ``docs/rulebook.md``); read once.

    Raises
    ------
    UnknownNameError
        Neither a shipped name nor a file, with the nearest name.
    InputError
        The file can't be read or breaks a rule of the format; names the file, the entry and the key.
    """
    if name_or_path in RULEBOOKS:
        return _shipped(name_or_path)
    path = path_of(name_or_path)
    try:
        if path.suffix != ".toml" and not path.is_file():
            raise UnknownNameError("rule book", name_or_path, (*RULEBOOKS, "the path of a .toml file"))
        stat = path.stat()
        return _from_file(name_or_path, (stat.st_mtime_ns, stat.st_size, stat.st_ino))
    except OSError as error:
        raise InputError(f"rule book {path} can't be read: {error.strerror}; give the path of a TOML file") from None


@cache
def _shipped(name: str) -> RuleBook:
    return _read(book_bytes(name), f"{name}.toml")


@lru_cache(maxsize=32)
def _from_file(path: str, state: tuple[int, ...]) -> RuleBook:
    """``state`` changes when the file does."""
    return _read(read_bounded(Path(path)), path)


def _read(content: bytes, where: str) -> RuleBook:
    place = f"rule book {where}"
    document = parse_toml(content, place)
    with placed(place):
        head = read_table(document, HEAD, needed=needed(HEAD))
    boards, entries = [], []
    for number, table in enumerate(head.pop("board"), 1):
        with placed(f"{place}, board {number} ({table.get('name', 'no name')})"):
            boards.append(Board(**read_table(table, BOARD, needed=needed(BOARD))))
    for number, table in enumerate(head.pop("rule"), 1):
        with placed(f"{place}, rule {number} ({title(table)})"):
            told = read_table(table, RULE, needed=needed(RULE))
            items, start = told.pop("item"), told.pop("from")
            if not items:
                raise ParameterError("item is empty; name at least one item")
            entries += [Entry(item=item, start=start, **told) for item in items]
    with placed(place):
        return RuleBook(boards=tuple(boards), entries=tuple(entries), **head)
