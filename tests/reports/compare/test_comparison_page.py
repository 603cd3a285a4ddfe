"""The page that sets runs side by side."""

from __future__ import annotations

import pytest

from sectorlead.data.errors import InputError
from sectorlead.reports.compare.comparison import comparison_table
from sectorlead.reports.compare.comparison_page import write_comparison

from ..html_page import check_page


def test_comparison_shows_all_and_says_how_many(market_run, control_run, tmp_path):
    runs = {"领先 leaders": market_run, "equal": control_run}
    text = check_page(write_comparison(runs, tmp_path / "c.html", title="Side").read_text(encoding="utf-8"))
    assert "2 variants are shown. Their ranking is not corrected" in text
    for part in ("领先 leaders", "equal", "Information ratio", "In and out of pullbacks", "Simulated market"):
        assert part in text
    table = comparison_table(runs)
    assert list(table.index) == list(runs)
    assert table.loc["equal", "final_equity"] == control_run.outcome.equity[-1]
    assert list(comparison_table([market_run, market_run]).index) == ["leaders", "leaders (2)"]


def test_runs_over_other_sessions_are_refused(make, tmp_path):
    with pytest.raises(InputError, match=r"same sessions.*hand has 3 sessions.*hand \(2\) has 2 sessions"):
        write_comparison([make([1.0] * 3), make([1.0] * 2)], tmp_path / "c.html")
    with pytest.raises(InputError, match="at least one run"):
        comparison_table([])
    assert not (tmp_path / "c.html").exists()
