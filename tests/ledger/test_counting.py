"""What is a trial, when it is counted, and what is the same one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.ledger import buffer
from sectorlead.ledger.counting import counted_as, uncounted
from sectorlead.ledger.database import database
from sectorlead.ledger.deflation import tried_on
from sectorlead.ledger.place import usual_place
from sectorlead.research.reproduce import reproduce

PANEL = sl.simulate(seed=5, sessions=260)


def rule(lookback: int = 20, n: int = 3) -> sl.Rotation:
    return sl.Rotation(score=sl.Momentum(lookback), pick=sl.TopN(n))


def rates(last: float) -> pd.Series:
    return pd.Series([0.01, last], pd.to_datetime(["2015-01-01", "2015-06-01"]))


def counted(panel: sl.Panel = PANEL) -> int:
    found = tried_on(panel).number
    assert found is not None
    return found


def test_a_run_counts_when_its_metrics_are_first_read(ledger: Path, tmp_path: Path) -> None:
    run = sl.run(rule(), PANEL, "cn-etf")
    _ = run.equity, run.fills, run.manifest
    assert counted() == 0
    run.summary()
    run.summary()
    assert counted() == 1
    sl.run(rule(), PANEL, "cn-etf").tearsheet(tmp_path / "a.html")
    assert counted() == 1, "an identical rerun is the same trial"
    sl.run(rule(60), PANEL, "cn-etf").tearsheet(tmp_path / "b.html")
    assert len(database(usual_place()).rows("trials", ("id",))) == 2, "on the disk before the file is"


def test_the_verdict_of_a_run_allows_for_all_trials_on_its_data(ledger: Path, tmp_path: Path) -> None:
    for n in (1, 2, 4):
        sl.run(rule(n=n), PANEL, "cn-etf").summary()
    run = sl.run(rule(), PANEL, "cn-etf")
    assert run.verdict().trials == 4
    assert run.verdict(trials=1).trials == 1
    page = run.tearsheet(tmp_path / "a.html").read_text(encoding="utf-8")
    assert "4 variants were tried, of which 1 is shown" in page
    assert "4 trials on these data so far. The verdict allows for them, and nothing else on this page does." in page


def test_what_changes_a_number_is_another_trial(ledger: Path) -> None:
    sl.run(rule(), PANEL, "cn-etf").summary()
    for n, run in enumerate(
        [
            sl.run(rule(n=4), PANEL, "cn-etf"),
            sl.run(rule(), PANEL, sl.market("cn-etf", slippage_bps=7)),
            sl.run(rule(), PANEL, "cn-etf", fill="close"),
            sl.run(rule(), PANEL, "cn-etf", cash=2e6),
            sl.run(rule(), PANEL, "cn-etf", start="2015-03-02"),
            sl.run(rule(), PANEL, "cn-etf", end="2015-10-30"),
            sl.run(rule(), PANEL, "cn-etf", measured_from="start"),
            sl.run(rule(), PANEL, "cn-etf", cash_rate=rates(0.02)),
            sl.run(rule(), PANEL, "cn-etf", cash_rate=rates(0.03)),
            sl.run(rule(), PANEL.select(PANEL.symbols[:20]), "cn-etf"),
        ],
        2,
    ):  # fmt: skip
        run.summary()
        assert counted() == n
    for same in (
        sl.run(rule(), PANEL, "cn-etf", name="another"),
        sl.run(rule(), PANEL, "cn-etf", engine="both"),
        sl.run(rule(), PANEL, "cn-etf", start="2015-01-05"),
        sl.run(rule(), PANEL.until(258), "cn-etf"),
    ):
        same.summary()
    assert counted() == 11, "label, engine, and a day more of the data are no new idea"
    assert len(sl.trials()) == 12, "but each panel has its own row"


def test_the_data_count_not_their_hash(ledger: Path) -> None:
    sl.run(rule(), PANEL, "cn-etf").summary()
    shorter, few = PANEL.until(200), PANEL.select(PANEL.symbols[3:9])
    renamed = sl.Panel.from_frames(
        pd.DataFrame(PANEL.close * 3.0, PANEL.sessions, [f"X{k}" for k in range(31)]),
        adj_factor=pd.DataFrame(PANEL.adj_factor, PANEL.sessions, [f"X{k}" for k in range(31)]),
    )
    assert [counted(each) for each in (PANEL, shorter, few, renamed)] == [1, 1, 1, 1]
    assert counted(sl.simulate(seed=6, sessions=260)) == 0


def test_panels_that_come_later_are_compared_too(ledger: Path) -> None:
    sl.run(rule(), PANEL, "cn-etf").summary()
    assert tried_on(PANEL)[:2] == (1, 1)
    sl.run(rule(30), PANEL.until(240), "cn-etf").summary()
    sl.run(rule(40), sl.simulate(seed=6, sessions=260), "cn-etf").summary()
    assert tried_on(PANEL)[:2] == (2, 2)
    assert tried_on(PANEL.until(200))[:2] == (2, 3)
    assert tried_on(sl.simulate(seed=6, sessions=260))[:2] == (1, 1)


def test_a_verdict_and_a_report_know_trials_that_came_in_between(ledger: Path, tmp_path: Path) -> None:
    run = sl.run(rule(), PANEL, "cn-etf")
    first, again = run.verdict(), run.verdict()
    assert again is first
    sl.run(rule(30), PANEL, "cn-etf").summary()
    assert (first.trials, run.verdict().trials) == (1, 2)


def test_references_and_what_is_run_again_are_no_trials(ledger: Path) -> None:
    for name in ("equal-weight", "random"):
        sl.run(name, PANEL, "cn-etf").summary()
    with uncounted():
        sl.run(rule(), PANEL, "cn-etf").summary()
    assert counted() == 0
    assert set(sl.trials().purpose) == {"reference"}
    sl.run(rule(70), PANEL, "cn-etf").summary()
    rules = {"a": rule(), "b": rule(40), "c": "equal-weight"}
    found = sl.compare(rules, PANEL, "cn-etf", seeds=20, sensitivity=True)
    assert counted() == 3
    assert found.verdict is not None
    assert found.verdict.trials == 3
    assert sorted(sl.trials(purpose="compare").name) == ["a", "b"]


def test_what_it_belongs_to_is_told(ledger: Path) -> None:
    with counted_as(study="mine"), counted_as(purpose="walk-forward"):
        sl.run(rule(), PANEL, "cn-etf", name="first").summary()
    sl.run(rule(30), PANEL, "cn-etf").summary()
    (row,) = sl.trials(study="mine").itertuples()
    assert (row.purpose, row.study, row.name, row.panel) == ("walk-forward", "mine", "first", PANEL.content_hash)
    assert row.sharpe == sl.run(rule(), PANEL, "cn-etf").summary()["sharpe"]
    assert "Momentum(lookback=20" in row.strategy
    assert list(sl.trials(strategy="lookback=30").purpose) == ["run"]
    assert len(sl.trials(PANEL.content_hash[:6])) == len(sl.trials(PANEL)) == 2
    assert len(sl.trials(since="2000-01-01", until="2000-12-31")) == 0
    with pytest.raises(sl.InputError, match="purpose of trials 'walk'"):
        sl.trials(purpose="walk")


class Own:
    """A rule of the user's, whose code is part of what was tried."""

    depth = 1

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> dict[str, float]:
        return {view.symbols[self.depth]: 1.0}


def test_other_code_is_another_trial(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for depth in (1, 2, 2, 3):
        monkeypatch.setattr(Own, "depth", depth)
        sl.run(Own(), PANEL, "cn-etf").summary()
    assert counted() == 3


def test_a_stored_run_was_counted_when_it_was_made(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sl.run(rule(), PANEL, "cn-etf").save(tmp_path / "run")
    monkeypatch.setenv("SECTORLEAD_TRIALS", str(tmp_path / "other.sqlite"))
    sl.open(tmp_path / "run").summary()
    assert counted() == 0


def test_a_ledger_out_of_reach_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("SECTORLEAD_TRIALS", str(blocked / "trials.sqlite"))
    run = sl.run(rule(), PANEL, "cn-etf")
    run.summary()
    with pytest.warns(UserWarning, match="trials are not counted: the trial ledger .* can't be used"):
        assert buffer.commit() == 0
    run.summary()
    sl.run(rule(30), PANEL, "cn-etf").summary()  # told once
    told = tried_on(PANEL)
    assert told.number is None
    assert told.at_least(7) == 7
    assert "not counted: the trial ledger" in told.sentence
    with pytest.raises(sl.LedgerError, match="SECTORLEAD_TRIALS"):
        sl.trials()


def test_off_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECTORLEAD_TRIALS", "off")
    sl.run(rule(), PANEL, "cn-etf").summary()
    assert tried_on(PANEL)[:2] == (None, 0)
    with pytest.raises(sl.LedgerError, match="is off"):
        sl.trials()


ENDS = """
import os, multiprocessing, sectorlead as sl
panel = sl.simulate(seed=5, sessions=120)
def work(lookback):
    sl.run(sl.Rotation(score=sl.Momentum(lookback), pick=sl.TopN(3)), panel, "cn-etf").summary()
work(10)
child = multiprocessing.get_context("fork").Process(target=work, args=(20,))
child.start()
child.join()
if os.fork() == 0:
    os._exit(0)
os.wait()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_what_waits_is_kept_when_a_process_ends_and_once_when_it_forks(ledger: Path) -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", ENDS], check=True, timeout=120)
    assert sorted(sl.trials().strategy.str.extract(r"lookback=(\d+)")[0]) == ["10", "20"]


def test_a_batch_is_committed_when_it_is_full(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer, "BATCH", 2)
    for lookback in (20, 30, 40):
        sl.run(rule(lookback), PANEL, "cn-etf").summary()
    assert len(database(usual_place()).rows("trials", ("id",))) == 2
    assert buffer.commit() == 1
    assert buffer.commit() == 0


def test_each_study_of_a_score_is_a_trial_that_verdicts_allow_for(ledger: Path) -> None:
    days = PANEL.sessions[60:220:10]
    quick = {"horizons": (5,), "flips": 100, "draws": 3, "least": 5}
    first = sl.event_study(sl.Momentum(20), PANEL, events=days, **quick)
    assert first.verdict.trials == 1
    assert sl.event_study(sl.Momentum(20), PANEL, events=days, seed=3, **quick).verdict.trials == 1, "the same question"
    assert sl.event_study(sl.Momentum(40), PANEL, events=days, **quick).verdict.trials == 2
    view = sl.factor_report(sl.Momentum(20), PANEL, horizons=(5, 10), least=5)
    assert view.verdict.trials == 3
    assert sl.factor_report(sl.Momentum(20)(PANEL), PANEL, horizons=(5, 10), least=5).verdict.trials == 4, "an array"
    assert sl.factor_report(sl.Momentum(60), PANEL, horizons=(5,), least=5, trials=1).verdict.trials == 1
    assert sl.run(rule(), PANEL, "cn-etf").verdict().trials == 6
    table = sl.trials()
    assert table.purpose.tolist() == ["events", "events", "factor", "factor", "factor", "run"]
    with pytest.raises(sl.InputError, match="is a study of the score Momentum"):
        reproduce(str(table.index[0]))
