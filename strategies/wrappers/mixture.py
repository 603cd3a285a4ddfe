"""Several rules held at once: the mean of their latest targets, each with holdings of its own on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...data.errors import ParameterError
from ...data.panel import Panel
from ...data.types import Flags, Floats, Ints
from ...engine.canonical import describe
from ...engine.strategy import Plan, Portfolio, Strategy
from ..indicators.breadth import across
from ..part import Part
from ..rotation import Rotation, picked_columns, shared_out
from .tranches import Staggered, Tranches


@dataclass(frozen=True, repr=False)
class Mixture(Part, Strategy):
    """Holds several rotations by fixed weights; what ``Switching`` follows where it follows several.

    The target after a decision is the mean of the latest targets of all by their weights; one that has not decided yet
    is in cash. Each has holdings of its own on paper from the panel's first session on, which its hold band, minimum
    hold and swaps go by, and a schedule that counts sessions counts them from there: ``Tranches`` says why. So a
    decision depends on the panel alone.

    Parameters
    ----------
    members : tuple of Rotation or Tranches
        Without exits, all with the same schedule.
    weights : tuple of float
        Share of each, > 0, in sum 1.

    Raises
    ------
    ParameterError
        For other members.
    """

    members: tuple[Any, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        for member in self.members:
            if type(member) not in (Rotation, Tranches):
                raise ParameterError(
                    f"several strategies can be held at once only where each is a Rotation, was {describe(member)}; "
                    "follow one at a time"
                )
            if member.watchful:
                raise ParameterError(
                    f"several strategies can't be held at once where one has exits, was {member.exits!r}: a holding "
                    "of the account belongs to several, bought at several prices; follow one at a time"
                )
        schedules = {describe(member.schedule): member for member in self.members}
        if len(schedules) > 1:
            raise ParameterError(
                f"several strategies can be held at once only with one schedule, had {' and '.join(schedules)}; "
                "leave the schedule out of what varies, or follow one at a time"
            )

    def __repr__(self) -> str:
        return describe(self)

    @property
    def schedule(self) -> Staggered:  # type: ignore[override]  # that of its members
        """When all of them decide."""
        return paper(self.members[0]).schedule

    def plan(self, panel: Panel, first: int, last: int) -> Plan:
        """The decisions after the closes of panel rows ``first`` to ``last``, both included, as fixed weights.

        Parameters
        ----------
        panel : Panel
        first, last : int
            Rows, both included.

        Returns
        -------
        Plan
            Every weight is fixed.
        """
        return self._plan(panel, self.schedule.asked(panel.sessions)[: last + 1], first)

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
            None leaves the portfolio alone.
        """
        asked = paper(self.members[0]).asked_last(view.sessions)
        plan = self._plan(view, asked, len(asked) - 1)
        if not len(plan.rows):
            return None
        return shared_out(plan, picked_columns(plan, portfolio, np.zeros(len(view.symbols), np.bool_)))

    def ranking(self, view: Panel) -> tuple[Ints, Floats]:
        """Rank and score of the member with the largest weight, the first of them."""
        return self._first.ranking(view)

    def with_seed(self, seed: int) -> Mixture:
        """The same with another seed for each; itself if nothing about them is random."""
        seeded = tuple(member.with_seed(seed) for member in self.members)
        return self if seeded == self.members else replace(self, members=seeded)

    @property
    def _first(self) -> Rotation:
        member = self.members[max(range(len(self.weights)), key=lambda k: self.weights[k])]
        return member.rotation if isinstance(member, Tranches) else member

    def _plan(self, panel: Panel, asked: Flags, first: int) -> Plan:
        """The decisions from row ``first`` on, of schedules that asked in each row."""
        plans = [paper(member)._plan(panel, asked, 0) for member in self.members]
        rows = np.unique(np.concatenate([plan.rows for plan in plans]))
        weight = _mean(plans, self.weights, rows[rows >= first], len(panel.symbols))
        rows = rows[rows >= first]
        _, score, _ = self._first._ranked(panel, rows)
        everyone = np.full(len(rows), weight.shape[1])
        order = np.where(np.sort(weight <= 0, axis=1), -1, np.argsort(weight <= 0, axis=1, kind="stable"))
        return plans[0]._replace(
            rows=rows, order=order, score=score, base=weight, total=np.minimum(across(weight), 1.0),
            top=everyone, keep=everyone, min_hold=0, max_swaps=-1,
        )  # fmt: skip


def paper(member: Rotation | Tranches) -> Tranches:
    """A member with holdings of its own on paper."""
    return member if isinstance(member, Tranches) else Tranches(member, 1, 1)


def _mean(plans: Sequence[Plan], weights: Sequence[float], rows: Ints, n: int) -> Floats:
    """The mean of the latest targets after each decision, shape (D, N)."""
    out = np.zeros((len(rows), n))
    for plan, weight in zip(plans, weights, strict=True):
        if len(plan.rows):
            at = np.searchsorted(plan.rows, rows, side="right") - 1
            out += np.where(at[:, None] >= 0, weight * plan.base[at], 0.0)
    return out
