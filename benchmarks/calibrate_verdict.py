"""How often the verdict claims an edge where there is none, and how often it finds one that is there.

``python benchmarks/calibrate_verdict.py`` counts, and keeps what it found in ``benchmarks/results/verdict.csv``;
``--show`` prints the table of ``docs/significance.md`` from there and draws its picture. Returns over a control are
drawn directly: 2,520 sessions, fat tails (Student's t with 5 degrees of freedom), volatility that clusters and is
common to all variants. What is tried is what the verdict rests on, ``romano_wolf`` with its usual terms. ``--real
FILE`` shuffles the sectors of a panel of daily closes anew at every rebalance, which leaves the market as it was and
nothing to choose by.
"""

from __future__ import annotations

import argparse
import csv
import textwrap
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.signal import lfilter
from scipy.stats import binomtest

from sectorlead.reports.significance.sharpe import deflated_sharpe, effective_trials, moments_of, probabilistic_sharpe
from sectorlead.reports.significance.stepdown import romano_wolf

SESSIONS, YEAR, LEVEL = 2_520, 252, 0.05
TEN_YEARS = np.sqrt(SESSIONS / YEAR)
CORRELATION, BLOCK = 0.9, 10
NONE = "nobody"
RESULTS = Path(__file__).parent / "results" / "verdict.csv"
PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "calibration.png"
Edge = Callable[[np.ndarray], np.ndarray]  # true annual information ratios (V,), by distance from one variant
World = tuple[np.ndarray, np.ndarray]  # returns over the control (T, V), and the true ratios


class Kind(NamedTuple):
    """How many variants, how they hang together, and what is true of them."""

    variants: int
    together: str
    truth: str  # who has an edge
    ratio: float  # its annual information ratio
    edge: Edge


class Count(NamedTuple):
    """In how many worlds somebody with an edge was named, somebody without, and what others would have claimed."""

    worlds: int
    found: int
    false: int
    naive: int
    psr: int
    dsr: int


def share(count: int, total: int) -> str:
    low, high = interval(count, total)
    return f"{count / total:.1%} ({low:.1%} to {high:.1%})"


def interval(count: int, total: int) -> tuple[float, float]:
    """Clopper and Pearson's 95% interval of a share."""
    found = binomtest(count, total).proportion_ci()
    return float(found.low), float(found.high)


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


STRENGTHS = (0.25, 0.5, 1.0, 1.5, 2.0)
KINDS = [
    *(Kind(50, how, NONE, 0.0, nothing) for how in ("independent", "neighbours 0.9", "blocks of 10")),
    *(Kind(count, "independent", "one", ratio, one(ratio)) for count in (10, 50) for ratio in STRENGTHS),
    *(Kind(count, "independent", "one", 1.0, one(1.0)) for count in (5, 200)),
    *(Kind(50, "neighbours 0.9", "shared by neighbours", ratio, around(ratio)) for ratio in STRENGTHS),
    Kind(20, "neighbours 0.9", "shared by neighbours", 1.0, around(1.0)),
    Kind(50, "blocks of 10", "a block", 1.0, block(1.0)),
    *(Kind(50, "independent", "all", ratio, everybody(ratio)) for ratio in (0.25, 0.5, 1.0)),
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


class Row(NamedTuple):
    """What was counted of one kind of world, as it is kept."""

    variants: int
    together: str
    truth: str
    ratio: float
    worlds: int
    found: int
    false: int
    naive: int
    psr: int
    dsr: int
    most: float  # NaN where nobody has an edge

    @property
    def key(self) -> tuple[object, ...]:
        return self[:4]

    def told(self) -> str:
        """A line of the table."""
        truth = self.truth if self.truth == NONE else f"{self.truth}, {self.ratio:g}"
        found = "" if self.truth == NONE else share(self.found, self.worlds)
        most = "" if self.truth == NONE else f"{self.most:.0%}"
        others = (f"{count / self.worlds:.0%}" for count in (self.naive, self.psr, self.dsr))
        cells = [f"{self.variants}, {self.together}", truth, f"{self.worlds:,}", found, most]
        return "| " + " | ".join([*cells, share(self.false, self.worlds), *others]) + " |"


def stored(path: Path = RESULTS) -> list[Row]:
    """What was counted before."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = [*csv.reader(file)][1:]
    return [
        Row(int(variants), how, truth, float(ratio), *map(int, counts), most=float(most))
        for variants, how, truth, ratio, *counts, most in rows
    ]


def keep(row: Row, path: Path = RESULTS) -> None:
    """Add a kind of world to what is kept, in place of what was counted of it before."""
    rows = {each.key: each for each in stored(path)} | {row.key: row}
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([Row._fields, *rows.values()])


def show() -> None:
    """Print the table, and draw the picture, of what is kept."""
    print("| variants | edge | worlds | edge found | at most | false claim | best alone | PSR | DSR |")
    print("|---|---|---|---|---|---|---|---|---|")
    order = [NONE, "one", "shared by neighbours", "a block", "all"]
    rows = sorted(stored(), key=lambda row: (order.index(row.truth), row.together, row.variants, row.ratio))
    for row in rows:
        print(row.told())
    draw(stored())


def draw(rows: list[Row]) -> None:
    """False claims with their intervals, and how often an edge is found by its size, side by side."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.4), layout="constrained", dpi=130)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    null = [row for row in rows if row.truth == NONE][::-1]
    for k, row in enumerate(null):
        low, high = interval(row.false, row.worlds)
        left.plot([low, high], [k, k], color="#205ea8", lw=2)
        left.plot([row.false / row.worlds], [k], "o", color="#205ea8", label="the verdict" if not k else None)
        for count, mark, tone, name in (
            (row.naive, "x", "#c4501b", "the best alone"), (row.psr, "+", "#8a6d00", "PSR of the best"),
            (row.dsr, "d", "#777777", "DSR of the best"),
        ):  # fmt: skip
            left.plot([count / row.worlds], [k], mark, color=tone, ms=7, label=name if not k else None)
    left.axvline(LEVEL, color="#777777", lw=0.8, ls="--")
    names = ["\n".join(textwrap.wrap(f"{row.variants}, {row.together}", 26)) for row in null]
    left.set_yticks(range(len(null)), names, fontsize=8)
    left.set(xlim=(0, 1), xlabel="share of worlds without an edge in which one is claimed", title="False claims")
    left.legend(frameon=False, fontsize=8, loc="lower right", bbox_to_anchor=(1.0, 0.08))
    for (variants, how, truth), tone in CURVES.items():
        mine = sorted((row for row in rows if row[:3] == (variants, how, truth)), key=lambda row: row.ratio)
        x, share_found = [row.ratio for row in mine], [row.found / row.worlds for row in mine]
        ends = np.array([interval(row.found, row.worlds) for row in mine])
        right.fill_between(x, ends[:, 0], ends[:, 1], color=tone, alpha=0.15, lw=0)
        right.plot(x, share_found, "o-", color=tone, lw=1.6, ms=4, label=f"{variants}, {how}, {truth}")
        right.plot(x, [row.most for row in mine], ":", color=tone, lw=1)
    right.axhline(0.8, color="#777777", lw=0.8, ls="--")
    right.set(ylim=(0, 1.02), xlabel="true annual information ratio, ten years")
    right.set_title("Edges found; dotted: the most that can be")
    right.legend(frameon=False, fontsize=8)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(PICTURE)


CURVES = {
    (10, "independent", "one"): "#205ea8",
    (50, "independent", "one"): "#c4501b",
    (50, "neighbours 0.9", "shared by neighbours"): "#2f7d4f",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--null", type=int, default=1_000, help="worlds without an edge, of each kind")
    parser.add_argument("--planted", type=int, default=300, help="worlds with one, of each kind")
    parser.add_argument("--real", help="panel whose sectors are shuffled")
    parser.add_argument("--missing", action="store_true", help="only what is not kept yet")
    parser.add_argument("--show", action="store_true", help="count nothing; print and draw what is kept")
    given = parser.parse_args()
    if given.show:
        show()
        return
    begun, done = time.process_time(), {row.key for row in stored()} if given.missing else set()
    overlap = Kind(20, "neighbours 0.9", NONE, 0.0, nothing)
    if given.real:
        found = counted(shuffled(given.real, seed) for seed in range(given.null))
        keep(Row(48, "rotations of real sectors, shuffled", NONE, 0.0, *found, np.nan))
    if (20, "neighbours 0.9, overlapping", NONE, 0.0) not in done:
        found = counted(overlapping(drawn(seed, overlap)) for seed in range(given.null))
        keep(Row(20, "neighbours 0.9, overlapping", NONE, 0.0, *found, np.nan))
    for kind in KINDS:
        if tuple(kind[:4]) in done:
            continue
        null = kind.edge is nothing
        found = counted(drawn(seed, kind) for seed in range(given.null if null else given.planted))
        keep(Row(*kind[:4], *found, np.nan if null else limit(kind)))
        print(stored()[-1].told(), flush=True)
    print(f"{time.process_time() - begun:.0f} s of processor time")


if __name__ == "__main__":
    main()
