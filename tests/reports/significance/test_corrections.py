"""Corrected p-values, against the example of Benjamini and Hochberg's paper."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sectorlead.reports.significance.corrections import benjamini_hochberg, holm

PAPER = np.array(
    [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
)


def test_the_example_of_the_paper() -> None:
    shuffled = np.random.default_rng(0).permutation(15)
    found = np.empty(15)
    found[shuffled] = benjamini_hochberg(PAPER[shuffled])
    assert (found <= 0.05).sum() == 4
    assert (holm(PAPER) <= 0.05).sum() == 3
    assert found[3] == pytest.approx(0.035625)


def test_what_is_not_known_is_not_counted() -> None:
    assert np.isnan(benjamini_hochberg(np.array([math.nan, math.nan]))).all()
    np.testing.assert_allclose(benjamini_hochberg(np.array([0.02, math.nan, 0.04])), [0.04, math.nan, 0.04])


def test_holm_by_hand() -> None:
    given_p = np.array([0.04, math.nan, 0.005, 0.9, 0.01])  # sorted 0.005 0.01 0.04 0.9, times 4 3 2 1
    np.testing.assert_allclose(holm(given_p), [0.08, math.nan, 0.02, 0.9, 0.03])
