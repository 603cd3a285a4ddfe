"""Groups against each other: growth and value, or any other grouping, with their shares of turnover."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sectorlead.data.errors import DataError
from sectorlead.data.panel import Panel
from sectorlead.data.types import Floats
from sectorlead.reports.brief.series import Group, GroupRotation
from sectorlead.strategies.indicators.groups import GroupStrength

SPANS = (5, 20)
"""Sessions that moves are told over."""


def group_rotation(panel: Panel, of: str, groups: Mapping[str, str] | None = None) -> GroupRotation | None:
    """What groups of a panel's series did up to its last session; None where it has none.

    Parameters
    ----------
    panel : Panel
        Ends with the day.
    of : str
        What the series are, for people.
    groups : mapping of symbol to group, optional
        Default: the panel's own.
    """
    known = {symbol: group for symbol, group in (groups or {}).items() if symbol in panel.symbols}
    if not known and not any(panel.groups):
        return None
    rule = GroupStrength(groups=known or None)
    try:
        found = rule(panel)
    except DataError:
        return None
    own = known or dict(zip(panel.symbols, panel.groups, strict=True))
    members = {name: sum(group == name for group in own.values()) for name in found.groups}

    def over(line: Floats, column: int, span: int) -> float:
        return float(line[-1, column] / line[-1 - span, column] - 1) if len(line) > span else np.nan

    rows = tuple(
        Group(
            name=name,
            members=members[name],
            today=over(found.line, k, 1),
            moves={span: over(found.line, k, span) for span in SPANS},
            strength={span: over(found.strength, k, span) for span in (1, *SPANS)},
            trend=0 if np.isnan(found.trend[-1, k]) else int(found.trend[-1, k]),
            share=float(found.share[-1, k]),
            flow=float(found.flow[-1, k]),
        )
        for k, name in enumerate(found.groups)
    )
    return GroupRotation(of=of, rows=rows)
