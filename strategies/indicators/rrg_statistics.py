"""RRG-style rotation over a whole sample: transitions, dwell times, and what followed on each quadrant.

These look at the future of every session. They are for reports, never for a rule; what is causal is in ``rrg``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...data.errors import DataError, ParameterError
from ...data.panel import Panel
from ...data.types import Floats
from .rrg import Quadrant, Quadrants

KNOWN = (Quadrant.LEADING, Quadrant.WEAKENING, Quadrant.LAGGING, Quadrant.IMPROVING)
"""The four quadrants; a series at the centre is in none, and is left out like one whose place isn't known."""


def transitions(quadrant: Quadrants, step: int = 1, *, changes_only: bool = False) -> pd.DataFrame:
    """How often a series in one quadrant is in each quadrant ``step`` sessions later, over the whole sample.

    Parameters
    ----------
    quadrant : array of shape (T, N) or (T,)
        Values of ``Quadrant``; pairs with an end in none of the four are left out.
    step : int
        Sessions, >= 1.
    changes_only : bool
        Leaves out pairs that stay where they are: where a series goes when it goes.

    Returns
    -------
    DataFrame of shape (4, 4)
        Shares, from (rows) to (columns): each row sums to 1, or is NaN if nothing was ever seen there. Pairs overlap
        when ``step`` > 1, and series move together, so the shares are less certain than the number of pairs suggests.

    Raises
    ------
    ParameterError
        For a step below 1.
    """
    if step < 1:
        raise ParameterError(f"transitions: step must be an int from 1 on, was {step!r}")
    table = _by_series(quadrant)
    start, end = table[:-step].ravel(), table[step:].ravel()
    taken = (start != Quadrant.UNKNOWN) & (end != Quadrant.UNKNOWN) & ~(changes_only & (start == end))
    counts = np.bincount(start[taken] * 5 + end[taken], minlength=25).reshape(5, 5)[1:, 1:]
    names = _names()
    frame = pd.DataFrame(counts, names.rename("from"), names.rename("to"), dtype=np.float64)
    total = frame.sum(axis=1)
    return frame.div(total.mask(total == 0), axis=0)


def dwell(quadrant: Quadrants) -> pd.DataFrame:
    """How long series stay in a quadrant, over the whole sample.

    A visit counts when it is seen whole, with a known quadrant just before and just after. What the sample or a gap
    cuts off is counted as ``unfinished`` and not measured, which shortens the mean where visits are long.

    Parameters
    ----------
    quadrant : array of shape (T, N) or (T,)
        Values of ``Quadrant``.

    Returns
    -------
    DataFrame
        By quadrant: ``visits``, ``mean``, ``median`` and ``longest`` in sessions (NaN without a visit), ``unfinished``.
    """
    table = _by_series(quadrant)
    walls = np.zeros((1, table.shape[1]), np.int8)
    line = np.vstack((walls, table, walls)).ravel(order="F")
    first = np.flatnonzero(np.diff(line, prepend=-1))
    runs = pd.DataFrame({"at": line[first], "sessions": np.diff(first, append=len(line))})
    beside = runs["at"].shift(fill_value=0).ne(0) & runs["at"].shift(-1, fill_value=0).ne(0)
    seen = runs[beside].groupby("at")["sessions"]
    cut = runs[~beside].groupby("at")["sessions"].size()
    index = pd.Index([int(q) for q in KNOWN])
    out = pd.DataFrame(
        {
            "visits": seen.size().reindex(index, fill_value=0),
            "mean": seen.mean().reindex(index),
            "median": seen.median().reindex(index),
            "longest": seen.max().reindex(index).astype(np.float64),
            "unfinished": cut.reindex(index, fill_value=0),
        }
    )
    return out.set_axis(_names(), axis=0)


def forward_returns(panel: Panel, quadrant: Quadrants, horizon: int = 20) -> pd.DataFrame:
    """What followed on each quadrant: excess returns over the benchmark, over the whole sample.

    ``(P[t + h] / P[t]) / (B[t + h] / B[t]) - 1`` from close to close, P the adjusted close carried over gaps and B the
    benchmark's close, for each series and session t with a known quadrant that is not before ``known_from``, up to the
    series' last bar. No costs, and no close that has been decided on can be traded at: a description, not a backtest.

    Windows of neighbouring sessions share ``h - 1`` of their ``h`` returns, and series of one session move together. So
    ``count`` overstates what is known by far; ``non_overlapping`` counts the windows that start on every h-th session
    only, and is still an upper bound as long as series are correlated.

    Parameters
    ----------
    panel : Panel
        With a benchmark.
    quadrant : array of shape (T, N)
        Values of ``Quadrant`` on that panel.
    horizon : int
        h, in sessions, >= 1.

    Returns
    -------
    DataFrame
        By quadrant, and "all" of them: ``mean`` and ``median`` as fractions, ``hit_rate`` (share above 0), ``count``,
        ``non_overlapping``. NaN where nothing was seen.

    Raises
    ------
    DataError
        When the panel has no benchmark, or ``quadrant`` is not of its shape.
    ParameterError
        For a horizon below 1.
    """
    if panel.benchmark is None:
        raise DataError("forward_returns needs a benchmark: load(..., benchmark=...), or --benchmark PATH:SYMBOL")
    if np.shape(quadrant) != panel.shape:
        raise DataError(f"forward_returns: quadrant has shape {np.shape(quadrant)}, the panel {panel.shape}")
    if horizon < 1:
        raise ParameterError(f"forward_returns: horizon must be an int from 1 on, was {horizon!r}")
    strength = panel.last_adjusted_close / panel.benchmark.last_close[:, None]
    excess = strength[horizon:] / strength[:-horizon] - 1
    start = np.arange(len(excess))[:, None]
    taken = (start + horizon <= panel.last_bar) & panel.published[:-horizon] & np.isfinite(excess)
    here = np.where(taken & np.isin(quadrant[:-horizon], KNOWN), quadrant[:-horizon], Quadrant.UNKNOWN)
    rows = [_followed(excess, here == q, horizon) for q in KNOWN]
    rows.append(_followed(excess, here != Quadrant.UNKNOWN, horizon))
    return pd.DataFrame(rows, index=pd.Index([*_names(), "all"], name="quadrant"))


def _followed(excess: Floats, chosen: NDArray[np.bool_], horizon: int) -> dict[str, float]:
    seen = excess[chosen]
    blank = not seen.size
    return {
        "mean": np.nan if blank else float(seen.mean()),
        "median": np.nan if blank else float(np.median(seen)),
        "hit_rate": np.nan if blank else float((seen > 0).mean()),
        "count": seen.size,
        "non_overlapping": int(chosen[::horizon].sum()),
    }


def _by_series(quadrant: Quadrants) -> Quadrants:
    table = np.asarray(quadrant)
    if table.dtype.kind not in "iu" or table.ndim not in (1, 2):
        raise ParameterError(
            "quadrants must be integers of shape (T, N) or (T,), such as RelativeRotation()(panel).quadrant; "
            f"was {table.dtype} of shape {table.shape}"
        )
    table = np.where(np.isin(table, KNOWN), table, Quadrant.UNKNOWN).astype(np.int8)
    return table[:, None] if table.ndim == 1 else table


def _names() -> pd.Index:
    return pd.Index([q.name.lower() for q in KNOWN], name="quadrant")
