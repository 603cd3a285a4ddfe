"""How much of a result is luck: the run among others that differ from it in one thing nobody could know was right."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Floats

REBALANCE_DAY, UNIVERSE, LISTED_THEN, LISTED_EVER = "rebalance day", "universe", "listed then", "listed ever"
START, COSTS, SIZE, LAG, PARAMETERS, PICKS = "start", "costs", "size", "lag", "parameters", "picks"
KINDS = (REBALANCE_DAY, UNIVERSE, LISTED_THEN, LISTED_EVER, START, COSTS, SIZE, LAG, PARAMETERS, PICKS)
"""What is drawn, in the order in which it is shown."""
NAMES = {
    REBALANCE_DAY: "Rebalance day", UNIVERSE: "Part of the pool", LISTED_THEN: "Another pool, as listed",
    LISTED_EVER: "Another pool, with hindsight", START: "Start", COSTS: "Costs",
    SIZE: "Account size", LAG: "Delay",
    PARAMETERS: "Parameters nearby", PICKS: "Random picks",
}  # fmt: skip
LADDERS = (COSTS, SIZE, LAG)
"""Kinds whose draws are steps, the run itself or what is nearest to it one of them; a place among them says nothing."""


class Reading(NamedTuple):
    """What one run made, a year, as fractions; NaN where it can't be said.

    Attributes
    ----------
    cagr : float
    sharpe : float
    control : float
        CAGR of all its series held equally in the same sessions, without costs.
    market : float
        CAGR of the benchmark in the same sessions; NaN without one.
    """

    cagr: float
    sharpe: float
    control: float
    market: float = math.nan

    @property
    def ahead(self) -> float:
        """Growth over that, compounded a year."""
        return (1.0 + self.cagr) / (1.0 + self.control) - 1.0

    @property
    def relative(self) -> float:
        """Growth over the benchmark, compounded a year."""
        return (1.0 + self.cagr) / (1.0 + self.market) - 1.0


@dataclass(frozen=True, eq=False)
class Draws:
    """K runs that differ in one thing.

    Attributes
    ----------
    what : str
        One of ``KINDS``.
    labels : tuple of str
        Of the K runs.
    cagr, sharpe, control : float arrays of shape (K,)
        As in ``Reading``; NaN for a run that never decided.
    own : Reading
        The run itself, over the same sessions where they are the same for all draws.
    used : int or None
        Which of the draws is the run itself; None where it is none of them.
    detail : str
        How they were drawn, for people.
    """

    what: str
    labels: tuple[str, ...]
    cagr: Floats
    sharpe: Floats
    control: Floats
    own: Reading
    used: int | None = None
    detail: str = ""

    @property
    def ahead(self) -> Floats:
        """Growth over equal weight of the same series, compounded a year, shape (K,)."""
        out: Floats = (1.0 + self.cagr) / (1.0 + self.control) - 1.0
        return out

    @property
    def known(self) -> Floats:
        """CAGR of the draws that have one, the run itself included, ascending."""
        return np.sort(self.cagr[np.isfinite(self.cagr)])

    @property
    def place(self) -> float:
        """Share of the other draws that grew less, equal ones counting half; NaN where there are none."""
        return _share_below(self._others(self.cagr), self.own.cagr)

    @property
    def control_place(self) -> float:
        """The same of equal weight: how lucky the pool was, whatever was done with it; NaN where it is one pool."""
        others = self._others(self.control)
        return _share_below(others, self.own.control) if len(others) and np.ptp(others) else np.nan

    @property
    def ahead_share(self) -> float:
        """Share of the draws that grew more than their series held equally; NaN where none is known."""
        ahead = self.ahead[np.isfinite(self.ahead)]
        return float((ahead > 0).mean()) if len(ahead) else np.nan

    @property
    def spread(self) -> float:
        """From the 5th to the 95th percentile of the CAGR, a fraction."""
        known = self.known
        return float(np.ptp(np.quantile(known, (0.05, 0.95)))) if len(known) else np.nan

    def _others(self, values: Floats) -> Floats:
        kept = np.ones(len(values), np.bool_)
        if self.used is not None:
            kept[self.used] = False
        rest = values[kept]
        return rest[np.isfinite(rest)]


@dataclass(frozen=True, eq=False)
class LuckResult:
    """A run among runs that differ from it in one thing at a time.

    None of them is a trial: nothing is chosen among them.

    Attributes
    ----------
    label : str
        Of the run.
    draws : tuple of Draws
        In the order of ``KINDS``.
    left_out : dict of str to str
        Kinds that could not be drawn, and why.
    controls : mapping of str to array of shape (S,)
        Returns of the mean of the random picks and of the opposite rule in the sessions of the run, by name, where
        there are such: what a verdict sets the run against besides.
    """

    label: str
    draws: tuple[Draws, ...]
    left_out: dict[str, str] = field(default_factory=dict)
    controls: Mapping[str, Floats] = field(default_factory=dict)

    def __getitem__(self, what: str) -> Draws:
        for each in self.draws:
            if each.what == what:
                return each
        reason = self.left_out.get(what, f"it has {', '.join(each.what for each in self.draws) or 'nothing'}")
        raise KeyError(f"no draws of {what!r}: {reason}")

    @property
    def table(self) -> pd.DataFrame:
        """A row per kind: how many draws, quantiles of their CAGR, the run's own, its place, and what was left out.

        ``draws, worst, low, median, high, best, own, place, control_place, ahead, reason``: fractions; ``low`` and
        ``high`` are the 5th and the 95th percentile, ``place`` the share of the others that grew less,
        ``control_place`` that of the pools that grew less when held equally, ``ahead`` the share of the draws that
        grew more than their own series held equally.
        """
        rows = [(each.what, *_figures(each), "") for each in self.draws]
        rows += [(what, 0, *[np.nan] * 9, reason) for what, reason in self.left_out.items()]
        names = ("what", "draws", "worst", "low", "median", "high", "best", "own", "place", "control_place", "ahead",
                 "reason")  # fmt: skip
        return pd.DataFrame(rows, columns=list(names)).set_index("what")

    def frame(self) -> pd.DataFrame:
        """A row per draw: ``what, draw, cagr, sharpe, control, ahead, used``."""
        frames = [
            pd.DataFrame({
                "what": each.what, "draw": each.labels, "cagr": each.cagr, "sharpe": each.sharpe,
                "control": each.control, "ahead": each.ahead,
                "used": [k == each.used for k in range(len(each.labels))],
            })
            for each in self.draws
        ]  # fmt: skip
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _figures(draws: Draws) -> tuple[Any, ...]:
    known = draws.known
    across = np.quantile(known, (0.0, 0.05, 0.5, 0.95, 1.0)).tolist() if len(known) else [np.nan] * 5
    return len(draws.labels), *across, draws.own.cagr, draws.place, draws.control_place, draws.ahead_share


def _share_below(others: Floats, own: float) -> float:
    if not len(others) or not np.isfinite(own):
        return np.nan
    return float((others < own).mean() + (others == own).mean() / 2)


def in_order(draws: Iterable[Draws]) -> tuple[Draws, ...]:
    """Draws in the order in which they are shown."""
    return tuple(sorted(draws, key=lambda each: KINDS.index(each.what)))
