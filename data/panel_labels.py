"""What is said once of each series of a panel: names, groups, kinds, boards, and its first and last dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .arrays import sealed
from .errors import DataError, UnknownNameError

KINDS = ("index", "etf", "stock")
LABELS = ("names", "groups", "kinds", "boards", "stated_kinds")
DAYS = ("known_from", "last_date")


def labels_of(given: Mapping[str, Any], symbols: tuple[str, ...], order: NDArray[np.intp]) -> dict[str, Any]:
    """``LABELS`` and ``DAYS`` of a panel from what was given for it, in its order.

    Parameters
    ----------
    given : mapping
        Each of them by name, in the order of the symbols as given.
    symbols : tuple of str
        As given.
    order : intp array of shape (N,)
        Positions of the symbols in ascending order.

    Raises
    ------
    DataError
        Another number of labels than of symbols.
    UnknownNameError
        A kind that is none.
    """
    put: dict[str, Any] = {}
    nothing, said = ("",) * len(symbols), tuple(given["kinds"])
    for key, fallback in zip(LABELS, (symbols, nothing, nothing, nothing, said or nothing), strict=True):
        values = tuple(given[key]) or fallback
        if len(values) != len(symbols):
            raise DataError(f"panel: {len(values)} {key} for {len(symbols)} symbols")
        put[key] = tuple(str(values[i]) for i in order)
    both = list(zip(put["kinds"], put["stated_kinds"], strict=True))
    put["kinds"] = tuple(kind or told or "index" for kind, told in both)
    put["stated_kinds"] = tuple(told if kind in ("", told or "index") else kind for kind, told in both)
    strange = sorted(set(put["kinds"]) - set(KINDS))
    if strange:
        raise UnknownNameError("kind of series", strange[0], KINDS)
    for key in DAYS:
        days = np.full(len(symbols), "NaT", "M8[ns]") if given[key] is None else given[key]
        if len(days) != len(symbols):
            raise DataError(f"panel: {len(days)} {key} dates for {len(symbols)} symbols")
        put[key] = sealed(np.asarray(pd.to_datetime(list(days)), dtype="M8[ns]")[order])
    return put
