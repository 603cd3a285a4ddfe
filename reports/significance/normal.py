"""The normal distribution from the standard library: scipy's takes longer to load than a verdict on a run."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from ...data.types import Floats

_UNIT = NormalDist()


def below(x: float) -> float:
    """The probability of a value at or below ``x``; accurate far out in the lower tail.

    Parameters
    ----------
    x : float
    """
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def all_below(values: Floats) -> Floats:
    """``below`` of each value.

    Parameters
    ----------
    values : array of shape (V,)
    """
    return np.array([below(x) for x in values.tolist()])


def quantile(p: float) -> float:
    """The value that ``p`` lies below; infinite for 0 and 1.

    Parameters
    ----------
    p : float
        From 0 to 1.
    """
    if p <= 0.0 or p >= 1.0:
        return math.copysign(math.inf, p - 0.5) if p in (0.0, 1.0) else math.nan
    return _UNIT.inv_cdf(p)
