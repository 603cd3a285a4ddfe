"""Growth lines: what they start from, their months, and how many returns a year has."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead import MarketPhases, Rotation
from sectorlead.data.load import load
from sectorlead.engine.backtest import backtest
from sectorlead.reports import metrics
from sectorlead.reports.growth import (
    benchmark_growth,
    by_month,
    periods_per_year,
    points,
    strategy_growth,
)


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-12, abs=1e-15)


def test_periods_per_year():
    for freq, periods in (("B", 252), ("W", 52), ("ME", 12), ("QE", 4), ("YE", 1)):
        assert periods_per_year(pd.date_range("2000-01-03", periods=9, freq=freq)) == periods


def test_months_start_from_the_base_point(make):
    run = make([100.0 * 1.01**k for k in range(1, 61)])
    months = by_month(strategy_growth(run), points(run))
    assert months.month[0] == 1
    assert np.prod(1 + months.returns) == near(1.01**60)
    assert months.returns[0] == near(1.01**22 - 1)  # 2 to 31 January 2020


def test_a_benchmark_that_starts_late_is_measured_from_there(make):
    run = make([100.0] * 4, benchmark=[np.nan, np.nan, 50.0, 60.0, 66.0])
    assert benchmark_growth(run).levels.tolist()[2:] == pytest.approx([1.0, 1.2, 1.32])
    assert metrics.summary(run)["benchmark_total_return"] == near(0.32)


def test_the_first_return_is_over_the_close_before_the_panel_where_it_is_known(make):
    early = make([100.0, 110.0, 121.0], benchmark=[55.0, 66.0, 66.0], first=0, earlier=[20.0, 40.0, 50.0])
    assert benchmark_growth(early).levels.tolist() == pytest.approx([1.0, 1.1, 1.32, 1.32])
    assert points(early)[0] == pd.Timestamp("2019-12-31")  # the panel begins on 2020-01-01
    assert metrics.summary(early)["benchmark_total_return"] == near(0.32)
    year = by_month(benchmark_growth(early), points(early))
    assert (year.year.tolist(), year.returns.tolist()) == ([2020], [near(0.32)])
    alone = make([100.0, 110.0, 121.0], benchmark=[55.0, 66.0, 66.0], first=0)
    assert benchmark_growth(alone).levels.tolist() == pytest.approx([1.0, 1.0, 1.2, 1.2])
    assert points(alone)[0] == pd.Timestamp("2020-01-01")
    late = make([100.0, 110.0], benchmark=[55.0, 66.0, 66.0], first=1, earlier=[50.0])
    assert benchmark_growth(late).levels.tolist() == pytest.approx([1.0, 1.2, 1.2])


def test_the_growth_of_chinext_in_2021(shared_data):
    """2,966.26 at the end of 2020 and 3,322.67 at the end of 2021; the first session alone made 3.8%."""
    sectors = load(shared_data / "cn_sw2021_l1/bars.csv.gz", f"{shared_data}/cn_index/bars.csv.gz:399006")
    run = backtest(Rotation(), sectors, end="2021-12-31")
    assert benchmark_growth(run).levels[-1] == pytest.approx(3322.67 / 2966.26, abs=1e-5)
    assert metrics.summary(run)["benchmark_total_return"] == pytest.approx(0.120, abs=0.0005)
    assert np.isfinite(MarketPhases()(sectors).trend).all()
