"""The placebo: the same measure over windows of the same lengths that end apart from pullbacks, in quiet sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sectorlead.data.panel import Panel
from sectorlead.data.types import Flags, Floats, Ints
from sectorlead.research.event_study.anchors import Anchor
from sectorlead.research.event_study.family import LEAST_BLOCKS, Blocks
from sectorlead.research.event_study.readings import (
    Scored,
    after_market,
    betas_at,
    over_windows,
    returns_after,
    values_of,
    window_measure,
    without_beta,
)
from sectorlead.research.event_study.statistics import correlations
from sectorlead.strategies.scores.cross_section import rankable

DRAWS = 40
"""Windows drawn for each reading."""


class Quiet(NamedTuple):
    """Sessions that windows of a placebo may end in.

    Attributes
    ----------
    flags : bool array of shape (T,)
        True in no fall, and at least ``apart`` sessions after the last one.
    since : int64 array of shape (T,)
        Sessions since the last fall ended; as many as there are before the first one.
    apart : int
        What strength in a fall has been worth is over by then, as far as the study looks.
    """

    flags: Flags
    since: Ints
    apart: int


def quiet(inside: Flags, apart: int) -> Quiet:
    """The sessions ``apart`` or more after each stretch of ``inside``; those before the first count as well.

    Parameters
    ----------
    inside : bool array of shape (T,)
        Sessions in a fall, and the one in which it was over.
    apart : int
        Sessions.
    """
    rows = np.arange(len(inside))
    last = np.maximum.accumulate(np.where(inside, rows, -1))
    since = np.where(last < 0, rows, rows - last)
    return Quiet(~inside & ((last < 0) | (since >= apart)), since, apart)


class Placebo(NamedTuple):
    """Rank correlations of the placebos of A readings, D for each, for H horizons.

    Attributes
    ----------
    ends : int64 array of shape (A, D)
        Panel rows in which the windows end; -1 where none fits.
    raw : array of shape (H, A, D)
        Of the measure with the return after it.
    neutral : array of shape (H, A, D)
        Of the measure with beta taken out across the series, and log returns less beta times the benchmark's.
    anywhere : array of shape (H, A, D)
        As ``neutral``, or ``raw`` without a benchmark, over windows that end in any session: how far one reading lies
        from the mean by chance.
    apart : int
        Sessions from the end of a fall to that of a window, at least.
    quiet : int
        Sessions that can be drawn.
    """

    ends: Ints
    raw: Floats
    neutral: Floats
    anywhere: Floats
    apart: int
    quiet: int

    @property
    def told(self) -> bool:
        """Whether there are enough quiet sessions to compare with."""
        return self.quiet > 0

    def mean(self, draws: Floats) -> Floats:
        """Mean over the draws of each reading, shape (H, A); NaN where there are none."""
        known = np.isfinite(draws)
        count = known.sum(axis=2)
        mean: Floats = np.where(known, draws, 0.0).sum(axis=2) / np.where(count > 0, count, np.nan)
        return mean

    @property
    def spread(self) -> Floats:
        """Standard deviation (ddof 1) of the draws from anywhere, shape (H, A)."""
        draws = self.anywhere
        known = np.isfinite(draws)
        count = known.sum(axis=2)
        level = np.where(known, draws, 0.0).sum(axis=2) / np.maximum(count, 1)
        around = np.where(known, draws - level[:, :, None], 0.0) ** 2
        deviation: Floats = np.sqrt(around.sum(axis=2) / np.where(count > 1, count - 1, np.nan))
        return deviation

    def blocks(self, draws: Floats, which: Ints, length: int) -> Blocks:
        """The draws of some readings for one horizon, by blocks of the calendar.

        Windows that end within a block share sessions, so a block says one thing, however often it is drawn.

        Parameters
        ----------
        draws : array of shape (A, D)
        which : int array of shape (E,)
            Readings.
        length : int
            Sessions of a block.
        """
        values, ends = draws[which].ravel(), self.ends[which].ravel()
        known = np.isfinite(values)
        if not known.any():
            return Blocks(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
        number, of_draw, count = np.unique(ends[known] // length, return_inverse=True, return_counts=True)
        total = np.bincount(of_draw, values[known])
        return Blocks(number, count / count.sum(), total / count)


def placebo_correlations(
    scored: Scored,
    panel: Panel,
    anchors: Sequence[Anchor],
    horizons: Sequence[int],
    *,
    inside: Flags,
    least: int,
    draws: int,
    seed: int,
) -> Placebo:
    """Rank correlations of the placebos of each reading with the returns after them.

    A placebo of a reading over the sessions from ``start`` to ``row`` is the same measure over as many sessions, none
    of them in a fall, up to a session drawn at random from those that are as far from the last fall as the longest
    horizon: what strength in it is worth would otherwise be counted as that of other times. Where too few are so far, a
    shorter horizon is the distance. A score that is no measure over a window is read as it is in the drawn session.

    Parameters
    ----------
    scored : Score, callable or array
    panel : Panel
    anchors : sequence of Anchor
        A of them.
    horizons : sequence of int
        H of them; the last is the largest.
    inside : bool array of shape (T,)
        Sessions in a fall, and the one in which it was over.
    least : int
        Series that a correlation needs.
    draws : int
        Placebos of each reading, D, with replacement.
    seed : int

    Returns
    -------
    Placebo
    """
    rng, price = np.random.default_rng(seed), panel.last_adjusted_close
    length = np.array([anchor.row - anchor.start for anchor in anchors], dtype=np.int64)
    longest = max(horizons)
    calm, free = _widest(inside, sorted(horizons, reverse=True), len(price) - longest)
    ends = _drawn(rng, free, length, calm.since, draws)
    raw, neutral = _correlations(scored, panel, ends, length, horizons, least)
    every = np.arange(len(price) - longest)
    at_any = _correlations(
        scored, panel, _drawn(rng, every, length, np.arange(len(price)), draws), length, horizons, least
    )
    return Placebo(ends, raw, neutral, at_any[panel.benchmark is not None], calm.apart, len(free))


def _correlations(
    scored: Scored, panel: Panel, ends: Ints, length: Ints, horizons: Sequence[int], least: int
) -> tuple[Floats, Floats]:
    """Raw and beta-neutral rank correlations over windows that end in ``ends``, shape (H, A, D) each."""
    raw, neutral = (np.full((len(horizons), *ends.shape), np.nan) for _ in range(2))
    there = ends >= 0
    if there.any():
        end = ends[there]
        start = end - np.broadcast_to(length[:, None], ends.shape)[there]
        score = _scores(scored, panel, start, end)
        beta, market = betas_at(panel, start), after_market(panel, end, horizons)
        clean = without_beta(score, beta)
        later = returns_after(panel.last_adjusted_close, end, horizons)
        raw[:, there] = correlations(score, later, least)
        neutral[:, there] = correlations(clean, np.log1p(later) - beta * market[:, :, None], least)
    return raw, neutral


def _widest(inside: Flags, distances: Sequence[int], stop: int) -> tuple[Quiet, Ints]:
    """The quiet sessions at the first of the distances that leaves enough blocks of them; none if there is none."""
    for apart in distances:
        calm = quiet(inside, apart)
        free = np.flatnonzero(calm.flags[:stop])
        if len(np.unique(free // distances[0])) >= LEAST_BLOCKS:
            return calm, free
    return quiet(inside, distances[0]), np.zeros(0, np.int64)


def _drawn(rng: np.random.Generator, free: Ints, length: Ints, since: Ints, draws: int) -> Ints:
    """Rows in which the windows of each reading end, shape (A, D); -1 where none of ``free`` has room for one."""
    ends = np.full((len(length), draws), -1, dtype=np.int64)
    for number, span in enumerate(length.tolist()):
        fit = free[since[free] >= span]
        if len(fit):
            ends[number] = rng.choice(fit, draws)
    return ends


def _scores(scored: Scored, panel: Panel, start: Ints, end: Ints) -> Floats:
    measure = window_measure(scored)
    if measure is None or not (start < end).all():
        once, back = np.unique(end, return_inverse=True)
        values = np.array(rankable(panel, once, values_of(scored, panel, once)), dtype=np.float64)
        values[~panel.has_bar[once]] = np.nan
        return values[back.ravel()]
    both, back = np.unique(np.column_stack([start, end]), axis=0, return_inverse=True)
    return over_windows(measure, panel, both[:, 0], both[:, 1])[back.ravel()]
