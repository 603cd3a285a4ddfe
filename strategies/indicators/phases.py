"""Market phases: what a benchmark is doing, as it was known after the close of each session."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...data.benchmark import Benchmark
from ...data.errors import DataError, ParameterError
from ...data.panel import Panel
from ...data.pullback import ENTER, EXPIRE, LEAVE, MONTH, WINDOW
from ...data.types import Floats
from ...engine.compiled.lazily import chosen, compiled
from ..domain import parameter
from ..volatility import NO_VOLATILITY
from .indicator import Indicator


class Phase(IntEnum):
    """What the benchmark is doing. The three falling phases are in the order of their depth."""

    UNKNOWN = 0
    ADVANCE = 1
    PULLBACK = 2
    CORRECTION = 3
    BEAR = 4
    BOTTOMING = 5
    RECOVERY = 6


UNKNOWN, ADVANCE, PULLBACK, CORRECTION, BEAR, BOTTOMING, RECOVERY = (int(phase) for phase in Phase)


class Phases(NamedTuple):
    """What was known after the close of each session; T of them.

    Attributes
    ----------
    phase : int8 array of shape (T,)
        A ``Phase``.
    peak : int64 array of shape (T,)
        Row of the close that the fall is measured from; -1 before the first bar, and where that close is one before the
        panel.
    drawdown : float array of shape (T,)
        ``close / close[peak] - 1``, a fraction <= 0; NaN before the first bar.
    trend : float array of shape (T,)
        Long-term support: 1 held, -1 broken; NaN where it isn't known.
    follow_through : float array of shape (T,)
        1 for a follow-through day, 0 for any other; NaN while the phase is unknown.
    """

    phase: NDArray[np.int8]
    peak: NDArray[np.int64]
    drawdown: Floats
    trend: Floats
    follow_through: Floats


class _Terms(NamedTuple):
    """The parameters as the kernel takes them; depths, ``leave`` and ``gain`` in units."""

    pullback: float
    correction: float
    bear: float
    leave: float
    gain: float
    window: int
    bottoming: int
    high: int
    from_day: int
    on_high: bool
    on_follow: bool
    expire: int  # 0 is never
    drop: bool


_DEFAULTS = {  # pullback, correction, bear, leave, follow_gain
    "fixed": (ENTER, 0.10, 0.20, LEAVE, 0.02),
    "volatility": (1.0, 2.0, 3.0, 0.4, 0.25),
}


@dataclass(frozen=True)
class MarketPhases(Indicator):
    """Advance, pullback, correction, bear, bottoming and recovery of the panel's benchmark.

    With c its last known close, k the row of the peak and ``d = 1 - c / c[k]`` the depth below it; in an advance the
    peak is the latest row of the highest of the last ``window`` closes (with ``overlap="drop"``, of those since the
    last fall was over), and from the session that enters a fall until the one that ends it, it stays where it is. A
    depth is a fraction times the unit: 1 with ``unit="fixed"``; with
    ``"volatility"`` the standard deviation of the last ``volatility`` log returns times sqrt(20), as it was *at the
    peak*, before the fall raised it. One step is taken a session; the first line that applies is taken:

    ==============================  ==================================================================  ==============
    from                            when                                                                to
    ==============================  ==================================================================  ==============
    unknown, advance                d reaches ``pullback``, ``correction`` or ``bear``                  the deepest
    any other                       d <= ``leave``, or c is the highest of ``window`` closes            advance
    recovery                        c below the low of the leg, or ``pullback`` under the highest       by depth
                                    close of the recovery: it failed, and another leg begins
    pullback, correction            d reaches ``correction`` or ``bear``                                the deepest
    bottoming                       c below the low of the leg                                          by depth
    correction, bear, bottoming     c above each of the ``recovery_high`` closes before it, or on a     recovery
                                    follow-through day, as ``recover_on`` says
    correction, bear                no new low for ``bottoming`` sessions, and d still at               bottoming
                                    ``pullback`` or more
    pullback                        it has lasted ``expire`` sessions: no pullback any more             correction
    ==============================  ==================================================================  ==============

    A falling phase only deepens, and comes out at another threshold than it went in, so labels do not chatter. The
    *leg* is the fall from the peak, or since the last recovery failed; its low is the lowest close so far. Nothing
    depends on a trough before the closes after it. With fixed units the sessions outside unknown and advance are those
    from the entry of an episode of ``sectorlead.data.pullback.find_pullbacks(close, pullback, leave, window)`` until it
    is over, and a pullback lasts no longer than that function's does. Unknown before the first bar,
    and, with volatility units, until a volatility is known: it takes ``volatility`` + 1 closes.

    **Follow-through day.** A rally attempt begins, as day 1, with the first close above the one before it after a new
    low of the leg, and ends with the next new low. A follow-through day is the first session of an attempt, from day
    ``follow_from`` on and outside a recovery, with a gain of at least ``follow_gain`` and more volume than the session
    before; where one of the two volumes isn't known, volume is not asked for.

    **Trend.** Held from a close ``trend_band`` above the mean of the last ``trend`` closes, broken from one as far
    below it, and as it was in between; the first known is held unless it is broken. A pullback in a trend that holds
    is another thing than one below it.

    Parameters
    ----------
    unit : str
        "fixed" or "volatility".
    pullback, correction, bear : float, optional
        Depths, ascending. Default: 0.05, 0.10, 0.20 fixed; 1, 2, 3 with volatility.
    leave : float, optional
        Depth at which a fall is over, less than ``pullback``. Default: 0.02 fixed, 0.4 with volatility.
    window : int
        Sessions in which the peak is looked for.
    expire : int
        Sessions after which a fall that is still a pullback is called a correction; 0 is never.
    overlap : {"drop", "keep"}
        Whether a fall may be measured from a peak of the one before.
    bottoming : int
        Sessions without a new low.
    recovery_high : int
        Sessions whose closes a recovery exceeds.
    recover_on : str
        "high", "follow-through" or "either". Follow-through days come early, and leave little to call bottoming.
    follow_gain : float, optional
        Gain of a follow-through day. Default: 0.02 fixed, 0.25 with volatility, which is 1.1 daily deviations.
    follow_from : int
        First day of a rally attempt that can be one.
    volatility : int
        Sessions of the volatility.
    trend : int
        Sessions of the long mean.
    trend_band : float
        Fraction of that mean.

    Raises
    ------
    ParameterError
        For a value out of its range or thresholds out of order.
    DataError
        When the panel has no benchmark.

    Notes
    -----
    5, 10 and 20% are the conventions for the S&P 500 (market practice): one, two and three or four units of
    volatility there; ChiNext moves twice as much. A peak in a burst of volatility has a large
    unit for the whole fall: that of ChiNext's high of 2024-10-08 is 15%, twice the usual, so with "volatility" the 29%
    that it lost until April 2025 are a pullback still. Follow-through day: O'Neil, "How to Make Money in Stocks"
    (1988), whose size has changed between editions.
    """

    unit: str = parameter("fixed", choices=("fixed", "volatility"), grid=("fixed", "volatility"))
    pullback: float | None = parameter(None, kind=float, low=0.001, high=20.0)
    correction: float | None = parameter(None, kind=float, low=0.001, high=20.0)
    bear: float | None = parameter(None, kind=float, low=0.001, high=20.0)
    leave: float | None = parameter(None, kind=float, low=0.0, high=20.0)
    window: int = parameter(WINDOW, low=2, high=2520, grid=(60, 120, 250))
    expire: int = parameter(EXPIRE, low=0, high=2520, grid=(0, 60, 120))
    overlap: str = parameter("drop", choices=("drop", "keep"))
    bottoming: int = parameter(10, low=1, high=250, grid=(5, 10, 20))
    recovery_high: int = parameter(20, low=1, high=250, grid=(10, 20, 40))
    recover_on: str = parameter("high", choices=("high", "follow-through", "either"), grid=("high", "either"))
    follow_gain: float | None = parameter(None, kind=float, low=0.0, high=20.0)
    follow_from: int = parameter(4, low=1, high=60)
    volatility: int = parameter(60, low=2, high=2520, grid=(20, 60, 120))
    trend: int = parameter(250, low=2, high=2520, grid=(120, 250))
    trend_band: float = parameter(0.01, low=0.0, high=0.5)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._thresholds()

    @property
    def depths(self) -> tuple[float, float, float]:
        """Where pullback, correction and bear market begin: fractions, or units of volatility."""
        return self._thresholds()[:3]

    def _thresholds(self) -> tuple[float, float, float, float, float]:
        """Pullback, correction, bear, leave and gain, in units."""
        given = (self.pullback, self.correction, self.bear, self.leave, self.follow_gain)
        pairs = zip(given, _DEFAULTS[self.unit], strict=True)
        pullback, correction, bear, leave, gain = (usual if value is None else value for value, usual in pairs)
        if not leave < pullback < correction < bear:
            raise ParameterError(
                f"MarketPhases needs leave < pullback < correction < bear, was {leave:g}, {pullback:g}, "
                f"{correction:g}, {bear:g}; what is not given is the default of unit={self.unit!r}"
            )
        if self.unit == "fixed" and bear >= 1:
            raise ParameterError(f'MarketPhases.bear must be below 1 with unit="fixed" (0.2 is 20%), was {bear:g}')
        return pullback, correction, bear, leave, gain

    def __call__(self, panel: Panel) -> Phases:
        """The phases of the benchmark."""
        if panel.benchmark is None:
            raise DataError("MarketPhases needs a benchmark: load(..., benchmark=...), or --benchmark PATH:SYMBOL")
        return self.of(panel.benchmark)[0]

    def of(self, bench: Benchmark) -> tuple[Phases, int]:
        """The phases of a benchmark, found from its first bar on, in rows of its panel; and the phase before these."""
        found, before = self.along(bench), bench.before
        last = int(found.phase[before - 1]) if before else UNKNOWN
        peak, rest = np.maximum(found.peak - before, -1)[before:], slice(before, None)
        return Phases(
            found.phase[rest], peak, found.drawdown[rest], found.trend[rest], found.follow_through[rest]
        ), last

    def along(self, bench: Benchmark) -> Phases:
        """The phases of a benchmark in rows of its whole line, its bars before the panel first."""
        line = bench.line
        highest = pd.Series(line).rolling(self.window, min_periods=1).max().to_numpy()
        terms = _Terms(
            *self._thresholds(), self.window, self.bottoming, self.recovery_high, self.follow_from,
            self.recover_on != "follow-through", self.recover_on != "high", self.expire, self.overlap == "drop",
        )  # fmt: skip
        walk = chosen(_walk, 1e-5 * len(line))
        phase, peak, follow = walk(line, highest, self._units(line), bench.whole("volume"), terms)
        drawdown = np.where(peak < 0, np.nan, line / line[np.maximum(peak, 0)] - 1)
        return Phases(phase, peak, drawdown, self._trend(line), np.where(phase == UNKNOWN, np.nan, follow))

    def _units(self, line: Floats) -> Floats:
        """The unit of a depth in each session, shape (T,); NaN where it isn't known yet."""
        if self.unit == "fixed":
            return np.ones(len(line))
        moves = pd.Series(np.log(line)).diff()
        deviation = moves.rolling(self.volatility).std()
        units: Floats = (deviation.where(deviation > NO_VOLATILITY).ffill() * MONTH**0.5).to_numpy()
        return units

    def _trend(self, line: Floats) -> Floats:
        mean = pd.Series(line).rolling(self.trend).mean().to_numpy()
        broken, held = line < (1 - self.trend_band) * mean, line >= (1 + self.trend_band) * mean
        known = np.isfinite(mean)
        held |= known & (np.cumsum(known) == 1) & ~broken
        last = np.maximum.accumulate(np.where(held | broken, np.arange(len(line)), -1))
        return np.where(last < 0, np.nan, np.where(broken[last], -1.0, 1.0))


@compiled
def _walk(
    line: Floats, highest: Floats, units: Floats, volume: Floats, terms: _Terms
) -> tuple[NDArray[np.int8], NDArray[np.int64], NDArray[np.bool_]]:
    """The table of ``MarketPhases``, session by session: phase, peak and follow-through, each of shape (T,)."""
    size = line.size
    phases, peaks, follows = np.zeros(size, np.int8), np.full(size, -1, np.int64), np.zeros(size, np.bool_)
    phase, peak, low_row, day, since, entered = UNKNOWN, -1, -1, 0, 0, 0
    unit, first_unit, low, top = np.nan, np.nan, np.nan, np.nan
    followed = False
    for t in range(size):
        close = line[t]
        if np.isnan(first_unit):
            first_unit = units[t]
        if np.isnan(close):
            continue
        renewed = close >= highest[t]
        entering = phase <= ADVANCE
        if not entering and (renewed or close >= (1 - terms.leave * unit) * line[peak]):
            phase = ADVANCE
            if terms.drop:
                since, peak = t, t
        if phase <= ADVANCE:
            if peak < 0 or close >= line[peak]:
                peak = t
            elif peak <= t - terms.window:
                peak = t
                for j in range(t - 1, max(since, t - terms.window + 1) - 1, -1):
                    if line[j] > line[peak]:
                        peak = j
            elif not terms.drop and line[peak] != highest[t]:
                peak = t
                while line[peak] != highest[t]:
                    peak -= 1
            unit = first_unit if np.isnan(units[peak]) else units[peak]
            if not np.isnan(unit):
                phase = ADVANCE
        depth = ADVANCE
        if close <= (1 - terms.bear * unit) * line[peak]:
            depth = BEAR
        elif close <= (1 - terms.correction * unit) * line[peak]:
            depth = CORRECTION
        elif close <= (1 - terms.pullback * unit) * line[peak]:
            depth = PULLBACK
        if entering:
            if depth > ADVANCE:
                phase, low, low_row, day, followed, entered = depth, close, t, 0, False, t
        elif phase > ADVANCE:
            failed = False
            if phase == RECOVERY:
                top = max(top, close)
                failed = close <= (1 - terms.pullback * unit) * top
            if close < low or failed:
                low, low_row, day, followed = close, t, 0, False
                if phase >= BOTTOMING:
                    phase = depth
            elif day > 0 or close > line[t - 1]:
                day += 1
            if phase <= BEAR:
                phase = max(phase, depth)
            if phase != RECOVERY:
                strong = close >= (1 + terms.gain * unit) * line[t - 1] and not volume[t] <= volume[t - 1]
                if day >= terms.from_day and strong and not followed:
                    follows[t] = followed = True
                if phase >= CORRECTION:
                    above = terms.on_high and t >= terms.high
                    for j in range(max(t - terms.high, 0), t):
                        if not close > line[j]:
                            above = False
                    if above or (terms.on_follow and follows[t]):
                        phase, top = RECOVERY, close
                    elif t - low_row >= terms.bottoming and depth >= PULLBACK:
                        phase = BOTTOMING
            if phase == PULLBACK and 0 < terms.expire <= t - entered:
                phase = CORRECTION
        phases[t], peaks[t] = phase, peak
    return phases, peaks, follows


class PhaseSummary(NamedTuple):
    """How long phases lasted, and what followed.

    Attributes
    ----------
    dwell : DataFrame
        One row per ``Phase``, in their order and by their lower-case name: ``sessions`` in it, ``share`` of all
        sessions, ``spells`` (unbroken stretches), and their ``mean``, ``median`` and ``longest`` length in sessions;
        NaN lengths for a phase that never was. The last spell counts as if it had ended.
    transitions : DataFrame
        How often the phase of the row was followed by that of the column in the next session; the diagonal is 0.
    """

    dwell: pd.DataFrame
    transitions: pd.DataFrame


def summarise_phases(phase: NDArray[np.int8]) -> PhaseSummary:
    """Dwell times and transition counts of ``Phases.phase``: a look back over the whole of it.

    Raises
    ------
    ParameterError
        When ``phase`` is something else, such as the ``Phases`` themselves.
    """
    if not isinstance(phase, np.ndarray) or phase.dtype.kind not in "iu" or phase.ndim != 1:
        raise ParameterError(
            "summarise_phases takes an array of integers of shape (T,), such as MarketPhases()(panel).phase; "
            f"was {type(phase).__name__}"
        )
    names = pd.Index([item.name.lower() for item in Phase], name="phase")
    starts = np.flatnonzero(np.diff(phase, prepend=-1))
    spell, length = phase[starts].astype(np.int64), np.diff(starts, append=len(phase))
    lengths = pd.Series(length).groupby(spell).agg(["sum", "count", "mean", "median", "max"]).reindex(range(len(names)))
    lengths.columns = pd.Index(["sessions", "spells", "mean", "median", "longest"])
    dwell = lengths.set_axis(names).fillna({"sessions": 0, "spells": 0}).astype({"sessions": int, "spells": int})
    dwell.insert(1, "share", dwell["sessions"] / max(len(phase), 1))
    counts = np.zeros((len(names), len(names)), np.int64)
    np.add.at(counts, (spell[:-1], spell[1:]), 1)
    return PhaseSummary(dwell, pd.DataFrame(counts, names, names.rename("next")))
