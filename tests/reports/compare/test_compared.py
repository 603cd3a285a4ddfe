"""Runs side by side: over the same sessions, each held against benchmark and equal weight."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sectorlead.data.errors import InputError
from sectorlead.reports.compare.compared import LEAD, compared
from sectorlead.reports.compare.comparison import comparison_table
from sectorlead.reports.compare.papers import write_comparison
from sectorlead.reports.equal_weight import LABEL, equal_weight_growth
from sectorlead.reports.growth import points, strategy_growth, years_between

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


def test_every_run_is_held_against_equal_weight_of_its_own_schedule(market_run, control_run):
    found = compared({"leaders": market_run, "control": control_run})
    lines = {line.label: line for line in found.measured}
    assert [*lines] == ["leaders", "control", market_run.panel.benchmark.name, LABEL]
    equal = equal_weight_growth(market_run).levels
    years = years_between(points(market_run), equal)
    own = strategy_growth(market_run).levels
    assert lines["leaders"].values[LEAD] == pytest.approx((own[-1] / equal[-1]) ** (1 / years) - 1)
    other = equal_weight_growth(control_run).levels[-1]
    grown = strategy_growth(control_run).levels[-1]
    assert lines["control"].values[LEAD] == pytest.approx((grown / other) ** (1 / years) - 1)
    assert lines[LABEL].values["cagr"] == pytest.approx(equal[-1] ** (1 / years) - 1)
    assert lines[LABEL].values["total_return"] == pytest.approx(equal[-1] - 1)
    market = lines[market_run.panel.benchmark.name]
    assert market.values[LEAD] == pytest.approx((market.growth.levels[-1] / equal[-1]) ** (1 / years) - 1)


def test_nothing_is_given_a_year_of_runs_that_are_too_short(make):
    found = compared([make([100.0, 101.0, 103.0], benchmark=[1.0, 1.1, 1.0, 1.2])])
    for line in found.measured:
        assert math.isnan(line.values["cagr"])
        assert line.role == "reference" or math.isnan(line.values[LEAD])
        assert np.isfinite(line.values["total_return"])


def test_runs_over_other_sessions_are_refused(make, tmp_path):
    with pytest.raises(InputError, match=r"same sessions.*hand has 3 sessions.*hand \(2\) has 2 sessions"):
        write_comparison([make([1.0] * 3), make([1.0] * 2)], tmp_path / "c.html")
    with pytest.raises(InputError, match="at least one run"):
        comparison_table([])
    assert not (tmp_path / "c.html").exists()
