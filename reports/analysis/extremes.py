"""The best and the worst day, week and month of a line, and how its returns are spread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Floats, Ints
from ..growth import Growth


class Extreme(NamedTuple):
    """The best and the worst of the periods of one length.

    Attributes
    ----------
    name : str
        "session", "week" or "month".
    best, worst : float
        Returns, as fractions.
    best_end, worst_end : Timestamp
        Their last sessions.
    """

    name: str
    best: float
    best_end: pd.Timestamp
    worst: float
    worst_end: pd.Timestamp


def extremes(line: Growth, dates: pd.DatetimeIndex) -> tuple[Extreme, ...]:
    """By session, calendar week (to Sunday) and calendar month; lengths that a line has no returns of are left out.

    The first and the last week and month may be partial.

    Parameters
    ----------
    line : Growth
    dates : DatetimeIndex of shape (S + 1,)
    """
    days = dates.to_numpy()[1:].astype("M8[D]").astype(np.int64)
    names = {"session": np.arange(len(days)), "week": (days + 3) // 7, "month": _months(dates)}
    out: list[Extreme] = []
    for name, keys in names.items():
        ends = np.flatnonzero(np.append(keys[1:] != keys[:-1], True))
        if out and len(ends) == len(days):
            continue  # weekly data: a week is a session
        returns = _between(line.levels, ends)
        if np.isfinite(returns).any():
            best, worst = int(np.nanargmax(returns)), int(np.nanargmin(returns))
            days_of = [dates[1 + ends[k]] for k in (best, worst)]
            out.append(Extreme(name, float(returns[best]), days_of[0], float(returns[worst]), days_of[1]))
    return tuple(out)


def _months(dates: pd.DatetimeIndex) -> Ints:
    months: Ints = dates.to_numpy()[1:].astype("M8[M]").astype(np.int64)
    return months


def _between(levels: Floats, ends: Ints) -> Floats:
    return Growth("", np.concatenate((levels[:1], levels[1:][ends]))).returns


class Distribution(NamedTuple):
    """How returns of one line, or several, are spread over bins of one width.

    Attributes
    ----------
    edges : float64 array of shape (K + 1,)
        Of the bins, ascending; one of them is 0. A bin holds its lower edge.
    counts : tuple of int64 arrays of shape (K,)
        Returns in each bin, for each line; those beyond the outer edges are in the outer bins.
    """

    edges: Floats
    counts: tuple[Ints, ...]


def distribution(lines: Sequence[Floats], bins: int = 40) -> Distribution:
    """Histograms of returns on common bins, whose edges reach over the middle 99% of all of them.

    Parameters
    ----------
    lines : sequence of float arrays
        Returns; NaN is left out.
    bins : int
        About how many.
    """
    known = [line[np.isfinite(line)] for line in lines]
    together = np.concatenate([*known, np.zeros(1)])
    low, high = (float(value) for value in np.quantile(together, (0.005, 0.995)))
    width = max((max(high, 0.0) - min(low, 0.0)) / bins, 1e-6)
    first, last = math.floor(min(low, 0.0) / width - 1e-9), math.ceil(max(high, 0.0) / width + 1e-9)
    edges: Floats = width * np.arange(first, last + 1, dtype=np.float64)
    return Distribution(edges, tuple(_counts(line, edges) for line in known))


def _counts(values: Floats, edges: Floats) -> Ints:
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    return np.asarray(np.bincount(place, minlength=len(edges) - 1), np.int64)
