"""What a variant costs in a batch, beside a loop over ``sectorlead.run``: CPU and wall time, threads, memory.

    python benchmarks/bench_sweep.py            # 10^3 and 10^4 variants
    python benchmarks/bench_sweep.py --full     # and 10^5 and 10^6
    python benchmarks/bench_sweep.py --random   # random portfolios, and daily returns that are kept, only

Budgets are wall time on two quiet cores; CPU time is what to look at on a machine that does other things too.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import sectorlead as sl
from sectorlead.chance.matched_picks import matched_picks
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


def random_portfolios(count: int = 10_000) -> None:
    """Draws of a monthly rule on 31 series, by seed and matched to a rule's turnover; and daily returns on disk."""
    panel, config = panel_of(31), sl.RunConfig(accept=("padded-holidays", "closed-day-rows"))
    rule = sl.Rotation(sl.RandomScore(), sl.TopN(5, 8), schedule=sl.Monthly())
    run = sl.run(sl.Rotation(sl.Momentum(60), sl.TopN(5, 8)), panel, "cn-etf", config=config)
    matched_picks(run, range(200)), _seeds(rule, panel, config, 10, 1)
    print(f"{count:,} random portfolios, monthly, {len(panel.symbols)} x {len(panel.sessions):,}: seconds of CPU, wall")
    for threads in (1, 2):
        took = timed(lambda threads=threads: _seeds(rule, panel, config, count, threads))  # type: ignore[misc]
        print(f"  by seed, {threads} threads: {took.cpu:.2f}, {took.wall:.2f}", flush=True)
    took = timed(lambda: matched_picks(run, range(count)))
    print(f"  matched to a rule's turnover, with costs and without: {took.cpu:.2f}, {took.wall:.2f}", flush=True)
    grid = {"lookback": range(20, 270, 5), "offset": range(10), "pick.n": range(1, 21)}
    base = sl.Rotation(sl.Momentum(60), schedule=sl.Monthly())
    for kept in ("none", "float64", "float32"):
        with tempfile.TemporaryDirectory() as store:
            took = timed(lambda kept=kept, store=store: _sweep(base, grid, panel, config, kept, store))  # type: ignore[misc]
        print(f"  sweep of 10,000, daily returns {kept}: {took.cpu:.2f}, {took.wall:.2f}", flush=True)


def _seeds(rule: sl.Rotation, panel: sl.Panel, config: sl.RunConfig, count: int, threads: int) -> None:
    table = variant_table(rule, {"score.seed": np.arange(count)}, lambda name: None)
    evaluate(table, panel, sl.market("cn-etf"), config, measured_row=None, returns=False, threads=threads)


def _sweep(base: sl.Rotation, grid: Any, panel: sl.Panel, config: sl.RunConfig, kept: Any, store: str) -> None:
    sl.sweep(base, grid, panel, "cn-etf", returns=kept, store=store, config=config)


def main() -> None:
    os.environ["SECTORLEAD_KERNELS"] = "compiled"
    if "--random" in sys.argv:
        random_portfolios()
        return
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
    random_portfolios()


if __name__ == "__main__":
    main()
