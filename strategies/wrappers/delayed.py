"""``Delayed``: a strategy that acts on what it knew some sessions ago, to see how much of a result is in the timing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ...data.errors import ParameterError
from ...data.panel import Panel
from ...data.types import Flags, Floats, Ints
from ...engine.canonical import describe
from ...engine.strategy import Plan, Portfolio, Strategy, Weights, as_strategy, can_decide
from ..domain import parameter
from ..part import Part
from ..rotation import Rotation
from ..schedules import Every

# ruff: noqa: RUF009  # parts are frozen values, so a part may be a default



@dataclass(frozen=True)
class Later(Part):
    """The sessions of a schedule, each so many sessions later; those past the end of the panel fall out.

    Parameters
    ----------
    schedule : Schedule
    sessions : int
        0 changes nothing.

    Raises
    ------
    ParameterError
        For what is no schedule.
    """

    schedule: Any = Every(20)
    sessions: int = parameter(1, low=0, high=250)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not callable(getattr(self.schedule, "decision_sessions", None)) or isinstance(self.schedule, type):
            raise ParameterError(f"Later.schedule must be a schedule, was {self.schedule!r}")

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> Flags:
        """The sessions of the schedule inside, each some sessions later.

        Parameters
        ----------
        sessions : DatetimeIndex of shape (T,)
        first : int
            Row from which decisions count.

        Returns
        -------
        bool array of shape (T,)
        """
        asked: Flags = self.schedule.decision_sessions(sessions, first)
        out = np.zeros_like(asked)
        out[self.sessions :] = asked[: max(len(asked) - self.sessions, 0)]
        return out


@dataclass(frozen=True, repr=False)
class Delayed(Part, Strategy):
    """Makes the same decisions as a strategy, from the same data, but ``sessions`` sessions later.

    *What it sees.* The strategy is shown the panel as it was ``sessions`` sessions ago, so nothing it does can need a
    later row. Cash, shares and weights of the portfolio are those of now, as a hold band has to know what is held;
    ``since`` counts on the clock of the view, ``sessions`` rows earlier, so that ages come out right.

    *When.* Each decision session of the strategy's ``schedule``, counted from the same first session, comes
    ``sessions`` later; a strategy without one is asked in every session from then on. So a run is in cash for
    ``sessions`` sessions more before its first decision.

    *Between decisions.* A watchful strategy is asked with the same view and portfolio: a stop fires ``sessions``
    sessions late, and goes by the close so many sessions before the fill that opened the holding.

    Parameters
    ----------
    strategy : Strategy
        Anything with ``decide(view, portfolio)``; compiled to a plan where it has one.
    sessions : int
        How late; 0 is the strategy itself.

    Raises
    ------
    ParameterError
        For what can't decide, such as a ``backtrader.Strategy``, whose orders are its own.

    Examples
    --------
    >>> from sectorlead import Momentum, Weekly
    >>> Delayed(Rotation(Momentum(60), schedule=Weekly()), 2).schedule
    Later(schedule=Weekly(offset=0), sessions=2)
    """

    strategy: Any = Rotation()
    sessions: int = parameter(1, low=0, high=250, grid=(0, 1, 2, 5))

    def __post_init__(self) -> None:
        super().__post_init__()
        if not can_decide(self.strategy):
            raise ParameterError(
                f"Delayed.strategy must be an object with decide(view, portfolio), was {self.strategy!r}; "
                "a backtrader.Strategy sends orders of its own and can't be delayed"
            )

    def __repr__(self) -> str:
        return describe(self)

    @property
    def _inner(self) -> Strategy:
        return as_strategy(self.strategy)

    @property
    def schedule(self) -> Later:  # type: ignore[override]  # a value of the strategy's
        """When it decides: the strategy's sessions, later."""
        own = self._inner.schedule
        return Later(Every(1) if own is None else own, self.sessions)

    @property
    def watchful(self) -> bool:  # type: ignore[override]
        """Whether the strategy wants ``between`` asked."""
        return self._inner.watchful

    def plan(self, panel: Panel, first: int, last: int) -> Plan | None:
        """The strategy's decisions, each some sessions later.

        Parameters
        ----------
        panel : Panel
        first, last : int
            Rows, both included, of the sessions in which the later decisions stand.

        Returns
        -------
        Plan or None
            None where the strategy has none.
        """
        own = self._inner.plan(panel, first, max(last - self.sessions, first - 1))
        if own is None:
            return None
        return own._replace(rows=own.rows + self.sessions, price=_later(own.price, self.sessions))

    def decide(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        """What the strategy says of the view ``sessions`` sessions ago.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        weights or None
            As the strategy gives them; None where there was no such session.
        """
        before = self._before(view)
        if before is None:
            return None
        return self._inner.decide(before, self._dated_back(portfolio))

    def between(self, view: Panel, portfolio: Portfolio) -> Weights | None:
        """What the strategy wants changed outside its decisions, of the view ``sessions`` sessions ago.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        weights or None
            As ``decide``.
        """
        before = self._before(view)
        if before is None:
            return None
        return self._inner.between(before, self._dated_back(portfolio))

    def ranking(self, view: Panel) -> tuple[Ints, Floats]:
        """Rank and score ``sessions`` sessions ago, shape (N,) each; 0 and NaN where there was none."""
        before = self._before(view)
        return super().ranking(view) if before is None else self._inner.ranking(before)

    def with_seed(self, seed: int) -> Delayed:
        """The same with another seed; itself if nothing about the strategy is random."""
        seeded = self._inner.with_seed(seed)
        return self if seeded is self.strategy else replace(self, strategy=seeded)

    def _before(self, view: Panel) -> Panel | None:
        row = len(view.sessions) - 1 - self.sessions
        return view.until(row) if row >= 0 else None

    def _dated_back(self, portfolio: Portfolio) -> Portfolio:
        """Opened so many rows earlier; what is held was opened after row ``sessions``, as nothing is decided before."""
        since = np.where(portfolio.since >= 0, portfolio.since - self.sessions, -1)
        since.flags.writeable = False
        return replace(portfolio, since=since)


def _later(values: Floats, sessions: int) -> Floats:
    """Rows so many sessions later, NaN before the first; the array itself for none."""
    if sessions == 0:
        return values
    out = np.full_like(values, np.nan)
    out[sessions:] = values[: max(len(values) - sessions, 0)]
    return out
