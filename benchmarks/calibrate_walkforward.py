"""Whether a walk-forward is honest: where there is nothing to find it finds nothing, and what it loses where there is.

``python benchmarks/calibrate_walkforward.py`` prints the table of ``docs/walkforward.md``. A market is 12 series of
1,000 sessions without a common factor, noise of Student's t with 5 degrees of freedom, 1.5% a session, prices in closes
and next opens, no costs. In the null every series has an expected return of 0 in every session, given all that went
before: whatever is chosen, the expected return out of sample is 0, and so is that over equal weight. In the planted
market a drift of each series, of standard deviation ``DRIFT`` a session, fades by half in 60 sessions: momentum earns
it, and some look-backs more than others.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.signal import lfilter

import sectorlead as sl

SERIES, SESSIONS, NOISE, HALF_LIFE, DRIFT = 12, 1_000, 0.015, 60, 0.0012
GRID = {"lookback": [10, 20, 40, 80], "n": [1, 2, 4]}
WINDOWS = sl.Windows(250, 125)


class Found(NamedTuple):
    """What one market showed; returns and ratios a year."""

    in_sample: float  # Sharpe ratio of what was chosen, mean over windows
    out_of_sample: float
    mean: float  # return out of sample
    active: float  # over equal weight
    best: float  # Sharpe ratio of the best fixed variant, known in hindsight
    median: float
    standing: float
    correlation: float


def market(seed: int, drift: float) -> sl.Panel:
    """One market."""
    rng = np.random.default_rng(seed)
    fade = 0.5 ** (1 / HALF_LIFE)
    moves = rng.normal(size=(SESSIONS + 500, SERIES)) * np.sqrt(1 - fade**2)
    planted = drift * lfilter([1.0], [1.0, -fade], moves, axis=0)[500:]
    noise = NOISE * rng.standard_t(5, (SESSIONS, SERIES)) / np.sqrt(5 / 3)
    close = 100 * np.cumprod(1 + np.clip(planted + noise, -0.5, 0.5), axis=0)
    opened = np.vstack((np.full((1, SERIES), 100.0), close[:-1]))
    days = pd.bdate_range("2015-01-05", periods=SESSIONS)
    names = [f"S{k:02d}" for k in range(SERIES)]
    frames = {
        "open": opened, "high": np.maximum(opened, close), "low": np.minimum(opened, close), "close": close,
    }  # fmt: skip
    made = {name: pd.DataFrame(values, days, names) for name, values in frames.items()}
    return sl.Panel.from_frames(made.pop("close"), **made)


def walked(seed: int, drift: float, choose: str) -> Found:
    """A walk-forward of momentum on one market."""
    rule = sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Weekly())
    with tempfile.TemporaryDirectory() as store:
        made = sl.walkforward(
            rule, GRID, market(seed, drift), "frictionless", windows=WINDOWS, choose=choose, store=store, workers=1
        )
        returns, loss, fixed = made.returns, made.loss, made.fixed["sharpe"]
    own = returns["walk_forward"]
    active = float((own - returns["equal_weight"]).mean()) * 252
    return Found(
        loss.in_sample, loss.out_of_sample, float(own.mean()) * 252, active, float(fixed.max()), float(fixed.median()),
        made.standing, loss.correlation,
    )  # fmt: skip


def each(seeds: Sequence[int], drift: float, choose: str, workers: int) -> list[Found]:
    """Many markets."""
    if workers == 1:
        return [walked(seed, drift, choose) for seed in seeds]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(walked, seeds, [drift] * len(seeds), [choose] * len(seeds), chunksize=8))


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """A mean with its 95% interval."""
    error = 1.96 * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(values.mean() - error), float(values.mean() + error)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markets", type=int, default=500, help="of the null")
    parser.add_argument("--planted", type=int, default=100, help="markets with an edge")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--choose", nargs="*", default=["best", "plateau", "top-fifth"])
    asked = parser.parse_args()
    for name, drift, markets in (("null", 0.0, asked.markets), ("planted", DRIFT, asked.planted)):
        for choose in asked.choose:
            begun = time.perf_counter()
            found = np.array(each(range(markets), drift, choose, asked.workers))
            print(f"{name}, {choose}: {markets} markets, {time.perf_counter() - begun:.0f} s")
            for field, values in zip(Found._fields, found.T, strict=True):
                mean, low, high = interval(values[np.isfinite(values)])
                print(f"  {field:14} {mean:+.4f}  ({low:+.4f} to {high:+.4f})", flush=True)


if __name__ == "__main__":
    main()
