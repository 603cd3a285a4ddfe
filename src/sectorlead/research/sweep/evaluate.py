"""Metrics and daily returns of many variants under the same rules and terms, by the quickest way that each allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sectorlead.data.panel import Panel
from sectorlead.data.types import Ints
from sectorlead.engine.compiled.batch.arrays import MEASURES
from sectorlead.engine.config import RunConfig
from sectorlead.engine.market.market import Market
from sectorlead.research.sweep import one_by_one
from sectorlead.research.sweep.evaluated import NEVER, Evaluated
from sectorlead.research.sweep.in_batches import BATCH, PLAN, Desk


def first_decisions(variants: Sequence[Any], panel: Panel, market: Market, config: RunConfig) -> Ints:
    """When each variant first decides.

    Parameters
    ----------
    variants : sequence of strategies
        V of them.
    panel : Panel
    market : Market
    config : RunConfig
        Its ``measured_from`` has no meaning here.

    Returns
    -------
    int64 array of shape (V,)
        Panel row of the session after whose close the first decision was made; -1 where none ever is.
    """
    desk = Desk(panel, market, config)
    tables, others, why = desk.sorted_out(variants)
    decided = np.full(len(variants), NEVER)
    for places, table in tables:
        decided[places] = desk.batches(table).first_decisions()
    left = [i for i in others.tolist() if why[i] != PLAN]
    for i, plan in desk.plans(variants, [i for i in others.tolist() if why[i] == PLAN]):
        if isinstance(plan, str):
            left.append(i)
        elif len(plan.rows):
            decided[i] = plan.rows[0]
    decided[left] = one_by_one.first_decisions([variants[i] for i in left], panel, market, config)
    return decided


def evaluate(
    variants: Sequence[Any],
    panel: Panel,
    market: Market,
    config: RunConfig,
    *,
    measured_row: int | None,
    returns: bool,
    threads: int = 1,
) -> Evaluated:
    """Runs variants.

    Rotations run in the batch kernel by what they share, and any other strategy with a plan by its plan. What decides
    by Python at each decision, or on another engine, runs one by one, and ``how`` says why.

    Parameters
    ----------
    variants : sequence of strategies
        V of them.
    panel : Panel
    market : Market
    config : RunConfig
        Its ``measured_from`` has no meaning here.
    measured_row : int or None
        Panel row from which on all are measured; None for the run's first session.
    returns : bool
        Whether to keep daily returns.
    threads : int
        That the batch kernel runs in; every number is the same to the last bit whatever it is.

    Returns
    -------
    Evaluated
        Equal to ``sectorlead.run`` of each, ``measured_since`` that row, to the last bit of equity and returns.
    """
    desk = Desk(panel, market, config, measured_row)
    tables, others, why = desk.sorted_out(variants)
    count = len(variants)
    measures, decided = np.full((count, MEASURES), np.nan), np.full(count, NEVER)
    lines = np.full((count, desk.yardstick.sessions if returns else 0), np.nan)
    how = [BATCH] * count
    for places, table in tables:
        decided[places] = desk.batches(table).first_decisions()
        measures[places], lines[places] = desk.run_table(table, returns=returns, threads=threads)
    left = {i: why[i] for i in others.tolist() if why[i] != PLAN}
    for i, plan in desk.plans(variants, [i for i in others.tolist() if why[i] == PLAN]):
        if isinstance(plan, str):
            left[i] = plan
            continue
        how[i] = PLAN
        if len(plan.rows):
            decided[i] = plan.rows[0]
            measures[i], lines[i] = desk.run_plan(plan, returns=returns)
    for i in np.flatnonzero((decided != NEVER) & ~desk.is_exact(measures)).tolist():
        left.setdefault(i, "more money than is counted exactly, or none left")
    metrics = desk.yardstick.metrics(measures)
    slow = sorted(left)
    one = one_by_one.evaluate(
        [variants[i] for i in slow], panel, market, config, measured_row=measured_row, returns=returns
    )
    decided[slow] = one.first_decision
    for i in slow:
        how[i] = f"{one_by_one.HOW}: {left[i]}"
    for name, values in metrics.items():
        values[slow] = one.metrics[name]
        values[decided == NEVER] = np.nan
    if one.returns is not None:
        lines[slow] = one.returns
        lines[decided == NEVER] = np.nan
    return Evaluated(metrics, decided, lines if returns else None, how)
