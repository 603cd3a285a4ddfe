"""Relative strength in every form: measures over a window, of a trend, across symbols, and scores made of them."""

from .capture import DownCapture, DownDaysBeaten, RSDays, UpCapture
from .combine import Blend, Filtered, Ranked, ZScore
from .excess import DrawdownSpread, Excess, RecoveryFirst, Retracement
from .measure import WindowMeasure
from .momentum import RPS, Acceleration, DistanceFromHigh, LeadershipStreak, RegressionMomentum, WeightedRS
from .pullback_strength import PullbackStrength
from .registry import MEASURES, Measure
from .regression import Beta, ResidualMomentum
from .resilience import Resilience, ResilienceT
from .rotation_quadrant import RotationQuadrant
from .rs_line import MansfieldRS, RSNewHigh, RSSlope
from .score import Everything, LowVolatility, Momentum, RandomScore, Reverse, Score
from .window import Bottoming, BottomingPhase, Current, Fixed, LastCompleted, Window

__all__ = [
    "MEASURES",
    "RPS",
    "Acceleration",
    "Beta",
    "Blend",
    "Bottoming",
    "BottomingPhase",
    "Current",
    "DistanceFromHigh",
    "DownCapture",
    "DownDaysBeaten",
    "DrawdownSpread",
    "Everything",
    "Excess",
    "Filtered",
    "Fixed",
    "LastCompleted",
    "LeadershipStreak",
    "LowVolatility",
    "MansfieldRS",
    "Measure",
    "Momentum",
    "PullbackStrength",
    "RSDays",
    "RSNewHigh",
    "RSSlope",
    "RandomScore",
    "Ranked",
    "RecoveryFirst",
    "RegressionMomentum",
    "ResidualMomentum",
    "Resilience",
    "ResilienceT",
    "Retracement",
    "Reverse",
    "RotationQuadrant",
    "Score",
    "UpCapture",
    "WeightedRS",
    "Window",
    "WindowMeasure",
    "ZScore",
]
