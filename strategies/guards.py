"""Guards: how much of the equity may be invested at all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from ..data.errors import DataError
from ..data.panel import Floats, Panel
from .part import ByRow, Part, Rows, parameter, rows_of


@dataclass(frozen=True)
class Guard(Part, ABC):
    """Exposure over time."""

    @abstractmethod
    def __call__(self, panel: Panel) -> Floats:
        """Exposure in [0, 1] in every session, shape (T,), from rows <= t.

        NaN while it isn't known: then nothing is decided.
        """

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """``self(panel)[rows]``, shape (D,), to the last bit; override it where a few rows are cheaper than all."""
        return rows_of(self, self(panel), panel.shape[:1], rows)


@dataclass(frozen=True)
class AlwaysIn(ByRow, Guard):
    """Always invested."""

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Ones, shape (D,)."""
        return np.ones(len(rows))


@dataclass(frozen=True)
class TrendGuard(ByRow, Guard):
    """Cash while the benchmark is below its trend.

    1 where the benchmark's last known close is at or above the mean of its last ``sessions`` closes, this one
    included; 0 where it is below; NaN until that many are known. Faber (2010) uses 10 months.

    Parameters
    ----------
    sessions : int
        Length of the mean.
    """

    sessions: int = parameter(120, low=2, high=2520, grid=(60, 120, 250))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """1, 0 or NaN, shape (D,)."""
        if panel.benchmark is None:
            raise DataError("TrendGuard needs a benchmark: load(..., benchmark=...), or --benchmark PATH:SYMBOL")
        close = panel.benchmark.last_close
        now = close[rows]
        above = np.zeros(len(rows))  # sum of the distances from the mean's closes: a flat line gives exactly 0
        for j in range(1, self.sessions):
            above += now - close[np.maximum(rows - j, 0)]
        exposure = (above >= 0).astype(np.float64)
        exposure[np.isnan(above) | (rows < self.sessions - 1)] = np.nan
        return exposure
