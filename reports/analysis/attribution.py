"""Where the active return came from: Brinson-Fachler allocation by series, linked over time, and tilt against timing.

The benchmark is the universe: all listed series in equal weight, rebalanced every session and without costs, so that
weights and returns of each session add up exactly; the sector weights of a market index are not in the data. What is
held is the series itself, so there is no selection within a sector. Weights are those at the close before, and what a
session buys has none then: what it makes from its fill to the close, over what the universe makes from the same prices
to the same close, is an effect of its own, the first day; of what is sold it is the reverse. Costs are the last effect.
Cash is no series, and stands apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...data.types import Floats
from ...engine.market.fees import SLIPPAGE
from ...engine.market.fill_prices import reference_price
from ...engine.record import Record
from ...engine.suspended import last_rows
from ..history import history_of

CASH = "Cash, in no series"
COLUMNS = {
    "Mean weight": "at the closes before the sessions, over the run",
    "Universe": "the same of all listed series in equal weight, rebalanced every session, without costs",
    "Tilt": "what the mean weight over the universe's would have brought",
    "Timing": "for weighing more than that mean when the series beat the universe, and less when it did not",
    "Allocation": "tilt and timing",
    "First day": "of a new holding from its fill to the close, over the universe from the same prices to the same "
    "close; of what was sold, the reverse",
    "Costs": "fees and slippage",
    "Total": "allocation, first day and costs; all rows add up to the return over the universe",
}
"""What each column of the table is, for readers."""


class Effects(NamedTuple):
    """Brinson-Fachler effects of one period, or of many along the first axes; each of shape (..., N), fractions."""

    allocation: Floats
    selection: Floats
    interaction: Floats


def brinson_fachler(weights: Floats, of_benchmark: Floats, returns: Floats, benchmark: Floats) -> Effects:
    """Allocation ``(w - v) * (b - B)``, selection ``v * (r - b)`` and interaction ``(w - v) * (r - b)``.

    With w and v the weights of the portfolio and of the benchmark at the start, r and b their returns in each sector,
    and ``B = sum(v * b)``. Where the weights sum to 1, the sum of all effects is the active return, exactly.

    Parameters
    ----------
    weights, of_benchmark, returns, benchmark : arrays of shape (..., N)
        All known: a sector without a return has weight and return 0.

    Notes
    -----
    Brinson and Fachler, "Measuring non-US equity portfolio performance" (1985).
    """
    total = (of_benchmark * benchmark).sum(axis=-1, keepdims=True)
    active, own = weights - of_benchmark, returns - benchmark
    return Effects(active * (benchmark - total), of_benchmark * own, active * own)


def carino(own: Floats, benchmark: Floats) -> Floats:
    """Factors of shape (S,) that make effects of single periods add up to the active return over all of them.

    ``k[t] / k`` with ``k[t] = (ln(1 + r[t]) - ln(1 + b[t])) / (r[t] - b[t])``, ``1 / (1 + r[t])`` where both are the
    same, and k the same of the compounded returns. So ``sum(factor * (r - b)) == R - B``, as fractions of the starting
    value. Returns are > -1.

    Parameters
    ----------
    own, benchmark : float arrays of shape (S,)
        Simple returns of single periods, as fractions > -1.

    Notes
    -----
    Carino, "Combining attribution effects over time" (1999).
    """
    steps = _per_unit(own, benchmark)
    whole = _per_unit(np.expm1(np.log1p(own).sum()), np.expm1(np.log1p(benchmark).sum()))
    return np.asarray(steps / whole)


def _per_unit(own: Floats, benchmark: Floats) -> Floats:
    """``(ln(1 + r) - ln(1 + b)) / (r - b)``, exact where r and b are near each other, too."""
    share = (own - benchmark) / (1.0 + benchmark)
    flat = share == 0
    return np.where(flat, 1.0, np.log1p(share) / np.where(flat, 1.0, share)) / (1.0 + benchmark)


class Effect(NamedTuple):
    """What one series, or cash, brought over the universe; fractions of the starting value, linked.

    Attributes
    ----------
    column : int or None
        Of the panel; None for cash.
    weight, universe : float
        Mean weight at the closes before the run's sessions, of the run and of the universe.
    allocation : float
        For being over- or underweight: ``tilt + timing``.
    tilt : float
        What its mean active weight would have brought; the mean over the sessions in which it was in the universe
        or held.
    timing : float
        For deviating from that mean at the right time.
    first_day : float
        What was bought made from its fill to the close of that session, over what the universe made from the prices of
        that time to the same close; what was sold, the reverse. Without costs; 0 where orders fill at closes.
    costs : float
        Fees and slippage, <= 0.
    years : tuple of float
        ``total`` by calendar year of the run.
    """

    column: int | None
    weight: float
    universe: float
    allocation: float
    tilt: float
    timing: float
    first_day: float
    costs: float
    years: tuple[float, ...]

    @property
    def total(self) -> float:
        """Allocation, first day and costs."""
        return self.allocation + self.first_day + self.costs


class Attribution(NamedTuple):
    """The active return and its parts.

    Attributes
    ----------
    own, universe : float
        Total returns; their difference is the sum of the totals of ``effects``.
    years : tuple of int
        Calendar years of the run.
    effects : tuple of Effect
        One per series that was in the universe or held at some time, in the panel's order, and cash last.
    """

    own: float
    universe: float
    years: tuple[int, ...]
    effects: tuple[Effect, ...]

    @property
    def active(self) -> float:
        """Return of the run less that of the universe, over the whole run."""
        return self.own - self.universe


def attribution(record: Record) -> Attribution | None:
    """Explains a run's return over that of the universe; None where either lost everything, or nothing was listed.

    In each session, with w the run's weights at the close before (cash included), v those of the universe, and b the
    total return of each series from close to close: allocation is that of ``brinson_fachler``. What a series earned in
    the run beyond ``w * b``, its fees and slippage apart, it made between fill and close. Less what was bought of it,
    over equity, times the return of the universe from fill to close, this is its first day; cash has the counterpart,
    so that all effects add up. They are linked by ``carino``.
    """
    history = history_of(record)
    before = np.concatenate(([history.opening], history.equity[:-1]))
    shares, steps = _universe(record)
    if not (before > 0).all() or not (history.equity > 0).all() or not shares.any():
        return None
    size, width = steps.shape
    worth = np.vstack((np.zeros(width), history.worth))
    log = history.fills
    flows, paid = np.zeros((2, size, width))
    np.add.at(flows, (log.row, log.column), np.where(log.side > 0, log.value, -log.value) + log.fees)
    np.add.at(paid, (log.row, log.column), log.fees + history.costs.get(SLIPPAGE, np.zeros(len(log.row))))
    earned = (np.diff(worth, axis=0) - flows) / before[:, None]
    costs = -paid / before[:, None]
    weights = worth[:-1] / before[:, None]
    own = (history.equity - record.outcome.flows) / before - 1.0
    idle = own - earned.sum(axis=1)  # interest
    cash = 1.0 - weights.sum(axis=1)
    rate = np.divide(idle, cash, out=np.zeros(size), where=np.abs(cash) > 1e-9)

    weights, shares = np.column_stack((weights, cash)), np.column_stack((shares, np.zeros(size)))
    steps = np.column_stack((steps, rate))
    earned, costs = np.column_stack((earned, idle)), np.column_stack((costs, np.zeros(size)))
    universe = (shares * steps).sum(axis=1)
    if (universe <= -1).any():
        return None
    factor = carino(own, universe)[:, None]
    allocation = brinson_fachler(weights, shares, steps, steps).allocation * factor
    bought = np.zeros((size, width + 1))
    np.add.at(bought, (log.row, log.column), np.where(history.traded, log.signed * log.price, 0.0))
    bought /= before[:, None]
    bought[:, -1] = -bought.sum(axis=1)
    first_day = (earned - weights * steps - costs - bought * _from_fill_to_close(record, shares[:, :-1])) * factor
    in_play = (shares > 0) | (weights > 0)
    in_play[:, -1] = True
    excess = np.where(in_play, steps - universe[:, None], 0.0) * factor
    active = np.where(in_play, weights - shares, 0.0).sum(axis=0) / np.maximum(in_play.sum(axis=0), 1)
    tilt = active * excess.sum(axis=0)
    total = allocation + first_day + costs * factor
    years, where = np.unique(record.sessions.year.to_numpy(), return_inverse=True)
    by_year = np.zeros((len(years), width + 1))
    np.add.at(by_year, where, total)
    sums = [part.sum(axis=0) for part in (allocation, first_day, costs * factor)]
    effects = tuple(
        Effect(
            column if column < width else None, float(weights[:, column].mean()), float(shares[:, column].mean()),
            float(sums[0][column]), float(tilt[column]), float(sums[0][column] - tilt[column]),
            float(sums[1][column]), float(sums[2][column]), tuple(by_year[:, column].tolist()),
        )
        for column in range(width + 1)
        if in_play[:, column].any() or total[:, column].any()
    )  # fmt: skip
    return Attribution(
        float(record.wealth[-1] - 1.0),
        float(np.prod(1.0 + universe) - 1.0),
        tuple(years.tolist()),
        effects,
    )


def largest(found: Attribution, most: int) -> tuple[tuple[Effect, ...], tuple[Effect, ...]]:
    """The ``most`` effects of series with the largest totals by size, in descending order, and the others.

    Parameters
    ----------
    found : Attribution
    most : int
    """
    series = (effect for effect in found.effects if effect.column is not None)
    order = sorted(series, key=lambda effect: -abs(effect.total))
    kept = sorted(order[:most], key=lambda effect: -effect.total)
    return tuple(kept), tuple(order[most:])


class Rows(NamedTuple):
    """An attribution as two tables.

    Attributes
    ----------
    effects : list of (str, Effect)
        By name, series first; then cash, which is none, and all of them.
    years : list of str
        Heads of the columns of ``by_year``.
    by_year : list of (str, list of float, float)
        Name, effect of each year, and the total.
    """

    effects: list[tuple[str, Effect]]
    years: list[str]
    by_year: list[tuple[str, list[float], float]]


def rows_of(found: Attribution, names: Sequence[str], most: int = 40, most_years: int = 15) -> Rows:
    """The ``most`` largest effects, what is left as one row, and all; years before the last ``most_years`` as one.

    ``names`` are those of the panel's series.

    Parameters
    ----------
    found : Attribution
    names : sequence of str
        Of the panel's series.
    most : int
        Effects shown one by one.
    most_years : int
        Years shown one by one.
    """
    kept, rest = largest(found, most)
    effects = [(names[row.column], row) for row in kept if row.column is not None]
    effects += [(f"{len(rest)} others", summed(rest))] if rest else []
    effects += [(CASH, row) for row in found.effects if row.column is None]
    effects.append(("All", summed(found.effects)))
    early = max(len(found.years) - most_years, 0)
    years = [f"to {found.years[early - 1]}"] * bool(early) + [str(year) for year in found.years[early:]]
    by_year = [
        (name, [sum(row.years[:early])] * bool(early) + list(row.years[early:]), row.total) for name, row in effects
    ]
    return Rows(effects, years, by_year)


def summed(effects: Sequence[Effect]) -> Effect:
    """Several effects as one."""
    fields = np.array([effect[1:-1] for effect in effects], dtype=np.float64).sum(axis=0).tolist()
    weight, universe, allocation, tilt, timing, first_day, costs = fields
    years = np.array([effect.years for effect in effects], dtype=np.float64).sum(axis=0)
    return Effect(None, weight, universe, allocation, tilt, timing, first_day, costs, tuple(years.tolist()))


def _from_fill_to_close(record: Record, shares: Floats) -> Floats:
    """Return of the universe from the prices at which orders fill to the close of each session, shape (S, 1)."""
    terms, panel = record.terms, record.panel
    if terms.fill in ("close", "same-close") or not panel.has_ohlc:
        return np.zeros((len(shares), 1))
    rows = slice(terms.first, terms.last + 1)
    price, close = reference_price(panel, terms.fill, terms.price_at)[rows], panel.close[rows]
    known = np.isfinite(price) & np.isfinite(close) & (price > 0)
    moved = np.where(known, close / np.where(known, price, 1.0) - 1.0, 0.0)
    total: Floats = (shares * moved).sum(axis=1, keepdims=True)
    return total


def _universe(record: Record) -> tuple[Floats, Floats]:
    """Weights of the universe at each close before, and returns of all series, both of shape (S, N); 0 where unknown.

    A series counts in a session if it had a price the session before and has not ended; while it is suspended, as 0.
    """
    panel, first, last = record.panel, record.terms.first, record.terms.last
    rows = np.maximum(np.arange(first - 1, last + 1), 0)
    line = panel.last_adjusted_close[rows]
    known = np.isfinite(line[:-1]) & (rows[1:, None] <= last_rows(panel, record.terms.ended))
    steps = np.where(known, line[1:] / np.where(known, line[:-1], 1.0) - 1.0, 0.0)
    counts = known & panel.published[rows[:-1]]
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), steps
