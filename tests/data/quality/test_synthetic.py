"""Arrays made in code meet the same rules: an honest random market has no error, however few its sessions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.panel import Panel
from sectorlead.data.quality.gate import check

VOLUMES = ("none", "constant", "wild", "usual")


def made(seed: int, sessions: int, volume: str, digits: int = 2) -> Panel:
    """Series that move by some 1% a session, on few ticks where they are cheap."""
    random = np.random.default_rng(seed)
    shape = (sessions, 4)
    level = np.array([1.0, 1.0, 10.0, 1000.0])
    close = np.round(level * np.exp(np.cumsum(random.normal(0, 0.01, shape), axis=0)), digits)
    opened = np.round(close * np.exp(random.normal(0, 0.004, shape)), digits)
    high, low = np.fmax(opened, close) * 1.002, np.fmin(opened, close) * 0.998
    how: dict[str, Any] = {"open": opened, "high": high, "low": low}
    if volume == "constant":
        how["volume"] = np.full(shape, 1e6)
    elif volume == "wild":
        how["volume"] = np.floor(10 ** random.uniform(1, 6, shape))
    elif volume == "usual":
        how["volume"] = np.floor(10 ** random.normal(7, 0.1, shape))
        how["amount"] = how["volume"] * (how["low"] + how["high"]) / 2
    return Panel(pd.bdate_range("2021-03-01", periods=sessions), tuple("ABCD"), close, **how)


@pytest.mark.parametrize("volume", VOLUMES)
@pytest.mark.parametrize("sessions", [5, 8, 20, 60, 250])
def test_an_honest_market_has_no_error(sessions: int, volume: str) -> None:
    for seed in range(12):
        panel = made(seed, sessions, volume, digits=2 + seed % 3)
        for trades in ("", "etf", "stock"):
            assert [str(each) for each in check(panel, trades=trades) if each.severity == "error"] == []


@pytest.mark.parametrize("sessions", [5, 8, 19])
def test_a_change_of_unit_needs_sessions_to_be_told_by(sessions: int) -> None:
    """A thin session among few is that; among many it is another unit."""

    def rules(count: int) -> set[str]:
        panel = made(1, count, "usual")
        volume = panel.volume.copy()
        volume[count // 2] /= 1e4
        return {each.rule for each in check(panel._replaced(volume=volume, amount=None)) if each.severity == "error"}

    assert rules(sessions) == set()
    assert rules(60) == {"unit-jump"}


@pytest.mark.parametrize(("of_others", "errors"), [(0.028, []), (0.001, ["bad-tick"])])
def test_a_rare_day_of_all_makes_a_wild_one_of_some_true(of_others: float, errors: list[str]) -> None:
    """Closes alone: one series gains 12% and gives it back while the others gain 2.8%, of which 0.5% is usual."""
    random = np.random.default_rng(5)
    close = 37 * np.exp(np.cumsum(random.normal(0, 0.005, (120, 8)), axis=0))
    close[60] = close[59] * (1 + np.array([0.12, *[of_others] * 7]))
    close[61] = close[59] * 1.001
    panel = Panel(pd.bdate_range("2021-03-01", periods=120), tuple("ABCDEFGH"), close)
    assert [each.rule for each in check(panel, "weekdays") if each.severity == "error"] == errors
