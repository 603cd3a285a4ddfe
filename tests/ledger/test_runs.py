"""A run leaves little behind until its row is made, and the row is the same as if it had been made at once."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.ledger import buffer, runs
from sectorlead.ledger.database import database
from sectorlead.ledger.place import usual_place
from sectorlead.reports.metrics.run_metrics import summary


def rule(lookback: int = 20) -> sl.Rotation:
    return sl.Rotation(score=sl.Momentum(lookback), pick=sl.TopN(3))


class Own:
    depth = 1

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> dict[str, float] | None:
        return {view.symbols[self.depth]: 1.0}


@pytest.fixture
def panel() -> sl.Panel:
    return sl.simulate(seed=11, sessions=120)


def test_what_waits_keeps_neither_the_run_nor_its_panel(ledger: Path, panel: sl.Panel) -> None:
    own = sl.simulate(seed=12, sessions=120)
    run = sl.run(rule(), own, "cn-etf", measured_from="start")
    run.summary()
    gone = weakref.ref(own), weakref.ref(run)
    del own, run
    gc.collect()
    assert [each() for each in gone] == [None, None]
    assert buffer.commit() == 1
    row = sl.trials().iloc[0]
    assert (row.source, row.first_session) == ("simulated (seed 12, persistence 0.5)", "2015-01-05")


def test_a_trial_is_told_as_it_was_when_it_was_counted(ledger: Path, panel: sl.Panel) -> None:
    """Whatever changes before the row is made: one's own code, and what else runs on the same panel."""
    first = runs.count_run(sl.run(Own(), panel, "frictionless"), {"sharpe": 1.0})
    Own.depth = 2
    try:
        second = runs.count_run(sl.run(Own(), panel, "frictionless"), {"sharpe": 1.0})
    finally:
        Own.depth = 1
    third = runs.count_run(sl.run(Own(), panel, "frictionless"), {"sharpe": 1.0})
    assert first is not None
    assert second is not None
    assert third is not None
    assert first.id == third.id != second.id
    buffer.commit()
    assert {key for (key,) in database(usual_place()).rows("trials", ("id",))} == {first.id, second.id}


def test_terms_that_differ_in_anything_are_told_apart(ledger: Path, panel: sl.Panel) -> None:
    """What runs share is looked up by terms, market and panel: nothing may be taken for something else."""
    other = sl.simulate(seed=12, sessions=120)
    made = [
        sl.run(rule(), panel, "cn-etf", **terms)
        for terms in (
            {}, {"cash": 2e6}, {"no_trade": 0.01}, {"no_trade": 0.01, "no_trade_of": "target"}, {"fill": "close"},
            {"start": "2015-02-02"}, {"end": "2015-05-29"}, {"cash_rate": 0.02}, {"cash_rate": 0.03},
            {"cash_flows": {"2015-03-02": 1e5}}, {"cash_flows": {"2015-03-02": 2e5}}, {"dividends": "cash"},
        )
    ]  # fmt: skip
    made += [sl.run(rule(), panel, sl.market("cn-etf", slippage_bps=3)), sl.run(rule(), other, "cn-etf")]
    trials = [runs.count_run(run, summary(run)) for run in (*made, *made)]
    ids = [trial.id for trial in trials if trial is not None]
    assert ids[: len(made)] == ids[len(made) :]
    assert len(set(ids)) == len(made)


def test_the_panel_is_in_each_ledger_that_is_written(
    ledger: Path, panel: sl.Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sl.run(rule(), panel, "cn-etf").summary()
    buffer.commit()
    monkeypatch.setenv("SECTORLEAD_TRIALS", str(tmp_path / "other.sqlite"))
    run = sl.run(rule(), panel, "cn-etf")
    found = run.summary()
    table = sl.trials(panel)
    assert table.source.tolist() == [panel.source]
    assert table.sharpe.tolist() == [found["sharpe"]]
    stored = np.frombuffer(database(usual_place()).rows("trials", ("metrics",))[0][0], "<f8")
    np.testing.assert_array_equal(stored, list(found.values()))
