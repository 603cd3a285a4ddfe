"""``equity.csv``: the account session by session, with what stood before its first measured one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...engine.record import Before, Record
from ..charts.wait import wait_of
from ..equal_weight import equal_weight_growth
from .files import iso_days, or_none

EQUITY_COLUMNS = ("session", "equity", "cash", "benchmark", "flow", "equal_weight", "measured")


def equity_rows(record: Record) -> Iterator[tuple[Any, ...]]:
    """The rows of ``equity.csv``, B + S + 1 of them.

    The first is the account before its first session, with its starting cash and the benchmark's close then, so that
    the returns of every line can be found from the file alone. ``measured`` is 0 up to the base point, the row before
    the first measured session, and 1 from there on. ``equal_weight`` is what 1 became in all series in equal weight
    under the same schedule, rules and costs, blank before the base point. ``flow`` came in after the close.

    Parameters
    ----------
    record : Record
    """
    terms, outcome, bench = record.terms, record.outcome, record.panel.benchmark
    none = np.zeros(0)
    before = record.before or Before(none, none, none, np.zeros(0, np.int64))
    early = len(before.equity)
    began = terms.first - early
    close = np.full(len(record.panel.sessions), np.nan) if bench is None else bench.last_close
    base = close[began - 1] if began else bench.base if bench is not None and bench.before else np.nan
    start = terms.cash if early else terms.opening
    columns = (
        np.concatenate(([start], before.equity, outcome.equity)),
        np.concatenate(([start], before.cash, outcome.cash)),
        np.concatenate(([base], close[began : terms.last + 1])),
        np.concatenate(([0.0], before.flows, outcome.flows)),
        np.concatenate((np.full(early, np.nan), equal_weight_growth(record).levels)),
    )
    marks = [0] * (early + 1) + [1] * len(record.sessions)
    return zip(iso_days(wait_of(record).dates), *map(or_none, columns), marks, strict=True)
