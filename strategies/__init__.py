"""Opinions, as composable values: scores, picks, weights, guards, schedules, and what is made of them."""

from .guards import AlwaysIn, Guard, TrendGuard
from .library import LIBRARY, Entry, build
from .part import Part, parameter
from .picks import All, Pick, TopN
from .pullback import PullbackStrength
from .rotation import Rotation
from .schedules import Every, Monthly, Once, Weekly
from .scores import Everything, Momentum, RandomScore, Reverse, Score
from .weights import Equal, InverseVolatility, Weigh

__all__ = [
    "LIBRARY",
    "All",
    "AlwaysIn",
    "Entry",
    "Equal",
    "Every",
    "Everything",
    "Guard",
    "InverseVolatility",
    "Momentum",
    "Monthly",
    "Once",
    "Part",
    "Pick",
    "PullbackStrength",
    "RandomScore",
    "Reverse",
    "Rotation",
    "Score",
    "TopN",
    "TrendGuard",
    "Weekly",
    "Weigh",
    "build",
    "parameter",
]
