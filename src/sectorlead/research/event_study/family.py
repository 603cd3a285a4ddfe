"""Many anchors and horizons tried at once: p-values corrected for all of them, and what could have been found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import norm

from sectorlead.data.types import Flags, Floats

LEAST_EPISODES = 5
"""Episodes that a test needs."""
LEVEL, POWER = 0.05, 0.8


def family_p(cells: Sequence[Floats], signs: Flags) -> Floats:
    """Two-sided p-values of means, corrected for the number of cells by the largest t of flipped signs.

    A flip turns an episode round in all cells at once, so that cells that hang together are counted as such.

    Parameters
    ----------
    cells : sequence of arrays of shape (E,)
        One value per episode, NaN where a cell has none; episodes are independent.
    signs : bool array of shape (F, E)
        True turns an episode round.

    Returns
    -------
    array, one per cell
        NaN for cells with fewer than ``LEAST_EPISODES``, which are not counted.

    Notes
    -----
    Westfall and Young, "Resampling-Based Multiple Testing" (1993), single-step max-T.
    """
    real = np.full(len(cells), np.nan)
    highest = np.zeros(len(signs))
    for number, values in enumerate(cells):
        known = np.isfinite(values)
        if known.sum() < LEAST_EPISODES:
            continue
        here = values[known]
        real[number] = abs(_t(here[None, :])[0])
        highest = np.maximum(highest, np.abs(_t(np.where(signs[:, known], -here, here))))
    count = np.array([(highest >= t * (1 - 1e-12)).sum() for t in real])
    return np.where(np.isnan(real), np.nan, (1 + count) / (1 + len(signs)))


def smallest_effect(placebos: Sequence[Floats], cells: int) -> Floats:
    """The mean rank correlation that each cell would show in ``POWER`` of samples at ``LEVEL``, corrected.

    From the number of episodes and the spread of their placebos alone, so it doesn't hang on what was found.

    Parameters
    ----------
    placebos : sequence of arrays of shape (E,)
        The spread of one placebo draw per episode; NaN where there is none.
    cells : int
        Tests in the family (Bonferroni's bound).
    """
    out = np.full(len(placebos), np.nan)
    need = norm.ppf(1 - LEVEL / 2 / max(cells, 1)) + norm.ppf(POWER)
    for number, spread in enumerate(placebos):
        known = spread[np.isfinite(spread)]
        if len(known) >= LEAST_EPISODES:
            out[number] = need * np.sqrt(np.mean(known**2) / len(known))
    return out


def _t(values: Floats) -> Floats:
    n = values.shape[1]
    deviation = values.std(axis=1, ddof=1)
    t: Floats = np.divide(values.mean(axis=1) * n**0.5, deviation, out=np.zeros(len(values)), where=deviation > 0)
    return t
