"""Whether anybody beats the control, and who: Hansen's SPA and Romano and Wolf's StepM.

Hansen, A test for superior predictive ability, Journal of Business and Economic Statistics 23 (2005). The package arch
compares raw means, so a variant that strays far from the control hides all others: it finds one good of 40 in 3% of
worlds where the studentised test finds it in 82%. Here every mean is divided by its bootstrap standard deviation first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...data.types import Flags, Floats
from .blocks import block_length, block_starts, resample
from .stepdown import RESAMPLES, checked


@dataclass(frozen=True)
class Superior:
    """Whether the best of V variants is better than the control.

    Attributes
    ----------
    statistic : float
        The largest studentised mean, at least 0.
    lower, consistent, upper : float
        p-values: those that are worse than the control left as they are, those that are clearly worse left, and none
        left. ``consistent`` is the one to go by; ``upper`` is White's reality check, studentised.
    better : bool array of shape (V,)
        StepM at ``level``: who is better, with at most that probability of one false claim or more.
    level : float
    block, seed : int
    """

    statistic: float
    lower: float
    consistent: float
    upper: float
    better: Flags
    level: float
    block: int
    seed: int

    @property
    def sentence(self) -> str:
        """In plain words."""
        if self.consistent > self.level:
            return f"That none is better than the control can't be told from chance (SPA, p {self.consistent:.3f})."
        return (
            f"Somebody is better than the control (SPA, p {self.consistent:.3f}); StepM names "
            f"{int(self.better.sum())} of {len(self.better)}."
        )


def superior(
    values: Floats, *, level: float = 0.05, block: int | None = None, resamples: int = RESAMPLES, seed: int = 0
) -> Superior:
    """Hansen's test with studentised means, and StepM.

    Parameters
    ----------
    values : array of shape (T, V)
        Returns over a control, finite, no column all the same; returns, not losses.
    level : float
    block : int, optional
        Sessions in a block; default: ``block_length``.
    resamples, seed : int

    Raises
    ------
    ParameterError
        For other values.
    """
    values = checked(values)
    block = block_length(values) if block is None else block
    deviations, _ = resample(values, block_starts(len(values), block, resamples, seed), block)
    return superior_of(values.mean(axis=0), deviations, len(values), (level, block, seed))


def superior_of(means: Floats, deviations: Floats, size: int, terms: tuple[float, int, int]) -> Superior:
    """The same from means and the deviations of resampled means.

    Parameters
    ----------
    means : array of shape (V,)
    deviations : array of shape (B, V)
    size : int
        Sessions.
    terms : tuple of (level, block, seed)
    """
    level, block, seed = terms
    error = np.sqrt((deviations**2).mean(axis=0))
    t = np.divide(means, error, out=np.zeros_like(means), where=error > 0)
    drawn = np.divide(deviations, error, out=np.zeros_like(deviations), where=error > 0)
    far = -math.sqrt(2 * math.log(math.log(size)))
    best = max(0.0, float(t.max()))
    shifts = np.minimum(t, 0.0), np.where(t < far, t, 0.0), np.zeros_like(t)  # what is not recentred

    def share(shift: Floats) -> float:
        return float((np.maximum((drawn + shift).max(axis=1), 0.0) >= best).mean()) if best > 0 else 1.0

    lower, consistent, upper = map(share, shifts)
    better = _stepwise(t, drawn + shifts[1], level)
    return Superior(best, lower, consistent, upper, better, level, block, seed)


def _stepwise(t: Floats, drawn: Floats, level: float) -> Flags:
    """Who is above the critical value of those that are left, until nobody is or nobody is left."""
    better = np.zeros(len(t), np.bool_)
    while not better.all():
        critical = float(np.quantile(np.maximum(drawn[:, ~better].max(axis=1), 0.0), 1 - level))
        new = ~better & (t > critical)
        if not new.any():
            break
        better |= new
    return better
