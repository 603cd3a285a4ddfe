"""Pairs of series: as they are, without the benchmark in them, and a day ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any

import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.reports.brief.series import Pair, Pairs
from sectorlead.reports.brief.terms import BriefTerms
from sectorlead.strategies.indicators.pairs import pair_table

SHOWN = 5
ONCE_IN = 0.05


def pairs_of(panel: Panel, terms: BriefTerms, asked: Sequence[tuple[str, str]] = ()) -> Pairs | None:
    """The closest pairs net of the benchmark, those that lead most a day ahead, and those that were asked for.

    Parameters
    ----------
    panel : Panel
        With a benchmark; ends with the day.
    terms : BriefTerms
    asked : sequence of (first, second)
        Symbols; the first is asked whether it lifts the second. Those that are not of this panel are left out.

    Returns
    -------
    Pairs or None
        None where no pair is known.
    """
    table = pair_table(panel, terms.pair_window)
    known = table.dropna(subset=["net"])
    if not len(known):
        return None
    turned = known.rename(
        columns={"first": "second", "second": "first", "leads": "lags", "lags": "leads", "leads_net": "lags_net",
                 "lags_net": "leads_net"}
    )  # fmt: skip
    both = pd.concat((known, turned), ignore_index=True)
    ahead = both.iloc[both["leads_net"].abs().sort_values(ascending=False, kind="stable").index]
    names = dict(zip(panel.symbols, panel.names, strict=True))
    wanted = [both[(both["first"] == first) & (both["second"] == second)] for first, second in asked]
    count, least = len(known), float(known["sessions"].median())
    return Pairs(
        count=count,
        chance=chance_of(count, least),
        asked=tuple(_pair(row, names) for found in wanted for row in found.to_dict("records")),
        close=tuple(_pair(row, names) for row in known.head(SHOWN).to_dict("records")),
        ahead=tuple(_pair(row, names) for row in ahead.head(SHOWN).to_dict("records")),
    )


def chance_of(pairs: int, sessions: float) -> float:
    """What the largest of the correlations of unconnected pairs, a day ahead both ways, reaches once in twenty.

    By Fisher's large-sample error, one over the root of the sessions, and Sidak's correction for their number.

    Parameters
    ----------
    pairs : int
    sessions : float
    """
    each = 1 - (1 - ONCE_IN) ** (1 / (2 * pairs))
    return float(-NormalDist().inv_cdf(each / 2) / sessions**0.5)


def _pair(row: Mapping[Any, Any], names: dict[str, str]) -> Pair:
    numbers = {key: float(row[key]) for key in ("raw", "net", "leads", "leads_net", "lags_net")}
    first, second = str(row["first"]), str(row["second"])
    return Pair(first=names[first], second=names[second], sessions=int(row["sessions"]), **numbers)
