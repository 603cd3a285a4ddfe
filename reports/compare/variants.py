"""What a comparison says of its variants besides metrics: lines one by one, likeness, turnover, costs, lags, grids."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Floats
from ...engine.record import Record
from ..charts.scatter import turnover_against_return
from ..charts.small_multiples import Multiple, growth_multiples, relative_multiples
from ..charts.spec import Chart
from ..formatting import decimal
from ..growth import Growth, benchmark_growth, points, strategy_growth, years_between
from ..metrics.returns import cagr
from ..sections.tables import heat_scale
from .comparison import ComparedRun, correlations
from .parameter_grid import Grid, grids, line_chart
from .sensitivity import Sensitivity, ShownSensitivity, shown

MOST = 24
"""Runs drawn one by one, and in the table of correlations; the first of them where there are more."""
MOST_GRIDS = 12


class Cell(NamedTuple):
    """A heat cell: its text, how full its colour is, and its sign."""

    text: str
    tone: str
    sign: str  # "up" or "down"


class Heat(NamedTuple):
    """One parameter grid as shown."""

    across: str
    down: str
    columns: list[str]
    rows: list[tuple[str, list[Cell], list[Cell]]]  # value, CAGR, Sharpe ratio
    chart: Chart | None
    runs: int


class Variants(NamedTuple):
    """What ``variants.html`` shows; empty parts are left out.

    Attributes
    ----------
    growth, over_benchmark, over_first : list of Multiple
    benchmark, first : str
        Names of the benchmark ("" without one) and of the first run.
    left_out : int
        Runs that are not drawn one by one.
    names : list of str
        Of the lines in ``likeness``.
    likeness : list of rows of Cell
        Correlations of returns per session below the diagonal, of calendar months above it.
    scatter : Chart or None
        None where fewer than two runs have a turnover and a return.
    costs, lags : ShownSensitivity or None
    heats : list of Heat
    """

    growth: list[Multiple]
    over_benchmark: list[Multiple]
    over_first: list[Multiple]
    benchmark: str
    first: str
    left_out: int
    names: list[str]
    likeness: list[list[Cell]]
    scatter: Chart | None
    costs: ShownSensitivity | None
    lags: ShownSensitivity | None
    heats: list[Heat]


def variants(
    records: Mapping[str, Record],
    runs: Sequence[ComparedRun],
    roles: Mapping[str, str],
    sensitivities: Sequence[Sensitivity] = (),
) -> Variants:
    """The content of ``variants.html``.

    Parameters
    ----------
    records : mapping of label to Record
        Over the same sessions; the first is the one that others are set against.
    runs : sequence of ComparedRun
        The same runs.
    roles : mapping of label to role
        Colours.
    sensitivities : sequence of Sensitivity
        From further runs; at most one of each kind.
    """
    first = next(iter(records))
    dates, market = points(records[first]), benchmark_growth(records[first])
    lines = [(strategy_growth(record)._replace(label=label), roles[label]) for label, record in records.items()]
    drawn = lines[:MOST]
    by_what = {item.what: shown(item, roles, market is not None) for item in sensitivities if item.returns}
    alike = [growth for growth, _ in drawn] + ([market] if market else [])
    return Variants(
        growth=growth_multiples(drawn, dates, market),
        over_benchmark=relative_multiples(drawn, market, dates) if market else [],
        over_first=relative_multiples(drawn[1:], lines[0][0], dates) if len(drawn) > 1 else [],
        benchmark=market.label if market else "",
        first=first,
        left_out=len(lines) - len(drawn),
        names=[growth.label for growth in alike],
        likeness=_likeness(correlations(alike, dates)) if len(alike) > 1 else [],
        scatter=_scatter(runs, roles, market, dates),
        costs=by_what.get("cost"),
        lags=by_what.get("lag"),
        heats=[heat_of(grid) for grid in grids(records)[:MOST_GRIDS]],
    )


def _likeness(table: Floats) -> list[list[Cell]]:
    """Cells whose colour starts at the lowest correlation: where all are near 1, differences would not be seen."""
    known = table[np.isfinite(table)]
    floor = min(float(known.min()), 0.9) if len(known) else 0.0
    return [[_cell(decimal(value), value - floor, 1.2 * (1.0 - floor)) for value in row] for row in table.tolist()]


def _cell(text: str, value: float, scale: float) -> Cell:
    if not math.isfinite(value):
        return Cell("", "0", "")
    return Cell(text, f"{min(1.0, abs(value) / scale):.2g}", "up" if value > 0 else "down")


def _scatter(
    runs: Sequence[ComparedRun], roles: Mapping[str, str], market: Growth | None, dates: pd.DatetimeIndex
) -> Chart | None:
    found = [(run.label, roles[run.label], run.metrics["turnover"], run.metrics["cagr"]) for run in runs]
    level = (market.label, cagr(market.levels, years_between(dates, market.levels))) if market else None
    return turnover_against_return(found, level)


def heat_of(grid: Grid) -> Heat:
    """One parameter grid as it is shown."""
    scales = heat_scale(grid.cagr), max(float(np.nanmax(np.abs(grid.sharpe), initial=0.0)), 0.1)

    def cells(values: Floats, scale: float, percents: bool) -> list[Cell]:
        return [_cell(decimal(v * 100, 1) if percents else decimal(v), v, scale) for v in values.tolist()]

    rows = [
        (value_text(value) if grid.down else "", cells(made, scales[0], True), cells(ratio, scales[1], False))
        for value, made, ratio in zip(grid.rows, grid.cagr, grid.sharpe, strict=True)
    ]
    return Heat(
        grid.across, grid.down, [value_text(value) for value in grid.columns], rows, line_chart(grid), len(grid.labels)
    )


def value_text(value: float | str) -> str:
    """A value of a parameter as a table's head."""
    return value if isinstance(value, str) else f"{value:g}"
