"""Guards: how much of the equity may be invested at all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import numpy as np

from ...data.errors import DataError, ParameterError
from ...data.panel import Panel
from ...data.types import Floats
from ..domain import parameter
from ..indicators.phases import MarketPhases
from ..part import ByRow, Part, Rows, rows_of


@dataclass(frozen=True)
class Guard(Part, ABC):
    """Exposure over time."""

    @abstractmethod
    def __call__(self, panel: Panel) -> Floats:
        """Exposure in [0, 1] in every session, shape (T,), from rows <= t.

        NaN while it isn't known: then nothing is decided.
        """

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Exposure in some sessions: ``self(panel)[rows]`` to the last bit; override it where a few rows are cheaper.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D,)
            In [0, 1]; NaN is "not known", and nothing is decided.
        """
        return rows_of(self, self(panel), panel.shape[:1], rows)


@dataclass(frozen=True)
class AlwaysIn(ByRow, Guard):
    """Always invested."""

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Full exposure.

        Parameters
        ----------
        panel : Panel
            T sessions, N series.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D,)
            1.
        """
        return np.ones(len(rows))


@dataclass(frozen=True)
class TrendGuard(ByRow, Guard):
    """Cash while the benchmark is below its trend.

    1 where the benchmark's last known close is at or above the mean of its last ``sessions`` closes, this one
    included; 0 where it is below; NaN until that many are known, those before the panel included. Faber (2010) uses 10
    months.

    Parameters
    ----------
    sessions : int
        Length of the mean.
    """

    sessions: int = parameter(120, low=2, high=2520, grid=(60, 120, 250))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """1 where the benchmark is at or above its moving average, else 0.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D,)
            NaN before the window is full.

        Raises
        ------
        DataError
            The panel has no benchmark.
        """
        if panel.benchmark is None:
            raise DataError("TrendGuard needs a benchmark: load(..., benchmark=...), or --benchmark PATH:SYMBOL")
        close, at = panel.benchmark.line, rows + panel.benchmark.before
        now = close[at]
        above = np.zeros(len(rows))  # sum of the distances from the mean's closes: a flat line gives exactly 0
        for j in range(1, self.sessions):
            above += now - close[np.maximum(at - j, 0)]
        exposure = (above >= 0).astype(np.float64)
        exposure[np.isnan(above) | (at < self.sessions - 1)] = np.nan
        return exposure


@dataclass(frozen=True)
class PhaseGuard(Guard):
    """Exposure by the phase of the benchmark.

    The exposure declared for the phase that ``phases`` finds in each session; NaN while the phase is unknown.

    Parameters
    ----------
    advance, pullback, correction, bear, bottoming, recovery : float
        Exposure in each phase, a fraction.
    phases : MarketPhases
        How phases are told.
    """

    advance: float = parameter(1.0, low=0.0, high=1.0)
    pullback: float = parameter(1.0, low=0.0, high=1.0)
    correction: float = parameter(0.5, low=0.0, high=1.0, grid=(0.0, 0.5, 1.0))
    bear: float = parameter(0.0, low=0.0, high=1.0, grid=(0.0, 0.5, 1.0))
    bottoming: float = parameter(0.5, low=0.0, high=1.0, grid=(0.0, 0.5, 1.0))
    recovery: float = parameter(1.0, low=0.0, high=1.0, grid=(0.5, 1.0))
    phases: MarketPhases = field(default_factory=MarketPhases)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.phases, MarketPhases):
            raise ParameterError(f"PhaseGuard.phases must be MarketPhases(...), was {self.phases!r}")

    def __call__(self, panel: Panel) -> Floats:
        """The exposure, or NaN, shape (T,)."""
        known = (self.advance, self.pullback, self.correction, self.bear, self.bottoming, self.recovery)
        return np.array([np.nan, *known])[self.phases(panel).phase]


@dataclass(frozen=True)
class AbsoluteMomentum(ByRow, Guard):
    """Cash unless the benchmark has risen: the absolute half of dual momentum.

    1 where the benchmark's last known close is more than ``hurdle`` above the one ``lookback`` sessions before, 0 where
    it isn't; NaN until that is known. Antonacci (2014) asks for 12 months above the return of Treasury bills; what
    those return over the look-back is the ``hurdle``.

    Parameters
    ----------
    lookback : int
        Sessions.
    hurdle : float
        Return over the look-back, a fraction.
    """

    lookback: int = parameter(250, low=1, high=2520, grid=(120, 250))
    hurdle: float = parameter(0.0, low=-1.0, high=1.0, grid=(0.0, 0.02))

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """1 where the benchmark's own return exceeds the hurdle, else 0.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D,)
            NaN before the lookback is full.

        Raises
        ------
        DataError
            The panel has no benchmark.
        """
        if panel.benchmark is None:
            raise DataError("AbsoluteMomentum needs a benchmark: load(..., benchmark=...), or --benchmark PATH:SYMBOL")
        close, at = panel.benchmark.line, rows + panel.benchmark.before
        grown = close[at] / close[np.maximum(at - self.lookback, 0)] - 1
        exposure = (grown > self.hurdle).astype(np.float64)
        exposure[np.isnan(grown) | (at < self.lookback)] = np.nan
        return exposure
