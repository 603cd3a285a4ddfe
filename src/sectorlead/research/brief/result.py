"""``Brief``: the numbers of a day."""

from __future__ import annotations

from sectorlead.reports.brief.result import BriefResult


class Brief(BriefResult):
    """A day as a market letter would tell it; see ``BriefResult``."""
