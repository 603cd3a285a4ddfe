"""Evidence in sections: days like it, what strength was worth, rules, events, sources, and what each number is."""

from __future__ import annotations

import numpy as np

from ..message import Message, Text, say, sentence
from ..sections.base import COUNT, DATE, TEXT, WHOLE_PERCENT, Block, Column, Facts, Paragraph, Section, Table
from .evidence import After, Around, RuleDay, Source, Worth
from .number import meanings
from .result import BriefResult
from .words import FINE, SIZE, column, date, listed, move, size

ANCHORS = {"entry": say("when the pullback is known"), "left": say("when it is over")}


def days_like(result: BriefResult) -> Section:
    """Earlier days like this one.

    Parameters
    ----------
    result : BriefResult
    """
    told = result.days_like
    what = (
        say("rose by {size} or more", size=size(told.move))
        if told.direction > 0
        else say("fell by {size} or more", size=size(told.move))
    )
    if abs(told.move) < 0.005:
        what = say("rose by less than 1%") if told.direction > 0 else say("fell by less than 1%")
    if told.direction == 0:
        what = say("did not move")
    lead = say(
        "Days since {first} on which the benchmark {what}{candle}: {count} before this one.",
        first=date(told.first), what=what, count=told.count,
        candle=say(" with an engulfing candle") if told.candle else "",
    )  # fmt: skip
    columns = (
        Column(say("Sessions after"), COUNT), column(After, "days", say("Days"), COUNT),
        column(After, "mean", say("Benchmark"), look="strong"),
        column(After, "error", say("Standard error"), SIZE, wide=True), column(After, "always", say("After any day")),
        column(After, "up", say("Up"), WHOLE_PERCENT),
        column(After, "always_up", say("Up after any day"), WHOLE_PERCENT),
    )  # fmt: skip
    rows = [
        (each.sessions, each.days, each.mean, each.error, each.always, each.up, each.always_up) for each in told.after
    ]
    note = [say("What makes a day like it was chosen after seeing the day.")]
    apart = [each for each in told.after if np.isfinite(each.error) and abs(each.mean - each.always) > 2 * each.error]
    if told.after and not apart:
        note.append(say("No difference from any day is larger than twice its standard error."))
    blocks: list[Block] = [
        Paragraph(lead, "lead"),
        Table(say("Days like it"), columns, rows),
        Paragraph(tuple(note), "note"),
    ]
    return Section("days-like", say("Days like this one"), blocks, say("Days like it"))


def worth(result: BriefResult) -> Section:
    """What strength in pullbacks has been worth so far.

    Parameters
    ----------
    result : BriefResult
    """
    told = result.strength_worth
    title, nav = say("What strength in pullbacks has been worth so far"), say("Its worth")
    if told is None:
        why = say("Not known: {why}.", why=Message(result.missing.get("strength_worth", "")))
        return Section("worth", title, [Paragraph(why)], nav)
    columns = (
        Column(say("Read")), Column(say("Sessions after"), COUNT), column(Worth, "episodes", say("Pullbacks"), COUNT),
        column(Worth, "ic", say("Rank correlation"), FINE),
        column(Worth, "ic_beta", say("Beta out"), FINE, look="strong"),
        column(Worth, "t", "t", FINE, wide=True), column(Worth, "p", say("Corrected p"), FINE),
        column(Worth, "spread", say("Strongest less weakest fifth"), wide=True),
    )  # fmt: skip
    rows = [
        (ANCHORS.get(row.anchor, row.anchor), row.sessions, row.episodes, row.ic, row.ic_beta, row.t, row.p, row.spread)
        for row in told.rows
    ]
    blocks: list[Block] = [
        Paragraph(sentence(told.found), "lead"),
        Table(say("Event study"), columns, rows, say("Only outcomes that are known this evening.")),
    ]
    return Section("worth", title, blocks, nav)


def rules(result: BriefResult) -> Section | None:
    """What each rule would hold; None where none was chosen.

    Parameters
    ----------
    result : BriefResult
    """
    if not result.rules:
        return None
    columns = (
        Column(say("Rule")), column(RuleDay, "decided", say("Decided"), DATE),
        column(RuleDay, "tonight", say("Tonight"), TEXT),
        Column(say("Holds"), look="wrap"), Column(say("Came in"), look="wrap"), Column(say("Left"), look="wrap"),
        column(RuleDay, "before", say("Since"), TEXT, wide=True),
    )  # fmt: skip
    rows = []
    for each in result.rules:
        held: Text = listed([f"{item.name} {item.weight * 100:.0f}%" for item in each.targets]) or say("nothing")
        rows.append(
            (
                each.rule, each.decided, say("yes") if each.tonight else say("no"),
                say("not known: {why}", why=each.problem) if each.problem else held,
                listed(each.entered) or "–", listed(each.left) or "–", date(each.before),
            )
        )  # fmt: skip
    note = say(
        "Weights asked for at the rule's last decision, with its defaults; what came in and left is against the one "
        "before."
    )
    return Section(
        "rules",
        say("What the rules would hold"),
        [Table(say("Rules"), columns, rows), Paragraph(note, "note")],
        say("Rules"),
    )


def events(result: BriefResult) -> Section | None:
    """Dated events with returns around them; None where none were given.

    Parameters
    ----------
    result : BriefResult
    """
    if not result.events:
        return None
    spans = next((tuple(each.sessions for each in event.around) for event in result.events if event.around), ())
    columns = (
        Column(say("Date")), Column(say("Event")), Column(say("Series")),
        *(column(Around, "own", _span(span), TEXT) for span in spans),
    )  # fmt: skip
    rows = []
    for event in result.events:
        around = {each.sessions: each for each in event.around}
        name: Text = event.name
        if event.days > 0:
            name = (
                say("{name}: tomorrow", name=event.name)
                if event.days == 1
                else say("{name}: in {count} days", name=event.name, count=event.days)
            )
        told = [_around(around[span]) if span in around else "–" for span in spans]
        rows.append((event.date, name, ", ".join(event.symbols) or say("benchmark"), *told))
    note = say(
        "From the close before the event on, or up to it; in brackets ahead of the benchmark. Returns around a date "
        "are not its effect: other news came too."
    )
    return Section(
        "events", say("Dated events"), [Table(say("Events"), columns, rows), Paragraph(note, "note")], say("Events")
    )


def _around(told: Around) -> str:
    ahead = f" ({move(told.ahead)})" if np.isfinite(told.ahead) else ""
    return move(told.own) + ahead


def _span(sessions: int) -> Message:
    if sessions < 0:
        return say("{count} sessions before", count=-sessions)
    return say("on the day") if sessions == 1 else say("{count} sessions on", count=sessions)


def provenance(result: BriefResult) -> Section:
    """What all this rests on, and what is not known.

    Parameters
    ----------
    result : BriefResult
    """
    told = result.provenance
    columns = (
        Column(say("Data")), Column(say("Source"), look="wrap"), Column(say("From"), wide=True),
        Column(say("To"), wide=True),
        column(Source, "series", say("Series"), COUNT), column(Source, "with_bar", say("With a bar"), COUNT),
        column(Source, "published", say("Publication known"), COUNT, wide=True),
        column(Source, "content_hash", say("Hash"), TEXT),
    )  # fmt: skip
    rows = [
        (
            WHAT.get(each.what, each.what),
            sentence(each.source),
            each.first,
            each.last,
            each.series,
            each.with_bar,
            each.published,
            each.content_hash,
        )
        for each in told.sources
    ]
    facts: list[tuple[Text, Text | tuple[Text, ...]]] = [
        (
            say("Benchmark"),
            say("{count} bars since {date}", count=told.benchmark_bars, date=date(told.benchmark_first)),
        ),
        (say("Version"), f"sectorlead {told.version}"),
    ]
    facts += [
        (say("Not known"), say("{what}: {why}", what=PARTS.get(what, what), why=sentence(why)))
        for what, why in result.missing.items()
    ]
    facts += [(say("Note"), tuple(sentence(note) for note in each.notes)) for each in told.sources if each.notes]
    blocks: list[Block] = [Table(say("Sources"), columns, rows), Facts(facts)]
    if not any(each.published for each in told.sources):
        blocks.append(
            Paragraph(
                say("No series says when it was published: histories of indices are often calculated back."), "note"
            )
        )
    return Section("provenance", say("What all this rests on"), blocks, say("Sources"))


WHAT = {"series": say("series"), "themes": say("themes"), "stocks": say("stocks"), "indices": say("indices")}
PARTS = {
    "held_up": say("who held up"), "themes": say("themes"), "stocks": say("stocks"), "regime": say("regime"),
    "groups": say("groups"), "strength_worth": say("what strength was worth"), "rules": say("rules"),
    "events": say("events"), "before": say("the session before"),
}  # fmt: skip


def every_meaning(result: BriefResult) -> Section:
    """How each number is computed, and which reading of it is wrong.

    Parameters
    ----------
    result : BriefResult
    """
    columns = (
        Column(say("In the JSON")), Column(say("How it is computed"), look="wrap definition"),
        Column(say("Wrong reading or caution"), look="wrap definition"),
    )  # fmt: skip
    rows = [(path, Message(found.how), Message(found.caution)) for path, found in meanings(type(result))]
    table = Table(say("Meanings"), columns, rows, folded=say("All {count} numbers", count=len(rows)))
    spans = say("Spans are those of the terms by default; those of this brief are in its JSON, under terms.")
    return Section("meanings", say("How each number is computed"), [Paragraph(spans, "note"), table], say("Meanings"))
