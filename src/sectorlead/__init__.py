"""Event-driven backtests of sector-rotation rules: leaders in pullbacks, measured against their opposites.

    >>> import sectorlead as sl
    >>> panel = sl.simulate(seed=1, sessions=500)
    >>> rule = sl.Rotation(score=sl.Momentum(60), pick=sl.TopN(3), schedule=sl.Monthly())
    >>> run = sl.run(rule, panel, market="cn-etf", cash=1_000_000)
    >>> run.equity.shape
    (500,)

Names load what they need when they are first used, so the import itself costs next to nothing.
"""

# ruff: noqa: F405  # what a type checker sees of the strategies is all of them

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sectorlead.api import Run, run
    from sectorlead.data.errors import EngineMismatchError, InputError, SectorLeadError
    from sectorlead.data.load import load
    from sectorlead.data.panel import Benchmark, Panel
    from sectorlead.data.simulate import simulate
    from sectorlead.engine.market.market import Market
    from sectorlead.engine.market.rulebook import RuleBook, find_rulebook
    from sectorlead.engine.strategy import Portfolio
    from sectorlead.research.compare import compare
    from sectorlead.strategies import *  # noqa: F403

__version__ = "0.2.0"

__all__ = [
    "LIBRARY",
    "MEASURES",
    "RPS",
    "AbsoluteMomentum",
    "Acceleration",
    "All",
    "AlwaysIn",
    "Benchmark",
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
    "EngineMismatchError",
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
    "InputError",
    "InverseVolatility",
    "JointWeigh",
    "LastCompleted",
    "LeadershipStreak",
    "LowVolatility",
    "MansfieldRS",
    "Mapped",
    "Market",
    "MarketPhases",
    "Measure",
    "MinimumVariance",
    "Momentum",
    "Monthly",
    "OnDates",
    "Once",
    "Panel",
    "Part",
    "Phase",
    "PhaseGuard",
    "Pick",
    "Portfolio",
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
    "RuleBook",
    "Run",
    "Score",
    "ScoreProportional",
    "SectorLeadError",
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
    "compare",
    "find_rulebook",
    "load",
    "parameter",
    "run",
    "simulate",
]

_HOME = {  # every other name lives in sectorlead.strategies
    "Benchmark": "sectorlead.data.panel",
    "EngineMismatchError": "sectorlead.data.errors",
    "InputError": "sectorlead.data.errors",
    "Market": "sectorlead.engine.market.market",
    "Panel": "sectorlead.data.panel",
    "Portfolio": "sectorlead.engine.strategy",
    "RuleBook": "sectorlead.engine.market.rulebook",
    "Run": "sectorlead.api",
    "SectorLeadError": "sectorlead.data.errors",
    "compare": "sectorlead.research.compare",
    "find_rulebook": "sectorlead.engine.market.rulebook",
    "load": "sectorlead.data.load",
    "run": "sectorlead.api",
    "simulate": "sectorlead.data.simulate",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'sectorlead' has no attribute {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(_HOME.get(name, "sectorlead.strategies")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
