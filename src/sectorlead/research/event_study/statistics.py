"""What readings of a score say of later returns: rank correlations, fifths, and how sure that is.

Shapes: A readings (one per episode and anchor), N series, H horizons, E episodes of one anchor and horizon.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from sectorlead.data.types import Flags, Floats, Ints

FIFTHS = 5
MOST_LAGS = 3
"""Newey-West looks at this many later episodes at the most."""


class Cross(NamedTuple):
    """A score against later returns, across the series of each reading.

    Attributes
    ----------
    known : int64 array of shape (A,)
        Series with a score and a return.
    ic : array of shape (A,)
        Spearman's rank correlation; NaN with too few series.
    fifths : array of shape (A, 5)
        Mean return of each fifth over the mean of all, from the lowest score to the highest; NaN likewise.
    """

    known: Ints
    ic: Floats
    fifths: Floats

    @property
    def spread(self) -> Floats:
        """Highest fifth less lowest, shape (A,)."""
        gap: Floats = self.fifths[:, -1] - self.fifths[:, 0]
        return gap


def cross_section(score: Floats, later: Floats, least: int) -> Cross:
    """Rank correlation and fifths of each reading.

    Parameters
    ----------
    score, later : arrays of shape (A, N)
        Score and return after it, a fraction; NaN where one is not known. Columns are those of a
        panel, in the order of symbols: ties of the score go by it where fifths are cut, fifth ``ceil(5 * rank / n)``.
    least : int
        Readings with fewer series that have both are NaN.

    Returns
    -------
    Cross
    """
    both = np.isfinite(score) & np.isfinite(later)
    count = both.sum(axis=1)
    fit = count >= least
    ic = np.where(fit, rank_correlation(score, later, both), np.nan)
    fifth = fifths_of(score, both)
    returns = np.where(both, later, 0.0)
    ahead = np.where(both, returns - (returns.sum(axis=1) / np.maximum(count, 1))[:, None], 0.0)
    fifths = np.full((len(score), FIFTHS), np.nan)
    for number in range(FIFTHS):
        inside = fifth == number + 1
        size = inside.sum(axis=1)
        np.divide(np.where(inside, ahead, 0.0).sum(axis=1), size, out=fifths[:, number], where=fit & (size > 0))
    return Cross(count, ic, fifths)


def fifths_of(score: Floats, known: Flags) -> Ints:
    """In which fifth each series is, 1 to 5 from the lowest score: ``ceil(5 * rank / n)``; 0 where it isn't known.

    Parameters
    ----------
    score : array of shape (A, N)
        Ties go by column.
    known : bool array of shape (A, N)
    """
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    place = rankdata(np.where(known, score, np.inf), method="ordinal", axis=1)  # what is not known comes last
    return np.where(known, -(-FIFTHS * place.astype(np.int64) // count), 0)


def rank_correlation(a: Floats, b: Floats, known: Flags) -> Floats:
    """Spearman's correlation of each row, over the columns that are known; ties share the mean of their ranks.

    Parameters
    ----------
    a, b : arrays of shape (A, N)
    known : bool array of shape (A, N)

    Returns
    -------
    array of shape (A,)
        NaN where a row has fewer than two values, or all of one side are equal.
    """
    return _row_correlation(_ranks(a, known), _ranks(b, known), known)


def correlations(score: Floats, later: Floats, least: int) -> Floats:
    """Rank correlation of each row with the returns over each of H horizons, shape (H, A).

    Parameters
    ----------
    score : array of shape (A, N)
    later : array of shape (H, A, N)
    least : int
        Series with both a score and a return that a row needs; NaN elsewhere.
    """
    usual = np.isfinite(score)
    ranked = _ranks(score, usual)  # most horizons know the return of every series that has a score
    out = np.full(later.shape[:2], np.nan)
    for at, after in enumerate(later):
        known = usual & np.isfinite(after)
        whole = (known == usual).all(axis=1)
        for rows, ranks in ((whole, ranked[whole]), (~whole, _ranks(score[~whole], known[~whole]))):
            if rows.any():
                here = known[rows]
                ic = _row_correlation(ranks, _ranks(after[rows], here), here)
                out[at, rows] = np.where(here.sum(axis=1) >= least, ic, np.nan)
    return out


def _ranks(values: Floats, known: Flags) -> Floats:
    ranked: Floats = rankdata(np.where(known, values, np.inf), axis=1)
    return ranked


def _row_correlation(a: Floats, b: Floats, known: Flags) -> Floats:
    count = np.maximum(known.sum(axis=1), 1)[:, None]
    a, b = (np.where(known, x - np.where(known, x, 0.0).sum(axis=1, keepdims=True) / count, 0.0) for x in (a, b))
    scale = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    out = np.full(len(a), np.nan)
    np.divide((a * b).sum(axis=1), scale, out=out, where=scale > 0)
    return out


def partial_rank_correlation(score: Floats, later: Floats, given: Floats, least: int) -> Floats:
    """Spearman's correlation of score and later return with what others explain taken out of both, by ranks.

    Parameters
    ----------
    score, later : arrays of shape (A, N)
    given : array of shape (K, A, N)
        What is taken out, NaN where not known.
    least : int
        Readings with fewer complete series are NaN, and so are those with fewer than K + 3.

    Returns
    -------
    array of shape (A,)
        The correlation of the residuals of both ranks on the ranks of ``given`` and a constant.
    """
    known = np.isfinite(score) & np.isfinite(later) & np.isfinite(given).all(axis=0)
    fit = known.sum(axis=1) >= max(least, len(given) + 3)
    mask = known.astype(np.float64)
    basis = np.stack([mask, *(_centred_ranks(each, known) for each in given)], axis=2)
    pair = np.stack([_centred_ranks(score, known), _centred_ranks(later, known)], axis=2)
    gram, across = basis.transpose(0, 2, 1) @ basis, basis.transpose(0, 2, 1) @ pair
    rest = pair - basis @ (np.linalg.pinv(gram, hermitian=True) @ across)
    return np.where(fit, _row_correlation(rest[:, :, 0], rest[:, :, 1], known), np.nan)


def _centred_ranks(values: Floats, known: Flags) -> Floats:
    """Ranks less their mean, 0 where not known."""
    middle = (known.sum(axis=1, keepdims=True) + 1) / 2
    return np.where(known, _ranks(values, known) - middle, 0.0)


class Summary(NamedTuple):
    """Figures over the episodes of one anchor and horizon; NaN where there are too few."""

    episodes: int
    ic: float  # mean
    icir: float  # mean over standard deviation (ddof 1)
    t: float  # icir * sqrt(episodes)
    t_nw: float  # with Newey-West's variance
    p_flip: float  # two-sided, by flipping signs
    hit: float  # share above 0


def summarise(values: Floats, lag: int, flips: Floats) -> Summary:
    """What E values of as many episodes say together.

    Parameters
    ----------
    values : array of shape (E,)
        In order of time, all known.
    lag : int
        Lags of Newey-West; see ``overlap_lag``.
    flips : array of shape (F, at least E)
        Sign flips: -1 turns a value round, 1 leaves it. The p-value is the share of flips whose mean is at least as far
        from 0 as the real one.

    Returns
    -------
    Summary
    """
    n = len(values)
    if n < 2:
        mean = float(values.mean()) if n else math.nan
        return Summary(n, mean, math.nan, math.nan, math.nan, math.nan, float((values > 0).mean()) if n else math.nan)
    mean, deviation = float(values.mean()), float(values.std(ddof=1))
    icir = mean / deviation if deviation > 0 else math.nan
    error = math.sqrt(newey_west(values, lag) / n) if deviation > 0 else math.nan
    flipped = flips[:, :n] @ values / n
    p = float((np.abs(flipped) >= abs(mean) * (1 - 1e-12)).mean())
    t_nw, hit = mean / error if error > 0 else math.nan, float((values > 0).mean())
    return Summary(n, mean, icir, icir * math.sqrt(n), t_nw, p, hit)


def newey_west(values: Floats, lag: int) -> float:
    """Long-run variance with Bartlett weights and divisor n (Newey and West, Econometrica 55, 1987).

    Parameters
    ----------
    values : array of shape (E,)
    lag : int
        0 is the plain variance with divisor n.
    """
    centred = values - values.mean()
    n = len(values)
    total = float(centred @ centred) / n
    for step in range(1, min(lag, n - 1) + 1):
        total += 2 * (1 - step / (lag + 1)) * float(centred[step:] @ centred[:-step]) / n
    return total


def overlap_lag(rows: Ints, horizon: int, most: int = MOST_LAGS) -> int:
    """How many later readings begin before the return of one has ended, at the most; never more than ``most``.

    Parameters
    ----------
    rows : int64 array of shape (E,)
        Panel rows of the readings, ascending.
    horizon : int
        Sessions.
    most : int
    """
    if not len(rows):
        return 0
    later = np.searchsorted(rows, rows + horizon, side="left") - np.arange(len(rows)) - 1
    return int(min(most, later.max()))


def sign_flips(count: int, episodes: int, seed: int) -> Flags:
    """``count`` random sign patterns, shape (count, episodes).

    Parameters
    ----------
    count : int
        Patterns.
    episodes : int
    seed : int
    """
    return np.random.default_rng(seed).choice([-1.0, 1.0], size=(count, episodes)) < 0
