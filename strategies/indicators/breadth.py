"""Breadth: how many take part, how far they lie apart, how much they move together, and how fast the lead changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.panel import Panel
from ...data.types import Flags, Floats
from ...engine.compiled.lazily import compiled
from ..domain import parameter
from ..volatility import NO_VOLATILITY
from .indicator import Indicator

ROUNDING = 1e-12  # 9 / 10 - 1 is above -0.1


class BreadthReading(NamedTuple):
    """What was known after the close of each session: shape (T,), ``crowding`` (T, N). NaN where it isn't known.

    Attributes
    ----------
    up : ndarray
        Share of series with a return above 0.
    above_mean : ndarray
        Share whose close is above the mean of their last ``mean`` closes.
    at_high, at_low : ndarray
        Share whose close is the highest, or lowest, of their last ``high`` closes.
    surges, slumps : ndarray
        Number of series that rose, or fell, by ``move`` or more.
    limit_up, limit_down : ndarray
        Number of closes at the limit price; NaN without ``limit``.
    dispersion : ndarray
        Standard deviation (ddof 1) of the session's returns across series, a fraction.
    correlation : ndarray
        Mean of the pairwise correlations of returns over the last ``together`` sessions.
    rotation : ndarray
        Rotation speed, from 0 (same order as before) to 1 (order reversed); 2/3 is chance.
    crowding : ndarray
        Share of the last ``crowded`` sessions whose share of turnover was not above this session's, in (0, 1].
    """

    up: Floats
    above_mean: Floats
    at_high: Floats
    at_low: Floats
    surges: Floats
    slumps: Floats
    limit_up: Floats
    limit_down: Floats
    dispersion: Floats
    correlation: Floats
    rotation: Floats
    crowding: Floats


@dataclass(frozen=True)
class Breadth(Indicator):
    """Participation, limit moves, dispersion, correlation, rotation and crowding of a panel's series.

    Returns are simple, of adjusted closes; where a series had no bar the session before, the return is from its last
    one. A series without a bar in a session, without enough history for a measure, or not yet published
    (``known_from``) is neither counted nor part of what it is counted against. Where fewer than ``present`` of the
    series that have begun, or fewer than two, are left, the measure is NaN. A series that has ended counts as absent.

    * **correlation**: with z the returns of the n series standardised over the window, the variance (ddof 0) of their
      sum is ``n + n (n - 1) rho``, and rho the mean of all pairs; so ``rho = (var(sum of z) - n) / (n (n - 1))``. A
      session without a bar is a return of 0 here; a series that never moved is left out.
    * **rotation**: with R the rank of a series by its return over the last ``turn`` sessions, and Q by that over the
      ``turn`` sessions before them, ``sum |R - Q| / floor(n^2 / 2)``, which is 1 for the reversed order. Ties go by
      symbol. Market practice.
    * **crowding**: a series' share of the amount of all series whose amount is known; the window needs half of its
      sessions known.
    * **limit**: the limit price is the previous close times ``1 +/- limit`` rounded half up to a whole ``tick``;
      indices have none. A market's dated limits by board are in the rule book of the engine; this is one for all.

    Parameters
    ----------
    mean, high : int
        Sessions of the mean, and of the highs and lows.
    move : float
        Size of a surge or slump; 0.09 is 9%.
    limit : float, optional
        Daily price limit, e.g. 0.1.
    tick : float
        Smallest price step.
    together, turn, crowded : int
        Sessions of the correlation, of each of the two returns of the rotation, and of the crowding.
    present : float
        Least share of the series that have begun.
    """

    mean: int = parameter(60, low=2, high=2520, grid=(20, 60, 120))
    high: int = parameter(60, low=2, high=2520, grid=(20, 60, 250))
    move: float = parameter(0.09, low=0.0001, high=1.0)
    limit: float | None = parameter(None, kind=float, low=0.001, high=1.0)
    tick: float = parameter(0.01, low=0.0001, high=1.0)
    together: int = parameter(20, low=3, high=250, grid=(20, 60))
    turn: int = parameter(5, low=1, high=250, grid=(1, 5, 20))
    crowded: int = parameter(250, low=2, high=2520, grid=(120, 250))
    present: float = parameter(0.5, low=0.0, high=1.0)

    def __call__(self, panel: Panel) -> BreadthReading:
        """The breadth of every session."""
        crowd = Crowd.of(panel, self.present)
        price, moves = panel.last_adjusted_close, crowd.moves
        mean = pd.DataFrame(price, copy=False).rolling(self.mean).mean().to_numpy()
        highest, lowest = (_extreme(price, self.high, pick) for pick in (np.maximum, np.minimum))
        upper, lower = self._at_limits(panel)
        return BreadthReading(
            crowd.share(moves > 0, moves),
            crowd.share(price > mean, mean),
            crowd.share(price >= highest, highest),
            crowd.share(price <= lowest, lowest),
            crowd.number(moves >= self.move - ROUNDING, moves),
            crowd.number(moves <= -self.move + ROUNDING, moves),
            crowd.number(upper, moves if self.limit else np.full(moves.shape, np.nan)),
            crowd.number(lower, moves if self.limit else np.full(moves.shape, np.nan)),
            crowd.dispersion(moves),
            crowd.correlation(self.together),
            self._rotation(crowd, price),
            percentile(crowd.turnover_share(panel.amount), self.crowded),
        )

    def _at_limits(self, panel: Panel) -> tuple[Flags, Flags]:
        """Closes at the upper and at the lower limit, shape (T, N)."""
        if self.limit is None:
            none = np.zeros(panel.shape, np.bool_)
            return none, none
        previous = before(panel.last_adjusted_close) / panel.adj_factor
        previous[:, [kind == "index" for kind in panel.kinds]] = np.nan
        upper, lower = (limit_prices(previous, side * self.limit, self.tick) for side in (1, -1))
        return panel.close >= upper - self.tick / 2, panel.close <= lower + self.tick / 2

    def _rotation(self, crowd: Crowd, price: Floats) -> Floats:
        recent = price / before(price, self.turn) - 1
        earlier = before(recent, self.turn)
        taken = crowd.alive & np.isfinite(earlier)
        order = (np.where(taken, move, np.inf).argsort(axis=1, kind="stable") for move in (recent, earlier))
        rank, old_rank = (columns.argsort(axis=1) for columns in order)
        size = taken.sum(axis=1)
        moved = np.where(taken, np.abs(rank - old_rank), 0).sum(axis=1)
        return np.where(crowd.enough(taken), moved / np.maximum(size * size // 2, 1), np.nan)


class Crowd(NamedTuple):
    """Who counts in each session, and what they did; the arithmetic across series that breadth and regimes share.

    Attributes
    ----------
    alive : bool array of shape (T, N)
        Published and with a bar.
    moves : float array of shape (T, N)
        Simple return since the last bar; NaN where not alive, and in the first bar.
    needed : float array of shape (T,)
        How many must have a value.
    """

    alive: Flags
    moves: Floats
    needed: Floats

    @classmethod
    def of(cls, panel: Panel, present: float) -> Crowd:
        """The series of a panel that can be counted.

        Parameters
        ----------
        panel : Panel
        present : float
            The least share of the series that have begun, in [0, 1], for an answer in a session.
        """
        price = panel.last_adjusted_close
        alive = panel.has_bar & panel.published
        begun = (np.isfinite(price) & panel.published).sum(axis=1)
        return cls(alive, np.where(alive, price / before(price) - 1, np.nan), np.maximum(present * begun, 2.0))

    def enough(self, known: Flags) -> Flags:
        """Whether enough of them are known, shape (T,)."""
        enough: Flags = known.sum(axis=1) >= self.needed
        return enough

    def number(self, flags: Flags, of: Floats) -> Floats:
        """How many of the alive have the flag.

        Parameters
        ----------
        flags : bool array of shape (T, N)
        of : float array of shape (T, N)
            What the flag was made of: where it is NaN or infinite, a series does not count.

        Returns
        -------
        float array of shape (T,)
            NaN where too few count.
        """
        known = self.alive & np.isfinite(of)
        number: Floats = np.where(self.enough(known), (flags & known).sum(axis=1), np.nan)
        return number

    def share(self, flags: Flags, of: Floats) -> Floats:
        """The share of the alive that have the flag.

        Parameters
        ----------
        flags : bool array of shape (T, N)
        of : float array of shape (T, N)
            As ``number``.

        Returns
        -------
        float array of shape (T,)
            In [0, 1]; NaN where too few count.
        """
        share: Floats = self.number(flags, of) / np.maximum((self.alive & np.isfinite(of)).sum(axis=1), 1)
        return share

    def dispersion(self, values: Floats) -> Floats:
        """Standard deviation (ddof 1) across the alive with a finite value, shape (T,)."""
        known = self.alive & np.isfinite(values)
        number = np.maximum(known.sum(axis=1), 2)
        mean = across(np.where(known, values, 0.0)) / number
        apart = np.where(known, values - mean[:, None], 0.0)
        return np.where(self.enough(known), np.sqrt(across(apart * apart) / (number - 1)), np.nan)

    def correlation(self, window: int) -> Floats:
        """Mean of the pairwise correlations of the last ``window`` returns, shape (T,); see ``Breadth``."""
        return _mean_correlation(self.moves, self.alive, self.needed, window)

    def turnover_share(self, amount: Floats) -> Floats:
        """Share of each in the amount of the alive whose amount is known, shape (T, N)."""
        known = self.alive & np.isfinite(amount)
        total = across(np.where(known, amount, 0.0))
        usable = self.enough(known) & (total > 0)
        return np.where(known & usable[:, None], amount / np.where(usable, total, 1.0)[:, None], np.nan)


def across(values: Floats) -> Floats:
    """Row sums in the order of the columns: the same bits whatever the shape and layout, unlike ``sum(axis=1)``."""
    sums: Floats = np.add.accumulate(values, axis=1)[:, -1]
    return sums


def before(values: Floats, sessions: int = 1) -> Floats:
    """``values`` as they were some sessions ago.

    Parameters
    ----------
    values : float array of shape (T, ...)
    sessions : int
        >= 1.

    Returns
    -------
    float array of the same shape
        NaN in the first ``sessions`` rows.
    """
    out = np.full(values.shape, np.nan)
    out[sessions:] = values[: max(len(values) - sessions, 0)]
    return out


def limit_prices(previous: Floats, limit: float, tick: float) -> Floats:
    """Highest or lowest prices of a session.

    In whole ticks and basis points, rounded half up, as ``engine.market.arithmetic.limit_price`` does it for one price;
    NaN stays NaN.

    Parameters
    ----------
    previous : float array
        Closes before, of any shape.
    limit : float
        As a fraction: 0.1 gives the highest prices, -0.1 the lowest.
    tick : float
        Smallest step of a price, in currency.

    Returns
    -------
    float array of the same shape
    """
    ticks = np.floor(previous / tick + 0.5 + 1e-6)
    points = 10_000 + np.floor(limit * 10_000 + 0.5)
    prices: Floats = np.floor((ticks * points * 2 + 10_000) / 20_000) / np.floor(1 / tick + 0.5)
    return prices


def _extreme(values: Floats, window: int, pick: np.ufunc) -> Floats:
    """Highest or lowest of the last ``window`` values, by doubling; NaN where they are not all known."""
    out, width = values.copy(), 1
    while width < window:
        step = min(width, window - width)
        out[step:] = pick(out[step:], out[: max(len(out) - step, 0)])
        width += step
    out[: window - 1] = np.nan
    return out


@compiled
def _mean_correlation(moves: Floats, alive: Flags, needed: Floats, window: int) -> Floats:
    sessions, series = moves.shape
    out = np.full(sessions, np.nan)
    first = np.full(series, sessions)
    filled = np.zeros((series, sessions))
    for t in range(sessions):
        for i in range(series):
            if np.isfinite(moves[t, i]):
                filled[i, t] = moves[t, i]
                first[i] = min(first[i], t)
    total = np.empty(window)
    for t in range(window - 1, sessions):
        number = 0
        total[:] = 0.0
        for i in range(series):
            if not alive[t, i] or first[i] > t - window + 1:
                continue
            line = filled[i, t - window + 1 : t + 1]
            mean = 0.0
            for j in range(window):
                mean += line[j]
            mean /= window
            spread = 0.0
            for j in range(window):
                spread += (line[j] - mean) * (line[j] - mean)
            deviation = np.sqrt(spread / window)
            if deviation > NO_VOLATILITY:
                number += 1
                for j in range(window):
                    total[j] += (line[j] - mean) / deviation
        if number >= needed[t]:
            variance = 0.0
            for j in range(window):
                variance += total[j] * total[j]
            out[t] = (variance / window - number) / (number * (number - 1))
    return out


@compiled
def percentile(values: Floats, window: int) -> Floats:
    """Share of the known of the last ``window`` rows that are not above the row's.

    Parameters
    ----------
    values : float array of shape (T, N)
    window : int
        Rows, this one included.

    Returns
    -------
    float array of shape (T, N)
        In (0, 1]; NaN where fewer than half of the window are known, or the row's value is not.
    """
    sessions, series = values.shape
    out = np.full((sessions, series), np.nan)
    below, known = np.empty(series, np.int64), np.zeros(series, np.int64)
    for t in range(sessions):
        for i in range(series):
            known[i] += not np.isnan(values[t, i])
            if t >= window:
                known[i] -= not np.isnan(values[t - window, i])
        below[:] = 0
        for s in range(max(t - window + 1, 0), t + 1):
            for i in range(series):
                below[i] += values[s, i] <= values[t, i]
        for i in range(series):
            if not np.isnan(values[t, i]) and 2 * known[i] >= window:
                out[t, i] = below[i] / known[i]
    return out
