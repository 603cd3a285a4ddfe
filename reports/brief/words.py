"""What a brief says in words: three sentences first, and how its numbers are written."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ..formatting import decimal, percent
from ..message import Message, Text, say, sentence
from ..sections.base import Column, Format
from .market import BenchmarkDay, Fall, StockDay
from .number import Meaning, meaning
from .result import BriefResult
from .series import HeldUp, Strength

MOVE, SIZE, FINE, NUMBER = Format("percent", 2, plus=True), Format("percent", 2), Format("number", 2), Format("number")
NAMED = 3
"""Names in a sentence."""
SIGNS = {
    ("engulfing", 1): say("a rising candle that engulfs the one before"),
    ("engulfing", -1): say("a falling candle that engulfs the one before"),
    ("spinning_top", 1): say("a spinning top"),
    ("spinning_top", -1): say("a spinning top"),
    ("doji", 1): say("a doji: opened and closed at almost one price"),
    ("hammer", 1): say("a hammer"),
    ("gap", 1): say("opened above the range of the session before"),
    ("gap", -1): say("opened below the range of the session before"),
    ("full_gap", 1): say("stayed above the range of the session before"),
    ("full_gap", -1): say("stayed below the range of the session before"),
    ("regain", 1): say("takes back the whole fall of the session before"),
    ("regain", -1): say("gives back the whole rise of the session before"),
}
REGIMES = {
    "rising tide": say("a rising tide: most rise, and together"),
    "selective": say("selective: few rise, and they lie far apart"),
    "neither": say("neither a rising tide nor selective"),
    "unknown": say("not known"),
}
READING = {
    "held up": say("held up"),
    "does not move": say("does not move"),
    "by its beta": say("only by its beta"),
    "fell more": say("fell more"),
    "not known": say("not known"),
}
ENDS = {
    "recovered": say("near the peak again"),
    "new-high": say("a new high"),
    "expired": say("too long for a pullback: a correction"),
    "": say("not over"),
}


def move(value: float) -> str:
    """A fraction in per cent, gains with a plus."""
    return MOVE.text(float(value))


def size(value: float) -> str:
    """A fraction in per cent, without its sign."""
    return percent(abs(float(value)), 2)


def date(day: pd.Timestamp | None) -> str:
    """A date, or an en dash."""
    return "–" if day is None or pd.isna(day) else f"{day:%F}"


def listed(names: Iterable[Text]) -> Text:
    """Names after each other; each is translated, and the comma between them."""
    found: Text = ""
    for k, name in enumerate(names):
        found = name if k == 0 else say("{first}, {second}", first=found, second=name)
    return found


def hover(found: Meaning) -> Message:
    """A meaning as a reader sees it who asks for it."""
    return say("{how} Caution: {caution}", how=Message(found.how), caution=Message(found.caution))


def column(kind: type, name: str, head: Text, form: Format = MOVE, *, wide: bool = False, look: str = "") -> Column:
    """A column of a field that has a meaning.

    Parameters
    ----------
    kind : type
        The paragraph.
    name : str
        The field.
    head : Message or str
    form : Format
    wide : bool
    look : str
    """
    return Column(head, form, hover(meaning(kind, name)), wide, look)


def sentences(result: BriefResult) -> tuple[Message, ...]:
    """The day in three sentences: the benchmark, the pullback, and who took part.

    Parameters
    ----------
    result : BriefResult
    """
    first, hole = _benchmark(result.benchmark), result.missing.get("before")
    if hole:
        first = say("{told} But {why}.", told=first, why=sentence(hole))
    return first, _pullback(result), _breadth(result)


def moved(value: float) -> Message:
    """That something rose, or fell, by so much."""
    return say("rose {change}", change=size(value)) if value >= 0 else say("fell {change}", change=size(value))


def _benchmark(day: BenchmarkDay) -> Message:
    if not np.isfinite(day.change):
        return say("{name} closed at {close}; no close before it is known.", name=day.name, close=decimal(day.close))
    return say(
        "{name} {moved} to {close}{since}{candle}{volume}.",
        name=day.name,
        moved=moved(day.change),
        close=decimal(day.close),
        since=_since(day),
        candle=_candle(day),
        volume=_volume(day),
    )


def _since(day: BenchmarkDay) -> Text:
    if day.largest_since is None or abs(day.change) < 0.01 or (day.date - day.largest_since).days < 30:
        return ""
    if day.change >= 0:
        return say(", its largest rise since {date}", date=date(day.largest_since))
    return say(", its largest fall since {date}", date=date(day.largest_since))


def _candle(day: BenchmarkDay) -> Text:
    told = [SIGNS[sign.name, sign.sign] for sign in day.candle if (sign.name, sign.sign) in SIGNS]
    return say(" ({signs})", signs=listed(told)) if told else ""


def _volume(day: BenchmarkDay) -> Text:
    if day.follow_through:
        return say("; a follow-through day on {change} volume", change=move(day.volume_change))
    if not np.isfinite(day.volume_change):
        return ""
    if day.change > 0.02 and day.volume_change < 0:
        return say("; volume {change}, so no follow-through day", change=move(day.volume_change))
    return say("; volume {change}", change=move(day.volume_change))


def _pullback(result: BriefResult) -> Message:
    fall, through = result.trend.fall, result.held_up
    if fall is None:
        return say("No pullback of it is known.")
    if through is None:
        return say("{fall}.", fall=told_fall(fall, result))
    return say("{fall}; {strong}{still}.", fall=told_fall(fall, result), strong=_strong(through), still=_still(through))


def told_fall(fall: Fall, result: BriefResult) -> Message:
    """The pullback in words.

    Parameters
    ----------
    fall : Fall
    result : BriefResult
    """
    words = {"depth": size(fall.depth), "peak": date(fall.peak.date), "low": date(fall.bottom.date)}
    if fall.end == "expired" and fall.over is None:
        return say(
            "It has been below its peak of {peak} for too long for a pullback, {depth} at the lowest close", **words
        )
    if fall.over is None:
        return say("It is in a pullback from {peak}, of {depth} at the lowest close so far ({low})", **words)
    if fall.over == result.date:
        return say("Its pullback of {depth} from {peak} to {low} is over", **words)
    return say("Its last pullback, of {depth} from {peak} to {low}, was over on {over}", over=date(fall.over), **words)


def _names(rows: Iterable[Strength]) -> Text:
    return listed([row.name for row in rows][:NAMED])


def _strong(through: HeldUp) -> Message:
    if not through.strong:
        return say("no series held up in it by more than its beta")
    return say("{names} held up in it, after beta too", names=_names(through.strong))


def _still(through: HeldUp) -> Text:
    if not through.still:
        return ""
    if len(through.still) == 1:
        return say(", while {name} was ahead only as it hardly moves with it", name=through.still[0].name)
    return say(", while {names} were ahead only as they hardly move with it", names=_names(through.still))


def _breadth(result: BriefResult) -> Message:
    series, stocks, pool = result.breadth.series, result.breadth.stocks, result.breadth.pool
    if not series.known:
        return say("How many series rose is not known.")
    return say(
        "{up} of {known} series rose, led by {best}{stocks}; the regime is {regime}.",
        up=series.up,
        known=series.known,
        best=listed([f"{each.name} {move(each.today)}" for each in series.best]),
        stocks=_stocks(stocks.today) if stocks else _pool(pool.counts) if pool else "",
        regime=REGIMES[result.regime.name],
    )


def _stocks(day: StockDay) -> Message:
    return say(
        "; of {stocks} stocks {up} rose, {surges} by 9% or more, and {limit} closed at their limit of {touched} that "
        "touched it",
        stocks=day.stocks, up=day.up, surges=day.surges, limit=_count(day.limit_up), touched=_count(day.touched),
    )  # fmt: skip


def _pool(counts: dict[str, float]) -> Text:
    sealed = counts.get("limit-up")
    if sealed is None:
        return ""
    if int(sealed) == 1:
        return say("; 1 stock closed at its limit")
    return say("; {count} stocks closed at their limit", count=int(sealed))


def _count(value: int) -> str:
    return "–" if value < 0 else f"{value:,}"
