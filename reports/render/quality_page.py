"""The quality page: what is wrong with the data, where, what it does and how to treat it, in one file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.quality.finding import SEVERITIES, Finding, Severity, by_rule, counted, sessions_of
from ...data.quality.gate import SUMMARIES
from ...data.quality.table import Table
from ..charts.axes import calendar_ticks
from ..charts.cells import marks
from ..charts.spec import Chart
from .i18n import ENGLISH, Locale
from .jinja import render, write

BINS = 500  # marks of a strip
LISTED = 12  # series of a rule in view; the others are behind a click
DATES = 250  # dates of a series that are written out


class _Place(NamedTuple):
    """One series under a rule."""

    symbol: str
    held: str
    span: str
    message: str
    dates: str


class _Topic(NamedTuple):
    """One rule that applies."""

    rule: str
    severity: Severity
    accepted: bool
    what: str
    effect: str
    treatment: str
    series: str
    sessions: str
    strip: Chart | None
    places: list[_Place]


def write_quality_page(
    findings: Sequence[Finding],
    table: Table,
    path: str | Path,
    *,
    accept: Collection[str] = (),
    locale: str | Locale = ENGLISH,
) -> Path:
    """Write the findings about a table as one HTML file that opens offline; returns its path.

    Parameters
    ----------
    findings : sequence of Finding
        From ``check``.
    table : Table
        What was checked.
    path : path
    accept : collection of str
        Names of rules whose errors are accepted; the page says so.
    locale : str or Locale
        See ``i18n.LOCALES``.
    """
    return write(path, quality_page(findings, table, accept=accept, locale=locale))


def quality_page(
    findings: Sequence[Finding], table: Table, *, accept: Collection[str] = (), locale: str | Locale = ENGLISH
) -> str:
    """The page as text.

    Parameters
    ----------
    findings, table, accept, locale
        Those of ``write_quality_page``.
    """
    topics = [_topic(severity, name, found, table, accept) for severity, name, found in by_rule(findings)]
    stopping = [topic for topic in topics if topic.severity == "error" and not topic.accepted]
    totals = {severity: sum(each.severity == severity for each in findings) for severity in SEVERITIES}
    silent = [(name, what) for name, what in SUMMARIES.items() if name not in {finding.rule for finding in findings}]
    texts = [table.label, *table.symbols]
    texts += [text for finding in findings for text in (finding.message, finding.effect, finding.treatment)]
    return render(
        "quality.html",
        texts,
        locale=locale,
        title=f"{table.label}: data quality",
        verdict=_verdict(stopping, totals["error"]),
        stopping=bool(stopping),
        facts=_facts(table, totals, accept),
        topics=topics,
        ticks=calendar_ticks(table.sessions),
        sections=[(severity, [topic for topic in topics if topic.severity == severity]) for severity in SEVERITIES],
        listed=LISTED,
        silent=silent,
    )


def _verdict(stopping: Sequence[_Topic], errors: int) -> str:
    if stopping:
        return "Errors: a backtest on this data is wrong"
    return "Every error is accepted by name" if errors else "No errors"


def _facts(table: Table, totals: dict[Severity, int], accept: Collection[str]) -> list[tuple[str, str]]:
    days = table.sessions
    against = f"; benchmark {table.symbols[-1]}" if table.members < len(table.symbols) else ""
    calendar = table.calendar
    held = f"{calendar.name}, known for {calendar.first:%F}..{calendar.last:%F}" if calendar else ""
    return [
        ("Data", f"{table.label}; {table.members} series{against}"),
        ("Sessions", f"{len(days):,}, {days[0]:%F} to {days[-1]:%F}" if len(days) else "none"),
        ("Calendar", held or "none: nothing is said about missing or false sessions"),
        ("Found", ", ".join(counted(totals[severity], severity) for severity in SEVERITIES)),
        *([("Accepted", ", ".join(sorted(accept)))] if accept else []),
        ("Repaired", "nothing"),
    ]


def _topic(severity: Severity, name: str, found: list[Finding], table: Table, accept: Collection[str]) -> _Topic:
    days = sessions_of(found)
    symbols = [finding.symbol for finding in found]
    return _Topic(
        rule=name,
        severity=severity,
        accepted=severity == "error" and all(name in accept or f"{name}:{symbol}" in accept for symbol in symbols),
        what=SUMMARIES[name],
        effect=found[0].effect,
        treatment=found[0].treatment,
        series="all" if "" in symbols else f"{len(symbols):,}",
        sessions=f"{len(days):,}" if len(days) else "",
        strip=_strip(days, table.sessions),
        places=[_place(finding) for finding in found],
    )


def _place(finding: Finding) -> _Place:
    days = finding.sessions
    span = "" if not len(days) else f"{days[0]:%F}" if len(days) == 1 else f"{days[0]:%F} to {days[-1]:%F}"
    dates = ", ".join(days[:DATES].strftime("%F")) + (f" and {len(days) - DATES:,} more" if len(days) > DATES else "")
    count = f"{len(days):,}" if len(days) else ""
    return _Place(finding.symbol or "all series", count, span, finding.message, dates if len(days) > 3 else "")


def _strip(days: pd.DatetimeIndex, sessions: pd.DatetimeIndex) -> Chart | None:
    """Marks where the sessions of a rule lie in time, ``BINS`` at most; absent days are placed as well."""
    if not len(days) or len(sessions) < 2:
        return None
    share = np.clip((days - sessions[0]) / (sessions[-1] - sessions[0]), 0.0, 1.0)
    bins = np.unique((np.asarray(share) * (BINS - 1)).astype(int))
    starts = bins[np.concatenate(([True], np.diff(bins) > 1))]
    stops = bins[np.concatenate((np.diff(bins) > 1, [True]))] + 1
    return marks(starts / BINS, stops / BINS, f"{len(days):,} sessions from {days[0]:%F} to {days[-1]:%F}")
