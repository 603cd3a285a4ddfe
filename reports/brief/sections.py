"""The sections of a brief in their order; a new one is a function in a ``layout_*`` module and a line here."""

from __future__ import annotations

from collections.abc import Callable

from ..sections.base import Section
from .layout_evidence import days_like, events, every_meaning, provenance, rules, worth
from .layout_market import benchmark, breadth, regime, trend
from .layout_series import groups, held_up, pairs, rebounds, themes
from .result import BriefResult

ORDER: tuple[Callable[[BriefResult], Section | None], ...] = (
    benchmark, trend, held_up, themes, breadth, regime, groups, pairs, rebounds, days_like, worth, rules, events,
    provenance, every_meaning,
)  # fmt: skip


def brief_sections(result: BriefResult) -> tuple[Section, ...]:
    """The sections that have something to say.

    Parameters
    ----------
    result : BriefResult
    """
    made = (part(result) for part in ORDER)
    return tuple(section for section in made if section is not None)
