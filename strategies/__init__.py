"""Opinions, as composable values: measures, phases, picks, weights, guards, schedules, and what is made of them."""

from .exposure.exits import Exits
from .exposure.guards import AbsoluteMomentum, AlwaysIn, Guard, PhaseGuard, TrendGuard
from .indicators.breadth import Breadth
from .indicators.candles import Candles
from .indicators.groups import GroupStrength
from .indicators.indicator import Indicator
from .indicators.phases import MarketPhases, Phase
from .indicators.regime import Regime
from .indicators.rrg import Quadrant, RelativeRotation
from .library.registry import LIBRARY, Entry, build
from .part import Part, parameter
from .picks.by_regime import TopByRegime
from .picks.diverse import DiverseTopN
from .picks.pick import All, Pick, TopN
from .rotation import Rotation
from .schedules import Every, Monthly, Once, OnDates, Weekly
from .scores import (
    MEASURES,
    RPS,
    Acceleration,
    Beta,
    Blend,
    Bottoming,
    BottomingPhase,
    Current,
    DistanceFromHigh,
    DownCapture,
    DownDaysBeaten,
    DrawdownSpread,
    Excess,
    Filtered,
    Fixed,
    LastCompleted,
    LeadershipStreak,
    MansfieldRS,
    Measure,
    Ranked,
    RecoveryFirst,
    RegressionMomentum,
    ResidualMomentum,
    Resilience,
    ResilienceT,
    Retracement,
    RSDays,
    RSNewHigh,
    RSSlope,
    UpCapture,
    WeightedRS,
    Window,
    WindowMeasure,
    ZScore,
)
from .scores.pullback_strength import PullbackStrength
from .scores.rotation_quadrant import RotationQuadrant
from .scores.score import Everything, LowVolatility, Momentum, RandomScore, Reverse, Score
from .weights.caps import Capped, RankProportional, ScoreProportional, VolatilityTarget
from .weights.optimised import HierarchicalRiskParity, MinimumVariance, RiskParity
from .weights.weigh import Equal, InverseVolatility, JointWeigh, Weigh
from .wrappers.delayed import Delayed
from .wrappers.mapped import Mapped
from .wrappers.tranches import Staggered, Tranches

__all__ = [
    "LIBRARY",
    "MEASURES",
    "RPS",
    "AbsoluteMomentum",
    "Acceleration",
    "All",
    "AlwaysIn",
    "Beta",
    "Blend",
    "Bottoming",
    "BottomingPhase",
    "Breadth",
    "Candles",
    "Capped",
    "Current",
    "Delayed",
    "DistanceFromHigh",
    "DiverseTopN",
    "DownCapture",
    "DownDaysBeaten",
    "DrawdownSpread",
    "Entry",
    "Equal",
    "Every",
    "Everything",
    "Excess",
    "Exits",
    "Filtered",
    "Fixed",
    "GroupStrength",
    "Guard",
    "HierarchicalRiskParity",
    "Indicator",
    "InverseVolatility",
    "JointWeigh",
    "LastCompleted",
    "LeadershipStreak",
    "LowVolatility",
    "MansfieldRS",
    "Mapped",
    "MarketPhases",
    "Measure",
    "MinimumVariance",
    "Momentum",
    "Monthly",
    "OnDates",
    "Once",
    "Part",
    "Phase",
    "PhaseGuard",
    "Pick",
    "PullbackStrength",
    "Quadrant",
    "RSDays",
    "RSNewHigh",
    "RSSlope",
    "RandomScore",
    "RankProportional",
    "Ranked",
    "RecoveryFirst",
    "Regime",
    "RegressionMomentum",
    "RelativeRotation",
    "ResidualMomentum",
    "Resilience",
    "ResilienceT",
    "Retracement",
    "Reverse",
    "RiskParity",
    "Rotation",
    "RotationQuadrant",
    "Score",
    "ScoreProportional",
    "Staggered",
    "TopByRegime",
    "TopN",
    "Tranches",
    "TrendGuard",
    "UpCapture",
    "VolatilityTarget",
    "Weekly",
    "Weigh",
    "WeightedRS",
    "Window",
    "WindowMeasure",
    "ZScore",
    "build",
    "parameter",
]
