"""What a brief says of the market as a whole: the benchmark's day, its trend, breadth, and the regime."""

# ruff: noqa: RUF009  # ``number`` is ``field`` with a meaning

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .number import number


@dataclass(frozen=True, kw_only=True)
class Close:
    """A close with its date."""

    date: pd.Timestamp
    close: float


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Another index on the day."""

    symbol: str
    name: str
    close: float = number("Close of the session.", "Points of different indices can't be compared.")
    change: float = number(
        "Close over the close of its session before, less 1.", "One day; it says nothing of a trend."
    )


@dataclass(frozen=True, kw_only=True)
class Sign:
    """A pattern that the benchmark's bar completes; 1 is bullish, -1 bearish."""

    name: str
    sign: int = number("See sectorlead.Candles: the formula of each pattern.", "A shape, not a forecast.")


@dataclass(frozen=True, kw_only=True)
class Bars:
    """The last sessions of the benchmark, for a chart; K of them, None where there is no bar."""

    dates: tuple[pd.Timestamp, ...]
    open: tuple[float, ...]
    high: tuple[float, ...]
    low: tuple[float, ...]
    close: tuple[float, ...]
    means: dict[int, tuple[float, ...]]


@dataclass(frozen=True, kw_only=True)
class BenchmarkDay:
    """The benchmark's session."""

    symbol: str
    name: str
    date: pd.Timestamp
    open: float = number("First price of the session.", "The open of an index is not a price one can trade at.")
    high: float = number("Highest price of the session.", "Nothing says when in the session it was.")
    low: float = number("Lowest price of the session.", "Nothing says when in the session it was.")
    close: float = number(
        "Last price of the session.", "An index without dividends understates what its shares return."
    )
    change: float = number("Close over the close before, less 1.", "One day; it says nothing of a trend.")
    largest_since: pd.Timestamp | None = number(
        "The last earlier session that moved as far or further in the same direction.",
        "Large moves come in clusters, rises as well as falls: a large rise is not a sign of calm.",
    )
    streak: int = number(
        "Sessions in a row with a higher close (above 0) or a lower one (below 0).", "Streaks end without notice."
    )
    candle: tuple[Sign, ...] = ()
    candle_known: bool = number(
        "Whether open, high and low are known, from which sectorlead.Candles tells patterns.",
        "A shape is no forecast; no pattern and not known are two things.",
    )
    regained: Close | None = number(
        "Where the session takes back the whole of a plunge of the session before: the close before that plunge.",
        "What is regained in a day can be lost in a day.",
    )
    reclaimed: tuple[Close, ...] = number(
        "Closes of the ten sessions before that lay above the close before, and not above this one.",
        "A level that was regained is no support by that.",
    )
    lost: tuple[Close, ...] = number(
        "Closes of the ten sessions before that lay below the close before, and not below this one.",
        "A level that was lost is no resistance by that.",
    )
    top: Close | None = number(
        "The highest close of the last sessions (the pullback's window), the latest of equal ones.",
        "A closing high: prices within the session may have been higher.",
    )
    since_top: int = number("Sessions from that high to this one.", "0 is a new high.")
    from_top: float = number("Close over that high, less 1.", "Its distance says nothing of the way there.")
    volume_change: float = number(
        "Volume over that of the session before, less 1.", "A holiday or a half day before it moves it as well."
    )
    follow_through: bool | None = number(
        "Day 4 or later of a rally attempt after a fall, up 2% or more, on more volume than the session before.",
        "A rule of thumb: it says that buyers were more, not that they were right.",
    )
    rally_day: int = number("Sessions since the low of the pullback.", "The low so far may not be the low.")
    beside: tuple[Beside, ...] = ()
    bars: Bars | None = None


@dataclass(frozen=True, kw_only=True)
class Fall:
    """The current pullback of the benchmark, or the last one."""

    peak: Close
    entered: pd.Timestamp
    bottom: Close
    depth: float = number(
        "Lowest close since the peak over the peak, less 1.", "The lowest close so far: while it lasts it can be lower."
    )
    over: pd.Timestamp | None = number(
        "The first session in which it was known to be over.", "Over is near the peak, not necessarily at a new high."
    )
    end: str
    sessions: int = number("Sessions from the peak to the lowest close.", "Not the length of the whole pullback.")


@dataclass(frozen=True, kw_only=True)
class Level:
    """A mean of the benchmark's closes."""

    sessions: int
    value: float = number("Mean of the last closes, this one included.", "It moves by itself as old closes drop out.")
    distance: float = number(
        "Close over the mean, less 1.", "Far above a mean is as often the start as the end of a rise."
    )
    low_margin: float = number(
        "Lowest price of the pullback over the mean of its session, less 1; below 0 the low came below the mean.",
        "While the pullback lasts, the answer can still turn.",
    )
    pullbacks: int = number(
        "Pullbacks of the benchmark whose answer is known, this one included.",
        "They overlap in the means they are held to.",
    )
    undercut: int = number(
        "Of these, those whose low came below the mean.", "A base rate, not a forecast for the next."
    )
    recent: int = number(
        "The same, of those that peaked in the last years.", "Few: one more or less changes the share."
    )
    recent_undercut: int = number(
        "Of the recent ones, those whose low came below the mean.", "Few, and all of one market."
    )


@dataclass(frozen=True, kw_only=True)
class TrendSupport:
    """Means of the benchmark, and whether the pullback's low held them."""

    fall: Fall | None
    first: pd.Timestamp
    recent_first: pd.Timestamp
    low: Close | None = number(
        "The lowest price of the pullback, on its day.", "A price within a session, lower than the lowest close."
    )
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mover:
    """A series and its move of the day."""

    symbol: str
    name: str
    today: float = number("Close over the close before, less 1.", "One day.")


@dataclass(frozen=True, kw_only=True)
class SeriesBreadth:
    """How many of the panel's series take part."""

    known: int = number("Series with a bar on this day and one before.", "Series that began later are not among them.")
    up: int = number("Of these, those that closed higher than before.", "A rise of 0.01% counts as one of 5%.")
    above_mean: int = number(
        "Those whose close is above the mean of their last 20 closes.", "Many above it can also be late in a rise."
    )
    at_high: tuple[str, ...] = number(
        "Those whose close is the highest of their last 60.", "A high of 60 sessions, not of all time."
    )
    at_low: tuple[str, ...] = number("Those whose close is the lowest of their last 60.", "A low of 60 sessions.")
    best: tuple[Mover, ...] = ()
    worst: tuple[Mover, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Run:
    """A stock that closed at its limit several times in a row."""

    symbol: str
    name: str
    sessions: int = number(
        "Closes at the upper limit in a row.", "Before the first session of the data they are unknown."
    )


@dataclass(frozen=True, kw_only=True)
class StockDay:
    """Stocks in one session."""

    date: pd.Timestamp
    stocks: int = number("Stocks with a bar on the day and one before.", "Only stocks that the data hold.")
    up: int = number("Those that closed higher.", "Small rises count as much as large ones.")
    down: int = number("Those that closed lower.", "Small falls count as much as large ones.")
    flat: int = number("Those that closed where they did before.", "Not those that were suspended.")
    surges: int = number("Those that rose by 9% or more.", "Boards with a limit of 20% reach it more easily.")
    surges_by_board: dict[str, int] = number("The same by trading board.", "Boards have different limits.")
    slumps: int = number("Those that fell by 9% or more.", "Boards with a limit of 20% reach it more easily.")
    limit_up: int = number(
        "Those that closed at the upper limit of their board and day.",
        "Free first sessions have no limit, and are left out.",
    )
    limit_down: int = number("Those that closed at their lower limit.", "Free first sessions are left out.")
    touched: int = number(
        "Those that traded at their upper limit, closed there or not.", "Not known from closes alone."
    )
    seal_rate: float = number("Closed at the limit over touched it.", "A share of few: it jumps from day to day.")
    consecutive: int = number(
        "Those that closed at it for the second time in a row or more.", "See their number of stocks."
    )


@dataclass(frozen=True, kw_only=True)
class StockBreadthDay:
    """Stocks on the day and the one before, and who is in a run of limit-ups."""

    known: int = number("Stocks that have begun by this day.", "Those delisted since may be missing from the data.")
    tolerance: float = number(
        "How far short of its limit a change counts as at it; 0 where prices are those that were traded.",
        "Adjusted prices have lost their ticks, so that a few stocks are counted wrongly.",
    )
    today: StockDay
    before: StockDay | None
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PoolDay:
    """Counts of the day that a vendor published, where there are no bars of stocks."""

    source: str
    counts: dict[str, float] = number(
        "Counts as the vendor gave them.", "Without ST and STAR stocks; not checked by bars."
    )
    seal_rate: float = number("limit-up / (limit-up + limit-up-failed).", "A share of few: it jumps from day to day.")


@dataclass(frozen=True, kw_only=True)
class BreadthDay:
    """Participation in the day."""

    series: SeriesBreadth
    stocks: StockBreadthDay | None = None
    pool: PoolDay | None = None


@dataclass(frozen=True, kw_only=True)
class RegimeDay:
    """Whether a tide lifts most series, or the market is selective."""

    name: str = number(
        "Rising tide: most series up over 20 sessions, together; selective: few, and far apart (sectorlead.Regime).",
        "It describes the last 20 sessions; it is no forecast, and unknown is not neither.",
    )
    sessions: int = number("For how many sessions it has been so.", "It changes with a delay, by construction.")
    participation: float = number("Share of series up over 20 sessions.", "Small rises count as much as large ones.")
    correlation: float = number("Mean of the pairwise correlations of 20 daily returns.", "From 20 returns: rough.")
    dispersion: float = number(
        "Standard deviation of the 20-session returns across series.", "It is high in crashes as well as in rotations."
    )
    dispersion_rank: float = number(
        "Share of the last 250 sessions whose dispersion was not higher.", "Not known before half of them are."
    )
    history: int = number("Sessions whose dispersion is known, of those 250.", "Fewer than half are too few.")
    needed: int = number("Sessions that are needed.", "Half of 250.")
    rotation: float = number(
        "How far ranks by 5-session return moved against the 5 sessions before: 0 none, 1 reversed.",
        "Two thirds is what chance gives.",
    )
