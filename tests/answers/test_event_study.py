"""The event study of Shenwan 2014 sectors, against numbers worked out by independent code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead import Current, Excess, Resilience, Score
from sectorlead.data.benchmark import EarlierBars
from sectorlead.data.load import load
from sectorlead.data.panel import Panel
from sectorlead.reports.signals.event_study import EventStudy
from sectorlead.research.event_study.study import event_study

OLDER = Current(0.05, 0.02, 60, expire=None, overlap="keep", stale=None)  # the rule the answers were worked out with
SCORES: dict[str, Score] = {
    "excess": Excess(OLDER),
    "resilience": Resilience(OLDER, 120),
}


@pytest.fixture(scope="module", params=["399006", "000300"])
def benchmark(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def panel(shared_data: Path, benchmark: str) -> Panel:
    """The rows of the answers: what the benchmark did before the panel, which they don't know of, is left out."""
    whole = load(shared_data / "cn_sw2014_l1/bars.csv.gz", benchmark=f"{shared_data}/cn_index/bars.csv.gz:{benchmark}")
    nothing = EarlierBars.of_closes(whole.sessions[:0], np.zeros(0))
    assert whole.benchmark is not None
    return replace(whole, benchmark=replace(whole.benchmark, earlier=nothing))


@pytest.fixture(scope="module", params=list(SCORES))
def measure(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def study(panel: Panel, measure: str) -> EventStudy:
    return event_study(SCORES[measure], panel, draws=2)


def answers(shared_data: Path, name: str, benchmark: str, measure: str) -> pd.DataFrame:
    table = pd.read_csv(shared_data.parent / "answers" / name, dtype={"benchmark": str})
    return table[(table["benchmark"] == benchmark) & (table["measure"] == measure)]


def test_every_figure_over_episodes(shared_data: Path, study: EventStudy, benchmark: str, measure: str) -> None:
    known = answers(shared_data, "event_study_sw2014_summary.csv", benchmark, measure).set_index(["anchor", "h"])
    found = study.table.set_index(["anchor", "horizon"]).loc[known.index]
    assert len(known) == 20
    columns = [column for column in known if column not in ("benchmark", "measure")]
    assert set(columns) <= set(found)
    for column in columns:
        np.testing.assert_allclose(found[column], known[column], rtol=0, atol=1e-9, err_msg=column)


def test_every_figure_of_every_episode(shared_data: Path, study: EventStudy, benchmark: str, measure: str) -> None:
    known = answers(shared_data, "event_study_sw2014_episodes.csv.gz", benchmark, measure)
    known = known.set_index(["episode", "anchor", "h"])
    found = study.episodes.set_index(["episode", "anchor", "horizon"]).loc[known.index]
    for column in ("depth", "n", "ic", "q1", "q2", "q3", "q4", "q5", "bench", "top5"):
        np.testing.assert_allclose(found[column], known[column], rtol=0, atol=1e-9, err_msg=column)
    for column in ("peak", "entered", "at", "left"):
        assert (found[column] == pd.to_datetime(known[column])).all()
    assert (found["trend"] == known["trend"].fillna("").replace("na", "")).all()
