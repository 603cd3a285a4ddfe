"""How fast the list of ``sectorlead serve`` is with 10,000 stored runs: reading them, looking again, one page.

The budget is 100 ms for a page, as the server makes it, filters and sorting included.

    python benchmarks/bench_serve.py
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

RUNS, BUDGET_MS, ROUNDS = 10_000, 100, 15
PAGES = (
    ("first page", "/"),
    ("sorted by name, page 100", "/?sort=name&page=100"),
    ("filtered by text and market", "/?text=momentum%2042&market=cn-etf&sort=sharpe"),
    ("results only, as while typing", "/?text=0424&part=results"),
)
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "serving"))


def timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    from client import Client  # of the tests: it speaks to the application without a socket
    from folders import write_many

    from sectorlead.serve import index as indexing
    from sectorlead.serve.app import build_app

    indexing._PAUSE = 0.0  # every page looks at all folders, as if a second had passed
    with tempfile.TemporaryDirectory() as folder:
        root, base = Path(folder) / "runs", Path(folder) / "index.sqlite"
        print(f"writing {RUNS:,} run folders: {timed(lambda: write_many(root, RUNS)):.1f} s")
        index = indexing.Index(root, base)
        print(f"cold start, every run read: {timed(index.read):.2f} s")
        index.close()
        index = indexing.Index(root, base)
        print(f"warm start, index kept:     {timed(index.read):.2f} s")
        print(f"a look for changes:         {statistics.median(timed(index.refresh) for _ in range(9)) * 1e3:.0f} ms")
        client = Client(build_app(index))
        for name, url in PAGES:
            client.get(url)
            times = [timed(lambda url=url: client.get(url)) for _ in range(ROUNDS)]
            answer, middle = client.get(url), statistics.median(times) * 1e3
            verdict = "" if middle <= BUDGET_MS else f"   OVER {BUDGET_MS} ms"
            print(f"{name:<30} {middle:5.0f} ms  {len(answer.content) / 1e3:5.1f} kB{verdict}   {unquote(url)}")
        index.close()


if __name__ == "__main__":
    main()
