"""How fast the breadth of a whole market of stocks is: 4,000 stocks x 2,500 sessions, limits by board and date.

    python benchmarks/bench_breadth.py
"""

from __future__ import annotations

import resource
import time

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.strategies.indicators.stock_breadth import StockBreadth

STOCKS, SESSIONS, REPEATS, BUDGET = 4_000, 2_500, 3, 2.0


def made_up() -> Panel:
    """Stocks of four boards that list over the years, are suspended now and then, and often close at a limit."""
    rng = np.random.default_rng(0)
    days = pd.bdate_range("2016-01-04", periods=SESSIONS)
    codes = [f"{('600', '000', '002', '300')[i % 4]}{i // 4:03d}" for i in range(STOCKS - 400)]
    codes += [f"688{i:03d}" for i in range(400)]
    limit_ups = rng.random((SESSIONS, STOCKS)) < 0.02
    moves = np.where(limit_ups, np.log(1.1), rng.normal(-0.002, 0.02, limit_ups.shape))
    close = np.round(20 * np.exp(np.cumsum(moves, axis=0)), 2).clip(0.5)
    listed = np.where(np.arange(STOCKS) % 3 == 0, rng.integers(0, SESSIONS // 2, STOCKS), 0)
    listed[-400:] += 950  # STAR began in 2019
    close[(np.arange(SESSIONS)[:, None] < listed) | (rng.random(close.shape) < 0.01)] = np.nan
    return Panel(days, tuple(codes), close, open=close, high=close * 1.002, low=close * 0.998)


def main() -> None:
    panel = made_up()
    reading = StockBreadth("cn-stock")
    start = time.perf_counter()
    reading(panel.until(20))
    first = time.perf_counter() - start
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        found = reading(panel)
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{STOCKS} stocks x {SESSIONS} sessions, {np.nanmean(found.limit_up):.0f} limit-ups a session")
    print(f"first call, 21 sessions, compilation included: {first:.2f} s")
    print(f"best of {REPEATS}: {min(times):.2f} s, budget {BUDGET:g} s; peak memory {peak:.0f} MB with the panel")


if __name__ == "__main__":
    main()
