"""Stored runs side by side: by hand, and against the runs themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.reports.compare.comparison import (
    ComparedRun,
    common_growth,
    compared_metrics,
    compared_run,
    monthly_differences,
    overlap,
    same_sessions,
)
from sectorlead.serve.side_by_side import SHOWN, compared_stored
from sectorlead.serve.stored import StoredRun

from .folders import DAYS, TABLES, stored, write_run


def compared(*runs: StoredRun) -> list[ComparedRun]:
    return [compared_stored(run) for run in runs]


def test_a_stored_run_compares_as_its_record_does(two: list[tuple[sl.Run, StoredRun]]) -> None:
    kept, own = compared(*(each for _, each in two)), [compared_run(each.entry.name, run) for run, each in two]
    ours, theirs = common_growth(own), common_growth(kept)
    assert ours is not None
    assert theirs is not None
    assert ours.dates.equals(theirs.dates)
    np.testing.assert_allclose(ours.levels, theirs.levels, rtol=1e-12)
    np.testing.assert_allclose(ours.benchmark, theirs.benchmark, rtol=1e-12)
    np.testing.assert_allclose(overlap(own), overlap(kept), rtol=1e-12)
    np.testing.assert_allclose(*([each.of_runs for each in compared_metrics(runs, SHOWN)] for runs in (own, kept)))


def test_a_run_beside_itself_differs_in_nothing(two: list[tuple[sl.Run, StoredRun]]) -> None:
    run, kept = two[0]
    shared = common_growth(compared(kept, kept))
    assert shared is not None
    np.testing.assert_array_equal(shared.levels[0], np.concatenate(([1.0], run.equity / run.terms.cash)))
    assert all(gap == 0 for year in monthly_differences(shared, 1) for gap in year.months if gap == gap)
    known = [each for each in compared_metrics(compared(kept, kept), SHOWN) if each.of_runs[0] == each.of_runs[0]]
    assert len(known) > 10
    assert all(each.differences == (0.0, 0.0) for each in known)
    values = {each.definition.name: each.of_runs[0] for each in shared.metrics}
    assert values == pytest.approx({name: run.summary()[name] for name in values}, rel=0.01)
    invested = 1 - float((run.cash / run.equity).mean())
    assert overlap(compared(kept, kept)) == pytest.approx(np.full((2, 2), invested))


def test_runs_of_different_length_meet_in_their_common_sessions(two: list[tuple[sl.Run, StoredRun]]) -> None:
    (long, first), (short, second) = two
    shared = common_growth(compared(first, second))
    assert shared is not None
    assert not same_sessions(compared(first, second))
    assert shared.sessions.equals(short.sessions)
    before = long.equity[long.equity.index < short.sessions[0]]
    assert shared.base == before.index[-1]
    assert shared.levels[0, -1] == pytest.approx(long.equity.iloc[-1] / before.iloc[-1])
    assert shared.levels[1, -1] == pytest.approx(short.equity.iloc[-1] / short.terms.cash)
    both = np.minimum(long.weights.loc[short.sessions].to_numpy(), short.weights.to_numpy()).sum(axis=1).mean()
    assert overlap(compared(first, second))[0, 1] == pytest.approx(both)


def test_common_growth_by_hand(tmp_path: Path) -> None:
    first, second = (stored(write_run(tmp_path / name)) for name in "ab")
    rows = TABLES["equity.csv"]
    late = write_run(tmp_path / "late")
    (late / "equity.csv").write_text("\n".join((rows[0], "2024-01-10,500,0,11", "2024-01-11,550,0,12")))
    shared = common_growth(compared(first, stored(late)))
    assert shared is not None
    assert shared.dates.strftime("%F").tolist() == list(DAYS[5:])
    np.testing.assert_allclose(shared.levels, [[1, 1096 / 1097, 1141 / 1097], [1, 0.5, 0.55]])
    (year,) = monthly_differences(shared, 1)
    assert year.months[0] == pytest.approx(0.55 - 1141 / 1097)
    assert overlap(compared(first, second))[0, 1] == pytest.approx(
        (0.500501 + 0.524309 + 0.545951 + 0.410584 + 0.433830) / 8
    )
    never = write_run(tmp_path / "never")
    (never / "equity.csv").write_text("\n".join((rows[0], "2020-01-10,500,0,11", "2020-01-13,550,0,12")))
    assert common_growth(compared(first, stored(never))) is None


def test_short_runs_are_not_annualised(tmp_path: Path) -> None:
    run = stored(write_run(tmp_path / "a", sessions=8.0))
    values = {each.definition.name: each.of_runs[0] for each in compared_metrics(compared(run), SHOWN)}
    assert np.isnan(values["cagr"])
    assert values["total_return"] == 0.141
