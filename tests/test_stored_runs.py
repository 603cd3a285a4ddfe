"""``sl.open``: runs with their strategies, where these can be made again; folders of version 0.2 as far as they go."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import ParameterError, RunFolderError
from sectorlead.engine.canonical import to_data
from sectorlead.engine.record import Record
from sectorlead.engine.stored_strategy import StoredStrategy
from sectorlead.reports.metrics.run_metrics import readable
from sectorlead.reports.run_folder.files import write_json
from sectorlead.reports.run_folder.names import MANIFEST, PANEL, RUN, SUMMARY
from sectorlead.reports.run_folder.save import keep
from sectorlead.reports.run_folder.tables import RunTables

from .reports.run_folder.kinds import KINDS, Best, market_panel

OWN = """
class Halves:
    watchful = {watchful}

    def __init__(self, count=2):
        self.count = count

    def decide(self, view, portfolio):
        return {{symbol: 0.25 for symbol in view.symbols[: self.count]}} if len(view.sessions) == 30 else None

    def between(self, view, portfolio):
        return None
"""


@pytest.fixture(scope="module")
def panel() -> sl.Panel:
    return market_panel()


@pytest.fixture(scope="module")
def whole(panel: sl.Panel, tmp_path_factory: pytest.TempPathFactory) -> tuple[sl.Run, Path]:
    """A run, and the folder that it was saved in."""
    run = sl.run("pullback-leaders", panel, market="cn-etf", start=panel.sessions[60], end=panel.sessions[300])
    return run, run.save(tmp_path_factory.mktemp("whole"))


def kept(record: Record, folder: Path) -> Path:
    """What is read back, without reports."""
    folder.mkdir(exist_ok=True)
    write_json(folder / MANIFEST, {"format": 1, "files": keep(record, folder)})
    return folder


def opened(folder: Path, panel: sl.Panel | None = None, *, signal: sl.Panel | None = None) -> sl.Run:
    run = sl.open(folder, panel, signal=signal)
    assert isinstance(run, sl.Run)
    return run


def test_an_opened_run_is_the_run(whole: tuple[sl.Run, Path], tmp_path: Path) -> None:
    run, folder = whole
    back = opened(folder)
    assert repr(back) == repr(run)
    assert back.strategy == run.strategy
    assert json.dumps(back.summary()) == json.dumps(run.summary())
    assert back.manifest == run.manifest
    assert back.tearsheet(tmp_path / "t.html").read_bytes() == (folder / "report.html").read_bytes()
    assert back._repr_html_() == run._repr_html_()
    again = back.save(tmp_path / "again")
    for path in folder.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_an_opened_run_runs_again_to_the_same_end(whole: tuple[sl.Run, Path]) -> None:
    run, folder = whole
    back = opened(folder)
    again = sl.run(back.strategy, back.panel, market=back.market, start=back.sessions[0])
    assert again.outcome.equity.tobytes() == run.outcome.equity.tobytes()


@pytest.mark.parametrize("kind", ["exits under stock rules, cut short", "tranches, rates by date", "own class"])
def test_a_strategy_is_made_again_from_its_data(kind: str, panel: sl.Panel, tmp_path: Path) -> None:
    made = KINDS[kind](panel)
    back = opened(kept(made, tmp_path / "run"))
    assert type(back.strategy) is type(made.strategy)
    assert to_data(back.strategy) == made.strategy_data, "as it was before the run"


def test_a_backtrader_class_comes_back_with_its_parameters(panel: sl.Panel, tmp_path: Path) -> None:
    made = KINDS["backtrader"](panel)
    assert opened(kept(made, tmp_path / "run")).strategy == made.strategy


def test_a_panel_that_a_strategy_sees_has_to_be_given(panel: sl.Panel, tmp_path: Path) -> None:
    made = KINDS["mapped funds"](panel)
    folder = kept(made, tmp_path / "run")
    back = opened(folder)
    assert isinstance(back.strategy, StoredStrategy)
    seen = made.strategy.signal
    assert back.strategy.reason == (
        f"it sees a panel that the folder does not hold, open(..., signal=): {seen.content_hash}"
    )
    assert opened(folder, signal=seen).strategy.signal is seen
    assert isinstance(opened(folder, signal=panel).strategy, StoredStrategy)


def test_a_class_that_cannot_be_named_is_told(panel: sl.Panel, tmp_path: Path) -> None:
    class Local(Best):
        pass

    back = opened(kept(sl.run(Local(), panel), tmp_path / "run"))
    assert isinstance(back.strategy, StoredStrategy)
    assert "defined inside a function" in back.strategy.reason
    with pytest.raises(ParameterError, match=r"can't decide: .*Local is defined inside a function"):
        sl.run(back.strategy, back.panel)


def test_nothing_is_imported_and_a_class_that_is_another_today_is_not_taken(
    panel: sl.Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever gets a folder from somebody else runs none of their code by opening it."""
    source = tmp_path / "halves_of_mine.py"
    source.write_text(OWN.format(watchful=False))
    monkeypatch.syspath_prepend(str(tmp_path))
    import halves_of_mine  # type: ignore[import-not-found]  # written above

    folder = kept(sl.run(halves_of_mine.Halves(3), panel), tmp_path / "run")
    assert opened(folder).strategy.count == 3
    del sys.modules["halves_of_mine"]
    back = opened(folder)
    assert "halves_of_mine" not in sys.modules
    assert back.strategy.reason == "its module is not imported: import halves_of_mine first, then open the folder"
    monkeypatch.setitem(sys.modules, "halves_of_mine", halves_of_mine)
    monkeypatch.setattr(halves_of_mine.Halves, "watchful", True)
    assert opened(folder).strategy.reason == "its class decides on other days today, or ranks otherwise"
    monkeypatch.delattr(halves_of_mine, "Halves")
    assert "has no Halves" in opened(folder).strategy.reason


def test_a_panel_that_was_left_out(whole: tuple[sl.Run, Path], panel: sl.Panel, tmp_path: Path) -> None:
    run, folder = whole
    bare = shutil.copytree(folder, tmp_path / "bare")
    (bare / PANEL).unlink()
    with pytest.raises(RunFolderError, match=r"panel.parquet is missing from"):
        sl.open(bare)
    told = json.loads((bare / MANIFEST).read_text())
    del told["files"][PANEL]
    write_json(bare / MANIFEST, told)
    with pytest.raises(RunFolderError, match="saved without its panel"):
        sl.open(bare)
    back = opened(bare, panel)
    assert back.weights.equals(run.weights)
    assert back.panel.shape == (301, 31)


# --- version 0.2 ------------------------------------------------------------------------------------------------------


@pytest.fixture
def old(whole: tuple[sl.Run, Path], tmp_path: Path) -> Path:
    """The folder as version 0.2 wrote it: tables, and the strategy as text."""
    run, folder = whole
    copy = shutil.copytree(folder, tmp_path / "old")
    (copy / RUN).unlink()
    (copy / PANEL).unlink()
    told = json.loads((copy / MANIFEST).read_text())
    told["strategy"], told["market"] = told["strategy"]["text"], run.market.describe()
    write_json(copy / MANIFEST, {key: value for key, value in told.items() if key not in ("format", "files")})
    return copy


def test_a_folder_of_version_02_opens_as_far_as_its_files_go(whole: tuple[sl.Run, Path], old: Path) -> None:
    run, tables = whole[0], sl.open(old)
    assert isinstance(tables, RunTables)
    for name in ("equity", "cash", "benchmark", "returns", "weights"):
        mine, theirs = getattr(run, name), getattr(tables, name)
        assert np.array_equal(mine.to_numpy(), theirs.to_numpy(), equal_nan=True), name
        assert list(mine.index) == list(theirs.index)
    for name in ("fills", "rejections", "decisions"):
        pd.testing.assert_frame_equal(getattr(run, name), getattr(tables, name), check_dtype=False, check_exact=True)
    assert tables.sessions.equals(run.sessions)
    assert json.dumps(tables.summary()) == json.dumps(readable(run.summary(equal_weight=True), run))
    assert (tables.name, tables.verified) == (run.name, run.verified)
    assert tables.missing == (
        "run.parquet is not there: version 0.2 kept tables only, no positions and no panel; run it again and save it",
    )
    assert str(old) in repr(tables)
    with pytest.raises(AttributeError, match=r"old has no positions: run.parquet is not there: version 0.2 kept"):
        tables.positions  # noqa: B018
    assert not hasattr(tables, "tearsheet")


def test_a_folder_of_version_02_says_what_else_is_missing(old: Path) -> None:
    (old / SUMMARY).unlink()
    (old / "fills.csv").write_text("session,symbol\n")
    tables = sl.open(old)
    assert isinstance(tables, RunTables)
    assert tables.missing[1:] == ("summary.json is not in the folder",)
    with pytest.raises(RunFolderError, match=r"fills.csv has no column side, shares"):
        tables.fills  # noqa: B018
    with pytest.raises(RunFolderError, match=r"summary.json can't be read"):
        tables.summary()
    assert len(tables.weights) == 217  # of 241, from its first decision on


def test_a_folder_of_a_run_on_both_engines_says_so(panel: sl.Panel, tmp_path: Path) -> None:
    made = replace(
        KINDS["own class"](panel), environment={"versions": {}, "python": "3", "platform": "", "revision": None}
    )
    back = opened(kept(made, tmp_path / "run"))
    assert back.verified == made.verified != ""
    assert back.manifest["python"] == "3"
