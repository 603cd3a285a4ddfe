"""How often the best of many in one half of the sessions is below the median in the other: PBO, by CSCV.

Bailey, Borwein, Lopez de Prado and Zhu, The probability of backtest overfitting, Journal of Computational Finance
20(4), 2017: combinatorially symmetric cross-validation.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Literal

import numpy as np

from ...data.errors import ParameterError
from ...data.types import Floats, Ints
from ..formatting import percent
from .kernels import selected
from .stepdown import checked

MOST_BLOCKS = 20


@dataclass(frozen=True)
class Overfitting:
    """What became of the best of each half in the other half; C ways to halve the blocks.

    Attributes
    ----------
    pbo : float
        Share of ways in which it was at or below the median. Variants with nothing to choose between give 0.5.
    logits : array of shape (C,)
        ``ln(w / (1 - w))`` with w its rank in the other half over V + 1, ties sharing the mean rank; at most 0 counts.
    slope : float
        Of the figure in the other half on the one in the half it was chosen in; NaN where that never varies.
    loss : float
        Share of ways in which its figure in the other half was below 0.
    chosen : int64 array of shape (C,)
        Which column was the best.
    blocks : int
    left_out : int
        Sessions at the beginning that don't fill a block.
    """

    pbo: float
    logits: Floats
    slope: float
    loss: float
    chosen: Ints
    blocks: int
    left_out: int

    @property
    def sentence(self) -> str:
        """In plain words."""
        return (
            "The best variant of one half of the sessions was at or below the median in the other half in "
            f"{percent(self.pbo, 0)} of {len(self.logits):,} ways to halve them (with nothing to choose, 50%)."
        )


def overfitting(values: Floats, *, blocks: int = 16, metric: Literal["sharpe", "mean"] = "sharpe") -> Overfitting:
    """Probability of backtest overfitting of choosing the best of V variants.

    Parameters
    ----------
    values : array of shape (T, V)
        Returns over a control, finite; two columns or more. Where T is no multiple of ``blocks``, the first sessions
        are left out, fewer than ``blocks``.
    blocks : int
        Even, from 2 to 20.
    metric : str
        "sharpe", mean over standard deviation with divisor n - 1; or "mean".

    Raises
    ------
    ParameterError
        For other values, and fewer than two sessions a block.
    """
    values = checked(values)
    if blocks % 2 or not 2 <= blocks <= MOST_BLOCKS:
        raise ParameterError(f"blocks must be even, from 2 to {MOST_BLOCKS}, was {blocks}")
    if metric not in ("sharpe", "mean"):
        raise ParameterError(f"metric must be 'sharpe' or 'mean', was {metric!r}")
    size, count = values.shape
    length = size // blocks
    if count < 2 or length < 2:
        raise ParameterError(f"two variants and two sessions a block are needed, were {count} and {length}")
    skipped = size - length * blocks
    parts = np.ascontiguousarray(values[skipped:]).reshape(blocks, length, count)
    halves = np.zeros((comb(blocks, blocks // 2), blocks), np.int64)
    for row, inside in enumerate(combinations(range(blocks), blocks // 2)):
        halves[row, list(inside)] = 1
    best, found = np.empty(len(halves), np.int64), np.empty((3, len(halves)))
    half = length * blocks // 2
    selected(parts.sum(axis=1), (parts**2).sum(axis=1), halves, half, metric == "mean", best, found)
    own, other, place = found
    share = place / (count + 1)
    logits = np.log(share / (1 - share))
    centred = own - own.mean()
    square = float(centred @ centred)
    slope = float(centred @ (other - other.mean()) / square) if square > 0 else float("nan")
    return Overfitting(float((logits <= 0).mean()), logits, slope, float((other < 0).mean()), best, blocks, skipped)
