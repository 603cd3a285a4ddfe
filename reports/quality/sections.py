"""The report on data: what is wrong with them, where, what it does to a backtest, and how to treat it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.quality.finding import SEVERITIES, Finding, Severity, by_rule, sessions_of
from ...data.quality.gate import SUMMARIES
from ...data.quality.table import Table as Bars
from ..charts.axes import calendar_ticks
from ..charts.spec import Bar, Chart, Row
from ..message import Message, Text, say, sentence
from ..render.pdf.paper import Paper
from ..sections.base import COUNT, DATE, Block, Cell, Column, Facts, Figure, Paragraph, Section, Table, Value

BINS = 250
"""Marks of a row at most: as many as can be told apart on paper."""
LISTED = 12
"""Series of a rule in view; the others are behind a click."""
DATES = 250
"""Dates of a series that are written out."""
ROLES: dict[Severity, str] = {"error": "error", "warning": "warn", "note": "benchmark"}
"""Colours of marks."""


class Topic(NamedTuple):
    """One rule that applies, in one severity."""

    severity: Severity
    rule: str
    found: list[Finding]
    accepted: bool


def quality_paper(findings: Sequence[Finding], bars: Bars, accept: Collection[str] = ()) -> Paper:
    """The whole report.

    Parameters
    ----------
    findings : sequence of Finding
        From ``check``.
    bars : Table
        What was checked.
    accept : collection of str
        Names of rules whose errors are accepted; the report says so.
    """
    topics = topics_of(findings, accept)
    verdict, stops = verdict_of(topics)
    title = say("{data}: data quality", data=bars.label)
    return Paper(
        title,
        quality_front(topics, bars, accept),
        quality_sections(topics, bars),
        say("Nothing was repaired. True extremes are kept."),
        verdict if stops else "",
        title,
        closing=say("Nothing was repaired. True extremes are kept."),
    )


def topics_of(findings: Sequence[Finding], accept: Collection[str]) -> list[Topic]:
    """Findings of one rule and severity together, errors first.

    Parameters
    ----------
    findings : sequence of Finding
    accept : collection of str
        Names of rules whose errors are accepted.
    """
    return [
        Topic(severity, name, found, severity == "error" and all(_accepted(each, accept) for each in found))
        for severity, name, found in by_rule(findings)
    ]


def _accepted(finding: Finding, accept: Collection[str]) -> bool:
    return finding.rule in accept or f"{finding.rule}:{finding.symbol}" in accept


def verdict_of(topics: Sequence[Topic]) -> tuple[Message, bool]:
    """What it comes to, and whether a run stops.

    Parameters
    ----------
    topics : sequence of Topic
    """
    errors = [topic for topic in topics if topic.severity == "error"]
    if any(not topic.accepted for topic in errors):
        return say("Errors: a backtest on this data is wrong"), True
    return (say("Every error is accepted by name") if errors else say("No errors")), False


def quality_front(topics: Sequence[Topic], bars: Bars, accept: Collection[str]) -> tuple[Block, ...]:
    """What was looked at, and how much was found.

    Parameters
    ----------
    topics : sequence of Topic
    bars : Table
    accept : collection of str
    """
    verdict, stops = verdict_of(topics)
    rows: list[tuple[Text, Text]] = [
        (say("Data"), _data(bars)),
        (say("Sessions"), _sessions(bars.sessions)),
        (say("Calendar"), _calendar(bars)),
        (say("Found"), counts(topics)),
        *([(say("Accepted"), ", ".join(sorted(accept)))] if accept else []),
        (say("Repaired"), say("nothing")),
        *([] if stops else [(say("Verdict"), verdict)]),
    ]
    return (Facts(rows),)


def _data(bars: Bars) -> Text:
    if bars.members < len(bars.symbols):
        against = bars.symbols[-1]
        return say("{data}; {count} series; benchmark {against}", data=bars.label, count=bars.members, against=against)
    return say("{data}; {count} series", data=bars.label, count=bars.members)


def _sessions(days: pd.DatetimeIndex) -> Text:
    if not len(days):
        return say("none")
    return say("{count}, {first} to {last}", count=len(days), first=f"{days[0]:%F}", last=f"{days[-1]:%F}")


def _calendar(bars: Bars) -> Text:
    known = bars.calendar
    if known is None:
        return say("none: nothing is said about missing or false sessions")
    first, last = f"{known.first:%F}", f"{known.last:%F}"
    return say("{calendar}, known from {first} to {last}", calendar=known.name, first=first, last=last)


def counts(topics: Sequence[Topic]) -> Text:
    """How many findings there are of each severity.

    Parameters
    ----------
    topics : sequence of Topic
    """
    errors, warnings, notes = (
        sum(len(topic.found) for topic in topics if topic.severity == severity) for severity in SEVERITIES
    )
    return say("errors {errors}, warnings {warnings}, notes {notes}", errors=errors, warnings=warnings, notes=notes)


def quality_sections(topics: Sequence[Topic], bars: Bars) -> tuple[Section, ...]:
    """Where everything was found, each rule that applies, and those that don't.

    Parameters
    ----------
    topics : sequence of Topic
    bars : Table
    """
    where = (where_found(topics, bars),) if topics else ()
    return (*where, *map(_rule, topics), *_silent(topics))


def where_found(topics: Sequence[Topic], bars: Bars) -> Section:
    """A row for each rule that applies, with marks where it does.

    Parameters
    ----------
    topics : sequence of Topic
    bars : Table
    """
    title = say("What was found, and when")
    rows = [_row(topic, bars) for topic in topics]
    chart = Chart("", "", calendar_ticks(bars.sessions), rows=tuple(rows), x_grid=True)
    columns = (
        Column(say("Rule")), Column("", look="bars"), Column(say("Series"), COUNT, look="held"),
        Column(say("Sessions"), COUNT, look="made"),
    )  # fmt: skip
    lines = [
        (Cell(topic.rule, role=ROLES[topic.severity]), row, _series(topic), len(sessions_of(topic.found)) or None)
        for topic, row in zip(topics, rows, strict=True)
    ]
    told = (
        say("A mark is a session, or a session that is absent."),
        say("Nothing is marked where a rule is about a file or a whole series."),
    )
    key = (
        (ROLES["error"], say("Error: a run on this data is wrong, and stops unless it is accepted by name")),
        (ROLES["warning"], say("Warning: results hold, with a caveat that belongs beside them")),
        (ROLES["note"], say("Note: worth knowing; nothing to do")),
    )
    blocks = (
        Paragraph(told, "lead"), Figure((), key=key),
        Table(title, columns, lines, look="timeline long-names", ticks=chart.x_ticks, behind=chart),
    )  # fmt: skip
    return Section("where", title, blocks, say("When"))


def _series(topic: Topic) -> Value:
    symbols = {finding.symbol for finding in topic.found}
    return say("all") if "" in symbols else len(symbols)


def _row(topic: Topic, bars: Bars) -> Row:
    """Marks where the sessions of a rule lie in time, ``BINS`` at most; absent days are placed as well."""
    days, sessions = sessions_of(topic.found), bars.sessions
    value, role = f"{len(days):,}" if len(days) else "", ROLES[topic.severity]
    if not len(days) or len(sessions) < 2:
        return Row(role, (), topic.rule, topic.rule, value)
    share = np.clip((days - sessions[0]) / (sessions[-1] - sessions[0]), 0.0, 1.0)
    bins = np.unique((np.asarray(share) * (BINS - 1)).astype(int))
    starts = bins[np.concatenate(([True], np.diff(bins) > 1))]
    stops = bins[np.concatenate((np.diff(bins) > 1, [True]))] + 1
    marks = tuple(map(Bar, (starts / BINS).tolist(), (stops / BINS).tolist()))
    return Row(role, marks, topic.rule, topic.rule, value, len(bins) / BINS)


def _rule(topic: Topic) -> Section:
    first = topic.found[0]
    meaning: list[tuple[Text, Text]] = [
        (say("Effect"), sentence(first.effect)), (say("Treatment"), sentence(first.treatment)),
    ]  # fmt: skip
    blocks: list[Block] = [
        Paragraph(sentence(SUMMARIES[topic.rule]), "lead"), Facts(meaning, "facts glossary-list"), _places(topic),
        *_dates(topic),
    ]  # fmt: skip
    return Section(f"{topic.severity}-{topic.rule}", _title(topic), blocks, topic.rule)


def _title(topic: Topic) -> Text:
    if topic.severity == "error":
        if topic.accepted:
            return say("Accepted error: {rule}", rule=topic.rule)
        return say("Error: {rule}", rule=topic.rule)
    if topic.severity == "warning":
        return say("Warning: {rule}", rule=topic.rule)
    return say("Note: {rule}", rule=topic.rule)


def _places(topic: Topic) -> Table:
    columns = (
        Column(say("Series")), Column(say("Sessions"), COUNT), Column(say("First session"), DATE),
        Column(say("Last session"), DATE),
        Column(say("Found"), look="wrap told"),
    )  # fmt: skip
    rows = [
        (
            each.symbol or say("all series"), len(each.sessions) or None,
            each.sessions[0] if len(each.sessions) else None, each.sessions[-1] if len(each.sessions) else None,
            sentence(each.message),
        )
        for each in topic.found
    ]  # fmt: skip
    label = say("Where {rule} was found", rule=topic.rule)
    return Table(label, columns, rows, look="found", shown=LISTED)


def _dates(topic: Topic) -> list[Table]:
    """The sessions of each series that has more than a few, behind a click, and on no paper."""
    rows: list[tuple[Value, ...]] = []
    for each in topic.found:
        if len(each.sessions) > 3:
            shown = ", ".join(each.sessions[:DATES].strftime("%F"))
            left = len(each.sessions) - DATES
            told = say("{dates} and {count} more", dates=shown, count=left) if left > 0 else shown
            rows.append((each.symbol or say("all series"), told))
    if not rows:
        return []
    columns = (Column(say("Series")), Column(say("Sessions"), look="wrap told"))
    return [Table(say("All dates"), columns, rows, look="found", folded=say("All dates"), screen_only=True)]


def _silent(topics: Sequence[Topic]) -> tuple[Section, ...]:
    applied = {topic.rule for topic in topics}
    rows: list[tuple[Text, Text]] = [
        (name, sentence(what)) for name, what in SUMMARIES.items() if name not in applied
    ]
    title = say("Looked for, and not found")
    return (Section("silent", title, (Facts(rows, "facts glossary-list"),), title),) if rows else ()
