"""What a walk-forward found, as values that pages lay out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import pandas as pd

from ...engine.record import Record


class Stability(NamedTuple):
    """How stable the choice was.

    Attributes
    ----------
    changes, seams : int
        At how many seams between two windows another choice came, of how many.
    agreement : float
        The weight that two choices in a row share, the mean over seams: 1 is the same, 0 another; NaN without a seam.
    table : DataFrame
        By parameter: ``values``, how many different ones were chosen of how many ``offered``; ``usual``, the one with
        the most weight, and its ``share`` over all windows; ``lowest`` and ``highest`` of numbers.
    """

    changes: int
    seams: int
    agreement: float
    table: pd.DataFrame


class Loss(NamedTuple):
    """What was left out of sample of what was seen in sample, over the windows in which something was chosen.

    Attributes
    ----------
    windows : int
    in_sample, out_of_sample : float
        Means over the windows, by the sessions of their tests.
    lost : float
        The mean difference, the first less the second; of a metric of which the lowest is best the other way round.
    error : float
        Its standard error, from the spread over the windows; NaN for less than two.
    above : int
        Windows in which the run was better than the median of the fixed variants.
    correlation : float
        Mean over the windows of the rank correlation of variants in training and test: whether choosing helps.
    """

    windows: int
    in_sample: float
    out_of_sample: float
    lost: float
    error: float
    above: int
    correlation: float


class WalkedForward(Protocol):
    """What a report reads; ``sectorlead.research.walkforward.result.WalkForwardResult`` says what each is."""

    @property
    def about(self) -> Mapping[str, Any]:
        """What was done."""
        ...

    @property
    def windows(self) -> pd.DataFrame:
        """A row per window."""
        ...

    @property
    def chosen(self) -> pd.DataFrame:
        """Who was held in each window."""
        ...

    @property
    def fixed(self) -> pd.DataFrame:
        """A row per variant, fixed in advance."""
        ...

    @property
    def returns(self) -> pd.DataFrame:
        """Daily returns of the run and of the controls."""
        ...

    @property
    def band(self) -> pd.DataFrame:
        """Quantiles of the growth of the fixed variants."""
        ...

    @property
    def controls(self) -> pd.DataFrame:
        """Metrics of the controls."""
        ...

    @property
    def run(self) -> Record:
        """The run out of sample."""
        ...

    @property
    def metric(self) -> str:
        """What was chosen by."""
        ...

    @property
    def axes(self) -> tuple[str, ...]:
        """Columns of the parameters."""
        ...

    @property
    def stability(self) -> Stability:
        """How stable the choice was."""
        ...

    @property
    def loss(self) -> Loss:
        """What was lost from training to test."""
        ...

    @property
    def value(self) -> float:
        """The metric of the run."""
        ...

    @property
    def standing(self) -> float:
        """The share of fixed variants that the run is better than."""
        ...
