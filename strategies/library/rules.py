"""The rules of the library, each with its exact statement; ``library.py`` names them and says where they come from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...data.errors import ParameterError, UnknownNameError
from ..exposure.guards import AbsoluteMomentum
from ..indicators.phases import MarketPhases
from ..indicators.rrg import RelativeRotation
from ..rotation import Rotation
from ..scores.combine import Filtered, Ranked
from ..scores.excess import Excess, RecoveryFirst
from ..scores.measure import WindowMeasure
from ..scores.pullback_strength import PullbackStrength
from ..scores.registry import MEASURES
from ..scores.regression import Beta
from ..scores.resilience import Resilience
from ..scores.rotation_quadrant import RotationQuadrant
from ..scores.rs_line import RSNewHigh
from ..scores.score import LowVolatility, Momentum, RandomScore, Reverse, Score
from ..scores.window import BottomingPhase, Current, Fixed, LastCompleted
from .builders import Best, best, everything, once

WINDOWS = {"current": Current(), "last": LastCompleted(), "bottoming": BottomingPhase()}


def leaders(*, measure: str = "resilience", over: str = "", reverse: bool = False, **shape: Any) -> Best:
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
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.

    Raises
    ------
    UnknownNameError
        A measure that is not known; says the nearest.
    ParameterError
        ``over`` for a measure without a window.
    """
    if measure not in MEASURES:
        raise UnknownNameError("measure", measure, MEASURES)
    score: Score = MEASURES[measure].make()
    if over:
        if not isinstance(score, WindowMeasure):
            able = [name for name, entry in MEASURES.items() if isinstance(entry.make(), WindowMeasure)]
            known = ", ".join(able)
            raise ParameterError(f"over is for a measure with a window ({known}), not for {measure}; leave it out")
        if not over.isdecimal() and over not in WINDOWS:
            words = ", ".join(map(repr, WINDOWS))
            raise ParameterError(f"over must be one of {words}, or a number of sessions such as '60', was {over!r}")
        score = replace(score, window=Fixed(int(over)) if over.isdecimal() else WINDOWS[over])
    return best(Reverse(score) if reverse else score, **shape)


def pullback_leaders(
    *,
    measure: str = "beta-adjusted",
    enter: float = 0.08,
    leave: float = 0.03,
    window: int = 250,
    beta_window: int = 120,
    **shape: Any,
) -> Best:
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
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    return best(PullbackStrength(measure, enter, leave, window, beta_window), **shape)


def pullback_laggards(
    *,
    measure: str = "beta-adjusted",
    enter: float = 0.08,
    leave: float = 0.03,
    window: int = 250,
    beta_window: int = 120,
    **shape: Any,
) -> Best:
    """``pullback-leaders`` upside down: the sectors that are weakest in the pullback, all else the same.

    If strength in a pullback means something, leaders and laggards must differ, and by more than chance.

    Parameters
    ----------
    measure, enter, leave, window, beta_window
        As ``pullback_leaders``.
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    return best(Reverse(PullbackStrength(measure, enter, leave, window, beta_window)), **shape)


def bottoming_leaders(*, beta_window: int = 120, late: str = "one", phase_unit: str = "fixed", **shape: Any) -> Best:
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
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    return best(Resilience(BottomingPhase(MarketPhases(phase_unit)), beta_window, late), **shape)


def recovery_first(
    *, enter: float = 0.08, leave: float = 0.03, window: int = 250, reach: int = 250, **shape: Any
) -> Best:
    """After the last session of each month, hold the sectors that were first to regain their own peak.

    Strength is ``RecoveryFirst`` in the current or last pullback: sessions since a sector's close was back at its
    highest of the ``reach`` sessions before; those still below it follow, the nearest to it first.

    Parameters
    ----------
    enter, leave, window
        When a pullback begins and ends, see ``sectorlead.data.pullback.find_pullbacks``.
    reach : int
        Sessions in which a sector's own peak is looked for.
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    return best(RecoveryFirst(Current(enter, leave, window), reach), **shape)


def rs_new_high(*, sessions: int = 250, **shape: Any) -> Best:
    """After the last session of each month, hold the sectors whose RS line is at a high before their price is.

    The RS line is price over benchmark. First come those with the line at its high of ``sessions`` and the price
    below its own, then the others by their line's distance from its high.
    """
    return best(RSNewHigh(sessions), **shape)


def resilient_high_beta(
    *,
    beta_rank: float = 0.5,
    enter: float = 0.08,
    leave: float = 0.03,
    window: int = 250,
    beta_window: int = 120,
    **shape: Any,
) -> Best:
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
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    strength = Resilience(Current(enter, leave, window), beta_window)
    return best(Filtered(strength, Ranked(Beta(beta_window)), beta_rank), **shape)


def oversold_rebound(*, enter: float = 0.08, leave: float = 0.03, window: int = 250, **shape: Any) -> Best:
    """After the last session of each month, hold the sectors that fell most since the benchmark's peak.

    By the plain return relative to the benchmark in the current or last pullback, the worst first, whatever the beta:
    what fell most is expected to rebound most.

    Parameters
    ----------
    enter, leave, window
        When a pullback begins and ends, see ``sectorlead.data.pullback.find_pullbacks``.
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    return best(Reverse(Excess(Current(enter, leave, window))), **shape)


def momentum(*, lookback: int | tuple[int, ...] = 120, skip: int = 0, **shape: Any) -> Best:
    """After the last session of each month, hold the best by total return over ``lookback`` sessions, equally weighted.

    120 sessions are about half a year; the top 5, as many as ``pullback-leaders`` holds.

    Parameters
    ----------
    lookback : int or tuple of int
        Sessions; of several, the mean return.
    skip : int
        Latest sessions left out.
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    return best(Momentum(lookback, skip), **shape)


def faber_momentum(*, lookback: int | tuple[int, ...] = 250, skip: int = 0, **shape: Any) -> Best:
    """After the last session of each month, hold the top 3 by total return over 12 months, equally weighted.

    Faber ranks ten US sectors by 1, 3, 6, 9 or 12 months or their mean (``lookback=20,60,120,180,250``) and holds 1, 2
    or 3 of them; no hold band, no costs. On monthly bars 12 months are ``lookback=12``.

    Parameters
    ----------
    lookback : int or tuple of int
        Sessions; of several, the mean return.
    skip : int
        Latest sessions left out.
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    return best(Momentum(lookback, skip), **shape)


def faber_momentum_trend(*, lookback: int | tuple[int, ...] = 250, skip: int = 0, **shape: Any) -> Best:
    """``faber-momentum``, in cash while the benchmark is below its mean of ten months (200 sessions).

    Parameters
    ----------
    lookback, skip
        As ``faber_momentum``.
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    return best(Momentum(lookback, skip), **shape)


def dual_momentum(*, formation: int = 250, hurdle: float = 0.0, **shape: Any) -> Best:
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
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    return best(Momentum(formation), AbsoluteMomentum(formation, hurdle), **shape)


def moskowitz_grinblatt(*, formation: int = 120, skip: int = 0, **shape: Any) -> Best:
    """Every half year, hold the top 3 by return over the half year before, equally weighted: the long side.

    The paper's (6, 6) strategy on 20 value-weighted industries: formed over six months and held for six, in six
    portfolios that overlap, of which this is one.

    Parameters
    ----------
    formation : int
        Sessions of the return.
    skip : int
        Latest sessions left out.
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    return best(Momentum(formation, skip), **shape)


def rrg_leading(*, form: str = "ema", rrg_window: int = 14, change: int = 4, **shape: Any) -> Best:
    """After the last session of each month, hold the sectors deepest in the leading quadrant of an RRG-style map.

    Relative strength above its mean, and rising (``RotationQuadrant``); ranked by distance from the centre. Sectors in
    other quadrants are not held; with none in it, nothing is decided.

    Parameters
    ----------
    form, rrg_window, change
        Of ``RelativeRotation``.
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    map_ = RelativeRotation(form, rrg_window, change=change)
    return best(RotationQuadrant("leading", rotation=map_), **shape)


def rrg_improving(*, form: str = "ema", rrg_window: int = 14, change: int = 4, **shape: Any) -> Best:
    """After the last session of each month, hold the sectors with most momentum in the improving quadrant.

    Relative strength below its mean, but rising: what comes before leading on an RRG-style map.

    Parameters
    ----------
    form, rrg_window, change
        Of ``RelativeRotation``.
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    map_ = RelativeRotation(form, rrg_window, change=change)
    return best(RotationQuadrant("improving", rotation=map_), **shape)


def low_volatility(*, window: int = 120, **shape: Any) -> Best:
    """After the last session of each month, hold the 5 calmest sectors by the standard deviation of daily returns.

    What a raw measure of resilience picks in a fall, without looking at any.
    """
    return best(LowVolatility(window), **shape)


def topk_dropout(*, lookback: int | tuple[int, ...] = 20, skip: int = 0, **shape: Any) -> Best:
    """After the last session of each week, sell the worst 1 of the 5 held that fell out of the first 5, and fill up.

    qlib's TopkDropout on the return over ``lookback`` sessions; ``max_swaps`` is its ``n_drop``, ``min_hold`` its
    ``hold_thresh``.

    Parameters
    ----------
    lookback : int or tuple of int
        Sessions; of several, the mean return.
    skip : int
        Latest sessions left out.
    **shape
        As in ``best``: how many are held, weights, guards, exits, schedule.
    """
    return best(Momentum(lookback, skip), **shape)


def random(*, seed: int = 0, **shape: Any) -> Best:
    """``pullback-leaders`` with random numbers for a score: same schedule, hold band, weights and costs.

    One seed is one draw; many seeds are what chance alone would have earned.
    """
    return best(RandomScore(seed), **shape)


def equal_weight(**shape: Any) -> Rotation:
    """After the last session of each month, hold every sector that can be ranked, equally weighted."""
    return everything(**shape)


def buy_and_hold(**shape: Any) -> Rotation:
    """After the first session of the run, buy every sector that can be ranked then, equally weighted; never again.

    A sector listed later is not bought; nothing is bought at all if none can be ranked in that session.
    """
    return once(**shape)
