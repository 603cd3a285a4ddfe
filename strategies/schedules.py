"""Schedules: after the close of which sessions a strategy decides."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..data.errors import ParameterError
from .part import Part, parameter

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Once(Part):
    """Decides in the first session of the run, and never again."""

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> Flags:
        """See ``sectorlead.engine.strategy.Schedule``."""
        asked = np.zeros(len(sessions), np.bool_)
        asked[first : first + 1] = True
        return asked


@dataclass(frozen=True)
class Every(Part):
    """Decides every ``sessions`` sessions, counted from the first session of the run.

    Parameters
    ----------
    sessions : int
        Distance between decisions; 1 decides in every session.
    offset : int
        Sessions before the first decision, less than ``sessions``.
    """

    sessions: int = parameter(20, low=1, high=2520, grid=(5, 10, 20))
    offset: int = parameter(0, low=0, high=2519)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.offset >= self.sessions:
            raise ParameterError(f"Every.offset must be less than sessions={self.sessions}, was {self.offset}")

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> Flags:
        """See ``sectorlead.engine.strategy.Schedule``."""
        asked = np.zeros(len(sessions), np.bool_)
        asked[first + self.offset :: self.sessions] = True
        return asked


@dataclass(frozen=True)
class _Periodic(Part):
    offset: int

    @abstractmethod
    def _periods(self, days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        """The number of each day's period."""

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> Flags:
        """See ``sectorlead.engine.strategy.Schedule``."""
        periods = self._periods(sessions.to_numpy().astype("M8[D]"))
        ends = np.flatnonzero(periods[1:] != periods[:-1])
        next_ends = np.append(ends[1:], len(sessions))  # the end of the running period is not known
        rows = np.minimum(ends + self.offset, next_ends)
        asked = np.zeros(len(sessions), np.bool_)
        asked[rows[(rows >= first) & (rows < len(sessions))]] = True
        return asked


@dataclass(frozen=True)
class Weekly(_Periodic):
    """Decides in the last session of each week (Monday to Sunday), or ``offset`` sessions later.

    A week that has fewer sessions than ``offset`` decides in its last one. The panel's final row is never known to be
    the end of a week.

    Parameters
    ----------
    offset : int
        0 is the last session of the week, 1 the first of the next.
    """

    offset: int = parameter(0, low=0, high=4, grid=(0, 1, 2, 3, 4))

    def _periods(self, days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        return (days.astype(np.int64) + 3) // 7  # 1970-01-01 was a Thursday


@dataclass(frozen=True)
class Monthly(_Periodic):
    """Decides in the last session of each month, or ``offset`` sessions later.

    A month that has fewer sessions than ``offset`` decides in its last one. The panel's final row is never known to
    be the end of a month.

    Parameters
    ----------
    offset : int
        0 is the last session of the month, 1 the first of the next.
    """

    offset: int = parameter(0, low=0, high=14, grid=(0, 5, 10))

    def _periods(self, days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        return days.astype("M8[M]").astype(np.int64)
