"""What a verdict consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...data.types import Flags, Floats
from .confidence_set import ConfidenceSet
from .intervals import Intervals
from .overfitting import Overfitting
from .sharpe import Moments

LEVEL = 0.05
"""Probability of one false claim or more that a verdict accepts."""


@dataclass(frozen=True)
class Against:
    """All V variants less one control. NaN where a variant can't be tested.

    Attributes
    ----------
    control : str
    ahead : array of shape (V,)
        Mean return over the control times periods a year, a fraction.
    ratio : array of shape (V,)
        Information ratio: mean over standard deviation of returns over the control, a year.
    t : array of shape (V,)
        Mean over its HAC standard error.
    alone : array of shape (V,)
        One-sided p-value as if it were the only one tried.
    p : array of shape (V,)
        Corrected for all variants, all controls and all trials (Romano-Wolf).
    level : float
    there : bool array of shape (V,)
        Which variants have such a control.
    """

    control: str
    ahead: Floats
    ratio: Floats
    t: Floats
    alone: Floats
    p: Floats
    level: float
    there: Flags

    @property
    def stands(self) -> Flags:
        """Who can be told from chance, shape (V,)."""
        return self.p <= self.level  # NaN is False

    @property
    def tested(self) -> int:
        """How many could be tested."""
        return int(np.isfinite(self.t).sum())


@dataclass(frozen=True)
class Best:
    """The variant that looks best: with the largest of its smallest t over the controls.

    Attributes
    ----------
    name : str
    place : int
        Its column.
    control : str
        The first that it differs from.
    interval : Intervals
        Of its returns over that; not corrected for its being the best of many.
    record : Moments
        Of the same returns.
    psr, dsr : float
        Probability that its information ratio is above 0, and above what the best of ``effective_trials`` without edge
        would show: to read beside the verdict, which does not rest on them.
    effective_trials : float
    shortest_record : float
        Years of such a record after which one variant alone would stand, MinTRL.
    years_needed : float
        Years in all after which a lead as large would stand in four of five cases, corrected; the most over controls.
    """

    name: str
    place: int
    control: str
    interval: Intervals
    record: Moments
    psr: float
    dsr: float
    effective_trials: float
    shortest_record: float
    years_needed: float


@dataclass(frozen=True)
class Chance:
    """What chance alone would show, in the same number of comparisons.

    Attributes
    ----------
    alone : int
        Comparisons that would stand if each were the only one.
    expected : float
        How many would without any edge.
    best_ratio, high_ratio : float
        Annual information ratio of the best without any edge: on average, and exceeded once in twenty.
    shortest_backtest : float
        Years below which the best of so many is expected to show an information ratio of 1 without any edge, MinBTL.
    critical : float
        The t that the best has to be above.
    """

    alone: int
    expected: float
    best_ratio: float
    high_ratio: float
    shortest_backtest: float
    critical: float


@dataclass(frozen=True)
class Pairs:
    """All pairs of variants, two-sided, corrected for all of them.

    Attributes
    ----------
    table : DataFrame
        ``first, second, ahead, t, p``, a row per pair that differs; ``ahead`` is a fraction a year.
    level : float
    """

    table: pd.DataFrame
    level: float

    @property
    def apart(self) -> int:
        """How many can be told apart."""
        return int((self.table["p"] <= self.level).sum())


@dataclass(frozen=True)
class Phases:
    """The best variant in each phase of the market, two-sided.

    Attributes
    ----------
    table : DataFrame
        ``phase, sessions, ahead, t, p``, a row per phase that has sessions enough: mean return over the first control,
        a fraction per year of such sessions, and its corrected p-value.
    level : float
    """

    table: pd.DataFrame
    level: float


@dataclass(frozen=True)
class Verdict:
    """What was tried, what chance alone would give, and what is left.

    Attributes
    ----------
    names : tuple of str
        The V variants that are shown.
    trials : int
        How many were tried, the shown ones included.
    sessions : int
    years : float
    against : tuple of Against
        By control.
    left_out : dict of str to str
        Variants that could not be tested, and why; they count as trials.
    best : Best or None
    chance : Chance or None
    overfitting : Overfitting or None
        On returns over the first control.
    confidence_set : ConfidenceSet or None
        Of the variants that could be tested, in their order.
    pairs : Pairs or None
        Where there are not too many.
    level : float
    block, resamples, seed : int
        Of the bootstrap.
    phases : Phases or None
        The best in each phase of the market, where those are known.
    reason : str
        Why nothing could be tested, or "".
    sentences : tuple of str
        The verdict in plain words, the outcome first.
    """

    names: tuple[str, ...]
    trials: int
    sessions: int
    years: float
    against: tuple[Against, ...]
    left_out: dict[str, str]
    best: Best | None
    chance: Chance | None
    overfitting: Overfitting | None
    confidence_set: ConfidenceSet | None
    pairs: Pairs | None
    level: float
    block: int
    resamples: int
    seed: int
    phases: Phases | None = None
    reason: str = ""
    sentences: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    @property
    def winners(self) -> tuple[str, ...]:
        """Variants that can be told from chance against every control."""
        if not self.against:
            return ()
        sure = np.logical_and.reduce([each.stands | ~each.there for each in self.against])
        return tuple(np.array(self.names, dtype=object)[sure])

    def table(self) -> pd.DataFrame:
        """A row per variant and control: ``variant, control, ahead, ratio, t, p, p_corrected, stands``."""
        frames: list[Any] = [
            pd.DataFrame({
                "variant": self.names, "control": each.control, "ahead": each.ahead, "ratio": each.ratio, "t": each.t,
                "p": each.alone, "p_corrected": each.p, "stands": each.stands,
            })
            for each in self.against
        ]  # fmt: skip
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
