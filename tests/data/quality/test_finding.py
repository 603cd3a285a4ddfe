"""Rules and findings: what a rule says, and how findings are put together."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sectorlead.data.quality.finding import Finding, Hit, by_rule, counted, rule, sessions_of, some

DAYS = pd.DatetimeIndex(["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"])


def finding(name: str, severity: str, days: pd.DatetimeIndex, symbol: str = "A") -> Finding:
    return Finding(name, severity, symbol, days, "effect", "treatment", "message")  # type: ignore[arg-type]


@rule("too-many", "warning", effect="An effect.", treatment="A treatment.")
def too_many(subject: list[str]) -> Iterator[Hit]:
    """Names that are there too often.

    More is not said in the summary.
    """
    for name in subject:
        yield Hit(name, DAYS[:1], f"{name} again", "error" if name == "B" else None)


def test_a_rule_gives_its_hits_its_name_and_severity() -> None:
    assert (too_many.name, too_many.summary) == ("too-many", "Names that are there too often.")
    first, second = too_many.findings(["A", "B"])
    assert (first.rule, first.severity, second.severity) == ("too-many", "warning", "error")
    assert (first.effect, first.treatment, first.message) == ("An effect.", "A treatment.", "A again")
    assert str(second) == "too-many B: B again"
    assert str(finding("x", "note", DAYS, symbol="")) == "x: message"


def test_a_finding_as_plain_values() -> None:
    assert finding("x", "note", DAYS[1:3]).as_dict() == {
        "rule": "x", "severity": "note", "symbol": "A", "sessions": ["2024-01-03", "2024-01-04"],
        "message": "message", "effect": "effect", "treatment": "treatment",
    }  # fmt: skip


def test_findings_of_one_rule_and_severity_come_together() -> None:
    one, two, three = finding("a", "note", DAYS[:2]), finding("b", "error", DAYS[2:]), finding("a", "error", DAYS[1:3])
    again = finding("a", "note", DAYS[1:2])
    assert by_rule([one, two, three, again]) == [
        ("note", "a", [one, again]), ("error", "b", [two]), ("error", "a", [three]),
    ]  # fmt: skip
    assert sessions_of([three, one, again]).equals(DAYS[:3])
    assert not len(sessions_of([]))


def test_counts_and_dates_in_words() -> None:
    assert [counted(n, "bar") for n in (0, 1, 2, 1_200)] == ["0 bars", "1 bar", "2 bars", "1,200 bars"]
    assert counted(2, "series", "series") == "2 series"
    assert some(DAYS[:3]) == "2024-01-02, 2024-01-03, 2024-01-04"
    assert some(DAYS) == "2024-01-02, 2024-01-03, 2024-01-04, ..."
    assert some(DAYS, 1) == "2024-01-02, ..."
    assert some(DAYS[:0]) == ""
