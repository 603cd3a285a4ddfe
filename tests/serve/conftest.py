"""Two runs of different length, and their folders."""

from __future__ import annotations

import pytest

import sectorlead as sl
from sectorlead.serve.stored import StoredRun

from .folders import stored


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[sl.Run, StoredRun]]:
    panel, root = sl.simulate(seed=3, sessions=700), tmp_path_factory.mktemp("runs")
    made = []
    for name, start in (("momentum", None), ("pullback-leaders", "2016-01-04")):
        run = sl.run(name, panel, market="cn-etf", engine="compiled", start=start)
        made.append((run, stored(run.save(root / name))))
    return made
