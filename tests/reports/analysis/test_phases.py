"""A run in each phase of the market, and what it captured: known answers by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sectorlead.market_context import market_context
from sectorlead.reports.analysis.phases import by_phase, captures
from sectorlead.reports.charts.shading import phase_bands, phase_key
from sectorlead.reports.growth import strategy_growth
from sectorlead.reports.market_context import MarketContext
from sectorlead.strategies.indicators.phases import Phase

NAMES = tuple(phase.name.capitalize() for phase in Phase)


def read(phase, ratio=None, momentum=None, bar=1):
    blank = np.full((len(phase), 2), np.nan)
    given = (blank if values is None else np.array(values, dtype=float) for values in (ratio, momentum))
    return MarketContext(np.array(phase, np.int8), NAMES, "rule", *given, bar, "how")


def test_phases_by_hand(make):
    #                  base
    run = make([110.0, 99.0, 99.0, 108.9], benchmark=[100.0, 100.0, 100.0, 80.0, 80.0, 100.0], first=2)
    got = by_phase(run, read([0, 1, 1, 2, 2, 6]))
    assert [(row.name, row.sessions, row.spells) for row in got] == [("Advance", 2, 1), ("Pullback", 2, 1)]
    advance, pullback = got
    assert (advance.strategy, advance.benchmark) == pytest.approx((-0.01, -0.2))
    assert advance.excess == pytest.approx(0.99 / 0.8 - 1)
    assert (pullback.strategy, pullback.benchmark) == pytest.approx((0.1, 0.25))
    assert pullback.ahead == 0.0
    assert math.isnan(pullback.excess_year)  # too short to annualise
    bands = phase_bands(run, read([0, 1, 1, 2, 2, 6]))
    assert [(band.start, band.stop, band.role) for band in bands] == [(0.5, 1.0, "p2")]  # recovery begins at the end
    assert phase_key(run, read([0, 1, 2, 2, 6, 6])) == (("p2", "Pullback"), ("p6", "Recovery"))


def test_phases_are_annualised_where_there_is_enough_of_them(make):
    run = make(100 * 1.001 ** np.arange(1, 241), benchmark=np.ones(241))
    (row,) = by_phase(run, read(np.full(241, 4)))
    assert (row.name, row.sessions, row.ahead) == ("Bear", 240, 1.0)
    assert row.strategy_year == pytest.approx(1.001**252 - 1)
    assert row.excess_year == pytest.approx(1.001**252 - 1)


def test_equal_weight_stands_beside_the_benchmark(make):
    """Two series, bought half and half at 1, of which one doubles in the phase; the run makes 20%, the benchmark 0."""
    close = [[1, 1], [1, 1], [1, 1], [2, 1]]
    run = make([100.0, 100.0, 120.0], benchmark=np.ones(4), close=close)
    (row,) = by_phase(run, read(np.full(4, 2)))
    assert (row.strategy, row.excess, row.equal_weight) == pytest.approx((0.2, 0.2, 0.5))
    assert row.lead == pytest.approx(1.2 / 1.5 - 1)
    rises = make([100.0, 100.0, 120.0], benchmark=[1, 1, 1, 1.1], close=close)
    (daily, _) = captures(rises)
    assert (daily.up, daily.equal_up) == pytest.approx((2.0, 5.0))


def test_a_run_from_the_first_session_and_one_without_benchmark(make):
    run = make([100.0, 110.0], benchmark=[1.0, 2.0], first=0)
    assert sum(row.sessions for row in by_phase(run, read([1, 1]))) == 2
    assert by_phase(make([100.0] * 3), read([1] * 4)) == ()
    assert captures(make([100.0] * 3)) == ()


def test_the_first_session_of_a_panel_began_in_the_phase_before_it(make):
    run = make([100.0, 110.0], benchmark=[1.0, 2.0], first=0, earlier=[1.0])
    told = read([1, 1])._replace(phase_before=3)
    assert [(row.name, row.sessions) for row in by_phase(run, told)] == [("Advance", 1), ("Correction", 1)]
    assert [(band.start, band.stop, band.role) for band in phase_bands(run, told)] == [(0.0, 0.5, "p3")]


def test_phases_cover_every_session_and_compound_to_the_whole(market_run):
    rows = by_phase(market_run, market_context(market_run))
    assert sum(row.sessions for row in rows) == len(market_run.sessions)
    assert np.prod([1 + row.strategy for row in rows]) == pytest.approx(strategy_growth(market_run).levels[-1])


def test_market_context_follows_the_pullbacks_of_the_score(market_run, make):
    got = market_context(market_run)
    assert got.phase.shape == market_run.panel.sessions.shape
    assert got.ratio.shape == market_run.panel.shape
    assert "from 5% on" in got.phase_rule
    assert "10%" in got.phase_rule
    assert market_context(make([100.0] * 9)) is None
    assert market_context(make([100.0] * 9, benchmark=[np.nan] * 10)) is None
    monthly = market_context(make([100.0] * 240, benchmark=np.linspace(1, 9, 241), freq="ME"))
    assert monthly.bar == 1


def test_capture_by_session_and_by_month(make):
    """Sessions: (2% up, -1% down) against (1%, -1%); one month with +1% against 0.99% up."""
    run = make([102.0, 100.98], benchmark=[100.0, 101.0, 99.99])
    daily, monthly = captures(run)
    assert (daily.name, daily.rises, daily.falls) == ("Daily", 1, 1)
    assert (daily.up, daily.down) == pytest.approx((2.0, 1.0))
    assert daily.ratio == pytest.approx(2.0)
    assert (monthly.name, monthly.rises, monthly.falls) == ("Monthly", 0, 1)
    assert math.isnan(monthly.up)
    months = make([101.0] * 3, benchmark=[1.0, 1.1, 1.2, 1.3], freq="ME")
    assert [row.name for row in captures(months)] == ["Monthly"]
