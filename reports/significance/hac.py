"""Standard errors that allow for autocorrelation and changing variance, as Ledoit and Wolf (2008) compute them.

Parzen's kernel with Andrews' automatic bandwidth for AR(1) series (Econometrica 59, 1991), with or without prewhitening
(Andrews and Monahan, Econometrica 60, 1992).
"""

from __future__ import annotations

import numpy as np

from ...data.types import Floats
from . import narrow
from .kernels import long_run_variances

_MOST_PERSISTENT = 0.97


def standard_errors(values: Floats) -> Floats:
    """Standard error of the mean of each column, shape (V,).

    Parameters
    ----------
    values : array of shape (T, V)
        Finite; T at least 3.
    """
    columns = np.ascontiguousarray((values - values.mean(axis=0)).T)
    if len(columns) <= narrow.COLUMNS:
        out = narrow.long_run_variances(columns)
    else:
        out = np.empty(len(columns))
        long_run_variances(columns, out)
    errors: Floats = np.sqrt(np.maximum(out, 0.0) / len(values))
    return errors


def long_run_covariance(moments: Floats, *, prewhitened: bool = False) -> Floats:
    """Long-run covariance of p series together, shape (p, p).

    Parameters
    ----------
    moments : array of shape (T, p)
        Each with mean 0.
    prewhitened : bool
        Whether a vector autoregression is taken out first, with singular values of at most 0.97, and put back after.
    """
    if not prewhitened:
        return _parzen(moments)
    before, after = moments[:-1], moments[1:]
    fitted = np.linalg.lstsq(before, after, rcond=None)[0].T
    left, sizes, right = np.linalg.svd(fitted)
    matrix = left @ np.diag(np.minimum(sizes, _MOST_PERSISTENT)) @ right
    recolour = np.linalg.inv(np.eye(moments.shape[1]) - matrix)
    out: Floats = recolour @ _parzen(after - before @ matrix.T) @ recolour.T
    return out


def _parzen(moments: Floats) -> Floats:
    size, count = moments.shape
    before, after = moments[:-1], moments[1:]
    centred = before - before.mean(axis=0)
    left = after - after.mean(axis=0)
    rho = (centred * left).sum(axis=0) / (centred * centred).sum(axis=0)
    noise = ((left - rho * centred) ** 2).mean(axis=0)
    alpha = (4 * rho**2 * noise**2 / (1 - rho) ** 8).sum() / (noise**2 / (1 - rho) ** 4).sum()
    width = min(2.6614 * (alpha * size) ** 0.2, size - 1)
    total = moments.T @ moments / size
    lag = 1
    while lag < width:
        x = lag / width
        weight = 1 - 6 * x**2 + 6 * x**3 if x <= 0.5 else 2 * (1 - x) ** 3
        part = moments[lag:].T @ moments[:-lag] / size
        total = total + weight * (part + part.T)
        lag += 1
    out: Floats = total * size / (size - count)
    return out
