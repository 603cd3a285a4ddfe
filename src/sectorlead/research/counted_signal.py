"""Event studies and factor views as trials: each is one look at what a score says on a panel."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.engine.canonical import Data, to_data
from sectorlead.ledger import counting
from sectorlead.ledger.deflation import tried_on
from sectorlead.reports.growth import periods_per_year
from sectorlead.strategies.scores.score import Score


def tried_with(
    scored: Any,
    panel: Panel,
    purpose: str,
    told: tuple[str, Mapping[str, Data]],
    table: pd.DataFrame,
    columns: tuple[str, str],
) -> int:
    """Keep a study as a trial; returns how many there are on the panel's data, this one included.

    Parameters
    ----------
    scored : Score, callable or array
        An array is told by its content.
    panel : Panel
    purpose : {"events", "factor"}
    told : (name, mapping)
        What the score is called, and what was asked; counts of draws and seeds change no question and are not in it.
    table : DataFrame
        The cases that are tested.
    columns : (str, str)
        Of their rank correlations and corrected p-values; the strongest case is kept.
    """
    if not counting.counts():
        return 1
    strongest = table[columns[1]].to_numpy(np.float64)
    at = int(np.nanargmin(strongest)) if np.isfinite(strongest).any() else 0
    metrics = {name: float(table[column].iloc[at]) for name, column in zip(("ic", "p"), columns, strict=True)}
    if callable(scored) or isinstance(scored, Score):
        data: Data = to_data(scored)
    else:
        data = {"values": hashlib.sha256(np.ascontiguousarray(np.asarray(scored, "<f8")).tobytes()).hexdigest()}
    counting.count_signal(panel, purpose, told, (scored, data), metrics)
    return tried_on(panel).at_least(1)


def years_of(panel: Panel) -> float:
    """How many years a panel spans.

    Parameters
    ----------
    panel : Panel
    """
    return len(panel.sessions) / periods_per_year(panel.sessions)
