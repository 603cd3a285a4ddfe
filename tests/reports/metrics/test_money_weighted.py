"""The internal rate of return, against the answers of others."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.reports.metrics import money_weighted_return, summary, xirr


def test_the_example_of_excel() -> None:
    """Microsoft's page of XIRR, which is accurate to 1e-8; OpenOffice's page has a second one, of 2001."""
    days = pd.DatetimeIndex(["2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01"])
    assert xirr(np.array([-10_000.0, 2_750, 4_250, 3_250, 2_750]), days) == pytest.approx(0.373362535, abs=1e-8)
    days = pd.DatetimeIndex(["2001-01-01", "2001-02-01", "2001-03-15", "2001-05-12", "2001-08-10"])
    assert xirr(np.array([-10_000.0, 2_000, 2_500, 5_000, 1_000]), days) == pytest.approx(0.1828, abs=5e-5)


def test_what_has_no_rate_is_blank() -> None:
    days = pd.DatetimeIndex(["2020-01-01", "2021-01-01"])
    assert math.isnan(xirr(np.array([-100.0, -5.0]), days))
    assert math.isnan(xirr(np.array([100.0, 5.0]), days))
    assert math.isnan(xirr(np.array([0.0, 0.0]), days))


@settings(max_examples=60)
@given(st.floats(-0.9, 5.0), st.lists(st.floats(1.0, 1e6), min_size=1, max_size=6), st.integers(0, 99))
def test_deposits_into_a_steady_account(rate: float, paid: list[float], seed: int) -> None:
    """Whatever comes in, and when: what grows at one rate has that rate."""
    rng = np.random.default_rng(seed)
    years = np.sort(rng.integers(0, 1_000, len(paid)))
    days = pd.Timestamp("2015-01-01") + pd.to_timedelta([*years.tolist(), 1_400], unit="D")
    grown = sum(amount * (1 + rate) ** ((1_400 - day) / 365) for amount, day in zip(paid, years.tolist(), strict=True))
    assert xirr(np.array([*(-amount for amount in paid), grown]), days) == pytest.approx(rate, rel=1e-7, abs=1e-8)


def test_of_a_run(make: Any) -> None:
    """100 doubles, 100 more come in, and all of it falls by half: 1 is 1 again, and the owner has lost a quarter.

    Twice what was there at first is lost on the money that came late: paid 100 and 100, left 150.
    """
    run = make([300.0, 150.0], flows=[100.0, 0.0], freq="365D")
    assert run.wealth.tolist() == [1.0, 2.0, 1.0]
    assert run.returns.tolist() == [1.0, -0.5]
    found = summary(run)
    assert found["total_return"] == 0.0
    x = (-100 + math.sqrt(100**2 + 4 * 100 * 150)) / 200  # 100 x^2 + 100 x = 150
    assert found["money_weighted_return"] == pytest.approx(x - 1, rel=1e-12)
    assert found["cash_flows"] == 100.0
    assert math.isnan(money_weighted_return(make([300.0, 150.0])))
