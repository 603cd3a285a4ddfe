"""The gate: errors stop, accepted ones do not, names are checked, nothing is changed."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.benchmark import Benchmark, EarlierBars
from sectorlead.data.errors import DataError, QualityError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.data.quality.finding import SEVERITIES, Finding
from sectorlead.data.quality.gate import (
    FILE_RULES,
    JOINED,
    NAMES,
    SUMMARIES,
    TABLE_RULES,
    admitted,
    check,
    doubts,
    gate,
)
from sectorlead.data.simulate import simulate

from .planted import PRICES, flawless_panel


def with_ticks(*where: tuple[int, int]) -> Panel:
    panel = flawless_panel(0)
    high, close = panel.high.copy(), panel.close.copy()
    for t, i in where:
        close[t, i] *= 1.5
        high[t, i] = max(high[t, i], close[t, i])
    return panel._replaced(high=high, close=close, source="ticks.csv")


def test_an_error_stops_and_says_how_to_accept_it() -> None:
    panel = with_ticks((100, 3))
    with pytest.raises(QualityError) as caught:
        gate(panel)
    text = str(caught.value)
    assert text.startswith("ticks.csv: 1 error in the data: bad-tick")
    assert panel.symbols[3] in text
    assert 'accept = ["bad-tick"]' in text
    assert "\n" not in text
    assert caught.value.rules == ("bad-tick",)
    assert isinstance(caught.value, DataError)


def test_accepted_by_name_or_by_name_and_series() -> None:
    panel = with_ticks((100, 3), (150, 4))
    found = gate(panel, accept=["bad-tick"])
    assert [each.symbol for each in found if each.severity == "error"] == [panel.symbols[3], panel.symbols[4]]
    one = f"bad-tick:{panel.symbols[3]}"
    with pytest.raises(QualityError) as caught:
        gate(panel, accept=[one])
    assert [each.symbol for each in caught.value.findings] == [panel.symbols[4]]
    assert gate(panel, accept=[one, f"bad-tick:{panel.symbols[4]}"])


def test_a_name_that_is_no_rule_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="bad-tick"):
        gate(flawless_panel(0), accept=["bad-tik"])


@pytest.mark.parametrize(("seed", "sessions"), [*((seed, 1_000) for seed in range(5)), (6, 2_500)])
def test_simulated_markets_pass_with_all_that_makes_them_awkward(seed: int, sessions: int) -> None:
    panel = simulate(seed, sessions)
    before = panel.content_hash
    findings = gate(panel)
    assert {each.rule for each in findings} <= {"missing-bars", "ragged-start", "zero-volume", "extreme-move"}
    assert {each.severity for each in findings} == {"note"}
    panel.__dict__.pop("content_hash")
    assert panel.content_hash == before


def test_errors_come_first_and_findings_are_plain_values() -> None:
    findings = check(with_ticks((100, 3)))
    order = [SEVERITIES.index(each.severity) for each in findings]
    assert order == sorted(order)
    plain = findings[0].as_dict()
    assert plain["rule"] == "bad-tick"
    assert plain["sessions"] == [f"{with_ticks().sessions[100]:%Y-%m-%d}"]
    assert all(isinstance(plain[key], str) for key in ("severity", "symbol", "message", "effect", "treatment"))


def test_every_rule_says_what_it_looks_for() -> None:
    assert len(NAMES) == len(set(NAMES)) >= 40
    assert all(text.endswith(".") and len(text) > 15 for text in SUMMARIES.values())


def test_close_only_panels_are_checked() -> None:
    panel = flawless_panel(0)
    bare = panel._replaced(**dict.fromkeys((*PRICES[:3], "volume", "amount")), benchmark=None)
    assert check(bare) == ()
    close = bare.close.copy()
    close[100, 2] *= 0.3
    assert [each.rule for each in check(bare._replaced(close=close))] == ["bad-tick"]


def test_the_document_lists_every_rule_with_its_severity_and_sentence() -> None:
    text = (Path(__file__).parents[3] / "docs" / "quality.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", text, re.MULTILINE))
    rules = {rule.name: rule.severity for rule in (*TABLE_RULES, *FILE_RULES, *JOINED)}
    assert rows == {name: f"{rules[name]} | {SUMMARIES[name].removesuffix('.')}" for name in NAMES}


def test_a_panel_is_looked_at_once_and_noted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Panel] = []

    def told(panel: Panel, *how: Any, **more: Any) -> tuple[Finding, ...]:
        looked.append(panel)
        return check(panel, *how, **more)

    monkeypatch.setattr(sys.modules[admitted.__module__], "check", told)
    clean = flawless_panel(0)
    assert admitted(clean) is clean
    bad = with_ticks((100, 2))
    with pytest.raises(QualityError):
        admitted(bad)
    noted = admitted(bad, ["bad-tick"])
    assert noted is not bad
    assert [note.split(":")[0] for note in noted.notes if "error" in note] == ["accepted error in the data"]
    assert admitted(noted, ["bad-tick"]) is noted
    with pytest.raises(QualityError):
        admitted(noted)
    assert looked == [clean, bad]


@pytest.mark.parametrize(
    ("ticks", "words"),
    [
        (((100, 2),), "1 warning about the data: bad-tick {2}: +51.0% on {100}, gone in the next session"),
        (
            ((100, 2), (200, 3), (210, 4)),
            "3 warnings about the data: bad-tick {2}: +51.0% on {100}, gone in the next session (and 2 more)",
        ),
    ],
)
def test_warnings_become_one_note(ticks: tuple[tuple[int, int], ...], words: str) -> None:
    panel = with_ticks(*ticks)
    errors = [finding for finding in check(panel) if finding.severity == "error"]
    says = words.replace("{2}", panel.symbols[2]).replace("{100}", f"{panel.sessions[100]:%F}")
    assert doubts([replace(finding, severity="warning") for finding in errors]) == (says,)
    assert doubts(errors) == ()


# --- once per panel, by market ----------------------------------------------------------------------------------------


def split_panel(symbol: str, **how: Any) -> Panel:
    """A series that falls by 63% overnight and stays there, without a kind, a volume or an amount."""
    close = np.array([4.0 + 0.01 * (k % 5) if k < 20 else 1.48 + 0.004 * (k % 5) for k in range(40)])[:, None]
    return Panel(pd.bdate_range("2021-03-01", periods=40), (symbol,), close, source="split.csv", **how)


@pytest.mark.parametrize(
    ("symbol", "trades", "rule"),
    [
        ("512000.SH", "", "unadjusted-split"), ("sh512000", "", "unadjusted-split"),
        ("A", "etf", "unadjusted-split"), ("A", "", "rebased-level"), ("801010", "etf", "rebased-level"),
    ],
)  # fmt: skip
def test_a_code_or_a_market_says_what_trades(symbol: str, trades: str, rule: str) -> None:
    with pytest.raises(QualityError) as caught:
        gate(split_panel(symbol), trades=trades, calendar=None)
    assert caught.value.rules == (rule,)


def test_a_panel_is_looked_at_once_for_each_market(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = flawless_panel(0)
    panel = panel._replaced(source="once")
    asked: list[str] = []

    def look(data: Panel, calendar: Any, *, trades: str = "") -> tuple[Finding, ...]:
        asked.append(trades)
        return check(data, calendar, trades=trades)

    monkeypatch.setattr(sys.modules["sectorlead.data.quality.gate"], "check", look)
    assert panel.findings is None
    first = gate(panel)
    assert gate(panel, accept=["bad-tick"]) is first
    gate(panel.noted("a note"))
    admitted(panel)
    assert asked == [""]
    assert panel.findings is first
    funds = gate(panel, trades="etf")
    assert asked == ["", "etf"]
    assert panel.findings is funds
    assert gate(panel) is first
    assert panel.findings is first
    assert panel.noted("x").findings is first
    for part in (panel.until(200), panel.until(200).until(100), panel.cut(200), panel.select(panel.symbols[:3])):
        gate(part)
        gate(part, trades="etf")
    assert asked == ["", "etf"]
    gate(panel.released(panel.known_from))  # its rules ask for the days of publication
    gate(replace(panel, close=panel.close))  # other arrays
    assert asked == ["", "etf", "", ""]


def test_a_part_keeps_what_was_found_in_it() -> None:
    panel = with_ticks((100, 2), (200, 4))
    gate(panel, accept=["bad-tick"])
    early, some = panel.until(150), panel.select([panel.symbols[4], panel.symbols[5]])
    for part, symbol in ((early, panel.symbols[2]), (early.until(120), panel.symbols[2]), (some, panel.symbols[4])):
        with pytest.raises(QualityError) as caught:
            gate(part)
        assert [each.symbol for each in caught.value.findings] == [symbol]
    assert gate(panel.until(90)) == ()
    assert gate(panel.select(panel.symbols[5:7])) == ()


def test_a_panel_says_what_was_found() -> None:
    panel = with_ticks((100, 2))
    assert panel.quality == ""
    gate(panel, accept=["bad-tick"])
    assert panel.quality == "1 error, no warnings, no notes"
    assert repr(panel).endswith("'ticks.csv', 1 error, no warnings, no notes)")
    assert repr(panel._replaced(checked=False)).endswith("'ticks.csv', not checked)")


def test_arrays_that_are_meant_are_not_looked_at() -> None:
    panel = split_panel("512000", checked=False)
    assert gate(panel) == ()
    assert panel.findings is None
    assert not panel.until(30).checked
    assert not panel.select(["512000"]).checked
    assert admitted(panel) is panel
    assert panel.content_hash == split_panel("512000").content_hash


def with_earlier(tick: float, days_apart: int = 1) -> Panel:
    """A panel whose benchmark has bars before it, one of them off by a factor."""
    panel = flawless_panel(0)
    bench = panel.benchmark
    assert bench is not None
    days = panel.sessions[:40]
    bars = {key: getattr(bench, key)[:40].copy() for key in ("open", "high", "low", "close", "volume", "amount")}
    for key in ("high", "close"):
        bars[key][20] *= tick
    rest = {key: getattr(panel, key)[40:] for key in ("open", "high", "low", "close", "volume", "amount", "adj_factor")}
    own = {key: getattr(bench, key)[40:] for key in ("open", "high", "low", "close", "volume", "amount")}
    whole = Benchmark(bench.symbol, bench.name, **own, earlier=EarlierBars(days, **bars))
    return Panel(panel.sessions[40:], panel.symbols, **rest, kinds=panel.kinds, benchmark=whole)


def test_earlier_bars_of_a_benchmark_are_looked_at() -> None:
    good, bad = with_earlier(1.0), with_earlier(1.5)
    assert good.benchmark is not None
    found, more = check(good), check(bad)
    assert not [each for each in found if len(each.sessions) and each.sessions[0] < good.sessions[0]]
    assert set(map(str, found)) < set(map(str, more))
    (own,) = [each for each in more if str(each) not in set(map(str, found))]
    days = flawless_panel(0).sessions
    assert (own.rule, own.symbol, own.severity) == ("bad-tick", good.benchmark.symbol, "error")
    assert own.sessions.tolist() == [days[20]]
    with pytest.raises(QualityError, match="bad-tick"):
        gate(bad)
    noted = admitted(bad, ["bad-tick"])
    assert any("accepted error" in note for note in noted.notes)
