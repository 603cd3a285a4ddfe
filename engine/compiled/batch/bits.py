"""Sets of columns as bits: column i is bit ``i % 64`` of word ``i // 64``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.cpython.unsafe.numbers import trailing_zeros
from numba.extending import overload

ONE, NONE = np.uint64(1), np.uint64(0)


def lowest(word: Any) -> int:
    """Position of the lowest bit that is set in a word that is not 0."""
    word = int(word)
    return (word & -word).bit_length() - 1


@overload(lowest, jit_options={"_nrt": False, "forceinline": True})
def _lowest(word: Any) -> Any:
    def counted(word: Any) -> Any:
        return np.int64(trailing_zeros(word))

    return counted


def words(columns: int) -> int:
    """How many words hold so many columns."""
    return max(1, (columns + 63) // 64)
