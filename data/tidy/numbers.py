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


class Numbers(NamedTuple):
    """Numbers of rows, and what was no number."""

    floats: NDArray[np.float64]
    broken: NDArray[np.bool_]  # holds text that is no number
    separated: int  # how many have separators of thousands
    suspended: int = 0  # how many say that nothing was traded
    suffixed: int = 0  # how many say thousands, millions, 万


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
    broken = np.zeros(len(values), dtype=np.bool_)
    separated = suspended = suffixed = 0
    for i in np.flatnonzero(np.isnan(values)).tolist():
        text = texts[i].strip().lstrip("¥￥$")
        if text.lower() in EMPTY:
            continue
        if text.lower() in SUSPENDED:
            suspended += 1
            continue
        percent = text.endswith("%")
        text = text.removesuffix("%").rstrip()
        worth = 0.01 if percent else 1.0
        if found := _SUFFIXED.fullmatch(text):
            text, worth = found["number"], worth * SUFFIXES[found["suffix"].lower()]
            suffixed += 1
        if _SEPARATED.fullmatch(text):
            text = text.replace(",", "")
            separated += 1
        try:
            values[i] = float(text) * worth
        except ValueError:
            broken[i] = True
    return Numbers(values, broken, separated, suspended, suffixed)
