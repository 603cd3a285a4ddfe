"""``sectorlead fetch`` and ``sectorlead data`` as a user types them, and what ``--data`` may name."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner, Result

from sectorlead.cli import data as holdings
from sectorlead.cli import fetch as fetching
from sectorlead.data import sources
from sectorlead.data.errors import BlockedError, DataError, InputError, NoDataError
from sectorlead.data.load import load
from sectorlead.data.sources import probe as probing
from sectorlead.data.sources.source import SeriesInfo
from sectorlead.data.store import fetch as fetching_module
from sectorlead.data.store.store import Store
from sectorlead.study.data_argument import data_panel

from .vendor import Clock, Vendor


class Shell:
    """The two commands, a store of their own, and vendors instead of the real ones."""

    def __init__(self) -> None:
        self.app = typer.Typer()
        self.app.command("fetch")(fetching.fetch)
        self.app.add_typer(holdings.app, name="data")
        self.vendors = {"sw1": Vendor(["801010", "801030"], name="sw1")}
        self.vendors |= {name: Vendor(["399006"], name=name) for name in ("index", "index-em", "index-tx")}
        self.clock = Clock()

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(self.app, list(words))


@pytest.fixture
def shell(store: Store, monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell()
    monkeypatch.setenv("SECTORLEAD_DATA", str(store.root))
    monkeypatch.setattr(sources, "find_source", lambda name: shell.vendors[name])
    monkeypatch.setattr(fetching_module, "Timing", lambda: shell.clock.timing)
    return shell


def test_one_command_brings_boards_and_benchmarks(shell: Shell) -> None:
    done = shell("fetch", "sw1")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        "sw1: 2 series fetched, 60 bars new",
        "index: 1 series fetched, 30 bars new",
    ]
    panel = data_panel("sw1", "399006")
    assert panel.symbols == ("801010", "801030")
    assert panel.benchmark is not None
    assert panel.benchmark.name == "name of 399006"


def test_only_what_is_asked(shell: Shell) -> None:
    assert shell("fetch", "sw1", "--only", "801030", "--no-benchmarks").exit_code == 0
    assert (Store().symbols("sw1"), Store().symbols("index")) == (("801030",), ())


def test_what_a_user_must_know_is_told(shell: Shell) -> None:
    shell("fetch", "sw1")
    vendor = shell.vendors["sw1"]
    vendor.edition, vendor.sessions = 1, 31
    shell.clock.at(30)
    vendor.trouble = {"801030": [NoDataError("801030: nothing")]}
    done = shell("fetch", "sw1", "--no-benchmarks")
    assert done.exit_code == 0
    restated, missing, summary = done.output.splitlines()
    assert restated == (
        "restated: 801010 name of 801010: 28 sessions, 2024-01-03 to 2024-02-09; kept as vintage 2, the one before is "
        "still there"
    )
    assert missing == "no data: 801030: 801030: nothing"
    assert summary == "sw1: 1 series fetched, 1 bars new, 1 restated, 1 without data"
    told = shell("data", "history", "sw1", "801010").output
    assert "sw1 1.0 history(symbol=801010): 1 new, 28 restated, 0 inserted, 0 withdrawn; vintage 2" in told
    assert "vintage 2: 2024-01-03 open: " in told


def test_a_refused_benchmark_does_not_hide_what_was_fetched(shell: Shell) -> None:
    for name in ("index", "index-em", "index-tx"):
        shell.vendors[name].trouble = {"399006": [BlockedError("HTTP 403") for _ in range(4)]}
    done = shell("fetch", "sw1")
    assert done.exit_code == 1
    assert "sw1: 2 series fetched" in done.output
    assert "index.test gives no answer at 399006" in done.output
    shell.clock.at(29)
    assert "index: 1 series fetched" in shell("fetch", "index", "--anyway").output
    with pytest.raises(InputError, match="--alone asks no other source"):
        raise shell("fetch", "index", "--alone", "--fallback", "index-em").exception  # type: ignore[misc]
    shell.vendors["sw1"].trouble = {"listing": [BlockedError("HTTP 403") for _ in range(4)]}
    shell.clock.at(30)
    assert shell("fetch", "sw1", "--no-benchmarks").exit_code == 0


def test_what_is_held_is_listed_and_frozen(shell: Shell, tmp_path: Path) -> None:
    assert "nothing is held" in shell("data").output
    refused = shell("data", "series", "sw1").exception
    assert isinstance(refused, InputError)
    assert "Run: sectorlead fetch sw1" in str(refused)
    shell("fetch", "sw1")
    heads, index, boards, place = shell("data").output.splitlines()
    assert heads.split()[:4] == ["source", "series", "sessions", "first"]
    assert index.split()[:6] == ["index", "1", "30", "2024-01-01", "2024-02-09", "0"]
    assert boards.split()[:3] == ["sw1", "2", "30"]
    assert str(Store().root) in place
    assert "801010  name of 801010  30" in shell("data", "series", "sw1").output
    path = tmp_path / "sw1.parquet"
    done = shell("data", "freeze", "sw1", str(path), "--benchmark", "399006")
    assert done.exit_code == 0, done.output
    assert f'path = "{path}"\nhash = "' in done.output
    assert load(path, "399006").content_hash == data_panel("sw1", "399006").content_hash


# --- what --data may name ---------------------------------------------------------------------------------------------


def test_data_is_a_file_a_source_or_simulated(shell: Shell, bars: Path) -> None:
    shell("fetch", "sw1")
    assert data_panel(str(bars), "X").content_hash == load(bars, "X").content_hash
    assert data_panel(str(bars), "X").source == load(bars, "X").source
    held = data_panel(str(bars), "399006")
    assert held.benchmark is not None
    assert held.source.endswith("bars.csv, benchmark index:399006")
    assert data_panel("sw1", f"{bars}:X", start="2024-01-10").sessions[0] == pd.Timestamp("2024-01-10")
    assert data_panel("simulated").simulated


def test_what_is_not_there_says_what_to_do(monkeypatch: pytest.MonkeyPatch, store: Store, bars: Path) -> None:
    monkeypatch.setenv("SECTORLEAD_DATA", str(store.root))
    with pytest.raises(DataError, match="Run: sectorlead fetch sw1"):
        data_panel("sw1")
    with pytest.raises(InputError, match=r"sw11: no such file, and unknown source 'sw11'. Did you mean 'sw1'"):
        data_panel("sw11")
    with pytest.raises(DataError, match=r"Run: sectorlead fetch yahoo:spy\.csv"):
        data_panel("yahoo:spy.csv")
    with pytest.raises(DataError, match=r"nowhere/bars.csv: no such file"):
        data_panel("nowhere/bars.csv")
    with pytest.raises(InputError, match="has its own benchmark"):
        data_panel("simulated", "399006")
    with pytest.raises(DataError, match="sectorlead fetch index"):
        data_panel(str(bars), "399006")


@pytest.fixture
def bars(tmp_path: Path) -> Path:
    from .vendor import frame

    path = tmp_path / "bars.csv"
    pd.concat([frame(symbol, 30).assign(symbol=symbol) for symbol in ("A", "B", "X")]).to_csv(path, index=False)
    return path


def test_a_probe_asks_each_source_and_stores_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "QUESTIONS", {"sw1": SeriesInfo("801010", "x"), "index": SeriesInfo("399006", "y")})
    done = shell("fetch", "--probe")
    assert done.exit_code == 0, done.output
    first, second = done.output.splitlines()
    assert first == "answers  sw1           sw1.test: 801010 to 2024-02-09 (date, open, high, low, close, volume)"
    assert second.startswith("answers  index ")
    shell.vendors["sw1"].trouble = {"801010": [BlockedError("HTTP 403")]}
    done = shell("fetch", "sw1", "--probe")
    assert (done.exit_code, done.output) == (1, "refuses  sw1           sw1.test: BlockedError: HTTP 403\n")
    assert Store().symbols("sw1") == ()
    assert isinstance(shell("fetch").exception, InputError)
