"""Sets of columns as bits: column i is bit ``i % 64`` of word ``i // 64``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.cpython.unsafe import numbers
from numba.extending import overload

zeros_below: Any = numbers.trailing_zeros
ONE, NONE = np.uint64(1), np.uint64(0)


def lowest(word: Any) -> int:
    """Position of the lowest bit that is set in a word that is not 0."""
    own = int(word)
    return (own & -own).bit_length() - 1


_INLINED: Any = {"_nrt": False, "forceinline": True}


@overload(lowest, jit_options=_INLINED)
def _lowest(word: Any) -> Any:
    def counted(word: Any) -> Any:
        return np.int64(zeros_below(word))

    return counted


def words(columns: int) -> int:
    """How many words hold so many columns."""
    return max(1, (columns + 63) // 64)
