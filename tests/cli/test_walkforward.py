"""``sectorlead walkforward``: from a study or options to a folder with its report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError, ParameterError, UnknownNameError
from sectorlead.research.walkforward.prepared import prepare_walkforward
from sectorlead.study.prepared import Options

STUDY = """
[run]
market = "frictionless"
cash = 100_000

[[strategies]]
name = "momentum"
set = {hold_until_rank = "none"}

[walkforward]
train = "2y"
test = 900
anchored = true
purge = 2
choose = "own:chosen"

[sweep]
where = ["lookback > 20 or top == 1"]
metric = "cagr"

[sweep.grid]
lookback = [20, 60]
top = [1, 3]
"""


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECTORLEAD_SWEEPS", str(tmp_path / "sweeps"))


@pytest.fixture
def study(tmp_path: Path) -> Path:
    (tmp_path / "own.py").write_text("def chosen(seen):\n    return int(seen.order[0])\n")
    path = tmp_path / "study.toml"
    path.write_text(STUDY)
    return path


def test_a_study_is_walked_into_a_folder(command: Any, study: Path, tmp_path: Path) -> None:
    options = ["--engine", "compiled", "--test", "1100", "--trials", "3"]
    done = command("walkforward", study, "--out", tmp_path / "found", *options)
    assert done.status == 0, done.err
    assert "2 windows, 3 variants of momentum, chosen by cagr" in done.out
    assert "Against equal weight" in done.out
    assert "3 variants were tried" in done.out or "3 trials" in done.out
    opened = sl.open(tmp_path / "found")
    assert isinstance(opened, sl.WalkForwardResult)
    assert opened.about["windows"] == {"train": "2y", "test": 1100, "anchored": True, "purge": 2, "embargo": 0}
    assert opened.run.terms.engine == "compiled"
    assert (tmp_path / "found" / "run" / "report.html").exists()


def test_options_stand_in_place_of_the_study(study: Path) -> None:
    made = prepare_walkforward(
        study, Options(), ("top=2,3",), {}, train="250", test="6m", anchored=False, choose="plateau", metric="sharpe"
    )
    assert made.windows == sl.Windows(250, "6m", anchored=False, purge=2)
    assert (made.choose, made.metric, made.config.engine) == ("plateau", "sharpe", "both")
    assert made.swept.asked.grid == {"top": [2, 3]}
    plain = prepare_walkforward(study, Options(), (), {})
    assert callable(plain.choose)
    assert plain.metric == "cagr", "that of the sweep, where it names none of its own"


@pytest.mark.parametrize(
    ("line", "kind", "told"),
    [
        ('train = "2 years"', ParameterError, "'3y'"),
        ("train = true", InputError, "sessions such as 250"),
        ('chose = "best"', InputError, "choose"),
        ('choose = "bets"', UnknownNameError, "best"),
        ('metric = "turnover"', UnknownNameError, "metric to choose by"),
        ("[sweep]\ntrials = 20", InputError, "give draws"),
    ],
)
def test_what_a_study_can_t_say_is_told(line: str, kind: type, told: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(f'[[strategies]]\nname = "momentum"\n\n[walkforward]\n{line}\n')
    with pytest.raises(kind, match=told):
        prepare_walkforward(path, Options(), (), {})
