"""How fast a panel comes out of the store, and how much memory it takes: 400 boards x 2,500 sessions.

The budget is 1 s and 600 MB, imports not counted in the time but in the memory.

    python benchmarks/bench_store.py
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BOARDS, SESSIONS = 400, 2_500
BUDGET_S, BUDGET_MB = 1.0, 600


def fill(root: Path) -> float:
    """A store of made-up boards and a benchmark; seconds per series stored."""
    import numpy as np
    import pandas as pd

    from sectorlead.data.sources.source import Fetched, SeriesInfo
    from sectorlead.data.store.store import Store

    store, rng = Store(root), np.random.default_rng(0)
    days = pd.bdate_range("2015-01-01", periods=SESSIONS)
    at = pd.Timestamp("2026-01-01", tz="UTC")
    named = [("em-concept", SeriesInfo(f"BK{i:04d}", f"概念{i}", known_from=days[i])) for i in range(BOARDS)]
    named.append(("index", SeriesInfo("399006", "创业板指")))
    store.add_listing("em-concept", "EM-concept", [info for _, info in named[:-1]], at)
    start = time.perf_counter()
    for source, info in named:
        close = 1_000 * np.exp(np.cumsum(rng.normal(0, 0.015, SESSIONS)))
        frame = pd.DataFrame({"date": days, "open": close * 0.999, "high": close * 1.01, "low": close * 0.99})
        frame = frame.assign(close=close, volume=rng.lognormal(18, 1, SESSIONS).round(), amount=close * 1e6)
        store.append(source, info, Fetched(frame, "akshare", "board_hist", {"symbol": info.symbol}, "1"), at)
    return (time.perf_counter() - start) / len(named)


def measure(root: Path) -> None:
    """Load the panel once in this process; print seconds and peak MB."""
    from pyarrow import parquet  # noqa: F401  # what takes a second to import is not the store

    from sectorlead.data.store.store import Store

    start = time.perf_counter()
    panel = Store(root).panel("em-concept", "399006")
    taken = time.perf_counter() - start
    assert panel.shape == (SESSIONS, BOARDS)
    print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(f"storing one series of {SESSIONS:,} bars: {fill(Path(folder)) * 1e3:.1f} ms")
        command = [sys.executable, __file__, folder]
        shown = [subprocess.run(command, check=True, capture_output=True, text=True).stdout for _ in range(5)]
    seconds, memory = zip(*(map(float, line.split()) for line in shown), strict=True)
    print(f"store to Panel, {BOARDS} series x {SESSIONS:,} sessions, in a fresh process, best of {len(shown)}:")
    print(f"{min(seconds):.2f} s (budget {BUDGET_S:.0f} s), peak memory {max(memory):.0f} MB (budget {BUDGET_MB} MB)")
    if min(seconds) > BUDGET_S or max(memory) > BUDGET_MB:
        sys.exit("over budget")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(Path(sys.argv[1]))
    else:
        main()
