"""What a variant costs in a batch, beside a loop over ``sectorlead.run``: CPU and wall time, threads, memory.

    python benchmarks/bench_sweep.py            # 10^3 and 10^4 variants
    python benchmarks/bench_sweep.py --full     # and 10^5 and 10^6

Budgets are wall time on two quiet cores; CPU time is what to look at on a machine that does other things too.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import sectorlead as sl
from sectorlead.research.sweep.evaluate import evaluate
from sectorlead.strategies.variants import VariantTable, variant_table

SESSIONS = 2_500
LOOP = 40
"""Variants of the loop over ``sectorlead.run``."""
BUDGET = {31: 65.0, 400: 100.0}
"""Microseconds of wall time a variant, two threads."""


class Took(NamedTuple):
    """Seconds."""

    wall: float
    cpu: float


def timed(work: Callable[[], Any]) -> Took:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def panel_of(columns: int) -> sl.Panel:
    """Random walks with a market in common, under the codes of funds."""
    rng = np.random.default_rng(7)
    market = rng.normal(0.0002, 0.01, SESSIONS)
    moves = market[:, None] * rng.uniform(0.6, 1.4, columns) + rng.normal(0, 0.012, (SESSIONS, columns))
    close = np.round(np.exp(np.cumsum(moves, axis=0)), 3) + 0.5
    before = np.vstack([close[:1], close[:-1]])
    opened = np.round(before * np.exp(rng.normal(0, 0.004, close.shape)), 3)
    high, low = np.maximum(opened, close) + 0.001, np.minimum(opened, close) - 0.001
    volume = np.round(rng.lognormal(18, 0.5, close.shape))
    return sl.Panel(
        sl.simulate(seed=1, sessions=SESSIONS).sessions, tuple(f"51{i:04d}" for i in range(columns)), close, opened,
        high, low, volume, kinds=["etf"] * columns,
    )  # fmt: skip


def variants_of(count: int) -> VariantTable:
    """Look-backs x top-n x offsets of a monthly rule, as many as asked for; repeated with hold bands beyond 8,000."""
    k = np.arange(count)
    top = 1 + k // 500 % 16
    columns = {
        "score.lookback": 20 + 5 * (k % 50),
        "schedule.offset": k // 50 % 10,
        "pick.n": top,
        "pick.hold_until_rank": top + k // 8_000,
    }
    return variant_table(sl.Rotation(sl.Momentum(60), schedule=sl.Monthly()), columns, lambda name: None)


def main() -> None:
    os.environ["SECTORLEAD_KERNELS"] = "compiled"
    sizes = (1_000, 10_000, *((100_000, 1_000_000) if "--full" in sys.argv else ()))
    # the random bars know no holidays
    config, market = sl.RunConfig(accept=("padded-holidays", "closed-day-rows")), sl.market("cn-etf")
    print(f"{'series':>6} {'variants':>9} {'threads':>7} {'us CPU':>9} {'us wall':>9} {'budget':>7} {'peak MB':>8}")
    for columns in (31, 400):
        panel = panel_of(columns)
        evaluate(variants_of(2), panel, market, config, measured_row=None, returns=False)
        rules = list(variants_of(1_000)[:: 1_000 // LOOP])
        sl.run(rules[0], panel, market, config=config)
        loop = timed(lambda rules=rules, panel=panel: [sl.run(rule, panel, market, config=config) for rule in rules])  # type: ignore[misc]
        wall, cpu = (seconds / len(rules) * 1e6 for seconds in loop)
        print(f"{columns:6} {'sl.run':>9} {'':7} {cpu:9.0f} {wall:9.0f}")
        for count in sizes if columns == 31 else sizes[:3]:
            table = variants_of(count)
            for threads in (1, 2):
                took = timed(
                    lambda table=table, panel=panel, threads=threads: evaluate(  # type: ignore[misc]
                        table, panel, market, config, measured_row=None, returns=False, threads=threads
                    )
                )
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                budget = f"{BUDGET[columns]:.0f}" if threads == 2 else ""
                print(
                    f"{columns:6} {count:9,} {threads:7} {took.cpu / count * 1e6:9.1f} {took.wall / count * 1e6:9.1f} "
                    f"{budget:>7} {peak:8.0f}"
                )


if __name__ == "__main__":
    main()
