"""Relative strength in pullbacks: who holds up while the benchmark falls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.panel import Panel
from ...data.pullback import ENTER, EXPIRE, LEAVE, STALE, WINDOW, PullbackRule
from ...data.types import Floats, Ints
from ...engine.strategy import ScoreReading
from ..domain import parameter
from ..part import ByRow, Rows
from .capture import DownCapture
from .excess import Excess
from .measure import WindowMeasure
from .resilience import Resilience
from .score import Score
from .window import Current, Fixed, Window, check_thresholds, index_of


@dataclass(frozen=True)
class PullbackStrength(ByRow, Score):
    """Strength against the benchmark, measured in its current pullback, or in the last one.

    A pullback has its peak in row k (see ``sectorlead.data.pullback.find_pullbacks``). While it lasts, strength in
    row t is measured over the sessions k+1..t; when it is over, strength stays what it was in the session that ended
    it, until the next one begins or it is ``stale``. With P the adjusted close of a symbol, B the close of the
    benchmark, both carried over sessions without a bar:

    ``"excess"``
        ``(P[t] / P[k]) / (B[t] / B[k]) - 1``. Favours whatever moves little: a low beta looks like strength. The
        measure ``Excess``.
    ``"beta-adjusted"``
        The sum over k+1..t of ``r - beta * b``, with r and b the log returns of P and B; so it is ``ln(P[t] / P[k]) -
        beta * ln(B[t] / B[k])``. ``beta`` is the OLS slope of r on b over the ``beta_window`` sessions that end at
        the peak, from sessions in which the symbol has a bar and had one in the session before; at least half of
        them. It takes out what the symbol's usual beta explains. The measure ``Resilience``.
    ``"down-capture"``
        ``1 - G(r) / G(b)`` with G the geometric mean of simple returns over the sessions of k+1..t in which the
        benchmark fell and the symbol has a bar and had one in the session before; at least half of the sessions in
        which it fell. 0 falls as the benchmark does, 1 doesn't fall, less than 0 falls more. The measure
        ``DownCapture``.

    NaN before the first pullback and while the last one is stale, where a term isn't known (a symbol listed since the
    peak), and where there is no bar at t. ``sectorlead.MEASURES`` has more, and takes each over
    other windows too.

    Parameters
    ----------
    measure : str
        "excess", "beta-adjusted" or "down-capture".
    enter, leave, window, expire, overlap, unit
        What a pullback is; see ``PullbackWindow``.
    stale : int, optional
        Sessions for which the strength of a pullback that is over counts; None is for ever.
    fallback : {"none", "recent"}
        What counts once it is stale: nothing (NaN, so that a rotation leaves its portfolio as it is), or the same
        measure over the last ``window`` sessions.
    beta_window : int
        Sessions up to the peak from which beta is estimated.

    Raises
    ------
    ParameterError
        For a value out of its range.
    DataError
        When the panel has no benchmark.

    Notes
    -----
    Market practice: Weinstein, "Secrets for Profiting in Bull and Bear Markets" (1988), reads a share that falls 10%
    while the market falls 20% as strong; the beta adjustment answers that a defensive share always looks so.
    """

    measure: str = parameter("beta-adjusted", choices=("excess", "beta-adjusted", "down-capture"),
                             grid=("excess", "beta-adjusted", "down-capture"))  # fmt: skip
    enter: float = parameter(ENTER, low=0.001, high=10.0, grid=(0.05, 0.06, 0.08, 0.10))
    leave: float = parameter(LEAVE, low=0.0, high=10.0, grid=(0.0, 0.02, 0.03))
    window: int = parameter(WINDOW, low=2, high=2520, grid=(60, 120, 250))
    beta_window: int = parameter(120, low=10, high=2520, grid=(60, 120, 250))
    expire: int | None = parameter(EXPIRE, low=1, high=2520, optional=True, grid=(20, 60, 120))
    overlap: str = parameter("drop", choices=("drop", "keep"))
    unit: str = parameter("percent", choices=("percent", "volatility"))
    stale: int | None = parameter(STALE, low=1, high=2520, optional=True, grid=(20, 60, 120))
    fallback: str = parameter("none", choices=("none", "recent"))

    def __post_init__(self) -> None:
        super().__post_init__()
        check_thresholds(self)

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Strength in the current pullback, or in the last one.

        Parameters
        ----------
        panel : Panel
            T sessions, N series, with a benchmark.
        rows : int array of shape (D,)
            Sessions, as rows of the panel.

        Returns
        -------
        float array of shape (D, N)
            In the unit of the measure; NaN before the first pullback, or without a bar.

        Raises
        ------
        DataError
            The panel has no benchmark.
        """
        index_of(panel, self)
        strength = self.as_measure().at(panel, rows)
        if self.fallback == "recent":
            old = self.age(panel)[rows] > (np.inf if self.stale is None else self.stale)
            strength[old] = self._measure(Fixed(self.window)).at(panel, rows[old])
        return strength

    def age(self, panel: Panel) -> Ints:
        """Sessions since the last one that strength is measured over, shape (T,).

        0 while a pullback lasts, -1 before the first.
        """
        return self._window().pullbacks(panel).age

    @property
    def pullback_rule(self) -> PullbackRule:
        """That of its window."""
        return self._window().rule

    @property
    def reading(self) -> ScoreReading:
        """By its measure, since the benchmark's peak."""
        return ScoreReading({"excess": "ahead", "beta-adjusted": "beyond-beta", "down-capture": "spared"}[self.measure])

    def as_measure(self) -> WindowMeasure:
        """The measure over its window that this strength is, without its fallback."""
        return self._measure(self._window())

    def _window(self) -> Current:
        return Current(self.enter, self.leave, self.window, self.expire, self.overlap, self.unit, self.stale)

    def _measure(self, window: Window) -> WindowMeasure:
        if self.measure == "excess":
            return Excess(window)
        return DownCapture(window) if self.measure == "down-capture" else Resilience(window, self.beta_window)
