"""What strength in pullbacks has been worth so far: the event study with the outcomes that are known this evening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sectorlead.data.errors import SectorLeadError
from sectorlead.data.panel import Panel
from sectorlead.reports.brief.evidence import StrengthWorth, Worth
from sectorlead.reports.brief.terms import BriefTerms
from sectorlead.research.event_study.study import event_study
from sectorlead.strategies.scores.excess import Excess
from sectorlead.strategies.scores.window import Current

ANCHORS = ("entry", "left")
"""Where strength is read; the trough would be hindsight."""
FLIPS, DRAWS = 1000, 2


def strength_worth(panel: Panel, terms: BriefTerms) -> StrengthWorth | None:
    """The event study of being ahead in pullbacks, on the panel that ends with the day.

    Parameters
    ----------
    panel : Panel
    terms : BriefTerms

    Returns
    -------
    StrengthWorth or None
        None where there is no pullback in it.
    """
    score = Excess(Current(**terms.pullback._asdict()))
    try:
        found = event_study(score, panel, anchors=ANCHORS, horizons=terms.horizons, flips=FLIPS, draws=DRAWS)
    except SectorLeadError:
        return None
    rows = tuple(_worth(row) for row in found.table.to_dict("records"))
    return StrengthWorth(score=found.name, found=found.found, rows=rows)


def _worth(row: Mapping[Any, Any]) -> Worth:
    p = float(row["p_family"])
    return Worth(
        anchor=str(row["anchor"]), sessions=int(row["horizon"]), episodes=int(row["episodes"]),
        ic=float(row["ic"]), ic_beta=float(row["ic_beta_neutral"]), spread=float(row["spread"]),
        t=float(row["t_nw"]) if np.isfinite(p) else np.nan, p=p,
    )  # fmt: skip
