"""Ledoit and Wolf's test gives the figures of the authors' own R code on their own two examples."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.data.errors import ParameterError
from sectorlead.reports.significance.sharpe_difference import sharpe_difference

from .published import ledoit_wolf

KNOWN = {
    "fund": (0.0967062980329066, 0.05255349853854, 0.0657462806, 0.053377531718569, 0.0700261230),
    "hedge": (-0.446318346646347, 0.3176271465086, 0.1599724089, 0.38726936918899, 0.2491258519),
}
BOOTSTRAP = [("fund", 5, 0.0872), ("fund", 6, 0.0930), ("hedge", 5, 0.2706)]  # 4,999 draws of R's generator


@pytest.mark.parametrize("name", KNOWN)
def test_hac_of_the_authors(name: str) -> None:
    pair = ledoit_wolf()[name]
    found = sharpe_difference(pair[:, 0], pair[:, 1], block=5, resamples=100)
    difference, error, p, white, white_p = KNOWN[name]
    assert found.difference == pytest.approx(difference, abs=1e-14)
    assert (found.error, found.prewhitened_error) == pytest.approx((error, white), abs=1e-13)
    assert (found.p, found.prewhitened_p) == pytest.approx((p, white_p), abs=5e-11)


@pytest.mark.parametrize(("name", "block", "p"), BOOTSTRAP)
def test_bootstrap_of_the_authors(name: str, block: int, p: float) -> None:
    pair = ledoit_wolf()[name]
    found = sharpe_difference(pair[:, 0], pair[:, 1], block=block, resamples=20_000)
    spread = np.sqrt(p * (1 - p) * (1 / 4_999 + 1 / 20_000))
    assert abs(found.bootstrap_p - p) < 3 * spread


def test_sides_and_seeds() -> None:
    pair = ledoit_wolf()["fund"]
    found, turned = (sharpe_difference(*pair.T[::step], resamples=500) for step in (1, -1))
    assert (found.difference, found.bootstrap_p) == pytest.approx((-turned.difference, turned.bootstrap_p))
    assert found == sharpe_difference(*pair.T, resamples=500)
    assert found.bootstrap_p != sharpe_difference(*pair.T, resamples=500, seed=1).bootstrap_p
    assert "can't be told from chance" in found.sentence


def test_refused() -> None:
    line = np.random.default_rng(0).normal(size=30)
    for other in (line[:-1], np.full(30, 0.1), np.append(line[:-1], np.nan)):
        with pytest.raises(ParameterError):
            sharpe_difference(line, other)
