"""``sectorlead trials``."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.cli.trials import _show

from ..conftest import Command

STUDY = """
[data]
path = "bars.csv"
benchmark = "IX"
[run]
market = "frictionless"
[[strategies]]
name = "momentum"
label = "twenty"
set = {lookback = 20, top = 2}
"""


def test_a_study_is_listed_exported_and_reproduced(
    command: Command, bars: Path, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = bars.parent / "mine.toml"
    study.write_text(STUDY)
    assert command("run", study, "--out", "a", "--no-verify").status == 0
    assert command("run", study, "--out", "b", "--no-verify").status == 0
    assert "1 trial on these data so far" in Path("a/report.html").read_text(encoding="utf-8")
    (trial,) = sl.trials().index
    shown = command("trials", "--study", "mine", "--strategy", "Momentum(lookback=20")
    assert shown.status == 0
    assert trial[:8] in shown.out
    made = sl.trials()
    ratio = f"{made['sharpe'].iloc[0]:.2f}".replace("-", "\u2212")
    assert ratio in shown.out
    _show(made.assign(last_session="2020-06-30"), 1)
    assert ratio not in capsys.readouterr().out  # of less than a year
    assert "1 trial" in shown.out
    assert "0 trials" in command("trials", "--study", "other").out
    for name in ("t.csv", "t.parquet", "t.json"):
        assert command("trials", "--export", name).status == 0
        assert "is there already" in command("trials", "--export", name).err
    told = sl.trials().sharpe.iloc[0]
    assert pd.read_csv("t.csv").sharpe.iloc[0] == told
    assert pd.read_parquet("t.parquet").sharpe.iloc[0] == told
    assert json.loads(Path("t.json").read_text(encoding="utf-8"))[0]["study"] == "mine"
    done = command("trials", "reproduce", trial[:10])
    assert (done.status, "bit for bit" in done.out) == (0, True)
    bars.write_text(bars.read_text().replace("2020-01-06", "2020-01-05", 1))
    gone = command("trials", "reproduce", trial)
    assert gone.status == 2
    assert "was on the panel" in gone.err


def test_words_that_cannot_be_used(command: Command, ledger: Path) -> None:
    for words, said in (
        (("--export", "t.xlsx"), "ends with .csv"),
        (("--purpose", "swep"), "Did you mean 'sweep'"),
        (("--panel", "abc"), "no trial is on a panel abc"),
        (("--last", "-1"), "must be 0 or more"),
        (("reproduce", "ab"), "4 or more signs"),
    ):
        done = command("trials", *words)
        assert done.status == 2, words
        assert said in done.err


def test_without_a_ledger(command: Command) -> None:
    done = command("trials")
    assert done.status == 2
    assert "the trial ledger is off; SECTORLEAD_TRIALS names" in done.err
