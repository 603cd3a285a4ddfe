"""The placebo keeps clear of falls, and what it says is no surer than the quiet times that it is drawn from."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sectorlead import Excess, Momentum, event_study
from sectorlead.data.pullback import find_pullbacks
from sectorlead.data.simulate import simulate
from sectorlead.research.event_study.anchors import pullback_anchors
from sectorlead.research.event_study.placebo import placebo_correlations, quiet
from sectorlead.research.event_study.study import _inside

ROOT = Path(__file__).parents[3]
QUICK = {"flips": 500, "draws": 12}


@pytest.fixture(scope="module")
def calibration() -> ModuleType:
    """The script that measures the tables of the documents; a smaller sample is drawn here."""
    spec = importlib.util.spec_from_file_location("calibrate_events", ROOT / "benchmarks" / "calibrate_events.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_quiet_sessions_by_hand() -> None:
    inside = np.array([0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0], dtype=bool)
    found = quiet(inside, 3)
    assert np.flatnonzero(found.flags).tolist() == [0, 1, 2, 7, 8]
    assert found.since.tolist() == [0, 1, 2, 0, 0, 1, 2, 3, 4, 0, 1]


def test_windows_lie_in_no_fall_and_end_well_after_one() -> None:
    """Whatever was drawn: no session of the window is in a fall, bear markets included, nor 60 before its end."""
    panel = simulate(seed=3, sessions=4_000)
    line = panel.benchmark.last_close
    falls = find_pullbacks(line)
    inside = _inside(falls)
    expired = [episode for episode in falls.episodes if episode.end == "expired" and episode.over]
    assert expired
    assert all(inside[episode.entered : episode.over + 1].all() for episode in expired)  # the bear market too
    anchors = pullback_anchors(line, falls.episodes, ("entry", "left"))
    found = placebo_correlations(Excess(), panel, anchors, (5, 60), inside=inside, least=10, draws=30, seed=1)
    assert found.told
    assert found.apart == 60
    drawn = 0
    for anchor, ends in zip(anchors, found.ends, strict=True):
        for end in ends[ends >= 0].tolist():
            start = end - (anchor.row - anchor.start)
            assert not inside[max(end - 59, 0) : end + 1].any()
            assert not inside[start + 1 : end + 1].any()
            drawn += 1
    assert drawn > 1_000
    assert len(set(found.ends[found.ends >= 0].tolist())) <= found.quiet


def test_a_placebo_is_the_measure_over_its_own_window() -> None:
    panel = simulate(seed=3, sessions=4_000)
    line = panel.benchmark.last_close
    falls = find_pullbacks(line)
    anchors = pullback_anchors(line, falls.episodes, ("entry",))[:4]
    found = placebo_correlations(Excess(), panel, anchors, (20,), inside=_inside(falls), least=10, draws=3, seed=1)
    price = panel.last_adjusted_close
    end = int(found.ends[2, 1])
    start = end - (anchors[2].row - anchors[2].start)
    strength = price[end] / price[start] / (line[end] / line[start]) - 1
    strength[~(panel.has_bar[start] & panel.has_bar[end])] = np.nan
    later = price[end + 20] / price[end] - 1
    known = np.isfinite(strength) & np.isfinite(later)
    ranks = [np.argsort(np.argsort(x[known])) for x in (strength, later)]
    assert found.raw[0, 2, 1] == pytest.approx(np.corrcoef(*ranks)[0, 1], abs=1e-9)


def test_few_quiet_sessions_are_said_to_be_few() -> None:
    panel = simulate(seed=2, sessions=900)
    found = event_study(Momentum(60), panel, events=panel.sessions[100:800:20], horizons=(60,), **QUICK)
    assert not found.terms["placebo_told"]
    assert found.table["ic_placebo"].isna().all()
    assert found.table["p_family_placebo"].isna().all()
    assert found.placebo.empty
    assert found.table["power_ic"].notna().all()  # how far one reading lies from the mean is known all the same


def test_what_was_planted_in_pullbacks_is_never_called_usual(calibration: ModuleType) -> None:
    """Strength that persists after pullbacks alone: what is left of it afterwards is no part of the placebo."""
    made = calibration.claims(lambda seed: simulate(seed, 4_000, persistence=2.0), range(5), flips=500, draws=12)
    assert made.effect == 5
    assert made.more >= 2
    assert made.not_more == 0


def test_strength_that_always_persists_is_nothing_special(calibration: ModuleType) -> None:
    made = calibration.claims(calibration.steady_market, range(6), flips=500, draws=12)
    assert made.effect == 6
    assert made.not_more >= 4
    assert made.more <= 1


def test_nothing_is_claimed_of_markets_without_an_effect(calibration: ModuleType) -> None:
    """24 markets; more than 4 claims at 5% each have a chance below 1 in 100."""
    made = calibration.claims(lambda seed: simulate(seed, 1_200, persistence=0.0), range(24), flips=500, draws=5)
    assert made.markets == 24
    assert made.effect <= 4
    assert made.more <= 2
