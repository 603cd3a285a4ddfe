"""The table of an event study: each anchor and horizon, the score beside its controls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from sectorlead.data.panel import Panel
from sectorlead.data.types import Flags, Floats, Ints
from sectorlead.reports.signals.result import CONTROLS
from sectorlead.research.event_study.anchors import HINDSIGHT, ORDER
from sectorlead.research.event_study.family import (
    LEAST_EPISODES,
    Blocks,
    family_p,
    family_p_level,
    family_p_over,
    smallest_effect,
)
from sectorlead.research.event_study.placebo import Placebo
from sectorlead.research.event_study.readings import Readings, without_beta
from sectorlead.research.event_study.statistics import (
    FIFTHS,
    correlations,
    cross_section,
    overlap_lag,
    partial_rank_correlation,
    sign_flips,
    summarise,
)

SIGNED_BLOCKS = 256
"""Blocks of the calendar that have signs of their own; more of them use these in turn."""
CONFIDENCE = 0.95
MEANS = 200
"""Means of placebos that are drawn for a picture."""


class Cells:
    """The correlations of A readings and their controls, shape (H, A) each, and what they say by anchor and horizon.

    Parameters
    ----------
    panel : Panel
    readings : Readings
    horizons : tuple of int
        H of them, ascending.
    least : int
        Series that a correlation needs.
    placebo : Placebo

    Attributes
    ----------
    crosses : list of Cross
        The score against the return after it, by horizon.
    ic : dict of str to array of shape (H, A)
        "score" and each of ``CONTROLS``.
    rows, names, episode : arrays of shape (A,)
        Panel row, anchor and episode of each reading.
    order : list of str
        Anchors.
    """

    def __init__(
        self, panel: Panel, readings: Readings, horizons: tuple[int, ...], least: int, placebo: Placebo
    ) -> None:
        self.panel, self.readings, self.horizons, self.least, self._placebo = panel, readings, horizons, least, placebo
        score, later = readings.score, readings.later
        self.crosses = [cross_section(score, after, least) for after in later]
        known = np.isfinite(score)
        beta, momentum = (np.where(known, each, np.nan) for each in (readings.beta, readings.momentum))
        neutral = without_beta(score, beta)
        self.ic: dict[str, Floats] = {
            "score": np.stack([cross.ic for cross in self.crosses]),
            "beta_neutral": correlations(neutral, readings.beta_free, least),
            "partial": np.stack(
                [partial_rank_correlation(score, after, np.stack([beta, momentum]), least) for after in later]
            ),
            "momentum": correlations(momentum, later, least),
            "low_beta": correlations(-beta, later, least),
            "placebo": placebo.mean(placebo.raw),
            "placebo_neutral": placebo.mean(placebo.neutral),
        }
        self._tested = "score" if panel.benchmark is None else "beta_neutral"
        self._beside = placebo.raw if panel.benchmark is None else placebo.neutral
        self.ic["over_placebo"] = self.ic[self._tested] - placebo.mean(self._beside)
        self.rows = readings.rows
        self.names = np.array([anchor.name for anchor in readings.anchors])
        self.episode = np.array([anchor.episode for anchor in readings.anchors])
        present = set(self.names.tolist())
        self.order = [name for name in ORDER if name in present] or sorted(present)

    def table(self, flips: int, seed: int) -> pd.DataFrame:
        """A row per anchor and horizon; see ``event_study``.

        Parameters
        ----------
        flips : int
            Sign flips.
        seed : int
        """
        rng = np.random.default_rng(seed)
        signs = sign_flips(flips, int(self.episode.max()) + 1, seed + 2)

        def drawn(episodes: int) -> Floats:
            """The next sign flips: one stream for the whole table, in its order."""
            return rng.choice([-1.0, 1.0], size=(flips, episodes))

        turned = np.where(signs, -1.0, 1.0)
        every = [(anchor, at) for anchor in self.order for at in range(len(self.horizons))]
        table = pd.DataFrame([self._row(anchor, at, drawn, turned) for anchor, at in every])
        self._test(table, every, signs, sign_flips(flips, SIGNED_BLOCKS, seed + 4))
        return table

    def placebo_means(self, seed: int) -> pd.DataFrame:
        """Mean rank correlations over as many placebo windows as a cell has episodes, drawn anew: anchor, horizon, ic.

        Parameters
        ----------
        seed : int
        """
        rng, parts = np.random.default_rng(seed), []
        for anchor in self.order:
            for at, horizon in enumerate(self.horizons):
                which = self._known(self._tested, anchor, at, distinct=True)
                draws = self._beside[at, which]
                draws = draws[np.isfinite(draws).all(axis=1)]
                if len(draws) < LEAST_EPISODES:
                    continue
                picks = rng.integers(0, draws.shape[1], size=(MEANS, len(draws)))
                means = draws[np.arange(len(draws)), picks].mean(axis=1)
                parts.append(pd.DataFrame({"anchor": anchor, "horizon": horizon, "ic": means}))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["anchor", "horizon", "ic"])

    def chosen(self, anchor: str) -> Ints:
        """The readings of an anchor, in order of time."""
        return np.flatnonzero(self.names == anchor)

    def _test(self, table: pd.DataFrame, every: list[tuple[str, int]], signs: Flags, block_signs: Flags) -> None:
        """Add what is tested to the table, corrected for all causal cells."""
        causal = ~table["hindsight"].to_numpy()
        cells = [cell for cell, counts in zip(every, causal, strict=True) if counts]
        tested = [self._by_episode(self._tested, *cell) for cell in cells]
        over = [self._by_episode("over_placebo", *cell) for cell in cells]
        blocks = [self._blocks(*cell) for cell in cells]
        at_all = family_p(tested, signs)
        against = family_p_over(over, blocks, signs, block_signs)
        usual = family_p_level(blocks, block_signs)
        for column, values in (
            ("p_family", at_all.family), ("p_family_placebo", against.family), ("p_family_other_times", usual.family),
            ("p_placebo", usual.alone), ("p_over_placebo", against.alone),
        ):  # fmt: skip
            table[column] = np.nan
            table.loc[causal, column] = values
        spread = self._placebo.spread
        table["power_ic"] = smallest_effect([self._spread_by_episode(spread, *cell) for cell in every], len(cells))

    def _blocks(self, anchor: str, at: int) -> Blocks:
        """The placebos of a cell by blocks as long as a window and its horizon."""
        which = self._known("over_placebo", anchor, at, distinct=True)
        spans = [self.readings.anchors[k].row - self.readings.anchors[k].start for k in self.chosen(anchor)]
        return self._placebo.blocks(self._beside[at], which, self.horizons[at] + int(np.mean(spans)) + 1)

    def _known(self, what: str, anchor: str, at: int, *, distinct: bool) -> Ints:
        """Readings of a cell that have a value; ``distinct`` ones have horizons that don't overlap."""
        which = self.chosen(anchor)
        known = which[np.isfinite(self.ic[what][at, which])]
        return self._apart(known, self.horizons[at]) if distinct else known

    def _apart(self, which: Ints, horizon: int) -> Ints:
        """Those of the readings whose horizons don't overlap, from the first on."""
        kept, free = [], -1
        for place in which.tolist():
            if self.rows[place] >= free:
                kept.append(place)
                free = self.rows[place] + horizon
        return np.array(kept, dtype=np.int64)

    def _by_episode(self, what: str, anchor: str, at: int) -> Floats:
        """The correlations of one cell over distinct episodes; NaN where there is none."""
        known = self._known(what, anchor, at, distinct=True)
        out = np.full(int(self.episode.max()) + 1, np.nan)
        out[self.episode[known]] = self.ic[what][at, known]
        return out

    def _spread_by_episode(self, spread: Floats, anchor: str, at: int) -> Floats:
        """The spread of the placebos of the episodes that are tested, whatever came out in them."""
        which = self.chosen(anchor)
        inside = which[(self.rows[which] + self.horizons[at] < len(self.panel.sessions))]
        values: Floats = spread[at, self._apart(inside, self.horizons[at])]
        return values

    def _row(self, anchor: str, at: int, drawn: Callable[[int], Floats], turned: Floats) -> dict[str, Any]:
        which, horizon, cross = self.chosen(anchor), self.horizons[at], self.crosses[at]
        known = which[np.isfinite(cross.ic[which])]
        lag = overlap_lag(self.rows[known], horizon)
        main = summarise(cross.ic[known], lag, drawn(len(known)))
        spread = cross.spread[known]
        deviation = spread.std(ddof=1) if len(spread) > 1 else np.nan
        row: dict[str, Any] = {
            "anchor": anchor, "horizon": horizon, "ic": main.ic, "icir": main.icir, "t": main.t, "t_nw": main.t_nw,
            "p_flip": main.p_flip, "hit": main.hit,
        }  # fmt: skip
        row |= {f"q{k + 1}": mean(cross.fifths[known, k]) for k in range(FIFTHS)}
        row |= {"spread": mean(spread), "episodes": main.episodes}
        row["spread_t"] = mean(spread) / deviation * len(spread) ** 0.5 if deviation > 0 else np.nan
        row["spread_hit"] = mean(spread > 0)
        row["bench"] = mean(np.expm1(self.readings.market[at, known]))
        lone = summarise(cross.ic[self._apart(known, horizon)], 0, turned)
        row |= {"ic_distinct": lone.ic, "p_distinct": lone.p_flip, "distinct": lone.episodes}
        for control in CONTROLS:
            values = self.ic[control][at][which]
            there = values[np.isfinite(values)]
            row[f"ic_{control}"] = mean(there)
            if "placebo" not in control:  # tested below: its windows are not as many as its draws
                row[f"p_{control}"] = summarise(there, 0, turned).p_flip
        tested = self.ic[self._tested][at, self._known(self._tested, anchor, at, distinct=True)]
        low, high = interval(tested)
        row |= {"ic_tested": mean(tested), "ic_low": low, "ic_high": high, "hindsight": anchor in HINDSIGHT}
        row["tested"], row["t_tested"], row["p_tested"] = len(tested), *_student(tested)
        return row


def interval(values: Floats) -> tuple[float, float]:
    """The ends of the 95% interval of a mean, by Student's t; NaN for fewer than two values.

    Parameters
    ----------
    values : array of shape (E,)
    """
    n = len(values)
    if n < 2:
        return float("nan"), float("nan")
    reach = float(student.ppf((1 + CONFIDENCE) / 2, n - 1) * values.std(ddof=1) / n**0.5)
    return float(values.mean()) - reach, float(values.mean()) + reach


def _student(values: Floats) -> tuple[float, float]:
    """Student's t of a mean and its two-sided p-value; NaN for fewer values than a test needs."""
    n = len(values)
    deviation = values.std(ddof=1) if n >= LEAST_EPISODES else 0.0
    if not deviation > 0:
        return float("nan"), float("nan")
    t = float(values.mean() / deviation * n**0.5)
    return t, float(2 * student.sf(abs(t), n - 1))


def mean(values: Floats | Flags) -> float:
    """Mean, NaN of nothing."""
    return float(np.mean(values)) if len(values) else float("nan")
