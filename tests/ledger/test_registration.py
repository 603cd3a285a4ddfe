"""What a study declares before its search holds, and every look at its test window is told."""

from __future__ import annotations

from pathlib import Path

import pytest

import sectorlead as sl
from sectorlead.ledger.database import database
from sectorlead.ledger.place import usual_place

from ..conftest import Command

STUDY = """
[data]
path = "bars.csv"
benchmark = "IX"
[run]
market = "frictionless"
engine = "compiled"
[registration]
trials = 2
metric = "total_return"
bar = {bar}
test_from = "2020-10-01"
[[strategies]]
name = "momentum"
label = "twenty"
set = {{lookback = 20, top = 2}}
[[strategies]]
name = "momentum"
label = "sixty"
set = {{lookback = 60, top = 2}}
[sweep.grid]
lookback = [10, 20, 30]
"""


@pytest.fixture
def study(bars: Path, ledger: Path) -> Path:
    path = bars.parent / "mine.toml"
    path.write_text(STUDY.format(bar=-0.9))
    return path


def rows(table: str, *columns: str) -> list[tuple[object, ...]]:
    return database(usual_place()).rows(table, columns)


def test_a_search_ends_before_the_test_window(command: Command, study: Path) -> None:
    assert command("run", study, "--strategy", "twenty", "--out", "a").status == 0
    assert command("sweep", study, "--strategy", "twenty", "--out", "b", "--no-panel").status == 0
    assert command("compare", study, "--seeds", "0", "--out", "c").status == 0
    assert len(rows("registrations", "id")) == 1
    assert rows("looks", "id") == []
    found = sl.trials()
    assert len(found) >= 4
    assert (found.last_session < "2020-10-01").all()
    assert "the data end before it" in Path("a/report.html").read_text(encoding="utf-8")


def test_each_look_is_kept_and_told(command: Command, study: Path, bars: Path) -> None:
    assert command("run", study, "--strategy", "twenty", "--out", "a").status == 0
    done = command("run", study, "--strategy", "twenty", "--final", "--out", "first")
    assert done.status == 0, done.err
    page = Path("first/report.html").read_text(encoding="utf-8")
    assert "which reaches the bar" in page
    assert "this is the first look" in page
    assert "trials counted before the window: 1;" in page
    (trial,) = sl.trials(purpose="final").itertuples()
    assert trial.first_session == "2020-10-01"
    other = study.with_name("renamed.toml")
    other.write_text(STUDY.format(bar=5.0))
    assert command("run", other, "--strategy", "sixty", "--final", "--out", "second").status == 0
    page = Path("second/report.html").read_text(encoding="utf-8")
    assert "this is look 2 at these test data" in page
    assert "which misses the bar" in page
    assert len(rows("looks", "id")) == 2
    assert len(rows("registrations", "id")) == 2
    table = sl.registrations()
    assert table.study.tolist() == ["mine", "renamed"]
    assert table.looks.tolist() == [1, 1]
    assert table.reached.tolist() == [True, False]
    assert table.value.iloc[0] == sl.trials(purpose="final").total_return.iloc[0]
    told = command("trials", "registrations").out
    assert "total_return -0.9" in told
    assert "reached" in told
    assert "missed" in told
    assert "2 registrations" in told
    assert "1 registration\n" in command("trials", "registrations", "--study", "renamed").out


def test_what_nobody_looked_at_is_listed_as_that(command: Command, study: Path) -> None:
    assert "0 registrations" in command("trials", "registrations").out
    assert command("run", study, "--strategy", "twenty", "--out", "a").status == 0
    (row,) = sl.registrations().itertuples()
    assert (row.trials, row.metric, row.bar, row.test_from, row.test_to) == (2, "total_return", -0.9, "2020-10-01", "")
    assert (row.looks, row.first_look, row.reached) == (0, "", False)
    assert row.value != row.value


def test_the_example_registers_searches_and_looks(command: Command, ledger: Path, tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples/registered.toml"
    assert command("sweep", example, "--out", tmp_path / "s", "--store", tmp_path / "store").status == 0
    assert len(sl.trials()) == 6
    assert (sl.trials().last_session < "2022-01-01").all()
    done = command("run", example, "--final", "--no-verify", "--out", tmp_path / "f")
    assert done.status == 0, done.err
    told = Path(tmp_path / "f/report.html").read_text(encoding="utf-8")
    assert "trials counted before the window: 6;" in told
    assert "this is the first look at the test window" in told
    assert sl.registrations().looks.tolist() == [1]


def test_a_window_that_was_seen_before_says_so(command: Command, study: Path, bars: Path) -> None:
    whole = sl.load(bars, benchmark="IX")
    sl.run("momentum", whole, "frictionless").summary()
    assert command("run", study, "--strategy", "twenty", "--final", "--out", "a").status == 0
    assert "trials that had seen its sessions before: 1," in Path("a/report.html").read_text(encoding="utf-8")


def test_what_cannot_be_registered(command: Command, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for old, new, said in (
        ('"total_return"', '"total_retrun"', "Did you mean 'total_return'"),
        ("trials = 2", "trials = 0", "must be 1 or more"),
        ('"2020-10-01"', '"2030-10-01"', "each needs 2"),
        ('"2020-10-01"', '"2020-01-01"', "each needs 2"),
    ):
        study.write_text(STUDY.format(bar=1).replace(old, new))
        done = command("run", study, "--strategy", "twenty", "--out", "a")
        assert (done.status, said in done.err) == (2, True), done.err
    study.write_text(STUDY.format(bar=1))
    monkeypatch.setenv("SECTORLEAD_TRIALS", "off")
    done = command("run", study, "--strategy", "twenty", "--out", "a")
    assert (done.status, "needs the trial ledger" in done.err) == (2, True)
    done = command("run", "--final", "--out", "a")
    assert (done.status, "[registration]" in done.err) == (2, True)
