"""Across the symbols of a session: who can be ranked, and where each stands among them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...data.panel import Panel
from ...data.types import Floats
from ..part import Rows


def rankable(panel: Panel, rows: Rows, values: Floats) -> Floats:
    """``values`` without those that can't be ranked: infinite ones, and series not published yet.

    A series that is not published can't be held, so it must not move the place of those that can.

    Parameters
    ----------
    panel : Panel
    rows : int array of shape (D,)
    values : float array of shape (D, N)
        Of these rows.

    Returns
    -------
    float array of shape (D, N)
        NaN in place of what can't be ranked.
    """
    return np.where(np.isfinite(values) & panel.published[rows], values, np.nan)


def percentiles(values: Floats) -> Floats:
    """Place among those that aren't NaN, from 0 for the lowest to 1 for the highest, shape (D, N).

    ``(rank - 1) / (n - 1)`` with the average rank of ties: the share of the others that are lower, ties counted half.
    0.5 where there is only one.
    """
    rank = pd.DataFrame(values).rank(axis=1).to_numpy()
    others = np.isfinite(values).sum(axis=1, keepdims=True) - 1
    return np.where(others > 0, (rank - 1) / np.maximum(others, 1), np.where(np.isfinite(rank), 0.5, np.nan))


def z_scores(values: Floats) -> Floats:
    """Deviations from the mean of those that aren't NaN, in their standard deviations (divisor n), shape (D, N).

    0 where all are alike.
    """
    there = np.isfinite(values)
    count = np.maximum(there.sum(axis=1, keepdims=True), 1)
    low = np.min(values, axis=1, keepdims=True, initial=np.inf, where=there)
    rise = np.where(there, values - np.where(np.isfinite(low), low, 0.0), 0.0)  # exactly 0 where all are alike
    apart = np.where(there, rise - rise.sum(axis=1, keepdims=True) / count, 0.0)
    spread = np.sqrt((apart * apart).sum(axis=1, keepdims=True) / count)
    return np.where(there, apart / np.where(spread > 0, spread, 1.0), np.nan)
