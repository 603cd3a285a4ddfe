"""The rules of the library, each with its exact statement; ``registry`` names them and says where they come from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...data.errors import ParameterError
from ..domain import parameter, same_as
from ..exposure.guards import AbsoluteMomentum, Guard
from ..indicators.phases import MarketPhases
from ..indicators.rrg import RelativeRotation
from ..scores.combine import Filtered, Ranked
from ..scores.excess import Excess, RecoveryFirst
from ..scores.measure import WindowMeasure
from ..scores.pullback_strength import PullbackStrength
from ..scores.registry import MEASURES
from ..scores.regression import Beta
from ..scores.resilience import Resilience
from ..scores.rotation_quadrant import RotationQuadrant
from ..scores.rs_line import RSNewHigh
from ..scores.score import LowVolatility as LowVolatilityScore
from ..scores.score import Momentum as MomentumScore
from ..scores.score import RandomScore, Reverse, Score
from ..scores.window import BottomingPhase, Current, Fixed, LastCompleted
from .builders import Best, BestInBand, BuyAll, HoldAll, HoldBest

WINDOWS = {"current": Current(), "last": LastCompleted(), "bottoming": BottomingPhase()}


@dataclass(frozen=True, kw_only=True)
class Leaders(BestInBand):
    """After the last session of each month, hold the best by any measure of strength: a key of ``MEASURES``.

    ``over`` is the window of a measure that has one: "current" (a pullback, or the last one), "last" (completed),
    "bottoming" (phase), or a number of sessions; left out, the measure's own. ``reverse`` holds the worst instead.

    Parameters
    ----------
    measure : str
        A key of ``MEASURES``.
    over : str
        Window of a measure that has one, as above.
    reverse : bool
        Whether the worst are held.

    Raises
    ------
    UnknownNameError
        A measure that is not known; says the nearest.
    ParameterError
        ``over`` for a measure without a window.
    """

    measure: str = parameter("resilience", choices=tuple(MEASURES), grid=tuple(MEASURES))
    over: str = parameter("", grid=("", *WINDOWS, "60"))
    reverse: bool = parameter(False)

    def score(self) -> Score:
        """By the measure."""
        score = MEASURES[self.measure].make()
        if self.over:
            score = self._over(score)
        return Reverse(score) if self.reverse else score

    def _over(self, score: Score) -> Score:
        if not isinstance(score, WindowMeasure):
            known = ", ".join(name for name, entry in MEASURES.items() if isinstance(entry.make(), WindowMeasure))
            raise ParameterError(f"over is for a measure with a window ({known}), not for {self.measure}; leave it out")
        if not self.over.isdecimal() and self.over not in WINDOWS:
            words = ", ".join(map(repr, WINDOWS))
            raise ParameterError(f"over must be one of {words}, or a number of sessions like '60', was {self.over!r}")
        return replace(score, window=Fixed(int(self.over)) if self.over.isdecimal() else WINDOWS[self.over])


@dataclass(frozen=True, kw_only=True)
class PullbackLeaders(BestInBand):
    """After the last session of each month, hold the sectors that are strongest in the current or last pullback.

    Strength is ``PullbackStrength``: by default the return since the benchmark's peak that the sector's beta before
    the peak does not explain. A sector enters among the first 5 and leaves past rank 8; equal weights. No trend
    guard: one idea at a time, or a result can't be put down to either (``trend=120`` adds one).

    Parameters
    ----------
    measure : str
        Of ``PullbackStrength``.
    enter, leave, window
        When a pullback begins and ends, see ``sectorlead.data.pullback.find_pullbacks``.
    beta_window : int
        Sessions before the peak from which beta is measured.
    """

    measure: str = same_as(PullbackStrength, "measure")
    enter: float = same_as(PullbackStrength, "enter")
    leave: float = same_as(PullbackStrength, "leave")
    window: int = same_as(PullbackStrength, "window")
    beta_window: int = same_as(PullbackStrength, "beta_window")

    def score(self) -> Score:
        """By strength in pullbacks."""
        return PullbackStrength(self.measure, self.enter, self.leave, self.window, self.beta_window)


@dataclass(frozen=True, kw_only=True)
class PullbackLaggards(PullbackLeaders):
    """``pullback-leaders`` upside down: the sectors that are weakest in the pullback, all else the same.

    If strength in a pullback means something, leaders and laggards must differ, and by more than chance.

    Parameters
    ----------
    measure, enter, leave, window, beta_window
        As ``pullback_leaders``.
    """

    def score(self) -> Score:
        """By weakness in pullbacks."""
        return Reverse(super().score())


@dataclass(frozen=True, kw_only=True)
class BottomingLeaders(BestInBand):
    """After the last session of each month, hold the sectors that were strongest in the market's last bottoming phase.

    Strength is ``Resilience`` over the window ``BottomingPhase``: from the benchmark's low so far, while it is deep
    under its peak and makes no lower close; when the recovery has begun, as it was in the last session of that phase.
    Beta is from before the low; a sector listed too late for one has 1. All else as ``pullback-leaders``.

    Parameters
    ----------
    beta_window : int
        Sessions before the low from which beta is measured.
    late : str
        Beta of a sector that was listed too late for one, see ``Resilience``.
    phase_unit : str
        Of ``MarketPhases``.
    """

    beta_window: int = same_as(Resilience, "beta_window")
    late: str = same_as(Resilience, "late", "one")
    phase_unit: str = same_as(MarketPhases, "unit")

    def score(self) -> Score:
        """By strength in the bottoming phase."""
        return Resilience(BottomingPhase(MarketPhases(self.phase_unit)), self.beta_window, self.late)


@dataclass(frozen=True, kw_only=True)
class FirstToRecover(BestInBand):
    """After the last session of each month, hold the sectors that were first to regain their own peak.

    Strength is ``RecoveryFirst`` in the current or last pullback: sessions since a sector's close was back at its
    highest of the ``reach`` sessions before; those still below it follow, the nearest to it first.

    Parameters
    ----------
    enter, leave, window
        When a pullback begins and ends, see ``sectorlead.data.pullback.find_pullbacks``.
    reach : int
        Sessions in which a sector's own peak is looked for.
    """

    enter: float = same_as(PullbackStrength, "enter")
    leave: float = same_as(PullbackStrength, "leave")
    window: int = same_as(PullbackStrength, "window")
    reach: int = same_as(RecoveryFirst, "reach")

    def score(self) -> Score:
        """By how early a peak was regained."""
        return RecoveryFirst(Current(self.enter, self.leave, self.window), self.reach)


@dataclass(frozen=True, kw_only=True)
class RSLineHigh(BestInBand):
    """After the last session of each month, hold the sectors whose RS line is at a high before their price is.

    The RS line is price over benchmark. First come those with the line at its high of ``sessions`` and the price
    below its own, then the others by their line's distance from its high.
    """

    sessions: int = same_as(RSNewHigh, "sessions")

    def score(self) -> Score:
        """By the RS line."""
        return RSNewHigh(self.sessions)


@dataclass(frozen=True, kw_only=True)
class ResilientHighBeta(BestInBand):
    """After the last session of each month, hold the most resilient of the sectors that should have fallen most.

    Only the upper half by beta over ``beta_window`` sessions is ranked (``beta_rank`` is the share below), by the
    return since the benchmark's peak that the beta before it does not explain (``Resilience``).

    Parameters
    ----------
    beta_rank : float
        Share of the sectors, by beta, that are left out; in [0, 1].
    enter, leave, window
        When a pullback begins and ends, see ``sectorlead.data.pullback.find_pullbacks``.
    beta_window : int
        Sessions from which beta is measured.
    """

    beta_rank: float = parameter(0.5, low=0.0, high=1.0, grid=(0.25, 0.5, 0.75))
    enter: float = same_as(PullbackStrength, "enter")
    leave: float = same_as(PullbackStrength, "leave")
    window: int = same_as(PullbackStrength, "window")
    beta_window: int = same_as(PullbackStrength, "beta_window")

    def score(self) -> Score:
        """By strength, among the upper part by beta."""
        strength = Resilience(Current(self.enter, self.leave, self.window), self.beta_window)
        return Filtered(strength, Ranked(Beta(self.beta_window)), self.beta_rank)


@dataclass(frozen=True, kw_only=True)
class OversoldRebound(BestInBand):
    """After the last session of each month, hold the sectors that fell most since the benchmark's peak.

    By the plain return relative to the benchmark in the current or last pullback, the worst first, whatever the beta:
    what fell most is expected to rebound most.

    Parameters
    ----------
    enter, leave, window
        When a pullback begins and ends, see ``sectorlead.data.pullback.find_pullbacks``.
    """

    enter: float = same_as(PullbackStrength, "enter")
    leave: float = same_as(PullbackStrength, "leave")
    window: int = same_as(PullbackStrength, "window")

    def score(self) -> Score:
        """By the fall against the benchmark."""
        return Reverse(Excess(Current(self.enter, self.leave, self.window)))


@dataclass(frozen=True, kw_only=True)
class Momentum(Best):
    """After the last session of each month, hold the best by total return over ``lookback`` sessions, equally weighted.

    120 sessions are about half a year; the top 5, as many as ``pullback-leaders`` holds.

    Parameters
    ----------
    lookback : int or tuple of int
        Sessions; of several, the mean return.
    skip : int
        Latest sessions left out.
    """

    lookback: int | tuple[int, ...] = same_as(MomentumScore, "lookback", 120)
    skip: int = same_as(MomentumScore, "skip")

    def score(self) -> Score:
        """By total return."""
        return MomentumScore(self.lookback, self.skip)


@dataclass(frozen=True, kw_only=True)
class FaberMomentum(Momentum):
    """After the last session of each month, hold the top 3 by total return over 12 months, equally weighted.

    Faber ranks ten US sectors by 1, 3, 6, 9 or 12 months or their mean (``lookback=20,60,120,180,250``) and holds 1, 2
    or 3 of them; no hold band, no costs. On monthly bars 12 months are ``lookback=12``.

    Parameters
    ----------
    lookback : int or tuple of int
        Sessions; of several, the mean return.
    skip : int
        Latest sessions left out.
    """

    lookback: int | tuple[int, ...] = same_as(MomentumScore, "lookback", 250)
    top: int = same_as(Best, "top", 3)


@dataclass(frozen=True, kw_only=True)
class FaberMomentumTrend(FaberMomentum):
    """``faber-momentum``, in cash while the benchmark is below its mean of ten months (200 sessions).

    Parameters
    ----------
    lookback, skip
        As ``faber_momentum``.
    """

    trend: int = same_as(Best, "trend", 200)


@dataclass(frozen=True, kw_only=True)
class DualMomentum(HoldBest):
    """After the last session of each month, hold the top 3 by 12-month return, if the benchmark's own exceeds a hurdle.

    Otherwise everything is in cash. Antonacci's two halves: relative momentum picks, absolute momentum decides whether
    to be invested at all; his hurdle is the return of Treasury bills, and his refuge bonds. His version for sectors is
    not public; this is the rule applied to them.

    Parameters
    ----------
    formation : int
        Sessions of both returns.
    hurdle : float
        The benchmark's return must exceed it, as a fraction over ``formation``.
    """

    formation: int = same_as(AbsoluteMomentum, "lookback", 250)
    hurdle: float = same_as(AbsoluteMomentum, "hurdle")
    top: int = same_as(HoldBest, "top", 3)

    def score(self) -> Score:
        """By total return."""
        return MomentumScore(self.formation)

    def guard(self) -> Guard:
        """Cash unless the benchmark has risen."""
        return AbsoluteMomentum(self.formation, self.hurdle)


@dataclass(frozen=True, kw_only=True)
class MoskowitzGrinblatt(Best):
    """Every half year, hold the top 3 by return over the half year before, equally weighted: the long side.

    The paper's (6, 6) strategy on 20 value-weighted industries: formed over six months and held for six, in six
    portfolios that overlap, of which this is one.

    Parameters
    ----------
    formation : int
        Sessions of the return.
    skip : int
        Latest sessions left out.
    """

    formation: int = same_as(AbsoluteMomentum, "lookback", 120)
    skip: int = same_as(MomentumScore, "skip")
    top: int = same_as(Best, "top", 3)
    schedule: str = same_as(Best, "schedule", "every-120")

    def score(self) -> Score:
        """By total return."""
        return MomentumScore(self.formation, self.skip)


@dataclass(frozen=True, kw_only=True)
class RRGLeading(Best):
    """After the last session of each month, hold the sectors deepest in the leading quadrant of an RRG-style map.

    Relative strength above its mean, and rising (``RotationQuadrant``); ranked by distance from the centre. Sectors in
    other quadrants are not held; with none in it, nothing is decided.

    Parameters
    ----------
    form, rrg_window, change
        Of ``RelativeRotation``.
    """

    form: str = same_as(RelativeRotation, "form")
    rrg_window: int = same_as(RelativeRotation, "window")
    change: int = same_as(RelativeRotation, "change")

    def score(self) -> Score:
        """By the place on the map."""
        return RotationQuadrant("leading", rotation=self.map())

    def map(self) -> RelativeRotation:
        """Where the series stand."""
        return RelativeRotation(self.form, self.rrg_window, change=self.change)


@dataclass(frozen=True, kw_only=True)
class RRGImproving(RRGLeading):
    """After the last session of each month, hold the sectors with most momentum in the improving quadrant.

    Relative strength below its mean, but rising: what comes before leading on an RRG-style map.

    Parameters
    ----------
    form, rrg_window, change
        Of ``RelativeRotation``.
    """

    def score(self) -> Score:
        """By the place on the map."""
        return RotationQuadrant("improving", rotation=self.map())


@dataclass(frozen=True, kw_only=True)
class LowVolatility(BestInBand):
    """After the last session of each month, hold the 5 calmest sectors by the standard deviation of daily returns.

    What a raw measure of resilience picks in a fall, without looking at any.
    """

    window: int = same_as(LowVolatilityScore, "lookback")

    def score(self) -> Score:
        """By low volatility."""
        return LowVolatilityScore(self.window)


@dataclass(frozen=True, kw_only=True)
class TopkDropout(Momentum):
    """After the last session of each week, sell the worst 1 of the 5 held that fell out of the first 5, and fill up.

    qlib's TopkDropout on the return over ``lookback`` sessions; ``max_swaps`` is its ``n_drop``, ``min_hold`` its
    ``hold_thresh``.

    Parameters
    ----------
    lookback : int or tuple of int
        Sessions; of several, the mean return.
    skip : int
        Latest sessions left out.
    """

    lookback: int | tuple[int, ...] = same_as(MomentumScore, "lookback", 20)
    max_swaps: int | None = same_as(Best, "max_swaps", 1)
    schedule: str = same_as(Best, "schedule", "weekly")


@dataclass(frozen=True, kw_only=True)
class Random(BestInBand):
    """``pullback-leaders`` with random numbers for a score: same schedule, hold band, weights and costs.

    One seed is one draw; many seeds are what chance alone would have earned.
    """

    seed: int = same_as(RandomScore, "seed")

    def score(self) -> Score:
        """Random numbers."""
        return RandomScore(self.seed)


@dataclass(frozen=True, kw_only=True)
class EqualWeight(HoldAll):
    """After the last session of each month, hold every sector that can be ranked, equally weighted."""


@dataclass(frozen=True, kw_only=True)
class BuyAndHold(BuyAll):
    """After the first session of the run, buy every sector that can be ranked then, equally weighted; never again.

    A sector listed later is not bought; nothing is bought at all if none can be ranked in that session.
    """
