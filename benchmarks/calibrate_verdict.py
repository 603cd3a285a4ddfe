"""How often the verdict claims an edge where there is none, and how often it finds one that is there.

``python benchmarks/calibrate_verdict.py`` prints the table of ``docs/significance.md``. Returns over a control are
drawn directly: 2,520 sessions, fat tails (Student's t with 5 degrees of freedom), volatility that clusters and is
common to all variants. What is tried is what the verdict rests on, ``romano_wolf`` with its usual terms. ``--real
FILE`` shuffles the sectors of a panel of daily closes anew at every rebalance, which leaves the market as it was and
nothing to choose by.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from scipy.signal import lfilter
from scipy.stats import binomtest

from sectorlead.reports.significance.sharpe import deflated_sharpe, effective_trials, moments_of, probabilistic_sharpe
from sectorlead.reports.significance.stepdown import romano_wolf

SESSIONS, YEAR, LEVEL = 2_520, 252, 0.05
World = tuple[np.ndarray, np.ndarray]  # returns over the control (T, V), and true annual information ratios (V,)


class Count(NamedTuple):
    """In how many worlds somebody with an edge was named, somebody without, and what others would have claimed."""

    worlds: int
    found: int
    false: int
    naive: int
    psr: int
    dsr: int

    def row(self) -> str:
        """Shares, those of the verdict with their 95% intervals."""
        verdicts = [share(count, self.worlds) for count in (self.found, self.false)]
        return " | ".join([*verdicts, *(f"{count / self.worlds:.0%}" for count in (self.naive, self.psr, self.dsr))])


def share(count: int, total: int) -> str:
    interval = binomtest(count, total).proportion_ci()
    return f"{count / total:.1%} ({interval.low:.1%} to {interval.high:.1%})"


def drawn(seed: int, count: int, correlation: float, edge: Callable[[np.ndarray], np.ndarray]) -> World:
    """A world in which neighbours among the variants are correlated by so much.

    Parameters
    ----------
    seed : int
    count : int
    correlation : float
        Of neighbours; of two that are d apart its d-th power.
    edge : callable
        True annual information ratio by distance from a place that is drawn.
    """
    rng = np.random.default_rng(seed)
    noise = rng.standard_t(5, (SESSIONS, count)) / np.sqrt(5 / 3)
    noise[:, 1:] *= np.sqrt(1 - correlation**2)
    noise = lfilter([1.0], [1.0, -correlation], noise, axis=1)
    calm = lfilter([1.0], [1.0, -0.98], 0.1 * rng.normal(size=SESSIONS + 500))[500:]
    noise *= np.exp(calm)[:, None]
    truth = edge(np.abs(np.arange(count) - rng.integers(count)))
    spread = np.sqrt(np.exp(2 * 0.1**2 / (1 - 0.98**2)))  # root of the mean square of exp(calm)
    return 0.004 * (noise / spread + truth / np.sqrt(YEAR)), truth


def overlapping(world: World, sessions: int = 20) -> World:
    """Means over so many sessions that overlap, as of trades that are entered every session."""
    sums = np.cumsum(np.vstack((np.zeros((1, world[0].shape[1])), world[0])), axis=0)
    return (sums[sessions:] - sums[:-sessions]) / sessions, world[1]


def counted(worlds: Iterable[World]) -> Count:
    found = false = naive = psr = dsr = total = 0
    for values, truth in worlds:
        total += 1
        tested = romano_wolf(values, seed=total)
        sure = tested.p <= LEVEL
        found += bool((sure & (truth > 0)).any())
        false += bool((sure & (truth <= 0)).any())
        naive += bool((tested.alone <= LEVEL).any())
        ratios = values.mean(axis=0) / values.std(axis=0, ddof=1)
        record = moments_of(values[:, ratios.argmax()])
        psr += probabilistic_sharpe(record) >= 1 - LEVEL
        dsr += deflated_sharpe(record, effective_trials(values), float(ratios.var(ddof=1))) >= 1 - LEVEL
    return Count(total, found, false, naive, psr, dsr)


def nothing(distance: np.ndarray) -> np.ndarray:
    return np.zeros(len(distance))


def one(ratio: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda distance: np.where(distance == 0, ratio, 0.0)


def everybody(ratio: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda distance: np.full(len(distance), ratio)


def around(ratio: float, correlation: float) -> Callable[[np.ndarray], np.ndarray]:
    """Neighbours have of the edge what they have in common."""
    return lambda distance: ratio * correlation**distance


def shuffled(path: str, seed: int) -> World:
    """Daily rotations among the sectors of a panel whose labels are dealt anew at every rebalance.

    Look-backs of 20 to 240 sessions, the best 1 to 8, every 20 sessions, against all held equally.
    """
    returns = REAL.setdefault(path, real(path))
    rng = np.random.default_rng(seed)
    size, count = returns.shape
    hold = 20
    dealt = np.concatenate([returns[at : at + hold][:, rng.permutation(count)] for at in range(0, size, hold)])
    level = np.cumsum(np.log1p(dealt), axis=0)
    equal = dealt.mean(axis=1)
    days = np.arange(13 * hold - 1, size - 1, hold)  # the last session of a deal, after whose close is decided
    lines = []
    for lookback in (20, 40, 60, 120, 180, 240):
        score = level[days] - level[days - lookback]
        order = np.argsort(-score, axis=1)
        for top in range(1, 9):
            line = [dealt[day + 1 : day + 1 + hold][:, order[i, :top]].mean(axis=1) for i, day in enumerate(days)]
            lines.append(np.concatenate(line))
    start = days[0] + 1
    values = np.column_stack(lines) - equal[start : start + len(lines[0]), None]
    return values, np.zeros(values.shape[1])


REAL: dict[str, np.ndarray] = {}


def real(path: str) -> np.ndarray:
    """Daily returns of the sectors of a panel that are known from its first session to its last, shape (T, N)."""
    import sectorlead as sl

    close = sl.load(path).close
    close = close[:, np.isfinite(close).all(axis=0)]
    return close[1:] / close[:-1] - 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--null", type=int, default=1_000, help="worlds without an edge, of each kind")
    parser.add_argument("--planted", type=int, default=400, help="worlds with one, of each kind")
    parser.add_argument("--real", help="panel whose sectors are shuffled")
    given = parser.parse_args()
    begun = time.process_time()
    print("| variants | truth | worlds | edge found | false claim | best alone at 5% | PSR | DSR |")
    print("|---|---|---|---|---|---|---|---|")
    if given.real:
        found = counted(shuffled(given.real, seed) for seed in range(given.null))
        print(f"| 48 rotations of real sectors, shuffled | none | {found.worlds:,} | {found.row()} |", flush=True)
    found = counted(overlapping(drawn(seed, 20, 0.9, nothing)) for seed in range(given.null))
    print(f"| 20, neighbours 0.9, overlapping | none | {found.worlds:,} | {found.row()} |", flush=True)
    for name, count, correlation in (("50, independent", 50, 0.0), ("50, neighbours 0.9", 50, 0.9)):
        truths = [("none", nothing, given.null)]
        for ratio in (0.5, 1.0, 1.5):
            edge = one(ratio) if correlation == 0 else around(ratio, correlation)
            told = f"one with {ratio}" if correlation == 0 else f"{ratio}, neighbours 0.9 of it, and so on"
            truths.append((told, edge, given.planted))
        for told, edge, worlds in truths:
            made = (drawn(seed, count, correlation, edge) for seed in range(worlds))
            found = counted(made)
            print(f"| {name} | {told} | {found.worlds:,} | {found.row()} |", flush=True)
    for count in (5, 10, 200):
        found = counted(drawn(seed, count, 0.0, one(1.0)) for seed in range(given.planted))
        print(f"| {count}, independent | one with 1.0 | {found.worlds:,} | {found.row()} |", flush=True)
    for ratio in (0.5, 1.0):
        found = counted(drawn(seed, 50, 0.0, everybody(ratio)) for seed in range(given.planted))
        print(f"| 50, independent | all with {ratio} | {found.worlds:,} | {found.row()} |", flush=True)
    print(f"{time.process_time() - begun:.0f} s of processor time")


if __name__ == "__main__":
    main()
