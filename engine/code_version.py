"""A digest of a value together with the code that it runs: it changes with a parameter, a method or a helper."""

from __future__ import annotations

import hashlib
import io
import pickle
import sys
from collections.abc import Iterator
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

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
            return f"{value.__module__}:{value.__qualname__} {id(value)} {_code_of(value)}"
        if isinstance(value, ModuleType):
            return value.__name__
        return None


class _LastingWriter(_Writer):
    """Writes no identity of this process."""

    def persistent_id(self, value: Any) -> str | None:
        if isinstance(value, type | FunctionType):
            if "<" in value.__qualname__:
                raise pickle.PicklingError(f"{value.__qualname__} can't be found by its name")
            return f"{value.__module__}:{value.__qualname__} {_code_of(value)}"
        return super().persistent_id(value)


def _code_of(thing: Any) -> str:
    parts: dict[int, str] = {}
    _collect(thing, parts)
    return hashlib.blake2b("\n".join(parts.values()).encode(), digest_size=16).hexdigest()


def _collect(thing: Any, parts: dict[int, str]) -> None:
    """Adds the code of a function or class of the user's and of all that it reaches, and constants that it reads."""
    thing = getattr(thing, "py_func", getattr(thing, "__wrapped__", thing))  # behind numba, behind a decorator
    if id(thing) in parts:
        return
    if isinstance(thing, bool | int | float | complex | str | bytes | tuple | None):
        parts[id(thing)] = repr(thing)
    elif isinstance(thing, FunctionType) and is_own(thing):
        parts[id(thing)] = _text(thing.__code__)
        for reached in _reached(thing):
            _collect(reached, parts)
    elif isinstance(thing, type) and is_own(thing):
        parts[id(thing)] = thing.__qualname__
        for kind in thing.__mro__:
            for value in vars(kind).values() if is_own(kind) else ():
                for function in _functions(value):
                    _collect(function, parts)
    elif isinstance(thing, ModuleType) and is_own_module(thing):
        parts[id(thing)] = thing.__name__


def is_own_module(module: ModuleType) -> bool:
    """Whether a module is the user's."""
    return module.__name__.partition(".")[0] not in _NOT_FOLLOWED


def _functions(value: Any) -> Iterator[Any]:
    """The functions of a class attribute, or the constant that it is."""
    if isinstance(value, property):
        yield from filter(None, (value.fget, value.fset))
    elif isinstance(value, staticmethod | classmethod):
        yield value.__func__
    elif isinstance(value, FunctionType | bool | int | float | str | tuple):
        yield value


def _reached(function: FunctionType) -> Iterator[Any]:
    """What a function reads outside of itself: globals, what it closes over, defaults, members of own modules."""
    names = _names(function.__code__)
    for name in sorted(names):
        if name in function.__globals__:
            found = function.__globals__[name]
            yield found
            if isinstance(found, ModuleType) and is_own_module(found):
                yield from (vars(found)[key] for key in sorted(names & vars(found).keys()))
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue
    yield from function.__defaults__ or ()


@cache
def _names(code: CodeType) -> frozenset[str]:
    """Names of globals and attributes that a function uses, in functions inside of it too."""
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    return frozenset(code.co_names).union(*map(_names, inner))


@cache
def _text(code: CodeType) -> str:
    constants = [_text(part) if isinstance(part, CodeType) else repr(part) for part in code.co_consts]
    return f"{code.co_code.hex()} {constants} {code.co_names} {code.co_freevars}"
