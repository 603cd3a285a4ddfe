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
