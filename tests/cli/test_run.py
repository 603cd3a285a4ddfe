"""``sectorlead run`` as a user types it: its folder, its words, its refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = {
    "report.html", "summary.json", "equity.csv", "weights.csv", "fills.csv", "rejections.csv", "decisions.csv",
    "manifest.json",
}  # fmt: skip  # fmt: skip
STUDY = """
[data]
path = "bars.csv"
benchmark = "IX"

[run]
end = 2020-06-30

[[strategies]]
name = "rule_of_study:Half"
"""


def test_run_writes_its_folder_and_says_where(command: Any, bars: Path) -> None:
    words = ("run", "--strategy", "momentum", "--data", bars, "--benchmark", "IX", "--set", "top=2", "--set")
    words += ("lookback=40",)
    done = command(*words, "--out", "out/one")
    assert done.status == 0, done.err
    there = {path.name for path in Path("out/one").iterdir()}
    assert there >= FOLDER
    assert "INCOMPLETE" not in there
    assert "out/one/report.html" in done.out
    assert "verified: " in done.out
    kept = json.loads(Path("out/one/manifest.json").read_text(encoding="utf-8"))
    assert "lookback=40" in kept["strategy"]["text"]
    assert kept["strategy"]["data"]["parameters"]["score"]["parameters"]["lookback"] == 40
    assert kept["name"] == "momentum"

    again = command(*words, "--out", "out/one", "--no-verify")
    assert again.status == 0, again.err
    assert "not verified" in again.out


def test_tranches_and_their_spacing_are_options(command: Any, bars: Path) -> None:
    words = ("run", "--strategy", "momentum", "--data", bars, "--benchmark", "IX", "--no-verify")
    words += ("--set", "top=2", "--set", "lookback=40", "--set", "tranches=2")
    done = command(*words, "--set", "tranche_spacing=3", "--out", "out/two")
    assert done.status == 0, done.err
    kept = json.loads(Path("out/two/manifest.json").read_text(encoding="utf-8"))
    assert kept["strategy"]["text"].endswith("count=2, spacing=3)")
    refused = command(*words, "--set", "tranche_spacing=9", "--set", "schedule=every-9", "--out", "out/no")
    assert refused.status == 2
    assert "2 tranches, 9 sessions apart, don't fit into" in refused.err
    assert not Path("out/no").exists()


@pytest.mark.usefixtures("bars")
def test_a_study_and_its_own_module(command: Any) -> None:
    Path("rule_of_study.py").write_text(
        "class Half:\n    def decide(self, view, portfolio):\n        return {'A': 0.5}\n", encoding="utf-8"
    )
    Path("s.toml").write_text(STUDY, encoding="utf-8")
    done = command("run", "s.toml")
    assert done.status == 0, done.err
    assert Path("out/rule_of_study-Half/fills.csv").read_text(encoding="utf-8").count("\n") > 1


@pytest.mark.usefixtures("bars")
def test_a_score_of_ones_own_runs_in_the_default_rotation_and_the_run_says_so(command: Any) -> None:
    Path("calm_rules.py").write_text(
        "import sectorlead as sl\n\nclass Calm(sl.Score):\n    lookback: int = sl.parameter(20, low=2, high=60)\n\n"
        "    def __call__(self, panel):\n"
        "        return -panel.frame('close').rolling(self.lookback).std().to_numpy()\n",
        encoding="utf-8",
    )
    words = ("run", "--strategy", "calm_rules:Calm", "--data", "bars.csv", "--set", "lookback=30", "--no-verify")
    done = command(*words, "--out", "out/calm")
    assert done.status == 0, done.err
    note = "Calm is a score, so it ran in the default Rotation: TopN(n=5, "
    assert f"note: {note}" in done.out
    kept = json.loads(Path("out/calm/manifest.json").read_text(encoding="utf-8"))
    assert kept["notes"][0].startswith(note)
    assert note in Path("out/calm/report.html").read_text(encoding="utf-8")
    assert kept["strategy"]["data"]["parameters"]["score"] == {
        "name": "calm_rules:Calm", "parameters": {"lookback": 30},
    }  # fmt: skip
    refused = command(*words, "--set", "lookback=61")
    assert refused.status == 2
    assert "--set lookback is given twice" in refused.err
    refused = command(*words[:-3], "--set", "lookback=61")
    assert "calm_rules:Calm: lookback must be an int from 2 to 60, was '61'" in refused.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--strategy", "momentun"], "Did you mean 'momentum'"),
        (["--strategy", "momentum", "--set", "topp=3"], "Did you mean 'top'"),
        (["--strategy", "momentum", "--set", "top=0"], "from 1"),
        (["--strategy", "momentum", "--set", "top=three"], "must be an int"),
        (["--strategy", "momentum", "--market", "cn-eft"], "Did you mean 'cn-etf'"),
        (["--strategy", "momentum", "--benchmark", "IY"], "benchmark IY is no symbol of "),
        (["--strategy", "momentum", "--start", "2031-01-01"], "2020-01-01"),
        (["--strategy", "momentum", "--start", "yesterday"], "must be a date"),
        (["--strategy", "momentum", "--cash", "-5"], "cash must be"),
        (["--strategy", "momentum", "--fill", "vwap"], "vwap"),
        (["--strategy", "nowhere:X"], "no module 'nowhere'"),
        (["--engine", "compiled", "--verify"], "leave one of them out"),
        (["--engine", "fast"], "unknown engine 'fast'"),
        (["absent.toml"], "can't be read"),
    ],
)
def test_what_cannot_run_says_why_in_one_line_and_leaves_nothing(
    command: Any, bars: Path, words: list[str], message: str
) -> None:
    before = sorted(path.name for path in Path().iterdir())
    done = command("run", "--data", bars, *words, "--out", "out/x")
    assert done.status == 2
    assert message in done.err
    assert [line for line in done.err.splitlines() if not line.startswith("compiling")] == [done.err.splitlines()[-1]]
    assert done.out == ""
    assert sorted(path.name for path in Path().iterdir()) == before


def test_data_that_cannot_be_used_says_why(command: Any) -> None:
    done = command("run", "--data", "none.csv")
    assert (done.status, done.err.count("\n"), "none.csv" in done.err) == (2, 1, True)
    done = command("run", "--benchmark", "399006")
    assert (done.status, "simulated market has its own benchmark" in done.err) == (2, True)


def test_engines_that_disagree_are_a_finding(command: Any, bars: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sectorlead.data.errors import EngineMismatchError
    from sectorlead.engine import backtest

    def disagree(*_: object) -> str:
        raise EngineMismatchError("first at 2020-02-03 A")

    monkeypatch.setattr(backtest, "compare_outcomes", disagree)
    done = command("run", "--data", bars, "--strategy", "equal-weight")
    assert (done.status, "first at 2020-02-03 A" in done.err) == (1, True)


def test_what_a_strategy_raises_is_told_with_its_own_lines_only(command: Any, bars: Path) -> None:
    Path("fragile.py").write_text(
        "class Fragile:\n    def decide(self, view, portfolio):\n"
        "        return {'A': 0.1 / max(0, 40 - len(view.sessions))}\n"
    )
    done = command("run", "--data", bars, "--strategy", "fragile:Fragile", "--no-verify")
    told = [line for line in done.err.splitlines() if not line.startswith("compiling")]
    assert done.status == 2
    assert "Fragile failed in the session of" in told[-2]
    assert "ZeroDivisionError: " in told[-2]
    assert told[-1].endswith("fragile.py:3 in decide: return {'A': 0.1 / max(0, 40 - len(view.sessions))}")
    assert "Traceback" not in done.err


def test_a_score_that_looks_ahead_is_a_finding(command: Any, bars: Path) -> None:
    Path("ahead.py").write_text(
        "import sectorlead as sl\n\n\nclass Ahead(sl.Score):\n    def __call__(self, panel):\n"
        "        return panel.frame('adjusted_close').pct_change(5, fill_method=None).shift(-5).to_numpy()\n"
    )
    done = command("run", "--data", bars, "--strategy", "ahead:Ahead", "--no-verify")
    assert (done.status, "Ahead: " in done.err, "look-ahead" in done.err) == (1, True, True)


def test_a_run_without_its_panel_asks_for_it(command: Any, bars: Path) -> None:
    import sectorlead as sl

    words = ("run", "--strategy", "momentum", "--data", bars, "--benchmark", "IX", "--set", "lookback=40")
    assert command(*words, "--out", "out/whole").status == 0
    assert command(*words, "--out", "out/bare", "--no-panel").status == 0
    names = [{path.name for path in Path(f"out/{name}").iterdir()} for name in ("whole", "bare")]
    assert names[0] - names[1] == {"panel.parquet"}
    assert not names[1] - names[0]
    with pytest.raises(sl.InputError, match="saved without its panel; give it: panel="):
        sl.open("out/bare")
    whole = sl.open("out/whole")
    again = sl.open("out/bare", panel=sl.load(bars, benchmark="IX"))
    assert again.equity.equals(whole.equity)


def test_most_buys_below_a_lot_is_said_before_any_number(command: Any) -> None:
    done = command("run", "--strategy", "momentum", "--cash", "300", "--no-verify", "--out", "out")
    assert done.status == 0, done.err
    assert done.out.startswith("warning: Most buys were less than one lot (")
    assert done.out.count("Most buys were less than one lot") == 1
    notes = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))["notes"]
    assert notes[0].startswith("Most buys were less than one lot (")


@pytest.mark.parametrize("kind", ["", "index"])
def test_a_market_is_chosen_by_what_the_data_state(command: Any, bars: Path, kind: str) -> None:
    rows = bars.read_text(encoding="utf-8").splitlines()
    stated = [rows[0] + ",kind", *(f"{row},{kind}" for row in rows[1:])]
    Path("stated.csv").write_text("\n".join(stated), encoding="utf-8")
    words = ("run", "--strategy", "momentum", "--data", "stated.csv", "--benchmark", "IX", "--no-verify")
    done = command(*words, "--set", "lookback=40", "--out", "out")
    assert done.status == 0, done.err
    name = "cn-index" if kind else "frictionless"
    assert f" Market {name}: " in done.out
    assert f"note: no market was named: {name}, as the data state" in done.out
    told = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert told["market"]["name"] == name
    done = command(*words, "--market", "cn-index", "--out", "out2")
    assert "no market was named" not in done.out


@pytest.mark.usefixtures("bars")
def test_parameters_and_analyzers_of_a_backtrader_strategy(command: Any) -> None:
    Path("scripts_of_mine.py").write_text(
        "import backtrader as bt\n\nclass Late(bt.Strategy):\n    params = {'wait': 5}\n\n"
        "    def next(self):\n        if len(self) == self.p.wait:\n            self.buy(size=100)\n\n"
        "class Count(bt.Analyzer):\n    def start(self):\n        self.seen = 0\n\n"
        "    def notify_order(self, order):\n        self.seen += order.status == order.Completed\n\n"
        "    def get_analysis(self):\n"
        "        return {self.strategy.data.datetime.date(0): self.seen, 'nan': float('nan')}\n",
        encoding="utf-8",
    )
    study = '[data]\npath = "bars.csv"\n[[strategies]]\nname = "scripts_of_mine:Late"\nset = {wait = 9}\n'
    Path("s.toml").write_text(study + 'analyzers = ["scripts_of_mine:Count"]\n', encoding="utf-8")
    done = command("run", "s.toml", "--out", "o", "--analyzer", "backtrader.analyzers:DrawDown")
    assert done.status == 0, done.err
    found = json.loads(Path("o/analyzers.json").read_text(encoding="utf-8"))
    assert (list(found), found["Count"]) == (["Count", "DrawDown"], {"2021-02-23": 1, "nan": None})
    first = Path("o/decisions.csv").read_text(encoding="utf-8").splitlines()[1]
    assert first.startswith("2020-01-13"), "the ninth session"
    more = Path("s.toml").read_text(encoding="utf-8") + '[[strategies]]\nname = "equal-weight"\n'
    Path("two.toml").write_text(more, encoding="utf-8")
    refused = command("compare", "two.toml", "--out", "c")
    told = "scripts_of_mine:Late has analyzers, and a comparison keeps nothing of what they find"
    assert (refused.status, told in refused.err) == (2, True)
    again = command("run", "s.toml", "--set", "wait=3", "--out", "o")
    assert again.status == 0, again.err
    assert Path("o/decisions.csv").read_text(encoding="utf-8").splitlines()[1].startswith("2020-01-03")
    refused = command("run", "--data", "bars.csv", "--strategy", "momentum", "--analyzer", "scripts_of_mine:Count")
    assert (refused.status, "momentum is none" in refused.err) == (2, True)


def test_a_small_run_loads_neither_numba_nor_matplotlib_nor_backtrader(bars: Path) -> None:
    words = ["sectorlead", "run", "--data", str(bars), "--benchmark", "IX", "--strategy", "pullback-leaders"]
    code = (
        f"import sys\nsys.argv = {[*words, '--no-verify', '--out', str(bars.parent / 'o')]!r}\n"
        "from sectorlead.cli.main import main\ntry:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert not {"numba", "matplotlib", "backtrader"} & set(done.stderr.splitlines()[-1].split())
