"""The two sentences of page one: their numbers, by hand and in a real run."""

from __future__ import annotations

import math

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.chance.of_run import chance, without
from sectorlead.data.errors import ParameterError
from sectorlead.reports.analysis.among_picks import AmongPicks
from sectorlead.reports.analysis.first_look import first_look
from sectorlead.reports.equal_weight import equal_weight_growth


def test_by_hand(make):
    """20% in all against 50% of equal weight and 10% of the benchmark; behind from the base to the last close."""
    close = [[1, 1], [1, 1], [1, 1], [2, 1]]
    run = make([100.0, 100.0, 120.0], benchmark=[1, 1, 1, 1.1], close=close)
    found = first_look(run, AmongPicks((0, 1, 2, 3), np.array([0.1, 1.2 - 1, 0.3, np.nan]), True))
    assert (found.yearly, found.made) == (False, pytest.approx(0.2))
    assert (found.equal.made, found.equal.lead) == pytest.approx((0.5, -0.3))
    assert (found.market.label, found.market.lead) == ("Index", pytest.approx(0.1))
    assert found.place == pytest.approx((1 + 0.5) / 3)
    assert found.behind.depth == pytest.approx(1.2 / 1.5 - 1)
    assert (found.behind.trough, found.behind.recovered) == (run.sessions[-1], None)
    assert found.worst is None
    assert [row.symbol for row in found.holds] == [""]
    assert math.isnan(first_look(run).place)


def test_a_year_is_given_a_year_and_costs_too():
    run = sl.run("pullback-leaders", sl.simulate(seed=7, sessions=500), "cn-etf")
    found, told = first_look(run), run.summary()
    assert found.yearly
    assert (found.made, found.cost) == pytest.approx((told["cagr"], told["cost_drag"]))
    assert found.market.made == pytest.approx(told["benchmark_cagr"])
    over = equal_weight_growth(run).levels[-1] ** (1 / told["years"]) - 1
    assert found.equal.lead == pytest.approx(told["cagr"] - over)


def test_picks_are_drawn_for_a_run_and_it_has_a_place_among_them(tmp_path):
    run = sl.run("pullback-leaders", sl.simulate(seed=7, sessions=300), "cn-etf")
    found = chance(run, 40)
    assert len(found.totals) == 40
    assert found.matched
    assert 0 <= found.place(run.wealth[-1] - 1) <= 1
    assert found.place(found.totals.max() + 1) == 1.0
    assert found.percentiles()[1] == pytest.approx(np.median(found.totals))
    kept = (run.save(tmp_path, chance=40, panel=False) / "chance.csv").read_text().splitlines()
    assert kept[0] == "seed,total_return"
    assert [float(line.split(",")[1]) for line in kept[1:]] == found.totals.tolist()


def test_why_there_are_none():
    panel = sl.simulate(seed=7, sessions=300)
    whole = sl.run("pullback-leaders", panel, "cn-etf")
    late = sl.run("pullback-leaders", panel, "cn-etf", measured_from=f"{whole.sessions[90]:%F}")
    assert "held something already" in chance(late, 5).reason
    assert math.isnan(first_look(late, chance(late, 5)).place)
    assert without("it traded nothing").reason == first_look(whole, without("it traded nothing")).unmeasured
    with pytest.raises(ParameterError, match="from 1 on, was 0"):
        chance(whole, 0)
