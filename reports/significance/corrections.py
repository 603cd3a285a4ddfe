"""p-values corrected for how many there are."""

from __future__ import annotations

import numpy as np

from ...data.types import Floats


def holm(p: Floats) -> Floats:
    """Holm's corrected p-values, shape (m,); NaN stays and is not counted.

    A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6, 1979.

    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    out = np.full(len(p), np.nan)
    order = np.argsort(p, kind="stable")[: int(np.isfinite(p).sum())]  # NaN is last
    steps = p[order] * np.arange(len(order), 0, -1)
    out[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return out


def benjamini_hochberg(p: Floats) -> Floats:
    """Adjusted p-values that bound the share of false claims, not their presence; NaN stays and is not counted.

    Those at most q: of the claims, a share of q is expected to be false. Controlling the false discovery rate, Journal
    of the Royal Statistical Society B 57, 1995; for independent or positively dependent tests.

    Parameters
    ----------
    p : array of shape (m,)
        From 0 to 1.

    Returns
    -------
    array of shape (m,)
    """
    from scipy.stats import false_discovery_control

    known = np.isfinite(p)
    out = np.full(len(p), np.nan)
    if known.any():
        out[known] = false_discovery_control(p[known], method="bh")
    return out
