"""``sectorlead demo``: simulated, offline, and says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_demo_shows_leaders_beside_their_controls(command: Any) -> None:
    done = command("demo", "--sessions", "600", "--persistence", "0", "--out", "d")
    assert done.status == 0, done.err
    assert "SIMULATED" in done.out
    assert "Planted truth: none" in done.out
    for name in ("pullback-leaders", "pullback-laggards", "momentum", "random", "equal-weight", "buy-and-hold"):
        assert name in done.out
    assert "simulated" in Path("d/comparison.html").read_text(encoding="utf-8").lower()
    for name in ("report.html", "summary.json", "fills.csv", "manifest.json"):
        assert (Path("d/leaders") / name).is_file()
    assert not list(Path("d").rglob("INCOMPLETE"))
    assert command("demo", "--persistence", "3", "--out", "d2").status == 2
    assert not Path("d2").exists()
