"""What columns of several sections are, said once; metrics have theirs in ``metrics.registry``."""

from __future__ import annotations

from ..message import say

STRATEGY = say("Return of the account, after costs.")
BENCHMARK = say("Return of the benchmark, from its closes, without costs.")
EQUAL_WEIGHT = say("Return of all listed series in equal weight, under the same schedule, rules and costs.")
LEAD = say("Strategy less equal weight.")
OVER_EQUAL_WEIGHT = say("Growth of the strategy over that of equal weight, less 1.")
OVER_BENCHMARK = say("Growth of the strategy over that of the benchmark, less 1.")
SESSIONS = say("Sessions that it is told of.")
YEARLY = say("The same, compounded to a year.")
OF_LINES = {"Strategy": STRATEGY, "Benchmark": BENCHMARK, "Equal weight": EQUAL_WEIGHT}
"""By label of a line; any other is that of the benchmark."""
