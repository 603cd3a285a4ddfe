"""The control of a walk-forward: the same grid with its parameters fixed in advance, over the same sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.api import run
from sectorlead.data.errors import SectorLeadError
from sectorlead.data.panel import Panel
from sectorlead.data.types import Floats
from sectorlead.engine.config import RunConfig
from sectorlead.engine.market.market import Market
from sectorlead.engine.record import Record
from sectorlead.reports.equal_weight import equal_weight_run
from sectorlead.reports.metrics.run_metrics import summary
from sectorlead.research.sweep.base import Base
from sectorlead.research.sweep.evaluated import NAMES
from sectorlead.research.sweep.sweep import USUAL_RETURNS, Returns, sweep
from sectorlead.research.walkforward.measured import metrics_of
from sectorlead.research.walkforward.windows import Window

AS_GIVEN, EQUAL_WEIGHT = "as_given", "equal_weight"
"""Columns of ``Fixed.returns``: the rule with the parameters that it came with, and equal weight in all series,
bought when the run out of sample decides: by a schedule of its own it would wait in cash for its first decision."""
BAND = {"low": 0.1, "middle": 0.5, "high": 0.9}
"""Quantiles of the growth of all fixed variants."""
_BYTES = 1 << 26


class Fixed(NamedTuple):
    """All V variants, each with its parameters fixed from before the first test, over the S sessions of all tests.

    Attributes
    ----------
    table : DataFrame
        A row per variant: metrics over all sessions, and ``reason`` where it never decided.
    by_window : DataFrame of shape (W, V)
        The metric of each variant in each test, positions carried across.
    controls : DataFrame
        The same metrics of the rule as it was given, where it can be made without the grid, and of equal weight.
    returns : DataFrame of shape (S, K)
        Their daily returns.
    band : DataFrame of shape (S, 3)
        Quantiles (``BAND``) of what 1 became in the variants.
    """

    table: pd.DataFrame
    by_window: pd.DataFrame
    controls: pd.DataFrame
    returns: pd.DataFrame
    band: pd.DataFrame


def fixed_in_advance(
    base: Base,
    grid: Mapping[str, Any] | None,
    panel: Panel,
    config: RunConfig,
    windows: Sequence[Window],
    metric: str,
    count: int,
    out: Record,
    **how: Any,
) -> Fixed:
    """Run the control.

    Parameters
    ----------
    base, grid, panel
        As swept.
    config : RunConfig
        The terms of the run out of sample, without a name.
    windows : sequence of Window
    metric : str
        To tell of each window.
    count : int
        V.
    out : Record
        The run out of sample, whose market rules hold.
    **how
        Other arguments of ``sectorlead.sweep``.
    """
    plain, market = replace(config, engine="compiled", name=""), out.market
    first = windows[0].test_first
    sessions = windows[-1].test_last - first + 1
    digits: Returns = "float64" if 8 * count * sessions <= USUAL_RETURNS else "float32"
    found = sweep(base, grid, panel, market, config=plain, returns=digits, **how)
    tests = [slice(it.test_first - first, it.test_last - first + 1) for it in windows]
    values, grown = np.full((len(windows), count), np.nan), np.full((sessions, count), np.nan, np.float32)
    block = max(1, _BYTES // (8 * sessions))
    for begin in range(0, count, block):
        own = slice(begin, min(begin + block, count))
        daily = found.returns(range(own.start, own.stop)).to_numpy(np.float64)
        grown[:, own] = np.cumprod(1.0 + daily, axis=0)
        for k, (window, test) in enumerate(zip(windows, tests, strict=True)):
            values[k, own] = metrics_of(daily[test], panel, window.test_first, window.test_last)[metric]
    names = pd.Index([it.number for it in windows], name="window")
    days = pd.DatetimeIndex(panel.sessions[first : first + sessions], name="session")
    controls, returns = _controls(base, panel, market, plain, days, out)
    return Fixed(
        found.read(["reason", *NAMES]),
        pd.DataFrame(values, names, pd.RangeIndex(count, name="variant")),
        controls,
        returns,
        pd.DataFrame({name: _quantile(grown, share) for name, share in BAND.items()}, days),
    )


def _controls(
    base: Base, panel: Panel, market: Market, config: RunConfig, days: pd.DatetimeIndex, out: Record
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Metrics and daily returns of the controls; equal weight is bought when the run out of sample decides."""
    runs: dict[str, Record] = {}
    with suppress(SectorLeadError, TypeError):  # it needs arguments, which only the grid gives
        runs[AS_GIVEN] = run(base.made({}), panel, market, config=config)
    runs[EQUAL_WEIGHT] = equal_weight_run(out)
    told = {name: summary(made) for name, made in runs.items()}
    metrics = {name: {key: values[key] for key in NAMES} for name, values in told.items()}
    returns = {name: made.returns.to_numpy() for name, made in runs.items()}
    return pd.DataFrame.from_dict(metrics, orient="index"), pd.DataFrame(returns, days)


def _quantile(grown: np.ndarray[Any, Any], share: float) -> Floats:
    """Of the variants that decided, shape (S,); NaN where none did."""
    known = grown[:, np.isfinite(grown).all(axis=0)]
    return np.quantile(known, share, axis=1).astype(np.float64) if known.shape[1] else np.full(len(grown), np.nan)
