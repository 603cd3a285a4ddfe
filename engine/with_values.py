"""Frozen dataclasses with other values in some fields, where nothing is left to check."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def with_values(given: Any, kind: type[T], /, **values: Any) -> T:
    """A dataclass of this kind with the fields of ``given``, but for some that are what its checks would leave.

    ``dataclasses.replace`` checks all fields again, at each step of every run. What is cached in ``given`` stays there.

    Parameters
    ----------
    given : dataclass instance
    kind : type
        Its class, or one with the same fields.
    **values
        Fields by name, as ``__post_init__`` would keep them.
    """
    made, held = object.__new__(kind), given.__dict__
    own = made.__dict__
    for name in given.__dataclass_fields__:
        own[name] = held[name]
    own.update(values)
    return made
