"""A strategy of its own for each run: what one run remembers is nothing to the next."""

from __future__ import annotations

import copy
import marshal
import weakref
from collections.abc import Mapping
from typing import Any

from ..data.errors import ParameterError
from .canonical import Data, to_data
from .class_names import backtrader_class, is_backtrader
from .strategy import can_decide

_settled: dict[int, weakref.ref[Any]] = {}
_told: dict[int, bytes] = {}
"""Data of settled strategies, by identity, marshalled."""


def is_settled(strategy: Any) -> bool:
    """Whether this very object was found to be values of this package all through (``settle``)."""
    known = _settled.get(id(strategy))
    return known is not None and known() is strategy


def settle(strategy: Any) -> None:
    """Notes that nothing in an object is the user's own, if nothing in it can change either: looked at once.

    Parameters
    ----------
    strategy : object
        In which ``lookahead.own_parts`` found nothing.
    """
    try:
        if copy.deepcopy(strategy) is strategy:
            key = id(strategy)
            _settled[key] = weakref.ref(strategy, lambda _: (_settled.pop(key, None), _told.pop(key, None)))
    except Exception:  # it can't be copied, or referred to: then it is looked at each time
        return


def data_of(strategy: Any) -> Data:
    """``canonical.to_data`` of a strategy, the caller's own; of one that can't change it is made once.

    Parameters
    ----------
    strategy : strategy
    """
    if not is_settled(strategy):
        return to_data(strategy)
    told = _told.get(id(strategy))
    if told is None:
        told = _told[id(strategy)] = marshal.dumps(to_data(strategy))
    return marshal.loads(told)


def fresh(strategy: Any) -> Any:
    """What a run works on: a deep copy of an object, a new object of a class, what a factory makes.

    Values that never change, such as parts and panels, are shared and not copied; the object given stays as it is.

    Parameters
    ----------
    strategy : object with ``decide``, class of such objects, function that returns one, or backtrader.Strategy class
        A ``backtrader.Strategy``, or a tuple of one and its parameters, is made anew by backtrader itself.

    Returns
    -------
    object

    Raises
    ------
    ParameterError
        For an object that can't be copied, a class that needs arguments, or what is none of these; says the way out.
    """
    if isinstance(strategy, tuple):
        kind = backtrader_class(strategy)
        if kind is not None and not isinstance(strategy[1], Mapping):
            raise ParameterError(
                f"parameters of {kind.__name__} must be a mapping from name to value, ({kind.__name__}, "
                f"{{'period': 20}}); was {strategy[1]!r}"
            )
        return strategy
    if isinstance(strategy, type):
        return strategy if is_backtrader(strategy) or not hasattr(strategy, "decide") else _made(strategy)
    if can_decide(strategy):
        if is_settled(strategy):
            return strategy
        try:
            return copy.deepcopy(strategy)
        except Exception as error:
            name = type(strategy).__name__
            raise ParameterError(
                f"{name} can't be copied ({type(error).__name__}: {error}), and each run works on a copy of its own, "
                f"so that no run sees what another left behind; give a function that makes it: lambda: {name}(...)"
            ) from None
    return _made(strategy) if callable(strategy) else strategy


def _made(maker: Any) -> Any:
    name = getattr(maker, "__name__", repr(maker))
    try:
        made = maker()
    except TypeError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
            raise  # the maker's own
        raise ParameterError(
            f"{name} can't be called without arguments ({error}); give an object, or a function that makes one: "
            f"lambda: {name}(...)"
        ) from None
    if not can_decide(made):
        raise ParameterError(
            f"{name}() gave {type(made).__name__}, which is no strategy; a strategy has decide(view, portfolio)"
        )
    return made
