"""Bootstrap intervals, beside what theory gives for independent normal returns."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.data.errors import ParameterError
from sectorlead.reports.significance.intervals import intervals


def test_independent_returns() -> None:
    returns = np.random.default_rng(3).normal(0.0005, 0.01, 2_500)
    found = intervals(returns, 252.0)
    assert found.mean == pytest.approx(returns.mean() * 252)
    assert found.ratio == pytest.approx(returns.mean() / returns.std(ddof=1) * 252**0.5)
    half = 1.96 * returns.std() / 50
    assert found.mean_high - found.mean_low == pytest.approx(2 * half * 252, rel=0.1)
    assert found.ratio_high - found.ratio_low == pytest.approx(2 * 1.96 * (252 / 2_500) ** 0.5, rel=0.1)
    assert found.mean_low < found.mean < found.mean_high
    assert found == intervals(returns, 252.0)
    assert "a year" in found.sentence


def test_dependence_makes_them_wider() -> None:
    noise = np.random.default_rng(4).normal(size=2_500)
    slow = np.convolve(noise, np.ones(10), "valid")
    wide, narrow = (intervals(slow, 252.0, block=block) for block in (None, 1))
    assert wide.block > 15
    assert wide.ratio_high - wide.ratio_low > 2 * (narrow.ratio_high - narrow.ratio_low)


def test_refused() -> None:
    for returns in (np.ones(50), np.arange(5.0), np.append(np.arange(50.0), np.nan)):
        with pytest.raises(ParameterError):
            intervals(returns, 252.0)


def test_they_are_those_of_arch_but_for_the_draws() -> None:
    from arch.bootstrap import StationaryBootstrap

    rng = np.random.default_rng(5)
    returns = np.where(rng.random(1_500) < 0.02, -0.05, rng.normal(0.001, 0.01, 1_500))  # skewed, so corrected much

    def both(line: np.ndarray) -> np.ndarray:
        return np.array([line.mean() * 252, line.mean() / line.std(ddof=1) * 252**0.5])

    low, high = StationaryBootstrap(5, returns, seed=np.random.default_rng(1)).conf_int(both, 4_000, method="bca")
    found = intervals(returns, 252.0, block=5, resamples=20_000)
    width = high - low
    assert abs(found.mean_low - low[0]) < 0.03 * width[0]
    assert abs(found.mean_high - high[0]) < 0.03 * width[0]
    assert abs(found.ratio_low - low[1]) < 0.03 * width[1]
    assert abs(found.ratio_high - high[1]) < 0.03 * width[1]
