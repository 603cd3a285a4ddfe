"""``Rotation``: a strategy as a sentence of parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.errors import ParameterError
from ..data.panel import Panel
from ..data.pullback import PullbackRule
from ..data.types import Floats, Ints
from ..engine.canonical import describe
from ..engine.ranks import best_columns, ranks_of
from ..engine.strategy import Plan, Portfolio, Schedule, ScoreReading, Strategy
from .exposure.exits import Exits
from .exposure.guards import AlwaysIn, Guard
from .part import Part, Rows
from .picks.pick import Admission, Pick, TopN
from .schedules import Monthly
from .scores.pullback_strength import PullbackStrength
from .scores.score import Score
from .weights.weigh import Equal, JointWeigh, Weigh

# ruff: noqa: RUF009  # parts are frozen values, so a part may be a default

Ranks = Callable[["Rotation", Rows], tuple[Ints, Floats, Floats]]
"""Order, score and base of ``Plan`` for some rows, where rotations have them in common."""


@dataclass(frozen=True)
class Rotation(Part, Strategy):
    """Holds the best by a score: score, pick, weigh, guard, exits, on a schedule.

    After the close of each decision session a symbol is ranked if it has a bar that an order can fill in
    (``Panel.tradable``), is published (``Panel.known_from``), its score is finite and it can be weighed. Holdings
    ranked well enough stay, the best others fill up (see ``Pick``), and what is picked gets the guard's exposure times
    ``weigh.total`` of the equity. Where nothing can be ranked, or the exposure isn't known, nothing is decided and the
    portfolio stays; an exposure of 0 sells everything. Ties go to the smaller symbol.

    Parameters
    ----------
    score : Score
        Who ranks first.
    pick : Pick
        How many are held, and how long they may stay.
    weigh : Weigh
        How the invested part is split.
    guard : Guard
        How much may be invested.
    schedule : Schedule
        When to decide.
    exits : Exits
        What is sold between decisions.

    Examples
    --------
    >>> from sectorlead import Momentum, Weekly
    >>> Rotation(score=Momentum(60, skip=5), pick=TopN(3), schedule=Weekly()).pick
    TopN(n=3, hold_until_rank=None, min_hold=0, max_swaps=None)
    """

    score: Score = PullbackStrength()
    pick: Pick = TopN(5)
    weigh: Weigh = Equal()
    guard: Guard = AlwaysIn()
    schedule: Schedule = Monthly()
    exits: Exits = Exits()

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, kind in (("score", Score), ("pick", Pick), ("weigh", Weigh), ("guard", Guard), ("exits", Exits)):
            _check_part(name, kind.__name__, isinstance(getattr(self, name), kind), getattr(self, name))
        able = callable(getattr(self.schedule, "decision_sessions", None)) and not isinstance(self.schedule, type)
        _check_part("schedule", "schedule", able, self.schedule)

    @property
    def watchful(self) -> bool:  # type: ignore[override]  # a value of its exits
        """Whether ``between`` is to be asked: there are exits."""
        return self.exits.active

    def plan(self, panel: Panel, first: int, last: int) -> Plan | None:
        """The decisions after the closes of panel rows ``first`` to ``last``, both included.

        None where one pick depends on another, weights on the picked, or exits have a rule of their own: then each
        decision is asked for.

        Parameters
        ----------
        panel : Panel
        first, last : int
            Rows, both included.

        Returns
        -------
        Plan or None
        """
        own_exits = type(self.exits).fired is not Exits.fired
        if isinstance(self.weigh, JointWeigh) or type(self.pick).admission is not Pick.admission or own_exits:
            return None
        return self._decisions(panel, self.decision_rows(panel, first, last + 1))

    def decide(self, view: Panel, portfolio: Portfolio) -> Floats | None:
        """Target weights after the close of the view's last session.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        float array of shape (N,) or None
            Fractions of the equity; None leaves the portfolio alone.
        """
        plan = self._decisions(view, np.array([len(view.sessions) - 1]))
        if not len(plan.rows):
            return None
        picked = picked_columns(plan, portfolio, self.exits.fired(view, portfolio), self.pick.admission(view))
        if isinstance(self.weigh, JointWeigh):
            return self.weigh.split(view, picked, float(plan.total[0]))
        return shared_out(plan, picked)

    def between(self, view: Panel, portfolio: Portfolio) -> Floats | None:
        """What an exit sells now.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        float array of shape (N,) or None
            0 for what is to be sold, NaN for the rest; None where no exit fires.
        """
        fired = self.exits.fired(view, portfolio)
        return np.where(fired, 0.0, np.nan) if fired.any() else None

    def ranking(self, view: Panel) -> tuple[Ints, Floats]:
        """Rank (1 is best) and score after the view's last session, shape (N,) each; 0 and NaN can't be ranked."""
        _, score, _ = self._ranked(view, np.array([len(view.sessions) - 1]))
        return ranks_of(score)[0], score[0]

    @property
    def pullback_rule(self) -> PullbackRule | None:
        """That of its score."""
        return self.score.pullback_rule

    @property
    def reading(self) -> ScoreReading | None:
        """That of its score."""
        return self.score.reading

    @property
    def leaves_past(self) -> int | None:
        """The worst rank at which its pick lets a holding stay, where that is a number."""
        return (self.pick.hold_until_rank or self.pick.n) if isinstance(self.pick, TopN) else None

    def with_seed(self, seed: int) -> Rotation:
        """The same strategy with another seed; itself if nothing about it is random."""
        return replace(self, score=self.score.with_seed(seed))

    def _decisions(self, panel: Panel, rows: Rows, ranks: Ranks | None = None) -> Plan:
        exposure = self.guard.at(panel, rows)
        inside = (exposure >= 0) & (exposure <= 1)
        if not inside.all() and not (inside | np.isnan(exposure)).all():
            raise ParameterError(f"{self.guard!r} must give an exposure from 0 to 1, or NaN; gave {exposure!r}")
        top, keep = self.pick.at(panel, rows)
        by_all = self._goes_by_all or bool((keep < top).any())
        most = None if by_all else int(keep.max(initial=1))
        order, score, base = self._ranked(panel, rows, most) if ranks is None else ranks(self, rows)
        total = exposure * self.weigh.total
        decided = ((order[:, 0] >= 0) & ~np.isnan(total)) | (total == 0)
        arrays = rows, order, score, base, total, top, keep
        if not decided.all():
            arrays = tuple(array[decided] for array in arrays)
        swaps = -1 if self.pick.max_swaps is None else self.pick.max_swaps
        exits = self.exits.stop, self.exits.trailing, self.exits.sessions
        return Plan(*arrays, self.pick.min_hold, swaps, panel.last_adjusted_close, *exits)

    @property
    def _goes_by_all(self) -> bool:
        """Whether ranks past those that may be held matter.

        Else, of the first ``keep``, which are no fewer than ``top``, all that are held stay and any other can join.
        """
        own = type(self.pick).admission is not Pick.admission or type(self.exits).fired is not Exits.fired
        return own or self.exits.active or self.pick.min_hold > 0 or self.pick.max_swaps is not None

    def _ranked(self, panel: Panel, rows: Rows, most: int | None = None) -> tuple[Ints, Floats, Floats]:
        """Order, as far as ``most`` goes, score and base of ``Plan`` for these rows."""
        score, base = self.score.at(panel, rows), self.weigh.at(panel, rows)
        able = panel.tradable[rows] & panel.published[rows] & np.isfinite(score) & np.isfinite(base)
        able &= base > 0
        score, base = np.where(able, score, np.nan), np.where(able, base, 0.0)
        return best_columns(score, score.shape[1] if most is None else most), score, base


class SharedRanks:
    """Ranks of rotations by what they have in common, a score and weights; those of the latest are kept.

    Parameters
    ----------
    panel : Panel
    rows : int64 array of shape (U,)
        All that will be asked for, ascending.
    """

    def __init__(self, panel: Panel, rows: Rows) -> None:
        self.panel, self.rows = panel, rows
        self._of: tuple[Any, ...] = ()
        self._made: tuple[Ints, Floats, Floats] | None = None

    def __call__(self, rotation: Rotation, rows: Rows) -> tuple[Ints, Floats, Floats]:
        """Order, score and base of ``Plan`` for these rows."""
        of = rotation.score, rotation.weigh
        if self._made is None or any(a is not b for a, b in zip(of, self._of, strict=True)):
            self._of, self._made = of, rotation._ranked(self.panel, self.rows)
        at = np.searchsorted(self.rows, rows)
        order, score, base = self._made
        return order[at], score[at], base[at]


def rotation_of(given: Any) -> tuple[Any, tuple[str, ...]]:
    """What runs where a strategy is wanted: a score becomes the default ``Rotation`` by it, and a note says so.

    Parameters
    ----------
    given : object

    Returns
    -------
    strategy : object
        What was given, but for a ``Score`` or a class of scores.
    notes : tuple of str
        Empty but for a ``Score``.
    """
    if isinstance(given, type) and issubclass(given, Score):
        try:
            given = given()
        except TypeError as error:
            name = given.__name__
            raise ParameterError(f"{name} can't be made without arguments ({error}); give {name}(...)") from None
    if not isinstance(given, Score):
        return given, ()
    rule = Rotation(score=given)
    usual = ", ".join(describe(part) for part in (rule.pick, rule.weigh, rule.guard, rule.schedule))
    return rule, (f"{type(given).__name__} is a score, so it ran in the default Rotation: {usual}",)


def picked_columns(
    plan: Plan, portfolio: Portfolio, stopped: NDArray[np.bool_], admits: Admission | None = None
) -> list[int]:
    """Who is held after the only decision of a plan, best first of those who stay, then of those who join.

    The rule of ``Plan`` in words; the kernel ``pick`` is its twin.

    Parameters
    ----------
    plan : Plan
        Of one decision.
    portfolio : Portfolio
    stopped : bool array of shape (N,)
        Holdings that an exit sells.
    admits : callable, optional
        Whether a column may join those that are picked already.

    Returns
    -------
    list of int
        Columns; empty with no exposure.
    """
    if plan.total[0] == 0:
        return []
    row, top, keep = int(plan.rows[0]), int(plan.top[0]), int(plan.keep[0])
    ranked = [i for i in plan.order[0].tolist() if i >= 0]
    held = [i for i in ranked if portfolio.shares[i] > 0 and not stopped[i]]
    past = set(ranked[keep:])
    leaving = [i for i in held if i in past and row - portfolio.since[i] >= plan.min_hold]
    if 0 <= plan.max_swaps < len(leaving):
        leaving = leaving[len(leaving) - plan.max_swaps :]
    picked = [i for i in held if i not in leaving][:top]
    for i in ranked:
        if len(picked) == top:
            break
        if not portfolio.shares[i] > 0 and not stopped[i] and (admits is None or admits(picked, i)):
            picked.append(i)
    return picked


def shared_out(plan: Plan, picked: list[int]) -> Floats:
    """Target weights of the picked, by the only decision of a plan.

    Parameters
    ----------
    plan : Plan
    picked : list of int
        Columns, in the order in which they were picked.

    Returns
    -------
    float array of shape (N,)
        In sum ``plan.total[0]``, to rounding.
    """
    weight, base = np.zeros(plan.base.shape[1]), 0.0
    for i in picked:  # one by one in this order, as the kernel does: the weights must agree to the last bit
        base += plan.base[0, i]
    for i in picked:
        weight[i] = plan.total[0] * plan.base[0, i] / base
    return weight


def _check_part(name: str, wanted: str, fits: bool, value: Any) -> None:
    if fits:
        return
    if isinstance(value, type):
        called = value.__name__
        raise ParameterError(f"Rotation.{name} must be a {wanted}, was the class {called}: write {called}(...)")
    raise ParameterError(f"Rotation.{name} must be a {wanted}, was {value!r}")
