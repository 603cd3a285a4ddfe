"""The TOML format of rule books: which keys there are, and what their values look like. What they mean is elsewhere."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from ...data.errors import InputError, UnknownNameError


class Table(NamedTuple):
    """A checked table of the file.

    Attributes
    ----------
    place : str
        File, number and name of the table, for errors.
    content : dict
        By key; lists of names are tuples.
    """

    place: str
    content: dict[str, Any]


def read_tables(content: bytes, where: str) -> tuple[Table, list[Table], list[Table]]:
    """The head, the boards and the rules of a rule book's file; ``item`` is always a tuple of names.

    Raises
    ------
    InputError
        No UTF-8, no TOML (with the line), or a key that is missing, not known (with the nearest) or of a wrong type.
    """
    place = f"rule book {where}"
    try:
        document = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{place} is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{place} is not valid TOML: {error}") from None
    head = _checked(place, document, _HEAD)
    boards = [
        _checked(f"{place}, board {number} ({table.get('name', 'no name')})", table, _BOARD)
        for number, table in enumerate(head.content.pop("board"), 1)
    ]
    rules = [
        _checked(f"{place}, rule {number} ({_title(table)})", table, _RULE)
        for number, table in enumerate(head.content.pop("rule"), 1)
    ]
    return head, boards, rules


def _title(table: dict[str, Any]) -> str:
    item = table.get("item", "no item")
    return f"{', '.join(map(str, item)) if isinstance(item, list) else item} from {table.get('from', 'no date')}"


def _checked(place: str, table: dict[str, Any], known: dict[str, str]) -> Table:
    kept = dict(table)
    with placed(place):
        for key in table:
            if key not in known:
                raise UnknownNameError("key", key, known)
        for key, kind in known.items():
            words, fits = _KINDS[kind]
            if key not in table:
                if key in _OPTIONAL:
                    continue
                raise InputError(f"{key} is missing; it must be {words}")
            value = [table[key]] if key == "item" and isinstance(table[key], str) else table[key]
            if not fits(value):
                raise InputError(f"{key} must be {words}, was {value!r}")
            kept[key] = tuple(value) if kind == "names" else value
    return Table(place, kept)


@contextmanager
def placed(place: str) -> Iterator[None]:
    """Whatever is unusable inside is so in this place: an ``InputError`` that says where."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{place}: {error}") from None


def is_date(value: Any) -> bool:
    """Whether a value is a date without a time of day."""
    return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)


_HEAD = {"name": "text", "version": "text", "until": "date", "remark": "text", "board": "tables", "rule": "tables"}
_BOARD = {"name": "text", "kind": "text", "codes": "names", "remark": "text"}
_RULE = {
    "item": "names", "boards": "names", "from": "date", "value": "number", "source": "text", "verified": "flag",
    "remark": "text",
}  # fmt: skip
_OPTIONAL = ("remark",)
_KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "text": ("text in quotes", lambda value: isinstance(value, str)),
    "names": (
        'a list of texts such as ["main"]',
        lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    ),
    "date": ("a date without quotes and time, such as 2023-08-28", is_date),
    "number": ("a number", lambda value: isinstance(value, int | float) and not isinstance(value, bool)),
    "flag": ("true or false", lambda value: isinstance(value, bool)),
    "tables": (
        "written as [[board]] or [[rule]], once for each",
        lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value),
    ),
}
"""What a value must be, in words and as a test."""
