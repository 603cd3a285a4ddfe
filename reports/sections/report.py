"""The report of a run: its sections in their order. A new section is a file in ``sections/run`` and a line here."""

from __future__ import annotations

from collections.abc import Callable

from .base import Section
from .content import ReportContent
from .run.attribution import attribution
from .run.chance import chance
from .run.decisions import decisions
from .run.first_look import first_look
from .run.growth import growth
from .run.headline import headline
from .run.holdings import holdings
from .run.luck import luck
from .run.map import rotation_map
from .run.market import market
from .run.months import months
from .run.periods import periods
from .run.provenance import provenance
from .run.pullbacks import pullbacks
from .run.relative import relative
from .run.risk import risk
from .run.risk_row import risk_row
from .run.rotation import rotation
from .run.sectors import sectors
from .run.targets import targets
from .run.terms import terms
from .run.tracking import tracking
from .run.trading import trading
from .run.windows import windows

Part = Callable[[ReportContent], Section | None]
"""Makes a section of a report's content; None where there is nothing to say."""

PAGE_ONE: tuple[Part, ...] = (first_look, growth, rotation)
BELOW: tuple[Part, ...] = (periods, holdings, risk_row)
"""Side by side at the end of page one, on paper."""
REST: tuple[Part, ...] = (
    headline, months, windows, pullbacks, market, risk, sectors, rotation_map, attribution, trading, targets,
    tracking, decisions, relative, chance, luck, terms, provenance,
)  # fmt: skip

ALL = (*PAGE_ONE, *BELOW, *REST)

SHEETS: tuple[Part, ...] = (
    headline, windows, pullbacks, market, risk, sectors, attribution, trading, targets, tracking, relative,
)  # fmt: skip
"""What a workbook has beside the tables of all sessions, fills and decisions."""

NOTEBOOK: tuple[Part, ...] = (headline, growth, rotation)
"""What a notebook shows of a run, below the outcome."""


def sections_of(content: ReportContent, parts: tuple[Part, ...] = ALL) -> tuple[Section, ...]:
    """The sections that have something to say.

    Parameters
    ----------
    content : ReportContent
    parts : tuple of Part
        All of a report's by default.
    """
    made = (part(content) for part in parts)
    return tuple(section for section in made if section is not None)
