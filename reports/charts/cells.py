"""Little charts inside a table's cell: an interval, one value among many, a share, when something happened."""

from __future__ import annotations

import math

import numpy as np

from ...data.types import Floats
from .spec import Bar, Chart, Dot, Line, Row, straight

_STEPS = 1000  # of the width that draws are told apart by


def interval(low: float, middle: float, high: float, scale: float, role: str) -> Chart | None:
    """An interval with its middle, from ``-scale`` to ``scale``, on a line at 0; None where the middle is NaN.

    Parameters
    ----------
    low, middle, high : float
        The ends are NaN where there is only a middle.
    scale : float
        > 0.
    role : str
    """
    if not math.isfinite(middle):
        return None
    ends = [(value / scale + 1.0) / 2 for value in (low, high)]
    reach = (straight((ends[0], 0.5), (ends[1], 0.5), "reach", role),) if all(map(math.isfinite, ends)) else ()
    return Chart("", "", lines=(*reach, _upright(0.5)), dots=(Dot((middle / scale + 1.0) / 2, 0.5, role),))


def among(draws: Floats, value: float, span: tuple[float, float], role: str) -> Chart:
    """Every draw as a fine line, and one value among them as a dot.

    Parameters
    ----------
    draws : array of shape (K,)
    value : float
        NaN for no dot.
    span : (float, float)
        Values at the left and at the right edge.
    role : str
    """
    low, high = span
    places = np.unique(np.rint((draws - low) / (high - low) * _STEPS)) / _STEPS
    x = np.repeat(places, 3)
    y = np.tile([0.15, 0.85, np.nan], len(places))
    dots = (Dot((value - low) / (high - low), 0.5, role),) if math.isfinite(value) else ()
    return Chart("", "", lines=(Line("", "", "", x, y, "ticks"),), dots=dots)


def share(value: float, widest: float) -> Chart:
    """A bar to the right of a middle for gains, to the left for losses; ``widest`` >= 0 is the longest.

    Parameters
    ----------
    value : float
        Not NaN; above 0 to the right.
    widest : float
        The value at which a bar is full; 0 draws none.
    """
    at = 0.5 + 0.5 * value / widest if widest > 0 else 0.5
    bars = (Bar(min(0.5, at), max(0.5, at)),)
    return Chart("", "", rows=(Row("up" if value > 0 else "down", bars),), lines=(_upright(0.5),))


def marks(starts: Floats, stops: Floats, summary: str) -> Chart:
    """Stretches of the width, from each of ``starts`` to the same position in ``stops``, both from 0 to 1.

    Parameters
    ----------
    starts, stops : float arrays of shape (K,)
        In [0, 1].
    summary : str
        What the cell says to who can't see it.
    """
    bars = tuple(Bar(start, stop) for start, stop in zip(starts.tolist(), stops.tolist(), strict=True))
    return Chart("", summary, rows=(Row("", bars),))


def _upright(at: float) -> Line:
    return straight((at, 0.0), (at, 1.0), "axis")
