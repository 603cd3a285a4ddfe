"""Fetching through akshare's own code, from a server of this machine: well, banned, and well again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from sectorlead.cli.main import app
from sectorlead.data.errors import BlockedError
from sectorlead.data.sources import find_source
from sectorlead.data.sources.exchanges import limits
from sectorlead.data.store import fetch as fetching
from sectorlead.data.store.fetch import fetch
from sectorlead.data.store.rate_limit import Pace, Timing
from sectorlead.data.store.store import Store
from sectorlead.study.data_argument import data_panel

from ..sources.loopback import Vendors, serving


@pytest.fixture
def vendors(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendors]:
    with limits(connect=2, read=0.5, pause=0), serving(monkeypatch) as running:
        yield running


def test_two_commands_from_vendor_to_report(
    store: Store, vendors: Vendors, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    now = pd.Timestamp("2030-01-01", tz="UTC")
    monkeypatch.setenv("SECTORLEAD_DATA", str(store.root))
    monkeypatch.setattr(fetching, "Timing", lambda: Timing(Pace(0, 0, 3_600), lambda: now, lambda _: None))
    fetched = CliRunner().invoke(app, ["fetch", "sw1"])
    assert fetched.exit_code == 0, fetched.output
    words = ["run", "--strategy", "pullback-leaders", "--data", "sw1", "--benchmark", "399006"]
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "o")])
    assert done.exit_code == 0, done.output or done.exception
    assert "agree with backtrader" in done.output
    assert "sw1 (SW2021)" in (tmp_path / "o" / "report.html").read_text(encoding="utf-8")


def test_fetch_and_load_as_a_user_does(store: Store, vendors: Vendors) -> None:
    now = pd.Timestamp("2030-01-01", tz="UTC")
    timing = Timing(Pace(0, 0, 3_600), lambda: now, lambda _: None)
    fetch(find_source("index"), ["399006"], store=store, timing=timing)
    vendors.fault, vendors.where = "403", "trend.*"
    with pytest.raises(BlockedError, match=r"swsresearch\.com gives no answer at 801010, 4 attempts"):
        fetch(find_source("sw1"), store=store, timing=timing)
    vendors.fault = ""
    report = fetch(find_source("sw1"), store=store, timing=timing, anyway=True)
    assert (len(report.changes), report.failed, report.changes[-1].symbol) == (31, {}, "801010")
    panel = data_panel("sw1", "399006", store=store)
    assert len(panel.symbols) == 31
    assert panel.source.startswith("sw1 (SW2021) as fetched by 2030-01-01")
    assert panel.benchmark is not None
    assert panel.benchmark.name == "创业板指"
    (answer,) = store.provenance("sw1", "801010")
    assert (answer["vendor"], answer["function"]) == ("akshare", "index_hist_sw")
    assert answer["parameters"] == {"symbol": "801010", "period": "day"}
    asked = len(vendors.asked)
    assert len(fetch(find_source("sw1"), store=store, timing=timing).current) == 31
    assert len(vendors.asked) <= asked + 1  # the list at most
