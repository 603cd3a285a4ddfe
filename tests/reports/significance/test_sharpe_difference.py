"""Ledoit and Wolf's test against the paper's formulas, written out sum by sum."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sectorlead.data.errors import ParameterError
from sectorlead.reports.significance.sharpe_difference import sharpe_difference

from .published import generated

# Prewhitened error, its p, and p of 100,000 draws: by this code when it gave the figures of the authors' R functions
# on the two examples that come with their paper, to 1e-13. Those examples are no part of the project.
KNOWN = {
    "even": (0.12767433565525488, 0.9346508448000234, 0.9375),
    "uneven": (0.1394072505662004, 0.037148668039099476, 0.0515),
}


def pairs() -> dict[str, np.ndarray]:
    """Two pairs of 120 periods each, shape (120, 2): independent ones, and two that depend on their own past."""
    even = generated(120, 2)
    uneven = generated(120, 2) + np.array([0.002, 0.0])
    for t in range(1, len(uneven)):
        uneven[t] += np.array([0.3, -0.2]) * uneven[t - 1]
    return {"even": even, "uneven": uneven}


def by_hand(pair: np.ndarray) -> tuple[float, float]:
    """The paper's difference and its HAC error, sum by sum: Parzen's kernel, Andrews' bandwidth, delta method."""
    size = len(pair)
    first, second = pair.T
    mean, square = pair.mean(axis=0), (pair**2).mean(axis=0)
    sharpe = [np.mean(line) / np.std(line, ddof=1) for line in (first, second)]
    moments = np.array([[a - mean[0], b - mean[1], a * a - square[0], b * b - square[1]] for a, b in pair])
    above = below = 0.0
    for line in moments.T:
        slope, level = np.polyfit(line[:-1], line[1:], 1)
        noise = np.mean((line[1:] - slope * line[:-1] - level) ** 2)
        above += 4 * slope**2 * noise**2 / (1 - slope) ** 8
        below += noise**2 / (1 - slope) ** 4
    width = 2.6614 * (above / below * size) ** 0.2
    spread = np.zeros((4, 4))
    for s in range(size):
        for t in range(size):
            x = abs(s - t) / width
            kernel = 1 - 6 * x**2 + 6 * x**3 if x <= 0.5 else max(0.0, 2 * (1 - x) ** 3)
            spread += kernel * np.outer(moments[s], moments[t])
    spread /= size - 4
    variance = square - mean**2
    slopes = np.array([
        square[0] / variance[0] ** 1.5, -square[1] / variance[1] ** 1.5,
        -mean[0] / (2 * variance[0] ** 1.5), mean[1] / (2 * variance[1] ** 1.5),
    ])  # fmt: skip
    return sharpe[0] - sharpe[1], float(np.sqrt(slopes @ spread @ slopes / size))


@pytest.mark.parametrize("name", KNOWN)
def test_hac_is_the_paper_sum_by_sum(name: str) -> None:
    pair = pairs()[name]
    found = sharpe_difference(pair[:, 0], pair[:, 1], block=5, resamples=100)
    difference, error = by_hand(pair)
    assert found.difference == pytest.approx(difference, abs=1e-13)
    assert found.error == pytest.approx(error, rel=1e-11)
    assert found.p == pytest.approx(math.erfc(abs(difference) / error / math.sqrt(2)), abs=1e-10)
    white, white_p, bootstrap = KNOWN[name]
    assert (found.prewhitened_error, found.prewhitened_p) == pytest.approx((white, white_p), abs=1e-11)
    drawn = sharpe_difference(pair[:, 0], pair[:, 1], block=5, resamples=20_000, seed=1).bootstrap_p
    assert drawn == pytest.approx(bootstrap, abs=0.01)


@pytest.mark.parametrize("name", KNOWN)
def test_an_even_match_is_refused_as_often_as_it_says(name: str) -> None:
    """Pairs without a difference: the bootstrap's p lies below 10% in about a tenth of them."""
    rng = np.random.default_rng(5)
    below, worlds = 0, 200
    for _ in range(worlds):
        pair = rng.normal(0.01, 0.05, (120, 2))
        if name == "uneven":
            pair[1:] += 0.2 * pair[:-1]
        below += sharpe_difference(*pair.T, block=5, resamples=199).bootstrap_p <= 0.1
    assert 0.04 * worlds < below < 0.17 * worlds


def test_sides_and_seeds() -> None:
    pair = pairs()["even"]
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
