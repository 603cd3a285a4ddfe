"""Returns, and what several metrics read of them: each is found once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ...data.types import Flags, Floats

_RUIN = -1.0 + 1e-15  # a return of -1 has no logarithm


def known(values: Floats) -> Floats:
    """The finite ones."""
    finite = np.isfinite(values)
    return values if finite.all() else values[finite]


class Moments(NamedTuple):
    """Mean and deviations of numbers that are known.

    Attributes
    ----------
    size : int
    mean : float
        0 of none.
    gaps, squares : float array of shape (size,)
        Deviations from the mean, and their squares.
    total : float
        Sum of the squares.
    """

    size: int
    mean: float
    gaps: Floats
    squares: Floats
    total: float

    @property
    def deviation(self) -> float:
        """Standard deviation (ddof 1); 0 for fewer than 2."""
        return math.sqrt(self.total / (self.size - 1)) if self.size > 1 else 0.0


def moments(some: Floats) -> Moments:
    """Mean and deviations of numbers that are known, as ``numpy.mean`` and ``numpy.std`` add them up."""
    if not len(some):
        return Moments(0, 0.0, some, some, 0.0)
    mean = float(np.add.reduce(some)) / len(some)
    gaps = some - mean
    squares = gaps * gaps
    return Moments(len(some), mean, gaps, squares, float(np.add.reduce(squares)))


@dataclass(frozen=True, eq=False)
class Sample:
    """Returns of a line: of its sessions, or of its months.

    Attributes
    ----------
    returns : float array of shape (K,)
        Fractions; NaN where one is not known.
    """

    returns: Floats

    @cached_property
    def whole(self) -> bool:
        """Whether all are known."""
        return bool(np.isfinite(self.returns).all())

    @cached_property
    def known(self) -> Floats:
        """Those that are known."""
        return self.returns if self.whole else self.returns[np.isfinite(self.returns)]

    @cached_property
    def moments(self) -> Moments:
        """Of those that are known."""
        return moments(self.known)

    @cached_property
    def ordered(self) -> Floats:
        """Those that are known, ascending."""
        return np.sort(self.known)

    @cached_property
    def logs(self) -> Floats:
        """Logarithm of what 1 became in each, shape (K,)."""
        return logs(self.returns)

    @cached_property
    def rose(self) -> Flags:
        """Which are above 0, shape (K,)."""
        return np.asarray(self.returns > 0)

    @cached_property
    def fell(self) -> Flags:
        """Which are below 0, shape (K,)."""
        return np.asarray(self.returns < 0)


def logs(returns: Floats) -> Floats:
    """Logarithm of what 1 became in each; after ruin that of next to nothing."""
    grown: Floats = np.log1p(np.maximum(returns, _RUIN))
    return grown
