"""What a page says of many variants."""

from __future__ import annotations

import numpy as np

from sectorlead.reports.compare.comparison import compared_run
from sectorlead.reports.compare.variants import MOST, variants
from sectorlead.reports.growth import points


def test_many_variants_are_counted_and_not_all_drawn(make):
    line = np.linspace(100, 130, 80)
    runs = {f"run {k}": make(line, benchmark=[1.0] * 81) for k in range(MOST + 3)}
    found = variants(runs, [compared_run(*each) for each in runs.items()], dict.fromkeys(runs, "c0"))
    assert (len(found.growth), len(found.over_first), found.left_out) == (MOST, MOST - 1, 3)
    assert found.benchmark == "Index"
    assert len(found.names) == len(found.likeness) == MOST + 1
    one = make(line)
    alone = variants({"one": one}, [compared_run("one", one)], {"one": "strategy"})
    assert (alone.over_benchmark, alone.over_first, alone.likeness, alone.heats) == ([], [], [], [])
    assert alone.scatter is None
    assert len(points(runs["run 0"])) == 81
