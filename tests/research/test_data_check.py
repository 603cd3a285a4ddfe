"""``sl.check``: what the command says, as a result in Python."""

from __future__ import annotations

from pathlib import Path

import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.data.quality.gate import check as look

DAYS = [day for day in range(2, 31) if day % 7 not in (6, 0)]
BARS = "date,symbol,close\n" + "".join(f"2024-01-{day:02},A,{10 + day % 3}\n" for day in DAYS)


def test_a_panel_a_file_and_a_frame_are_looked_at(tmp_path: Path) -> None:
    panel = sl.simulate(sessions=300)
    found = sl.check(panel)
    assert [str(each) for each in found.findings] == [str(each) for each in look(panel)]
    assert repr(found).startswith("DataCheck(")
    assert "300 sessions" in repr(found)
    assert len(str(found).splitlines()) == 1 + len(found.findings)
    assert list(found.table["rule"]) == [each.rule for each in found.findings]
    path = tmp_path / "bars.csv"
    path.write_text(BARS, encoding="utf-8")
    one = sl.check(path)
    assert one.as_dict()["data"].endswith("bars.csv")
    assert one.as_dict()["series"] == 1


def test_errors_stop_unless_they_are_accepted() -> None:
    panel = sl.simulate(sessions=300)
    close = panel.close.copy()
    close[150, 2] *= 1.6
    broken = sl.Panel(panel.sessions, panel.symbols, close, checked=False)
    found = sl.check(broken)
    rules = {each.rule for each in found.stopping}
    assert "bad-tick" in rules
    assert not found.clean
    assert found.count("error") == len(found.stopping)
    assert sl.check(broken, accept=rules).clean
    with pytest.raises(UnknownNameError, match="bad-tik"):
        sl.check(broken, accept=["bad-tik"])


def test_reports_by_the_ending_of_their_name(tmp_path: Path) -> None:
    found = sl.check(sl.simulate(sessions=300))
    page = found.report(tmp_path / "q.html", locale="zh").read_text(encoding="utf-8")
    assert "数据质量" in page
    assert "数据质量" not in found.report(tmp_path / "e.html").read_text(encoding="utf-8")
    with pytest.raises(InputError):
        found.report(tmp_path / "q.doc")
    assert "data quality" in found._repr_html_()
