"""Run folders: complete, read back to the last digit, the same every time, for every shape of run."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead.market_context import market_context
from sectorlead.reports.analysis.rebalances import rebalances
from sectorlead.reports.analysis.target_vs_actual import target_vs_actual
from sectorlead.reports.compare.papers import write_comparison
from sectorlead.reports.equal_weight import equal_weight_growth
from sectorlead.reports.run_folder import save as saving
from sectorlead.reports.run_folder.save import save

from .html_page import check_page

FILES = {
    "report.html", "summary.json", "equity.csv", "weights.csv", "fills.csv", "rejections.csv",
    "decisions.csv", "target_vs_actual.csv", "rebalances.csv", "series.csv", "manifest.json",
    "run.parquet", "panel.parquet", "files.json", ".lock",
}  # fmt: skip

SHAPES = {
    "no trades": lambda make: make([100.0] * 50, benchmark=np.linspace(1, 2, 51)),
    "two sessions": lambda make: make([100.0, 101.0], first=0),
    "no benchmark": lambda make: make(np.linspace(100, 150, 80), shares=np.ones((80, 2))),
    "a loss of nearly all": lambda make: make([50.0, 1e-9, 1e-9], benchmark=[1.0, 0.5, 0.4, 0.3]),
    "monthly": lambda make: make(np.linspace(100, 900, 240), benchmark=np.linspace(1, 9, 241), freq="ME"),
    "benchmark starts late": lambda make: make([100.0] * 60, benchmark=[np.nan] * 30 + [1.0] * 31),
    "benchmark never starts": lambda make: make([100.0] * 60, benchmark=[np.nan] * 61),
    "one series": lambda make: make([100.0] * 30, names=("非常长的行业名称" * 12,), shares=np.ones((30, 1))),
    "many series": lambda make: make(
        [200.0] * 30, 200.0, names=[f"行业{k}" for k in range(120)], shares=np.ones((30, 120))
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_run_has_its_reports(shape, make, tmp_path):
    run = SHAPES[shape](make)
    save(run, tmp_path, market_context(run), printed=True)
    check_page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    check_page(write_comparison([run, run], tmp_path / "c.html").read_text(encoding="utf-8"))


# --- folder ---------------------------------------------------------------------------------------------------------


def test_the_folder_is_complete_and_reads_back_to_the_last_digit(market_run, tmp_path):
    assert {path.name for path in save(market_run, tmp_path / "run").iterdir()} == FILES
    lines = {"equity": market_run.equity, "cash": market_run.cash, "benchmark": market_run.benchmark}
    lines |= {"flow": market_run.flows, "equal_weight": equal_weight_growth(market_run).levels[1:], "measured": 1.0}
    for name, frame in (("equity", pd.DataFrame(lines)), ("weights", market_run.weights)):
        told = read(tmp_path / f"run/{name}.csv")
        if name == "equity":  # the first row is what was there before the first session
            first, panel = market_run.terms.first, market_run.panel
            cash = market_run.terms.cash
            base = [f"{panel.sessions[first - 1]:%F}", cash, cash, panel.benchmark.last_close[first - 1], 0.0, 1.0, 0.0]
            head = [column.pop(0) for column in told.values()]
            assert [head[0], *map(float, head[1:])] == base
        assert told.pop("session") == list(frame.index.strftime("%Y-%m-%d"))
        assert list(told) == list(frame)
        np.testing.assert_array_equal(np.array(list(told.values()), dtype=float).T, frame)
    frames = {name: getattr(market_run, name) for name in ("fills", "rejections", "decisions")}
    frames |= {"target_vs_actual": target_vs_actual(market_run), "rebalances": rebalances(market_run)}
    for name, frame in frames.items():
        told = read(tmp_path / f"run/{name}.csv")
        assert list(told) == list(frame)
        assert len(frame) > 0
        for column in frame:
            if pd.api.types.is_datetime64_any_dtype(frame[column]):
                assert told[column] == list(frame[column].dt.strftime("%Y-%m-%d").fillna(""))
                continue
            numbers = pd.api.types.is_numeric_dtype(frame[column])
            got = [float(text or "nan") if numbers else text for text in told[column]]
            np.testing.assert_array_equal(got, frame[column])


def read(path: Path) -> dict[str, list[str]]:
    """A CSV file by column, as text."""
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    return {name: [row[k] for row in rows] for k, name in enumerate(head)}


def test_the_same_run_gives_the_same_folder(market_run, tmp_path):
    for name in ("a", "b"):
        save(market_run, tmp_path / name)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_summary_is_plain_json_without_nan(make, tmp_path):
    save(make([90.0, 99.0]), tmp_path)
    told = json.loads((tmp_path / "summary.json").read_text(), parse_constant=pytest.fail)
    assert told["total_return"] == pytest.approx(-0.01)
    assert told["beta"] is None
    assert all(value is None or isinstance(value, float) for value in told.values())
    assert read(tmp_path / "equity.csv")["benchmark"] == ["", "", ""]


def test_an_interrupted_save_leaves_the_run_before(market_run, tmp_path, monkeypatch):
    save(market_run, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(saving, "tearsheet", stop)
    with pytest.raises(KeyboardInterrupt):
        save(market_run, tmp_path, panel=False)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    monkeypatch.undo()
    save(market_run, tmp_path, panel=False)
    assert before.keys() - {path.name for path in tmp_path.iterdir()} == {"panel.parquet"}


def test_reports_load_no_plotting_library():
    code = (
        "import sys, sectorlead.reports.run_folder.save, sectorlead.reports.compare.comparison\n"
        "print({'matplotlib', 'fontTools', 'backtrader'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
