"""What a verdict on a score consists of: rank correlations at many anchors and horizons as one family."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.types import Flags, Floats, Ints


@dataclass(frozen=True)
class Cases:
    """C rank correlations that were tested together.

    Attributes
    ----------
    names : tuple of str
        Such as "at turn, 20 sessions on".
    kind : str
        What they are, in the plural: "anchors and horizons".
    ic, low, high : arrays of shape (C,)
        Mean rank correlation and the ends of its 95% interval; NaN where it can't be tested.
    t : array of shape (C,)
        Mean over its standard error.
    alone : array of shape (C,)
        Two-sided p-value as if it were the only one, by the distribution of ``t``.
    family : array of shape (C,)
        Corrected for the C cases.
    samples : int64 array of shape (C,)
        How many ``unit`` each mean is over.
    unit : str
        "episodes" or "sessions".
    beta_out : bool
        Whether beta was taken out of what is tested.
    few : str
        Why nothing is tested, where nothing is.
    """

    names: tuple[str, ...]
    kind: str
    ic: Floats
    low: Floats
    high: Floats
    t: Floats
    alone: Floats
    family: Floats
    samples: Ints
    unit: str
    beta_out: bool
    few: str


@dataclass(frozen=True)
class SignalVerdict:
    """What a score shows beyond chance, all that was tried on the same data allowed for.

    Attributes
    ----------
    cases : Cases
    p : array of shape (C,)
        Corrected for the cases, and for each other trial as if it had as many.
    trials : int
        How many were tried on these data, this study included.
    level : float
    years : float
        That the data span.
    reason : str
        Why nothing could be tested, or "".
    beside : tuple of str
        Sentences of the study's own controls.
    sentences : tuple of str
        In plain words, the outcome first.
    """

    cases: Cases
    p: Floats
    trials: int
    level: float
    years: float
    reason: str
    beside: tuple[str, ...]
    sentences: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(self.sentences)

    @property
    def stands(self) -> Flags:
        """Which cases can be told from chance, shape (C,)."""
        return self.p <= self.level  # NaN is False

    @property
    def strongest(self) -> int:
        """The place of the case with the smallest corrected p-value, of several that with the largest t."""
        p, t = np.where(np.isfinite(self.p), self.p, np.inf), np.nan_to_num(np.abs(self.cases.t))
        return int(np.lexsort((-t, p))[0])

    @property
    def headline(self) -> str:
        """The outcome."""
        return self.sentences[0]
