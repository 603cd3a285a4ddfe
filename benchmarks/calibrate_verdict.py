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
TEN_YEARS = np.sqrt(SESSIONS / YEAR)
CORRELATION, BLOCK = 0.9, 10
Edge = Callable[[np.ndarray], np.ndarray]  # true annual information ratios (V,), by distance from one variant
World = tuple[np.ndarray, np.ndarray]  # returns over the control (T, V), and the true ratios


class Kind(NamedTuple):
    """How many variants, how they hang together, and what is true of them."""

    variants: int
    together: str
    truth: str
    edge: Edge


class Count(NamedTuple):
    """In how many worlds somebody with an edge was named, somebody without, and what others would have claimed."""

    worlds: int
    found: int
    false: int
    naive: int
    psr: int
    dsr: int

    def row(self, most: str) -> str:
        """Shares, those of the verdict with their 95% intervals."""
        found = share(self.found, self.worlds) if most else ""
        others = (f"{count / self.worlds:.0%}" for count in (self.naive, self.psr, self.dsr))
        return " | ".join([f"{self.worlds:,}", found, most, share(self.false, self.worlds), *others])


def share(count: int, total: int) -> str:
    interval = binomtest(count, total).proportion_ci()
    return f"{count / total:.1%} ({interval.low:.1%} to {interval.high:.1%})"


def together(noise: np.ndarray, how: str) -> np.ndarray:
    """Independent columns made to hang together.

    Parameters
    ----------
    noise : array of shape (n, V)
    how : str
        "independent"; "neighbours 0.9", of two that are d apart 0.9 to the power d; "blocks of 10", 0.9 within one.
    """
    if how == "independent":
        return noise
    rest = np.sqrt(1 - CORRELATION**2)
    if how == "neighbours 0.9":
        return np.asarray(lfilter([1.0], [1.0, -CORRELATION], np.hstack((noise[:, :1], rest * noise[:, 1:])), axis=1))
    first = np.arange(noise.shape[1]) // BLOCK * BLOCK
    mixed = np.sqrt(CORRELATION) * noise[:, first] + np.sqrt(1 - CORRELATION) * noise
    mixed[:, ::BLOCK] = noise[:, ::BLOCK]
    return mixed


def drawn(seed: int, kind: Kind) -> World:
    """Returns of one world, and what is true in it."""
    rng = np.random.default_rng(seed)
    noise = together(rng.standard_t(5, (SESSIONS, kind.variants)) / np.sqrt(5 / 3), kind.together)
    calm = lfilter([1.0], [1.0, -0.98], 0.1 * rng.normal(size=SESSIONS + 500))[500:]
    noise *= np.exp(calm)[:, None] / np.sqrt(np.exp(2 * 0.1**2 / (1 - 0.98**2)))  # mean square 1
    truth = kind.edge(np.arange(kind.variants) - rng.integers(kind.variants))
    return 0.004 * (noise + truth / np.sqrt(YEAR)), truth


def limit(kind: Kind, draws: int = 20_000) -> float:
    """How often the largest of exactly normal t-statistics is above the 5% that are known exactly: no test of it does
    better."""
    rng = np.random.default_rng(0)
    null, found = (together(rng.normal(size=(draws, kind.variants)), kind.together) for _ in range(2))
    bar = np.quantile(null.max(axis=1), 1 - LEVEL)
    truth = np.array([kind.edge(np.arange(kind.variants) - place) for place in rng.integers(kind.variants, size=draws)])
    return float((np.where(truth > 0, found + truth * TEN_YEARS, -np.inf).max(axis=1) > bar).mean())


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


def nothing(place: np.ndarray) -> np.ndarray:
    return np.zeros(len(place))


def one(ratio: float) -> Edge:
    return lambda place: np.where(place == 0, ratio, 0.0)


def around(ratio: float) -> Edge:
    """Neighbours have of the edge what they have in common."""
    return lambda place: ratio * CORRELATION ** np.abs(place)


def block(ratio: float) -> Edge:
    """All of the block in which the place is."""

    def edge(place: np.ndarray) -> np.ndarray:
        number = np.arange(len(place)) // BLOCK
        return np.where(number == number[np.flatnonzero(place == 0)[0]], ratio, 0.0)

    return edge


def everybody(ratio: float) -> Edge:
    return lambda place: np.full(len(place), ratio)


KINDS = [
    *(Kind(50, how, "none", nothing) for how in ("independent", "neighbours 0.9", "blocks of 10")),
    *(Kind(count, "independent", "one with 1.0", one(1.0)) for count in (5, 10, 50, 200)),
    *(Kind(50, "independent", f"one with {ratio}", one(ratio)) for ratio in (0.5, 1.5)),
    *(Kind(count, "neighbours 0.9", "1.0, 0.9 of it beside, ...", around(1.0)) for count in (20, 50)),
    *(Kind(50, "neighbours 0.9", f"{ratio}, 0.9 of it beside, ...", around(ratio)) for ratio in (0.5, 1.5)),
    Kind(50, "blocks of 10", "a block with 1.0", block(1.0)),
    *(Kind(50, "independent", f"all with {ratio}", everybody(ratio)) for ratio in (0.5, 1.0)),
]


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
    print("| variants | truth | worlds | edge found | at most | false claim | best alone | PSR | DSR |")
    print("|---|---|---|---|---|---|---|---|---|")
    if given.real:
        found = counted(shuffled(given.real, seed) for seed in range(given.null))
        print(f"| 48 rotations of real sectors, shuffled | none | {found.row('')} |", flush=True)
    overlap = Kind(20, "neighbours 0.9", "none", nothing)
    found = counted(overlapping(drawn(seed, overlap)) for seed in range(given.null))
    print(f"| 20, neighbours 0.9, overlapping | none | {found.row('')} |", flush=True)
    for kind in KINDS:
        null = kind.edge is nothing
        found = counted(drawn(seed, kind) for seed in range(given.null if null else given.planted))
        most = "" if null else f"{limit(kind):.0%}"
        print(f"| {kind.variants}, {kind.together} | {kind.truth} | {found.row(most)} |", flush=True)
    print(f"{time.process_time() - begun:.0f} s of processor time")


if __name__ == "__main__":
    main()
