"""``Switching``: strategies one after the other, or several at a time, on one account that goes on across the seams."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...data.errors import ParameterError
from ...data.panel import Panel
from ...data.pullback import PullbackRule
from ...data.types import Flags, Floats, Ints
from ...engine.canonical import describe
from ...engine.strategy import Plan, Portfolio, Strategy, Weights, as_strategy, can_decide
from ..part import Part
from ..rotation import Rotation
from ..schedules import Every
from .mixture import Mixture

_SCALARS = ("min_hold", "max_swaps", "stop", "trail", "max_age")


@dataclass(frozen=True)
class Stretch:
    """Some sessions in which the same strategies decide.

    Parameters
    ----------
    since : str
        ISO date of the first session after whose close they decide; they do until the next stretch begins.
    members : tuple of int
        Places in ``Switching.strategies``; none is cash.
    weights : tuple of float
        Share of each member, > 0, in sum 1.

    Raises
    ------
    ParameterError
        For what is no date, and weights that don't fit.
    """

    since: str = "1970-01-01"
    members: tuple[int, ...] = ()
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name in ("members", "weights"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        try:
            datetime.date.fromisoformat(self.since)
        except (TypeError, ValueError):
            raise ParameterError(f"Stretch.since must be an ISO date such as 2020-01-31, was {self.since!r}") from None
        fits = len(self.members) == len(self.weights) == len(set(self.members))
        if not fits or not all(weight > 0 for weight in self.weights):
            raise ParameterError(
                f"Stretch needs a weight > 0 for each member, each once; was {self.members} with {self.weights}"
            )
        if self.members and abs(sum(self.weights) - 1.0) > 1e-9:
            raise ParameterError(f"the weights of a Stretch must have the sum 1, was {sum(self.weights):g}")


@dataclass(frozen=True)
class InTurn(Part):
    """The sessions of schedules, each from its date on until the next one's.

    A schedule that counts sessions counts them from the run's first one, so that a seam does not set it back.

    Parameters
    ----------
    schedules : tuple of schedules
        None for cash, which asks once, in the first session of its stretch.
    since : tuple of str
        ISO date from which each asks, ascending.
    """

    schedules: tuple[Any, ...] = ()
    since: tuple[str, ...] = ()

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> Flags:
        """The sessions of whichever schedule has its turn.

        Parameters
        ----------
        sessions : DatetimeIndex of shape (T,)
        first : int
            Row from which decisions count.

        Returns
        -------
        bool array of shape (T,)
        """
        out = np.zeros(len(sessions), np.bool_)
        known: dict[int, Flags] = {}
        for schedule, low, high in self._turns(sessions):
            if schedule is None:
                out[max(low, first) : high][:1] = True
                continue
            if id(schedule) not in known:
                known[id(schedule)] = np.asarray(schedule.decision_sessions(sessions, first))
            out[low:high] = known[id(schedule)][low:high]
        return out

    def planned(self, sessions: pd.DatetimeIndex, first: int) -> pd.DatetimeIndex:
        """The calendar date that each of the ``decision_sessions`` stands for, in their order.

        Parameters
        ----------
        sessions : DatetimeIndex of shape (T,)
        first : int
        """
        days = sessions.to_numpy().copy()
        for schedule, low, high in self._turns(sessions):
            tell = getattr(schedule, "planned", None)
            if tell is None:
                continue
            rows = np.flatnonzero(schedule.decision_sessions(sessions, first))
            mine = (rows >= low) & (rows < high)
            days[rows[mine]] = pd.DatetimeIndex(tell(sessions, first)).to_numpy()[mine]
        return pd.DatetimeIndex(days[self.decision_sessions(sessions, first)]).as_unit(sessions.unit)

    def _turns(self, sessions: pd.DatetimeIndex) -> Iterator[tuple[Any, int, int]]:
        begins = [*rows_since(self.since, sessions), len(sessions)]
        return zip(self.schedules, begins[:-1], begins[1:], strict=True)


@dataclass(frozen=True, repr=False)
class Switching(Part, Strategy):
    """Follows one strategy, or several, in each of some stretches of time; what a walk-forward trades.

    The account is one. Positions, the day on which each was opened, and orders that wait are carried across a seam as
    they are: nothing is traded for the seam's sake, and the strategy whose turn it is decides at its next own session,
    from what is held then. Hold bands, minimum holds and exits are those of the strategy whose turn it is, and go by
    the account's own holdings and their age. So with the same strategy in every stretch it is that strategy.

    Where several are followed, the target is the mean of their latest targets by their weights. Each has holdings of
    its own on paper, from the panel's first session on, as a tranche has (``Tranches``).

    A stretch without members sells everything at its first decision, and holds cash.

    Parameters
    ----------
    strategies : tuple of strategies
        With ``decide(view, portfolio)``.
    stretches : tuple of Stretch
        By date, ascending. Before the first nothing is decided.

    Raises
    ------
    ParameterError
        For what can't decide, for stretches that aren't in order, and where several are followed at a time that are no
        rotations, have exits, or decide on different schedules.

    Notes
    -----
    A strategy that remembers what it was asked remembers its own stretches only.

    Examples
    --------
    >>> from sectorlead import Momentum, TopN
    >>> fast, slow = Rotation(Momentum(20), TopN(3)), Rotation(Momentum(120), TopN(3))
    >>> rule = Switching((fast, slow), (Stretch("2016-01-01", (1,), (1.0,)), Stretch("2017-01-01", (0,), (1.0,))))
    >>> [stretch.members for stretch in rule.stretches]
    [(1,), (0,)]
    """

    strategies: tuple[Any, ...] = (Rotation(),)
    stretches: tuple[Stretch, ...] = (Stretch("1970-01-01", (0,), (1.0,)),)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("strategies", "stretches"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for strategy in self.strategies:
            if not can_decide(strategy):
                raise ParameterError(
                    f"Switching needs objects with decide(view, portfolio), was {strategy!r}; a backtrader.Strategy "
                    "sends orders of its own and can't be followed"
                )
        if not self.stretches or not all(isinstance(stretch, Stretch) for stretch in self.stretches):
            raise ParameterError(f"Switching.stretches must be one Stretch or more, was {self.stretches!r}")
        since = [stretch.since for stretch in self.stretches]
        if since != sorted(set(since)):
            raise ParameterError(f"the stretches of Switching must be in the order of their dates, were {since}")
        for stretch in self.stretches:
            if not all(0 <= member < len(self.strategies) for member in stretch.members):
                raise ParameterError(
                    f"members of a Stretch are numbers from 0 to {len(self.strategies) - 1}, were {stretch.members}"
                )
        self._followed  # noqa: B018  # sees to it that those that are followed together can be

    def __repr__(self) -> str:
        return describe(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Switching:
        """As any part; a copy follows the copies of the strategies."""
        made = super().__deepcopy__(memo)
        if made is not self:
            vars(made).pop("_followed", None)
        return made

    @property
    def schedule(self) -> InTurn:  # type: ignore[override]  # a value of the strategies
        """The sessions of whichever strategies have their turn."""
        schedules = tuple(None if it is None else it.schedule or Every(1) for it in self._followed)
        return InTurn(schedules, self._since)

    @property
    def watchful(self) -> bool:  # type: ignore[override]
        """Whether any of them is."""
        return any(it is not None and it.watchful for it in self._followed)

    @property
    def pullback_rule(self) -> PullbackRule | None:
        """Theirs, where all have the same."""
        rules = [it.pullback_rule for it in self._followed if it is not None]
        return rules[0] if rules and all(rule == rules[0] for rule in rules) else None

    def plan(self, panel: Panel, first: int, last: int) -> Plan | None:
        """The decisions of each in its own stretches.

        Parameters
        ----------
        panel : Panel
        first, last : int
            Rows, both included.

        Returns
        -------
        Plan or None
            None where one of them has none, and where exits, minimum holds or swaps differ between stretches: then
            each decision is asked for.
        """
        begins = rows_since(self._since, panel.sessions)
        plans: dict[int, Plan | None] = {}
        for it in self._followed:
            if it is not None and id(it) not in plans:
                plans[id(it)] = it.plan(panel, first, last)
        made = [plan for plan in plans.values() if plan is not None]
        if len(made) < len(plans) or not made or not _alike(made):
            return None
        exits = made[0].stop or made[0].trail or made[0].max_age
        if exits and any(it is None for it in self._followed):
            return None  # an exit has nothing to say in cash
        parts = []
        for it, low, high in zip(self._followed, begins, (*begins[1:], last + 1), strict=True):
            plan = None if it is None else plans[id(it)]
            low, high = max(low, first), min(high, last + 1)
            if plan is not None:
                parts.append(_within(plan, low, high))
            elif low < high:
                parts.append(_cash(low, len(panel.symbols)))
        joined: dict[str, Any] = {
            name: np.concatenate([getattr(part, name) for part in parts]) for name in Decided._fields
        }
        return made[0]._replace(**joined)

    def decide(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        """What those say whose turn it is.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        weights or None
            None before the first stretch, and where they leave the portfolio alone.
        """
        k = self._turn(view)
        if k < 0:
            return None
        followed = self._followed[k]
        return np.zeros(len(view.symbols)) if followed is None else followed.decide(view, portfolio)

    def between(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        """What the one whose turn it is wants changed outside its decisions.

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
        k = self._turn(view)
        followed = self._followed[k] if k >= 0 else None
        return followed.between(view, portfolio) if followed is not None and followed.watchful else None

    def ranking(self, view: Panel) -> tuple[Ints, Floats]:
        """Rank and score of the one whose turn it is; of several, those of the one with the largest weight."""
        k = self._turn(view)
        followed = self._followed[k] if k >= 0 else None
        return super().ranking(view) if followed is None else followed.ranking(view)

    def with_seed(self, seed: int) -> Switching:
        """The same with another seed for each; itself if nothing about them is random."""
        seeded = tuple(as_strategy(strategy).with_seed(seed) for strategy in self.strategies)
        same = all(one is other for one, other in zip(seeded, self.strategies, strict=True))
        return self if same else replace(self, strategies=seeded)

    def tracked(self, traded: Panel, first: Any = None, last: Any = None) -> pd.DataFrame | None:
        """How funds followed their sectors, where the first strategy holds funds.

        Parameters
        ----------
        traded : Panel
        first, last : date, optional
            Both included; default: all.
        """
        return as_strategy(self.strategies[0]).tracked(traded, first, last)

    @property
    def _since(self) -> tuple[str, ...]:
        return tuple(stretch.since for stretch in self.stretches)

    @cached_property
    def _followed(self) -> tuple[Strategy | None, ...]:
        """What is followed in each stretch; None is cash. The same object for the same members."""
        known: dict[Any, Strategy | None] = {((), ()): None}
        for stretch in self.stretches:
            key = stretch.members, stretch.weights
            if key not in known:
                chosen = [self.strategies[k] for k in stretch.members]
                one = len(chosen) == 1
                known[key] = as_strategy(chosen[0]) if one else Mixture(tuple(chosen), stretch.weights)
        return tuple(known[stretch.members, stretch.weights] for stretch in self.stretches)

    def _turn(self, view: Panel) -> int:
        """Which stretch decides after the close of the view's last session; -1 before the first."""
        return bisect_right(self._since, f"{view.session:%F}") - 1


class Decided(NamedTuple):
    """The fields of ``Plan`` that have a row for each decision."""

    rows: Ints
    order: Ints
    score: Floats
    base: Floats
    total: Floats
    top: Ints
    keep: Ints


def rows_since(since: Sequence[str], sessions: pd.DatetimeIndex) -> list[int]:
    """The first row on or after each date.

    Parameters
    ----------
    since : sequence of str
        ISO dates.
    sessions : DatetimeIndex of shape (T,)
    """
    return [int(row) for row in sessions.searchsorted(pd.DatetimeIndex(list(since)), side="left")]


def _within(plan: Plan, low: int, high: int) -> Decided:
    chosen = (plan.rows >= low) & (plan.rows < high)
    return Decided(*(getattr(plan, name)[chosen] for name in Decided._fields))


def _cash(row: int, n: int) -> Decided:
    """The one decision to sell everything."""
    none, one = np.zeros((1, n)), np.ones(1, np.int64)
    order = np.full((1, n), -1, np.int64)
    return Decided(np.array([row]), order, np.full((1, n), np.nan), none, np.zeros(1), one, one)


def _alike(plans: Sequence[Plan]) -> bool:
    """Whether plans agree in what is one for a whole run."""
    first = plans[0]
    return all(
        all(getattr(plan, name) == getattr(first, name) for name in _SCALARS)
        and (plan.price is first.price or np.array_equal(plan.price, first.price, equal_nan=True))
        for plan in plans[1:]
    )
