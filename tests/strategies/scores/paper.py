"""Numbers that can be checked on paper."""

import numpy as np
import pytest


def last(score, panel):
    return pytest.approx(score(panel)[-1].tolist(), nan_ok=True, rel=1e-9, abs=1e-12)


B_MOVES = np.array([0.01, -0.01, 0.01, -0.01] * 3)
E_MOVES = np.array([0.002, 0.002, -0.002, -0.002] * 3)  # no mean, no correlation with the benchmark's
SIGMA = np.sqrt(12 * 0.002**2 / (12 - 2))


def priced(moves) -> list[float]:
    return (100 * np.exp(np.concatenate(([0.0], np.cumsum(moves))))).tolist()
