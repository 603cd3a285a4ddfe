"""``sectorlead events`` and ``sectorlead factor`` as a user types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd


def test_events_writes_its_folder_and_tells_the_verdict(command: Any) -> None:
    done = command(
        "events", "--score", "excess", "--anchor", "left", "--horizon", 5, "--horizon", 20, "--audit", "--out", "e"
    )
    assert done.status == 0, done.err
    assert "Audited for look-ahead: nothing found in " in done.out
    assert "Audited for look-ahead: nothing found in " in Path("e/report.html").read_text(encoding="utf-8")
    summary = json.loads(Path("e/summary.json").read_text(encoding="utf-8"))
    assert summary["found"] in " ".join(done.out.split())
    assert summary["power"] in " ".join(done.out.split())
    assert "e/report.html" in done.out
    assert {row["horizon"] for row in summary["table"]} == {5, 20}
    assert {row["anchor"] for row in summary["table"]} == {"left"}
    assert not Path("e/INCOMPLETE").exists()


def test_events_of_a_study_with_dates(command: Any, bars: Path) -> None:
    days = pd.read_csv(bars)["date"].drop_duplicates().tolist()[100:600:25]
    Path("days.txt").write_text("\n".join(days), encoding="utf-8")
    text = f'[data]\npath = "{bars}"\nbenchmark = "IX"\n[events]\nscore = "rps"\ndates = "days.txt"\nleast = 5\n'
    Path("s.toml").write_text(text, encoding="utf-8")
    done = command("events", "s.toml", "--out", "e", "--locale", "zh")
    assert done.status == 0, done.err
    assert {row["anchor"] for row in json.loads(Path("e/summary.json").read_text("utf-8"))["table"]} == {"event"}


def test_factor_writes_its_folder(command: Any) -> None:
    done = command("factor", "--score", "rps", "--horizon", 5, "--cost-bps", 20, "--out", "f")
    assert done.status == 0, done.err
    assert "told from chance at 5%" in done.out
    assert json.loads(Path("f/summary.json").read_text(encoding="utf-8"))["terms"]["cost_bps"] == 20


def test_what_cannot_be_is_told_before_anything_is_written(command: Any) -> None:
    for words in (("--locale", "xx"), ("--score", "resiliense"), ("--anchor", "bottom"), ("--dates", "absent.txt")):
        done = command("events", *words, "--out", "e")
        assert done.status == 2, words
        assert "sectorlead: " in done.err
        assert not Path("e").exists()
