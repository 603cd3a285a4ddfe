"""Pullbacks of a benchmark as a causal state: when one began, from which peak, and when and how it ended."""

from __future__ import annotations

from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from .arrays import carried, sealed
from .benchmark import Benchmark
from .errors import ParameterError
from .types import Flags, Floats, Ints

ENTER, LEAVE, WINDOW, EXPIRE, STALE = 0.05, 0.02, 60, 60, 60
"""What a pullback is unless something else is asked for, and for how long its strength is worth something; why these
values: ``docs/pullbacks.md``."""

MONTH, VOLATILITY = 20, 60  # sessions that a unit of volatility is stated for, and is measured over
_FLAT = 1e-12  # per session; what rounding leaves of a line that never moves

Overlap = Literal["drop", "keep"]
Unit = Literal["percent", "volatility"]


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
    end : str
        "recovered", "new-high", "expired", or "" while it lasts.
    over : int or None
        The session in which the fall itself was over: ``left``, but for a pullback that expired, which is a correction
        or a bear market until it recovers or makes a new high; None while it lasts.
    """

    peak: int
    entered: int
    left: int | None
    end: str = ""
    over: int | None = None

    def earlier(self, rows: int) -> Episode:
        """The same in a count of rows that begins ``rows`` later."""
        left, over = (None if row is None else row - rows for row in (self.left, self.over))
        return Episode(self.peak - rows, self.entered - rows, left, self.end, over)


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

    inside: Flags
    peak: Ints
    upto: Ints
    episodes: tuple[Episode, ...]

    @property
    def age(self) -> Ints:
        """Sessions since the last one that is measured, shape (T,): 0 inside a pullback, -1 before the first."""
        return np.where(self.upto >= 0, np.arange(len(self.upto)) - self.upto, -1)


class PullbackRule(NamedTuple):
    """What a pullback is: the arguments of ``find_pullbacks``, under their names."""

    enter: float = ENTER
    leave: float = LEAVE
    window: int = WINDOW
    expire: int | None = EXPIRE
    overlap: Overlap = "drop"
    unit: Unit = "percent"

    def find(self, close: Floats) -> Pullbacks:
        """The pullbacks of a line of closes, shape (T,); see ``find_pullbacks``."""
        return find_pullbacks(
            close, self.enter, self.leave, self.window, expire=self.expire, overlap=self.overlap, unit=self.unit
        )

    def of(self, benchmark: Benchmark) -> Pullbacks:
        """The pullbacks of a benchmark, from its first bar on, in rows of its panel; T of them.

        One that peaked before the panel has no row for its peak: ``inside`` says that it lasts, ``peak`` and ``upto``
        are -1, and it is none of the ``episodes``. Found once for a benchmark; the arrays are read-only.
        """
        known = _known.setdefault(benchmark, {})
        if self not in known:
            found = self._of(benchmark)
            for array in (found.inside, found.peak, found.upto):
                sealed(array)
            known[self] = found
        return known[self]

    def _of(self, benchmark: Benchmark) -> Pullbacks:
        found, before = self.find(benchmark.line), benchmark.before
        if not before:
            return found
        known = found.peak[before:] >= before
        peak, upto = (np.where(known, line[before:] - before, -1) for line in (found.peak, found.upto))
        episodes = tuple(item.earlier(before) for item in found.episodes if item.peak >= before)
        return Pullbacks(found.inside[before:], peak, upto, episodes)

    def scaled(self, sessions: float) -> PullbackRule:
        """The same rule where a year has ``sessions`` of them in place of 252: spans of sessions in proportion."""
        share = sessions / 252
        expire = None if self.expire is None else max(1, round(self.expire * share))
        return self._replace(window=max(2, round(self.window * share)), expire=expire)

    def sentence(self) -> str:
        """The rule in words."""
        enter, leave = (
            f"{value * 100:g}%" if self.unit == "percent" else f"{value:g} monthly volatilities"
            for value in (self.enter, self.leave)
        )
        expired = "" if self.expire is None else f", or {self.expire} sessions later; then it is a correction"
        return (
            f"A pullback begins when the benchmark closes {enter} or more below its high of {self.window} sessions, "
            f"and is over within {leave} of that peak or at a new high of {self.window} sessions{expired}. "
            "Each is known the same evening."
        )


_known: WeakKeyDictionary[Benchmark, dict[PullbackRule, Pullbacks]] = WeakKeyDictionary()
"""What was found already, by benchmarks that are still there: every strategy and report on a panel asks."""


def find_pullbacks(
    close: Floats,
    enter: float = ENTER,
    leave: float = LEAVE,
    window: int = WINDOW,
    *,
    expire: int | None = EXPIRE,
    overlap: Overlap = "drop",
    unit: Unit = "percent",
) -> Pullbacks:
    """The pullbacks of one series; row t of every answer uses rows <= t only.

    With ``M[t]`` the highest of the last ``window`` closes (of those there are, near the start), and u the unit:

    * a pullback is **entered** in the first session with ``close[t] <= (1 - enter * u) * H[t]``, where H is M, with
      ``overlap="drop"`` taken over closes from the end of the fall before only; the latest row of that maximum is its
      peak and stays so, however deep the fall. So one peak belongs to one episode;
    * it is **left** in the first session with ``close[t] >= (1 - leave * u) * close[peak]`` (recovered), with a new
      high of ``window`` sessions, ``close[t] >= M[t]``, or ``expire`` sessions after it was entered. A fall that
      expired is no longer a pullback but a correction or a bear market: until it has recovered or made a new high, no
      other pullback is entered.

    The trough plays no part, so nothing depends on a low before it is known to be one.

    Parameters
    ----------
    close : array of shape (T,)
        Closes, > 0; a NaN carries the last known close, and there is no pullback before the first.
    enter : float
        Fall from the peak that begins a pullback, > 0: in (0, 1) as a fraction (0.05 is 5%), or in units of volatility.
    leave : float
        Distance from the peak at which it is over, in [0, enter).
    window : int
        Sessions in which to look for the peak, >= 2.
    expire : int, optional
        Sessions, >= 1, after which it is no pullback any more; None is never.
    overlap : {"drop", "keep"}
        "keep" looks for the peak behind the end of the fall before as well, so that falls can share one.
    unit : {"percent", "volatility"}
        "volatility" is the standard deviation (ddof 1) of the 60 log returns up to the peak, times the root of 20: what
        a month usually moves. A peak before there are so many has no pullback.

    Returns
    -------
    Pullbacks

    Raises
    ------
    ParameterError
        For thresholds that are out of range.

    Notes
    -----
    ``find_pullbacks(close, 0.08, 0.03, 250, expire=None, overlap="keep")`` is the rule of version 0.2.
    """
    _check(enter, leave, window, expire, unit)
    line = carried(np.asarray(close, dtype=np.float64)[:, None])[:, 0]
    known = np.where(np.isnan(line), -np.inf, line)
    highest = _rolling_max(known, window)
    renewed = line >= highest  # NaN compares False
    scale = np.ones(len(line)) if unit == "percent" else monthly_volatility(line)
    episodes: list[Episode] = []
    start, t = 0, _first(known, highest, scale, enter, window, start=0, after=0, drop=overlap == "drop")
    while t is not None:
        peak = _peak(known, t, window, start if overlap == "drop" else 0)
        back = line >= (1 - leave * scale[peak]) * line[peak]
        over = _next(back | renewed, t + 1)
        if expire is not None and t + expire < len(line) and (over is None or over > t + expire):
            episodes.append(Episode(peak, t, t + expire, "expired", over))
        else:
            end = "" if over is None else "recovered" if back[over] else "new-high"
            episodes.append(Episode(peak, t, over, end, over))
        if over is None:
            break
        start = over
        t = _first(known, highest, scale, enter, window, start=start, after=over + 1, drop=overlap == "drop")
    return _by_session(tuple(episodes), len(line))


def monthly_volatility(line: Floats) -> Floats:
    """Standard deviation (ddof 1) of the last 60 log returns, times the root of 20, shape (T,).

    Parameters
    ----------
    line : array of shape (T,)
        Closes, > 0, carried; NaN before the first.

    Returns
    -------
    array of shape (T,)
        NaN until there are 60 returns; a line that does not move keeps the last volatility it had.
    """
    import pandas as pd

    deviation = pd.Series(np.log(line)).diff().rolling(VOLATILITY).std()
    units: Floats = (deviation.where(deviation > _FLAT).ffill() * MONTH**0.5).to_numpy()
    return units


def _check(enter: float, leave: float, window: int, expire: int | None, unit: str) -> None:
    most = 1.0 if unit == "percent" else float("inf")
    if not 0 <= leave < enter < most:
        words = "0 <= leave < enter < 1" if unit == "percent" else "0 <= leave < enter"
        raise ParameterError(f"a pullback needs {words}, was enter={enter!r}, leave={leave!r}")
    if window < 2:
        raise ParameterError(f"a pullback needs a window of at least 2 sessions, was {window!r}")
    if expire is not None and expire < 1:
        raise ParameterError(f"a pullback expires after 1 session or more, or never (None), was {expire!r}")


def _first(
    known: Floats, highest: Floats, scale: Floats, enter: float, window: int, *, start: int, after: int, drop: bool
) -> int | None:
    """The first session from ``after`` on that enters a pullback from a peak in the last ``window`` rows.

    With ``drop`` from row ``start`` on only.
    """
    top = highest
    if drop:
        top = highest.copy()
        stop = min(start + window, len(known))
        top[start:stop] = np.maximum.accumulate(known[start:stop])
    if (scale == 1).all():
        return _next((known <= (1 - enter) * top) & np.isfinite(known), after)
    deep = known <= top  # every session can be one: look closer only where the fall could be deep enough
    for t in np.flatnonzero(deep[after:]) + after:
        unit = scale[_peak(known, int(t), window, start if drop else 0)]
        if known[t] <= (1 - enter * unit) * top[t] and np.isfinite(known[t]):
            return int(t)
    return None


def _peak(known: Floats, t: int, window: int, start: int) -> int:
    """The latest row of the highest of the last ``window`` rows up to t, from ``start`` on."""
    low = max(start, t - window + 1)
    return t - int(np.argmax(known[low : t + 1][::-1]))


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


def _next(flags: Flags, start: int) -> int | None:
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
