"""Tranches: one rule on several staggered schedules, so that no single rebalancing day decides the result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ...data.errors import ParameterError
from ...data.panel import Panel
from ...data.types import Flags, Floats, Ints
from ...engine.strategy import Plan, Portfolio, Strategy
from ..domain import parameter
from ..indicators.breadth import across
from ..part import Part
from ..picks.pick import Pick
from ..rotation import Ranks, Rotation, picked_columns, shared_out
from ..schedules import Every, Monthly
from ..weights.weigh import JointWeigh

# ruff: noqa: RUF009  # parts are frozen values, so a part may be a default


@dataclass(frozen=True)
class Staggered(Part):
    """The sessions of ``count`` tranches: those of a schedule, and those 1, 2, ... times ``spacing`` sessions later.

    The schedule counts from the panel's first session, not from the run's, so a tranche decides on the same days
    wherever a run starts. Where the first tranche and another would decide after the same close, as in a short month,
    the first waits for the next session: that a session ends a month is not to be seen in a panel that ends with it,
    that another tranche has its turn is, so a decision can tell whose it is.

    Parameters
    ----------
    schedule : Schedule
    count : int
        How many tranches.
    spacing : int
        Sessions from one to the next.

    Raises
    ------
    ParameterError
        For what is no schedule, or an ``Every`` too short for so many tranches.
    """

    schedule: Any = Monthly()
    count: int = parameter(4, low=1, high=250)
    spacing: int = parameter(5, low=1, high=250)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not callable(getattr(self.schedule, "decision_sessions", None)) or isinstance(self.schedule, type):
            raise ParameterError(f"Staggered.schedule must be a schedule, was {self.schedule!r}")
        if isinstance(self.schedule, Every) and self.schedule.sessions <= (self.count - 1) * self.spacing:
            raise ParameterError(
                f"{self.count} tranches, {self.spacing} sessions apart, don't fit into {self.schedule!r}: "
                "(count - 1) * spacing must be less than its sessions"
            )

    def asked(self, sessions: pd.DatetimeIndex) -> Flags:
        """Which tranches decide after each close, shape (T, count)."""
        own = self.schedule.decision_sessions(sessions, 0)
        out = np.stack([_later(own, k * self.spacing) for k in range(self.count)], axis=1)
        clash = own & out[:, 1:].any(axis=1)
        out[:, 0] = (own & ~clash) | _later(clash, 1)
        return out

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> Flags:
        """The sessions in which any tranche decides.

        Parameters
        ----------
        sessions : DatetimeIndex of shape (T,)
        first : int
            Row from which decisions count.

        Returns
        -------
        bool array of shape (T,)
        """
        asked: Flags = np.asarray(self.asked(sessions).any(axis=1))
        asked[:first] = False
        return asked


@dataclass(frozen=True)
class Tranches(Part, Strategy):
    """Splits the account into ``count`` tranches that follow one rule on staggered schedules.

    Tranche k decides k times ``spacing`` sessions after the rule's own schedule. After the close of each session in
    which one of them decides, the target of the whole account is the mean of the latest targets of all; one that has
    not decided yet is in cash. So the result does not hang on the day of the month, and every decision trades a part
    of the account only, besides what prices have moved since.

    Each tranche has holdings of its own on paper, those it picked last, held from the session after; hold band, minimum
    hold and swaps go by them. They run from the first session of the panel, whenever the run starts, so a decision
    depends on the panel alone, not on what could be traded, and a run that starts in the middle of the panel takes
    over all tranches with its first decision. What can't be bought at one decision is asked for again at the next. A
    session in which none of those that are asked can decide leaves the account alone.

    Weights and picks that depend on who else is picked (``Capped``, ``DiverseTopN``) go through Python at every
    decision of every tranche; the plan is made once, but ``decide`` makes it anew up to its session each time, which
    the backtrader engine feels.

    Parameters
    ----------
    rotation : Rotation
        The rule, without exits: a holding of the account belongs to several tranches.
    count : int
        How many tranches.
    spacing : int
        Sessions from one to the next: about the sessions between two decisions of the rule over ``count``, 5 for 4
        tranches of a monthly rule.

    Raises
    ------
    ParameterError
        For what is no rotation, or one with exits.

    Notes
    -----
    Hoffstein, Faber, Braun, "Rebalance Timing Luck: The (Dumb) Luck of Smart Beta" (2020); the overlapping portfolios
    of Jegadeesh and Titman, Journal of Finance 48 (1993), are the same with a tranche for each period.

    Examples
    --------
    >>> from sectorlead import Momentum, Monthly
    >>> rule = Tranches(Rotation(Momentum(120), schedule=Monthly()), count=4, spacing=5)
    """

    rotation: Rotation = Rotation()
    count: int = parameter(4, low=1, high=250, grid=(1, 2, 4))
    spacing: int = parameter(5, low=1, high=250)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.rotation, Rotation):
            raise ParameterError(f"Tranches.rotation must be a Rotation, was {self.rotation!r}")
        if self.rotation.watchful:
            raise ParameterError(
                f"Tranches can't run {self.rotation.exits!r}: a holding of the account belongs to several tranches, "
                "bought at several prices; leave exits out, or run the rotation by itself"
            )
        Staggered(self.rotation.schedule, self.count, self.spacing)  # sees to it that they fit

    @property
    def schedule(self) -> Staggered:  # type: ignore[override]  # a value of its parts
        """When any of the tranches decides."""
        return Staggered(self.rotation.schedule, self.count, self.spacing)

    def plan(self, panel: Panel, first: int, last: int, ranks: Ranks | None = None) -> Plan:
        """The decisions after the closes of panel rows ``first`` to ``last``, both included, as fixed weights.

        Parameters
        ----------
        panel : Panel
        first, last : int
            Rows, both included.
        ranks : callable, optional
            Has the ranks of the rule, where several have them in common (``SharedRanks``).

        Returns
        -------
        Plan
            Every weight is fixed.
        """
        return self._plan(panel, self.schedule.asked(panel.sessions)[: last + 1], first, ranks)

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
        asked = self.asked_last(view.sessions)
        plan = self._plan(view, asked, len(asked) - 1)
        if not len(plan.rows):
            return None
        return shared_out(plan, picked_columns(plan, portfolio, np.zeros(len(view.symbols), np.bool_)))

    def asked_last(self, sessions: pd.DatetimeIndex) -> Flags:
        """Which tranches decide after each close, shape (T, count), where one of them does after the last.

        Parameters
        ----------
        sessions : DatetimeIndex of shape (T,)
        """
        asked = self.schedule.asked(sessions)
        if not asked[-1].any():
            asked[-1, 0] = True  # it is asked, and it is nobody else's turn
        return asked

    def ranking(self, view: Panel) -> tuple[Ints, Floats]:
        """Rank (1 is best) and score after the view's last session, shape (N,) each; 0 and NaN can't be ranked."""
        return self.rotation.ranking(view)

    def with_seed(self, seed: int) -> Tranches:
        """The same strategy with another seed; itself if nothing about it is random."""
        return replace(self, rotation=self.rotation.with_seed(seed))

    def _plan(self, panel: Panel, asked: Flags, first: int, ranks: Ranks | None = None) -> Plan:
        """The decisions from row ``first`` on, of tranches ``asked`` in each row, shape (T, count)."""
        ranked = self.rotation._decisions(panel, np.flatnonzero(asked.any(axis=1)), ranks)
        weight = self._weights(panel, ranked, asked[ranked.rows])
        wanted = ranked.rows >= first
        weight = weight[wanted]
        d, n = weight.shape
        everyone = np.full(d, n)
        order = np.where(np.sort(weight <= 0, axis=1), -1, np.argsort(weight <= 0, axis=1, kind="stable"))
        total = np.minimum(across(weight), 1.0)
        return ranked._replace(
            rows=ranked.rows[wanted], order=order, score=ranked.score[wanted],
            base=weight, total=total, top=everyone, keep=everyone, min_hold=0, max_swaps=-1,
        )  # fmt: skip

    def _weights(self, panel: Panel, ranked: Plan, asked: Flags) -> Floats:
        """The mean of the tranches' latest targets after each decision, shape (D, N)."""
        if not isinstance(self.rotation.weigh, JointWeigh) and type(self.rotation.pick).admission is Pick.admission:
            from .tranche_kernel import paper_targets

            return paper_targets(ranked, asked)
        pick, weigh, n = self.rotation.pick, self.rotation.weigh, len(panel.symbols)
        latest, since = np.zeros((self.count, n)), np.full((self.count, n), -1)
        out, stopped = np.empty((len(ranked.rows), n)), np.zeros(n, np.bool_)
        for d, row in enumerate(ranked.rows.tolist()):
            one = _only(ranked, d)
            view = panel.until(row)
            admits = pick.admission(view)
            for k in np.flatnonzero(asked[d]).tolist():
                on_paper = Portfolio(0.0, 1.0, latest[k], latest[k], since[k])
                picked = picked_columns(one, on_paper, stopped, admits)
                if isinstance(weigh, JointWeigh):
                    latest[k] = weigh.split(view, picked, float(one.total[0]))
                else:
                    latest[k] = shared_out(one, picked)
                since[k] = np.where(latest[k] > 0, np.where(since[k] < 0, row + 1, since[k]), -1)
            out[d] = latest.sum(axis=0) / self.count
        return out


def _only(plan: Plan, d: int) -> Plan:
    """The plan of one decision."""
    by_decision = "rows", "order", "score", "base", "total", "top", "keep"
    return plan._replace(**{name: getattr(plan, name)[d : d + 1] for name in by_decision})


def _later(flags: Flags, sessions: int) -> Flags:
    """Flags so many sessions later."""
    out = np.zeros_like(flags)
    out[sessions:] = flags[: max(len(flags) - sessions, 0)]
    return out
