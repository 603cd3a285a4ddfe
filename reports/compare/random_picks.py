"""Where strategies lie among many draws of a random one: what the same schedule and costs earn without an opinion."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Floats
from .paired_bootstrap import Labels


class Draws(NamedTuple):
    """Many runs of one strategy that differ in their seed only; R of them over S sessions.

    Attributes
    ----------
    label : str
        Name of the strategy.
    seeds : tuple of int
    logs : float array of shape (R, S)
        Log returns per session.
    """

    label: str
    seeds: tuple[int, ...]
    logs: Floats

    @property
    def mean(self) -> Floats:
        """Mean over the draws of each session's log return, shape (S,): what a random pick is expected to earn."""
        line: Floats = self.logs.mean(axis=0)
        return line


class Place(NamedTuple):
    """One strategy among the draws, in one phase.

    Attributes
    ----------
    strategy, phase : str
        "" is all sessions.
    growth : float
        Mean log return of the sessions that began in the phase, times the returns per year.
    place : float
        Share of the draws that grew less in the same sessions, those that grew as much counting half; in [0, 1].
    low, median, high : float
        The draws' 5th, 50th and 95th percentile of ``growth``.
    """

    strategy: str
    phase: str
    growth: float
    place: float
    low: float
    median: float
    high: float


@dataclass(frozen=True, eq=False)
class Chance:
    """Places of all strategies, the draws they are places among, and the returns per year."""

    draws: Draws
    periods: float
    rows: tuple[Place, ...]

    def place(self, strategy: str, phase: str = "") -> float:
        """The share of draws below a strategy; NaN where it isn't known.

        Parameters
        ----------
        strategy : str
            Its label.
        phase : str
            Of the market; "" for the whole run.
        """
        return next((row.place for row in self.rows if (row.strategy, row.phase) == (strategy, phase)), math.nan)

    def frame(self) -> pd.DataFrame:
        """The rows as a table, in the columns of ``Place``."""
        return pd.DataFrame(list(self.rows), columns=list(Place._fields))


def places(logs: Mapping[str, Floats], draws: Draws, labels: Labels, periods: float = 252.0) -> Chance:
    """The place of each line among the draws, over all sessions and in each phase.

    A line that isn't finite in every session of a phase, and a phase without sessions, are NaN. A rule that picks no
    better and no worse than chance lies anywhere from 0 to 1 with the same odds (a Monte Carlo test: Dwass, Modified
    Randomization Tests for Nonparametric Hypotheses, Annals of Mathematical Statistics 28, 1957).

    Parameters
    ----------
    logs : mapping of str to float array of shape (S,)
        Log returns per session.
    draws : Draws
    labels : Labels
    periods : float
        Returns per year.
    """
    rows = []
    together = np.vstack((draws.logs, *logs.values()))  # summed in one go: lines that are equal have equal means
    for phase, mask in labels.masks().items():
        count, low, median, high = int(mask.sum()), math.nan, math.nan, math.nan
        means = together[:, mask].mean(axis=1) * periods if count else np.full(len(together), math.nan)
        random, own = means[: len(draws.logs)], means[len(draws.logs) :]
        if count:
            low, median, high = np.percentile(random, [5.0, 50.0, 95.0]).tolist()
        for (name, line), mean in zip(logs.items(), own.tolist(), strict=True):
            growth = float(line[mask].mean()) * periods if count else math.nan
            below = (random < mean).mean() + (random == mean).mean() / 2 if math.isfinite(mean) else math.nan
            rows.append(Place(name, phase, growth, float(below), low, median, high))
    return Chance(draws, periods, tuple(rows))


def mean_label(label: str, draws: Draws | None) -> str:
    """What a line is called: of a random strategy with draws, the mean of them.

    Parameters
    ----------
    label : str
    draws : Draws or None
        Of the random strategy of the comparison.
    """
    return f"{label}, mean of {len(draws.seeds)}" if draws and label == draws.label else label
