"""Pullbacks of a benchmark as a causal state: when one began, from which peak, and when it was over."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .errors import ParameterError
from .panel import carried
from .types import Floats, Ints


class Episode(NamedTuple):
    """One pullback, in rows.

    Attributes
    ----------
    peak : int
        The highest close before the fall; the latest row of that maximum.
    entered : int
        The first session in which the fall was known to be a pullback.
    left : int or None
        The session in which it was known to be over; None while it lasts.
    """

    peak: int
    entered: int
    left: int | None


class Pullbacks(NamedTuple):
    """What was known of pullbacks after the close of each session; T of them.

    Attributes
    ----------
    inside : bool array of shape (T,)
        Whether a pullback lasts: True from ``entered`` to the session before ``left``.
    peak : int64 array of shape (T,)
        Peak row of the current pullback, or of the last one; -1 before the first.
    upto : int64 array of shape (T,)
        The row up to which that pullback is measured: the session itself while it lasts, then the row in which it
        ended; -1 before the first.
    episodes : tuple of Episode
        In order of time; only the last can be open.
    """

    inside: NDArray[np.bool_]
    peak: Ints
    upto: Ints
    episodes: tuple[Episode, ...]


def find_pullbacks(close: Floats, enter: float, leave: float, window: int) -> Pullbacks:
    """The pullbacks of one series; row t of every answer uses rows <= t only.

    With ``M[t]`` the highest of the last ``window`` closes (of those there are, near the start):

    * a pullback is **entered** in the first session with ``close[t] <= (1 - enter) * M[t]``; the latest row of that
      maximum is its peak and stays so, however deep the fall;
    * it is **left** in the first session with ``close[t] >= (1 - leave) * close[peak]``, or with a new high of
      ``window`` sessions, ``close[t] >= M[t]``. Without the second way out one crash can be a "pullback" for ever:
      the ChiNext index fell from its peak of June 2015 and had not come back eleven years later.

    The trough plays no part, so nothing depends on a low before it is known to be one.

    Parameters
    ----------
    close : array of shape (T,)
        Closes, > 0; a NaN carries the last known close, and there is no pullback before the first.
    enter : float
        Fall from the peak that begins a pullback, in (0, 1); 0.08 is 8%.
    leave : float
        Distance from the peak at which it is over, in [0, enter).
    window : int
        Sessions in which to look for the peak, >= 2.

    Raises
    ------
    ParameterError
        For thresholds that are out of range.
    """
    if not 0 <= leave < enter < 1:
        raise ParameterError(f"a pullback needs 0 <= leave < enter < 1, was enter={enter!r}, leave={leave!r}")
    if window < 2:
        raise ParameterError(f"a pullback needs a window of at least 2 sessions, was {window!r}")
    line = carried(np.asarray(close, dtype=np.float64)[:, None])[:, 0]
    highest = _rolling_max(np.where(np.isnan(line), -np.inf, line), window)
    falls = line <= (1 - enter) * highest  # NaN compares False
    renewed = line >= highest
    episodes = []
    t = _next(falls, 0)
    while t is not None:
        peak = t - int(np.argmax(line[t::-1] == highest[t]))
        left = _next((line >= (1 - leave) * line[peak]) | renewed, t + 1)
        episodes.append(Episode(peak, t, left))
        t = None if left is None else _next(falls, left + 1)
    return _by_session(tuple(episodes), len(line))


def _by_session(episodes: tuple[Episode, ...], length: int) -> Pullbacks:
    inside = np.zeros(length, np.bool_)
    peak, upto = np.full(length, -1, np.int64), np.full(length, -1, np.int64)
    for episode in episodes:
        stop = length if episode.left is None else episode.left
        inside[episode.entered : stop] = True
        peak[episode.entered :] = episode.peak
        upto[episode.entered : stop] = np.arange(episode.entered, stop)
        upto[stop:] = stop
    return Pullbacks(inside, peak, upto, episodes)


def _next(flags: NDArray[np.bool_], start: int) -> int | None:
    """The first True row from ``start`` on."""
    rest = flags[start:]
    found = int(rest.argmax()) if rest.size else 0
    return start + found if rest.size and rest[found] else None


def _rolling_max(values: Floats, window: int) -> Floats:
    """Highest of the last ``window`` values (of those there are, near the start), by doubling: log2(window) passes."""
    out, width = values.copy(), 1
    while width < window:
        step = min(width, window - width)
        out[step:] = np.maximum(out[step:], out[:-step])
        width += step
    return out
