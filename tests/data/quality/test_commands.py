"""``sectorlead check`` and ``sectorlead reconcile`` as a user types them: output, JSON, page, exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from sectorlead.cli.main import app
from sectorlead.data.errors import InputError, SectorLeadError
from sectorlead.data.panel import Panel
from sectorlead.data.tidy.columns import to_tidy

from .planted import flawless_panel


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECTORLEAD_DATA", str(tmp_path / "store"))


def call(*arguments: str) -> tuple[int, str]:
    """Exit status as ``sectorlead`` gives it, and what was printed."""
    done = CliRunner().invoke(app, list(arguments))
    if isinstance(done.exception, SectorLeadError):
        return 2 if isinstance(done.exception, InputError) else 1, str(done.exception)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def ticked(panel: Panel) -> Panel:
    high, close = panel.high.copy(), panel.close.copy()
    close[100, 3] *= 1.5
    high[100, 3] = close[100, 3]
    return panel._replaced(high=high, close=close)


def write(panel: Panel, path: Path) -> str:
    to_tidy(panel).to_csv(path, index=False)
    return str(path)


@pytest.fixture
def clean(tmp_path: Path) -> str:
    return write(flawless_panel(0), tmp_path / "clean.csv")


@pytest.fixture
def dirty(tmp_path: Path) -> str:
    return write(ticked(flawless_panel(0)), tmp_path / "dirty.csv")


def test_clean_data_exits_with_0(clean: str) -> None:
    status, text = call("check", clean, "--benchmark", "SIMGEM")
    assert status == 0
    assert "calendar weekdays" in text
    assert "nothing found" in text


def test_errors_exit_with_1_and_name_rule_series_effect_and_treatment(dirty: str) -> None:
    status, text = call("check", dirty)
    assert status == 1
    for expected in ("bad-tick", "error", flawless_panel(0).symbols[3], "gone in the next session", "second source"):
        assert expected in text


def test_accepted_errors_exit_with_0(dirty: str) -> None:
    status, text = call("check", dirty, "--accept", "bad-tick")
    assert status == 0
    assert "error (accepted)" in text
    assert call("check", dirty, "--accept", "bad-tik")[0] == 2


def test_json_is_complete(dirty: str) -> None:
    status, text = call("check", dirty, "--json")
    found: dict[str, Any] = json.loads(text)
    assert status == 1
    assert found["errors"] == 1
    assert found["series"] == len(flawless_panel(0).symbols) + 1
    error = found["findings"][0]
    assert set(error) == {"rule", "severity", "symbol", "sessions", "message", "effect", "treatment"}
    assert error["sessions"] == [f"{flawless_panel(0).sessions[100]:%Y-%m-%d}"]


def test_page_holds_everything_and_needs_no_network(dirty: str, tmp_path: Path) -> None:
    page = tmp_path / "pages" / "quality.html"
    assert call("check", dirty, "--html", str(page))[0] == 1
    text = page.read_text(encoding="utf-8")
    for expected in ("bad-tick", flawless_panel(0).symbols[3], "Effect", "Treatment", "and not found", "<svg"):
        assert expected in text
    assert "a backtest on this data is wrong" in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
    call("check", dirty, "--html", str(page), "--accept", "bad-tick")
    assert "Every error is accepted by name" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "none.csv"), "no such file"),
        (("check", "sw1"), "sectorlead fetch sw1"),
        (("check", "sw9"), "no such file"),
        (("reconcile", "none.csv", "none.csv"), "no such file"),
    ],
)
def test_unusable_input_exits_with_2_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    status, text = call(*arguments)
    assert status == 2
    assert said in text
    assert "\n" not in text


def test_the_benchmark_may_come_from_elsewhere(clean: str, tmp_path: Path) -> None:
    panel = flawless_panel(0)
    assert panel.benchmark is not None
    shifted = to_tidy(panel)
    shifted = shifted[shifted["symbol"] == panel.benchmark.symbol].copy()
    shifted["date"] = pd.DatetimeIndex(shifted["date"]) + pd.offsets.BDay(1)
    shifted.to_csv(tmp_path / "late.csv", index=False)
    status, text = call("check", clean, "--benchmark", f"{tmp_path / 'late.csv'}:SIMGEM", "--json")
    assert status == 1
    assert {each["rule"] for each in json.loads(text)["findings"]} == {"out-of-step", "benchmark-gaps"}
    assert call("check", clean, "--benchmark", "nobody")[0] == 2


def test_a_source_in_the_store_is_checked_against_both_lists_of_sessions() -> None:
    from sectorlead.data.calendar import find_calendar
    from sectorlead.data.sources.source import Fetched, SeriesInfo
    from sectorlead.data.store.store import Store

    days = find_calendar("XSHG").days[6_000:6_300]
    at = pd.Timestamp("2026-01-05 10:00", tz="UTC")

    def keep(source: str, symbol: str, sessions: pd.DatetimeIndex) -> None:
        close = [1_000.0 + k % 7 for k in range(len(sessions))]
        frame = pd.DataFrame({"date": sessions, "close": close})
        Store().append(source, SeriesInfo(symbol, symbol), Fetched(frame, "a vendor", "f", {}, "1"), at)

    keep("sw1", "801010", days.delete([50, 60]))
    status, text = call("check", "sw1", "--json")
    found = {each["rule"]: each["sessions"] for each in json.loads(text)["findings"]}
    assert status == 0
    assert found["missing-sessions"] == [f"{days[50]:%Y-%m-%d}", f"{days[60]:%Y-%m-%d}"]

    keep("calendar", "XSHG", days.delete(60))
    found = {each["rule"]: each["sessions"] for each in json.loads(call("check", "sw1", "--json")[1])["findings"]}
    assert found["missing-sessions"] == [f"{days[50]:%Y-%m-%d}"]
    assert found["disputed-sessions"] == [f"{days[60]:%Y-%m-%d}"]


def test_no_calendar_and_another_one(clean: str) -> None:
    assert json.loads(call("check", clean, "--calendar", "none", "--json")[1])["calendar"] is None
    found = json.loads(call("check", clean, "--calendar", "XSHG", "--json")[1])
    assert found["calendar"] == "XSHG"
    assert "closed-day-rows" in {each["rule"] for each in found["findings"]}


def test_reconcile_says_where_they_differ(clean: str, dirty: str, tmp_path: Path) -> None:
    assert call("reconcile", clean, clean)[0] == 0
    table = tmp_path / "differences.csv"
    status, text = call("reconcile", clean, dirty, "--csv", str(table))
    assert status == 1
    day = f"{flawless_panel(0).sessions[100]:%Y-%m-%d}"
    assert day in text
    assert "on 1 session" in text
    assert set(pd.read_csv(table)["field"]) == {"high", "close"}
    found = json.loads(call("reconcile", clean, dirty, "--json")[1])
    assert not found["agree"]
    assert {each["date"] for each in found["differences"]} == {day}
    assert call("reconcile", clean, dirty, "--relative", "0.6")[0] == 0


def test_reconcile_takes_pairs(clean: str) -> None:
    first, second = flawless_panel(0).symbols[:2]
    assert call("reconcile", clean, clean, "--pair", f"{first}={first}")[0] == 0
    assert call("reconcile", clean, clean, "--pair", f"{first}={second}")[0] == 1
    assert call("reconcile", clean, clean, "--pair", first)[0] == 2


def test_each_side_of_reconcile_is_read_as_it_is_told(clean: str, tmp_path: Path) -> None:
    """The other side has names of its own, lots, dates of which day and month can't be told apart, and a tail."""
    frame = pd.read_csv(clean)
    frame = frame[pd.to_datetime(frame["date"]).dt.day <= 12]
    kept = ["date", "symbol", "open", "high", "low", "close", "volume"]
    frame[kept].to_csv(tmp_path / "left.csv", index=False)
    other = frame[kept].assign(volume=frame["volume"] / 100, date=pd.to_datetime(frame["date"]).dt.strftime("%d/%m/%Y"))
    other.rename(columns={"close": "最后"}).to_csv(tmp_path / "right.csv", index=False)
    sides = str(tmp_path / "left.csv"), str(tmp_path / "right.csv")
    status, text = call("reconcile", *sides)
    assert status == 2
    assert "right.csv" in text
    told = ("--column", "right:最后=close", "--unit", "right:volume=lots", "--dates", "right:DMY")
    status, text = call("reconcile", *sides, *told)
    assert (status, "they agree" in text) == (0, True), text
    chosen = frame["symbol"].iloc[0]
    status, text = call("reconcile", *sides, *told, "--symbols", f"left:{chosen}", "--json")
    assert [each["symbol"] for each in json.loads(text)["series"]] == [chosen]
