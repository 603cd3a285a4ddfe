"""The series in sections: who held up, themes, groups, pairs, and rebounds after shocks."""

from __future__ import annotations

from collections.abc import Sequence

from ..message import Message, Text, say
from ..sections.base import (
    COUNT,
    PERCENT,
    TEXT,
    WHOLE_PERCENT,
    Block,
    Cell,
    Column,
    Heading,
    Item,
    Items,
    Paragraph,
    Section,
    Table,
    Value,
)
from .result import BriefResult
from .series import Group, GroupRotation, HeldUp, Pair, Pairs, Rebound, ReboundBase, Strength
from .words import FINE, READING, column, date, listed, move, size


def held_up(result: BriefResult) -> Section:
    """Each series through the pullback.

    Parameters
    ----------
    result : BriefResult
    """
    told = result.held_up
    if told is None:
        why = say("Not known: {why}.", why=Message(result.missing.get("held_up", "")))
        return Section("held-up", say("Who held up in the pullback"), [Paragraph(why)], say("Held up"))
    lead: list[Message] = []
    if told.strong:
        names = listed([say("{name} {after}", name=row.name, after=move(row.after_beta)) for row in told.strong[:5]])
        lead.append(say("Held up, after beta: {names}.", names=names))
    if told.still:
        lead.append(
            say(
                "Ahead, but with a beta below {limit}, so that they are not strong but do not move: {names}.",
                limit=f"{result.terms.still:g}", names=listed([row.name for row in told.still]),
            )
        )  # fmt: skip
    if told.age == 1:
        lead.append(say("That pullback was over the session before."))
    elif told.age:
        lead.append(say("That pullback was over {count} sessions ago.", count=told.age))
    blocks: list[Block] = [Paragraph(tuple(lead), "lead")] if lead else []
    blocks += [_strengths(told), Paragraph(CAUTION, "note")]
    return Section("held-up", say("Who held up in the pullback"), blocks, say("Held up"))


CAUTION = say(
    "Ahead is over the benchmark from its peak to its lowest close. After beta is what the beta before the peak does "
    "not explain. A low is only known as one afterwards."
)


def themes(result: BriefResult) -> Section | None:
    """The same of the further panel; None without one.

    Parameters
    ----------
    result : BriefResult
    """
    told = result.themes
    if told is None:
        return None
    up = [row for row in told.rows if told.plunges and row.plunges[0] > 0]
    lead: list[Message] = []
    if told.plunges:
        day = told.plunges[0]
        names = listed([f"{row.name} {move(row.plunges[0])}" for row in sorted(up, key=lambda row: -row.plunges[0])])
        lead.append(
            say(
                "When the benchmark lost {move} on {date}, these rose: {names}.",
                move=size(day.move),
                date=date(day.date),
                names=names,
            )
            if up
            else say("When the benchmark lost {move} on {date}, none rose.", move=size(day.move), date=date(day.date))
        )
    streaks = [
        say("{name} for {count} sessions ({moves})", name=row.name, count=row.streak,
            moves=", ".join(move(each) for each in row.streak_moves[-6:]))
        for row in told.rows if row.streak >= 3
    ]  # fmt: skip
    if streaks:
        lead.append(say("Up in a row: {names}.", names=listed(streaks)))
    records = [row.name for row in told.rows if row.record]
    if records and told.first is not None:
        lead.append(say("At the highest close since {date}: {names}.", date=date(told.first), names=listed(records)))
    return Section("themes", say("Themes"), [Paragraph(tuple(lead), "lead"), _strengths(told)], say("Themes"))


def _strengths(told: HeldUp) -> Table:
    columns = (
        Column(say("Series")), column(Strength, "ahead", say("Ahead"), look="strong"),
        column(Strength, "after_beta", say("After beta")), column(Strength, "beta", say("Beta"), FINE),
        column(Strength, "reading", say("Reading"), TEXT),
        *(column(Strength, "plunges", f"{day.date:%m-%d}", wide=True) for day in told.plunges),
        column(Strength, "today", say("Today")), column(Strength, "streak", say("In a row"), COUNT, wide=True),
        column(Strength, "from_high", say("From high"), wide=True),
    )  # fmt: skip
    rows: list[Sequence[Value | Cell]] = [
        (
            row.name, row.ahead, row.after_beta, row.beta, READING[row.reading],
            *row.plunges, row.today, row.streak, row.from_high,
        )
        for row in told.rows
    ]  # fmt: skip
    falls = listed([f"{day.date:%m-%d} {move(day.move)}" for day in told.plunges])
    caption: tuple[Text, ...] = (
        say(
            "From {peak} to {low}: benchmark {move}.",
            peak=date(told.peak),
            low=date(told.low),
            move=move(told.benchmark),
        ),
    )
    if told.plunges:
        caption = (*caption, say("Dates in the head are its plunge days: {falls}.", falls=falls))
    return Table(say("Strength in the pullback"), columns, rows, caption, "tight")


def groups(result: BriefResult) -> Section | None:
    """Groups against each other; None where no groups are known.

    Parameters
    ----------
    result : BriefResult
    """
    if not result.groups:
        return None
    blocks: list[Block] = []
    for told in result.groups:
        if len(result.groups) > 1:
            blocks.append(Heading(WHAT[told.of]))
        blocks.append(_group_table(told))
    note = say("Groups are the reader's choice. Turnover has no direction: more of it is not money that flows in.")
    return Section("groups", say("Group rotation"), [*blocks, Paragraph(note, "note")], say("Groups"))


WHAT = {"series": say("Series"), "themes": say("Themes")}


def _group_table(told: GroupRotation) -> Table:
    columns = (
        Column(say("Group")), Column(say("Members"), COUNT, wide=True),
        column(Group, "today", say("Today"), look="strong"),
        column(Group, "moves", say("5 sessions")), column(Group, "moves", say("20 sessions")),
        column(Group, "strength", say("20 sessions against all")), column(Group, "trend", say("Trend"), TEXT),
        column(Group, "share", say("Share of turnover"), PERCENT), column(Group, "flow", say("Change of share")),
    )  # fmt: skip
    words = {1: say("rising"), -1: say("falling"), 0: say("not known")}
    rows = [
        (
            row.name, row.members, row.today, row.moves[5], row.moves[20], row.strength[20], words[row.trend],
            row.share, row.flow,
        )
        for row in told.rows
    ]  # fmt: skip
    return Table(say("Groups"), columns, rows, look="tight")


def pairs(result: BriefResult) -> Section | None:
    """Does A lift B; None where no pair is known.

    Parameters
    ----------
    result : BriefResult
    """
    found = [(WHAT["series"], result.pairs), (WHAT["themes"], result.theme_pairs)]
    blocks: list[Block] = []
    for what, told in found:
        if told is None:
            continue
        if result.theme_pairs is not None:
            blocks.append(Heading(what))
        blocks += [_pair_table(told), _pair_words(told)]
    return Section("pairs", say("Pairs: does A lift B?"), blocks, say("Pairs")) if blocks else None


def _pair_words(told: Pairs) -> Paragraph:
    beyond = [pair for pair in told.ahead if abs(pair.leads_net) > told.chance]
    why = say(
        "Of {count} pairs, a day ahead in both directions, the largest would reach {chance} once in twenty by chance.",
        count=told.count, chance=f"{told.chance:.2f}",
    )  # fmt: skip
    if not beyond:
        return Paragraph(
            (why, say("None does: that one lifts another the day after can't be told from chance.")), "note"
        )
    names = listed([f"{pair.first} → {pair.second}" for pair in beyond])
    return Paragraph((why, say("Beyond it: {names}.", names=names)), "note")


def _pair_table(told: Pairs) -> Table:
    columns = (
        Column(say("Pair")), Column(say("Chosen as")), column(Pair, "raw", say("Raw"), FINE),
        column(Pair, "net", say("Net of benchmark"), FINE),
        column(Pair, "leads", say("A day ahead"), FINE, wide=True),
        column(Pair, "leads_net", say("A day ahead, net"), FINE, look="strong"),
        column(Pair, "lags_net", say("The other way, net"), FINE, wide=True),
        column(Pair, "sessions", say("Sessions"), COUNT, wide=True),
    )  # fmt: skip
    shown = [(say("asked"), told.asked), (say("closest"), told.close), (say("most ahead"), told.ahead)]
    rows = [
        (
            f"{pair.first} → {pair.second}", what, pair.raw, pair.net, pair.leads, pair.leads_net,
            pair.lags_net, pair.sessions,
        )
        for what, listed_pairs in shown
        for pair in listed_pairs
    ]  # fmt: skip
    return Table(say("Pairs"), columns, rows, look="tight")


def rebounds(result: BriefResult) -> Section:
    """Shocks of the last sessions, and what was regained after earlier ones.

    Parameters
    ----------
    result : BriefResult
    """
    told, terms = result.rebounds, result.terms
    rule = say(
        "A shock is a close {fall} or more below the highest of the {count} sessions before.",
        fall=size(terms.shock), count=terms.shock_sessions,
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(rule, "lead")]
    if told.rows:
        columns = (
            Column(say("Series")), Column(say("High")), Column(say("Low")), column(Rebound, "fall", say("Fall")),
            column(Rebound, "moves", say("Moves since the high"), TEXT, wide=True),
            column(Rebound, "today", say("Today")),
            column(Rebound, "regained", say("Regained"), WHOLE_PERCENT, look="strong"),
        )  # fmt: skip
        rows = [
            (
                row.name, row.high, row.low, row.fall,
                Items(tuple(Item(move(each)) for each in row.moves)), row.today, row.regained,
            )
            for row in told.rows
        ]  # fmt: skip
        blocks.append(Table(say("Shocks"), columns, rows))
    else:
        blocks.append(Paragraph(say("None in the last {count} sessions.", count=terms.shock_age)))
    heads = (
        Column(say("Sessions after"), COUNT), column(ReboundBase, "shocks", say("Earlier shocks"), COUNT),
        column(ReboundBase, "regained", say("Regained on average"), WHOLE_PERCENT),
        column(ReboundBase, "whole", say("Wholly regained"), WHOLE_PERCENT),
    )  # fmt: skip
    base = [(each.sessions, each.shocks, each.regained, each.whole) for each in told.base]
    caption = (
        say("Earlier shocks began on one day: they are not independent.")
        if told.days == 1
        else say("Earlier shocks began on {count} different days: they are not independent.", count=told.days)
    )
    blocks.append(Table(say("Base rate"), heads, base, caption))
    return Section("rebounds", say("Rebounds after shocks"), blocks, say("Rebounds"))
