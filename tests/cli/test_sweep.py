"""``sectorlead sweep``: from a study or options to a folder with its report, stopped and gone on with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError
from sectorlead.research.sweep.prepared import grid_of, prepare_sweep
from sectorlead.study.prepared import Options

STUDY = """
[data]
path = "bars.csv"
benchmark = "IX"

[run]
market = "frictionless"
cash = 100_000

[[strategies]]
name = "momentum"
set = {hold_until_rank = "none"}

[sweep]
where = ["lookback > 10 or top == 1"]
metric = "cagr"

[sweep.grid]
lookback = {from = 10, to = 40, step = 10}
top = [1, 2]
market.slippage_bps = [0, 5]
"""


SIGNAL = """
[signal]
path = "bars.csv"
benchmark = "IX"

[signal.funds]
A = ["B"]
C = ["D"]

"""


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECTORLEAD_SWEEPS", str(tmp_path / "sweeps"))


@pytest.fixture
def study(bars: Path) -> Path:
    path = bars.parent / "study.toml"
    path.write_text(STUDY)
    return path


def test_a_study_is_swept_into_a_folder(command: Any, study: Path) -> None:
    done = command("sweep", study)
    assert done.status == 0, done.err
    assert [line for line in done.err.splitlines() if not line.startswith("compiling")] == []
    assert "14 variants of momentum" in done.out
    assert "Uncorrected, 14 tried" in done.out
    assert "report: out/study/report.html" in done.out
    table = pd.read_parquet("out/study/table.parquet")
    wanted = [
        [bps, lookback, top] for bps in (0, 5) for lookback in (10, 20, 30, 40) for top in (1, 2)
        if lookback > 10 or top == 1
    ]  # fmt: skip
    assert table[["market.slippage_bps", "lookback", "top"]].to_numpy().tolist() == wanted
    opened = sl.open("out/study")
    assert isinstance(opened, sl.SweepResult)
    run = opened.run(5)
    panel = sl.load("bars.csv", benchmark="IX")
    rule = sl.build("momentum", lookback=wanted[5][1], top=wanted[5][2], hold_until_rank=None)
    alone = sl.run(rule, panel, "frictionless", cash=100_000, measured_from=opened.measured_from)
    assert run.equity.equals(alone.equity)
    assert table["final_equity"][5] == alone.equity.iloc[-1]
    best = table["cagr"].max()
    first = pd.read_csv("out/study/ranking.csv")
    assert first["cagr"][0] == pytest.approx(best, abs=1e-15)
    manifest = json.loads(Path("out/study/manifest.json").read_text())
    assert manifest["measured_from"] == opened.measured_from


def test_options_alone_make_a_sweep_and_stand_in_place_of_the_study(command: Any, study: Path) -> None:
    done = command(
        "sweep", "--data", "bars.csv", "--benchmark", "IX", "--market", "frictionless", "--strategy", "momentum",
        "--grid", "lookback=10:30:10", "--grid", "pick.n=1,2", "--set", "hold_until_rank=none", "--out", "mine",
        "--where", "n == 2", "--returns", "none", "--locale", "zh", "--executor", "threads", "--workers", 1,
    )  # fmt: skip
    assert done.status == 0, done.err
    assert {path.name for path in Path("mine").iterdir()} >= {"report.html", "report.pdf", "table.parquet"}
    assert not Path("mine/returns.parquet").exists()
    assert pd.read_parquet("mine/table.parquet")["lookback"].tolist() == [10, 20, 30]
    some = command("sweep", study, "--draws", 3, "--seed", 5, "--metric", "sharpe", "--verdict", "--out", "some")
    page = Path("some/report.html").read_text(encoding="utf-8")
    for shown in (" ".join(some.out.split()), page):
        assert shown.index("3 variants were tried") > shown.index("from chance")
    assert "3 variants" in some.out
    assert len(pd.read_parquet("some/table.parquet")) == 3


def test_stopped_by_ctrl_c_it_says_how_to_go_on(command: Any, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sectorlead.research.sweep import sweep as module

    real, seen = module.measure_chunk, list[int]()

    def stopping(*args: Any) -> Any:
        seen.append(1)
        if len(seen) > 1:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(module, "measure_chunk", stopping)
    monkeypatch.setattr(module, "_LARGEST", 2)
    done = command("sweep", study, "--workers", 1)
    assert done.status == 130
    assert "sectorlead: stopped; " in done.err
    assert "the same sweep goes on from there" in done.err
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--grid", "lookbak=10"], "Did you mean 'lookback'"),
        (["--grid", "lookback"], "name=values"),
        (["--grid", "lookback=30:10:5"], "steps > 0"),
        (["--draws", "3", "--trials", "3"], "one of them"),
        (["--seed", "3"], "draws or trials"),
        (["--grid", "top=3", "--grid", "top=5"], "--grid gives top twice"),
        (["--set", "top=3", "--grid", "top=3,5"], "--set gives top one value"),
        (["--metric", "sharp"], "unknown metric 'sharp'. Did you mean 'sharpe'"),
        (["--where", "lookback <"], "no expression"),
        (["--dask", "nowhere"], "must be the address of a scheduler"),
        (["--dask", "tcp://127.0.0.1:9"], "no Dask scheduler answers"),
        (["--locale", "de"], "zh"),
    ],
)
def test_what_cannot_be_is_refused_with_what_is_allowed(command: Any, study: Path, words: list[str], says: str) -> None:
    if "--dask" in words:
        pytest.importorskip("distributed")
    done = command("sweep", study, *words)
    assert done.status == 2
    assert says in done.err
    assert not Path("out").exists()


def test_ranges_of_a_study_include_their_ends() -> None:
    assert grid_of({"a": {"b": {"from": 0.1, "to": 0.3, "step": 0.1}}, "c": {"from": 3, "to": 5}}) == {
        "a.b": [0.1, 0.2, 0.3], "c": [3, 4, 5],
    }  # fmt: skip
    assert grid_of({"universe": {"few": ["A"]}, "market": ["cn-etf"]}) == {
        "universe": {"few": ["A"]}, "market": ["cn-etf"],
    }  # fmt: skip
    with pytest.raises(InputError, match="range"):
        grid_of({"a": {"from": 3, "to": 1}})


def test_sectors_can_decide_while_funds_are_held(bars: Path) -> None:
    """A study's [signal] is part of every variant."""
    path = bars.parent / "mapped.toml"
    path.write_text(
        STUDY.replace("[run]", f"{SIGNAL}[run]")
        .replace("market.slippage_bps = [0, 5]\n", "")
    )
    prepared = prepare_sweep(path, Options())
    found = prepared.run(prepared.panel())
    assert type(found.strategy(1)).__name__ == "Mapped"
    assert found.run(1).summary()["final_equity"] == found.table["final_equity"][1]
