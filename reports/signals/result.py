"""What an event study and a factor view found, as values that pages lay out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import pandas as pd

from ...data.panel import Panel
from ..significance.signals import SignalVerdict

FIFTHS = 5
CONTROLS = ("beta_neutral", "partial", "momentum", "low_beta", "placebo", "placebo_neutral", "over_placebo")
"""Columns ``ic_*`` of ``EventStudyResult.table`` beside that of the score itself."""


class Audited(Protocol):
    """What an audit found, as ``sectorlead.audit`` returns it."""

    @property
    def badge(self) -> str:
        """A clause for reports."""


class Studied(NamedTuple):
    """The panel that something was found on."""

    source: str
    notes: tuple[str, ...]
    series: int
    benchmark: str
    first: str
    last: str
    sessions: int
    content_hash: str
    ribbon: str


def studied(panel: Panel) -> Studied:
    """What a page says of a panel."""
    bench, days = panel.benchmark, panel.sessions
    return Studied(
        panel.source, tuple(panel.notes), len(panel.symbols), "" if bench is None else bench.name or bench.symbol,
        f"{days[0]:%F}", f"{days[-1]:%F}", len(days), panel.content_hash, panel.ribbon,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class EventStudyResult:
    """What a score, read at the anchors of episodes, says of the returns after them.

    Attributes
    ----------
    name : str
        The score.
    score : mapping
        What it is: ``text``, and ``hash`` of its parameters or values; ``data`` to make it again where it is a part.
    rule : str
        What an episode is, in a sentence or two.
    table : DataFrame
        A row per anchor and horizon; see ``sectorlead.event_study``.
    episodes : DataFrame
        A row per episode, anchor and horizon.
    paths : DataFrame
        A row per episode, anchor and session after the reading: mean return of each fifth over the mean of all.
    readings : DataFrame
        A row per episode, anchor and series with a score: the score, its rank (1 is the highest) and fifth, and the
        return after each horizon.
    placebo : DataFrame
        Means over as many placebo windows as there are episodes, drawn anew: ``anchor, horizon, ic``.
    regimes : DataFrame
        Mean rank correlation by anchor, horizon and regime: trend held or broken, shallow or deep, year.
    persistence : DataFrame
        By anchor: rank correlation of the score in an episode with that in the next, and turnover of the top fifth.
    verdict : SignalVerdict
        What is left after beta, placebo, overlap and correction for all that was tried.
    power : str
        How large an effect could have been found, from the number of episodes and the spread over windows that end
        anywhere.
    terms : mapping
        What was asked for: horizons, anchors, counts, seed; and how many quiet sessions the placebo has.
    studied : Studied
    audited : str
        What an audit of the score found, or "" where there was none.
    """

    name: str
    score: Mapping[str, Any]
    rule: str
    table: pd.DataFrame
    episodes: pd.DataFrame
    paths: pd.DataFrame
    readings: pd.DataFrame
    placebo: pd.DataFrame
    regimes: pd.DataFrame
    persistence: pd.DataFrame
    verdict: SignalVerdict
    power: str
    terms: Mapping[str, Any]
    studied: Studied
    audited: str = ""

    @property
    def found(self) -> str:
        """The outcome of the verdict."""
        return self.verdict.headline

    @property
    def label(self) -> str:
        """The score in a word: what its name begins with."""
        return self.name.partition("(")[0]

    @property
    def anchors(self) -> list[str]:
        """Those that an episode has reached, in the order of the table."""
        return list(dict.fromkeys(self.table["anchor"].tolist()))

    @property
    def horizons(self) -> list[int]:
        """Sessions after a reading, ascending."""
        return sorted(set(self.table["horizon"].tolist()))

    def __repr__(self) -> str:
        count = self.episodes["episode"].nunique()
        return f"EventStudy({self.label!r}, {count} episodes): {self.found} {self.power}".rstrip()
