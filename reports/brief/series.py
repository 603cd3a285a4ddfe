"""What a brief says of the series: who held up, groups, pairs, and rebounds after shocks."""

# ruff: noqa: RUF009  # ``number`` is ``field`` with a meaning

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .number import number

READINGS = {
    "held up": "ahead, also after beta, and it does move with the benchmark",
    "does not move": "ahead, with a beta near 0: it does not fall because it does not move",
    "by its beta": "ahead, but no more than its low beta explains",
    "fell more": "behind the benchmark",
    "not known": "too little is known of it before the peak",
}
"""How a series came through a fall, and what that means."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """A session on which the benchmark fell by a plunge or more."""

    date: pd.Timestamp
    move: float = number("Close of the benchmark over the close before, less 1.", "One session.")


@dataclass(frozen=True, kw_only=True)
class Strength:
    """A series through the pullback."""

    symbol: str
    name: str
    ahead: float = number(
        "(P[low] / P[peak]) / (B[low] / B[peak]) - 1: P its closes, B the benchmark's, of which peak and low are.",
        "Who falls less in a fall is often who never moves: see beta. At a low known only afterwards, raw strength was "
        "followed by underperformance in the past.",
    )
    after_beta: float = number(
        "ln(P[low] / P[peak]) - beta x ln(B[low] / B[peak]), a log return.",
        "Its beta is an estimate, and can change in a fall.",
    )
    beta: float = number(
        "Slope of daily log returns on the benchmark's over 120 sessions up to the peak, at least 60 of them.",
        "Near 0 it says that the series does not move with the benchmark, not that it is safe.",
    )
    reading: str = number(
        "What ahead, after beta and beta say together.", "Words for three numbers, no more than these."
    )
    plunges: tuple[float, ...] = number("Its move on each plunge day of the benchmark.", "Few days.")
    today: float = number("Close over the close before, less 1.", "One session.")
    streak: int = number(
        "Sessions in a row with a higher close (above 0) or a lower one (below 0).", "Small rises count."
    )
    streak_moves: tuple[float, ...] = number(
        "The moves of that streak, oldest first.", "Chosen because all have one sign."
    )
    since_low: float = number(
        "Close over its close at the benchmark's low, less 1.", "After a low that is known by now."
    )
    from_high: float = number("Close over its highest close of 60 sessions, less 1.", "0 is a high of 60 sessions.")
    record: bool = number("Whether its close is the highest of the data.", "Data that begin late have new highs early.")


@dataclass(frozen=True, kw_only=True)
class HeldUp:
    """Who held up in the current pullback, or the last one."""

    peak: pd.Timestamp
    low: pd.Timestamp
    benchmark: float = number("Benchmark from the peak to the lowest close.", "The lowest close so far.")
    age: int = number(
        "Sessions since the pullback was over; 0 while it lasts or on the day it ends.", "Old strength fades."
    )
    plunges: tuple[Day, ...] = ()
    rows: tuple[Strength, ...] = ()
    first: pd.Timestamp | None = None

    @property
    def strong(self) -> tuple[Strength, ...]:
        """Those that held up, the strongest after beta first."""
        return tuple(sorted((row for row in self.rows if row.reading == "held up"), key=lambda row: -row.after_beta))

    @property
    def still(self) -> tuple[Strength, ...]:
        """Those that are ahead and do not move."""
        return tuple(row for row in self.rows if row.reading == "does not move")


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of series."""

    name: str
    members: int
    today: float = number("Mean of its members' moves.", "Equal weights, rebalanced daily: not an index one can buy.")
    moves: dict[int, float] = number("Move of its equal-weighted line over so many sessions.", "Before costs.")
    strength: dict[int, float] = number(
        "Its line over that of all series in groups, change over so many sessions.",
        "The groups are the reader's choice.",
    )
    trend: int = number("1 above, -1 below the mean of 60 of its relative strength line.", "It turns after the fact.")
    share: float = number(
        "Share of all groups' turnover over 20 sessions.",
        "Turnover has no direction: for each buyer there is a seller.",
    )
    flow: float = number("That share less what it was 20 sessions before, in points.", "More turnover is not inflow.")


@dataclass(frozen=True, kw_only=True)
class GroupRotation:
    """Groups against each other."""

    of: str
    rows: tuple[Group, ...]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two series: does A lift B?"""

    first: str
    second: str
    raw: float = number(
        "Pearson correlation of daily log returns over 60 sessions.", "Most of it is the market in both."
    )
    net: float = number("The same, with the benchmark taken out of both.", "Common industries remain in it.")
    leads: float = number("A's return with B's in the session after.", "The largest of many pairs is large by chance.")
    leads_net: float = number(
        "The same, with the benchmark taken out.", "The largest of many pairs is large by chance."
    )
    lags_net: float = number("B's return with A's in the session after, benchmark out.", "As before.")
    sessions: int = number("Pairs of returns.", "The standard error is about 1 over its root.")


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Pairs of series."""

    count: int = number("Pairs that were looked at; a day ahead twice as many.", "The more, the larger the largest.")
    chance: float = number(
        "What the largest of so many correlations a day ahead reaches once in twenty without any connection.",
        "For independent pairs; those of one market are not.",
    )
    asked: tuple[Pair, ...] = ()
    close: tuple[Pair, ...] = ()
    ahead: tuple[Pair, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rebound:
    """A series after a shock."""

    symbol: str
    name: str
    of: str
    high: pd.Timestamp
    low: pd.Timestamp
    fall: float = number("Lowest close since the shock over the close before it, less 1.", "The lowest close so far.")
    today: float = number("Close over the close before, less 1.", "One session.")
    moves: tuple[float, ...] = number("Its moves since the high, oldest first.", "The last of them is the day's.")
    regained: float = number("(close - low) / (high - low), of closes.", "A third regained is two thirds still lost.")


@dataclass(frozen=True, kw_only=True)
class ReboundBase:
    """What was regained after earlier shocks."""

    sessions: int
    shocks: int = number(
        "Earlier shocks of all series whose outcome is known; of one series no two within 10 sessions.",
        "Shocks of a crash come together: they are far fewer than their number.",
    )
    regained: float = number(
        "Mean share of the fall that was regained so many sessions later.", "A mean of very different ends."
    )
    whole: float = number("Share of shocks that were wholly regained by then.", "Few episodes.")


@dataclass(frozen=True, kw_only=True)
class Rebounds:
    """Shocks of the last sessions, and the base rate."""

    rows: tuple[Rebound, ...]
    base: tuple[ReboundBase, ...]
    days: int = number("Different days on which these earlier shocks began.", "Still not independent of each other.")
