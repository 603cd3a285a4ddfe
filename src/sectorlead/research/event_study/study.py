"""``event_study``: a score at the anchors of episodes against the returns after them, beside its controls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.errors import DataError, ParameterError
from sectorlead.data.panel import Panel
from sectorlead.data.pullback import Pullbacks
from sectorlead.data.types import Flags, Floats, Ints
from sectorlead.research.event_study.anchors import (
    HINDSIGHT,
    Anchor,
    dated_anchors,
    pullback_anchors,
)
from sectorlead.research.event_study.family import family_p, smallest_effect
from sectorlead.research.event_study.placebo import DRAWS, Placebo, placebo_correlations
from sectorlead.research.event_study.readings import Readings, Scored, read
from sectorlead.research.event_study.statistics import (
    FIFTHS,
    cross_section,
    overlap_lag,
    partial_rank_correlation,
    rank_correlation,
    sign_flips,
    summarise,
)
from sectorlead.research.event_study.verdict import verdict
from sectorlead.strategies.scores.pullback_strength import PullbackStrength
from sectorlead.strategies.scores.window import Current, PullbackWindow

HORIZONS = (5, 10, 20, 40, 60)
"""Sessions after a reading."""
LEAST = 10
"""Series that a correlation needs."""
FLIPS = 10_000
TREND_SESSIONS = 200
"""The benchmark's trend is held while it closes above its mean of so many sessions."""
ORDER = ("entry", "trough", "turn", "left")
CONTROLS = ("beta_neutral", "partial", "momentum", "low_beta", "placebo", "over_placebo")
"""Columns ``ic_*`` and ``p_*`` of ``EventStudy.table`` beside those of the score itself."""


@dataclass(frozen=True, eq=False)
class EventStudy:
    """What a score, read at the anchors of episodes, says of the returns after them.

    Attributes
    ----------
    name : str
        The score.
    table : DataFrame
        A row per anchor and horizon; see ``event_study``.
    episodes : DataFrame
        A row per episode, anchor and horizon.
    regimes : DataFrame
        Mean rank correlation by anchor, horizon and regime: trend held or broken, shallow or deep, year.
    persistence : DataFrame
        By anchor: rank correlation of the score in an episode with that in the next, and turnover of the top fifth.
    verdict : str
        What is left after beta, placebo, overlap and correction, and how large an effect could have been shown.
    notes : tuple of str
    """

    name: str
    table: pd.DataFrame
    episodes: pd.DataFrame
    regimes: pd.DataFrame
    persistence: pd.DataFrame
    verdict: str
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"EventStudy({self.name!r}, {self.episodes['episode'].nunique()} episodes): {self.verdict}"


def event_study(  # noqa: PLR0913  # what is studied, and how
    score: Scored,
    panel: Panel,
    *,
    pullbacks: PullbackWindow | None = None,
    events: Iterable[Any] | None = None,
    anchors: Sequence[str] = ORDER,
    horizons: Sequence[int] = HORIZONS,
    least: int = LEAST,
    flips: int = FLIPS,
    draws: int = DRAWS,
    seed: int = 0,
    name: str = "",
) -> EventStudy:
    """What a score, read at anchors of the benchmark's pullbacks or at given dates, says of the returns after them.

    Within each episode the score is compared with later returns across the series: Spearman's rank correlation, means
    of fifths over the mean of all (ties of the score by symbol), spread of the highest fifth over the lowest. Over
    episodes: mean, information ratio, t, t by Newey and West, a p-value by flipping signs, share above 0.

    Parameters
    ----------
    score : Score, callable or array
        An array or frame has shape (T, N); row t uses rows <= t only.
    panel : Panel
        With a benchmark, unless ``events`` are given.
    pullbacks : PullbackWindow, optional
        Which falls are pullbacks. Default: those of the score, where it has its own, else ``Current()``.
    events : iterable of dates, optional
        Episodes of one's own in place of pullbacks, one anchor each.
    anchors : sequence of {"entry", "trough", "turn", "left"}
        See ``pullback_anchors``. "trough" is hindsight: shown and never tested.
    horizons : sequence of int
        Sessions after the anchor.
    least : int
        Series with a score and a return that an episode needs to count.
    flips : int
        Sign flips of the p-values.
    draws : int
        Placebo windows of each reading.
    seed : int
        Of flips and placebos.
    name : str
        What to call the score; default: its repr or the name of its function.

    Returns
    -------
    EventStudy
        ``table`` has ``anchor, horizon, ic, icir, t, t_nw, p_flip, hit, q1..q5, spread, episodes``, then ``spread_t,
        spread_hit, bench`` (mean return of the benchmark), ``ic_distinct, p_distinct, distinct`` (episodes whose
        horizons don't overlap), ``ic_*`` and ``p_*`` of the controls, ``p_family`` (of the rank correlation with beta
        taken out, corrected for all causal cells) and ``hindsight``. Returns are fractions; NaN where too little is
        known. The controls:

        ``beta_neutral``
            Score with beta taken out across the series, log returns less beta times the benchmark's.
        ``partial``
            Rank correlation given beta and momentum up to the start of the episode.
        ``momentum``, ``low_beta``
            Those two in the place of the score.
        ``placebo``
            The same measure over windows of the same lengths that end at random sessions outside pullbacks.
        ``over_placebo``
            The score's correlation less its placebo's, paired by episode.

    Raises
    ------
    DataError
        Without a benchmark or without a single episode.
    ParameterError
        For horizons or counts out of range, or a score of another shape.

    Notes
    -----
    Grinold and Kahn, "Active Portfolio Management" (2000), for information coefficients; Newey and West, Econometrica
    55 (1987); Westfall and Young, "Resampling-Based Multiple Testing" (1993), for the correction.

    Examples
    --------
    >>> import sectorlead as sl
    >>> found = event_study(sl.Excess(), sl.simulate(seed=1, sessions=1500), flips=200, draws=5)
    >>> list(found.table.columns[:4])
    ['anchor', 'horizon', 'ic', 'icir']
    """
    _check(horizons, least, flips, draws)
    steps = tuple(sorted({int(step) for step in horizons}))
    if events is None:
        own = pullbacks or _pullbacks_of(score)
        known = own.pullbacks(panel)
        falls: Pullbacks | None = known
        found, outside = _by_pullback(panel, known, anchors), ~known.inside
    else:
        falls, found = None, dated_anchors(panel, events)
        outside = np.ones(len(panel.sessions), np.bool_)
        outside[[anchor.row for anchor in found]] = False
    readings = read(score, panel, found, steps)
    study = _Study(panel, readings, steps, least)
    placebo = placebo_correlations(
        score, panel, found, steps, outside=outside, least=least, draws=draws, seed=seed + 1
    )
    return study.finished(placebo, falls, flips, seed, name or _name_of(score))


class _Study:
    """The correlations of all readings and controls, shape (H, A) each."""

    def __init__(self, panel: Panel, readings: Readings, horizons: tuple[int, ...], least: int) -> None:
        self.panel, self.readings, self.horizons = panel, readings, horizons
        score, later = readings.score, readings.later
        self.crosses = [cross_section(score, after, least) for after in later]
        rows = readings.rows
        known = np.isfinite(score)
        beta, momentum = (np.where(known, each, np.nan) for each in (readings.beta, readings.momentum))
        neutral = _without(score, beta)
        self.ic: dict[str, Floats] = {
            "score": np.stack([cross.ic for cross in self.crosses]),
            "beta_neutral": np.stack([_correlate(neutral, after, least) for after in readings.beta_free]),
            "partial": np.stack(
                [partial_rank_correlation(score, after, np.stack([beta, momentum]), least) for after in later]
            ),
            "momentum": np.stack([_correlate(momentum, after, least) for after in later]),
            "low_beta": np.stack([_correlate(-beta, after, least) for after in later]),
        }
        self.rows = rows
        self.names = np.array([anchor.name for anchor in readings.anchors])
        self.episode = np.array([anchor.episode for anchor in readings.anchors])

    def finished(self, placebo: Placebo, falls: Pullbacks | None, flips: int, seed: int, name: str) -> EventStudy:
        self.ic["placebo"], self.ic["placebo_spread"] = placebo
        self.ic["over_placebo"] = self.ic["score"] - placebo.mean
        rng = np.random.default_rng(seed)
        signs = sign_flips(flips, int(self.episode.max()) + 1, seed + 2)
        order = list(dict.fromkeys(self.names.tolist()))
        order.sort(key=lambda anchor: ORDER.index(anchor) if anchor in ORDER else len(ORDER))
        def drawn(episodes: int) -> Flags:
            """The next sign flips: one stream for the whole table, in its order."""
            return rng.choice([-1, 1], size=(flips, episodes)) < 0

        rows = [self._row(anchor, at, drawn, signs) for anchor in order for at in range(len(self.horizons))]
        table = pd.DataFrame(rows)
        cells = [(anchor, at) for anchor in order if anchor not in HINDSIGHT for at in range(len(self.horizons))]
        table["p_family"] = np.nan
        table["p_family_placebo"] = np.nan
        causal = ~table["hindsight"].to_numpy()
        table["p_family_other_times"] = np.nan
        for column, what in (
            ("p_family", "beta_neutral"), ("p_family_placebo", "over_placebo"), ("p_family_other_times", "placebo"),
        ):  # fmt: skip
            values = [self._by_episode(what, anchor, at, distinct=True) for anchor, at in cells]
            table.loc[causal, column] = family_p(values, signs)
        every = [(anchor, at) for anchor in order for at in range(len(self.horizons))]
        spread = [self._by_episode("placebo_spread", anchor, at, distinct=True) for anchor, at in every]
        table["power_ic"] = smallest_effect(spread, len(cells))
        return EventStudy(
            name, table, self._episodes(falls), self._regimes(order, falls), self._persistence(order),
            verdict(table, name),
        )  # fmt: skip

    def _chosen(self, anchor: str) -> Ints:
        return np.flatnonzero(self.names == anchor)

    def _distinct(self, which: Ints, horizon: int) -> Ints:
        """Those of the readings whose horizons don't overlap, from the first on."""
        kept, free = [], -1
        for place in which.tolist():
            if self.rows[place] >= free:
                kept.append(place)
                free = self.rows[place] + horizon
        return np.array(kept, dtype=np.int64)

    def _by_episode(self, what: str, anchor: str, at: int, *, distinct: bool) -> Floats:
        """The correlations of one cell, by episode; NaN where there is none."""
        which = self._chosen(anchor)
        values = self.ic[what][at]
        known = which[np.isfinite(values[which])]
        if distinct:
            known = self._distinct(known, self.horizons[at])
        out = np.full(int(self.episode.max()) + 1, np.nan)
        out[self.episode[known]] = values[known]
        return out

    def _row(self, anchor: str, at: int, drawn: Callable[[int], Flags], signs: Flags) -> dict[str, Any]:
        which, horizon, cross = self._chosen(anchor), self.horizons[at], self.crosses[at]
        known = which[np.isfinite(cross.ic[which])]
        lag = overlap_lag(self.rows[known], horizon)
        main = summarise(cross.ic[known], lag, drawn(len(known)))
        spread = cross.spread[known]
        deviation = spread.std(ddof=1) if len(spread) > 1 else np.nan
        row: dict[str, Any] = {
            "anchor": anchor, "horizon": horizon, "ic": main.ic, "icir": main.icir, "t": main.t, "t_nw": main.t_nw,
            "p_flip": main.p_flip, "hit": main.hit,
        }  # fmt: skip
        row |= {f"q{k + 1}": _mean(cross.fifths[known, k]) for k in range(FIFTHS)}
        row |= {"spread": _mean(spread), "episodes": main.episodes}
        row["spread_t"] = _mean(spread) / deviation * len(spread) ** 0.5 if deviation > 0 else np.nan
        row["spread_hit"] = _mean(spread > 0)
        row["bench"] = _mean(np.expm1(self.readings.market[at, known]))
        apart = self._distinct(known, horizon)
        lone = summarise(cross.ic[apart], 0, signs)
        row |= {"ic_distinct": lone.ic, "p_distinct": lone.p_flip, "distinct": lone.episodes}
        for control in CONTROLS:
            values = self.ic[control][at][which]
            there = np.isfinite(values)
            told = summarise(values[there], 0, signs)
            row |= {f"ic_{control}": told.ic, f"p_{control}": told.p_flip}
        row["hindsight"] = anchor in HINDSIGHT
        return row

    def _episodes(self, falls: Pullbacks | None) -> pd.DataFrame:
        """A row per episode, anchor and horizon."""
        sessions, readings = self.panel.sessions, self.readings
        index = None if self.panel.benchmark is None else self.panel.benchmark.last_close
        start = np.array([anchor.start for anchor in readings.anchors])
        parts = []
        for at, horizon in enumerate(self.horizons):
            cross = self.crosses[at]
            part: dict[str, Any] = {
                "episode": self.episode, "anchor": self.names, "horizon": horizon, "peak": sessions[start],
                "at": sessions[self.rows],
            }  # fmt: skip
            if falls is not None:
                part["entered"] = [sessions[falls.episodes[k].entered] for k in self.episode]
                left = [falls.episodes[k].left for k in self.episode]
                part["left"] = [pd.NaT if row is None else sessions[row] for row in left]
            part["depth"] = np.nan if index is None else index[self.rows] / index[start] - 1
            part["trend"] = self._trend()
            part |= {"n": cross.known, "ic": cross.ic}
            part |= {f"q{k + 1}": cross.fifths[:, k] for k in range(FIFTHS)}
            part["spread"] = cross.spread
            part["bench"] = np.expm1(readings.market[at])
            part["top5"] = _ahead_of_all(readings.score, readings.later[at], 5)
            part |= {f"ic_{control}": self.ic[control][at] for control in CONTROLS}
            parts.append(pd.DataFrame(part))
        every = pd.concat(parts, ignore_index=True)
        place = {anchor: number for number, anchor in enumerate((*ORDER, "event"))}
        key = every["anchor"].map(place)
        return every.iloc[np.lexsort((every["horizon"], key, every["episode"]))].reset_index(drop=True)

    def _trend(self) -> list[str]:
        if self.panel.benchmark is None:
            return [""] * len(self.rows)
        line = pd.Series(self.panel.benchmark.last_close)
        mean = line.rolling(TREND_SESSIONS).mean()
        now, usual = line.to_numpy()[self.rows], mean.to_numpy()[self.rows]
        return ["" if np.isnan(m) else "above" if c > m else "below" for c, m in zip(now, usual, strict=True)]

    def _regimes(self, order: Sequence[str], falls: Pullbacks | None) -> pd.DataFrame:
        """Means by regime; descriptions, not tests."""
        trend = np.array(self._trend())
        labels = {"trend": np.select([trend == "above", trend == "below"], ["held", "broken"], "")}
        labels["year"] = np.array([f"{day:%Y}" for day in self.panel.sessions[self.rows]])
        if falls is not None and self.panel.benchmark is not None:
            index = self.panel.benchmark.last_close
            deepest = np.array(
                [index[a.start : a.row + 1].min() / index[a.start] - 1 for a in self.readings.anchors]
            )
            usual = {anchor: np.median(deepest[self.names == anchor]) for anchor in order}
            deep = np.array([deepest[k] < usual[name] for k, name in enumerate(self.names)])
            labels["depth"] = np.where(deep, "deep", "shallow")
        rows = []
        for anchor in order:
            for at, horizon in enumerate(self.horizons):
                values = self.ic["score"][at]
                for by, label in labels.items():
                    for value in sorted(set(label.tolist()) - {""}):
                        chosen = values[(self.names == anchor) & (label == value) & np.isfinite(values)]
                        rows.append((anchor, horizon, by, value, len(chosen), _mean(chosen), _mean(chosen > 0)))
        columns = ["anchor", "horizon", "by", "regime", "episodes", "ic", "hit"]
        return pd.DataFrame(rows, columns=columns)

    def _persistence(self, order: Sequence[str]) -> pd.DataFrame:
        """From one episode to the next."""
        rows = []
        for anchor in order:
            score = self.readings.score[self._chosen(anchor)]
            known = np.isfinite(score[1:]) & np.isfinite(score[:-1])
            ic = np.where(known.sum(axis=1) >= 5, rank_correlation(score[:-1], score[1:], known), np.nan)
            changed = [_renewed(before, after) for before, after in pairwise(score)]
            known_ic, renewed = ic[np.isfinite(ic)], np.array([share for share in changed if np.isfinite(share)])
            rows.append((anchor, len(score), _mean(known_ic), _mean(renewed)))
        return pd.DataFrame(rows, columns=["anchor", "episodes", "rank_correlation", "turnover_top_fifth"])


def _check(horizons: Sequence[int], least: int, flips: int, draws: int) -> None:
    if not len(horizons) or any(int(step) != step or step < 1 for step in horizons):
        raise ParameterError(f"horizons must be whole numbers of sessions >= 1, were {list(horizons)!r}")
    for what, value, low in (("least", least, FIFTHS), ("flips", flips, 100), ("draws", draws, 1)):
        if value < low:
            raise ParameterError(f"{what} must be {low} or more, was {value!r}")


def _pullbacks_of(score: Scored) -> PullbackWindow:
    """The pullbacks that a score is measured in, else the usual ones."""
    if isinstance(score, PullbackStrength):
        score = score.as_measure()
    window = getattr(score, "window", None)
    return window if isinstance(window, PullbackWindow) else Current()


def _by_pullback(panel: Panel, falls: Pullbacks, names: Sequence[str]) -> tuple[Anchor, ...]:
    if panel.benchmark is None:  # said by ``pullbacks`` before
        raise DataError("an event study of pullbacks needs a benchmark: load(..., benchmark=...)")
    found = pullback_anchors(panel.benchmark.last_close, falls.episodes, names)
    if not found:
        raise DataError(
            f"the benchmark has no pullback in {panel.sessions[0]:%F} to {panel.sessions[-1]:%F}; "
            "give a longer panel, smaller thresholds (pullbacks=Current(enter=...)), or events="
        )
    return found


def _name_of(score: Scored) -> str:
    if isinstance(score, np.ndarray | pd.DataFrame):
        return "score"
    return getattr(score, "__name__", None) or repr(score)


def _without(score: Floats, beta: Floats) -> Floats:
    """A score with beta taken out across the series of each reading, by least squares."""
    known = np.isfinite(score) & np.isfinite(beta)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    means = [np.where(known, x, 0.0).sum(axis=1, keepdims=True) / count for x in (score, beta)]
    centred = [np.where(known, x - mean, 0.0) for x, mean in zip((score, beta), means, strict=True)]
    spread = (centred[1] ** 2).sum(axis=1, keepdims=True)
    slope = (centred[0] * centred[1]).sum(axis=1, keepdims=True) / np.where(spread > 0, spread, np.nan)
    return np.where(known, centred[0] - np.where(np.isfinite(slope), slope, 0.0) * centred[1], np.nan)


def _correlate(score: Floats, later: Floats, least: int) -> Floats:
    known = np.isfinite(score) & np.isfinite(later)
    return np.where(known.sum(axis=1) >= least, rank_correlation(score, later, known), np.nan)


def _ahead_of_all(score: Floats, later: Floats, count: int) -> Floats:
    """Mean return of the ``count`` highest scores over the mean of all, shape (A,)."""
    known = np.isfinite(score) & np.isfinite(later)
    order = np.argsort(np.where(known, -score, np.inf), axis=1, kind="stable")[:, :count]
    chosen = np.take_along_axis(np.where(known, later, np.nan), order, axis=1)
    with np.errstate(invalid="ignore"):
        total = np.where(known, later, 0.0).sum(axis=1) / known.sum(axis=1)
    return np.where(known.sum(axis=1) >= count, np.nan_to_num(chosen).mean(axis=1) - total, np.nan)


def _renewed(before: Floats, after: Floats) -> float:
    """Share of the top fifth that was not in it in the episode before."""
    known = np.isfinite(before) & np.isfinite(after)
    size = int(np.ceil(known.sum() / FIFTHS))
    if known.sum() < FIFTHS:
        return float("nan")
    top = [set(np.argsort(np.where(known, -each, np.inf), kind="stable")[:size].tolist()) for each in (before, after)]
    return 1 - len(top[0] & top[1]) / size


def _mean(values: Floats | Flags) -> float:
    return float(np.mean(values)) if len(values) else float("nan")
