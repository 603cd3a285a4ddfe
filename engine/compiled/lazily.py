"""A plain loop and its compiled second name: numba is loaded, or waited for, only where that is worth it.

What numpy can't do for every session at once is written as a plain function. Both names give the same bits, so a small
run takes the plain one: it is done before numba is loaded, and long before anything is compiled (``chosen``). Meanwhile
the kernels are compiled in a process of their own (``background``).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial, wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

from ...data.errors import ParameterError
from . import background

P = ParamSpec("P")
R = TypeVar("R")

KERNELS = "SECTORLEAD_KERNELS"
"""Environment variable with one of ``WISHES``."""
WISHES = ("auto", "here", "compiled", "plain")
"""As ``chosen`` says; the same without a process that compiles; always compiled; never."""

LOADING, COMPILING = 0.6, 10.0
"""Seconds that the compiled kernels of a run cost before they begin: read from disk, and compiled."""

INSIDE: dict[str, Any] = {"_nrt": False, "forceinline": True, "error_model": "numpy"}
"""How numba compiles what kernels call: without reference counts, inside of the caller, and 1.0 / 0.0 is infinite."""

listeners: list[Callable[[str], None]] = []
"""Who is told, in words, that a run waits for its kernels to be compiled: a command line."""

_inside: list[Callable[..., Any]] = []  # what numba has not been told of yet
_spent = [0.0]  # seconds of plain work of this process, about


def jitable(function: Callable[P, R]) -> Callable[P, R]:
    """A plain function that kernels call, compiled into each of its callers: a call passes fifty arrays by value."""
    _inside.append(function)
    return function


def compiled(function: Callable[P, R], **options: Any) -> Callable[P, R]:
    """``function`` as numba compiles it at its first call; numba is not loaded before that.

    The plain function stays at ``__wrapped__``, for ``chosen``, tests and debuggers. It may use module constants, no
    globals that change.

    Parameters
    ----------
    function : callable
        A plain function.
    **options
        Of ``numba.njit``, besides ``cache``, ``nogil`` and ``error_model``.
    """

    @cache
    def kernel() -> Callable[P, R]:
        from .cache import compiled_kernel

        _tell_numba()
        made: Callable[P, R] = compiled_kernel(function, within=INSIDE, nogil=True, error_model="numpy", **options)
        return made

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return kernel()(*args, **kwargs)

    call.__dict__["kernel"] = kernel
    return call


def chosen(call: Callable[P, R], seconds: float, told: str = "") -> Callable[P, R]:
    """The compiled kernel, or its plain function where that is done sooner.

    Plain as long as what has run plain in this process takes less than to load numba, or, where no kernel is on disk
    yet, less than to compile it; once a kernel has been loaded, always that.

    Parameters
    ----------
    call : callable
        What ``compiled`` returned.
    seconds : float
        What the plain function will take, about.
    told : str
        What it is called where ``listeners`` are told that they have to wait for it; "" tells nobody.

    Raises
    ------
    ParameterError
        The environment variable ``SECTORLEAD_KERNELS`` is none of ``WISHES``.
    """
    kernel = call.__dict__.get("kernel")
    if kernel is None:  # replaced by a function that is compiled, or needs no compiling
        return call
    if kernel.cache_info().currsize and kernel().overloads:
        return kernel()  # type: ignore[no-any-return]
    wish = os.environ.get(KERNELS) or WISHES[0]
    if wish not in WISHES:
        raise ParameterError(f"the environment variable {KERNELS} must be one of {', '.join(WISHES)}, was {wish!r}")
    if wish == "compiled" or (wish != "plain" and not _plainly(kernel, seconds)):
        if told and listeners:
            _tell(call, told)
        return kernel()  # type: ignore[no-any-return]
    _spent[0] += seconds
    if wish == "auto":
        background.begin()
    return partial(_plain, call.__wrapped__)  # type: ignore[attr-defined]


def _plainly(kernel: Callable[[], Any], seconds: float) -> bool:
    taken = _spent[0] + seconds
    if taken <= LOADING:
        return True
    from .cache import is_kept

    return taken <= COMPILING and not is_kept(kernel())


def _tell(call: Callable[..., Any], told: str) -> None:
    from .cache import waits_for

    if words := waits_for((call,), told, "ten"):
        for listener in listeners:
            listener(words)


def _plain(function: Callable[..., R], *args: Any) -> R:
    """Numpy's numbers do what compiled ones do, but would warn of it."""
    with np.errstate(all="ignore"):
        return function(*args)


def _tell_numba() -> None:
    from numba.extending import register_jitable

    while _inside:
        register_jitable(**INSIDE)(_inside.pop())
