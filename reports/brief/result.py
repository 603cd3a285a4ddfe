"""``BriefResult``: all paragraphs of a brief, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from .evidence import DaysLike, Event, Provenance, RuleDay, StrengthWorth
from .market import BenchmarkDay, BreadthDay, RegimeDay, TrendSupport
from .number import meanings, plain
from .series import GroupRotation, HeldUp, Pairs, Rebounds
from .terms import BriefTerms

FORMAT = 1
"""Of the JSON; a change that old readers can't read makes it 2."""


@dataclass(frozen=True, kw_only=True)
class BriefResult:
    """The day, in numbers; a paragraph that is None is not known, and ``missing`` says why.

    Attributes
    ----------
    date : Timestamp
    benchmark : BenchmarkDay
    trend : TrendSupport
    held_up : HeldUp or None
    themes : HeldUp or None
    breadth : BreadthDay
    regime : RegimeDay
    groups : tuple of GroupRotation
    pairs, theme_pairs : Pairs or None
    rebounds : Rebounds
    days_like : DaysLike
    strength_worth : StrengthWorth or None
    rules : tuple of RuleDay
    events : tuple of Event
    provenance : Provenance
    missing : dict of str to str
        By paragraph: what is not known, and why.
    terms : BriefTerms
    ribbon : str
        What a reader must know first of the prices; "" for real ones.
    """

    date: pd.Timestamp
    benchmark: BenchmarkDay
    trend: TrendSupport
    held_up: HeldUp | None
    themes: HeldUp | None
    breadth: BreadthDay
    regime: RegimeDay
    groups: tuple[GroupRotation, ...]
    pairs: Pairs | None
    theme_pairs: Pairs | None
    rebounds: Rebounds
    days_like: DaysLike
    strength_worth: StrengthWorth | None
    rules: tuple[RuleDay, ...]
    events: tuple[Event, ...]
    provenance: Provenance
    missing: dict[str, str]
    terms: BriefTerms
    ribbon: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON: dates as ISO text, what is not known as null; and what each number is.

        ``meanings`` has, by the path of a number, ``how`` it was computed and ``caution``, the reading of it that is
        wrong; lists add nothing to a path.
        """
        own = {item.name: plain(getattr(self, item.name)) for item in fields(self)}
        told = {path: found._asdict() for path, found in meanings(type(self))}
        return {"format": FORMAT, **own, "meanings": told}
