"""The charts of a sweep by name, for figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from sectorlead.data.errors import UnknownNameError
from sectorlead.reports.charts.spec import Chart
from sectorlead.reports.charts.time_series import growth_chart
from sectorlead.reports.growth import Growth
from sectorlead.reports.metrics.run_metrics import definitions
from sectorlead.reports.sweep.charts import distribution_chart, heat_chart, parallel_chart
from sectorlead.reports.sweep.content import SweepContent
from sectorlead.research.sweep.files import column_of

KINDS = ("returns", "spread", "heatmap", "parallel")


class Swept(Protocol):
    """What charts ask of a sweep."""

    @property
    def about(self) -> Mapping[str, Any]:
        """What was swept."""

    def __len__(self) -> int: ...

    def top(self, n: int = 10, by: str = "sharpe", *, ascending: bool = False) -> pd.DataFrame:
        """The first variants by a metric.

        Parameters
        ----------
        n : int
        by : str
        ascending : bool
        """

    def returns(self, variants: Sequence[int] | None = None) -> pd.DataFrame:
        """Daily returns, variants across."""

    def medians(self, x: str, y: str, metric: str = "sharpe") -> pd.DataFrame:
        """A metric by two parameters.

        Parameters
        ----------
        x, y, metric : str
        """

    def content(self, metric: str = "sharpe") -> SweepContent:
        """What the report shows."""


def sweep_chart(found: Swept, kind: str, metric: str, x: str, y: str) -> Chart:
    """A chart of a sweep; see ``SweepResult.plot``.

    Parameters
    ----------
    found : Swept
    kind : str
        One of ``KINDS``.
    metric, x, y : str
        "" for the first parameters with several values.

    Raises
    ------
    UnknownNameError
        For another kind, or one that the sweep has not.
    """
    chart = None
    if kind == "returns" and found.about["returns"] != "none":
        chart = _returns(found, metric)
    elif kind == "spread":
        chart = distribution_chart(found.content(metric))
    elif kind == "parallel":
        chart = parallel_chart(found.content(metric))
    elif kind == "heatmap":
        several = [column_of(axis["name"]) for axis in found.about["axes"] if len(axis["labels"]) > 1]
        across = x or next((name for name in several if name != y), "")
        down = y or next((name for name in several if name != across), "")
        if across and down:
            chart = heat_chart(found.medians(across, down, metric), definitions()[metric])
    if chart is None:
        raise UnknownNameError("kind", kind, [name for name in KINDS if name != kind])
    return chart


def _returns(found: Swept, metric: str) -> Chart:
    """Growth of the first by a metric, of the one in the middle, and of the last that decided."""
    ranked = found.top(len(found), metric)[metric].dropna().index.tolist()
    chosen = {"Best": ranked[0], "Middle": ranked[len(ranked) // 2], "Last": ranked[-1]}
    daily = found.returns(list(dict.fromkeys(chosen.values())))
    lines = [
        (Growth(f"{name}: {variant}", np.cumprod(1.0 + daily[variant].to_numpy(np.float64))), role)
        for (name, variant), role in zip(chosen.items(), ("strategy", "benchmark", "reference"), strict=True)
    ]
    return growth_chart(lines, pd.DatetimeIndex(daily.index))
