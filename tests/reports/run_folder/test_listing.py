"""Runs below a folder, from their small files alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import RunFolderError
from sectorlead.reports.run_folder.listing import COLUMNS, parameters, runs

from ...serve.folders import DAYS, SUMMARY, manifest, rotation, write_run


def test_every_run_has_a_row_whatever_its_state(tmp_path: Path) -> None:
    write_run(tmp_path / "b" / "good", strategy=rotation(60, 3), panel={"hash": "abc"}, verified="fills")
    write_run(tmp_path / "a", strategy="Rotation(score=Momentum(lookback=2))")  # version 0.2
    write_run(tmp_path / "short", sessions=20.0)
    (write_run(tmp_path / "stopped") / "INCOMPLETE").touch()
    (write_run(tmp_path / "torn") / "summary.json").write_text('{"cagr')
    promised = write_run(tmp_path / "promised")
    told = manifest("promised") | {"format": 1, "files": {"run.parquet": "0"}}
    (promised / "manifest.json").write_text(json.dumps(told))
    write_run(tmp_path / "cup", leave_out=("fills.csv",))
    (tmp_path / "cup" / "tournament.html").touch()
    write_run(tmp_path / ".hidden")
    (tmp_path / "elsewhere").symlink_to(tmp_path / "b")
    found = runs(tmp_path)
    assert list(found.columns[: len(COLUMNS)]) == list(COLUMNS)
    assert [Path(path).relative_to(tmp_path).as_posix() for path in found["path"]] == [
        "a", "b/good", "promised", "short", "stopped", "torn",
    ]  # fmt: skip
    rows = found.set_index("name")
    assert rows["status"].to_dict() == {
        "a": "complete", "good": "complete", "promised": "damaged", "short": "complete", "stopped": "incomplete",
        "torn": "damaged",
    }  # fmt: skip
    assert rows["reason"].to_dict() == {
        "a": "", "good": "", "short": "", "promised": "run.parquet missing",
        "stopped": "still being written, or writing it was stopped", "torn": "summary.json is not valid JSON",
    }  # fmt: skip
    good = rows.loc["good"]
    assert (good["market"], good["panel"], good["verified"]) == ("cn-etf", "abc", "fills")
    assert (good["start"], good["end"]) == (pd.Timestamp(DAYS[0]), pd.Timestamp(DAYS[-1]))
    assert good["parameters"]["score"] == "Momentum"
    assert (good["parameters"]["score.lookback"], good["parameters"]["pick.n"]) == (60, 3)
    assert rows.loc["a", "parameters"] == {}
    assert rows.loc["a", "strategy"] == "Rotation(score=Momentum(lookback=2))"
    assert good["cost_total"] == SUMMARY["cost_total"]
    assert np.isnan(rows.loc["short", "cagr"]), "too short to annualise"
    assert rows.loc["short", "total_return"] == SUMMARY["total_return"]
    assert np.isnan(rows.loc["stopped", "total_return"])
    assert pd.isna(rows.loc["stopped", "start"])


def test_a_run_is_listed_as_it_was_asked_for(tmp_path: Path) -> None:
    panel = sl.simulate(sessions=500)
    run = sl.run("momentum", panel, market="us-etf", start=panel.sessions[30])
    folder = run.save(tmp_path / "x" / "y")
    row = sl.runs(tmp_path).iloc[0]
    assert (row["path"], row["name"], row["market"]) == (str(folder), "momentum", "us-etf")
    assert (row["strategy"], row["panel"], row["engine"]) == (run.sentence, panel.content_hash, "compiled")
    assert (row["start"], row["end"]) == (panel.sessions[30], run.sessions[-1])  # of the account
    assert row["sharpe"] == run.summary()["sharpe"]
    assert row["parameters"]["score.lookback"] == run.strategy.score.lookback


def test_nothing_there(tmp_path: Path) -> None:
    assert runs(tmp_path).empty
    assert list(runs(tmp_path).columns[:2]) == ["path", "name"]
    with pytest.raises(RunFolderError, match=r"gone is not there; name a folder with runs"):
        runs(tmp_path / "gone")


def test_parameters_by_path() -> None:
    blend = {
        "name": "Blend",
        "parameters": {"scores": [{"name": "Momentum", "parameters": {"lookback": 5}}], "weights": [1.0], "x": None},
    }
    assert parameters({"name": "Rotation", "parameters": {"score": blend, "n": True}}) == {
        "score": "Blend", "score.scores": "(Momentum(lookback=5),)", "score.weights": "(1.0,)", "score.x": None,
        "n": True,
    }  # fmt: skip
    assert parameters("text") == parameters(None) == {}
