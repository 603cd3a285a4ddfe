"""``sectorlead audit``: what it prints, and the exit status."""

from __future__ import annotations

import json
import re
from pathlib import Path

import sectorlead as sl
from sectorlead.api import Run

from ..conftest import Command

RULES = """
import sectorlead as sl

class Ahead(sl.Score):
    def __call__(self, panel):
        return panel.frame("adjusted_close").pct_change(5, fill_method=None).shift(-5).to_numpy()
"""
QUICK = ("--cuts", "2", "--sessions", "60", "--no-process")


def test_a_clean_strategy_is_0_and_a_finding_is_1(command: Command, bars: Path, tmp_path: Path) -> None:
    done = command("audit", "momentum", "--data", bars, "--set", "top=2", "--set", "lookback=20", *QUICK)
    assert done.status == 0, done.err
    assert "clean: no finding" in done.out
    assert "future changed 2" in done.out
    (tmp_path / "ahead_rules.py").write_text(RULES, encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        f'[data]\npath = "{bars}"\n[[strategies]]\nname = "momentum"\n[[strategies]]\nname = "ahead_rules:Ahead"\n',
        encoding="utf-8",
    )
    done = command("audit", "study.toml", *QUICK)
    assert done.status == 1, done.err
    assert "finding: parts: Ahead: " in done.out
    assert done.out.count("clean: no finding") == 1
    assert command("audit", "study.toml", "--strategy", "momentum", *QUICK).status == 0


def test_what_is_no_strategy_is_2(command: Command) -> None:
    done = command("audit", "nothing", *QUICK)
    assert done.status == 2
    assert "unknown strategy 'nothing'" in done.err


def test_a_run_that_was_audited_says_so_everywhere(command: Command, bars: Path, tmp_path: Path) -> None:
    done = command(
        "run", "--strategy", "momentum", "--set", "top=2", "--set", "lookback=20", "--data", bars, "--no-verify",
        "--audit", "--locale", "zh", "--out", "audited",
    )  # fmt: skip
    assert done.status == 0, done.err
    assert re.search(r"未来函数审计：\d+ 次运行未发现问题", done.out)
    told = json.loads((tmp_path / "audited" / "manifest.json").read_text(encoding="utf-8"))["audited"]
    assert told.startswith("nothing found in ")
    page = next((tmp_path / "audited").glob("*.html")).read_text(encoding="utf-8")
    assert "已做未来函数审计" in page
    assert "次运行未发现问题" in page
    opened = sl.open(tmp_path / "audited")
    assert isinstance(opened, Run)
    assert opened.audited == told
    again = opened.with_audit(sl.audit("momentum", opened.panel, cuts=1, sessions=30, fresh_process=False))
    assert "Audited for look-ahead: nothing found in" in again.tearsheet(tmp_path / "page.html").read_text("utf-8")
