"""Published examples that several implementations agree on; figures from outside the code under test."""

from __future__ import annotations

import numpy as np


def generated(rows: int = 240, columns: int = 10) -> np.ndarray:
    """Sums of 12 uniforms less 6, from the generator s <- (1103515245 s + 12345) mod 2^31, seed 42, row by row."""
    state, out = 42, np.empty((rows, columns))
    for place in np.ndindex(rows, columns):
        total = 0.0
        for _ in range(12):
            state = (1103515245 * state + 12345) % 2**31
            total += state / 2**31
        out[place] = 0.01 * (total - 6) + 0.0004
    return out
