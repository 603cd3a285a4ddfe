"""How a run did in each phase of the market, and what it captured of the benchmark's rises and falls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...data.types import Floats
from ...engine.record import Record
from ..equal_weight import equal_weight_growth
from ..growth import LEAST, annualises, benchmark_growth, by_month, periods_per_year, points, strategy_growth
from ..market_context import MarketContext, phase_role
from ..metrics.benchmark import batting_average, capture


class PhaseRow(NamedTuple):
    """A run and its benchmark in the sessions that began in one phase; fractions.

    Attributes
    ----------
    name, role : str
    sessions, spells : int
        Sessions with a known return of both, and the unbroken stretches of the phase that they lie in.
    strategy, benchmark, excess : float
        Growth over all of them, compounded; ``excess`` is ``(1 + strategy) / (1 + benchmark) - 1``.
    strategy_year, benchmark_year, excess_year : float
        The same per year, compounded; NaN for less than ``growth.LEAST`` daily sessions, and in a run under a year.
    ahead : float
        Share of sessions with a higher return than the benchmark's; see ``batting_average``.
    equal_weight, lead : float
        What equal weight under the same schedule, rules and costs made, and the strategy over it.
    equal_weight_year, lead_year : float
        The same per year.
    """

    name: str
    role: str
    sessions: int
    spells: int
    strategy: float
    benchmark: float
    excess: float
    strategy_year: float
    benchmark_year: float
    excess_year: float
    ahead: float
    equal_weight: float
    lead: float
    equal_weight_year: float
    lead_year: float


def by_phase(record: Record, context: MarketContext) -> tuple[PhaseRow, ...]:
    """A row for each phase in which a session of the run began, in their order; none without a known benchmark.

    The phase is that of the close before: what a session does to it is not known when it begins.

    Parameters
    ----------
    record : Record
    context : MarketContext
        Phases of the run's panel.
    """
    market = benchmark_growth(record)
    if market is None:
        return ()
    began = context.at_points(record.terms.first, record.terms.last)[:-1]
    mine, theirs, equal = strategy_growth(record).returns, market.returns, equal_weight_growth(record).returns
    known = np.isfinite(mine) & np.isfinite(theirs)
    periods = periods_per_year(record.sessions)
    yearly = annualises(len(record.sessions), periods)
    rows = []
    for kind, name in enumerate(context.phase_names):
        chosen = known & (began == kind)
        if chosen.any():
            spells = int((chosen & ~np.concatenate(([False], chosen[:-1]))).sum())
            lines = mine[chosen], theirs[chosen], equal[chosen]
            scale = periods / len(lines[0]) if yearly and annualises(len(lines[0]), periods, LEAST) else math.nan
            rows.append(_row(name, phase_role(kind), spells, lines, scale))
    return tuple(rows)


def _row(name: str, role: str, spells: int, lines: tuple[Floats, Floats, Floats], scale: float) -> PhaseRow:
    count = len(lines[0])
    own, market, equal = (float(np.log1p(np.maximum(line, -1 + 1e-15)).sum()) for line in lines)
    logs = (own, market, own - market, equal, own - equal)
    strategy, benchmark, excess, even, lead = (math.expm1(value) for value in logs)
    strategy_year, benchmark_year, excess_year, even_year, lead_year = (math.expm1(value * scale) for value in logs)
    return PhaseRow(
        name, role, count, spells, strategy, benchmark, excess, strategy_year, benchmark_year, excess_year,
        batting_average(*lines[:2]), even, lead, even_year, lead_year,
    )  # fmt: skip


class Capture(NamedTuple):
    """Up and down capture of the benchmark over periods of one length; see ``metrics.capture``.

    ``equal_up`` and ``equal_down`` are those of equal weight under the same schedule, rules and costs.
    """

    name: str
    rises: int
    falls: int
    up: float
    down: float
    equal_up: float
    equal_down: float

    @property
    def ratio(self) -> float:
        """Up over down; above 1 is asymmetry in the run's favour. NaN where down is not above 0."""
        return self.up / self.down if self.down > 0 else math.nan


def captures(record: Record) -> tuple[Capture, ...]:
    """By session and by calendar month: the two can tell different stories. None without a known benchmark."""
    market = benchmark_growth(record)
    if market is None:
        return ()
    lines, dates = (strategy_growth(record), equal_weight_growth(record), market), points(record)
    periods = periods_per_year(record.sessions)
    name = {252.0: "Daily", 52.0: "Weekly", 12.0: "Monthly"}.get(periods, "By session")
    each = _capture(name, [line.returns for line in lines])
    if periods <= 12.0:
        return (each,)
    return each, _capture("Monthly", [by_month(line, dates).returns for line in lines])


def _capture(name: str, lines: Sequence[Floats]) -> Capture:
    mine, equal, theirs = lines
    known = np.isfinite(mine) & np.isfinite(theirs)
    caught = [capture(line, theirs, up=rising) for line in (mine, equal) for rising in (True, False)]
    return Capture(name, int((theirs[known] > 0).sum()), int((theirs[known] < 0).sum()), *caught)
