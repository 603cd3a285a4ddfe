"""How often the event study claims an effect where there is none, and how often it finds one that is there.

``python benchmarks/calibrate_events.py`` prints the tables of ``docs/event_study.md``: simulated markets without an
effect, with strength that persists at any time, and with strength in pullbacks that persists by as much as was planted.
Every market has its own seed, so a second run gives the same figures.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binomtest

import sectorlead as sl
from sectorlead.data.benchmark import Benchmark
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.research.event_study.family import LEVEL

QUICK = {"flips": 1_000, "draws": 20}
"""Fewer than usual: a p-value of 5% is known to within 0.7 points."""


class Claims(NamedTuple):
    """What was claimed on some markets; shares of them are read off it."""

    markets: int
    effect: int
    more: int
    not_more: int
    episodes: float

    def row(self) -> str:
        """Shares with their 95% intervals."""
        parts = [_share(count, self.markets) for count in (self.effect, self.more, self.not_more)]
        return " | ".join([f"{self.markets:,}", f"{self.episodes:.0f}", *parts])


def steady_market(seed: int, *, steady: float = 0.003, sessions: int = 2_500, symbols: int = 25) -> Panel:
    """A market whose sectors have drifts of their own that change slowly, in pullbacks as at any other time.

    Parameters
    ----------
    seed : int
    steady : float
        Standard deviation of the drift, log return a session; 0 for a market in which nothing persists.
    sessions, symbols : int
    """
    rng = np.random.default_rng(seed)
    common = 0.0005 + 0.012 * rng.standard_t(5, sessions) / np.sqrt(5 / 3)
    drift = np.zeros((sessions, symbols))
    for t in range(1, sessions):
        drift[t] = 0.99 * drift[t - 1] + steady * np.sqrt(1 - 0.99**2) * rng.normal(size=symbols)
    moves = rng.uniform(0.7, 1.3, symbols) * common[:, None] + drift + 0.01 * rng.normal(size=(sessions, symbols))
    close = 100 * np.exp(np.cumsum(moves, axis=0))
    line = 1000 * np.exp(np.cumsum(common))
    blank = np.full(sessions, np.nan)
    days = pd.bdate_range("2010-01-04", periods=sessions)
    names = tuple(f"S{k:02d}" for k in range(symbols))
    return Panel(days, names, close, benchmark=Benchmark("B", "B", blank, blank, blank, line, blank, blank))


def claims(made: Callable[[int], Panel], seeds: Iterable[int], **terms: int) -> Claims:
    """What is claimed of ``Resilience`` on a market of each seed.

    Parameters
    ----------
    made : callable
        A market from a seed.
    seeds : iterable of int
    **terms
        Of ``event_study``, in place of ``QUICK``.
    """
    effect = more = not_more = markets = 0
    episodes = []
    for seed in seeds:
        found = sl.event_study(sl.Resilience(), made(seed), seed=seed, trials=1, **(terms or QUICK))
        markets += 1
        effect += bool(found.table["p_family"].min() <= LEVEL)
        more += "More than at other times" in str(found.verdict)
        not_more += "no more than at any other time" in str(found.verdict)
        episodes.append(found.episodes["episode"].nunique())
    return Claims(markets, effect, more, not_more, float(np.mean(episodes)))


def _share(count: int, markets: int) -> str:
    low, high = binomtest(count, markets).proportion_ci(method="wilson")
    return f"{count / markets:.1%} ({low * 100:.1f} to {high * 100:.1f})"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--null", type=int, default=1_000, help="markets without an effect")
    parser.add_argument("--steady", type=int, default=100, help="markets in which strength always persists")
    parser.add_argument("--power", type=int, default=50, help="markets for each cell of the power table")
    asked = parser.parse_args()
    print("| market | markets | episodes | an effect | more than at other times | no more than at other times |")
    print("|---|---|---|---|---|---|")
    started = time.perf_counter()
    if asked.null:
        made = claims(lambda seed: simulate(seed, 2_500, persistence=0.0), range(asked.null))
        print("| no effect |", made.row(), "|", flush=True)
        print(f"\n{time.perf_counter() - started:.0f} s\n")
    if asked.steady:
        for steady in (0.001, 0.002, 0.003):
            made = claims(lambda seed, steady=steady: steady_market(seed, steady=steady), range(asked.steady))
            print(f"| drifts that last, {steady:.1%} a session |", made.row(), "|", flush=True)
    for persistence in (0.25, 0.5, 1.0, 2.0) if asked.power else ():
        for sessions in (1_000, 2_500, 5_000):
            made = claims(lambda seed, p=persistence, n=sessions: simulate(seed, n, persistence=p), range(asked.power))
            print(f"| planted {persistence:g}, {sessions:,} sessions |", made.row(), "|", flush=True)
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
