"""Windows: over which sessions a measure is taken, as it was known after the close of each session."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ...data.benchmark import Benchmark
from ...data.errors import DataError, ParameterError
from ...data.panel import Panel
from ...data.pullback import ENTER, EXPIRE, LEAVE, STALE, WINDOW, PullbackRule, Pullbacks
from ...data.types import Floats
from ..domain import parameter
from ..indicators.phases import MarketPhases, Phase
from ..part import Part
from .spans import Spans


def benchmark_of(panel: Panel, owner: Part) -> Benchmark:
    """The panel's benchmark.

    Parameters
    ----------
    panel : Panel
    owner : Part
        Who asks, for the error.

    Returns
    -------
    Benchmark

    Raises
    ------
    DataError
        When the panel has none: names ``owner``.
    """
    if panel.benchmark is None:
        raise DataError(
            f"{type(owner).__name__} needs a benchmark: load(..., benchmark=...), or --benchmark PATH:SYMBOL"
        )
    return panel.benchmark


def index_of(panel: Panel, owner: Part) -> Floats:
    """Last known closes of the benchmark in the panel's sessions, shape (T,); errors as ``benchmark_of``.

    Parameters
    ----------
    panel : Panel
    owner : Part
        Who asks, for the error.

    Returns
    -------
    float array of shape (T,)
        NaN before the first close.
    """
    return benchmark_of(panel, owner).last_close


class Thresholds(Protocol):
    """What has the two thresholds of a pullback."""

    @property
    def enter(self) -> float:
        """Fall that begins it."""

    @property
    def leave(self) -> float:
        """Distance from the peak that ends it."""

    @property
    def unit(self) -> str:
        """What both are counted in."""


def check_thresholds(part: Thresholds) -> None:
    """Raises ``ParameterError`` unless ``leave`` is less than ``enter``, and that below 1 as a fraction."""
    if part.unit == "percent" and part.enter >= 1:
        raise ParameterError(f"{type(part).__name__}.enter must be below 1 with unit=\"percent\", was {part.enter!r}")
    if part.leave >= part.enter:
        raise ParameterError(f"{type(part).__name__}.leave must be less than enter={part.enter!r}, was {part.leave!r}")


@dataclass(frozen=True)
class Window(Part, ABC):
    """The sessions k+1..u over which a measure is taken in session t; u <= t, and u is t while the window is open.

    Subclass it with ``spans``.
    """

    @abstractmethod
    def spans(self, panel: Panel) -> Spans:
        """Start k and end u for every session, T of them; -1 where there is no window.

        Row t uses rows <= t only.
        """


@dataclass(frozen=True)
class Fixed(Window):
    """The last ``sessions`` sessions; none in a session that has fewer before it.

    Parameters
    ----------
    sessions : int
        n: k is t - n, u is t.
    """

    sessions: int = parameter(60, low=1, high=2520, grid=(1, 20, 60, 120, 250))

    def spans(self, panel: Panel) -> Spans:
        """t - n and t, shape (T,)."""
        end = np.arange(len(panel.sessions))
        return Spans(np.maximum(end - self.sessions, -1), np.where(end >= self.sessions, end, -1), self.sessions)


@dataclass(frozen=True)
class PullbackWindow(Window, ABC):
    """A window that pullbacks of the benchmark open, by the rule of ``sectorlead.data.pullback.find_pullbacks``.

    Parameters
    ----------
    enter : float
        Fall of the benchmark from its peak that begins a pullback; 0.05 is 5%, or that many units of volatility.
    leave : float
        Distance from the peak at which it is over; less than ``enter``.
    window : int
        Sessions in which the peak is looked for.
    expire : int, optional
        Sessions after which a fall is no pullback any more, but a correction or a bear market; None is never.
    overlap : {"drop", "keep"}
        Whether a pullback may be measured from a peak of the one before.
    unit : {"percent", "volatility"}
        What ``enter`` and ``leave`` are counted in: fractions, or the benchmark's monthly volatility at the peak.

    Raises
    ------
    ParameterError
        For a value out of its range.
    DataError
        When used on a panel without a benchmark.
    """

    enter: float = parameter(ENTER, low=0.001, high=10.0, grid=(0.05, 0.06, 0.08, 0.10))
    leave: float = parameter(LEAVE, low=0.0, high=10.0, grid=(0.0, 0.02, 0.03))
    window: int = parameter(WINDOW, low=2, high=2520, grid=(60, 120, 250))
    expire: int | None = parameter(EXPIRE, low=1, high=2520, optional=True, grid=(20, 60, 120))
    overlap: str = parameter("drop", choices=("drop", "keep"))
    unit: str = parameter("percent", choices=("percent", "volatility"))

    def __post_init__(self) -> None:
        super().__post_init__()
        check_thresholds(self)

    @property
    def rule(self) -> PullbackRule:
        """What a pullback is here."""
        return PullbackRule(
            self.enter, self.leave, self.window, self.expire, "keep" if self.overlap == "keep" else "drop",
            "volatility" if self.unit == "volatility" else "percent",
        )  # fmt: skip

    def pullbacks(self, panel: Panel) -> Pullbacks:
        """The pullbacks of the panel's benchmark, found from its first bar on; see ``PullbackRule.of``."""
        return self.rule.of(benchmark_of(panel, self))


@dataclass(frozen=True)
class Current(PullbackWindow):
    """The current pullback, or the last one for as long as it is worth something.

    k is the peak. While the pullback lasts, u is t; when it is over, u stays the session that ended it, until the
    next one is entered, or for ``stale`` sessions. None before the first.

    Parameters
    ----------
    enter, leave, window, expire, overlap, unit
        See ``PullbackWindow``.
    stale : int, optional
        Sessions after which a pullback that is over says nothing any more; None is never.
    """

    stale: int | None = parameter(STALE, low=1, high=2520, optional=True, grid=(20, 60, 120))

    def spans(self, panel: Panel) -> Spans:
        """Peak and last session of the current or last pullback, shape (T,)."""
        found = self.pullbacks(panel)
        return _fresh(Spans(found.peak, found.upto), self.stale)


@dataclass(frozen=True)
class LastCompleted(PullbackWindow):
    """The last pullback that is over: from its peak to the session that ended it, until the next one is over.

    What is measured over it stands still while a pullback lasts: the strength with which the last one was left.

    Parameters
    ----------
    enter, leave, window, expire, overlap, unit
        See ``PullbackWindow``.
    stale : int, optional
        Sessions after which it says nothing any more; None is never.
    """

    stale: int | None = parameter(STALE, low=1, high=2520, optional=True, grid=(20, 60, 120))

    def spans(self, panel: Panel) -> Spans:
        """Peak and last session of the last completed pullback, shape (T,)."""
        start = np.full(len(panel.sessions), -1, np.int64)
        end = start.copy()
        for episode in self.pullbacks(panel).episodes:
            if episode.left is not None:
                start[episode.left :], end[episode.left :] = episode.peak, episode.left
        return _fresh(Spans(start, end), self.stale)


def _in_panel(spans: Spans, bench: Benchmark) -> Spans:
    """Spans of a benchmark's whole line in rows of its panel; none where one begins before it: nothing has a price."""
    start, end = (rows[bench.before :] - bench.before for rows in (spans.start, spans.end))
    return Spans(np.where(start >= 0, start, -1), np.where(start >= 0, end, -1))


def _fresh(spans: Spans, stale: int | None) -> Spans:
    """The spans that ended at most ``stale`` sessions ago; none elsewhere."""
    if stale is None:
        return spans
    old = np.arange(len(spans.end)) - spans.end > stale
    return Spans(np.where(old, -1, spans.start), np.where(old, -1, spans.end))


@dataclass(frozen=True)
class Bottoming(PullbackWindow):
    """From the benchmark's lowest close since the peak, once it has made no lower one for a while.

    In session t of a pullback, the one that ends it included, k is the latest row of the lowest close from the peak
    to t, and u is t, if ``t - k >= quiet``. A close at or below the low ends the window. That the low is *the* low is
    never claimed: it is the lowest so far.

    Parameters
    ----------
    enter, leave, window, expire, overlap, unit
        See ``PullbackWindow``.
    quiet : int
        Sessions without a new low.
    then : str
        What holds when there is no such window: "none", or "last" for the last one there was, as it was in its last
        session.
    """

    quiet: int = parameter(5, low=1, high=250, grid=(3, 5, 10))
    then: str = parameter("none", choices=("none", "last"), grid=("none", "last"))

    def spans(self, panel: Panel) -> Spans:
        """Row of the low, and t, shape (T,)."""
        bench = benchmark_of(panel, self)
        index, row = bench.line, np.arange(len(bench.line))
        found = self.rule.find(index)
        low = np.full(len(row), -1, np.int64)
        for peak, entered, left, *_ in found.episodes:
            stop = len(row) if left is None else left + 1
            line = index[peak:stop]
            at_low = np.where(line == np.minimum.accumulate(line), row[peak:stop], -1)
            low[entered:stop] = np.maximum.accumulate(at_low)[entered - peak :]
        shown = np.where((low >= 0) & (row - low >= self.quiet), row, -1)
        if self.then == "last":
            shown = np.maximum.accumulate(shown)
        return _in_panel(Spans(np.where(shown >= 0, low[shown], -1), shown), bench)


@dataclass(frozen=True)
class BottomingPhase(Window):
    """The bottoming phase of the market, from the benchmark's lowest close since the peak; else the last such phase.

    In a session of the phase ``BOTTOMING`` of ``phases``, k is the latest row of the lowest close since the peak of the
    fall, and u is t. In any other session both are those of the last session of the phase: what was strongest while the
    market made its bottom is told when the recovery has begun, and not diluted by it.

    Parameters
    ----------
    phases : MarketPhases
        How phases are told.
    """

    phases: MarketPhases = MarketPhases()  # noqa: RUF009  # a frozen value

    def spans(self, panel: Panel) -> Spans:
        """Row of the low, and the last session of the phase, shape (T,); -1 before the first."""
        bench = benchmark_of(panel, self)
        index, found = bench.line, self.phases.along(bench)
        start = np.full(len(index), -1, np.int64)
        end = start.copy()
        low, of_peak = -1, -1
        for t in np.flatnonzero(found.phase == Phase.BOTTOMING).tolist():
            if found.peak[t] != of_peak:
                of_peak = int(found.peak[t])
                low = of_peak
            fresh = index[low : t + 1]
            low += int(np.flatnonzero(fresh == fresh.min())[-1])
            start[t:], end[t:] = low, t
        return _in_panel(Spans(start, end), bench)
