"""Many anchors and horizons tried at once: p-values corrected for all of them, and what could have been found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from sectorlead.data.types import Flags, Floats, Ints

LEAST_EPISODES = 5
"""Episodes that a test needs."""
LEAST_BLOCKS = 5
"""Blocks of quiet sessions that a comparison with other times needs."""
LEVEL, POWER = 0.05, 0.8


class Blocks(NamedTuple):
    """Placebos of one cell, by C blocks of the calendar.

    Attributes
    ----------
    number : int64 array of shape (C,)
        Which block of the calendar it is.
    weight : array of shape (C,)
        Share of the windows that end in it; they add up to 1.
    mean : array of shape (C,)
        Mean rank correlation of those windows.
    """

    number: Ints
    weight: Floats
    mean: Floats

    @property
    def enough(self) -> bool:
        """Whether there are as many as a comparison needs."""
        return len(self.mean) >= LEAST_BLOCKS

    @property
    def level(self) -> float:
        """Mean of all windows."""
        return float(self.weight @ self.mean)


class Corrected(NamedTuple):
    """p-values of K cells, each on its own, and corrected for the number of them; NaN for those not counted."""

    alone: Floats
    family: Floats


def family_p(cells: Sequence[Floats], signs: Flags) -> Corrected:
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
    Corrected
        Not counted are cells with fewer than ``LEAST_EPISODES``.

    Notes
    -----
    Westfall and Young, "Resampling-Based Multiple Testing" (1993), single-step max-T.
    """
    turned = _turns(signs)
    return _corrected([_episodes_t(values, turned, None, None) for values in cells], len(signs))


def family_p_over(cells: Sequence[Floats], blocks: Sequence[Blocks], signs: Flags, block_signs: Flags) -> Corrected:
    """As ``family_p`` for episodes less their placebos, whose own chance counts as well.

    All episodes of a cell are compared with windows of the same few quiet times. What those were like by chance doesn't
    get less with more episodes: a flip therefore turns round blocks of quiet sessions too.

    Parameters
    ----------
    cells : sequence of arrays of shape (E,)
        Rank correlation less that of the placebo, by episode.
    blocks : sequence of Blocks
        The placebos of each cell.
    signs : bool array of shape (F, E)
        Of episodes.
    block_signs : bool array of shape (F, B)
        Of blocks of the calendar, used in turn.

    Returns
    -------
    Corrected
        Not counted are also cells without ``LEAST_BLOCKS`` blocks.

    Notes
    -----
    Signs of residuals of clusters: Cameron, Gelbach and Miller, "Bootstrap-Based Improvements for Inference with
    Clustered Errors", Review of Economics and Statistics 90 (2008).
    """
    turned, blocks_turned = _turns(signs), _turns(block_signs)
    found = [
        _episodes_t(values, turned, block, blocks_turned) if block.enough else None
        for values, block in zip(cells, blocks, strict=True)
    ]
    return _corrected(found, len(signs))


def family_p_level(blocks: Sequence[Blocks], block_signs: Flags) -> Corrected:
    """As ``family_p`` for the placebos themselves: whether the score says something at other times.

    Parameters
    ----------
    blocks : sequence of Blocks
    block_signs : bool array of shape (F, B)
        Of blocks of the calendar, used in turn.
    """
    turned = _turns(block_signs)
    return _corrected([_level_t(block, turned) if block.enough else None for block in blocks], len(block_signs))


def smallest_effect(placebos: Sequence[Floats], cells: int) -> Floats:
    """The mean rank correlation that each cell would show in ``POWER`` of samples at ``LEVEL``, corrected.

    From the number of episodes and the spread over windows that end anywhere, so it doesn't hang on what was found.

    Parameters
    ----------
    placebos : sequence of arrays of shape (E,)
        The spread of one such window per episode; NaN where there is none.
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


_Real = tuple[float, Floats]  # |t|, and |t| of each flip, shape (F,)


def _turns(signs: Flags) -> Floats:
    return np.where(signs, -1.0, 1.0)


def _corrected(found: Sequence[_Real | None], flips: int) -> Corrected:
    alone, family = np.full(len(found), np.nan), np.full(len(found), np.nan)
    highest = np.zeros(flips)
    for one in found:
        if one is not None:
            np.maximum(highest, one[1], out=highest)
    for number, one in enumerate(found):
        if one is not None:
            bar = one[0] * (1 - 1e-12)
            alone[number] = (1 + (one[1] >= bar).sum()) / (1 + flips)
            family[number] = (1 + (highest >= bar).sum()) / (1 + flips)
    return Corrected(alone, family)


def _episodes_t(values: Floats, turned: Floats, blocks: Blocks | None, blocks_turned: Floats | None) -> _Real | None:
    """|t| of a mean over episodes, with the chance of its placebo where there are blocks, and that of its flips."""
    known = np.isfinite(values)
    here = values[known]
    n = len(here)
    if n < LEAST_EPISODES:
        return None
    square = float(here @ here) / n  # the same however signs are turned
    mean, means = float(here.mean()), turned[:, known] @ here / n
    own, owns = ((square - mean**2) / (n - 1), (square - means**2) / (n - 1))
    if blocks is not None and blocks_turned is not None:
        level = blocks.level
        moved = _block_flips(blocks, level, blocks_turned)
        own += moved.real
        owns = owns + moved.flipped
        means = means + moved.mean
    return _ratio(mean, own), _ratios(means, owns)


def _level_t(blocks: Blocks, turned: Floats) -> _Real:
    weighted, kept = blocks.weight * blocks.mean, turned[:, blocks.number % turned.shape[1]]
    means = kept @ weighted
    level, share = blocks.level, blocks.weight
    count = len(share)
    scale = count / (count - 1)
    variance = scale * float((share**2) @ (blocks.mean - level) ** 2)
    around = (kept * blocks.mean - means[:, None]) ** 2
    return _ratio(level, variance), _ratios(means, scale * around @ share**2)


class _BlockFlips(NamedTuple):
    real: float  # variance of the placebo's level
    mean: Floats  # what its chance moves it by in each flip, shape (F,)
    flipped: Floats  # variance in each flip


def _block_flips(blocks: Blocks, level: float, turned: Floats) -> _BlockFlips:
    count, share = len(blocks.mean), blocks.weight
    scale = count / (count - 1)
    rest = (blocks.mean - level) * scale**0.5
    kept = turned[:, blocks.number % turned.shape[1]] * rest
    means = kept @ share
    return _BlockFlips(float((share**2) @ rest**2), means, ((kept - means[:, None]) ** 2) @ share**2 * scale)


def _ratio(mean: float, variance: float) -> float:
    return abs(mean) / variance**0.5 if variance > 1e-24 else 0.0


def _ratios(means: Floats, variances: Floats) -> Floats:
    out: Floats = np.divide(
        np.abs(means), np.sqrt(np.maximum(variances, 0)), out=np.zeros(len(means)), where=variances > 1e-24
    )
    return out
