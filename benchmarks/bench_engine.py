"""How fast a backtest is; beside what one would use instead: ``bench_peers.py``.

31 sectors x 2,500 sessions, momentum over 60 sessions, top 5, monthly, next open, on the simulated market.
Ratios within one run mean something; the times themselves belong to the arguments.

    python benchmarks/bench_engine.py
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sectorlead as sl
from sectorlead.engine.compiled import engine as compiled
from sectorlead.engine.compiled import session as kernels
from sectorlead.engine.market.market import find_market

PANEL = sl.simulate(seed=0, sessions=2_500)
LOOKBACK, TOP = 60, 5
RULE = sl.Rotation(score=sl.Momentum(LOOKBACK), pick=sl.TopN(TOP), schedule=sl.Monthly())


class MomentumClass:
    """The same rule as a user would write it by hand."""

    schedule = sl.Monthly()

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> dict[str, float] | None:
        if len(view.sessions) <= LOOKBACK:
            return None
        past, now = view.last_adjusted_close[-1 - LOOKBACK], view.adjusted_close[-1]
        scores = {s: v for s, v in zip(view.symbols, now / past - 1, strict=True) if v == v}
        best = sorted(scores, key=lambda s: (-scores[s], s))[:TOP]
        return dict.fromkeys(best, 1 / len(best)) if best else None


def median_ms(work: Callable[[], object], repeats: int) -> float:
    """Median time of ``work`` in milliseconds, after one call to warm up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


EVERY_RULE = sl.Market(
    name="every rule", rulebook="cn-a", board="main", commission_rate=0.00025, commission_min=5.0,
    commission_includes_levies=False, limit_policy="one-price", participation=0.05, slippage_bps=2.0,
    half_spread_ticks=0.5, impact=0.5, money_step=0.01,
)  # fmt: skip


def kernel_ms() -> dict[str, float]:
    """The kernel call alone, plan ready, no event log, by market; the markets take turns, so that ratios hold."""
    since = PANEL.sessions[PANEL.sessions.searchsorted("2015-08-03")]  # the book's transfer fee of shares begins here
    machines = {}
    for market, earns in ((find_market("frictionless"), None), (find_market("cn-etf"), None), (EVERY_RULE, 0.02)):
        terms = sl.run(RULE, PANEL, market, start=since, cash_rate=earns).terms
        machines[market.name] = (market, terms, RULE.plan(PANEL, terms.first, terms.last - 1))
    times: dict[str, list[float]] = {name: [] for name in machines}
    for _ in range(300):
        for name, (market, terms, plan) in machines.items():
            arguments = compiled.kernel_arguments(PANEL, market, terms, len(plan.rows), logged=False)
            start = time.perf_counter()
            kernels.simulate_nb(
                arguments.market, arguments.rules, plan, arguments.account, arguments.tracks, terms.last
            )
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(of) * 1e3 for name, of in times.items()}


def plain_ms() -> float:
    """A run by the plain kernels, as the first ones of a process are."""
    code = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
from bench_engine import PANEL, RULE, median_ms, sl
print(median_ms(lambda: sl.run(RULE, PANEL), 5))
"""
    env = {**os.environ, "SECTORLEAD_KERNELS": "plain"}
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=env)
    return float(done.stdout)


def full_record() -> object:
    """A compiled run with every frame of its record built."""
    run = sl.run(RULE, PANEL)
    return run.equity, run.weights, run.fills, run.rejections, run.decisions


def class_ms() -> float:
    """Median time of a ``decide`` class on compiled kernels, which it has after half a second of plain work."""
    os.environ["SECTORLEAD_KERNELS"] = "compiled"
    try:
        return median_ms(lambda: sl.run(MomentumClass(), PANEL), 20)
    finally:
        del os.environ["SECTORLEAD_KERNELS"]


def shell_s(*code: str, times: int = 3, **env: str) -> float:
    """Wall time of a fresh Python process, in seconds; the best of some."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run([sys.executable, *code], check=True, capture_output=True, env={**os.environ, **env})
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    own = median_ms(lambda: sl.run(RULE, PANEL), 50)
    kernel = kernel_ms()
    made = sl.run(RULE, PANEL)
    rows: list[tuple[str, float, float | None]] = [
        *((f"kernel call alone, {name}", ms, 0.09 if name == "cn-etf" else None) for name, ms in kernel.items()),
        ("compiled run", own, 0.4),
        ("compiled run with summary()", median_ms(lambda: sl.run(RULE, PANEL).summary(), 50), 1.5),
        ("summary() of a run that is there", median_ms(made.summary, 50), None),
        ("the same by plain kernels", plain_ms(), None),
        ("compiled run, every frame of its record", median_ms(full_record, 20), 4),
        ("the same as a decide class", class_ms(), 40),
        ("backtrader engine, same fills", median_ms(lambda: sl.run(RULE, PANEL, engine="backtrader"), 3), 1_500),
        ("both engines, compared", median_ms(lambda: sl.run(RULE, PANEL, engine="both"), 3), None),
    ]
    print(f"{'':44}{'ms':>12}{'x compiled run':>16}{'budget ms':>12}")
    for label, ms, budget in rows:
        print(f"{label:44}{ms:12.3f}{ms / own:16.1f}" + ("" if budget is None else f"{budget:12g}"))
    cost = kernel["every rule"] / kernel["frictionless"]
    print(f"\nkernel with every rule, over frictionless: {cost:.2f} x (budget 3)")
    both = "import sectorlead as sl; sl.run('momentum', sl.simulate(), engine='both')"
    peak = "print([int(x.split()[1]) // 1024 for x in open('/proc/self/status') if x.startswith('VmHWM')][0])"
    child = subprocess.run([sys.executable, "-c", f"{both}; {peak}"], check=True, capture_output=True, text=True)
    print(f"peak memory of a process that runs it on both engines: {child.stdout.strip()} MB (budget 400)")
    pandas_s, own_s = shell_s("-c", "import pandas"), shell_s("-c", "import sectorlead, sectorlead.data.panel")
    ratio = own_s / pandas_s
    print(f"import sectorlead with Panel: {own_s:.2f} s, of pandas: {pandas_s:.2f} s, ratio {ratio:.2f} (budget 1.3)")
    first = "import sectorlead as sl; sl.run('momentum', sl.simulate(sessions=300))"
    with tempfile.TemporaryDirectory() as empty:
        cold = {
            wish: shell_s("-c", first, times=1, NUMBA_CACHE_DIR=f"{empty}/{wish}", SECTORLEAD_KERNELS=wish)
            for wish in ("here", "compiled")
        }
    later = shell_s("-c", first)
    print(f"first-ever run in a fresh process: {cold['here']:.2f} s (budget 2), later {later:.2f} s")
    print(f"the same with its kernels compiled first: {cold['compiled']:.1f} s")
    data = Path(__file__).parents[1].parent / "shared" / "data"
    if data.is_dir():
        bars, bench = data / "cn_sector_etf/bars.csv.gz", data / "cn_index/bars.csv.gz"
        with tempfile.TemporaryDirectory() as folder:
            command = (
                "-m", "sectorlead", "run", "--strategy", "pullback-leaders", "--data", str(bars), "--benchmark",
                f"{bench}:399006", "--start", "2020-01-01", "--out", f"{folder}/run",
            )  # fmt: skip
            for words, budget in ((("--no-verify",), "1.5"), ((), "3"), (("--no-verify", "--also", "pdf"), "none")):
                told = " ".join(("sectorlead run, 35 real ETFs", *words))
                print(f"{told}: {shell_s(*command, *words):.2f} s (budget {budget})")


if __name__ == "__main__":
    main()
