"""Stored runs as ``reports.compare.comparison`` reads them, and what the page of several shows of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.types import Floats
from sectorlead.engine.wealth import wealth
from sectorlead.reports.compare.comparison import ComparedRun
from sectorlead.reports.growth import annualises
from sectorlead.reports.metrics.run_metrics import blanked
from sectorlead.reports.run_folder.listing import parameters
from sectorlead.serve.stored import StoredRun

SHOWN = (
    "total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown", "drawdown_days", "calmar",
    "excess_over_equal_weight", "information_ratio_over_equal_weight", "relative_return", "beta", "information_ratio",
    "up_capture", "down_capture", "hit_rate", "exposure", "holdings", "turnover", "cost_drag", "cost_total", "fills",
    "rejections", "decisions",
)  # fmt: skip
"""Metrics of ``summary.json`` in the table."""
_PARTS = ("strategy", "market", "terms", "panel")  # of a manifest


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


def differing(runs: Sequence[StoredRun]) -> list[tuple[str, list[str]]]:
    """What was asked of the runs where it is not the same in all: parameters of the strategy, market, terms, data.

    Parameters
    ----------
    runs : sequence of StoredRun

    Returns
    -------
    list of (name, values)
        A value for each run; "" where it has no such.
    """
    asked = [_asked(run) for run in runs]
    names = list(dict.fromkeys(name for values in asked for name in values))
    rows = [(name, [values.get(name, "") for values in asked]) for name in names]
    return [(name, values) for name, values in rows if len(set(values)) > 1]


def _asked(run: StoredRun) -> dict[str, str]:
    """What a manifest says was asked for, each as text."""
    told = {name: part if isinstance(part := run.manifest.get(name), dict) else {} for name in _PARTS}
    flat = {name.replace(".", ", "): value for name, value in parameters(told["strategy"].get("data")).items()}
    flat |= {"market": told["market"].get("name"), "panel": told["panel"].get("hash")}
    flat |= {f"term {name}": value for name, value in told["terms"].items() if name not in ("start", "end", "name")}
    flat |= {name: told["terms"].get(name) for name in ("start", "end")}
    return {name.replace("_", " "): f"{value:g}" if isinstance(value, float) else str(value)
            for name, value in flat.items() if value is not None}  # fmt: skip
