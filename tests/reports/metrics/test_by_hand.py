"""One answer worked by hand for each metric of a line, and for each against a benchmark."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from sectorlead.reports import metrics
from sectorlead.reports.growth import Growth, cash_returns

NAN = np.nan


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-12, abs=1e-15)


def days(count: int) -> pd.DatetimeIndex:
    return pd.date_range("2020-01-01", periods=count, freq="D")


def grown(*returns: float) -> np.ndarray:
    return np.concatenate(([1.0], np.cumprod(1 + np.array(returns))))


# --- returns --------------------------------------------------------------------------------------------------------


def test_both_cagrs():
    line = np.array([1.0, 1.1, 1.21])
    assert metrics.cagr(line, 2.0) == near(0.1)
    assert metrics.cagr_by_sessions(line, 2.0) == near(0.21)  # two sessions are the year
    assert metrics.cagr_by_sessions(line, 4.0) == near(1.21**2 - 1)


def test_what_is_before_a_line_is_no_year_of_standing_still():
    late = np.array([NAN, NAN, NAN, 1.0, 1.1, 1.21])  # empyrical divides by five sessions, 0.079
    assert metrics.cagr_by_sessions(late, 2.0) == near(0.21)
    assert metrics.total_return(late) == near(0.21)
    assert math.isnan(metrics.cagr_by_sessions(np.array([NAN, 1.0]), 2.0))


def test_sharpe_and_sortino():
    returns = np.array([0.02, 0.04, NAN])
    assert metrics.sharpe(returns, 9.0) == near(3.0 * 0.03 / math.sqrt(2e-4))
    assert metrics.sharpe(returns, 9.0, cash=0.01) == near(3.0 * 0.02 / math.sqrt(2e-4))
    assert metrics.sharpe(returns, 9.0, cash=np.array([0.01, 0.02, 0.5])) == near(3.0 * 0.015 / math.sqrt(5e-5))
    assert math.isnan(metrics.sortino(returns, 9.0))  # nothing fell: no number, not infinity
    assert metrics.sortino(returns, 9.0, target=0.03) == near(0.0)
    over = np.array([0.03, -0.01, 0.01, -0.03])  # every session is in the divisor, not only the two that fell
    assert metrics.sortino(over + 0.01, 4.0) == near(2.0 * 0.01 / math.sqrt((0.02**2) / 4))


def test_returns_are_not_taken_for_prices():
    """None below 0 and one above 1: a library that guesses takes them for prices, and prints 6.0."""
    assert metrics.sharpe(np.array([0.0, 0.5, 1.5, 0.2, 0.3]), 252) == pytest.approx(13.513278493843524, rel=1e-12)


def test_positive_share_leaves_out_what_stood_still():
    assert metrics.positive_share(np.array([0.1, -0.1, 0.2, 0.0, 0.0, NAN])) == near(2 / 3)
    assert math.isnan(metrics.positive_share(np.array([0.0, NAN])))


def test_sharpe_over_cash_of_a_run(make):
    run = make([101.0, 103.02, 103.02])  # +1%, +2%, 0
    assert math.isnan(metrics.summary(run)["sharpe_over_cash"])
    earned = np.array([0.5, 0.0, 0.01, 0.01])  # by panel row; the first is before the run
    run = dataclasses.replace(run, terms=dataclasses.replace(run.terms, rate="some", accrual=earned))
    assert cash_returns(run).tolist() == [0.0, 0.01, 0.01]
    got = metrics.summary(run)
    assert got["sharpe_over_cash"] == near(math.sqrt(252) * (0.01 / 3) / math.sqrt(4 / 3 * 1e-4))  # 1%, 1%, -1%
    assert got["sharpe"] == near(math.sqrt(252) * 0.01 / 0.01)  # as without a cash rate


# --- drawdowns ------------------------------------------------------------------------------------------------------


def test_a_loss_of_the_first_session_counts_everywhere():
    """Without a point before the first return it would be 0: the line only rises from there."""
    line = grown(-0.10, 0.05, 0.05)
    assert metrics.max_drawdown(line) == near(-0.1)
    assert metrics.ulcer_index(line) == near(math.sqrt((0.1**2 + 0.055**2 + 0.00775**2) / 3))
    assert metrics.worst_drawdowns(Growth("", line), days(4)).loc[0, "depth"] == near(-0.1)
    assert metrics.calmar(line, 1.0) == near((0.9 * 1.05**2 - 1) / 0.1)


def test_the_deepest_drawdown_falls_and_recovers():
    line = np.array([NAN, 1.0, 0.95, 1.0, 1.2, 1.1, 0.9, 1.0, 1.2, 1.1])
    assert metrics.fall_days(line, days(10)) == 2  # 1.2 to 0.9
    assert metrics.recovery_days(line, days(10)) == 2
    assert math.isnan(metrics.recovery_days(line[:8], days(8)))  # not regained
    assert math.isnan(metrics.fall_days(np.array([1.0, 1.1]), days(2)))  # never fell


def test_the_table_of_the_worst():
    line = np.array([NAN, 1.0, 0.95, 1.0, 1.2, 1.1, 0.9, 1.0, 1.2, 1.1])
    table = metrics.worst_drawdowns(Growth("", line), days(10), 2)
    assert table["depth"].tolist() == [near(-0.25), near(1.1 / 1.2 - 1)]
    assert table["fall"].tolist() == [2, 1]
    assert table["recovery"].tolist()[0] == 2
    assert pd.isna(table["recovered"]).tolist() == [False, True]
    assert table["peak"].tolist() == [days(10)[4], days(10)[8]]
    assert table["length"].tolist() == [4, 1]


def test_ulcer_index():
    assert metrics.ulcer_index(np.array([1.0, 0.9, 1.0, 0.8])) == near(math.sqrt((0.01 + 0.0 + 0.04) / 3))
    assert math.isnan(metrics.ulcer_index(np.array([NAN, 1.0])))


# --- tails and shape ------------------------------------------------------------------------------------------------


def test_var_cvar_and_tail_ratio():
    whole = np.arange(-10, 11)[::-1] / 100  # 21 returns: the 5% quantile is the second lowest
    assert metrics.value_at_risk(whole) == near(-0.09)
    assert metrics.conditional_value_at_risk(whole) == near(-0.095)
    assert metrics.tail_ratio(whole) == near(1.0)
    between = np.arange(-10, 10) / 100  # 20 returns: 0.95 of the way from the lowest to the next
    assert metrics.value_at_risk(between) == near(-0.0905)
    assert metrics.conditional_value_at_risk(between) == near(-0.10)
    assert metrics.tail_ratio(between) == near(0.0805 / 0.0905)
    assert metrics.value_at_risk(whole, level=0.9) == near(-0.08)


def test_var_assumes_no_distribution():
    """Nineteen small gains and a crash: mean less 1.645 or 2 standard deviations is another number."""
    returns = np.array([0.01] * 39 + [-0.5])
    assert metrics.value_at_risk(returns) == near(0.01)
    assert returns.mean() - 1.645 * returns.std(ddof=1) < -0.1


@pytest.mark.parametrize("function", [metrics.value_at_risk, metrics.conditional_value_at_risk, metrics.tail_ratio])
def test_a_quantile_needs_enough_returns(function):
    returns = np.append(np.arange(-9, 10) / 100, NAN)  # 19 are known
    assert math.isnan(function(returns))
    assert math.isfinite(function(np.append(returns, 0.2)))


def test_skewness_and_kurtosis():
    returns = np.array([1.0, 2.0, 3.0, 4.0, 10.0, NAN]) / 100  # mean 4: m2 = 10, m3 = 36, m4 = 278.8
    assert metrics.skewness(returns) == near(1.2 * math.sqrt(2))  # sqrt(20) / 3 * 36 / 10 ** 1.5
    assert metrics.kurtosis(returns) == near(3.152)  # 4 / 6 * (6 * (2.788 - 3) + 6)
    assert math.isnan(metrics.skewness(returns[:2]))
    assert math.isnan(metrics.kurtosis(returns[:3]))
    assert math.isnan(metrics.kurtosis(np.full(9, 0.1)))


# --- against a benchmark --------------------------------------------------------------------------------------------


def test_correlation_treynor_and_sessions_ahead():
    bench, own = np.array([0.01, 0.02, 0.03, NAN]), np.array([0.01, 0.03, 0.02, 0.9])
    assert metrics.correlation(own, bench) == near(0.5)
    assert metrics.beta(own, bench) == near(0.5)
    assert metrics.treynor(own, bench, 252) == near(0.02 / 0.5 * 252)  # a mean by the year, not the total return
    assert metrics.batting_average(own, bench) == near(1 / 3)  # an equal return is not ahead
    assert math.isnan(metrics.correlation(own, np.full(4, 0.01)))
    assert math.isnan(metrics.treynor(own, np.full(4, 0.01), 252))


def test_alpha_is_arithmetic_and_the_information_ratio_by_the_year():
    bench = np.array([0.01, -0.02, 0.03, 0.0])
    own = bench + np.array([0.002, 0.0, 0.002, 0.0])
    assert metrics.alpha(2 * bench + 0.001, bench, 252) == near(0.252)  # compounded it would be 0.286
    assert metrics.information_ratio(own, bench, 252) == near(math.sqrt(252) * 0.001 / math.sqrt(4e-6 / 3))
    assert metrics.tracking_error(own, bench, 252) == near(math.sqrt(252) * math.sqrt(4e-6 / 3))


def test_capture_by_month_and_by_session_are_two_numbers(make):
    """The strategy makes the benchmark's month in sessions in which the benchmark falls."""
    bench = [100.0, 110.0, 99.0, 108.9]  # the session before, then +10%, -10%, +10% within January: a month of +8.9%
    got = metrics.summary(make([90.0, 99.0, 108.9], benchmark=bench))  # -10%, +10%, +10%
    assert got["up_capture"] == near(1.0)
    assert got["up_capture_sessions"] == near((math.sqrt(0.9 * 1.1) - 1) / 0.1)
    assert got["down_capture_sessions"] == near(0.1 / -0.1)
    assert math.isnan(got["down_capture"])  # no month in which it fell
    assert (got["hit_rate"], got["batting_average"]) == (0.0, near(1 / 3))


def test_a_line_that_is_its_benchmark():
    returns = np.array([0.01, -0.02, 0.03, 0.0])
    dates, line = days(5), Growth("", grown(*returns))
    got = metrics.relative_metrics(line, line, dates, 252.0)
    assert (got["alpha"], got["beta"], got["tracking_error"]) == (0.0, 1.0, 0.0)
    assert math.isnan(got["information_ratio"])
    assert (got["correlation"], got["batting_average"], got["relative_return"]) == (near(1.0), 0.0, 0.0)
    assert got["up_capture_sessions"] == got["down_capture_sessions"] == 1.0
