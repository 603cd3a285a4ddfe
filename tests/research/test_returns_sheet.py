"""A tearsheet of any returns: known answers, the numbers of a run from its returns alone, and what is refused."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt

import sectorlead as sl
from sectorlead.data.errors import InputError, UnknownNameError

DAYS = pd.bdate_range("2024-01-02", periods=3)


def series(values, dates=None, name="mine"):
    days = pd.bdate_range("2020-01-01", periods=len(values)) if dates is None else dates
    return pd.Series(values, days, name=name, dtype=float)


# --- known answers -------------------------------------------------------------------------------------------------


def test_a_loss_on_the_first_day_counts():
    """Of [-10%, +5%, +5%] the deepest fall is 10%; libraries that begin at the first level say 0."""
    found = sl.tearsheet(series([-0.10, 0.05, 0.05], DAYS)).summary()
    assert found["max_drawdown"] == pytest.approx(-0.10)
    assert found["total_return"] == pytest.approx(0.9 * 1.05**2 - 1)


def test_ratios_by_their_definitions():
    rng = np.random.default_rng(5)
    values, market = rng.normal(5e-4, 0.01, 600), rng.normal(3e-4, 0.012, 600)
    values += 0.8 * market
    dates = pd.bdate_range("2020-01-01", periods=600)
    found = sl.tearsheet(series(values, dates), series(market, dates, "index")).summary()
    assert found["volatility"] == pytest.approx(values.std(ddof=1) * math.sqrt(252))
    assert found["sharpe"] == pytest.approx(values.mean() / values.std(ddof=1) * math.sqrt(252))
    downside = math.sqrt((np.minimum(values, 0) ** 2).mean())  # over all returns, not the losses alone
    assert found["sortino"] == pytest.approx(values.mean() / downside * math.sqrt(252))
    whole = np.prod(1 + values)
    years = (dates[-1] - (dates[0] - pd.offsets.BDay(1))).days / 365.25
    assert found["cagr"] == pytest.approx(whole ** (1 / years) - 1)
    levels = np.append(1.0, np.cumprod(1 + values))
    assert found["max_drawdown"] == pytest.approx((levels / np.maximum.accumulate(levels) - 1).min())
    assert found["calmar"] == pytest.approx(found["cagr"] / -found["max_drawdown"])
    assert found["beta"] == pytest.approx(np.cov(values, market)[0, 1] / market.var(ddof=1))
    active = values - market
    assert found["tracking_error"] == pytest.approx(active.std(ddof=1) * math.sqrt(252))
    assert found["information_ratio"] == pytest.approx(active.mean() / active.std(ddof=1) * math.sqrt(252))
    assert abs(found["var_95"]) == pytest.approx(-np.quantile(values, 0.05))
    assert found["benchmark_total_return"] == pytest.approx(np.prod(1 + market) - 1)


@pytest.mark.parametrize(
    ("freq", "count", "periods"), [("B", 80, 252), ("W-FRI", 60, 52), ("ME", 24, 12), ("QE", 12, 4), ("YE", 5, 1)]
)
def test_how_often_is_read_off_the_dates(freq, count, periods):
    values = np.random.default_rng(1).normal(0.01, 0.03, count)
    found = sl.tearsheet(series(values, pd.date_range("2018-01-05", periods=count, freq=freq)))
    assert found.line.periods == periods
    assert found.summary()["volatility"] == pytest.approx(values.std(ddof=1) * math.sqrt(periods))


def test_twelve_months_are_a_year():
    dates = pd.date_range("2023-01-31", periods=12, freq="ME")
    found = sl.tearsheet(series([0.01] * 12, dates))
    assert found.line.dates[0] == pd.Timestamp("2022-12-31")
    assert found.summary()["cagr"] == pytest.approx(1.01**12 - 1, rel=1e-3)


def test_a_run_and_its_returns_alone_have_the_same_numbers():
    run = sl.run("momentum", sl.simulate(seed=4, sessions=500), "cn-etf", start="2015-06-01", engine="compiled")
    levels = np.append(1.0, run.equity / run.terms.cash)
    market = run.panel.benchmark.close
    first, last = run.terms.first, run.terms.last
    own = series(levels[1:] / levels[:-1] - 1, run.sessions)
    theirs = series(market[first : last + 1] / market[first - 1 : last] - 1, run.sessions, "index")
    found, known = sl.tearsheet(own, theirs).summary(), run.summary()
    shared = set(found) & set(known)
    assert {"sharpe", "sortino", "max_drawdown", "cagr", "ulcer_index", "beta", "up_capture", "alpha"} <= shared
    for name in shared:
        assert found[name] == pytest.approx(known[name], rel=1e-9, nan_ok=True), name


@given(st.lists(st.floats(-0.5, 0.5), min_size=2, max_size=60))
def test_growth_is_what_one_became(values):
    found = sl.tearsheet(series(values))
    assert found.summary()["total_return"] == pytest.approx(np.prod(1 + np.array(values)) - 1, abs=1e-9)
    assert len(found.line.dates) == len(values) + 1
    assert found.line.dates.is_monotonic_increasing


# --- benchmarks of other dates --------------------------------------------------------------------------------------


def test_a_daily_benchmark_is_compounded_to_monthly_returns():
    days = pd.bdate_range("2022-12-01", "2023-06-30")
    daily = series(np.full(len(days), 0.001), days, "index")
    months = series([0.01] * 5, pd.date_range("2023-01-31", periods=5, freq="BME"))
    market = sl.tearsheet(months, daily).line.market
    counts = [len(pd.bdate_range(a + pd.offsets.BDay(1), b)) for a, b in itertools.pairwise(months.index)]
    np.testing.assert_allclose(market.returns[1:], 1.001 ** np.array(counts) - 1)


def test_a_benchmark_that_begins_later_is_not_known_before():
    own = series([0.01] * 10)
    market = sl.tearsheet(own, own.iloc[4:].rename("index")).line.market
    assert np.isnan(market.levels[:4]).all()
    np.testing.assert_allclose(market.levels[4:], 1.01 ** np.arange(7))
    with pytest.raises(InputError, match="no dates in common"):
        sl.tearsheet(own, series([0.1, 0.2], pd.bdate_range("2030-01-01", periods=2)))


# --- what is refused, and what is said ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ([0.1, 0.2], "must be a pandas Series of simple returns by date, was list"),
        (pd.Series([0.1, 0.2], ["a", "b"]), "must be numbers by date"),
        (series([0.1, np.nan, 0.2], DAYS), "not known on 2024-01-03; leave these dates out"),
        (series([0.1, 0.2], DAYS[[0, 0]]), "2024-01-02 twice"),
        (series([0.1, -12.0, 0.2], DAYS), r"lose all or more on 2024-01-03: -12; returns are fractions, not percent"),
        (series([100.0, 101.0, 99.0], DAYS), r"look like prices.* give prices.pct_change\(\)"),
        (series([np.nan, np.nan, 0.1], DAYS), "have 1 returns that are known"),
    ],
)
def test_what_is_no_series_of_returns_is_refused(given_, told):
    with pytest.raises(InputError, match=told):
        sl.tearsheet(given_)


def test_what_pct_change_gives_is_taken_and_time_zones_are_left_out():
    days = pd.bdate_range("2024-01-01", periods=80, tz="Asia/Shanghai")
    prices = pd.Series(np.linspace(100, 120, 80), days, name="fund")
    found = sl.tearsheet(prices.pct_change())
    assert found.summary()["total_return"] == pytest.approx(0.2)
    assert found.line.dates[0] == pd.Timestamp("2024-01-01")


def test_the_page_the_fragment_and_the_figures(tmp_path: Path):
    rng = np.random.default_rng(2)
    dates = pd.bdate_range("2019-01-01", periods=700)
    own, market = series(rng.normal(5e-4, 0.01, 700), dates, "组合"), series(rng.normal(0, 0.01, 700), dates, "指数")
    found = sl.tearsheet(own, market, tmp_path / "a.html", locale="zh", moves="red-up")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert 'data-gains="red-up"' in page
    assert {"概览", "净值与回撤", "月度收益", "回撤与分布"} <= set(re.findall(r"<h2[^>]*>([^<]*)</h2>", page))
    assert '"label":"组合"' in page  # the lines, for the script
    assert not re.search(r"https?://(?!leeoniya)[^\s\"]+\.(js|css)|\bnan\b", page)
    assert len(page.encode()) < 500_000
    assert f"{found.summary()['sharpe']:.2f}" in page.replace("\u2212", "-")
    english = found.save(tmp_path / "b.html").read_text(encoding="utf-8")
    assert "Calendar years" in english
    assert "组合" in found._repr_html_()
    assert repr(found).startswith("Tearsheet(组合: 700 returns, 2019-01-01..")
    with matplotlib.rc_context({"backend": "agg"}):
        ax = found.plot("growth")
        np.testing.assert_array_equal(ax.lines[-1].get_xdata(), found.line.dates.to_numpy())
        assert {kind: found.plot(kind).get_title() for kind in ("drawdown", "years", "beta")}
        with pytest.raises(UnknownNameError, match="Known: growth, drawdown, years, beta"):
            found.plot("rotation")
    plt.close("all")


def test_too_few_returns_are_not_annualised_on_the_page(tmp_path: Path):
    page = sl.tearsheet(series([0.01] * 20)).save(tmp_path / "a.html").read_text(encoding="utf-8")
    row = re.search(r"CAGR</th>(.*?)</tr>", page, re.DOTALL)[1]
    assert "–" in row


@pytest.mark.parametrize("rule", ["D", "2W-FRI", "6ME", "3B"])
def test_a_rate_that_no_number_is_per_year_of_is_refused(rule):
    """Every second week was measured as months, half years as years: their volatility would be half too large."""
    days = pd.date_range("2015-01-01", periods=120, freq=rule)
    with pytest.raises(InputError, match=r"returns come .* times a year, from 2015-.* compound them to one of these"):
        sl.tearsheet(series(np.tile([0.01, -0.01], 60), days))


@pytest.mark.parametrize("rule", ["B", "W-FRI", "ME", "QE", "YE"])
def test_rates_that_are_measured(rule):
    days = pd.date_range("2015-01-01", periods=24, freq=rule)
    sl.tearsheet(series(np.tile([0.01, -0.01], 12), days))
    sl.tearsheet(series(np.tile([0.01, -0.01], 12), days).drop(days[5:8]))
    holiday = pd.DatetimeIndex(["2024-02-07", "2024-02-08", "2024-02-19", "2024-02-20"])
    sl.tearsheet(series([0.01, -0.01, 0.01, -0.01], holiday))


def test_what_is_no_return_and_no_date_is_refused():
    with pytest.raises(InputError, match="returns must be simple returns as fractions, were of type bool"):
        sl.tearsheet(series([0.1, 0.2]) > 0)
    with pytest.raises(InputError, match=r"must have dates as their index, were counted \[20200101\]"):
        sl.tearsheet(pd.Series([0.1, 0.2], [20200101, 20200102]))


def test_a_path_that_is_no_page_is_refused_in_words(tmp_path):
    made = series([0.01, -0.02, 0.03])
    with pytest.raises(InputError, match=r"is a folder; name the page, such as .*\.html"):
        sl.tearsheet(made, path=tmp_path)
    with pytest.raises(InputError, match=r"x\.pdf does not end with \.html; name it x\.html, and print"):
        sl.tearsheet(made, path=tmp_path / "x.pdf")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"can't be written"):
        sl.tearsheet(made, path=tmp_path / "file" / "x.html")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    sl.tearsheet(made, path=tmp_path / "new" / "X.HTM")
    assert (tmp_path / "new" / "X.HTM").is_file()
