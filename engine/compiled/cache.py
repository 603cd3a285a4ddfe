"""When a kernel on disk may be used again: as long as nothing that it was compiled from has changed.

numba looks at the file of the kernel itself: it recompiles when a comment of that file changes, and does not when a
function from another file does that the kernel calls.
"""

from __future__ import annotations

import builtins
import dis
import hashlib
import inspect
import pickle
import warnings
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from numba import njit
from numba.core import caching

_VERSIONED = "math", "numba", "numpy"  # change with their version only, which numba looks at or does not inline
_NumbaFile: Any = caching.IndexDataCacheFile
_CONSTANTS = bool, int, float, complex, str, bytes, type(None), tuple, Enum


def fingerprint(kernel: Callable[..., Any]) -> str:
    """16 hex digits of all that is compiled into a kernel.

    The bytecode of the function and of every function that it calls, the constants that they read, and the fields of
    the named tuples they take. Comments, docstrings and whatever else their files hold make no difference.

    Parameters
    ----------
    kernel : callable
        A plain function, or one that numba has compiled.

    Returns
    -------
    str

    Raises
    ------
    NameError
        If something that a function uses is not defined yet.
    """
    parts: dict[str, str] = {}
    _collect(_plain(kernel), parts)
    text = "\n".join(f"{name} {parts[name]}" for name in sorted(parts))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def compiled_kernel(function: Callable[..., Any], *, within: Mapping[str, Any] | None = None, **options: Any) -> Any:
    """A kernel as numba compiles it at its first call, kept on disk until something changes that it is made of.

    Where no folder can be written, it is compiled in every process; a file on disk that was damaged, or can't be
    written, is said in a warning, and the kernel is compiled again.

    Parameters
    ----------
    function : callable
        A plain function.
    within : mapping, optional
        How what it calls is compiled: with other options it is another kernel.
    **options
        Of ``numba.njit``, besides ``cache``.
    """
    try:
        dispatcher: Any = njit(cache=True, **options)(function)
    except RuntimeError as error:
        if "cannot cache function" not in str(error):
            raise
        return njit(**options)(function)
    file = dispatcher._cache._cache_file  # numba has no public word for it
    stamp = f"{fingerprint(dispatcher)} {sorted(options.items())} {sorted((within or {}).items())}"
    checked = _CheckedFile(file._cache_path, Path(file._index_name).stem, stamp)
    checked._version = f"{file._version} {stamp} checked"  # looked at before types are read that may be gone
    dispatcher._cache._cache_file = checked
    return dispatcher


def is_kept(kernel: Any) -> bool | None:
    """Whether a kernel is on disk for this machine; None where none can be kept.

    Parameters
    ----------
    kernel
        What ``compiled_kernel`` returned.
    """
    file = getattr(kernel._cache, "_cache_file", None)
    return None if file is None else bool(file._load_index())


def waits_for(kernels: Sequence[Any], what: str, seconds: str) -> str:
    """What the next call of one of some kernels has to wait for, in words; "" where they are there.

    Parameters
    ----------
    kernels : sequence
        What ``lazily.compiled`` returned; compiled together.
    what : str
        What they are, for the sentence.
    seconds : str
        How long compiling takes, a word.
    """
    made = [kernel.kernel() for kernel in kernels]
    if any(kernel.signatures for kernel in made):
        return ""
    kept = is_kept(made[0])
    if kept is None:
        return (
            f"compiling {what}, about {seconds} seconds, in every process: no folder for compiled kernels can be "
            "written; NUMBA_CACHE_DIR names one"
        )
    return "" if kept else f"compiling {what} for this machine, once per installation: about {seconds} seconds ..."


class _CheckedFile(_NumbaFile):  # type: ignore[misc]  # untyped
    """Kernels on disk with a digest of each: machine code with a bit changed would not fail, it would be run."""

    def _load_index(self) -> dict[Any, str]:
        try:
            found: dict[Any, str] = super()._load_index()
        except OSError:
            return {}
        except Exception:  # pickle fails in many ways
            self._warn(f"{self._index_path} was damaged")
            return {}
        return found

    def load(self, key: Any) -> Any:
        found = super().load(key)
        if found is None:
            return None
        told, data = found
        return data if told == repr(key) else None

    def save(self, key: Any, data: Any) -> None:
        try:
            super().save(key, (repr(key), data))
        except OSError as error:
            self._warn(f"{self._cache_path} can't be written ({error.strerror})")

    def _save_data(self, name: str, data: Any) -> None:
        content = self._dump(data)
        with self._open_for_write(self._data_path(name)) as file:
            file.write(hashlib.sha256(content).digest() + content)

    def _load_data(self, name: str) -> Any:
        content = Path(self._data_path(name)).read_bytes()
        digest, data = content[:32], content[32:]
        if hashlib.sha256(data).digest() != digest:
            self._warn(f"{self._data_path(name)} was damaged")
            return None
        return pickle.loads(data)

    def _warn(self, what: str) -> None:
        warnings.warn(f"{what}; the kernel is compiled again", RuntimeWarning, stacklevel=2)


def _plain(function: Any) -> Any:
    """The Python function behind a numba dispatcher or a wrapper."""
    return inspect.unwrap(getattr(function, "py_func", function))


def _collect(function: FunctionType, parts: dict[str, str]) -> None:
    """Adds to ``parts``, by name, what a function and all that it uses consist of."""
    key = f"{function.__module__}.{function.__qualname__}"
    if key in parts:
        return
    parts[key] = f"{_code(function.__code__)} {function.__defaults__!r}"
    seen = function.__globals__
    for name in sorted(_globals(function.__code__)):
        if name in seen:
            _collect_value(f"{key}:{name}", seen[name], function.__code__, parts)
        elif not hasattr(builtins, name):
            raise NameError(f"{key} uses {name}, which is not defined yet; compile it further down in its file")
    for name in sorted(set(map(str, function.__annotations__.values())) & seen.keys()):
        _collect_value(f"{key}:{name}", seen[name], function.__code__, parts)


def _collect_value(key: str, value: Any, code: CodeType, parts: dict[str, str]) -> None:
    found = _plain(value) if callable(value) and not isinstance(value, type) else value
    home = found.__name__ if isinstance(found, ModuleType) else getattr(found, "__module__", "")
    if str(home).partition(".")[0] in _VERSIONED:
        return
    if isinstance(found, FunctionType):
        _collect(found, parts)
        parts[key] = f"{found.__module__}.{found.__qualname__}"
    elif isinstance(found, ModuleType):
        for name in sorted(_names(code) & vars(found).keys()):
            _collect_value(f"{key}.{name}", vars(found)[name], code, parts)
    elif isinstance(found, type):
        fields = getattr(found, "_fields", ())
        parts[key] = f"{found.__qualname__} {fields} {[found.__annotations__.get(name) for name in fields]}"
    elif isinstance(found, _CONSTANTS):
        parts[key] = repr(found)
    elif hasattr(found, "tobytes"):  # an array
        parts[key] = f"{found.dtype} {found.shape} {hashlib.blake2b(found.tobytes(), digest_size=8).hexdigest()}"


@cache
def _globals(code: CodeType) -> set[str]:
    """Names that a function looks up outside of itself."""
    found = {str(step.argval) for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return found.union(*map(_globals, _nested(code)))


@cache
def _names(code: CodeType) -> set[str]:
    """Those and names of attributes."""
    return set(code.co_names).union(*map(_names, _nested(code)))


def _nested(code: CodeType) -> list[CodeType]:
    return [part for part in code.co_consts if isinstance(part, CodeType)]


@cache
def _code(code: CodeType) -> str:
    """Instructions and constants, without the docstring and line numbers."""
    constants = code.co_consts[1:] if code.co_consts and isinstance(code.co_consts[0], str) else code.co_consts
    told = [_code(part) if isinstance(part, CodeType) else _constant(part) for part in constants]
    return f"{code.co_code.hex()} {told} {code.co_names} {code.co_varnames} {code.co_freevars}"


def _constant(value: object) -> str:
    return repr(sorted(value, key=repr)) if isinstance(value, frozenset) else repr(value)
