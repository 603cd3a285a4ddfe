"""What library strategies share: flat parameters, as a command line has them, and the strategy that they make."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from ...data.errors import ParameterError
from ...engine.strategy import Schedule
from ..domain import parameter, same_as
from ..exposure.exits import Exits
from ..exposure.guards import AlwaysIn, Guard, PhaseGuard, TrendGuard
from ..part import Part
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

Made = Rotation | Tranches

WEIGHTS: dict[str, Callable[[int, float, Score], Weigh]] = {
    "equal": lambda sessions, total, score: Equal(total),
    "inverse-volatility": lambda sessions, total, score: InverseVolatility(sessions, total=total),
    "rank": lambda sessions, total, score: RankProportional(score, total=total),
    "risk-parity": lambda sessions, total, score: RiskParity(sessions, total=total),
    "minimum-variance": lambda sessions, total, score: MinimumVariance(sessions, total=total),
    "hierarchical": lambda sessions, total, score: HierarchicalRiskParity(sessions, total=total),
}
"""What ``weights`` may say; the last three need the extra ``optimise``."""


PARTS = {
    "score": "score", "pick": "pick", "weigh": "weigh", "guard": "guard", "schedule": "when", "exits": "exits",
}  # fmt: skip
"""The method of a rule that makes each part of its rotation."""


@dataclass(frozen=True, kw_only=True)
class Rule(Part, ABC):
    """A strategy of the library: its parameters, each with what it may be, and the strategy that they make.

    Parameters
    ----------
    weights : str
        A key of ``WEIGHTS``.
    volatility_lookback : int
        Sessions from which volatilities and covariances are measured.
    total : float
        Fraction of the equity that is invested.
    """

    weights: str = parameter("equal", choices=tuple(WEIGHTS), grid=("equal", "inverse-volatility", "rank"))
    volatility_lookback: int = same_as(InverseVolatility, "lookback")
    total: float = same_as(Equal, "total")

    def build(self) -> Made:
        """The strategy: each part by its method."""
        rotation = Rotation(**{part: getattr(self, method)() for part, method in PARTS.items()})
        count, spacing = self.stagger()
        return rotation if count == 1 else Tranches(rotation, count, spacing)

    @abstractmethod
    def score(self) -> Score:
        """Who ranks first."""

    def pick(self) -> Pick:
        """How many are held: all."""
        return All()

    def weigh(self) -> Weigh:
        """How the invested part is split."""
        return WEIGHTS[self.weights](self.volatility_lookback, self.total, self.score())

    def guard(self) -> Guard:
        """How much may be invested: all."""
        return AlwaysIn()

    @abstractmethod
    def when(self) -> Schedule:
        """The schedule."""

    def exits(self) -> Exits:
        """What is sold between decisions: nothing."""
        return Exits()

    def stagger(self) -> tuple[int, int]:
        """How many tranches there are, 1 for none, and the sessions from one to the next."""
        return 1, 0


@dataclass(frozen=True, kw_only=True)
class BuyAll(Rule):
    """Buys everything that can be ranked in the first session of the run, and never trades again."""

    def score(self) -> Score:
        """No opinion."""
        return Everything()

    def when(self) -> Schedule:
        """Once."""
        return Once()


@dataclass(frozen=True, kw_only=True)
class Scheduled(Rule):
    """Decides on a schedule.

    Parameters
    ----------
    schedule : str
        "monthly", "weekly" or "every-N".
    offset : int
        Of the schedule, in sessions.
    """

    schedule: str = parameter("monthly", grid=("weekly", "monthly"))
    offset: int = same_as(Every, "offset")

    def when(self) -> Schedule:
        """The schedule."""
        if self.schedule == "monthly":
            return Monthly(self.offset)
        if self.schedule == "weekly":
            return Weekly(self.offset)
        if every := re.fullmatch(r"every-(\d+)", self.schedule):
            return Every(int(every[1]), self.offset)
        raise ParameterError(
            f"schedule must be 'monthly', 'weekly' or 'every-N', e.g. 'every-20', was {self.schedule!r}"
        )


@dataclass(frozen=True, kw_only=True)
class HoldAll(Scheduled):
    """Holds everything that can be ranked.

    Parameters
    ----------
    trend : int
        Sessions of ``TrendGuard``; 0 for no guard.
    """

    trend: int = parameter(0, low=0, high=2520, grid=(0, 120, 200))

    def score(self) -> Score:
        """No opinion."""
        return Everything()

    def guard(self) -> Guard:
        """The trend, where it is asked for."""
        return TrendGuard(self.trend) if self.trend else AlwaysIn()


@dataclass(frozen=True, kw_only=True)
class HoldBest(Scheduled):
    """Holds the best by a score, under the guard of the rule.

    Parameters
    ----------
    top, hold_until_rank, min_hold, max_swaps
        See ``TopN``.
    max_per_group, max_correlation
        See ``DiverseTopN``; a correlation of 1 is no cap.
    selective_top : int
        How many to hold while the market is selective (``TopByRegime``); 0 for ``top`` always.
    max_weight : float
        No weight above it, the excess to the others; 1 is no cap.
    target_volatility : float
        Per year; weights shrink to it, the rest is cash; 0 for none.
    stop, trailing, hold_sessions
        See ``Exits``.
    tranches : int
        Parts of the account, each on its own rebalance day (``Tranches``); 1 for none.
    tranche_spacing : int
        Sessions from one of these days to the next.
    """

    top: int = same_as(TopN, "n")
    hold_until_rank: int | None = same_as(TopN, "hold_until_rank")
    min_hold: int = same_as(TopN, "min_hold")
    max_swaps: int | None = same_as(TopN, "max_swaps")
    max_per_group: int | None = same_as(DiverseTopN, "max_per_group")
    max_correlation: float = same_as(DiverseTopN, "max_correlation", 1.0)
    selective_top: int = parameter(0, low=0, high=10_000, grid=(0, 2, 3))
    max_weight: float = same_as(Capped, "most", 1.0)
    target_volatility: float = parameter(0.0, low=0.0, high=10.0, grid=(0.0, 0.1, 0.15, 0.2))
    stop: float = same_as(Exits, "stop")
    trailing: float = same_as(Exits, "trailing")
    hold_sessions: int = same_as(Exits, "sessions")
    tranches: int = same_as(Tranches, "count", 1)
    tranche_spacing: int = same_as(Tranches, "spacing")

    @abstractmethod
    def guard(self) -> Guard:
        """How much may be invested."""

    def weigh(self) -> Weigh:
        """How the invested part is split, within cap and target."""
        weigh = super().weigh()
        if self.max_weight < 1:
            weigh = Capped(weigh, self.max_weight)
        if self.target_volatility > 0:
            weigh = VolatilityTarget(weigh, self.target_volatility, self.volatility_lookback)
        return weigh

    def exits(self) -> Exits:
        """What is sold between decisions."""
        return Exits(self.stop, self.trailing, self.hold_sessions)

    def stagger(self) -> tuple[int, int]:
        """How many tranches there are, and the sessions from one to the next."""
        return self.tranches, self.tranche_spacing

    def pick(self) -> Pick:
        """How many are held, and how long they may stay."""
        top, last, stay, swaps = self.top, self.hold_until_rank, self.min_hold, self.max_swaps
        diverse = self.max_per_group is not None or self.max_correlation < 1
        if self.selective_top:
            if diverse:
                raise ParameterError(
                    "selective_top can't be combined with max_per_group or max_correlation; leave one out"
                )
            band = 0 if last is None else last - top
            return TopByRegime(top, self.selective_top, band, min_hold=stay, max_swaps=swaps)
        if diverse:
            caps = self.max_per_group, self.max_correlation
            return DiverseTopN(top, last, *caps, min_hold=stay, max_swaps=swaps)
        return TopN(top, last, min_hold=stay, max_swaps=swaps)


@dataclass(frozen=True, kw_only=True)
class Best(HoldBest):
    """Holds the best by a score, under a guard that its parameters choose.

    Parameters
    ----------
    trend : int
        Sessions of ``TrendGuard``; 0 for no guard.
    bear_exposure : float
        Exposure in a bear market, and half-way to it in a correction and while it bottoms (``PhaseGuard``); 1 for no
        guard. Not together with ``trend``.
    """

    trend: int = same_as(HoldAll, "trend")
    bear_exposure: float = same_as(PhaseGuard, "bear", 1.0)

    def guard(self) -> Guard:
        """How much may be invested."""
        if self.bear_exposure < 1:
            if self.trend:
                raise ParameterError("trend and bear_exposure are two guards; leave one out")
            middle = (1 + self.bear_exposure) / 2
            return PhaseGuard(correction=middle, bear=self.bear_exposure, bottoming=middle)
        return TrendGuard(self.trend) if self.trend else AlwaysIn()


@dataclass(frozen=True, kw_only=True)
class BestInBand(Best):
    """``Best`` with a hold band: what is held stays to rank 8."""

    hold_until_rank: int | None = same_as(TopN, "hold_until_rank", 8)
