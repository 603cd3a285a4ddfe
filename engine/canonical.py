"""Strategies, parts and markets as plain data that JSON can hold, hashed, and as one line of text."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
import pandas as pd

from ..data.panel import Panel
from .class_names import is_backtrader, name_of
from .market.market import Market
from .market.rulebook import RULEBOOKS, RuleBook, find_rulebook

Data: TypeAlias = Any
"""What JSON can hold: None, bool, int, float, str, lists, and dicts with texts for keys."""

LARGEST_ARRAY = 1_000
"""Values of an array that is kept in data; of a longer one only type and shape are."""
DEEPEST = 50


@runtime_checkable
class Stated(Protocol):
    """A dataclass some of whose parameters mean nothing in its present state, and are at their defaults then."""

    def stated(self) -> tuple[str, ...]:
        """Names of the parameters that mean something."""
        ...


def to_data(value: object) -> Data:
    """A strategy, part or market as plain data, from which ``from_data`` makes it again.

    Parameters
    ----------
    value : object
        A part, any dataclass, a ``Market``, an object with ``decide(view, portfolio)``, a ``backtrader.Strategy`` class
        or a tuple of such a class and its parameters; and what these hold as parameters.

    Returns
    -------
    None, bool, int, float, str, list or dict
        Numpy's scalars are plain numbers. A tuple is a list. All else is a dict:

        ``{"name": NAME, "parameters": {...}}``
            An object: class and parameters, those at their defaults too. NAME is a public name of this package, or
            ``module:QualName``. Parameters are the fields of a dataclass or named tuple, the attributes of another
            object with ``decide`` or ``decision_sessions``, and the params of a ``backtrader.Strategy``. With
            ``"opaque"`` it can't be made again, and the text says why: the class can't be named, or nothing but its
            type is known.
        ``{"name": NAME, "member": TEXT}``, ``{"reference": NAME}``
            A member of an enumeration; a class or function itself, with ``"opaque"`` where it can't be named.
        ``{"list": [...]}``, ``{"set": [...]}``, ``{"frozenset": [...]}``, ``{"mapping": [[key, value], ...]}``
            Containers other than tuples.
        ``{"date": ISO}``, ``{"time": ISO}``, ``{"float": "nan"}``
            A date; a date with a time of day, of any type; a number that JSON can't write, also "inf" and "-inf".
        ``{"array": [...], "dtype": TEXT}``
            A numpy array of at most ``LARGEST_ARRAY`` values.
        ``{"rulebook": NAME, "version": TEXT, "digest": HEX}``
            A rule book that is shipped; one's own also carries its ``"content"``, so a market can be made again where
            its file is not.
        ``{"panel": HASH, "source": TEXT}``
            A panel, by its content only.

    Notes
    -----
    A strategy that remembers what it saw is another one after its run: take its data before.
    """
    return _node(value, ())


def fingerprint(data: Data) -> str:
    """A hash of data, 16 hex digits, the same in every process and on every platform.

    Equal values have equal hashes: neither the order of keys or set members counts nor the spelling of a number (1 and
    1.0, 0.0 and -0.0). True is not 1. Why something can't be made again does not count, nor the source of a panel.
    """
    return hashlib.blake2b(normal_text(data).encode(), digest_size=8).hexdigest()


def normal_text(data: Data) -> str:
    """What ``fingerprint`` hashes."""
    return json.dumps(normal(data), sort_keys=True, separators=(",", ":"))


def sentence(data: Data) -> str:
    """Data as one line of text for people: the expression that makes the object; attributes with "_" are left out.

    Data of another form, as a damaged file may hold, are told as they are.
    """
    if isinstance(data, list):
        return f"({', '.join(map(sentence, data))}{',' * (len(data) == 1)})"
    if not isinstance(data, dict):
        return repr(data)
    try:
        return next((written(data) for key, written in _WRITTEN.items() if key in data), str(data))
    except (AttributeError, KeyError, TypeError, ValueError):
        return str(data)


def describe(value: object) -> str:
    """A strategy, part or market as one line of text with its parameters, the same in every process."""
    return sentence(to_data(value))


def obstacles(data: Data) -> list[str]:
    """Why data can't be made again, one text for each part that can't; empty where nothing stands in the way."""
    if isinstance(data, list):
        return [text for item in data for text in obstacles(item)]
    if not isinstance(data, dict):
        return []
    own = [f"{short_name(data)}: {data['opaque']}"] if "opaque" in data else []
    inside = data["parameters"].values() if "parameters" in data else data.values()
    return own + [text for item in inside for text in obstacles(item)]


def references(data: Data) -> Iterator[tuple[str, str]]:
    """What data refer to: a "module" of a class or function that is not this package's, or a "panel" by its hash."""
    if isinstance(data, dict):
        for key in ("name", "reference"):
            module, colon, _ = str(data.get(key, "")).partition(":")
            if colon:
                yield "module", module
        if isinstance(data.get("panel"), str):
            yield "panel", data["panel"]
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from references(item)


# --- to data --------------------------------------------------------------------------------------------------------

_PLAIN = frozenset((type(None), bool, int, float, str))
_Inside = tuple[int, ...]
"""Identities of the objects that a value is in."""


def _node(value: Any, inside: _Inside) -> Data:
    if type(value) not in _PLAIN and isinstance(value, np.generic) and not isinstance(value, np.datetime64):
        value = value.item()
    kind: Any = type(value)
    if kind in _PLAIN:
        return value if kind is not float or math.isfinite(value) else {"float": repr(value)}
    if id(value) in inside or len(inside) > DEEPEST:
        return _opaque(type(value), "it refers to itself" if id(value) in inside else "it is nested too deeply")
    inside = (*inside, id(value))
    return _conversion(kind)(value, inside)


_Convert = Callable[[Any, _Inside], Data]


@lru_cache(maxsize=1024)
def _conversion(kind: type) -> _Convert:
    """How values of a type become data."""
    for known, convert in _CONVERSIONS:
        if issubclass(kind, known):
            return convert
    if dataclasses.is_dataclass(kind):
        names = tuple(item.name for item in dataclasses.fields(kind) if item.init)
        stated = issubclass(kind, Stated)
        return lambda value, inside: _object(
            kind, {name: getattr(value, name) for name in (value.stated() if stated else names)}, inside
        )
    if callable(getattr(kind, "decide", None)) or callable(getattr(kind, "decision_sessions", None)):
        return lambda value, inside: _object(kind, _attributes(value), inside)
    return _other


def _other(value: Any, _: _Inside) -> Data:
    if callable(value) and isinstance(getattr(value, "__qualname__", None), str):  # any kind of function
        return _reference(value)
    return _opaque(type(value), "only the type of such an object is kept; make it a dataclass")


def _class(kind: type, inside: _Inside) -> Data:
    return _object(kind, backtrader_params(kind), inside) if is_backtrader(kind) else _reference(kind)


def _member(value: enum.Enum, _: _Inside) -> Data:
    kind: Any = type(value)
    return {"name": name_of(kind)[0], "member": value.name}


def _tuple(value: tuple[Any, ...], inside: _Inside) -> Data:
    if len(value) == 2 and is_backtrader(value[0]):  # a backtrader.Strategy and its parameters
        return _object(value[0], backtrader_params(value[0]) | dict(value[1]), inside)
    if hasattr(value, "_fields"):
        return _object(type(value), dict(zip(value._fields, value, strict=True)), inside)
    return [_node(item, inside) for item in value]


def _set(value: set[Any] | frozenset[Any], inside: _Inside) -> Data:
    members = sorted((_node(item, inside) for item in value), key=_sort_key)
    return {"frozenset" if isinstance(value, frozenset) else "set": members}


def _array(value: np.ndarray[Any, Any], inside: _Inside) -> Data:
    if value.size > LARGEST_ARRAY or value.dtype.kind not in "biufU":
        return _opaque(type(value), f"an array of shape {value.shape} and type {value.dtype} is not kept in data")
    return {"array": _node(value.tolist(), inside), "dtype": str(value.dtype)}


def _market(value: Market, inside: _Inside) -> Data:
    rules = {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
    return _object(type(value), rules | {"rulebook": value.book or ""}, inside)


def _book(book: RuleBook, _: _Inside) -> Data:
    told = {"rulebook": book.name, "version": book.version, "digest": book.digest}
    if book.name in RULEBOOKS and find_rulebook(book.name).digest == book.digest:
        return told
    return told | {"content": json.loads(json.dumps(dataclasses.asdict(book), default=str))}


def _object(kind: Any, parameters: Mapping[str, Any], inside: _Inside) -> Data:
    name, reason = name_of(kind)
    made = {"name": name, "parameters": {str(key): _node(value, inside) for key, value in parameters.items()}}
    return made | {"opaque": reason} if reason else made


def _opaque(kind: Any, reason: str) -> Data:
    return {"name": name_of(kind)[0], "parameters": {}, "opaque": reason}


def _reference(value: Any) -> Data:
    name, reason = name_of(value)
    return {"reference": name, "opaque": reason} if reason else {"reference": name}


def _attributes(value: Any) -> dict[str, Any]:
    """Attributes of an object, those in slots too."""
    slots = [name for kind in type(value).__mro__ for name in _listed(vars(kind).get("__slots__", ()))]
    found = {name: getattr(value, name) for name in slots if hasattr(value, name) and not name.startswith("__")}
    return found | dict(getattr(value, "__dict__", {}))


def _listed(slots: Any) -> tuple[str, ...]:
    return (slots,) if isinstance(slots, str) else tuple(slots)


def backtrader_params(kind: Any) -> dict[str, Any]:
    """The params of a ``backtrader.Strategy`` class with their defaults."""
    return dict(kind.params._getpairs())  # what backtrader makes of ``params``


_CONVERSIONS: tuple[tuple[Any, _Convert], ...] = (
    (type, _class),
    (enum.Enum, _member),
    (bool | int | float | str, lambda value, inside: _node(_plain(value), inside[:-1])),  # subclasses of theirs
    (datetime.datetime | np.datetime64, lambda value, _: {"time": pd.Timestamp(value).isoformat()}),
    (datetime.date, lambda value, _: {"date": value.isoformat()}),
    (tuple, _tuple),
    (list, lambda value, inside: {"list": [_node(item, inside) for item in value]}),
    (set | frozenset, _set),
    (Mapping, lambda value, inside: {
        "mapping": [[_node(key, inside), _node(item, inside)] for key, item in value.items()]
    }),
    (np.ndarray, _array),
    (Market, _market),
    (RuleBook, _book),
    (Panel, lambda value, _: {"panel": value.content_hash, "source": value.source}),
)  # fmt: skip
"""How values of a type become data; the first that fits."""


def _plain(value: Any) -> Any:
    return next(kind(value) for kind in (int, float, str) if isinstance(value, kind))


# --- hash and text --------------------------------------------------------------------------------------------------


def normal(data: Data) -> Data:
    """Data with one spelling for equal values."""
    if isinstance(data, float):
        return int(data) if data.is_integer() else data
    if isinstance(data, list):
        return list(map(normal, data))
    if not isinstance(data, dict):
        return data
    if "mapping" in data:
        return {"mapping": sorted(normal(data["mapping"]), key=_sort_key)}
    if "parameters" in data:
        return {"name": data["name"], "parameters": {key: normal(item) for key, item in data["parameters"].items()}}
    return {key: normal(value) for key, value in data.items() if key not in _NO_IDENTITY}


def _sort_key(data: Data) -> str:
    return json.dumps(normal(data), sort_keys=True)


_NO_IDENTITY = frozenset(("opaque", "content", "source"))  # a rule book's digest and a panel's hash stand for them


def short_name(data: Data) -> str:
    """The name of a class without its module."""
    name = str(data.get("name", data.get("reference", "it")))
    return name.partition(":")[2] or name


def _call(data: Data) -> str:
    if "member" in data:
        return f"{short_name(data)}.{data['member']}"
    given = {key: value for key, value in data["parameters"].items() if not key.startswith("_")}
    if "opaque" in data and not data["parameters"]:
        return f"<{short_name(data)}>"
    return f"{short_name(data)}({', '.join(f'{key}={sentence(value)}' for key, value in given.items())})"


_WRITTEN: dict[str, Callable[[Data], str]] = {
    "rulebook": lambda data: repr(data["rulebook"]),
    "panel": lambda data: f"<{data.get('source') or 'panel'} {data['panel']}>",
    "name": _call,
    "reference": short_name,
    "list": lambda data: f"[{', '.join(map(sentence, data['list']))}]",
    "set": lambda data: f"{{{', '.join(map(sentence, data['set']))}}}",
    "frozenset": lambda data: f"{{{', '.join(map(sentence, data['frozenset']))}}}",
    "mapping": lambda data: f"{{{', '.join(f'{sentence(key)}: {sentence(value)}' for key, value in data['mapping'])}}}",
    "date": lambda data: repr(data["date"]),
    "time": lambda data: repr(data["time"]),
    "float": lambda data: str(data["float"]),
    "array": lambda data: f"array({sentence(data['array'])})",
}
