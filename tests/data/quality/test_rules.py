"""Each rule finds its flaw planted in a flawless market, by name, series and session, and is silent without it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.data.quality.gate import FILE_RULES, TABLE_RULES, check
from sectorlead.reports.render.i18n import find_locale

from ...chinese.reading import TREATMENTS, english
from .planted import FLAWS, SESSIONS, flawless


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_found_in_a_flawless_market(seed: int) -> None:
    assert [str(finding) for finding in check(flawless(seed), flawless(seed).calendar)] == []


@pytest.mark.parametrize("name", FLAWS)
@settings(max_examples=12)
@given(seed=st.integers(0, 5), t=st.integers(35, SESSIONS - 40), pick=st.integers(0, 99))
def test_a_planted_flaw_is_found(name: str, seed: int, t: int, pick: int) -> None:
    rule, plant = FLAWS[name]
    clean = flawless(seed)
    planted = plant(clean, t, pick % clean.members)
    findings = check(planted.table, planted.table.calendar)
    found = [each for each in findings if each.rule == rule and each.symbol == planted.symbol]
    assert found, [str(each) for each in findings]
    if planted.sessions is not None:
        assert set(planted.sessions) <= set(found[0].sessions)
        assert len(found[0].sessions) <= len(planted.sessions) + 2
    errors = {each.rule for each in findings if each.severity == "error"}
    assert errors <= {rule} | planted.also  # one flaw is not called by other names that stop a run


@pytest.mark.parametrize("name", FLAWS)
def test_what_is_found_is_translated(name: str) -> None:
    clean = flawless(0)
    table = FLAWS[name][1](clean, 120, 3).table
    told = [find_locale("zh").text(each.message) for each in check(table, table.calendar)]
    assert english(told, {*clean.symbols, *TREATMENTS, "XSHG", "weekdays"}) == {}


@pytest.mark.parametrize("rule", [*TABLE_RULES, *FILE_RULES], ids=lambda rule: rule.name)
def test_what_a_rule_says_of_itself_is_translated(rule: Any) -> None:
    told = [find_locale("zh").text(text) for text in (rule.summary, rule.effect, rule.treatment)]
    assert english(told, TREATMENTS) == {}


def test_every_rule_has_a_planted_flaw() -> None:
    assert {rule for rule, _ in FLAWS.values()} == {rule.name for rule in TABLE_RULES}


def test_without_a_calendar_nothing_is_said_about_days() -> None:
    clean = flawless(0)
    holed = FLAWS["missing_sessions"][1](clean, 50, 0).table
    assert check(replace(holed, calendar=None), None) == ()
