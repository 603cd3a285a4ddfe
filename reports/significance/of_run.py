"""The verdict of one run, from its record alone."""

from __future__ import annotations

import weakref
from collections.abc import Mapping

import numpy as np

from ...data.types import Floats
from ...engine.record import Record
from ..equal_weight import equal_weight_growth
from ..growth import benchmark_growth, periods_per_year
from ..market_context import MarketContext
from .findings import Verdict
from .verdict import verdict

EQUAL_WEIGHT = "equal weight"


def run_verdict(
    record: Record,
    context: MarketContext | None = None,
    *,
    trials: int | None = None,
    more: Mapping[str, Floats] | None = None,
) -> Verdict:
    """What a run shows beyond chance: against all its series held equally, and against its benchmark.

    Equal weight is that of the report: under the same schedule, rules and costs (``reports.equal_weight``).

    Parameters
    ----------
    record : Record
    context : MarketContext, optional
        Whose phases the lead is looked at in.
    trials : int, optional
        How many variants were tried on these data in all. Default: as many as the record knows of, and at least this
        one.
    more : mapping of str to array of shape (S,), optional
        Controls besides those two, such as random picks of the same turnover: returns of the same sessions.
    """
    if more or context is None:
        return _verdict(record, context, trials, more)
    known = _found.setdefault(record, {})
    key = id(context), trials
    if key not in known:
        known[key] = context, _verdict(record, context, trials, None)
    return known[key][1]


_found: weakref.WeakKeyDictionary[Record, dict[tuple[int, int | None], tuple[MarketContext, Verdict]]]
_found = weakref.WeakKeyDictionary()
"""Verdicts of runs in the light of a context, which a report and a command both tell."""


def _verdict(
    record: Record, context: MarketContext | None, trials: int | None, more: Mapping[str, Floats] | None
) -> Verdict:
    controls = {EQUAL_WEIGHT: equal_weight_growth(record).returns}
    market = benchmark_growth(record)
    if market is not None and np.isfinite(market.returns).all():
        controls[market.label] = market.returns
    controls |= dict(more or {})
    phases = None
    if context is not None:
        began = context.at_points(record.terms.first, record.terms.last)[:-1].astype(np.int64)
        phases = began - 1, [name.lower() for name in context.phase_names[1:]]  # the first is not known
    returns = record.returns.to_numpy()[:, None] * bool(len(record.fills))  # interest is no choice of series
    periods = periods_per_year(record.sessions)
    return verdict(
        returns, controls, names=[record.name], trials=trials or max(record.tried, 1), phases=phases, periods=periods
    )
