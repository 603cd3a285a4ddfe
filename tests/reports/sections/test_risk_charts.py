"""Risk over time and histograms, as charts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead.reports.analysis.rolling import rolling_sharpe, rolling_volatility
from sectorlead.reports.growth import Growth
from sectorlead.reports.sections.risk_charts import behind_chart, returns_chart, rolling_risk
from sectorlead.reports.sections.tables import excess_years

DATES = pd.date_range("2023-12-29", periods=41, freq="B")
RNG = np.random.default_rng(5)
OWN, OTHER = (Growth(name, np.cumprod(np.append(1.0, 1 + RNG.normal(0, 0.02, 40)))) for name in ("own", "other"))


def test_rolling_windows_are_those_of_numpy():
    returns = OWN.returns
    spread, ratio = rolling_volatility(returns, 252, 10), rolling_sharpe(returns, 252, 10)
    assert np.isnan(spread[:9]).all()
    for end in (10, 25, 40):
        part = returns[end - 10 : end]
        assert spread[end - 1] == pytest.approx(part.std(ddof=1) * np.sqrt(252))
        assert ratio[end - 1] == pytest.approx(part.mean() / part.std(ddof=1) * np.sqrt(252))
    assert np.isnan(rolling_sharpe(np.zeros(20), 252, 10)).all()


def test_charts_are_of_the_lines_and_leave_out_what_is_not_known():
    lines = [(OWN, "strategy"), (OTHER, "reference")]
    spread, ratio = rolling_risk(lines, DATES, (), 252.0, 10)
    assert [line.label for line in spread.lines] == [line.label for line in ratio.lines] == ["own", "other"]
    assert rolling_risk(lines, DATES, (), 252.0, 60) == ()
    behind = behind_chart(OWN, [(OTHER, "reference"), (Growth("none", np.full(41, np.nan)), "benchmark")], DATES)
    over = OWN.levels / OTHER.levels
    assert [line.label for line in behind.lines] == ["other"]
    assert behind.lines[0].value == f"\u2212{-100 * (over / np.maximum.accumulate(over) - 1).min():.1f}%"
    assert behind_chart(OWN, [], DATES) is None
    spread_out = returns_chart(lines)
    for line in spread_out.lines:  # the steps of a histogram begin and end at 0
        assert (line.y[0], line.y[-1], np.diff(line.x).min() >= 0) == (0.0, 0.0, True)


def test_months_and_years_of_the_excess():
    (first, year) = excess_years(OWN, OTHER, DATES)[-1], DATES[-1].year
    assert first.year == year
    start = DATES.get_indexer([DATES[DATES.year < year].max()])[0]
    gaps = [line.levels[-1] / line.levels[start] - 1 for line in (OWN, OTHER)]
    assert first.total == pytest.approx(gaps[0] - gaps[1])
    january = DATES[f"{year}-02-01" > DATES].size - 1
    gaps = [line.levels[january] / line.levels[start] - 1 for line in (OWN, OTHER)]
    assert first.months[0] == pytest.approx(gaps[0] - gaps[1])
