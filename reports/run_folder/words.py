"""A strategy's data, as a manifest holds them, in words that fit a list."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...engine.canonical import Data, sentence, short_name

LONGEST = 300
"""Characters of a strategy in words; the whole sentence is on the run's page."""
TEXT_ONLY = "recorded as text (version 0.2)"
"""The kind of a strategy whose manifest was written before data were kept."""


class Words(NamedTuple):
    """What a strategy is.

    Attributes
    ----------
    kind : str
        What it ranks by, or what it is: "pullback strength". Few of these; for a filter.
    text : str
        All parts with those parameters that are not off.
    """

    kind: str
    text: str


def words(data: Data) -> Words:
    """A strategy's data in words; what is no such data, as a file can hold anything, is said to be unreadable.

    >>> score = {"name": "Momentum", "parameters": {"lookback": 60, "skip": 0}}
    >>> words({"name": "Rotation", "parameters": {"score": score}})
    Words(kind='momentum', text='momentum (lookback 60)')
    """
    try:
        return _words(data)
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError):  # a file that somebody edited
        return Words("not readable", "its data can't be read")


def _words(data: Data) -> Words:
    if not _is_object(data):
        return Words("not named", "")
    parts = data["parameters"]
    if _is_object(parts.get("score")):
        said = [text for value in parts.values() if _is_object(value) and (text := _called(value))]
        return Words(_name(parts["score"]), shortened(" · ".join(said)))
    return Words(_name(data), shortened(_called(data) or _name(data)))


def shortened(text: str) -> str:
    """Text of at most ``LONGEST`` characters on one line."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _is_object(data: Data) -> bool:
    return isinstance(data, dict) and isinstance(data.get("parameters"), dict)


def _called(data: Data) -> str:
    """Name and parameters; "" for a part whose parameters are all off."""
    stated = {key: value for key, value in data["parameters"].items() if not key.startswith("_")}
    given = [f"{key.replace('_', ' ')} {text}" for key, value in stated.items() if (text := _value(value))]
    if not given:
        return "" if stated else _name(data)
    return f"{_name(data)} ({', '.join(given)})"


def _value(value: Data) -> str:
    """A parameter's value; "" where it is off: None, 0, False or empty."""
    if _is_object(value):
        return _called(value) or _name(value)
    if isinstance(value, float):
        return f"{value:g}" if value else ""
    if isinstance(value, list):
        return " + ".join(filter(None, map(_value, value)))
    return sentence(value) if isinstance(value, dict) else str(value or "")


def _name(data: Data) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", short_name(data).rpartition(".")[2]).lower()
