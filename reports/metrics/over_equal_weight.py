"""A run against equal weight of the same series, under the same schedule, rules and costs.

Equal weight is one more run of the engine (``equal_weight``), so these numbers are computed where they are asked for.
"""

from __future__ import annotations

from ..equal_weight import equal_weight_growth
from .benchmark import hit_rate, relative_return_of
from .inputs import LINE, OVER_EQUAL_WEIGHT, MeasuredLine, MeasuredPair, MeasuredRun
from .registry import Definition
from .returns import cagr_of, sharpe_of, volatility_of

__all__ = ["over_equal_weight"]

PREFIX = "equal_weight_"
"""Of the metrics of equal weight's own line."""
MEANT = "equal weight of all listed series, under the same schedule, rules and costs"

OVER_EQUAL_WEIGHT.add(
    lambda pair: cagr_of(pair.own) - cagr_of(pair.market),
    Definition(
        "excess_over_equal_weight", "Excess over equal weight",
        "CAGR less that of equal weight under the same schedule, rules and costs", "fraction",
        annualised="calendar years", blank="no time between first and last",
    ),
)  # fmt: skip
OVER_EQUAL_WEIGHT.add(
    relative_return_of,
    Definition(
        "relative_return_over_equal_weight", "Return over equal weight",
        "growth over that of equal weight, compounded per year", "fraction",
        annualised="calendar years", blank="no time between first and last",
        source="geometric excess return, Bacon (2008)",
    ),
)  # fmt: skip
OVER_EQUAL_WEIGHT.add(
    lambda pair: volatility_of(pair.ahead, pair.own.periods),
    Definition(
        "tracking_error_over_equal_weight", "Tracking error to equal weight",
        "standard deviation of return − equal weight's × {root}", "fraction",
        annualised="{root}", blank="fewer than 2 returns", source="Grinold, Kahn (1999)",
    ),
)  # fmt: skip
OVER_EQUAL_WEIGHT.add(
    lambda pair: sharpe_of(pair.ahead, pair.own.periods),
    Definition(
        "information_ratio_over_equal_weight", "Information ratio over equal weight",
        "mean / standard deviation of return − equal weight's × {root}", "ratio",
        annualised="{root}", blank="no tracking error", source="Goodwin (1998)",
    ),
)  # fmt: skip
OVER_EQUAL_WEIGHT.add(
    lambda pair: hit_rate(pair.own.months.returns, pair.market.months.returns),
    Definition(
        "hit_rate_over_equal_weight", "Months ahead of equal weight",
        "share of calendar months with a return above equal weight's by more than 1e-9", "fraction",
        blank="never in a run", source="batting average, by month",
    ),
)  # fmt: skip


def over_equal_weight(run: MeasuredRun) -> dict[str, float]:
    """The metrics of a run over equal weight, and those of equal weight's own line with ``equal_weight_`` before them.

    Parameters
    ----------
    run : MeasuredRun
    """
    line = MeasuredLine(equal_weight_growth(run.record), run.span.dates, run.span.periods)
    found = OVER_EQUAL_WEIGHT.of(MeasuredPair(run.own, line))
    return found | {f"{PREFIX}{name}": value for name, value in LINE.of(line).items()}
