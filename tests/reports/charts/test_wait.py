"""The wait before a run is measured, on charts."""

from __future__ import annotations

import numpy as np

import sectorlead as sl
from sectorlead.reports.charts.spec import Band
from sectorlead.reports.charts.wait import wait_of
from sectorlead.reports.growth import Growth
from sectorlead.reports.sections.content import report_content


def test_all_that_is_measured_stands_behind_the_wait():
    run = sl.run(sl.Rotation(sl.Momentum(60), sl.TopN(3)), sl.simulate(seed=4, sessions=200))
    before, size = len(run.before.equity), len(run.sessions)
    wait = wait_of(run)
    assert (wait.before, len(wait.dates)) == (run.terms.first, before + size + 1)
    line = wait.lines([(Growth("x", np.arange(size + 1.0)), "strategy")])[0][0]
    assert np.isnan(line.levels[:before]).all()
    assert line.levels[before] == 0.0
    first, moved = wait.bands([Band(0.5, 1.0, "p2")])
    assert first == Band(0.0, before / (before + size), "wait")
    assert moved.role == "p2"
    assert np.isclose(moved.start, (before + size / 2) / (before + size))
    content = report_content(run)
    for chart in (content.growth, content.drawdown, content.timeline):
        assert chart.bands[0] == first
    assert min(bar.start for row in content.timeline.rows for bar in row.bars) >= first.stop
    assert np.nanmin(content.growth.lines[0].x[np.isfinite(content.growth.lines[0].y)]) == first.stop


def test_a_run_without_a_wait_is_drawn_as_it_is():
    run = sl.run("buy-and-hold", sl.simulate(seed=4, sessions=100))
    wait = wait_of(run)
    assert (wait.before, wait.key, wait.bands([])) == (0, (), ())
