"""What an event study shows beside its table: every episode, reading and path, regimes, and persistence."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.pullback import Pullbacks
from sectorlead.data.types import Floats
from sectorlead.reports.signals.result import CONTROLS
from sectorlead.research.event_study.anchors import EVENT, ORDER
from sectorlead.research.event_study.cells import Cells, mean
from sectorlead.research.event_study.readings import returns_after
from sectorlead.research.event_study.statistics import FIFTHS, fifths_of, rank_correlation

TREND_SESSIONS = 200
"""The benchmark's trend is held while it closes above its mean of so many sessions."""


def episode_frame(cells: Cells, falls: Pullbacks | None) -> pd.DataFrame:
    """A row per episode, anchor and horizon.

    Parameters
    ----------
    cells : Cells
    falls : Pullbacks, optional
        What the episodes are; None for given dates.
    """
    sessions, readings = cells.panel.sessions, cells.readings
    start = np.array([anchor.start for anchor in readings.anchors])
    base: dict[str, Any] = {"episode": cells.episode, "anchor": cells.names}
    more: dict[str, Any] = {"peak": sessions[start], "at": sessions[cells.rows]}
    if falls is not None:
        more["entered"] = [sessions[falls.episodes[k].entered] for k in cells.episode]
        left = [falls.episodes[k].left for k in cells.episode]
        more["left"] = [pd.NaT if row is None else sessions[row] for row in left]
        more["end"] = [falls.episodes[k].end for k in cells.episode]
    bench = cells.panel.benchmark
    more["depth"] = np.nan if bench is None else bench.last_close[cells.rows] / bench.last_close[start] - 1
    more["trend"] = _trend(cells)
    parts = []
    for at, horizon in enumerate(cells.horizons):
        cross = cells.crosses[at]
        part = base | {"horizon": horizon} | more | {"n": cross.known, "ic": cross.ic}
        part |= {f"q{k + 1}": cross.fifths[:, k] for k in range(FIFTHS)}
        part["spread"] = cross.spread
        part["bench"] = np.expm1(readings.market[at])
        part["top5"] = _ahead_of_all(readings.score, readings.later[at], 5)
        part |= {f"ic_{control}": cells.ic[control][at] for control in CONTROLS}
        parts.append(pd.DataFrame(part))
    every = pd.concat(parts, ignore_index=True)
    place = {anchor: number for number, anchor in enumerate((*ORDER, EVENT))}
    key = every["anchor"].map(place)
    return every.iloc[np.lexsort((every["horizon"], key, every["episode"]))].reset_index(drop=True)


def path_frame(cells: Cells) -> pd.DataFrame:
    """Mean return of each fifth over the mean of all, by episode, anchor and session after the reading.

    Parameters
    ----------
    cells : Cells

    Returns
    -------
    DataFrame
        ``episode, anchor, session, q1..q5``; NaN beyond the end of the panel. Fifths are those of the reading.
    """
    score = cells.readings.score
    steps = range(max(cells.horizons) + 1)
    later = returns_after(cells.panel.last_adjusted_close, cells.rows, steps)  # (S, A, N)
    known = np.isfinite(score) & np.isfinite(later).any(axis=0)
    fifth = np.where(known.sum(axis=1, keepdims=True) >= cells.least, fifths_of(score, known), 0)
    filled = np.where(known, np.nan_to_num(later), 0.0)
    total = filled.sum(axis=2) / np.maximum(known.sum(axis=1), 1)
    beyond = cells.rows + np.array(steps)[:, None] >= len(cells.panel.sessions)
    frame: dict[str, Any] = {
        "episode": np.tile(cells.episode, len(steps)), "anchor": np.tile(cells.names, len(steps)),
        "session": np.repeat(np.array(steps), len(score)),
    }  # fmt: skip
    for number in range(1, FIFTHS + 1):
        inside = fifth == number
        size = inside.sum(axis=1)
        line = np.where(inside, filled, 0.0).sum(axis=2) / np.where(size > 0, size, np.nan) - total
        frame[f"q{number}"] = np.where(beyond, np.nan, line).ravel()
    return pd.DataFrame(frame).sort_values(["anchor", "episode", "session"], ignore_index=True)


def reading_frame(cells: Cells) -> pd.DataFrame:
    """A row per episode, anchor and series with a score: score, rank (1 is the highest), fifth, returns after.

    Parameters
    ----------
    cells : Cells
    """
    score, panel = cells.readings.score, cells.panel
    known = np.isfinite(score)
    at, series = np.nonzero(known)
    order = np.argsort(np.where(known, -score, np.inf), axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(1, score.shape[1] + 1)[None, :].repeat(len(score), axis=0), axis=1)
    frame: dict[str, Any] = {
        "episode": cells.episode[at], "anchor": cells.names[at], "at": panel.sessions[cells.rows[at]],
        "symbol": np.array(panel.symbols, dtype=object)[series], "name": np.array(panel.names, dtype=object)[series],
        "score": score[known], "rank": rank[known], "fifth": fifths_of(score, known)[known],
    }  # fmt: skip
    frame |= {f"after_{h}": later[known] for h, later in zip(cells.horizons, cells.readings.later, strict=True)}
    return pd.DataFrame(frame)


def regimes(cells: Cells, falls: Pullbacks | None) -> pd.DataFrame:
    """Means of the score's rank correlations by regime; descriptions, not tests.

    Parameters
    ----------
    cells : Cells
    falls : Pullbacks, optional
        What the episodes are; without them there is no depth.

    Returns
    -------
    DataFrame
        ``anchor, horizon, by, regime, episodes, ic, hit``. Deep is deeper up to the reading than the median; the trend
        is "unknown" where the benchmark has too few sessions for its mean, and left out where there is no benchmark.
    """
    labels = {}
    if cells.panel.benchmark is not None:
        trend = np.array(_trend(cells))
        labels["trend"] = np.select([trend == "above", trend == "below"], ["held", "broken"], "unknown")
    if falls is not None and cells.panel.benchmark is not None:
        index = cells.panel.benchmark.last_close
        spans = [(anchor.start, anchor.row + 1) for anchor in cells.readings.anchors]
        deepest = np.array([index[start:stop].min() / index[start] - 1 for start, stop in spans])
        usual = {anchor: np.median(deepest[cells.names == anchor]) for anchor in cells.order}
        deep = np.array([deepest[k] < usual[name] for k, name in enumerate(cells.names.tolist())])
        labels["depth"] = np.where(deep, "deep", "shallow")
    labels["year"] = np.array([f"{day:%Y}" for day in cells.panel.sessions[cells.rows]])
    rows = []
    for anchor in cells.order:
        for at, horizon in enumerate(cells.horizons):
            values = cells.ic["score"][at]
            for by, label in labels.items():
                for value in sorted(set(label.tolist())):
                    chosen = values[(cells.names == anchor) & (label == value) & np.isfinite(values)]
                    rows.append((anchor, horizon, by, value, len(chosen), mean(chosen), mean(chosen > 0)))
    return pd.DataFrame(rows, columns=["anchor", "horizon", "by", "regime", "episodes", "ic", "hit"])


def persistence_frame(cells: Cells) -> pd.DataFrame:
    """By anchor: rank correlation of the score in an episode with that in the next, and turnover of the top fifth.

    Parameters
    ----------
    cells : Cells
    """
    rows = []
    for anchor in cells.order:
        score = cells.readings.score[cells.chosen(anchor)]
        known = np.isfinite(score[1:]) & np.isfinite(score[:-1])
        ic = np.where(known.sum(axis=1) >= FIFTHS, rank_correlation(score[:-1], score[1:], known), np.nan)
        renewed = np.array([_renewed(before, after) for before, after in pairwise(score)])
        rows.append((anchor, len(score), mean(ic[np.isfinite(ic)]), mean(renewed[np.isfinite(renewed)])))
    return pd.DataFrame(rows, columns=["anchor", "episodes", "rank_correlation", "turnover_top_fifth"])


def _trend(cells: Cells) -> list[str]:
    """Whether the benchmark closed above or below its mean in each reading; "" where that isn't known."""
    if cells.panel.benchmark is None:
        return [""] * len(cells.rows)
    line, rows = cells.panel.benchmark.line, cells.rows + cells.panel.benchmark.before
    usual = np.array([line[max(row + 1 - TREND_SESSIONS, 0) : row + 1].mean() for row in rows.tolist()])
    known = (rows + 1 >= TREND_SESSIONS) & np.isfinite(usual)
    sides = np.where(line[rows] > usual, "above", "below").tolist()
    return [side if there else "" for side, there in zip(sides, known.tolist(), strict=True)]


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
