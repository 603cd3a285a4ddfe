"""What the engines ask of a strategy. They know no strategy."""

from __future__ import annotations

import weakref
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..data.errors import ParameterError
from ..data.panel import Panel
from ..data.pullback import PullbackRule
from ..data.timed_prices import seen_at
from ..data.types import Floats, Ints
from .canonical import to_data
from .code_version import is_own
from .config import RunConfig

MOST_KEPT = 32
"""Schedules whose sessions a panel remembers, the latest."""
_schedules: weakref.WeakKeyDictionary[Panel, dict[Any, Ints]] = weakref.WeakKeyDictionary()

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


class ScoreReading(NamedTuple):
    """What a value of a score says to a reader.

    Attributes
    ----------
    kind : str
        "beyond-beta" and "ahead" since the benchmark's peak, "spared" of its falls since then, or "gain" over the last
        sessions; fractions.
    sessions : int
        Of "gain".
    """

    kind: str
    sessions: int = 0


class Schedule(Protocol):
    """When a strategy decides.

    An optional method ``planned(sessions, first)`` gives the calendar date that each decision session stands for.
    """

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> NDArray[np.bool_]:
        """Whether to decide after each close.

        Parameters
        ----------
        sessions : DatetimeIndex of shape (T,)
        first : int
            Row in which the run starts.

        Returns
        -------
        bool array of shape (T,)
            All False before row ``first``.
        """
        ...


class Plan(NamedTuple):
    """A rotation as arrays: what the compiled engine runs without calling Python.

    D decisions in N symbols; row d is decided after the close of panel row ``rows[d]`` from panel rows <= ``rows[d]``.

    Attributes
    ----------
    rows : int64 array of shape (D,)
        Strictly increasing panel rows.
    order : int64 array of shape (D, R)
        Columns from the best rank on, -1 after the last that can be ranked. R is N, or at least the largest ``keep``
        where nothing stays past it: no exits, no ``min_hold``, no ``max_swaps``.
    score : float64 array of shape (D, N)
        For the record, which has its ranks from it; NaN can't be ranked.
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


class Decides(Protocol):
    """What a strategy that is no ``Strategy`` must have; it may have any of that class's other attributes."""

    def decide(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        """As ``Strategy.decide``.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        weights or None
        """
        ...


class Strategy(ABC):
    """Decides a target portfolio after the close of a session; any Python, path-dependent if it likes.

    Subclass it with ``decide``, and override what else differs from its defaults. A class of one's own need not
    subclass it: an object with ``decide`` alone runs too, and any of the other attributes is used where it has it.

    Attributes
    ----------
    schedule : Schedule or None
        In which sessions it is asked; None for every session.
    watchful : bool
        Whether ``between`` is asked in sessions in which nothing was decided.
    """

    schedule: Schedule | None = None
    watchful: bool = False

    @abstractmethod
    def decide(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        """The target portfolio, from what is known after a session's close.

        Parameters
        ----------
        view : Panel
            The panel up to the decision's session; later rows are not in it.
        portfolio : Portfolio
            What is owned now.

        Returns
        -------
        mapping, Series or array of shape (N,), or None
            Fractions of equity, >= 0 and in sum <= 1, the rest is cash; None leaves the portfolio as it is.
        """

    def between(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        """As ``decide``, where that was not asked or answered None; what the answer does not name is left alone.

        In an array NaN stands for what is left alone. Only asked if the strategy is ``watchful``.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        weights or None
            Fractions of the equity; None where there is nothing to do.
        """
        return None

    def plan(self, panel: Panel, first: int, last: int) -> Plan | None:
        """All decisions at once, where they compile to arrays: the same as ``decide`` gives, one by one.

        Parameters
        ----------
        panel : Panel
            The whole panel; a decision goes by rows up to its own.
        first, last : int
            The first and the last row after whose closes decisions are made, both included.

        Returns
        -------
        Plan or None
            None: each decision is asked for.
        """
        return None

    def ranking(self, view: Panel) -> tuple[Ints, Floats]:
        """Rank (1 is best) and score after the view's last session, shape (N,) each, for the record.

        0 and NaN where a symbol can't be ranked, or the strategy does not rank.
        """
        n = len(view.symbols)
        return np.zeros(n, np.int64), np.full(n, np.nan)

    def with_seed(self, seed: int) -> Any:
        """The same strategy with another seed; itself if nothing about it is random."""
        return self

    def tracked(self, traded: Panel, first: Any = None, last: Any = None) -> pd.DataFrame | None:
        """How what is traded followed what was seen; nothing where both are the same.

        Parameters
        ----------
        traded : Panel
        first, last : date, optional
            Both included; default: all.

        Returns
        -------
        DataFrame or None
        """
        return None

    @property
    def pullback_rule(self) -> PullbackRule | None:
        """What a pullback of the benchmark is to it, for reports; None where it goes by none."""
        return None

    @property
    def reading(self) -> ScoreReading | None:
        """What its scores say, for reports; None where that is not known."""
        return None

    @property
    def leaves_past(self) -> int | None:
        """The worst rank at which a holding stays, for reports; None where there is no such rank."""
        return None

    @property
    def uses_seed(self) -> bool:
        """Whether another seed makes it another strategy."""
        return bool(to_data(self.with_seed(0)) != to_data(self.with_seed(1)))

    def decision_rows(self, panel: Panel, first: int, last: int) -> Ints:
        """The sessions in which it is asked: its schedule's, or all.

        The run's last session is left out, as nothing could be filled after it.

        Parameters
        ----------
        panel : Panel
        first, last : int
            Rows from ``first`` to before ``last``.

        Returns
        -------
        int64 array of shape (D,)

        Raises
        ------
        ParameterError
            A schedule that is none.
        """
        return asked_rows(self.schedule, panel, first, last)


def asked_rows(schedule: Schedule | None, panel: Panel, first: int, last: int) -> Ints:
    """The sessions in which a schedule asks; all of them without one.

    Parameters
    ----------
    schedule : Schedule or None
    panel : Panel
    first, last : int
        Rows from ``first`` to before ``last``.

    Returns
    -------
    int64 array of shape (D,)

    Raises
    ------
    ParameterError
        A schedule that is none.
    """
    if schedule is None:
        return np.arange(first, last, dtype=np.int64)
    if not callable(getattr(schedule, "decision_sessions", None)):
        raise ParameterError(f"a schedule has decision_sessions(sessions, first), as Monthly() has; was {schedule!r}")
    if is_own(type(schedule)):  # of one's own, and may answer otherwise the next time
        return _asked(schedule, panel, first, last)
    known, key = _schedules.setdefault(panel, {}), (type(schedule), schedule, first, last)
    rows = known.pop(key, None)
    if rows is None:
        rows = _asked(schedule, panel, first, last)
    known[key] = rows
    while len(known) > MOST_KEPT:
        known.pop(next(iter(known)), None)
    return rows.copy()


def _asked(schedule: Schedule, panel: Panel, first: int, last: int) -> Ints:
    asked = schedule.decision_sessions(panel.sessions, first)
    return first + np.flatnonzero(asked[first:last])


class Foreign(Strategy):
    """A strategy that is no ``Strategy``: its own attributes where it has them, the defaults where not.

    For a ``backtrader.Strategy``, or a tuple of one and its parameters, all is default: it places orders, and decides
    nothing.

    Parameters
    ----------
    given : object

    Raises
    ------
    ParameterError
        It is watchful without ``between``.
    """

    def __init__(self, given: Any) -> None:
        self.given = given
        self._own: Any = object() if isinstance(given, type | tuple) else given
        if self.watchful and not callable(getattr(given, "between", None)):
            raise ParameterError(f"{given!r} is watchful, and needs between(view, portfolio), asked between decisions")

    def _has(self, name: str) -> Any:
        """An attribute of the object, or the default of ``Strategy``."""
        return getattr(self._own, name, None) or getattr(super(), name)

    @property
    def schedule(self) -> Schedule | None:  # type: ignore[override]  # read from the object, which may change it
        """The object's schedule, if it has one."""
        return getattr(self._own, "schedule", None)

    @property
    def watchful(self) -> bool:  # type: ignore[override]
        """Whether the object says that it is watchful."""
        return bool(getattr(self._own, "watchful", False))

    def decide(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        """What the object decides.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        weights or None
        """
        answer: Weights | None = self._own.decide(view, portfolio)
        return answer

    def between(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        """What the object wants changed between decisions.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        weights or None
        """
        answer: Weights | None = self._has("between")(view, portfolio)
        return answer

    def plan(self, panel: Panel, first: int, last: int) -> Plan | None:
        """The object's plan, if it makes one.

        Parameters
        ----------
        panel : Panel
        first, last : int
            Rows, both included.

        Returns
        -------
        Plan or None
        """
        plan: Plan | None = self._has("plan")(panel, first, last)
        return plan

    def ranking(self, view: Panel) -> tuple[Ints, Floats]:
        """The object's ranks, if it ranks."""
        ranks: tuple[Ints, Floats] = self._has("ranking")(view)
        return ranks

    def with_seed(self, seed: int) -> Any:
        """The object with another seed; itself if it takes none."""
        seeded = getattr(self._own, "with_seed", None)
        return self.given if seeded is None else seeded(seed)

    @property
    def pullback_rule(self) -> PullbackRule | None:
        """The object's, if it has one."""
        return getattr(self._own, "pullback_rule", None)

    def tracked(self, traded: Panel, first: Any = None, last: Any = None) -> pd.DataFrame | None:
        """The object's tracking table, if it has one.

        Parameters
        ----------
        traded : Panel
        first, last : date, optional
            Both included; default: all.

        Returns
        -------
        DataFrame or None
        """
        table: pd.DataFrame | None = self._has("tracked")(traded, first, last)
        return table


def view_of(panel: Panel, row: int, terms: RunConfig) -> Panel:
    """What a decision is made from: the panel up to the close of its session, or up to ``decide_at`` of it.

    Parameters
    ----------
    panel : Panel
    row : int
        Session.
    terms : RunConfig
    """
    return panel.until(row) if terms.decide_at is None else seen_at(panel, row, terms.decide_at)


def can_decide(given: Any) -> bool:
    """Whether this is an object with ``decide``; a class is none, nor is a ``backtrader.Strategy``."""
    return not isinstance(given, type) and callable(getattr(given, "decide", None))


def as_strategy(given: Any) -> Strategy:
    """A strategy as it is; anything else behind the interface of one."""
    return given if isinstance(given, Strategy) else Foreign(given)
