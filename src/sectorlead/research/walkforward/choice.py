"""How parameters are chosen in sample: rules by name, and what a function of one's own is given."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from sectorlead.data.errors import ParameterError, UnknownNameError
from sectorlead.data.types import Flags, Floats, Ints
from sectorlead.research.sweep.axes import Axis

TOP_SHARE = 0.2
METRICS = {
    "total_return": 1, "cagr": 1, "sharpe": 1, "sortino": 1, "calmar": 1, "max_drawdown": 1, "relative_return": 1,
    "alpha": 1, "information_ratio": 1, "volatility": -1, "tracking_error": -1,
}  # fmt: skip
"""What can be chosen by, and whether the highest (1) or the lowest (-1) is best: what daily returns tell, so that it
can be measured in any window of a run that goes on."""


@dataclass(frozen=True, eq=False)
class InSample:
    """What a choice goes by: all V variants in one training window.

    Attributes
    ----------
    score : float array of shape (V,)
        The metric, higher is better (a metric of which the lowest is best has its sign turned); NaN for a variant that
        can't be chosen, as it never decided or its metric is not known.
    metric : str
    axes : tuple of Axis
        What varies, A of them.
    positions : int32 array of shape (A, V)
        Which value of each axis a variant has.
    table : DataFrame
        A row per variant: parameters and all metrics in sample.
    """

    score: Floats
    metric: str
    axes: tuple[Axis, ...]
    positions: np.ndarray[Any, np.dtype[np.int32]]
    table: pd.DataFrame

    @property
    def known(self) -> Flags:
        """Who can be chosen, shape (V,)."""
        return np.isfinite(self.score)

    @property
    def order(self) -> Ints:
        """Those who can be chosen, the best first; ties go to the smaller number."""
        ranked: Ints = np.argsort(-self.score, kind="stable")  # NaN goes last
        return ranked[: int(self.known.sum())]


class Choice(Protocol):
    """A rule of choice: a function of what was seen in sample."""

    def __call__(self, seen: InSample) -> int | Mapping[int, float] | Floats:
        """Which variants to hold in the test.

        Parameters
        ----------
        seen : InSample
            Of a window in which at least one variant can be chosen.

        Returns
        -------
        int, mapping of int to float, or array of shape (V,)
            The number of a variant; or weights >= 0, of which only the proportions count.
        """
        ...


def best(seen: InSample) -> int:
    """The variant with the best metric; of equal ones that with the smallest number.

    Parameters
    ----------
    seen : InSample
    """
    return int(seen.order[0])


def plateau(seen: InSample) -> int:
    """The variant with the best mean of itself and its neighbours, so that a peak by itself does not win.

    Neighbours are one step up or down in one parameter that is a number; those that can't be chosen are left out of the
    mean. Of equal variants that with the smallest number.

    Parameters
    ----------
    seen : InSample
    """
    return int(np.argmax(np.where(seen.known, plateau_scores(seen), -np.inf)))


def plateau_scores(seen: InSample) -> Floats:
    """The mean metric of each variant and its neighbours, shape (V,); NaN where all are.

    Parameters
    ----------
    seen : InSample
    """
    shape = tuple(len(axis.choices) for axis in seen.axes)
    places = [_places(axis)[own] for axis, own in zip(seen.axes, seen.positions, strict=True)]
    at = np.ravel_multi_index(places, shape)
    order = np.argsort(at)
    ascending = at[order]
    total, count = np.where(seen.known, seen.score, 0.0), seen.known.astype(np.float64)
    for k, axis in enumerate(seen.axes):
        if not _numeric(axis):
            continue
        for step in (-1, 1):
            moved = places[k] + step
            inside = (moved >= 0) & (moved < shape[k])
            asked = at + step * math.prod(shape[k + 1 :])
            found = np.minimum(np.searchsorted(ascending, asked), len(at) - 1)
            there = inside & (ascending[found] == asked)
            beside = np.where(there, seen.score[order[found]], np.nan)
            known = np.isfinite(beside)
            total += np.where(known, beside, 0.0)
            count += known
    with np.errstate(invalid="ignore"):
        return np.asarray(total / count)


def top_fifth(seen: InSample) -> Floats:
    """The best fifth of those that can be chosen, one at least, in equal parts.

    Parameters
    ----------
    seen : InSample
    """
    weights = np.zeros(len(seen.score))
    weights[seen.order[: max(1, round(TOP_SHARE * len(seen.order)))]] = 1.0
    return weights


def all_by_rank(seen: InSample) -> Floats:
    """All that can be chosen, in proportion to their rank: the last has one part, the next two, and so on.

    Parameters
    ----------
    seen : InSample
    """
    weights, order = np.zeros(len(seen.score)), seen.order
    weights[order] = np.arange(len(order), 0, -1)
    return weights


CHOICES: dict[str, Choice] = {"best": best, "plateau": plateau, "top-fifth": top_fifth, "all": all_by_rank}
"""Rules of choice by name."""


def find_choice(given: Any) -> Choice:
    """A rule of choice.

    Parameters
    ----------
    given : str or callable

    Raises
    ------
    UnknownNameError, ParameterError
        No rule has this name; neither a name nor a function.
    """
    if isinstance(given, str):
        if given not in CHOICES:
            raise UnknownNameError("rule of choice", given, CHOICES)
        return CHOICES[given]
    if not callable(given) or isinstance(given, type):
        raise ParameterError(f"choose must be a name ({', '.join(CHOICES)}) or a function of InSample, was {given!r}")
    made: Callable[..., Any] = given
    return made


def weights_of(answer: Any, seen: InSample, name: str) -> Floats:
    """What a rule answered as weights in sum 1.

    Parameters
    ----------
    answer : int, mapping or array
    seen : InSample
    name : str
        Of the rule, for the error.

    Returns
    -------
    float array of shape (V,)

    Raises
    ------
    ParameterError
        A number that no variant has, weights that don't fit, or one for a variant that can't be chosen.
    """
    count = len(seen.score)
    if isinstance(answer, int | np.integer) and not isinstance(answer, bool):
        answer = {int(answer): 1.0}
    if isinstance(answer, Mapping):
        weights = np.zeros(count)
        for variant, weight in answer.items():
            if not isinstance(variant, int | np.integer) or not 0 <= variant < count:
                raise ParameterError(f"{name} chose {variant!r}; variants are numbers from 0 to {count - 1}")
            weights[int(variant)] = weight
    else:
        try:
            weights = np.asarray(answer, np.float64)
        except (TypeError, ValueError):
            weights = np.zeros(0)
    if weights.shape != (count,) or not np.isfinite(weights).all() or (weights < 0).any() or not weights.sum() > 0:
        raise ParameterError(
            f"{name} must give a number of a variant, or weights >= 0 for the {count} variants, one above 0; gave "
            f"{answer!r}"
        )
    if (idle := np.flatnonzero((weights > 0) & ~seen.known)).size:
        raise ParameterError(
            f"{name} chose variant {int(idle[0])}, which has no {seen.metric} in sample; choose among seen.known"
        )
    return np.asarray(weights / weights.sum())


def _numeric(axis: Axis) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in axis.labels)


def _places(axis: Axis) -> Ints:
    """The place of each value in ascending order; in that of the axis where it is no number."""
    if not _numeric(axis):
        return np.arange(len(axis.choices))
    out = np.empty(len(axis.choices), np.int64)
    out[np.argsort(np.array(axis.labels, np.float64), kind="stable")] = np.arange(len(axis.choices))
    return out
