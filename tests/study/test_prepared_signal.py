"""What ``events`` and ``factor`` study: by file, by options, or by both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sectorlead import Excess, PullbackStrength, Resilience
from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.data.simulate import simulate
from sectorlead.study.prepared import Options, prepare_run, prepare_runs
from sectorlead.study.prepared_signal import prepare_events, prepare_factor
from sectorlead.study.score_argument import find_score

STUDY = """
[events]
score = "Resilience"
set = {beta_window = 60}
anchors = ["entry"]
horizons = [5, 20]
dates = "days.txt"
flips = 300

[factor]
score = "excess"
cost_bps = 10
"""


def study(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_says_all(tmp_path: Path) -> None:
    path = study(tmp_path, STUDY)
    found = prepare_events(path, Options())
    assert found.score == Resilience(beta_window=60)
    assert found.terms == {
        "anchors": ("entry",), "horizons": (5, 20), "events": tmp_path / "days.txt", "flips": 300,
    }  # fmt: skip
    assert prepare_factor(path, Options()).score == Excess()
    assert prepare_factor(path, Options()).terms == {"cost_bps": 10}


def test_options_stand_in_place_of_the_file(tmp_path: Path) -> None:
    path = study(tmp_path, STUDY)
    found = prepare_events(path, Options(parameters=("beta_window=90",)), horizons=(10,), anchors=())
    assert found.score == Resilience(beta_window=90)
    assert found.terms["horizons"] == (10,)
    assert found.terms["anchors"] == ("entry",)
    assert prepare_events(path, Options(), "excess").score == Excess()


def test_a_strategy_stands_for_its_score(tmp_path: Path) -> None:
    assert isinstance(prepare_events(None, Options()).score, PullbackStrength)
    path = study(tmp_path, '[[strategies]]\nname = "momentum"\nlabel = "a"\nset = {lookback = 33}\n')
    assert prepare_events(path, Options()).score.lookback == 33
    assert prepare_factor(path, Options(strategy="a")).score.lookback == 33
    with pytest.raises(InputError, match="leave one of them out"):
        prepare_events(None, Options(strategy="momentum"), "excess")


def test_a_study_of_a_score_alone_has_nothing_to_run(tmp_path: Path) -> None:
    path = study(tmp_path, STUDY)
    for prepare in (prepare_run, prepare_runs):
        with pytest.raises(InputError, match="no strategy to run"):
            prepare(path, Options())
    with pytest.raises(InputError, match="no strategy to run"):
        prepare_events(study(tmp_path, "[events]\nflips = 300\n"), Options())


def test_wrong_values_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"list of whole numbers such as \[5, 20\]"):
        prepare_events(study(tmp_path, '[events]\nscore = "excess"\nhorizons = [5, "x"]\n'), Options())
    with pytest.raises(InputError, match="horizons"):
        prepare_events(study(tmp_path, '[events]\nscore = "excess"\nhorizon = [5]\n'), Options())


def test_scores_by_name(tmp_path: Path) -> None:
    (tmp_path / "my_scores_here.py").write_text(
        "import numpy as np\nimport sectorlead as sl\n"
        "def last_move(panel):\n    return panel.last_adjusted_close\n"
        "def of_days(days=20):\n    return sl.Momentum(days)\n"
        "class Mine:\n    pass\n",
        encoding="utf-8",
    )
    panel = simulate(seed=1, sessions=60)
    np.testing.assert_array_equal(
        find_score("my_scores_here:last_move", folder=tmp_path)(panel), panel.last_adjusted_close
    )
    assert find_score("my_scores_here:of_days", {"days": "30"}, tmp_path).lookback == 30
    assert find_score("resilience") == Resilience()
    assert find_score("momentum", {"lookback": 9}).lookback == 9
    with pytest.raises(InputError, match="has no score to study"):
        find_score("my_scores_here:Mine", folder=tmp_path)
    with pytest.raises(UnknownNameError, match="resilience"):
        find_score("resilienc-e")
