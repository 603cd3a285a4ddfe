"""Relative strength in pullbacks: who holds up while the benchmark falls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..data.errors import DataError, ParameterError
from ..data.panel import Floats, Panel
from ..data.pullback import find_pullbacks
from .part import ByRow, Rows, parameter
from .scores import Score


@dataclass(frozen=True)
class PullbackStrength(ByRow, Score):
    """Strength against the benchmark, measured in its current pullback, or in the last one.

    A pullback has its peak in row k (see ``sectorlead.data.pullback.find_pullbacks``). While it lasts, strength in
    row t is measured over the sessions k+1..t; when it is over, strength stays what it was in the session that ended
    it, until the next one begins. With P the adjusted close of a symbol, B the close of the benchmark, both carried
    over sessions without a bar:

    ``"excess"``
        ``(P[t] / P[k]) / (B[t] / B[k]) - 1``. Favours whatever moves little: a low beta looks like strength.
    ``"beta-adjusted"``
        The sum over k+1..t of ``r - beta * b``, with r and b the log returns of P and B; so it is ``ln(P[t] / P[k]) -
        beta * ln(B[t] / B[k])``. ``beta`` is the OLS slope of r on b over the ``beta_window`` sessions that end at
        the peak, from sessions in which the symbol has a bar and had one in the session before; at least half of
        them. It takes out what the symbol's usual beta explains.
    ``"down-capture"``
        ``1 - G(r) / G(b)`` with G the geometric mean of simple returns over the sessions of k+1..t in which the
        benchmark fell and the symbol has a bar and had one in the session before; at least half of the sessions in
        which it fell. 0 falls as the benchmark does, 1 doesn't fall, less than 0 falls more.

    NaN before the first pullback, where a term isn't known (a symbol listed since the peak), and where there is no
    bar at t.

    Parameters
    ----------
    measure : str
        "excess", "beta-adjusted" or "down-capture".
    enter : float
        Fall of the benchmark from its peak that begins a pullback; 0.08 is 8%.
    leave : float
        Distance from the peak at which it is over; less than ``enter``.
    window : int
        Sessions in which the peak is looked for.
    beta_window : int
        Sessions up to the peak from which beta is estimated.

    Raises
    ------
    ParameterError
        For a value out of its range.
    DataError
        When the panel has no benchmark.

    Notes
    -----
    Market practice: Weinstein, "Secrets for Profiting in Bull and Bear Markets" (1988), reads a share that falls 10%
    while the market falls 20% as strong; the beta adjustment answers that a defensive share always looks so.
    """

    measure: str = parameter("beta-adjusted", choices=("excess", "beta-adjusted", "down-capture"),
                             grid=("excess", "beta-adjusted", "down-capture"))  # fmt: skip
    enter: float = parameter(0.08, low=0.001, high=0.9, grid=(0.06, 0.08, 0.10, 0.15))
    leave: float = parameter(0.03, low=0.0, high=0.9, grid=(0.0, 0.03, 0.05))
    window: int = parameter(250, low=2, high=2520, grid=(120, 250))
    beta_window: int = parameter(120, low=10, high=2520, grid=(60, 120, 250))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.leave >= self.enter:
            raise ParameterError(f"PullbackStrength.leave must be less than enter={self.enter!r}, was {self.leave!r}")

    def at(self, panel: Panel, rows: Rows) -> Floats:
        """Strength in the current or last pullback, shape (D, N)."""
        if panel.benchmark is None:
            raise DataError("PullbackStrength needs a benchmark: load(..., benchmark=...), or --benchmark PATH:SYMBOL")
        index = panel.benchmark.last_close
        pullbacks = find_pullbacks(index, self.enter, self.leave, self.window)
        peak, upto = pullbacks.peak[rows], pullbacks.upto[rows]
        strength = np.full((len(rows), len(panel.symbols)), np.nan)
        known = peak >= 0
        if known.any():
            strength[known] = self._measured(panel, index, peak[known], upto[known])
        strength[~panel.has_bar[rows]] = np.nan
        return strength

    def _measured(self, panel: Panel, index: Floats, peak: Rows, upto: Rows) -> Floats:
        price = panel.last_adjusted_close
        grown, market = price[upto] / price[peak], (index[upto] / index[peak])[:, None]
        if self.measure == "excess":
            return grown / market - 1
        peaks, of_row = np.unique(peak, return_inverse=True)
        if self.measure == "beta-adjusted":
            betas = np.stack([_beta(panel, index, k, self.beta_window) for k in peaks.tolist()])
            return np.log(grown) - betas[of_row] * np.log(market)
        strength = np.empty(grown.shape)
        for i, k in enumerate(peaks.tolist()):
            mine = of_row == i
            strength[mine] = _down_capture(panel, index, k, upto[mine])
        return strength


def _moves(panel: Panel, index: Floats, start: int, stop: int) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Log returns in rows start..stop-1 of the symbols, shape (S, N), and of the index, shape (S,).

    The third answer, shape (S, N), is where a symbol has a bar now and had one just before.
    """
    price, has_bar = panel.last_adjusted_close, panel.has_bar
    with np.errstate(invalid="ignore"):
        moves = np.log(price[start:stop] / price[start - 1 : stop - 1])
    market = np.log(index[start:stop] / index[start - 1 : stop - 1])
    return moves, market, has_bar[start:stop] & has_bar[start - 1 : stop - 1]


def _beta(panel: Panel, index: Floats, peak: int, window: int) -> Floats:
    """OLS slope of log returns on the index over the ``window`` sessions that end at ``peak``, shape (N,)."""
    moves, market, present = _moves(panel, index, max(peak - window + 1, 1), peak + 1)
    present &= np.isfinite(market)[:, None]
    count = present.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(present, market[:, None], 0.0).sum(axis=0) / count
        apart = np.where(present, market[:, None] - mean, 0.0)
        beta: Floats = (apart * np.where(present, moves, 0.0)).sum(axis=0) / (apart * apart).sum(axis=0)
    beta[(2 * count < window) | ~np.isfinite(beta)] = np.nan
    return beta


def _down_capture(panel: Panel, index: Floats, peak: int, upto: Rows) -> Floats:
    """``1 - G(r) / G(b)`` from ``peak`` to each row of ``upto``, shape (len(upto), N)."""
    moves, market, present = _moves(panel, index, peak + 1, int(upto.max()) + 1)
    fell = market < 0
    present &= fell[:, None]
    taken = upto - peak - 1
    # Running sums add in the order of the rows, so a row's value does not depend on how many follow.
    days = np.cumsum(present, axis=0)[taken]
    with np.errstate(invalid="ignore", divide="ignore"):
        ours = np.expm1(np.cumsum(np.where(present, moves, 0.0), axis=0)[taken] / days)
        theirs = np.expm1(np.cumsum(np.where(present, market[:, None], 0.0), axis=0)[taken] / days)
        capture: Floats = 1 - ours / theirs
    capture[2 * days < np.cumsum(fell)[taken][:, None]] = np.nan
    return capture
