"""What a line made and what it made per unit of risk: answers worked by hand."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from sectorlead.reports import metrics
from sectorlead.reports.growth import cash_returns

NAN = np.nan


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-12, abs=1e-15)


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


def test_sharpe_over_cash_of_a_run(make):
    run = make([101.0, 103.02, 103.02])  # +1%, +2%, 0
    assert math.isnan(metrics.summary(run)["sharpe_over_cash"])
    earned = np.array([0.5, 0.0, 0.01, 0.01])  # by panel row; the first is before the run
    run = dataclasses.replace(run, terms=dataclasses.replace(run.terms, rate="some", accrual=earned))
    assert cash_returns(run).tolist() == [0.0, 0.01, 0.01]
    got = metrics.summary(run)
    assert got["sharpe_over_cash"] == near(math.sqrt(252) * (0.01 / 3) / math.sqrt(4 / 3 * 1e-4))  # 1%, 1%, -1%
    assert got["sharpe"] == near(math.sqrt(252) * 0.01 / 0.01)  # as without a cash rate
