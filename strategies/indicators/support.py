"""The support test: whether the low of each pullback stood above a long mean of the benchmark, or came below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.benchmark import Benchmark
from ...data.errors import DataError, ParameterError
from ...data.panel import Panel
from ...data.pullback import ENTER, EXPIRE, LEAVE, WINDOW, Episode, PullbackRule
from ...data.types import Floats, Ints
from ..domain import parameter
from .indicator import Indicator


class SupportReading(NamedTuple):
    """What was known after the close of each session; T of them.

    Attributes
    ----------
    margin : float array of shape (T,)
        How far the low of the current pullback so far, or of the last one, stood above the mean of its session:
        ``low / mean - 1``. NaN before the first pullback, and where the mean wasn't known.
    held : float array of shape (T,)
        1 where ``margin`` is 0 or more, 0 where the low came below the mean; NaN where it isn't known.
    low : int64 array of shape (T,)
        Row of that low; -1 before the first pullback, and where that low is one before the panel.
    earlier : int64 array of shape (T,)
        Pullbacks before that one whose answer is known.
    base_rate : float array of shape (T,)
        Share of them that held; NaN where there are none.
    """

    margin: Floats
    held: Floats
    low: Ints
    earlier: Ints
    base_rate: Floats


@dataclass(frozen=True)
class Support(Indicator):
    """Whether pullbacks of the benchmark hold a long mean of its closes.

    The low of a pullback is the lowest low of its bars from the peak's session on, the latest of equal ones, until the
    session in which it was over (``sectorlead.data.pullback.find_pullbacks``); the mean is that of the last ``mean``
    closes at the session of the low. A bar without a low counts by its close. While a pullback lasts it is the low so
    far: an answer of "held" can still turn, one of "undercut" can, too, when a lower low meets a lower mean.

    Parameters
    ----------
    mean : int
        Closes in the mean.
    enter, leave, window, expire, overlap, unit
        What a pullback is; see ``PullbackWindow``.

    Raises
    ------
    ParameterError
        For a value out of its range.
    DataError
        When the panel has no benchmark.

    Notes
    -----
    Market practice: in a bull market pullbacks end above the mean of 120 or 250 sessions (半年线, 年线).
    """

    mean: int = parameter(120, low=2, high=2520, grid=(20, 60, 120, 250))
    enter: float = parameter(ENTER, low=0.001, high=10.0)
    leave: float = parameter(LEAVE, low=0.0, high=10.0)
    window: int = parameter(WINDOW, low=2, high=2520)
    expire: int | None = parameter(EXPIRE, low=1, high=2520, optional=True)
    overlap: str = parameter("drop", choices=("drop", "keep"))
    unit: str = parameter("percent", choices=("percent", "volatility"))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.leave >= self.enter:
            raise ParameterError(f"Support.leave must be less than enter={self.enter!r}, was {self.leave!r}")

    @property
    def rule(self) -> PullbackRule:
        """What a pullback is here."""
        return PullbackRule(
            self.enter, self.leave, self.window, self.expire, "keep" if self.overlap == "keep" else "drop",
            "volatility" if self.unit == "volatility" else "percent",
        )  # fmt: skip

    def __call__(self, panel: Panel) -> SupportReading:
        """The answer of every session; pullbacks before the panel count."""
        bench = _benchmark(panel)
        found, rows = self._along(bench), slice(bench.before, None)
        low = np.maximum(found.low[rows] - bench.before, -1)
        return SupportReading(found.margin[rows], found.held[rows], low, found.earlier[rows], found.base_rate[rows])

    def _along(self, bench: Benchmark) -> SupportReading:
        """The answers in rows of the benchmark's whole line."""
        lows, mean = _lows(bench), self._mean(bench)
        size = len(lows)
        margin, low = np.full(size, np.nan), np.full(size, -1)
        earlier, base_rate = np.zeros(size, np.int64), np.full(size, np.nan)
        known, held = 0, 0
        for episode in self.rule.find(bench.line).episodes:
            stop = size if episode.left is None else episode.left + 1
            at = _lowest_so_far(lows, episode, stop)
            low[episode.entered : stop], low[stop:] = at, at[-1]
            margin[episode.entered : stop] = lows[at] / mean[at] - 1
            margin[stop:] = margin[stop - 1]
            earlier[episode.entered :] = known
            base_rate[episode.entered :] = held / known if known else np.nan
            if episode.left is not None and not np.isnan(margin[stop - 1]):
                known, held = known + 1, held + int(margin[stop - 1] >= 0)
        return SupportReading(margin, np.where(np.isnan(margin), np.nan, margin >= 0), low, earlier, base_rate)

    def table(self, panel: Panel) -> pd.DataFrame:
        """Every pullback up to the panel's end.

        Parameters
        ----------
        panel : Panel

        Returns
        -------
        DataFrame
            A row per pullback, those of the benchmark before the panel included: the dates ``peak``, ``entered``,
            ``low`` and ``left``, from when on the low was known to be the low (NaT while it lasts); ``price`` of the
            low, ``mean`` at it, ``margin``, ``answer`` ("held", "undercut" or "unknown"); ``earlier`` and ``base_rate``
            as of its entry.
        """
        bench = _benchmark(panel)
        found, lows, mean = self._along(bench), _lows(bench), self._mean(bench)
        sessions = bench.earlier.sessions.append(panel.sessions)
        rows = []
        for episode in self.rule.find(bench.line).episodes:
            last = len(lows) - 1 if episode.left is None else episode.left
            low, margin = int(found.low[last]), float(found.margin[last])
            left = pd.NaT if episode.left is None else sessions[episode.left]
            answer = "unknown" if np.isnan(margin) else "held" if margin >= 0 else "undercut"
            rows.append((
                sessions[episode.peak], sessions[episode.entered], sessions[low], left, lows[low],
                mean[low], margin, answer, int(found.earlier[episode.entered]),
                float(found.base_rate[episode.entered]),
            ))  # fmt: skip
        columns = ["peak", "entered", "low", "left", "price", "mean", "margin", "answer", "earlier", "base_rate"]
        return pd.DataFrame(rows, columns=columns)

    def _mean(self, bench: Benchmark) -> Floats:
        """Mean of the last closes, shape (T,)."""
        mean: Floats = pd.Series(bench.line).rolling(self.mean).mean().to_numpy()
        return mean


def _benchmark(panel: Panel) -> Benchmark:
    if panel.benchmark is None:
        raise DataError("Support needs a benchmark: load(..., benchmark=...), or --benchmark PATH:SYMBOL")
    return panel.benchmark


def _lows(bench: Benchmark) -> Floats:
    """Lows, closes where there are none; infinite where there is no bar, so that none is the lowest."""
    lows = np.where(np.isnan(bench.whole("low")), bench.whole("close"), bench.whole("low"))
    return np.where(np.isnan(lows), np.inf, lows)


def _lowest_so_far(lows: Floats, episode: Episode, stop: int) -> Ints:
    """For the sessions from entry to ``stop``, the latest row of the lowest low since the peak."""
    line = lows[episode.peak : stop]
    at_low = np.where(line == np.minimum.accumulate(line), np.arange(episode.peak, stop), -1)
    rows: Ints = np.maximum.accumulate(at_low)[episode.entered - episode.peak :]
    return rows
