"""How long a brief takes: 31 sectors and 4,000 stocks over ten years, base rates over all of it, page and JSON.

    python benchmarks/bench_brief.py

The budget is 5 s of processor time; what imports and kernels take the first time is told apart.
"""

from __future__ import annotations

import json
import time

import numpy as np
import pandas as pd

import sectorlead as sl

SESSIONS, STOCKS = 2500, 4000


def stocks_like(market: sl.Panel, count: int) -> sl.Panel:
    """Stocks at whole fen, each a sector with noise of its own."""
    rng = np.random.default_rng(0)
    noise = np.exp(np.cumsum(rng.normal(0, 0.015, (len(market.sessions), count)), axis=0))
    close = np.maximum((market.close[:, np.arange(count) % len(market.symbols)] * noise).round(2), 0.01)
    codes = [f"{600000 + k}.SH" if k < 2000 else f"{300000 + k - 2000}.SZ" for k in range(count)]
    known = np.isfinite(market.close).all(axis=1)
    frames = {key: pd.DataFrame(close[known], market.sessions[known], codes) for key in ("open", "high", "low")}
    return sl.Panel.from_frames(pd.DataFrame(close[known], market.sessions[known], codes), **frames)


def main() -> None:
    """Print the times."""
    market = sl.simulate(seed=1, sessions=SESSIONS)
    stocks = stocks_like(market, STOCKS)
    day = stocks.sessions[-1]
    for what in ("first, with what compiles", "again"):
        start = time.process_time()
        told = sl.brief(market, day, stocks=stocks, rules=["pullback-leaders", "momentum"])
        made = time.process_time()
        page, plain = told.html(), json.dumps(told.as_dict())
        done = time.process_time()
        size = f"{len(page) + len(plain):,} bytes"
        print(f"{what}: numbers {made - start:.2f} s, page and JSON {done - made:.2f} s ({size})")


if __name__ == "__main__":
    main()
