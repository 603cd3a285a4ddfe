"""Probabilistic and deflated Sharpe ratios and lengths of records, against published figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from skfolio.measures import probabilistic_sharpe_ratio

from sectorlead.data.errors import ParameterError
from sectorlead.reports.significance.sharpe import (
    Moments,
    deflated_sharpe,
    effective_trials,
    expected_maximum,
    moments_of,
    probabilistic_sharpe,
    shortest_backtest,
    shortest_record,
    years_needed,
)

PAPER = Moments(2.5 / math.sqrt(250), 1250, -3.0, 10.0)  # the example of The Deflated Sharpe Ratio


def test_psr_of_the_2012_paper() -> None:
    assert probabilistic_sharpe(Moments(1.585 / math.sqrt(12), 24, -2.448, 10.164)) == pytest.approx(0.91323430688486)
    assert probabilistic_sharpe(Moments(0.458, 24)) == pytest.approx(0.98167, abs=5e-6)


def test_psr_of_a_series_is_that_of_skfolio() -> None:
    returns = np.random.default_rng(5).standard_t(4, 200) * 0.01 + 0.001
    found = probabilistic_sharpe(moments_of(returns))
    assert found == pytest.approx(float(probabilistic_sharpe_ratio(returns)), abs=1e-3)
    assert probabilistic_sharpe(moments_of(returns), 0.05) < found


@pytest.mark.parametrize(
    ("ratio", "bar", "periods", "shape", "years"),
    [
        (2, 1, 250, (0.0, 3.0), 2.7311878017),
        (2, 1, 52, (0.0, 3.0), 2.8288335869),
        (2, 1, 12, (0.0, 3.0), 3.2398007),
        (2, 1, 12, (-0.72, 5.78), 4.9912582),
        (3, 2.5, 12, (-0.72, 5.78), 27.3529201960),
    ],
)
def test_minimum_track_record(ratio: float, bar: float, periods: int, shape: tuple[float, float], years: float) -> None:
    root = math.sqrt(periods)
    assert shortest_record(Moments(ratio / root, 10, *shape), bar / root) / periods == pytest.approx(years, abs=5e-8)
    assert shortest_record(Moments(bar / root, 10, *shape), bar / root) == math.inf


@pytest.mark.parametrize(("trials", "paper", "exact"), [(100, 2.5306028932016846, 2.5076), (10, 1.5746, 1.5388)])
def test_expected_maximum(trials: int, paper: float, exact: float) -> None:
    assert expected_maximum(trials) == pytest.approx(paper, abs=5e-5)
    assert expected_maximum(trials, exact=True) == pytest.approx(exact, abs=5e-5)
    assert expected_maximum(2, exact=True) == pytest.approx(1 / math.sqrt(math.pi))
    assert expected_maximum(1) == 0


def test_dsr_of_the_2014_paper() -> None:
    spread = 0.5 / 250
    assert math.sqrt(spread) * expected_maximum(100) == pytest.approx(0.1131720, abs=5e-8)
    assert deflated_sharpe(PAPER, 100, spread) == pytest.approx(0.9003968344493903, abs=1e-14)
    assert deflated_sharpe(PAPER, 100, spread, exact=True) == pytest.approx(0.905444, abs=5e-7)
    normal = PAPER._replace(skew=0.0, kurtosis=3.0)
    found = [deflated_sharpe(record, n, spread) for record, n in ((PAPER, 46), (PAPER, 47), (normal, 88), (normal, 89))]
    assert found == pytest.approx([0.95050, 0.94940, 0.95049, 0.94984], abs=5e-6)


def test_minimum_backtest_length() -> None:
    assert shortest_backtest(45) == pytest.approx(4.9980870044434)
    assert shortest_backtest(45, 2.0) == pytest.approx(4.9980870044434 / 4)


def test_effective_trials() -> None:
    rng = np.random.default_rng(1)
    own, common = rng.normal(size=(20_000, 54)), rng.normal(size=(20_000, 1))
    rho = 0.93
    found = effective_trials(math.sqrt(rho) * common + math.sqrt(1 - rho) * own)
    assert found == pytest.approx(54 * (1 - rho) + rho, abs=0.3)  # 4.71
    assert effective_trials(own) == pytest.approx(54, abs=1)
    assert effective_trials(np.repeat(own[:, :1], 7, axis=1)) == pytest.approx(1)


def test_years_needed() -> None:
    # t 2 after 10 years; above 3 on average after 22.5, and in four of five cases when the mean t is 3 + 0.8416
    assert years_needed(2.0, 10.0, 3.0) == pytest.approx(10 * ((3 + 0.8416212) / 2) ** 2)
    assert years_needed(2.0, 10.0, 3.0, power=0.5) == pytest.approx(22.5)
    assert years_needed(-0.1, 10.0, 3.0) == math.inf


@pytest.mark.parametrize("returns", [np.ones(9), np.array([0.1, np.nan, 0.2, 0.3]), np.zeros((4, 2)), np.ones(2)])
def test_what_has_no_ratio_is_refused(returns: np.ndarray) -> None:
    with pytest.raises(ParameterError, match="3 or more returns"):
        moments_of(returns)
