"""How fast measures of strength and readings of the market are: the simulated market, 31 x 2,500, best of several.

Ratios within one run mean something; the times themselves belong to the machine.

    python benchmarks/bench_measures.py
"""

from __future__ import annotations

import time

import sectorlead as sl
from sectorlead import (
    MEASURES,
    Bottoming,
    Breadth,
    Candles,
    Excess,
    Fixed,
    GroupStrength,
    Indicator,
    LastCompleted,
    MarketPhases,
    PullbackStrength,
    Regime,
    RelativeRotation,
    Resilience,
    ResilienceT,
    Score,
    Streaks,
    Support,
)

PANEL = sl.simulate(seed=0, sessions=2_500)
BUDGET_MS, REPEATS = 20.0, 7

VARIANTS: dict[str, Score | Indicator] = {
    "excess, last completed pullback": Excess(LastCompleted()),
    "excess, bottoming": Excess(Bottoming()),
    "resilience, last 60 sessions": Resilience(Fixed(60)),
    "resilience-t, last 60, peers for late": ResilienceT(Fixed(60), late="peers"),
    "pullback strength": PullbackStrength(),
    "market phases": MarketPhases(),
    "breadth": Breadth(),
    "regime": Regime(),
    "group strength": GroupStrength({symbol: symbol[-1] for symbol in PANEL.symbols}),
    "RRG-style map": RelativeRotation(),
    "candles of every series": Candles("series"),
    "support of pullbacks": Support(),
    "streaks": Streaks(),
}


def best_ms(score: Score | Indicator) -> float:
    """Shortest time of a call in milliseconds, after one to warm up."""
    score(PANEL)
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        score(PANEL)
        times.append(time.perf_counter() - start)
    return min(times) * 1e3


def main() -> None:
    print(f"{'':40}{'ms':>8}{'budget ms':>12}")
    for label, score in ({name: entry.make() for name, entry in MEASURES.items()} | VARIANTS).items():
        print(f"{label:40}{best_ms(score):8.2f}{BUDGET_MS:12g}")


if __name__ == "__main__":
    main()
