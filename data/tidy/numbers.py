"""Numbers as files have them: separators, suffixes, words for nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .names import EMPTY, SUFFIXES, SUSPENDED

_SEPARATED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")
_SUFFIXED = re.compile(r"(?P<number>[-+]?[\d,.]+)\s*(?P<suffix>[KMBTkmbt]|万亿|万手|[万亿手])")


BROKEN, SEPARATED, SUSPENDED_HERE, SUFFIXED = 1, 2, 4, 8


class Numbers(NamedTuple):
    """Numbers of rows, and what was no number."""

    floats: NDArray[np.float64]
    marks: NDArray[np.uint8]  # what is odd about each: BROKEN, SEPARATED, SUSPENDED_HERE, SUFFIXED

    @property
    def broken(self) -> NDArray[np.bool_]:
        """Which hold text that is no number."""
        return (self.marks & BROKEN) > 0

    def count(self, mark: int) -> int:
        """How many have a mark."""
        return int(np.count_nonzero(self.marks & mark))


def read_numbers(texts: Sequence[str], decimal: str = ".") -> Numbers:
    """Numbers as text; separators of thousands are read over, K, M, B, 万, 亿 multiply, % divides by 100; empty is NaN.

    Parameters
    ----------
    texts : sequence of str
    decimal : {".", ","}
        What stands before the decimals.
    """
    if decimal == ",":
        texts = [text.replace(".", "").replace(",", ".") for text in texts]
    column = pd.Series(texts, dtype=object)
    values = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, copy=True)
    marks = np.zeros(len(values), dtype=np.uint8)
    for i in np.flatnonzero(np.isnan(values)).tolist():
        text = texts[i].strip().lstrip("¥￥$")
        if text.lower() in EMPTY:
            continue
        if text.lower() in SUSPENDED:
            marks[i] |= SUSPENDED_HERE
            continue
        percent = text.endswith("%")
        text = text.removesuffix("%").rstrip()
        worth = 0.01 if percent else 1.0
        if found := _SUFFIXED.fullmatch(text):
            text, worth = found["number"], worth * SUFFIXES[found["suffix"].lower()]
            marks[i] |= SUFFIXED
        if _SEPARATED.fullmatch(text):
            text = text.replace(",", "")
            marks[i] |= SEPARATED
        try:
            values[i] = float(text) * worth
        except ValueError:
            marks[i] |= BROKEN
    return Numbers(values, marks)
