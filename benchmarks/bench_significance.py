"""Times of the tests on many variants, each as CPU time of one process, kernels compiled before.

``python benchmarks/bench_significance.py`` takes 1,000 variants x 2,500 sessions whose neighbours are correlated 0.9.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np

from sectorlead.reports.significance.confidence_set import confidence_set
from sectorlead.reports.significance.overfitting import overfitting
from sectorlead.reports.significance.sharpe_difference import sharpe_difference
from sectorlead.reports.significance.stepdown import romano_wolf
from sectorlead.reports.significance.superior import superior
from sectorlead.reports.significance.verdict import verdict


def neighbours(sessions: int, count: int, seed: int = 0) -> np.ndarray:
    """Returns over a control, shape (T, V): an AR(1) of 0.9 across the variants, a volatility of 6% a year."""
    rng = np.random.default_rng(seed)
    out = rng.normal(size=(sessions, count))
    for k in range(1, count):
        out[:, k] = 0.9 * out[:, k - 1] + np.sqrt(1 - 0.81) * out[:, k]
    return 0.06 / np.sqrt(252) * out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=1_000)
    parser.add_argument("--sessions", type=int, default=2_500)
    given = parser.parse_args()
    small, values = neighbours(300, 30), neighbours(given.sessions, given.variants)
    control = np.random.default_rng(1).normal(0.0003, 0.01, given.sessions)
    rows: list[tuple[str, Callable[[np.ndarray], object]]] = [
        ("SPA and StepM", superior),
        ("model confidence set", confidence_set),
        ("PBO, 16 blocks", overfitting),
        ("Romano-Wolf", romano_wolf),
        ("verdict, one control", lambda x: verdict(x + control[: len(x), None], {"control": control[: len(x)]})),
        ("Ledoit-Wolf, one pair", lambda x: sharpe_difference(x[:, 0], x[:, 1])),
    ]
    print(f"{given.variants:,} variants x {given.sessions:,} sessions, 1,000 resamples")
    together = 0.0
    for name, run in rows:
        run(small)
        begun = time.process_time()
        run(values)
        took = time.process_time() - begun
        together += took if rows.index((name, run)) < 3 else 0
        print(f"{name:<24}{took:6.2f} s")
    print(f"SPA, model confidence set and PBO together: {together:.2f} s; budget 10 s")


if __name__ == "__main__":
    main()
