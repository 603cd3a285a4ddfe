"""From a score and flat keywords, as a command line has them, to a strategy."""

from __future__ import annotations

import re

from ..data.errors import ParameterError
from ..engine.strategy import Schedule
from .exits import Exits
from .guards import AlwaysIn, Guard, TrendGuard
from .picks import All, TopN
from .rotation import Rotation
from .schedules import Every, Monthly, Once, Weekly
from .scores import Everything, Score
from .weights import Equal, InverseVolatility, Weigh

# ruff: noqa: PLR0913  # flat keywords are the names of a command line and of a study file


def best(
    score: Score,
    *,
    top: int = 5,
    hold_until_rank: int | None = None,
    min_hold: int = 0,
    max_swaps: int | None = None,
    weights: str = "equal",
    volatility_lookback: int = 60,
    total: float = 1.0,
    trend: int = 0,
    stop: float = 0.0,
    trailing: float = 0.0,
    hold_sessions: int = 0,
    schedule: str = "monthly",
    offset: int = 0,
) -> Rotation:
    """Holds the ``top`` best by a score.

    Parameters
    ----------
    top, hold_until_rank, min_hold, max_swaps
        See ``TopN``.
    weights : {"equal", "inverse-volatility"}
    volatility_lookback : int
        Sessions, of inverse volatility.
    total : float
        Fraction of the equity that is invested.
    trend : int
        Sessions of ``TrendGuard``; 0 for no guard.
    stop, trailing, hold_sessions
        See ``Exits``.
    schedule : str
        "monthly", "weekly" or "every-N".
    offset : int
        Of the schedule, in sessions.
    """
    return Rotation(
        score=score,
        pick=TopN(top, hold_until_rank, min_hold=min_hold, max_swaps=max_swaps),
        weigh=_weigh(weights, volatility_lookback, total),
        guard=_guard(trend),
        schedule=_schedule(schedule, offset),
        exits=Exits(stop, trailing, hold_sessions),
    )


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
    """Holds everything that can be ranked; parameters as in ``best``."""
    return Rotation(
        score=score or Everything(),
        pick=All(),
        weigh=_weigh(weights, volatility_lookback, total),
        guard=_guard(trend),
        schedule=_schedule(schedule, offset),
    )


def once(
    score: Score | None = None, *, weights: str = "equal", volatility_lookback: int = 60, total: float = 1.0
) -> Rotation:
    """Buys everything that can be ranked in the first session; parameters as in ``best``."""
    return Rotation(score or Everything(), All(), _weigh(weights, volatility_lookback, total), AlwaysIn(), Once())


def _weigh(weights: str, volatility_lookback: int, total: float) -> Weigh:
    if weights == "equal":
        return Equal(total)
    if weights == "inverse-volatility":
        return InverseVolatility(volatility_lookback, total=total)
    raise ParameterError(f"weights must be 'equal' or 'inverse-volatility', was {weights!r}")


def _guard(trend: int) -> Guard:
    return AlwaysIn() if trend == 0 else TrendGuard(trend)


def _schedule(schedule: str, offset: int) -> Schedule:
    if schedule == "monthly":
        return Monthly(offset)
    if schedule == "weekly":
        return Weekly(offset)
    if every := re.fullmatch(r"every-(\d+)", str(schedule)):
        return Every(int(every[1]), offset)
    raise ParameterError(f"schedule must be 'monthly', 'weekly' or 'every-N', e.g. 'every-20', was {schedule!r}")
