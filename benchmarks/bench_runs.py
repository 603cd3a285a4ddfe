"""What it takes to keep a run and to open it again: 31 sectors x 2,500 sessions, and 250 more of warm-up.

``save`` is the whole folder with its reports; "the record" is the part of it that writes what a run is opened from.
Each time is processor time, the least of five in one process after a first that is not counted; ``open`` makes the
strategy again too.

    python benchmarks/bench_runs.py
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SESSIONS = 2_500


def fastest(work: Callable[[], object], times: int = 5) -> float:
    """Processor seconds of the fastest of some calls, after one that is not counted."""
    work()
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def main() -> None:
    import sectorlead as sl
    from sectorlead.reports.run_folder.names import PANEL, RUN
    from sectorlead.reports.run_folder.save import keep

    panel = sl.simulate(seed=0, sessions=SESSIONS + 250, start="2014-01-06")
    run = sl.run("pullback-leaders", panel, market="cn-index", start=panel.sessions[250])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"save                {fastest(lambda: run.save(folder)):8.3f} s")
        print(f"  of it the record  {fastest(lambda: keep(run, folder)):8.3f} s")
        print(f"  without the panel {fastest(lambda: keep(run, folder, panel=False)):8.3f} s")
        run.save(folder)
        print(f"open                {fastest(lambda: sl.open(folder)):8.3f} s")
        print(f"runs, one folder    {fastest(lambda: sl.runs(folder)):8.3f} s")
        for file in (RUN, PANEL):
            print(f"{file:19} {(folder / file).stat().st_size / 1e3:8.0f} kB")
        whole = sum(path.stat().st_size for path in folder.iterdir())
        print(f"whole folder        {whole / 1e3:8.0f} kB")


if __name__ == "__main__":
    main()
