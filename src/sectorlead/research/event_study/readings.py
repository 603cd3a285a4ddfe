"""The arrays of an event study: a score at its anchors, the returns after it, and what else could explain them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.data.types import Floats, Ints
from sectorlead.engine.canonical import fingerprint, to_data
from sectorlead.engine.lookahead import check_causal
from sectorlead.research.event_study.anchors import Anchor
from sectorlead.strategies.scores.cross_section import rankable
from sectorlead.strategies.scores.measure import WindowMeasure
from sectorlead.strategies.scores.pullback_strength import PullbackStrength
from sectorlead.strategies.scores.regression import betas
from sectorlead.strategies.scores.score import Score
from sectorlead.strategies.scores.spans import Spans

BETA_SESSIONS = 120
"""Sessions up to the start of an episode from which beta and momentum are taken."""

Scored = Score | Callable[[Panel], Floats] | Floats | pd.DataFrame


@dataclass(frozen=True)
class Readings:
    """A readings of N series, and the returns after them for H horizons.

    Attributes
    ----------
    anchors : tuple of Anchor
        A of them.
    score : array of shape (A, N)
        NaN where it isn't known, a series has no bar at the start or at the reading, or was not published yet.
    later : array of shape (H, A, N)
        Simple return over the horizon, NaN where the panel ends before it or there is no price.
    beta, momentum : arrays of shape (A, N)
        Of the sessions up to the start: slope on the benchmark (NaN without one), and total return.
    market : array of shape (H, A)
        The benchmark's log return over the horizon; NaN without a benchmark.
    """

    anchors: tuple[Anchor, ...]
    score: Floats
    later: Floats
    beta: Floats
    momentum: Floats
    market: Floats

    @property
    def rows(self) -> Ints:
        """Panel rows of the readings, shape (A,)."""
        return np.array([anchor.row for anchor in self.anchors], dtype=np.int64)

    @property
    def beta_free(self) -> Floats:
        """Log returns after the readings less beta times the benchmark's, shape (H, A, N)."""
        return np.log1p(self.later) - self.beta * self.market[:, :, None]


def read(scored: Scored, panel: Panel, anchors: Sequence[Anchor], horizons: Sequence[int]) -> Readings:
    """A score at its anchors, and what came after.

    Parameters
    ----------
    scored : Score, callable or array
        An array or frame has shape (T, N); row t must use rows <= t only (see ``check_score``).
    panel : Panel
        Prices are adjusted closes, carried over sessions without a bar.
    anchors : sequence of Anchor
    horizons : sequence of int
        Sessions.

    Returns
    -------
    Readings

    Raises
    ------
    ParameterError
        When the score has another shape than the panel.
    """
    rows = np.array([anchor.row for anchor in anchors], dtype=np.int64)
    start = np.array([anchor.start for anchor in anchors], dtype=np.int64)
    score = np.array(rankable(panel, rows, values_of(scored, panel, rows)), dtype=np.float64)
    score[~(panel.has_bar[rows] & panel.has_bar[start])] = np.nan
    price = panel.last_adjusted_close
    return Readings(
        tuple(anchors),
        score,
        returns_after(price, rows, horizons),
        betas_at(panel, start),
        momentum_up_to(price, start),
        after_market(panel, rows, horizons),
    )


@dataclass(frozen=True)
class _Called:
    """A function of a panel as a part, which can be tried on shorter ones."""

    function: Callable[[Panel], Floats]

    @property
    def __name__(self) -> str:
        return getattr(self.function, "__name__", type(self.function).__name__)

    def at(self, panel: Panel, rows: Ints) -> Floats:
        return values_of(self.function, panel, rows)


def check_score(scored: Scored, panel: Panel) -> None:
    """Tries what of a score is the user's own on panels that end earlier, as a run does; an array can't be tried.

    Parameters
    ----------
    scored : Score, callable or array
    panel : Panel

    Raises
    ------
    LookAheadError
        It goes by later rows; names the part, session and symbol.
    """
    if callable(scored):
        check_causal(scored if isinstance(scored, Score) else _Called(scored), panel)


def identity_of(scored: Scored) -> dict[str, Any]:
    """What a score is: ``text``, ``hash`` of its parameters or values, and ``data`` to make it again, None for others.

    Parameters
    ----------
    scored : Score, callable or array
    """
    if isinstance(scored, Score):
        data = to_data(scored)
        return {"text": repr(scored), "data": data, "hash": fingerprint(data)}
    if callable(scored):
        return {"text": getattr(scored, "__name__", repr(scored)), "data": None, "hash": None}
    values = np.ascontiguousarray(np.asarray(scored, dtype="<f8"))
    return {"text": "score", "data": None, "hash": hashlib.sha256(values.tobytes()).hexdigest()}


def values_of(scored: Scored, panel: Panel, rows: Ints) -> Floats:
    """A score in some rows, shape (A, N); errors as ``read``.

    Parameters
    ----------
    scored : Score, callable or array
        An array or frame has shape (T, N).
    panel : Panel
    rows : int64 array of shape (A,)
        Panel rows.
    """
    if isinstance(scored, Score):
        return scored.at(panel, rows)
    values = np.asarray(scored(panel) if callable(scored) else scored, dtype=np.float64)
    if values.shape != panel.shape:
        raise ParameterError(
            f"a score is an array of shape {panel.shape}, a row per session and a column per series, "
            f"this one has shape {values.shape}"
        )
    chosen: Floats = values[rows]
    return chosen


def window_measure(scored: Scored) -> WindowMeasure | None:
    """The measure over a window that a score is, which can be taken over other windows too; None for other scores."""
    if isinstance(scored, PullbackStrength):
        return scored.as_measure()
    return scored if isinstance(scored, WindowMeasure) else None


def over_windows(measure: WindowMeasure, panel: Panel, start: Ints, end: Ints) -> Floats:
    """A measure over windows of one's own, shape (A, N); NaN where a series has no bar at one of the ends.

    Parameters
    ----------
    measure : WindowMeasure
    panel : Panel
        T sessions, N series, with a benchmark.
    start, end : int64 arrays of shape (A,)
        Panel rows; the close of ``start`` is the base.
    """
    values = np.array(measure.measured(panel, Spans(start, end)), dtype=np.float64)
    values[~(panel.has_bar[start] & panel.has_bar[end])] = np.nan
    return rankable(panel, end, values)


def returns_after(price: Floats, rows: Ints, horizons: Sequence[int]) -> Floats:
    """``price[row + h] / price[row] - 1``, shape (H, A, N); NaN where the panel ends before.

    Parameters
    ----------
    price : array of shape (T, N)
        Adjusted closes, carried.
    rows : int64 array of shape (A,)
        Panel rows.
    horizons : sequence of int
        Sessions; H of them.
    """
    out = np.full((len(horizons), len(rows), price.shape[1]), np.nan)
    for at, horizon in enumerate(horizons):
        there = rows + horizon < len(price)
        out[at, there] = price[rows[there] + horizon] / price[rows[there]] - 1
    return out


def momentum_up_to(price: Floats, start: Ints) -> Floats:
    """Total return of the ``BETA_SESSIONS`` sessions up to each start, shape (A, N); NaN where they aren't there.

    Parameters
    ----------
    price : array of shape (T, N)
        Adjusted closes, carried.
    start : int64 array of shape (A,)
        Panel rows.
    """
    before = start - BETA_SESSIONS
    out: Floats = price[start] / price[np.maximum(before, 0)] - 1
    out[before < 0] = np.nan
    return out


def betas_at(panel: Panel, start: Ints) -> Floats:
    """Slopes on the benchmark over the ``BETA_SESSIONS`` sessions up to each start, shape (A, N); NaN without one.

    Parameters
    ----------
    panel : Panel
    start : int64 array of shape (A,)
        Panel rows.
    """
    if panel.benchmark is None:
        return np.full((len(start), panel.shape[1]), np.nan)
    once, of_reading = np.unique(start, return_inverse=True)
    beta = betas(panel, panel.benchmark.last_close, once, BETA_SESSIONS)
    return beta[of_reading.ravel()]


def after_market(panel: Panel, rows: Ints, horizons: Sequence[int]) -> Floats:
    """The benchmark's log returns after some rows, shape (H, A); NaN without one.

    Parameters
    ----------
    panel : Panel
    rows : int64 array of shape (A,)
        Panel rows.
    horizons : sequence of int
        Sessions; H of them.
    """
    if panel.benchmark is None:
        return np.full((len(horizons), len(rows)), np.nan)
    return np.log1p(returns_after(panel.benchmark.last_close[:, None], rows, horizons)[:, :, 0])


def without_beta(score: Floats, beta: Floats) -> Floats:
    """A score with beta taken out across the series of each reading, by least squares; NaN where one isn't known.

    Parameters
    ----------
    score, beta : arrays of shape (A, N)
    """
    known = np.isfinite(score) & np.isfinite(beta)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    means = [np.where(known, x, 0.0).sum(axis=1, keepdims=True) / count for x in (score, beta)]
    centred = [np.where(known, x - mean, 0.0) for x, mean in zip((score, beta), means, strict=True)]
    spread = (centred[1] ** 2).sum(axis=1, keepdims=True)
    slope = (centred[0] * centred[1]).sum(axis=1, keepdims=True) / np.where(spread > 0, spread, np.nan)
    return np.where(known, centred[0] - np.where(np.isfinite(slope), slope, 0.0) * centred[1], np.nan)
