"""What the report of a factor view says, whatever it is laid out on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..charts.spec import Chart
from ..charts.time_series import growth_chart, value_chart
from ..growth import Growth
from ..sections.facts import audit_badge
from .event_content import panel_facts
from .factor_result import FactorReportResult

ROLLING = 250
"""Sessions of the moving mean that is drawn."""


def shown_horizon(result: FactorReportResult) -> int:
    """The horizon that is shown over time: 20 sessions, or the middle one.

    Parameters
    ----------
    result : FactorReportResult
    """
    steps = [int(step) for step in result.table["horizon"]]
    return 20 if 20 in steps else steps[len(steps) // 2]


def rolling_chart(result: FactorReportResult) -> Chart | None:
    """Moving mean of the rank correlation at the shown horizon; None where there are too few sessions.

    Parameters
    ----------
    result : FactorReportResult
    """
    values = result.ic[shown_horizon(result)].rolling(ROLLING, min_periods=ROLLING // 2).mean().to_numpy(np.float64)
    known = np.flatnonzero(np.isfinite(values))
    last = int(known[-1]) + 1 if len(known) else 0
    title = f"Rank correlation, mean of {ROLLING} sessions"
    days = pd.DatetimeIndex(result.ic.index)[:last]
    return value_chart(title, [("Mean", "strategy", values[:last])], days, centre=0.0, fraction=False)


def line_chart(result: FactorReportResult) -> Chart:
    """Growth of the paper portfolio, after and before costs.

    Parameters
    ----------
    result : FactorReportResult
    """
    lines = [
        (Growth("After costs", result.line.to_numpy(np.float64)), "strategy"),
        (Growth("Before costs", result.gross.to_numpy(np.float64)), "reference"),
    ]
    return growth_chart(lines, pd.DatetimeIndex(result.line.index))


def by_year(result: FactorReportResult) -> list[tuple[int, list[float]]]:
    """Mean rank correlations of each month at the shown horizon, by year; NaN where there are none.

    Parameters
    ----------
    result : FactorReportResult
    """
    values = result.months[shown_horizon(result)]
    months = pd.PeriodIndex(values.index)
    out = []
    for year in sorted(set(months.year.tolist())):
        own = dict(zip(months.month[months.year == year].tolist(), values[months.year == year].tolist(), strict=True))
        out.append((year, [own.get(month, float("nan")) for month in range(1, 13)]))
    return out


def parts(result: FactorReportResult) -> list[tuple[str, int | None, list[float]]]:
    """Inside and outside pullbacks, then groups: name, sessions (None for a group), rank correlation by horizon.

    Parameters
    ----------
    result : FactorReportResult
    """
    steps = list(result.ic.columns)
    names = {"inside": "Inside pullbacks", "outside": "Outside pullbacks"}
    rows: list[tuple[str, int | None, list[float]]] = [
        (names[str(where)], int(row["sessions"]), [float(row[step]) for step in steps])
        for where, row in result.phases.iterrows()
    ]
    return rows + [(str(group), None, [float(row[step]) for step in steps]) for group, row in result.groups.iterrows()]


def facts(result: FactorReportResult) -> list[tuple[str, str]]:
    """What was asked.

    Parameters
    ----------
    result : FactorReportResult
    """
    terms = result.terms
    return [
        *panel_facts(result.studied),
        *([("Pullbacks", result.rule)] if result.rule else []),
        ("Portfolio", f"long the highest fifth, short the lowest, formed anew every {terms['rebalance']} sessions"),
        ("Costs", f"{terms['cost_bps']:g} bp of what is traded, each way"),
        ("Audit", audit_badge([result.audited])),
    ]
