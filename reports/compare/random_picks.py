"""Strategies beside random picks that turn over as much: what was chosen, apart from how often it was traded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Floats
from .paired_bootstrap import Labels, Paired

KEPT_NEAR = 0.02
"""How far the turnover of picks may be from a strategy's, as a fraction of it, before the page calls them unmatched."""


@dataclass(frozen=True, eq=False)
class RandomPicks:
    """Random picks that decide when one strategy did, and turn over as much; R of them over S sessions.

    Attributes
    ----------
    seeds : tuple of int
        Of the R picks.
    keep : float
        Probability with which a holding kept its place at a decision.
    turnover, drawn_turnover : float
        One way, a year: of the strategy, and the mean of the picks.
    logs : float array of shape (R, S)
        Log returns of the picks, after costs.
    free : float array of shape (S,)
        Mean over the picks of their log returns with nothing charged.
    own_free : float array of shape (S,)
        Log returns of the strategy's decisions with nothing charged; both are of shape (0,) where nobody asked.
    """

    seeds: tuple[int, ...]
    keep: float
    turnover: float
    drawn_turnover: float
    logs: Floats
    free: Floats
    own_free: Floats

    @property
    def mean(self) -> Floats:
        """Mean over the picks of each session's log return, after costs, shape (S,)."""
        line: Floats = self.logs.mean(axis=0)
        return line

    @property
    def matched(self) -> bool:
        """Whether the picks turn over as much as the strategy: a rule can trade more, or less, than any of them."""
        return abs(self.drawn_turnover - self.turnover) <= KEPT_NEAR * self.turnover


class Place(NamedTuple):
    """One strategy among its random picks, in one phase.

    Attributes
    ----------
    strategy, phase : str
        "" is all sessions.
    growth : float
        CAGR of the sessions that began in the phase: what they would make of a year of such sessions, after costs.
    place : float
        Share of the picks that grew less in the same sessions, those that grew as much counting half; in [0, 1].
    low, median, high : float
        The picks' 5th, 50th and 95th percentile of ``growth``.
    """

    strategy: str
    phase: str
    growth: float
    place: float
    low: float
    median: float
    high: float


class AgainstChance(NamedTuple):
    """One strategy and the mean of its random picks, over all sessions; what can't be said is NaN.

    Attributes
    ----------
    strategy : str
    picks : int
        How many.
    keep : float
        Probability with which a holding of theirs kept its place at a decision.
    turnover, random_turnover : float
        One way, a year.
    gross, random_gross : float
        CAGR of the same decisions with nothing charged.
    costs, random_costs : float
        What costs take off it, a year: gross less net.
    net, random_net : float
        CAGR after costs; of the picks, of the mean of their log growth.
    ahead, low, high, p, holm : float
        Growth over the picks' mean, compounded a year, and its test, see ``Difference``.
    place : float
        Share of the picks that grew less.
    reason : str
        Why something is missing, or "".
    """

    strategy: str
    picks: int
    keep: float
    turnover: float
    random_turnover: float
    gross: float
    random_gross: float
    costs: float
    random_costs: float
    net: float
    random_net: float
    ahead: float
    low: float
    high: float
    p: float
    holm: float
    place: float
    reason: str


@dataclass(frozen=True, eq=False)
class Chance:
    """What the strategies of a comparison are beside chance.

    Attributes
    ----------
    picks : dict of str to RandomPicks
        By label of the strategy that they are matched to.
    rows : tuple of AgainstChance
        A row per strategy that was tried, those without picks too.
    places : tuple of Place
        All sessions first, then phase by phase.
    paired : Paired
        How the differences were tested: one family, a test per strategy.
    years : float
        Calendar years that the sessions are; NaN where they are too few for rates a year.
    """

    picks: dict[str, RandomPicks]
    rows: tuple[AgainstChance, ...]
    places: tuple[Place, ...]
    paired: Paired
    years: float

    @property
    def count(self) -> int:
        """How many picks each strategy has."""
        return len(next(iter(self.picks.values())).seeds) if self.picks else 0

    def place(self, strategy: str, phase: str = "") -> float:
        """The share of its picks below a strategy; NaN where it isn't known.

        Parameters
        ----------
        strategy : str
            Its label.
        phase : str
            Of the market; "" for the whole run.
        """
        return next((row.place for row in self.places if (row.strategy, row.phase) == (strategy, phase)), math.nan)

    def growth_of_picks(self, strategy: str) -> Floats:
        """CAGR of each pick of a strategy over all sessions, shape (R,)."""
        grown: Floats = np.expm1(self.picks[strategy].logs.sum(axis=1) / self.years)
        return grown

    def frame(self) -> pd.DataFrame:
        """A row per strategy, in the columns of ``AgainstChance``."""
        return pd.DataFrame(list(self.rows), columns=list(AgainstChance._fields))

    def by_phase(self) -> pd.DataFrame:
        """A row per strategy and phase, in the columns of ``Place``."""
        return pd.DataFrame(list(self.places), columns=list(Place._fields))


def against_chance(
    lines: Mapping[str, Floats],
    picks: Mapping[str, RandomPicks],
    left_out: Mapping[str, str],
    paired: Paired,
    placed: Sequence[Place],
    years: float,
) -> tuple[AgainstChance, ...]:
    """A row per strategy.

    Parameters
    ----------
    lines : mapping of str to float array of shape (S,)
        Log returns of the strategies, after costs.
    picks : mapping of str to RandomPicks
        By label.
    left_out : mapping of str to str
        Label and reason of those that have none.
    paired : Paired
        Their differences from the mean of their picks.
    placed : sequence of Place
    years : float
        Calendar years that the sessions are; NaN leaves what is given per year blank.

    Returns
    -------
    tuple of AgainstChance
    """
    tested = {row.strategy: row for row in paired.rows if row.phase == ""}
    shares = {row.strategy: row.place for row in placed if row.phase == ""}
    rows = []
    for label, line in lines.items():
        if label in left_out:
            unknown = dict.fromkeys(AgainstChance._fields, math.nan)
            known: dict[str, Any] = {"strategy": label, "picks": 0, "reason": left_out[label]}
            rows.append(AgainstChance(**unknown | known))
            continue
        own, test = picks[label], tested[label]
        net, random_net = cagr_of(line, years), cagr_of(own.mean, years)
        gross, random_gross = cagr_of(own.own_free, years), cagr_of(own.free, years)
        rows.append(AgainstChance(
            label, len(own.seeds), own.keep, own.turnover, own.drawn_turnover, gross, random_gross, gross - net,
            random_gross - random_net, net, random_net, test.ahead, test.low, test.high, test.p, test.holm,
            shares[label], test.reason,
        ))  # fmt: skip
    return tuple(rows)


def places(
    lines: Mapping[str, Floats], picks: Mapping[str, RandomPicks], labels: Labels, years: float
) -> tuple[Place, ...]:
    """The place of each line among its own picks, over all sessions and in each phase.

    A line that isn't finite in every session of a phase, and a phase without sessions, are NaN. A rule that picks no
    better and no worse than chance lies anywhere from 0 to 1 with about the same odds (a Monte Carlo test: Dwass,
    Modified Randomization Tests for Nonparametric Hypotheses, Annals of Mathematical Statistics 28, 1957).

    Parameters
    ----------
    lines : mapping of str to float array of shape (S,)
        Log returns per session, of those that have picks.
    picks : mapping of str to RandomPicks
    labels : Labels
    years : float
        Calendar years that the S sessions are.
    """
    rows = []
    for phase, mask in labels.masks().items():
        count = int(mask.sum())
        part = years * count / len(mask)
        for name, line in lines.items():
            if not count:
                rows.append(Place(name, phase, *[math.nan] * 5))
                continue
            together = np.vstack((picks[name].logs, line))[:, mask]  # summed in one go: equal lines have equal means
            means = together.mean(axis=1)
            low, median, high = np.percentile(means[:-1], [5.0, 50.0, 95.0]).tolist()
            grown = [math.expm1(value * count / part) for value in (float(means[-1]), low, median, high)]
            rows.append(Place(name, phase, grown[0], _share_below(means[:-1], float(means[-1])), *grown[1:]))
    return tuple(rows)


def cagr_of(logs: Floats, years: float) -> float:
    """What a line of log returns makes a year, compounded, as a fraction; NaN where a return is not known.

    Parameters
    ----------
    logs : float array of shape (S,)
    years : float
        Calendar years that the sessions are.
    """
    return math.expm1(float(logs.sum()) / years)


def _share_below(random: Floats, own: float) -> float:
    """Share of random means below, those that are equal counting half; NaN for a line that is not known."""
    return float((random < own).mean() + (random == own).mean() / 2) if math.isfinite(own) else math.nan


def picks_label(strategy: str) -> str:
    """What the mean of the picks of a strategy is called beside other lines."""
    return f"random, turnover of {strategy}"
