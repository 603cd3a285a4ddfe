"""Indicators: readings of a panel that describe the market, and rank nothing by themselves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd
from numpy.typing import NDArray

from ...data.panel import Panel
from ..part import Part

Reading: TypeAlias = NDArray[Any] | pd.DataFrame | tuple[NDArray[Any] | tuple[str, ...], ...]
"One array or frame, or a NamedTuple of arrays; the first axis is sessions. A tuple of str names a second axis."


@dataclass(frozen=True)
class Indicator(Part, ABC):
    """A causal reading of a panel: a phase, a breadth, a pattern, a strength in several columns.

    Subclass it with ``__call__``; declare its parameters as fields, with ``parameter`` if they have a range. A
    subclass says what it returns: an array, or a ``NamedTuple`` of arrays.

    Examples
    --------
    >>> @dataclass(frozen=True)
    ... class ShareUp(Indicator):
    ...     def __call__(self, panel: Panel) -> Floats:
    ...         moves = panel.frame("adjusted_close").pct_change(fill_method=None)
    ...         return (moves > 0).sum(axis=1).to_numpy() / moves.count(axis=1).to_numpy()
    """

    @abstractmethod
    def __call__(self, panel: Panel) -> Reading:
        """The reading of every session.

        The first axis of every array is sessions. Row t uses rows <= t only, and is the same to the last bit whether
        it is computed on the panel or on ``panel.until(t)``. NaN, or what the subclass names, where it isn't known.
        """
