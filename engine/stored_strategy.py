"""What stands for the strategy of a run that was read from its folder and whose strategy can't be made again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..data.errors import ParameterError
from ..data.panel import Panel
from ..data.pullback import PullbackRule
from ..data.types import Ints
from .canonical import Data, short_name
from .strategy import Portfolio, Schedule, ScoreReading, Strategy


@dataclass(frozen=True, eq=False)
class StoredSchedule:
    """The decision sessions of a run, and the calendar dates they stood for.

    Attributes
    ----------
    rows : int64 array of shape (D,)
        Panel rows, ascending.
    dates : DatetimeIndex of shape (D,)
    """

    rows: Ints
    dates: pd.DatetimeIndex

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> NDArray[np.bool_]:
        """Whether the run's strategy was asked in each of the panel's sessions, shape (T,).

        Parameters
        ----------
        sessions : DatetimeIndex of length T
            Of the panel that the run was stored with.
        first : int
            Row of the run's first session; not used.
        """
        asked = np.zeros(len(sessions), np.bool_)
        asked[self.rows] = True
        return asked

    def planned(self, sessions: pd.DatetimeIndex, first: int) -> pd.DatetimeIndex:
        """The date that each of them stood for, shape (D,).

        Parameters
        ----------
        sessions : DatetimeIndex of length T
            Of the panel that the run was stored with; not used.
        first : int
            Row of the run's first session; not used.
        """
        return self.dates


@dataclass(frozen=True, eq=False)
class StoredStrategy(Strategy):
    """A strategy as the reports of its run know it: what it was, and what they read off it. It can't decide.

    Attributes
    ----------
    data : plain data
        What ``sectorlead.engine.canonical.to_data`` said of the strategy.
    reason : str
        Why it can't be made again; "" where nothing is known to stand in the way.
    watchful : bool
    pullback_rule : PullbackRule or None
        What a pullback was to the strategy; None if it went by none.
    schedule : Schedule or None
        None where decision sessions stand for themselves.
    reading : ScoreReading or None
        What its scores say.
    leaves_past : int or None
        The worst rank at which a holding stays.
    tracking : DataFrame or None
        How its funds tracked their sectors over the run; None for a strategy without funds.
    """

    data: Data
    reason: str
    watchful: bool = False
    pullback_rule: PullbackRule | None = None
    schedule: Schedule | None = None
    reading: ScoreReading | None = None
    leaves_past: int | None = None
    tracking: pd.DataFrame | None = None

    def decide(self, view: Panel, portfolio: Portfolio) -> NoReturn:
        """Raises ``ParameterError``: what the strategy would decide is not in the folder.

        Parameters
        ----------
        view : Panel
            Not used.
        portfolio : Portfolio
            Not used.
        """
        raise ParameterError(
            f"{short_name(self.data)} was read from the folder of its run and can't decide"
            f"{': ' * bool(self.reason)}{self.reason}. Give the strategy itself to run it again"
        )

    def tracked(self, traded: Panel, first: Any = None, last: Any = None) -> pd.DataFrame | None:
        """How the run's funds tracked their sectors; None where there were none.

        Parameters
        ----------
        traded : Panel
            Not used: the table is the stored one.
        first, last : date, optional
            Not used.
        """
        return None if self.tracking is None else self.tracking.copy()
