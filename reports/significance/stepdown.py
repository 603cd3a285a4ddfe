"""Which of many means stand once all of them are allowed for: Romano and Wolf's stepdown, with HAC studentisation.

Romano and Wolf, Stepwise multiple testing as formalized data snooping, Econometrica 73 (2005), 1237-1282; p-values as
in Efficient computation of adjusted p-values for resampling-based stepdown multiple testing, Statistics and Probability
Letters 113 (2016). A statistic is the mean over its HAC standard error; in a resample it is the mean's deviation over
the standard error of that resample's own blocks, as Ledoit and Wolf (2008) studentise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.errors import ParameterError
from ...data.types import Floats, Ints
from .blocks import block_length, block_starts, resample
from .hac import standard_errors
from .normal import all_below, below

RESAMPLES = 1_000
STILL = 1e-10
"""A standard deviation below it is rounding: two series are the same."""
_CHUNK = 2_000_000  # numbers of resamples x variants at a time


@dataclass(frozen=True)
class Stepdown:
    """A family of V means, and what chance makes of it.

    Attributes
    ----------
    mean, error, t : arrays of shape (V,)
        Mean per period, its HAC standard error, and one over the other.
    alone : array of shape (V,)
        p-value of each alone, by the same resamples.
    p : array of shape (V,)
        Corrected for the family and for ``unseen``: rejecting where it is at most a level makes one false claim or
        more with at most that probability.
    largest : array of shape (B,)
        The largest statistic of each resample, in which nobody has an edge.
    best_ratio : array of shape (B,)
        The largest mean over standard deviation of each resample, per period.
    unseen : int
        Trials beside the V that are allowed for.
    two_sided : bool
    block, seed : int
    """

    mean: Floats
    error: Floats
    t: Floats
    alone: Floats
    p: Floats
    largest: Floats
    best_ratio: Floats
    unseen: int
    two_sided: bool
    block: int
    seed: int

    @property
    def sentence(self) -> str:
        """In plain words."""
        sure, total = int((self.p <= 0.05).sum()), len(self.p) + self.unseen
        told = f"{sure} of {len(self.p)}" if sure else f"None of {len(self.p)}"
        return f"{told} can be told from chance at 5% after correction for {total:,} (Romano-Wolf)."

    def critical(self, level: float = 0.05) -> float:
        """The statistic above which the best of the family stands, the unseen trials allowed for.

        Parameters
        ----------
        level : float
        """
        low, high = 0.0, float(self.largest.max()) + 10.0
        for _ in range(60):
            middle = (low + high) / 2
            rest = self.unseen * below(-middle) * (2 if self.two_sided else 1)
            share = (1 + np.count_nonzero(self.largest >= middle)) / (1 + len(self.largest))
            low, high = (middle, high) if share + rest > level else (low, middle)
        return high


def romano_wolf(
    values: Floats,
    *,
    two_sided: bool = False,
    unseen: int = 0,
    block: int | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Stepdown:
    """Test that each mean is at most 0, all V together.

    p-values of what was tried and is not here can't use how it hangs together with the rest, so they are allowed for by
    Bonferroni: ``unseen`` times the p-value that a normal distribution gives the same statistic is added.

    Parameters
    ----------
    values : array of shape (T, V)
        Returns over a control, finite; no column all the same. T at least 20.
    two_sided : bool
        Whether a mean below 0 counts as well.
    unseen : int
        Trials that are not among the V.
    block : int, optional
        Sessions in a block; default: ``block_length``.
    resamples : int
        At least 100.
    seed : int
        The same seed gives the same resamples, whatever the columns.

    Raises
    ------
    ParameterError
        For what isn't finite, or never moves, or too few sessions.
    """
    values = checked(values)
    if unseen < 0:
        raise ParameterError(f"unseen must be 0 or more trials, was {unseen}")
    size, count = values.shape
    block = block_length(values) if block is None else block
    starts = block_starts(size, block, resamples, seed)
    mean, spread, error = values.mean(axis=0), values.std(axis=0, ddof=1), standard_errors(values)
    t = mean / error
    rank = np.abs(t) if two_sided else t
    order = np.argsort(-rank, kind="stable")
    alone, family = np.empty(count), np.empty(count)
    largest, ratio = np.full(resamples, -np.inf), np.full(resamples, -np.inf)
    width = max(1, _CHUNK // resamples)
    for begin in range((count - 1) // width * width, -1, -width):  # the largest last, each over all behind it
        part = order[begin : begin + width]
        deviations, errors = resample(values[:, part], starts, block)
        drawn = np.divide(deviations, errors, out=np.zeros_like(deviations), where=errors > 0)
        drawn, deviations = (np.abs(drawn), np.abs(deviations)) if two_sided else (drawn, deviations)
        ratio = np.maximum(ratio, (deviations / spread[part]).max(axis=1))
        alone[part] = _share_beyond(drawn, rank[part])
        drawn[:, -1] = np.maximum(drawn[:, -1], largest)
        drawn = np.maximum.accumulate(drawn[:, ::-1], axis=1)[:, ::-1]
        family[part] = _share_beyond(drawn, rank[part])
        largest = drawn[:, 0].copy()
    if unseen:
        family = np.minimum(1.0, family + unseen * all_below(-rank) * (2 if two_sided else 1))
    family[order] = np.maximum.accumulate(family[order])
    return Stepdown(mean, error, t, alone, family, largest, ratio, unseen, two_sided, block, seed)


def all_pairs(values: Floats, *, resamples: int = RESAMPLES, seed: int = 0) -> tuple[Ints, Stepdown | None]:
    """Test all differences of two of V columns, two-sided, corrected for all pairs.

    Parameters
    ----------
    values : array of shape (T, V)
        Returns, finite.
    resamples, seed : int

    Returns
    -------
    tuple of int64 array of shape (P, 2) and Stepdown or None
        The positions of each pair that differs in some session, and its difference, first less second; None where no
        pair does.
    """
    pairs = np.column_stack(np.triu_indices(values.shape[1], 1)).astype(np.int64)
    gaps = values[:, pairs[:, 0]] - values[:, pairs[:, 1]]
    differ = gaps.std(axis=0) > STILL
    if not differ.any():
        return pairs[:0], None
    return pairs[differ], romano_wolf(gaps[:, differ], two_sided=True, resamples=resamples, seed=seed)


def checked(values: Floats) -> Floats:
    """Returns as a test takes them.

    Parameters
    ----------
    values : array of shape (T, V)

    Raises
    ------
    ParameterError
        With the columns that are not finite or never move, or the number of sessions.
    """
    values = np.ascontiguousarray(values, np.float64)  # means of columns add in one order, whatever the layout
    if values.ndim != 2 or values.shape[0] < 20 or not values.shape[1]:
        raise ParameterError(f"returns must be of shape (sessions, variants), 20 sessions or more, were {values.shape}")
    with np.errstate(invalid="ignore"):
        wrong = np.flatnonzero(~(np.isfinite(values).all(axis=0) & (values.std(axis=0) > STILL)))
    if len(wrong):
        raise ParameterError(
            f"returns over the control must be finite, and move; columns that don't: {wrong[:10].tolist()}. Leave them "
            "out and count them as unseen trials"
        )
    return values


def _share_beyond(drawn: Floats, own: Floats) -> Floats:
    share: Floats = (1 + np.count_nonzero(drawn >= own, axis=0)) / (1 + len(drawn))
    return share
