"""What a brief says of the past and of rules: days like this one, the worth of strength, holdings, events, sources."""

# ruff: noqa: RUF009  # ``number`` is ``field`` with a meaning

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .number import number


@dataclass(frozen=True, kw_only=True)
class After:
    """What followed days like this one."""

    sessions: int
    days: int = number("Earlier days like it whose outcome is known.", "Days close together share their outcome.")
    mean: float = number("Mean return of the benchmark over so many sessions after.", "A mean of few; see its error.")
    error: float = number(
        "Standard deviation of these returns over the root of their number.", "Too small where they overlap."
    )
    up: float = number("Share of them that were above 0.", "A share of few.")
    always: float = number("Mean return after any day.", "What a day like this must be compared with.")
    always_up: float = number("Share above 0 after any day.", "What a day like this must be compared with.")


@dataclass(frozen=True, kw_only=True)
class DaysLike:
    """Earlier days like this one."""

    direction: int
    move: float = number(
        "Least move of a day like it: that of the day, rounded towards 0 to a whole per cent.",
        "Chosen after seeing the day.",
    )
    candle: int = number("Engulfing candle that it needs: 1, -1, or 0 for any.", "Chosen after seeing the day.")
    count: int = number("Earlier days like it.", "Not independent: large moves come in clusters.")
    first: pd.Timestamp | None
    after: tuple[After, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What strength read at an anchor of pullbacks was worth."""

    anchor: str
    sessions: int
    episodes: int = number("Pullbacks whose outcome is known this evening.", "Fewer than ten say little.")
    ic: float = number(
        "Mean over pullbacks of Spearman's correlation between strength and the return after.",
        "Beta is in it: see the next.",
    )
    ic_beta: float = number("The same with beta taken out of both.", "Its error is large with few pullbacks.")
    t: float = number(
        "Mean over its standard error, Newey and West; where there are enough pullbacks to test.",
        "Below 2 it can't be told from chance.",
    )
    p: float = number("Corrected for all anchors and horizons.", "Above 0.05 it can't be told from chance.")
    spread: float = number("Return of the strongest fifth less that of the weakest.", "Before costs.")


@dataclass(frozen=True, kw_only=True)
class StrengthWorth:
    """The event study up to this evening."""

    score: str
    found: str
    rows: tuple[Worth, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Holding:
    """A series that a rule wants."""

    symbol: str
    name: str
    weight: float = number("Weight asked for at the rule's last decision.", "Prices have moved the weight since.")


@dataclass(frozen=True, kw_only=True)
class RuleDay:
    """What a rule would hold."""

    rule: str
    decided: pd.Timestamp | None = number("The rule's last decision.", "It trades in the session after.")
    before: pd.Timestamp | None = number(
        "The decision before that.", "What changed is since then, not since yesterday."
    )
    tonight: bool = number("Whether it decided this evening.", "If not, nothing is to be done tomorrow.")
    targets: tuple[Holding, ...] = ()
    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Around:
    """Returns around an event."""

    sessions: int
    own: float = number(
        "Mean return of the event's series; of the benchmark where it names none.", "Other news came too."
    )
    ahead: float = number(
        "That less the benchmark's; not told of an event of the benchmark itself.", "Beta is still in it."
    )


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event from the reader's list."""

    name: str
    date: pd.Timestamp
    symbols: tuple[str, ...]
    session: pd.Timestamp | None = number(
        "The first session on or after its date.", "News after the close moves the next."
    )
    days: int = number("Calendar days from this day to it: below 0 it is past.", "Not sessions.")
    around: tuple[Around, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Source:
    """What one panel of the brief is."""

    what: str
    source: str
    content_hash: str = number(
        "Hash of all that can change a result, up to this day.", "It changes with every day more."
    )
    first: pd.Timestamp
    last: pd.Timestamp
    series: int = number("Series of the data.", "Those that exist today may not be those that existed then.")
    with_bar: int = number("Series with a bar on this day.", "The others began later, ended, or were suspended.")
    published: int = number(
        "Series whose date of publication is known.", "Where it is not, their history may be back-cast."
    )
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What all this rests on."""

    version: str
    sources: tuple[Source, ...]
    benchmark_first: pd.Timestamp | None = None
    benchmark_bars: int = number("Bars of the benchmark up to this day.", "Base rates are over these.")
