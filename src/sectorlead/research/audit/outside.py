"""Data that a strategy can reach beside the panel: globals, attributes, what functions close over.

What holds rows by session there is changed together with the panel, so that a rule that reads it is found out.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from types import CellType, FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.engine.class_names import backtrader_class
from sectorlead.engine.code_version import behind, is_own, is_own_module, names_in
from sectorlead.engine.strategy import Foreign
from sectorlead.strategies.schedules import OnDates

FEW = 20
"""Rows of an array that is taken for data; anything shorter is a setting."""


class Place(NamedTuple):
    """Where data were found, and how to put others there."""

    name: str
    value: Any
    put: Callable[[Any], None]


def places(strategy: Any) -> list[Place]:
    """Everywhere that a strategy of the user's, and the functions of his that it reaches, hold data by session."""
    found: list[Place] = []
    _Search(found).thing(strategy.given if isinstance(strategy, Foreign) else strategy, "strategy")
    return found


@contextmanager
def in_place(where: list[Place], made: Callable[[Any], Any]) -> Iterator[list[str]]:
    """Data in these places replaced for a while; yields the names of those that were.

    Parameters
    ----------
    where : list of Place
    made : callable
        Gives what stands in for a value, or the value itself where it stays.
    """
    with ExitStack() as undone:
        names = []
        for place in where:
            value = made(place.value)
            if value is not place.value:
                undone.callback(place.put, place.value)
                place.put(value)
                names.append(place.name)
        yield names


def varied(value: Any, panel: Panel, row: int, seed: int, of_panel: Callable[[Panel], Panel]) -> Any:
    """A value whose rows after a session are other ones; itself where it has none.

    Parameters
    ----------
    value : object
        Rows go by dates where it has them, else by position, where it is about as long as the panel.
    panel : Panel
        Whose sessions they are.
    row : int
        Of the last session that stays.
    seed : int
    of_panel : callable
        What becomes of a panel inside.
    """
    rng = np.random.default_rng((seed, row, 7))
    day, count = panel.sessions[row], len(panel.sessions)

    def other(array: Any, after: Any) -> Any:
        array = np.array(array)
        where = np.flatnonzero(after)
        if not len(where):
            return array
        if array.dtype.kind == "f":
            known = array[np.isfinite(array)]
            scale = float(np.std(known)) if known.size else 1.0
            array[where] = array[where] * rng.uniform(-2, 3, array[where].shape) + rng.normal(
                0, scale or 1.0, array[where].shape
            )
        elif array.dtype.kind == "b":
            array[where] = rng.random(array[where].shape) < 0.5
        else:
            array[where] = array[rng.permutation(where)]
        return array

    def by_position(length: int) -> Any:
        return np.arange(length) > row if 0.5 * count <= length and length > FEW else None

    def change(thing: Any) -> Any:
        if isinstance(thing, Panel):
            return of_panel(thing)
        if isinstance(thing, pd.Series | pd.DataFrame):
            after = _after(thing, day)
            after = by_position(len(thing)) if after is None else after
            if after is None or not after.any():
                return thing
            if isinstance(thing, pd.Series):
                return pd.Series(other(thing.to_numpy(), after), index=thing.index, name=thing.name)
            made = {
                name: thing.iloc[:, i].to_numpy() if np.issubdtype(thing.dtypes.iloc[i], np.datetime64)
                else other(thing.iloc[:, i].to_numpy(), after)
                for i, name in enumerate(range(thing.shape[1]))
            }  # fmt: skip
            out = pd.DataFrame(made, index=thing.index)
            out.columns = thing.columns
            return out
        if isinstance(thing, np.ndarray):
            after = by_position(len(thing)) if thing.ndim else None
            return thing if after is None or not after.any() else other(thing, after)
        if type(thing) is dict:
            return _of_mapping(thing)
        if isinstance(thing, list | tuple) and type(thing) in (list, tuple):
            if len(thing) > FEW and (after := by_position(len(thing))) is not None and after.any():
                flat = np.array(thing, dtype=object) if not _numbers(thing) else np.array(thing)
                if flat.ndim == 1:
                    return type(thing)(other(flat, after).tolist())
            made_list = [change(each) for each in thing]
            return type(thing)(made_list) if any(a is not b for a, b in zip(made_list, thing, strict=True)) else thing
        return thing

    def _of_mapping(thing: dict[Any, Any]) -> Any:
        days = [_day(key) for key in thing]
        if len(thing) >= FEW // 4 and all(each is not None for each in days):
            late = [key for key, each in zip(thing, days, strict=True) if each is not None and each > day]
            if not late:
                return thing
            shuffled = [late[i] for i in rng.permutation(len(late))]
            new = dict(thing)
            for key, source in zip(late, shuffled, strict=True):
                new[key] = change(thing[source])
                if isinstance(thing[source], float):
                    new[key] = float(thing[source] * rng.uniform(-2, 3))
            return new
        made = {key: change(each) for key, each in thing.items()}
        return made if any(made[key] is not thing[key] for key in thing) else thing

    return change(value)


def substituted(value: Any, of_panel: Callable[[Panel], Panel], years: int = 0) -> Any:
    """A strategy with other panels inside of it, and with its stated dates later by so many years.

    Parameters
    ----------
    value : object
        Dataclasses and own objects are gone through; the one given stays as it is.
    of_panel : callable
    years : int
    """
    if isinstance(value, Panel):
        return of_panel(value)
    if isinstance(value, OnDates) and years:
        days = [pd.Timestamp(day) + pd.DateOffset(years=years) for day in value.dates]
        return replace(value, dates=tuple(f"{day:%F}" for day in days))
    if isinstance(value, Foreign):
        given = substituted(value.given, of_panel, years)
        return value if given is value.given else Foreign(given)
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        made = [substituted(each, of_panel, years) for each in value]
        return type(value)(made) if any(a is not b for a, b in zip(made, value, strict=True)) else value
    if isinstance(value, type | FunctionType | ModuleType):
        return value
    if is_dataclass(value):
        mine = {item.name: getattr(value, item.name, None) for item in fields(value) if item.init}
    elif is_own(type(value)) and hasattr(value, "__dict__"):
        mine = dict(vars(value))
    else:
        return value
    other = {name: substituted(each, of_panel, years) for name, each in mine.items()}
    new = {name: each for name, each in other.items() if each is not mine[name]}
    if not new:
        return value
    if is_dataclass(value):
        return replace(value, **new)  # type: ignore[type-var]
    twin = object.__new__(type(value))
    twin.__dict__.update(vars(value) | new)
    return twin


@dataclass
class _Search:
    """Goes through what a strategy reaches, each thing once."""

    found: list[Place]

    def __post_init__(self) -> None:
        self.seen: dict[int, Any] = {}

    def thing(self, thing: Any, name: str, depth: int = 0) -> None:
        """Looks into a strategy, part, class, function or module."""
        if id(thing) in self.seen or depth > 12:
            return
        self.seen[id(thing)] = thing
        if isinstance(thing, tuple) and backtrader_class(thing) is not None:
            self.thing(thing[0], thing[0].__name__, depth)
            self._items(thing[1], "parameters", depth)
        elif isinstance(thing, FunctionType):
            self._function(thing, depth)
        elif isinstance(thing, type):
            if is_own(thing):
                self._class(thing, depth)
        elif wrapped := behind(thing):
            for part in wrapped:
                self.thing(part, name, depth + 1)
        elif isinstance(thing, list | tuple | set | frozenset):
            for part in thing:
                self.thing(part, name, depth + 1)
        elif is_dataclass(thing) or is_own(type(thing)):
            self.thing(type(thing), type(thing).__name__, depth)
            held = {item.name: getattr(thing, item.name, None) for item in fields(thing)} if is_dataclass(thing) else {}
            for key, value in (held | dict(getattr(thing, "__dict__", {}))).items():
                if not isinstance(value, Panel) or is_own(type(thing)):
                    self._value(value, f"{type(thing).__name__}.{key}", _attribute(thing, key), depth)

    def _value(self, value: Any, name: str, put: Callable[[Any], None], depth: int) -> None:
        if _holds_data(value):
            self.found.append(Place(name, value, put))
        else:
            self.thing(value, name, depth + 1)

    def _items(self, mapping: Any, name: str, depth: int) -> None:
        for key, value in mapping.items() if isinstance(mapping, dict) else ():
            self._value(value, f"{name}[{key!r}]", _item(mapping, key), depth)

    def _class(self, kind: type, depth: int) -> None:
        for base in kind.__mro__:
            for key, value in list(vars(base).items()) if is_own(base) else ():
                if not key.startswith("__") or isinstance(value, FunctionType):
                    self._value(value, f"{base.__name__}.{key}", _attribute(base, key), depth)

    def _function(self, function: FunctionType, depth: int) -> None:
        if not is_own(function):
            return
        names, space = names_in(function.__code__), function.__globals__
        home = str(function.__module__)
        for key in sorted(names & space.keys()):
            value = space[key]
            if isinstance(value, ModuleType):
                if is_own_module(value):
                    for inner in sorted(names & vars(value).keys()):
                        put = _attribute(value, inner)
                        self._value(vars(value)[inner], f"{value.__name__}.{inner}", put, depth)
                continue
            self._value(value, f"{home}.{key}", _item(space, key), depth)
        for cell, key in zip(function.__closure__ or (), function.__code__.co_freevars, strict=True):
            try:
                value = cell.cell_contents
            except ValueError:
                continue
            name = f"{key} of {function.__qualname__}"
            self._value(value, name, _attribute(cell, "cell_contents"), depth)
        for i, value in enumerate(function.__defaults__ or ()):

            def put_default(new: Any, i: int = i) -> None:
                given = list(function.__defaults__ or ())
                given[i] = new
                function.__defaults__ = tuple(given)

            self._value(value, f"a default of {function.__qualname__}", put_default, depth)


def _item(owner: Any, key: Any) -> Callable[[Any], None]:
    def put(value: Any) -> None:
        owner[key] = value

    return put


def _attribute(owner: Any, name: str) -> Callable[[Any], None]:
    def put(value: Any) -> None:
        if isinstance(owner, type | CellType):
            setattr(owner, name, value)
        else:
            object.__setattr__(owner, name, value)

    return put


def _holds_data(value: Any) -> bool:
    if isinstance(value, Panel | pd.DataFrame | pd.Series):
        return True
    if isinstance(value, np.ndarray):
        return value.ndim > 0 and len(value) > FEW
    if type(value) is dict:
        days = len(value) >= FEW // 4 and all(_day(key) is not None for key in value)
        return days or any(_holds_data(each) for each in value.values())
    if type(value) in (list, tuple):
        return (len(value) > FEW and _numbers(value)) or any(_holds_data(each) for each in value[:50])
    return False


def _numbers(values: Any) -> bool:
    return all(isinstance(each, int | float | np.number | str) for each in values)


def _after(thing: Any, day: pd.Timestamp) -> Any:
    """Which rows of a frame or Series are dated after a day; None where it has no dates."""
    index = thing.index
    if isinstance(index, pd.MultiIndex):
        levels = [index.get_level_values(k) for k in range(index.nlevels)]
        dated = [level for level in levels if isinstance(level, pd.DatetimeIndex)]
        return np.asarray(dated[0] > day) if dated else None
    if isinstance(index, pd.DatetimeIndex):
        return np.asarray(index.tz_localize(None) > day)
    if isinstance(index, pd.PeriodIndex):
        return np.asarray(index.to_timestamp() > day)
    if len(index) and all(_day(each) is not None for each in index[:3]):
        return np.array([(_day(each) or day) > day for each in index])
    if isinstance(thing, pd.DataFrame):
        for i in range(thing.shape[1]):
            if np.issubdtype(thing.dtypes.iloc[i], np.datetime64):
                return np.asarray(thing.iloc[:, i] > day)
    return None


def _day(key: Any) -> pd.Timestamp | None:
    """What date a key is, if it is one."""
    if isinstance(key, pd.Timestamp | datetime.date | np.datetime64):
        return pd.Timestamp(key).tz_localize(None) if pd.Timestamp(key).tzinfo else pd.Timestamp(key)
    if isinstance(key, pd.Period):
        return key.to_timestamp()
    if isinstance(key, str) and 7 <= len(key) <= 10 and key[:4].isdigit():
        try:
            return pd.Timestamp(key)
        except ValueError:
            return None
    return None


def functions(strategy: Any) -> list[FunctionType]:
    """The user's functions that a strategy reaches."""
    search = _Search([])
    search.thing(strategy.given if isinstance(strategy, Foreign) else strategy, "strategy")
    return [each for each in search.seen.values() if isinstance(each, FunctionType) and is_own(each)]
