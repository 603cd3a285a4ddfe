"""What numpy can't do for every session at once is written as a plain loop, and compiled at its first call."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """``function`` as numba compiles it at its first call; numba is not loaded before that.

    The plain function stays at ``__wrapped__``, for tests and debuggers. It may use module constants, no globals that
    change.
    """

    @cache
    def kernel() -> Callable[P, R]:
        from .cache import compiled_kernel

        made: Callable[P, R] = compiled_kernel(function, nogil=True)
        return made

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return kernel()(*args, **kwargs)

    return call
