"""The placebo: the same measure over windows of the same lengths that end at sessions outside pullbacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sectorlead.data.panel import Panel
from sectorlead.data.types import Flags, Floats, Ints
from sectorlead.research.event_study.anchors import Anchor
from sectorlead.research.event_study.readings import (
    Scored,
    over_windows,
    returns_after,
    values_of,
    window_measure,
)
from sectorlead.research.event_study.statistics import rank_correlation

DRAWS = 40
"""Windows drawn for each reading."""


class Placebo(NamedTuple):
    """Rank correlations of the placebos of A readings, for H horizons.

    Attributes
    ----------
    mean : array of shape (H, A)
        Mean over the draws of each reading; NaN where no session can be drawn.
    spread : array of shape (H, A)
        Standard deviation (ddof 1) of single draws: how far one reading's correlation lies from it by chance.
    """

    mean: Floats
    spread: Floats


def placebo_correlations(
    scored: Scored,
    panel: Panel,
    anchors: Sequence[Anchor],
    horizons: Sequence[int],
    *,
    outside: Flags,
    least: int,
    draws: int,
    seed: int,
) -> Placebo:
    """Rank correlations of the placebos of each reading with the returns after them.

    A placebo of a reading over the sessions from ``start`` to ``row`` is the same measure over as many sessions, up to
    a session outside pullbacks drawn at random; a score that is no measure over a window is read as it is in the drawn
    session.

    Parameters
    ----------
    scored : Score, callable or array
    panel : Panel
    anchors : sequence of Anchor
        A of them.
    horizons : sequence of int
        H of them; the last is the largest.
    outside : bool array of shape (T,)
        Sessions that may be drawn.
    least : int
        Series that a correlation needs.
    draws : int
        Placebos of each reading, with replacement.
    seed : int

    Returns
    -------
    Placebo
    """
    rng, price = np.random.default_rng(seed), panel.last_adjusted_close
    length = np.array([anchor.row - anchor.start for anchor in anchors], dtype=np.int64)
    ends = np.full((len(anchors), draws), -1, dtype=np.int64)
    free = np.flatnonzero(outside)
    for number, span in enumerate(length.tolist()):
        fit = free[(free >= span) & (free + max(horizons) < len(price))]
        if len(fit):
            ends[number] = rng.choice(fit, draws)
    drawn = ends[:, 0] >= 0
    mean, spread = (np.full((len(horizons), len(anchors)), np.nan) for _ in range(2))
    if not drawn.any():
        return Placebo(mean, spread)
    end = ends[drawn].ravel()
    score = _scores(scored, panel, end - np.repeat(length[drawn], draws), end)
    for at, later in enumerate(returns_after(price, end, horizons)):
        known = np.isfinite(score) & np.isfinite(later)
        ic = np.where(known.sum(axis=1) >= least, rank_correlation(score, later, known), np.nan).reshape(-1, draws)
        count = np.isfinite(ic).sum(axis=1)
        level = np.nansum(ic, axis=1) / np.where(count > 0, count, np.nan)
        mean[at, drawn] = level
        around = np.nansum((ic - level[:, None]) ** 2, axis=1) / np.where(count > 1, count - 1, np.nan)
        spread[at, drawn] = np.sqrt(around)
    return Placebo(mean, spread)


def _scores(scored: Scored, panel: Panel, start: Ints, end: Ints) -> Floats:
    measure = window_measure(scored)
    if measure is None or not (start < end).all():
        return values_of(scored, panel, end)
    once, back = np.unique(np.column_stack([start, end]), axis=0, return_inverse=True)
    return over_windows(measure, panel, once[:, 0], once[:, 1])[back.ravel()]
