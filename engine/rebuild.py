"""Strategies, parts and markets from plain data: the way back of ``to_data``."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..data.errors import RebuildError
from ..data.panel import Panel
from .canonical import Data, backtrader_params, short_name
from .class_names import found, is_backtrader
from .market.rulebook import RULEBOOKS, Board, Entry, RuleBook, find_rulebook

_HINT = "install the versions that the manifest names, or write the strategy again"


def from_data(data: Data, panels: Iterable[Panel] = ()) -> Any:
    """What ``to_data`` was given, made again; an equal value, with the same data.

    Modules that the data name are imported, so use it on data that you trust as you trust a Python file.

    Parameters
    ----------
    data : as ``to_data`` gives it
        A dataclass is made by its constructor, which checks parameters; any other object gets its attributes back
        without its constructor. A ``backtrader.Strategy`` that has other parameters than its class is a tuple of class
        and parameters.
    panels : iterable of Panel
        Panels that the data name by their hash, as those of ``Mapped`` do.

    Raises
    ------
    RebuildError
        For what can't be made again; the message says why, and what to do.
    InputError
        As the constructors raise it.
    """
    return _Builder(panels).build(data)


class _Builder:
    """Makes values from data."""

    def __init__(self, panels: Iterable[Panel]) -> None:
        self._panels = {panel.content_hash: panel for panel in panels}

    def build(self, data: Data) -> Any:
        """The value of a node."""
        if data is None or isinstance(data, bool | int | float | str):
            return data
        if isinstance(data, list):
            return tuple(map(self.build, data))
        if not isinstance(data, dict):
            raise RebuildError(f"data hold a {type(data).__name__}, but only what JSON can hold; use to_data")
        if "opaque" in data:
            raise RebuildError(f"{short_name(data)} can't be made again: {data['opaque']}")
        for key, read in self._kinds.items():
            if key in data:
                try:
                    return read(self, data)
                except (KeyError, TypeError, AttributeError, LookupError) as error:
                    if isinstance(error, RebuildError):
                        raise
                    why = error if isinstance(error, LookupError) and not isinstance(error, KeyError) else repr(error)
                    raise RebuildError(f"{short_name(data)} can't be made again: {why}; {_HINT}") from error
        raise RebuildError(f"nothing is known of data with the keys {', '.join(map(repr, data))}; {_HINT}")

    def _object(self, data: Data) -> Any:
        kind: Any = found(data["name"])
        if "member" in data:
            return kind[data["member"]]
        given = {name: self.build(value) for name, value in data["parameters"].items()}
        if is_backtrader(kind):
            usual = backtrader_params(kind)
            own = {key: value for key, value in given.items() if key not in usual or usual[key] != value}
            return (kind, own) if own else kind
        if not isinstance(kind, type):
            raise LookupError(f"{data['name']} is no class")
        if dataclasses.is_dataclass(kind) or hasattr(kind, "_fields"):
            return kind(**given)
        made: Any = object.__new__(kind)
        for name, value in given.items():
            object.__setattr__(made, name, value)
        return made

    def _rulebook(self, data: Data) -> Any:
        if "content" in data:
            book = _book_of(data["content"])
        elif data["rulebook"] in RULEBOOKS:
            book = find_rulebook(data["rulebook"])
        else:
            raise LookupError(f"this version has no rule book {data['rulebook']!r}")
        if book.digest != data["digest"]:
            raise RebuildError(
                f"rule book {data['rulebook']} was version {data['version']} with digest {data['digest']}, here it is "
                f"version {book.version} with digest {book.digest}: its rules differ. Install the version of the "
                "manifest, or name the market again to run under today's book"
            )
        return book if "content" in data else book.name

    def _panel(self, data: Data) -> Panel:
        try:
            return self._panels[data["panel"]]
        except KeyError:
            raise RebuildError(
                f"the panel {data['panel']} ({data.get('source') or 'no source'}) is not kept in data; load it and "
                "give it as well: from_data(data, panels=[panel])"
            ) from None

    _kinds: Mapping[str, Callable[[_Builder, Data], Any]] = {
        "rulebook": _rulebook,
        "panel": _panel,
        "name": _object,
        "reference": lambda self, data: found(data["reference"]),
        "list": lambda self, data: [self.build(item) for item in data["list"]],
        "set": lambda self, data: {self.build(item) for item in data["set"]},
        "frozenset": lambda self, data: frozenset(self.build(item) for item in data["frozenset"]),
        "mapping": lambda self, data: {self.build(key): self.build(value) for key, value in data["mapping"]},
        "date": lambda self, data: datetime.date.fromisoformat(data["date"]),
        "time": lambda self, data: pd.Timestamp(data["time"]),
        "float": lambda self, data: float(data["float"]),
        "array": lambda self, data: np.array(self.build(data["array"]), dtype=data["dtype"]),
    }


def _book_of(content: Data) -> RuleBook:
    day = datetime.date.fromisoformat
    boards = tuple(Board(**board | {"codes": tuple(board["codes"])}) for board in content["boards"])
    entries = tuple(
        Entry(**each | {"boards": tuple(each["boards"]), "start": day(each["start"])}) for each in content["entries"]
    )
    return RuleBook(**content | {"read_on": day(content["read_on"]), "boards": boards, "entries": entries})
