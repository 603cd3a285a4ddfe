"""From a score and flat keywords, as a command line has them, to a strategy."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...data.errors import ParameterError
from ...engine.strategy import Schedule
from ..exposure.exits import Exits
from ..exposure.guards import AlwaysIn, Guard, PhaseGuard, TrendGuard
from ..picks.by_regime import TopByRegime
from ..picks.diverse import DiverseTopN
from ..picks.pick import All, Pick, TopN
from ..rotation import Rotation
from ..schedules import Every, Monthly, Once, Weekly
from ..scores.score import Everything, Score
from ..weights.caps import Capped, RankProportional, VolatilityTarget
from ..weights.optimised import HierarchicalRiskParity, MinimumVariance, RiskParity
from ..weights.weigh import Equal, InverseVolatility, Weigh
from ..wrappers.tranches import Tranches

# ruff: noqa: PLR0913  # flat keywords are the names of a command line and of a study file

Best = Rotation | Tranches


def best(
    score: Score,
    guard: Guard | None = None,
    *,
    top: int = 5,
    hold_until_rank: int | None = None,
    min_hold: int = 0,
    max_swaps: int | None = None,
    max_per_group: int | None = None,
    max_correlation: float = 1.0,
    weights: str = "equal",
    volatility_lookback: int = 60,
    max_weight: float = 1.0,
    target_volatility: float = 0.0,
    total: float = 1.0,
    trend: int = 0,
    bear_exposure: float = 1.0,
    selective_top: int = 0,
    stop: float = 0.0,
    trailing: float = 0.0,
    hold_sessions: int = 0,
    schedule: str = "monthly",
    offset: int = 0,
    tranches: int = 1,
) -> Best:
    """Holds the ``top`` best by a score.

    Parameters
    ----------
    score : Score
    guard : Guard, optional
        In place of ``trend`` and ``bear_exposure``.
    top, hold_until_rank, min_hold, max_swaps
        See ``TopN``.
    max_per_group, max_correlation
        See ``DiverseTopN``; a correlation of 1 is no cap.
    weights : {"equal", "inverse-volatility", "rank", "risk-parity", "minimum-variance", "hierarchical"}
        The last three need the extra ``optimise``.
    volatility_lookback : int
        Sessions from which volatilities and covariances are measured.
    max_weight : float
        No weight above it, the excess to the others; 1 is no cap.
    target_volatility : float
        Per year; weights shrink to it, the rest is cash; 0 for none.
    total : float
        Fraction of the equity that is invested.
    trend : int
        Sessions of ``TrendGuard``; 0 for no guard.
    bear_exposure : float
        Exposure in a bear market, and half-way to it in a correction and while it bottoms (``PhaseGuard``); 1 for no
        guard. Not together with ``trend``.
    selective_top : int
        How many to hold while the market is selective (``TopByRegime``); 0 for ``top`` always.
    stop, trailing, hold_sessions
        See ``Exits``.
    schedule : str
        "monthly", "weekly" or "every-N".
    offset : int
        Of the schedule, in sessions.
    tranches : int
        Parts of the account, each on its own rebalance day, five sessions apart (``Tranches``); 1 for none.
    """
    weigh = _weigh(weights, volatility_lookback, total, score)
    if max_weight < 1:
        weigh = Capped(weigh, max_weight)
    if target_volatility > 0:
        weigh = VolatilityTarget(weigh, target_volatility, volatility_lookback)
    pick: Pick = TopN(top, hold_until_rank, min_hold=min_hold, max_swaps=max_swaps)
    if max_per_group is not None or max_correlation < 1:
        pick = DiverseTopN(
            top, hold_until_rank, max_per_group, max_correlation, min_hold=min_hold, max_swaps=max_swaps
        )
    if selective_top:
        if pick != TopN(top, hold_until_rank, min_hold=min_hold, max_swaps=max_swaps):
            raise ParameterError("selective_top can't be combined with max_per_group or max_correlation; leave one out")
        band = 0 if hold_until_rank is None else hold_until_rank - top
        pick = TopByRegime(top, selective_top, band, min_hold=min_hold, max_swaps=max_swaps)
    rule = Rotation(
        score=score,
        pick=pick,
        weigh=weigh,
        guard=guard or _guard(trend, bear_exposure),
        schedule=_schedule(schedule, offset),
        exits=Exits(stop, trailing, hold_sessions),
    )
    return rule if tranches == 1 else Tranches(rule, tranches)


def everything(
    score: Score | None = None,
    *,
    weights: str = "equal",
    volatility_lookback: int = 60,
    total: float = 1.0,
    trend: int = 0,
    schedule: str = "monthly",
    offset: int = 0,
) -> Rotation:
    """Holds everything that can be ranked.

    Parameters
    ----------
    score : Score, optional
        Default: all that have a bar.
    weights, volatility_lookback, total, trend, schedule, offset
        As in ``best``.
    """
    return Rotation(
        score=score or Everything(),
        pick=All(),
        weigh=_weigh(weights, volatility_lookback, total, Everything()),
        guard=_guard(trend, 1.0),
        schedule=_schedule(schedule, offset),
    )


def once(
    score: Score | None = None, *, weights: str = "equal", volatility_lookback: int = 60, total: float = 1.0
) -> Rotation:
    """Buys everything that can be ranked in the first session, and keeps it.

    Parameters
    ----------
    score : Score, optional
        Default: all that have a bar.
    weights, volatility_lookback, total
        As in ``best``.
    """
    weigh = _weigh(weights, volatility_lookback, total, Everything())
    return Rotation(score or Everything(), All(), weigh, AlwaysIn(), Once())


WEIGHTS: dict[str, Callable[[int, float, Score], Weigh]] = {
    "equal": lambda sessions, total, score: Equal(total),
    "inverse-volatility": lambda sessions, total, score: InverseVolatility(sessions, total=total),
    "rank": lambda sessions, total, score: RankProportional(score, total=total),
    "risk-parity": lambda sessions, total, score: RiskParity(sessions, total=total),
    "minimum-variance": lambda sessions, total, score: MinimumVariance(sessions, total=total),
    "hierarchical": lambda sessions, total, score: HierarchicalRiskParity(sessions, total=total),
}
"""What ``weights`` may say."""


def _weigh(weights: str, volatility_lookback: int, total: float, score: Score) -> Weigh:
    if weights not in WEIGHTS:
        raise ParameterError(f"weights must be one of {', '.join(map(repr, WEIGHTS))}, was {weights!r}")
    return WEIGHTS[weights](volatility_lookback, total, score)


def _guard(trend: int, bear_exposure: float) -> Guard:
    if bear_exposure < 1:
        if trend:
            raise ParameterError("trend and bear_exposure are two guards; leave one out")
        middle = (1 + bear_exposure) / 2
        return PhaseGuard(correction=middle, bear=bear_exposure, bottoming=middle)
    return AlwaysIn() if trend == 0 else TrendGuard(trend)


def _schedule(schedule: str, offset: int) -> Schedule:
    if schedule == "monthly":
        return Monthly(offset)
    if schedule == "weekly":
        return Weekly(offset)
    if every := re.fullmatch(r"every-(\d+)", str(schedule)):
        return Every(int(every[1]), offset)
    raise ParameterError(f"schedule must be 'monthly', 'weekly' or 'every-N', e.g. 'every-20', was {schedule!r}")
