"""Arrays that nobody can write to, and values carried forward."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .types import Floats


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """``array``, or a copy of it if somebody else could write to it; read-only.

    A view may be of memory that others write to, as pandas' are: only an array that owns its memory is taken as it is.
    """
    out = np.ascontiguousarray(array)
    return sealed(out.copy() if out is array and (out.flags.writeable or out.base is not None) else out)


def sealed(array: NDArray[Any]) -> NDArray[Any]:
    """A fresh array nobody else holds, read-only."""
    array.flags.writeable = False
    return array


def in_order(array: NDArray[Any], order: NDArray[np.intp]) -> NDArray[Any]:
    """The columns of an array in an order, read-only; no copy where nobody can write to it and it is in that order.

    Parameters
    ----------
    array : array of shape (T, N)
    order : intp array of shape (N,)
        Positions.
    """
    return frozen(array) if (np.diff(order) > 0).all() else sealed(np.take(array, order, axis=1))


def carried(values: Floats) -> Floats:
    """Each column's last finite value so far; NaN before the first. ``values`` is (T, N)."""
    rows = np.where(np.isfinite(values), np.arange(len(values))[:, None], -1)
    np.maximum.accumulate(rows, axis=0, out=rows)
    out = np.take_along_axis(values, np.maximum(rows, 0), axis=0)
    out[rows < 0] = np.nan
    return out
