"""The brief of a day on whole panels and on panels that end with it: the same, on every panel of real data.

    .venv/bin/python -m tests.acceptance.causal --dates 100

Dates are spread evenly; every tenth one is also told from files that were loaded up to it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import sectorlead as sl
from sectorlead.data.panel import Panel
from sectorlead.research.brief.result import Brief

DATA = Path(__file__).parents[3] / "shared" / "data"
PANELS: dict[str, tuple[str, str]] = {
    "cn_sw2021_l1": ("cn_sw2021_l1/bars.csv.gz", "399006"),
    "cn_sw2014_l1": ("cn_sw2014_l1/bars.csv.gz", "000300"),
    "cn_sector_etf": ("cn_sector_etf", "399006"),
    "cn_themes_2021": ("cn_themes_2021/bars.csv.gz", "399006"),
}
ANEW = 10  # every so many dates the files are read again
FIRST = 30  # sessions before the first date


def loaded(name: str, end: Any = None) -> Panel:
    """A panel of real data up to a date."""
    path, benchmark = PANELS[name]
    return sl.load(DATA / path, benchmark=f"{DATA}/cn_index/bars.csv.gz:{benchmark}", end=end)


def numbers(told: Brief) -> dict[str, Any]:
    """All of a brief but notes about files, which are about them as they are now."""
    plain = told.as_dict()
    for source in plain["provenance"]["sources"]:
        del source["notes"]
    return plain


def differing(panel: Panel, dates: int, load: Callable[[Any], Panel] | None = None) -> list[str]:
    """The dates whose brief hangs on what came after them."""
    rows = np.unique(np.linspace(min(FIRST, len(panel.sessions) - 2), len(panel.sessions) - 2, dates).astype(int))
    found = []
    for k, row in enumerate(rows.tolist()):
        day, more = panel.sessions[row], {"rules": ["pullback-leaders"] if k % ANEW == 0 else []}
        whole = numbers(sl.brief(panel, day, **more))
        others = [panel.until(row)] + ([load(day)] if load is not None and k % ANEW == 0 else [])
        found += [f"{day:%F}" for other in others if numbers(sl.brief(other, day, **more)) != whole]
    return found


def main() -> None:
    """Print, for each panel, how many dates were looked at and which differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dates", type=int, default=100)
    parser.add_argument("--panel", choices=[*PANELS, "simulated"], action="append")
    asked = parser.parse_args()
    for name in asked.panel or [*PANELS, "simulated"]:
        start = time.perf_counter()
        panel = sl.simulate(seed=3, sessions=1500) if name == "simulated" else loaded(name)
        load = None if name == "simulated" else lambda end, name=name: loaded(name, end)
        found = differing(panel, asked.dates, load)
        took = time.perf_counter() - start
        print(f"{name}: {asked.dates} dates, {len(found)} differ {found[:5]} ({took:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
