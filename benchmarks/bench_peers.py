"""One rotation in this project and in others: do the fills agree, then processor time, growth and memory.

    pip install -e '.[bench]'
    python benchmarks/bench_peers.py                      # what is not installed is named and left out
    python benchmarks/bench_peers.py --full --limit 60    # up to 10^6 variants, and the slow cells of each peer
    python benchmarks/bench_peers.py --plot peers.png     # growth, drawn

31 series x 2,500 sessions of random walks, momentum over 60 sessions, top 5 of equal weight, 90% invested, decided at
month ends, 3 basis points a side. Every figure comes of a process of its own, in which the prices are ready, the
library is imported and one small run has been made. Ratios are to this project on the same terms of fill, measured
just before. This project looks at a panel's bars once, before the first run on it; peers don't, so that is a row of its
own ("first on a panel").
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RATE = 0.0003
SERIES, SESSIONS = (31, 120, 400, 2_000), (1_000, 2_500, 5_000, 10_000)
USUAL = (31, 2_500)
VARIANTS = (100, 1_000, 10_000, 100_000, 1_000_000)
Measured = dict[str, Any]


def peak_mb() -> float:
    """Most memory that this process had at once; not that of the one it was forked from."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def child(job: Measured) -> Measured:
    """Measure one cell: in a process that does nothing else."""
    from peer_runs import LOOKBACK, OURS, PEERS, TOP, Prices

    peer = next(p for p in (OURS, *PEERS) if p.name == job["peer"])
    terms = (job["rate"], job["fill"], job["size"])
    few, prices = Prices(31, 300), Prices(job["series"], job["sessions"])
    for each in (few, prices):  # what is loaded, in the form that each takes
        _ = each.panel, each.close, each.open, each.month_ends
        if peer.name == "polars-backtest":
            _ = each.long
    count = job["variants"]
    # 100 look-backs x 1 to 10 held, so mixed that the first few are like all
    chosen = [(20 + 2 * ((20 + i // 10 + 7 * i) % 100), 1 + (i + 4) % 10) for i in range(min(count, 1_000))]
    big = None
    if count > len(chosen) and peer is OURS:
        from bench_sweep import variants_of

        big = variants_of(count)

    def work() -> Any:
        if big is not None:
            return table_of(big, prices, terms)
        if not count:
            return peer.run(prices, (LOOKBACK, TOP), *terms)
        if peer.sweep is None:
            return [peer.run(prices, v, *terms).equity.iloc[-1] for v in chosen]
        step = count if peer is OURS else 20 if job["series"] < 100 else 5  # in a call, as memory allows
        return [final for i in range(0, count, step) for final in peer.sweep(prices, chosen[i : i + step], *terms)]

    if count and peer.sweep:
        peer.sweep(few, [(20, 3), (40, 3)], *terms)
    else:
        peer.run(few, (20, 3), *terms)
    start = time.process_time()
    if peer is OURS:
        peer.run(prices, (LOOKBACK, TOP), *terms)
    first, times, walls = time.process_time() - start, [], []
    while not times or (len(times) < 7 and sum(times) < job["seconds"]):
        cpu, wall = time.process_time(), time.perf_counter()
        done = work()
        times.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    found = {"cpu": statistics.median(times), "wall": statistics.median(walls), "peak": peak_mb(), "first": first}
    return found | {"finals": list(done)[:20] if count else [float(done.equity.iloc[-1])]}


def table_of(variants: Any, prices: Any, terms: tuple[Any, ...]) -> list[float]:
    """More variants than look-backs and numbers held can make: offsets and hold bands too, of this project only."""
    from peer_runs import CALENDAR, market_of

    import sectorlead as sl
    from sectorlead.research.sweep.evaluate import evaluate

    config = sl.RunConfig(fill=terms[1], size=terms[2], accept=CALENDAR)
    done = evaluate(variants, prices.panel, market_of(terms[0]), config, measured_row=None, returns=False)
    return done.metrics["final_equity"][:20].tolist()


def measure(peer: Any, shape: tuple[int, int] = USUAL, variants: int = 0, **terms: Any) -> Measured:
    """One cell, in a process of its own."""
    job = {"peer": peer.name, "series": shape[0], "sessions": shape[1], "variants": variants, "seconds": 1.5,
           "rate": RATE, "fill": peer.fill, "size": peer.size} | terms  # fmt: skip
    command = [sys.executable, __file__, "--cell", json.dumps(job)]
    env = {**os.environ, "SECTORLEAD_KERNELS": "compiled"}  # a process that goes on would have loaded them
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=env)
    if done.returncode:
        raise SystemExit(f"{peer.name}, {shape}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def agreed(peers: list[Any]) -> None:
    """Equity of every session and last weights beside this project's, on the same terms."""
    from peer_runs import LOOKBACK, TOP, Prices, sectorlead_run

    print("\nLargest relative difference of equity in any session, and of a last weight, on the same terms of fill")
    print(f"{'':18}{'filled at':>11}{'sized at':>10}{'free of cost':>14}{'3 bp a side':>13}{'weights':>10}")
    prices = Prices(31, 1_000)
    for peer in peers:
        apart = []
        for rate in (0.0, RATE):
            theirs, ours = (
                run(prices, (LOOKBACK, TOP), rate, peer.fill, peer.size) for run in (peer.run, sectorlead_run)
            )
            apart.append(float((theirs.equity / ours.equity - 1).abs().max()))
            if not rate:
                held = theirs.weights.reindex(ours.weights.index).fillna(0.0)
                weights = f"{(held - ours.weights).abs().max():.0e}" if len(theirs.weights) else "not told"
        print(f"{peer.name:18}{'next ' + peer.fill:>11}{peer.size:>10}{apart[0]:14.0e}{apart[1]:13.0e}{weights:>10}")


def table(ours: Any, peers: list[Any], shape: tuple[int, int]) -> None:
    """A run, and a variant of a sweep."""
    print("\nmilliseconds of processor time; x is to this project on the same terms, MB the peak of the process")
    title = f"{shape[0]} x {shape[1]:,}"
    print(f"{title:26}{'run':>10}{'x':>9}{'MB':>7}{'a variant':>12}{'x':>9}{'of':>7}{'MB':>7}{'apart':>9}")
    for label, rate in (("sectorlead", RATE), ("sectorlead, cn-etf rules", "cn-etf")):
        one, many = measure(ours, shape, rate=rate), measure(ours, shape, ours.batch, rate=rate)
        row(label, one, "", many, "", ours.batch, "")
    for peer in peers:
        terms = {"fill": peer.fill, "size": peer.size}
        mine, one = measure(ours, shape, **terms), measure(peer, shape)
        base, many = measure(ours, shape, ours.batch, **terms), measure(peer, shape, peer.batch)
        slower = many["cpu"] / peer.batch / (base["cpu"] / ours.batch)
        apart = max(abs(a / b - 1) for a, b in zip(many["finals"], base["finals"], strict=False))
        row(peer.name, one, f"{one['cpu'] / mine['cpu']:,.0f}", many, f"{slower:,.0f}", peer.batch, f"{apart:.0e}")


def row(label: str, one: Measured, x: str, many: Measured, slower: str, count: int, apart: str) -> None:
    print(
        f"{label:26}{one['cpu'] * 1e3:10,.2f}{x:>9}{one['peak']:7.0f}{many['cpu'] / count * 1e3:12,.3f}{slower:>9}"
        f"{count:7,}{many['peak']:7.0f}{apart:>9}",
        flush=True,
    )


Lines = dict[str, list[tuple[int, Measured]]]


def growth(cast: list[Any], shapes: list[tuple[int, int]], axis: int, limit: float) -> Lines:
    """A run of each as the data grow; a peer stops where its next cell would take longer than the limit, in seconds."""
    lines: Lines = {peer.name: [] for peer in cast}
    for shape in shapes:
        for peer in cast:
            line = lines[peer.name]
            last = line[-1] if line else None
            if last and last[1]["cpu"] * shape[axis] / last[0] > limit:
                continue
            if line or shape == shapes[0]:
                line.append((shape[axis], measure(peer, shape, seconds=0.5)))
    return lines


def variants_growth(cast: list[Any], counts: tuple[int, ...], limit: float) -> Lines:
    """A sweep of each as variants grow; peers stop by the same rule, and at 1,000."""
    lines: Lines = {}
    for peer in cast:
        line = lines.setdefault(peer.name, [])
        ours = peer.name == "sectorlead"
        for count in counts if ours else (1, 10, 100, 1_000):
            if line and not ours and line[-1][1]["cpu"] * count / line[-1][0] > limit:
                break
            line.append((count, measure(peer, variants=count, seconds=0.1)))
    return lines


def show(title: str, lines: Lines, each: bool = False) -> None:
    """One block of figures: milliseconds of processor time, of a variant where ``each``, and peak memory."""
    sizes = sorted({size for line in lines.values() for size, _ in line})
    print(f"\n{title}\n{'ms':18}" + "".join(f"{size:>12,}" for size in sizes) + "   peak MB")
    for name, line in lines.items():
        found = dict(line)
        cells = [f"{found[s]['cpu'] * 1e3 / (s if each else 1):12,.3f}" if s in found else f"{'-':>12}" for s in sizes]
        print(f"{name:18}" + "".join(cells) + "   " + " ".join(f"{m['peak']:.0f}" for _, m in line), flush=True)
        if name == "sectorlead" and not each:
            print(f"{'  first on a panel':18}" + "".join(f"{m['first'] * 1e3:12,.3f}" for _, m in line), flush=True)


def draw(blocks: list[tuple[str, Lines, bool]], path: str) -> None:
    """Growth of time, a panel per block, and of memory with the series, on logarithmic axes."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(10, 7.5), constrained_layout=True)
    for axis, (title, lines, each) in zip(axes.flat, blocks, strict=False):
        for name, line in lines.items():
            axis.loglog([s for s, _ in line], [m["cpu"] * 1e3 / (s if each else 1) for s, m in line], "o-", label=name)
        if not each:
            line = lines["sectorlead"]
            axis.loglog([s for s, _ in line], [m["first"] * 1e3 for _, m in line], "C0:", label="its first on a panel")
        axis.set(xlabel=title.split(";")[0], ylabel="ms of processor time, " + ("a variant" if each else "a run"))
    for name, line in blocks[0][1].items():
        axes.flat[3].loglog([s for s, _ in line], [m["peak"] for _, m in line], "o-", label=name)
    axes.flat[3].set(xlabel=blocks[0][0].split(";")[0], ylabel="peak memory of the process, MB")
    figure.legend(*axes.flat[0].get_legend_handles_labels(), loc="outside upper center", ncols=6, fontsize=8)
    for axis in axes.flat:
        axis.grid(True, which="major", alpha=0.3)
    figure.savefig(path, dpi=110)


def present(peers: tuple[Any, ...]) -> Iterator[Any]:
    """Those that are installed; of the others a line each."""
    for peer in peers:
        if peer.missing:
            print(f"{peer.name} is not installed and left out: pip install {peer.install}")
        else:
            yield peer


def main() -> None:
    parser = argparse.ArgumentParser(description="This project beside other backtesters.")
    parser.add_argument("--full", action="store_true", help="10^5 and 10^6 variants too")
    parser.add_argument("--limit", type=float, default=4.0, help="seconds that a peer's cell of growth may take")
    parser.add_argument("--plot", metavar="PATH", help="draw the growth")
    parser.add_argument("--cell", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.cell:
        print(json.dumps(child(json.loads(chosen.cell))))
        return
    from peer_runs import OURS, PEERS

    peers = list(present(PEERS))
    packages = ("vectorbt", "vectorbt-rust", "polars-backtest", "bt", "backtrader", "numpy", "pandas", "numba")
    installed = importlib.metadata.distributions()
    found = {each.metadata["Name"].lower().replace("_", "-"): each.version for each in installed}
    versions = ", ".join(f"{name} {found[name]}" for name in packages if name in found)
    print(f"Python {platform.python_version()}, {versions}")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    agreed(peers)
    table(OURS, peers, USUAL)
    cast = [OURS, *(peer for peer in peers if not (peer.name == "vectorbt, numba" and len(peers) == len(PEERS)))]
    table(OURS, [peer for peer in cast[1:] if peer.batch > 3], (400, 2_500))
    sizes, limit = VARIANTS if chosen.full else VARIANTS[:3], chosen.limit
    blocks = [
        ("series; one run, 2,500 sessions", growth(cast, [(n, USUAL[1]) for n in SERIES], 0, limit), False),
        ("sessions; one run, 31 series", growth(cast, [(USUAL[0], t) for t in SESSIONS], 1, limit), False),
        ("variants; 31 x 2,500", variants_growth(cast, sizes, limit), True),
    ]
    for title, lines, each in blocks:
        show(title, lines, each)
    if chosen.plot:
        draw(blocks, chosen.plot)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
