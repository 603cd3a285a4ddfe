"""Rules about how a file is written: each finds a file that breaks it and is silent about a plain one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sectorlead.data.quality.finding import Finding
from sectorlead.data.quality.gate import FILE_RULES, check
from sectorlead.data.tidy.read import read


def of(findings: tuple[Finding, ...], rule: str) -> Finding:
    return next(finding for finding in findings if finding.rule == rule)


PLAIN = "date,symbol,close\n2024-01-02,000300,10\n2024-01-03,000300,11\n"
BROKEN: dict[str, tuple[str, str]] = {
    "unreadable-dates": ("date,symbol,close\n2024-01-02,A,1\nyesterday,A,2\n2024-13-01,A,3\n", "2 rows"),
    "ambiguous-dates": ("date,symbol,close\n1/2/2024,A,1\n3/2/2024,A,2\n13/2/2024,A,3\n", "2 of 3"),
    "other-date-form": ("date,symbol,close\n2024/1/2,A,1\n2024/1/3,A,2\n", "YYYY/M/D"),
    "not-a-bar": ("date,symbol,close\n2024-01-02,A,1\n2024-01-02,A,0.4 Dividend\n2024-01-03,A,2\n", "line 3"),
    "duplicate-rows": ("date,symbol,close\n2024-01-02,A,1\n2024-01-02,A,2\n2024-01-03,A,2\n", "different closes"),
    "thousands-separators": ('date,symbol,close,volume\n2024-01-02,A,1,"1,200,300"\n2024-01-03,A,2,300\n', "1 number"),
    "several-headers": ("Price,Close\nTicker,A\nDate,\n2024-01-02,1\n2024-01-03,2\n", "3 header lines"),
    "newest-first": ("date,symbol,close\n2024-01-03,A,2\n2024-01-02,A,1\n", "newest"),
    "other-columns": ("日期,symbol,close,评级\n2024-01-02,A,1,买\n2024-01-03,A,2,买\n", "not read: 评级"),
    "vendor-adjusted": ("date,symbol,close,adjustflag\n2024-01-02,A,1,2\n2024-01-03,A,2,2\n", "adjusted forward"),
    "unfinished-last-row": ("date,symbol,close\n2024-01-02,A,1\n2024-01-03 11:30:00,A,2\n", "11:30"),
    "refused-by-load": ("date,symbol,close\n2024-01-02,A,1\n2024-01-03,,2\n", "every row must have a symbol"),
    "other-encoding": ("日期,symbol,close\n2024-01-02,A,1\n2024-01-03,A,2\n", "GBK"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_what_is_odd_about_a_file_is_said(tmp_path: Path, rule: str) -> None:
    text, said = BROKEN[rule]
    findings = check(read(_written(tmp_path, text, "gbk" if "GBK" in said else "utf-8")))
    assert said in of(findings, rule).message
    plain = check(read(_written(tmp_path, PLAIN)))
    assert rule not in {each.rule for each in plain}


def test_every_file_rule_is_tried() -> None:
    assert set(BROKEN) == {rule.name for rule in FILE_RULES}


def _written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "bars.csv"
    path.write_bytes(text.encode(encoding))
    return path


def found(folder: Path, text: str) -> dict[str, Finding]:
    return {each.rule: each for each in check(read(_written(folder, text)))}


def test_rows_that_come_twice_are_told_by_day_and_by_whether_they_differ(tmp_path: Path) -> None:
    rows = "2024-01-02,A,1\n2024-01-02,A,1\n2024-01-02,A,1\n2024-01-03,A,2\n2024-01-03,A,2.5\n2024-01-04,B,2.5\n"
    each = found(tmp_path, "date,symbol,close\n" + rows)["duplicate-rows"]
    assert (each.symbol, each.sessions.day.tolist(), each.severity) == ("A", [2, 3], "error")
    assert each.message == "3 rows more than one a day: 2024-01-02, 2024-01-03; on 1 day with different closes"
    same = found(tmp_path, "date,symbol,close\n2024-01-02,A,1\n2024-01-02,A,1\n")["duplicate-rows"]
    assert same.message == "1 row more than one a day: 2024-01-02; with the same closes"


def test_dates_that_read_both_ways_are_counted_and_those_with_a_time_are_a_warning(tmp_path: Path) -> None:
    both = found(tmp_path, "date,symbol,close\n1/2/2024,A,1\n3/3/2024,A,2\n13/4/2024,A,3\n")["ambiguous-dates"]
    assert both.message == "1 of 3 dates also read as another day; taken as D/M/YYYY"
    assert both.sessions.strftime("%F").tolist() == ["2024-02-01"]
    timed = found(tmp_path, "date,symbol,close\n2024-01-02 15:00,A,1\n2024-01-03 15:00,A,2\n")["unreadable-dates"]
    assert (timed.severity, timed.message) == ("warning", "dates carry a time of day, which is not looked at")


def test_no_more_than_three_lines_are_shown(tmp_path: Path) -> None:
    rows = "".join(f"2024-01-{n},A,1\n2024-01-{n},A,dividend\n" for n in range(10, 14))
    message = found(tmp_path, f"date,symbol,close\n{rows}")["not-a-bar"].message
    assert message.startswith("4 rows with text in place of a number: line 3 (2024-01-10,A,dividend); line 5 (")
    assert message.endswith("line 7 (2024-01-12,A,dividend); ...")


def test_rows_in_any_order_but_backward_are_no_note(tmp_path: Path) -> None:
    rows = "2024-01-02,A,1\n2024-01-04,A,1.1\n2024-01-03,A,1\n2024-01-05,A,1\n"
    assert "newest-first" not in found(tmp_path, "date,symbol,close\n" + rows)
