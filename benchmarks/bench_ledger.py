"""What the trial ledger adds to a loop of runs, each with its ``summary()``.

Loops with and without a ledger take turns in one process, each run of another rule, so none is the same.
What comes once per process (the code's hash, versions, the revision) and the last commit are counted in, and told.

    python benchmarks/bench_ledger.py
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

import sectorlead as sl
from sectorlead.ledger.buffer import commit

PANEL = sl.simulate(seed=0, sessions=2_500)
LOOP, TURNS = 50, 16


def loop_ms(begin: int) -> float:
    """Milliseconds a run of a loop."""
    rules = [sl.Rotation(score=sl.Momentum(20 + begin + k), pick=sl.TopN(5)) for k in range(LOOP)]
    start = time.perf_counter()
    for rule in rules:
        sl.run(rule, PANEL).summary()
    return (time.perf_counter() - start) / LOOP * 1e3


def main() -> None:
    os.environ["SECTORLEAD_TRIALS"] = "off"
    loop_ms(0)
    with tempfile.TemporaryDirectory() as folder:
        ledger = str(Path(folder) / "trials.sqlite")
        found: dict[str, list[float]] = {"off": [], ledger: []}
        for turn in range(TURNS):
            for where, times in found.items():
                os.environ["SECTORLEAD_TRIALS"] = where
                times.append(loop_ms(turn * LOOP))
                if where == ledger and turn == 0:
                    first = times.pop()
        start = time.perf_counter()
        counted = commit()
        last = (time.perf_counter() - start) * 1e3
        off, on = (statistics.median(times) for times in found.values())
        runs = LOOP * TURNS
        one_time = (first - on) * LOOP
        once = (one_time + last) / runs
        print(f"a run with summary(): {off:.3f} ms without a ledger, {on:.3f} with: +{(on / off - 1) * 100:.1f}%")
        print(f"beside that: {one_time:.0f} ms in the first loop, {last:.0f} ms for a commit of {counted} trials")
        print(f"over {runs} runs, all counted in: +{((on + once) / off - 1) * 100:.1f}% (budget 5%)")


if __name__ == "__main__":
    main()
