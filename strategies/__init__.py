"""Opinions, as composable values: measures, phases, picks, weights, guards, schedules, and what is made of them."""

from .breadth import Breadth
from .candles import Candles
from .caps import Capped, RankProportional, ScoreProportional, VolatilityTarget
from .delayed import Delayed
from .diverse_picks import DiverseTopN
from .exits import Exits
from .groups import GroupStrength
from .guards import AbsoluteMomentum, AlwaysIn, Guard, PhaseGuard, TrendGuard
from .indicator import Indicator
from .library import LIBRARY, Entry, build
from .mapped import Mapped
from .measures import (
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
from .optimised import HierarchicalRiskParity, MinimumVariance, RiskParity
from .part import Part, parameter
from .phases import MarketPhases, Phase
from .picks import All, Pick, TopN
from .pullback import PullbackStrength
from .regime import Regime
from .regime_picks import TopByRegime
from .rotation import Rotation
from .rrg import Quadrant, RelativeRotation, RotationQuadrant
from .schedules import Every, Monthly, Once, OnDates, Weekly
from .scores import Everything, LowVolatility, Momentum, RandomScore, Reverse, Score
from .tranches import Staggered, Tranches
from .weights import Equal, InverseVolatility, JointWeigh, Weigh

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
