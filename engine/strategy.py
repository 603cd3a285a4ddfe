"""What the engines ask of a strategy. They know no strategy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..data.errors import ParameterError
from ..data.panel import Panel

Weights = Mapping[str, float] | pd.Series | NDArray[np.float64]
"""A target portfolio: fraction of equity per symbol (an array goes by the panel's symbols); the rest is cash."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What is owned when a decision is made, after the close of the view's last session.

    Attributes
    ----------
    cash, equity : float
        Currency.
    shares, weights : ndarray of shape (N,)
        By the panel's symbols; weights are fractions of equity at last known closes. Read-only.
    since : int64 ndarray of shape (N,)
        Panel row of the fill that opened the holding; -1 where nothing is held. Read-only.
    """

    cash: float
    equity: float
    shares: NDArray[np.float64]
    weights: NDArray[np.float64]
    since: NDArray[np.int64]


@runtime_checkable
class Strategy(Protocol):
    """A class that decides a target portfolio; any Python, path-dependent if it likes.

    An optional attribute ``schedule`` (a ``Schedule``) names the sessions in which it is asked; default: every session.
    Where an optional attribute ``watchful`` is true, ``between(view, portfolio)`` is asked if nothing was decided.
    """

    def decide(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        """Target weights from a panel that ends at the decision's session; None leaves the portfolio as it is."""
        ...


class Schedule(Protocol):
    """When a strategy decides.

    An optional method ``planned(sessions, first)`` gives the calendar date that each decision session stands for.
    """

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> NDArray[np.bool_]:
        """Whether to decide after each close, shape (T,); all False before row ``first``, where the run starts."""
        ...


class Plan(NamedTuple):
    """A rotation as arrays: what the compiled engine runs without calling Python.

    D decisions in N symbols; row d is decided after the close of panel row ``rows[d]`` from panel rows <= ``rows[d]``.

    Attributes
    ----------
    rows : int64 array of shape (D,)
        Strictly increasing panel rows.
    order : int64 array of shape (D, N)
        Columns from the best to the worst rank, -1 after the last that can be ranked.
    rank : int64 array of shape (D, N)
        1 is best; 0 can't be ranked.
    score : float64 array of shape (D, N)
        For the record only; NaN can't be ranked.
    base : float64 array of shape (D, N)
        Weights in proportion, > 0 wherever there is a rank.
    total : float64 array of shape (D,)
        Sum of the weights, in [0, 1]: exposure by the guard times the invested share.
    top : int64 array of shape (D,)
        How many to hold.
    keep : int64 array of shape (D,)
        A holding stays while its rank is not worse; >= ``top``.
    min_hold : int
        Sessions for which a holding that can be ranked stays whatever its rank; 0 for none.
    max_swaps : int
        How many holdings that can be ranked may leave for their rank in one decision, the worst first; -1 for any.
    price : float64 array of shape (T, N)
        Adjusted closes, carried, that the exits go by.
    stop, trail : float
        A holding is sold at a fall by this fraction from the close of the session that bought it, or from its highest
        close since; 0 for none.
    max_age : int
        A holding is sold this many sessions after it was bought; 0 for never.
    """

    rows: NDArray[np.int64]
    order: NDArray[np.int64]
    rank: NDArray[np.int64]
    score: NDArray[np.float64]
    base: NDArray[np.float64]
    total: NDArray[np.float64]
    top: NDArray[np.int64]
    keep: NDArray[np.int64]
    min_hold: int
    max_swaps: int
    price: NDArray[np.float64]
    stop: float
    trail: float
    max_age: int


@runtime_checkable
class Planned(Protocol):
    """A strategy whose decisions compile to arrays; it also has ``decide``, so any engine can run it."""

    def plan(self, panel: Panel, first: int, last: int) -> Plan | None:
        """The decisions after the closes of panel rows ``first`` to ``last``, both included; None if they don't."""
        ...

    def decide(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        """As ``Strategy.decide``."""
        ...


def decision_rows(strategy: Any, panel: Panel, first: int, last: int) -> NDArray[np.int64]:
    """Panel rows in which a strategy is asked, shape (D,): its schedule's, or all, from ``first`` to before ``last``.

    The run's last session is left out, as nothing could be filled after it.
    """
    schedule: Schedule | None = getattr(strategy, "schedule", None)
    if schedule is None:
        return np.arange(first, last, dtype=np.int64)
    if not callable(getattr(schedule, "decision_sessions", None)):
        raise ParameterError(f"a schedule has decision_sessions(sessions, first), as Monthly() has; was {schedule!r}")
    asked = schedule.decision_sessions(panel.sessions, first)
    return first + np.flatnonzero(asked[first:last])


def between_of(strategy: Any) -> Callable[[Panel, Portfolio], Weights | None] | None:
    """What a watchful strategy is asked where nothing was decided; None for one that is not watchful."""
    if not getattr(strategy, "watchful", False):
        return None
    between = getattr(strategy, "between", None)
    if not callable(between):
        raise ParameterError(f"{strategy!r} is watchful, and needs between(view, portfolio), asked between decisions")
    return between  # type: ignore[no-any-return]


def describe(strategy: Any) -> str:
    """The strategy as one line of text with its parameters, the same in every process.

    Its repr, if that is one of its own; otherwise class and attributes, or class and params of a backtrader.Strategy.
    """
    if isinstance(strategy, tuple):  # a backtrader.Strategy and its parameters
        kind, given = strategy
        return _call(kind, _params(kind) | dict(given))
    if isinstance(strategy, type):
        return _call(strategy, _params(strategy))
    text = repr(strategy)
    return _call(type(strategy), vars(strategy)) if " object at 0x" in text else text


def _params(kind: type) -> dict[str, Any]:
    pairs = getattr(getattr(kind, "params", None), "_getpairs", dict)  # what backtrader makes of ``params``
    return dict(pairs())


def _call(kind: type, values: Mapping[str, Any]) -> str:
    shown = {key: repr(value) for key, value in values.items() if not key.startswith("_")}
    return f"{kind.__qualname__}({', '.join(f'{k}={v}' for k, v in shown.items() if ' object at 0x' not in v)})"
