"""``number``: a field that says how it was computed and which reading of it is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, fields, is_dataclass
from typing import Any, NamedTuple, get_args, get_type_hints

import numpy as np
import pandas as pd


class Meaning(NamedTuple):
    """What a number is.

    Attributes
    ----------
    how : str
        How it was computed.
    caution : str
        Which reading of it is wrong.
    """

    how: str
    caution: str


def number(how: str, caution: str) -> Any:
    """A field of a paragraph that is a number (or a date, or a word) with its ``Meaning``.

    Parameters
    ----------
    how, caution : str
        See ``Meaning``.
    """
    return field(metadata={"meaning": Meaning(how, caution)})


def meaning(kind: type, name: str) -> Meaning:
    """The meaning of a field of a paragraph.

    Parameters
    ----------
    kind : type
        A dataclass with fields made by ``number``.
    name : str
        Of the field.

    Raises
    ------
    KeyError
        It has none.
    """
    found = {item.name: item.metadata.get("meaning") for item in fields(kind)}[name]
    if found is None:
        raise KeyError(f"{kind.__name__}.{name} has no meaning")
    return Meaning(*found)


def meanings(kind: type, path: str = "") -> Iterator[tuple[str, Meaning]]:
    """Every field with a meaning below a dataclass, by its path in the JSON; lists add nothing to a path.

    Parameters
    ----------
    kind : type
    path : str
        Of the dataclass itself.
    """
    hints = get_type_hints(kind)
    for item in fields(kind):
        place = f"{path}.{item.name}" if path else item.name
        if "meaning" in item.metadata:
            yield place, Meaning(*item.metadata["meaning"])
        for inner in _classes(hints[item.name]):
            yield from meanings(inner, place)


def _classes(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for part in get_args(hint):
        yield from _classes(part)


def plain(value: Any) -> Any:
    """A paragraph as JSON has it: dates as ISO text, NaN and NaT as null.

    Parameters
    ----------
    value : dataclass, tuple, mapping, date, number, text or None
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%F}"
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value
