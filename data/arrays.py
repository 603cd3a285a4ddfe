"""Arrays that nobody can write to, and values carried forward."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .types import Floats


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """``array``, or a copy of it if somebody else could write to it; read-only."""
    out = np.ascontiguousarray(array)
    return sealed(out.copy() if out is array and out.flags.writeable else out)


def sealed(array: NDArray[Any]) -> NDArray[Any]:
    """A fresh array nobody else holds, read-only."""
    array.flags.writeable = False
    return array


def carried(values: Floats) -> Floats:
    """Each column's last finite value so far; NaN before the first. ``values`` is (T, N)."""
    rows = np.where(np.isfinite(values), np.arange(len(values))[:, None], -1)
    np.maximum.accumulate(rows, axis=0, out=rows)
    out = np.take_along_axis(values, np.maximum(rows, 0), axis=0)
    out[rows < 0] = np.nan
    return out
