"""Columns as bits."""

from __future__ import annotations

import numpy as np
from numba import njit

from sectorlead.engine.compiled.batch.bits import lowest


@njit
def compiled(word: np.uint64) -> int:
    return lowest(word)


def test_the_lowest_bit() -> None:
    for bit in (0, 1, 31, 32, 62, 63):
        word = np.uint64(1 << bit) | np.uint64(1 << 63)
        assert lowest(word) == compiled(word) == bit
