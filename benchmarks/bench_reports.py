"""How long reports take, and how large they are: 31 sectors x 2,500 sessions, beside quantstats on the same returns.

Every part is a process of its own, so the first page of a fresh interpreter counts with its imports; "again" is the
next one in the same process. quantstats is left out where it is not installed: ``pip install quantstats``.

    python benchmarks/bench_reports.py
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SESSIONS = 2_500
BUDGETS = {"HTML": (0.6, 0.5), "PDF": (1.5, None), "quantstats, HTML": (None, None)}
"""Seconds and megabytes."""


def measure(part: str, folder: Path) -> dict[str, float]:
    """Times of a first and a second report, and its size in bytes; the run itself is not counted."""
    import sectorlead as sl

    panel = sl.simulate(seed=0, sessions=SESSIONS + 250, start="2014-01-06")
    run = sl.run("pullback-leaders", panel, "frictionless", start=panel.sessions[250])
    path = folder / ("report.pdf" if part == "PDF" else "report.html")
    write = _writer(part, run, path)
    times = []
    for _ in range(2):
        start = time.perf_counter()
        write()
        times.append(time.perf_counter() - start)
    return {"first": times[0], "again": times[1], "bytes": path.stat().st_size}


def _writer(part: str, run: object, path: Path) -> Callable[[], object]:
    from sectorlead.api import Run
    from sectorlead.market_context import market_context

    assert isinstance(run, Run)
    if part == "HTML":
        return lambda: run.tearsheet(path)
    if part == "PDF":

        def pdf() -> None:
            from sectorlead.reports.render.pdf.document import write_pdf

            write_pdf(run, path, market_context(run))

        return pdf
    from sectorlead.reports.run_folder.exports import to_quantstats

    returns, market = to_quantstats(run)

    def full() -> None:
        import matplotlib
        import quantstats

        matplotlib.use("Agg")
        quantstats.reports.html(returns, market, output=str(path), title="Same returns")

    return full


def main() -> None:
    print(f"{'':22}{'first s':>10}{'again s':>10}{'MB':>8}{'budget':>16}")
    for part, (seconds, megabytes) in BUDGETS.items():
        if part.startswith("quantstats") and importlib.util.find_spec("quantstats") is None:
            print(f"{part:22}not installed")
            continue
        with tempfile.TemporaryDirectory() as folder:
            call = [sys.executable, "-W", "ignore", __file__, part, folder]
            done = subprocess.run(call, capture_output=True, text=True, check=True)
        got = json.loads(done.stdout.splitlines()[-1])
        budget = ", ".join(f"{most:g} {unit}" for most, unit in ((seconds, "s"), (megabytes, "MB")) if most)
        print(f"{part:22}{got['first']:10.2f}{got['again']:10.2f}{got['bytes'] / 1e6:8.2f}{budget:>16}")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
    else:
        main()
