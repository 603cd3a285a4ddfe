"""Stored runs as ``reports.compare.comparison`` reads them, and what the page of several shows of each."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.types import Floats
from sectorlead.engine.wealth import wealth
from sectorlead.reports.compare.comparison import ComparedRun
from sectorlead.reports.growth import annualises
from sectorlead.reports.metrics.run_metrics import blanked
from sectorlead.serve.stored import StoredRun

SHOWN = (
    "total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown", "drawdown_days", "calmar",
    "relative_return", "beta", "information_ratio", "up_capture", "down_capture", "hit_rate", "exposure", "holdings",
    "turnover", "cost_drag", "cost_total", "fills", "rejections", "decisions",
)  # fmt: skip
"""Metrics of ``summary.json`` in the table."""


def compared_stored(run: StoredRun) -> ComparedRun:
    """A stored run as comparisons read it; without sessions where its equity.csv can't be read."""
    table = run.equity.frame
    if run.equity.problem or table.empty:
        sessions, equity, benchmark = pd.DatetimeIndex([]), np.zeros(0), pd.Series(dtype=float)
    else:
        table = table[~table.index.duplicated()].sort_index()
        sessions, benchmark = pd.DatetimeIndex(table.index), table["benchmark"]
        equity = without_flows(table, run.cash)
    weights = pd.DataFrame() if run.weights.problem else run.weights.frame
    values = run.summary
    short = not annualises(values.get("sessions", math.inf), values.get("periods_per_year", 252.0))
    levels = np.concatenate(([run.cash], equity))
    return ComparedRun(
        run.entry.name, sessions, levels, None, weights, benchmark, run.benchmark_base,
        blanked(values) if short else values,
    )  # fmt: skip


def without_flows(table: pd.DataFrame, opening: float) -> Floats:
    """Equity by an equity.csv as if nothing had come in or gone out, shape (S,); it is time-weighted then.

    Parameters
    ----------
    table : DataFrame
    opening : float
        Starting cash; NaN where it is not known, and the equity is as it stands.
    """
    equity = table["equity"].to_numpy(dtype=np.float64)
    flows = np.nan_to_num(table["flow"].to_numpy(dtype=np.float64)) if "flow" in table else np.zeros(len(equity))
    return wealth(equity, flows, opening)[1:] * opening if flows.any() and opening > 0 else equity


def drawn(line: Floats, digits: int = 6) -> list[Any]:
    """Numbers for a chart, None for NaN.

    Parameters
    ----------
    line : float array
    digits : int
        Significant ones that are kept.
    """
    return [float(f"{value:.{digits}g}") if math.isfinite(value) else None for value in line.tolist()]
