"""A digest of a value together with the code that it runs: it changes with a parameter, a method or a helper."""

from __future__ import annotations

import hashlib
import io
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, cached_property, partial, partialmethod
from inspect import getattr_static
from pathlib import PurePath
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from ..data.panel import Panel
from .class_names import PACKAGE

_NOT_FOLLOWED = frozenset({PACKAGE, "numpy", "pandas", "numba", "scipy", "talib"}) | sys.stdlib_module_names
"""Top packages whose code changes with their version only, which one process does not see."""


def is_own(thing: Any) -> bool:
    """Whether a class or function is the user's: of neither this package nor Python nor the packages of numbers."""
    return str(getattr(thing, "__module__", "")).partition(".")[0] not in _NOT_FOLLOWED


def digest(value: Any) -> str | None:
    """A hash of what a value holds, of the user's classes in it, and of all functions of his that they reach.

    Parameters
    ----------
    value : object

    Returns
    -------
    str or None
        32 hex digits, good within one process; None where the value holds what has no content to go by, such as an
        open file or a generator.
    """
    return _digest_by(_Writer, value)


def lasting_digest(value: Any) -> str | None:
    """As ``digest``, but the same in every process that runs the same code of Python, the user and this package.

    Parameters
    ----------
    value : object

    Returns
    -------
    str or None
        32 hex digits; None also where a class or function can't be found again by its name, such as a lambda: what
        it closes over is told by its own process only.
    """
    return _digest_by(_LastingWriter, value)


def _digest_by(writer: type[pickle.Pickler], value: Any) -> str | None:
    written = io.BytesIO()
    try:
        writer(written, protocol=5).dump(value)
    except Exception:  # whatever an object's own way of being pickled raises: then there is no digest
        return None
    return hashlib.blake2b(written.getvalue(), digest_size=16).hexdigest()


class _Writer(pickle.Pickler):
    """Writes values by content, classes and functions by their code."""

    def persistent_id(self, value: Any) -> str | None:
        if isinstance(value, Panel):
            return f"panel {value.content_hash}"
        if isinstance(value, type | FunctionType):
            return f"{value.__module__}:{value.__qualname__} {id(value)} {_code_of(value, values=False)}"
        if isinstance(value, ModuleType):
            return value.__name__
        return None


class _LastingWriter(_Writer):
    """Writes no identity of this process."""

    def persistent_id(self, value: Any) -> str | None:
        if isinstance(value, type | FunctionType):
            if "<" in value.__qualname__:
                raise pickle.PicklingError(f"{value.__qualname__} can't be found by its name")
            return f"{value.__module__}:{value.__qualname__} {_code_of(value, values=True)}"
        return super().persistent_id(value)


def _code_of(thing: Any, *, values: bool) -> str:
    code = _Code(values)
    code.add(thing)
    return hashlib.blake2b("\n".join(code.texts).encode(), digest_size=16).hexdigest()


class _Code:
    """The code of a function or class of the user's and of all that it reaches, with the constants that it reads.

    With ``values`` also the lists, mappings, arrays and objects; within a process these are often what it writes down.
    """

    def __init__(self, values: bool) -> None:
        self.texts: list[str] = []
        self._values = values
        self._seen: dict[int, tuple[int, Any]] = {}  # with the thing itself, so that no other gets its identity

    def add(self, thing: Any) -> None:
        """Adds a function, class, module or value."""
        if thing is None or isinstance(thing, bool | int | float | complex | str | bytes):
            self.texts.append(repr(thing))  # each time: equal values are one object, which says nothing of who reads it
            return
        if id(thing) in self._seen:
            self.texts.append(f"again {self._seen[id(thing)][0]}")
            return
        self._seen[id(thing)] = len(self._seen), thing
        if isinstance(thing, FunctionType):
            self._read(self._function, thing)
        elif isinstance(thing, type):
            self._read(self._class, thing)
        elif isinstance(thing, ModuleType):
            self.texts.append(thing.__name__)
        elif wrapped := behind(thing):
            self._all(type(thing).__name__, wrapped)
        elif isinstance(thing, tuple):
            self._all("tuple", thing)
        elif not self._values:
            self.texts.append(f"{type(thing).__module__}.{type(thing).__qualname__}")
        elif isinstance(thing, Mapping):
            self._all("mapping", (part for pair in thing.items() for part in pair))
        elif isinstance(thing, list):
            self._all("list", thing)
        elif isinstance(thing, set | frozenset):
            self._all("set", sorted(thing, key=repr))
        elif isinstance(thing, np.ndarray) and not thing.dtype.hasobject:
            self.texts.append(f"{thing.dtype} {thing.shape} {hashlib.blake2b(thing.tobytes()).hexdigest()}")
        else:
            self._object(thing)

    def _all(self, kind: str, things: Iterable[Any]) -> None:
        self.texts.append(kind)
        for thing in things:
            self.add(thing)
        self.texts.append(f"end of {kind}")

    def _read(self, read: Callable[[Any], None], thing: Any) -> None:
        before = self._values
        self._values = before and not is_installed(thing)  # registries and the like: who writes them can't be told
        read(thing)
        self._values = before

    def _function(self, function: FunctionType) -> None:
        self.texts.append(f"function {function.__module__}.{function.__qualname__}")
        if is_own(function):
            self.texts.append(_text(function.__code__))
            for reached in _reached(function):
                self.add(reached)

    def _class(self, kind: type) -> None:
        self.texts.append(f"class {kind.__module__}.{kind.__qualname__}")
        for base in kind.__mro__:
            for name, value in vars(base).items() if is_own(base) else ():
                if not name.startswith("__") or isinstance(value, FunctionType | classmethod | staticmethod | property):
                    self.texts.append(name)
                    self.add(value)

    def _object(self, thing: Any) -> None:
        """An object of a class: of the user's or this package's by what it holds, of another package by its bytes."""
        kind = type(thing)
        if isinstance(thing, Panel):
            self.texts.append(f"panel {thing.content_hash}")
            return
        self.add(kind)
        ours = kind.__module__.partition(".")[0] == PACKAGE or (is_own(kind) and not is_installed(kind))
        if ours and hasattr(thing, "__dict__"):
            self.add(vars(thing))
        else:
            with suppress(Exception):  # what can't be pickled, such as a lock, is told by its class
                self.texts.append(hashlib.blake2b(pickle.dumps(thing, protocol=5)).hexdigest())


def behind(thing: Any) -> tuple[Any, ...]:
    """What there is behind a decorated, bound or partial function; () for anything else."""
    if isinstance(thing, property):
        return thing.fget, thing.fset
    if isinstance(thing, cached_property):
        return (thing.func,)
    if isinstance(thing, partial | partialmethod):
        return thing.func, thing.args, thing.keywords
    if isinstance(thing, MethodType):
        return thing.__func__, thing.__self__
    if isinstance(thing, classmethod | staticmethod):
        return (thing.__func__,)
    inner = getattr_static(thing, "py_func", getattr_static(thing, "__wrapped__", None))  # numba's, a cache's
    return (inner,) if isinstance(inner, FunctionType) else ()


def is_installed(thing: Any) -> bool:
    """Whether a class or function is of a package that was installed among those of Python."""
    module = sys.modules.get(str(getattr(thing, "__module__", "")).partition(".")[0])
    parts = PurePath(getattr(module, "__file__", None) or "").parts
    return "site-packages" in parts or "dist-packages" in parts


def is_own_module(module: ModuleType) -> bool:
    """Whether a module is the user's."""
    return module.__name__.partition(".")[0] not in _NOT_FOLLOWED


def _reached(function: FunctionType) -> Iterator[Any]:
    """What a function reads outside of itself: globals, what it closes over, defaults, members of own modules."""
    names = names_in(function.__code__)
    for name in sorted(names):
        if name in function.__globals__:
            found = function.__globals__[name]
            yield name
            yield found
            if isinstance(found, ModuleType) and is_own_module(found):
                yield from (vars(found)[key] for key in sorted(names & vars(found).keys()))
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue
    yield from function.__defaults__ or ()
    yield function.__kwdefaults__ or {}


@cache
def names_in(code: CodeType) -> frozenset[str]:
    """Names of globals and attributes that a function uses, in functions inside of it too."""
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    return frozenset(code.co_names).union(*map(names_in, inner))


@cache
def _text(code: CodeType) -> str:
    constants = [_text(part) if isinstance(part, CodeType) else repr(part) for part in code.co_consts]
    return f"{code.co_code.hex()} {constants} {code.co_names} {code.co_freevars}"
