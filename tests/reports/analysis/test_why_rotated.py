"""Why a run rotated: peaks, readings and limits, also of a run that is opened again."""

from __future__ import annotations

import pytest

import sectorlead as sl
from sectorlead.data.pullback import find_pullbacks
from sectorlead.engine.strategy import ScoreReading
from sectorlead.reports.analysis.execution import rotations
from sectorlead.reports.analysis.why_rotated import why_rotated
from sectorlead.reports.sections.content import report_content
from sectorlead.reports.sections.run.decisions import decisions


@pytest.fixture(scope="module")
def run() -> sl.Run:
    return sl.run("pullback-leaders", sl.simulate(seed=7, sessions=400), "cn-etf")


def test_the_peak_is_the_one_that_was_known_then(run, tmp_path):
    found = why_rotated(run, tuple(rotations(run)), 99)
    assert len(found) > 3
    close = run.panel.benchmark.close
    for row in found:
        assert (row.reading, row.limit) == (ScoreReading("beyond-beta"), 8)
        at = run.panel.sessions.get_loc(row.session)
        peak = find_pullbacks(close[: at + 1]).peak[-1]
        assert row.peak == run.panel.sessions[peak]
        assert {move.rank <= 5 for move in row.came} <= {True}
        assert all(move.rank > 8 or move.rank == 0 for move in row.left)
    again = sl.open(run.save(tmp_path))
    assert why_rotated(again, tuple(rotations(again)), 99) == found


def test_it_is_told_in_words(run):
    content = report_content(run)
    told = [str(text) for text in decisions(content).blocks[0].texts]
    first, why = told[0], content.why[0]
    assert len(told) == 5
    move = why.came[0]
    assert first.startswith(
        f"{why.session:%F}: in: {move.name}, rank {move.rank}, {100 * move.score:+.1f}% beyond its beta since the peak "
        f"of {why.peak:%F}".replace("-", "\u2212", 0)
    ) or move.score < 0
    assert f"{why.left[0].name}, rank {why.left[0].rank}, limit 8" in first or not why.left


def test_readings_of_scores():
    assert sl.Momentum(60).reading == ScoreReading("gain", 60)
    assert sl.Momentum((20, 60)).reading is None
    assert sl.Momentum(60, skip=5).reading is None
    assert sl.PullbackStrength("excess").reading == ScoreReading("ahead")
    assert sl.Rotation(sl.Momentum(60), sl.TopN(3)).leaves_past == 3
    assert sl.Rotation(sl.Momentum(60), sl.TopN(3, 7)).leaves_past == 7
    assert sl.Rotation(sl.Momentum(60), sl.All()).leaves_past is None
