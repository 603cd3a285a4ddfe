"""The reports of runs side by side: that of records alone, and that of a tournament; declared once for every format."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...engine.record import Record
from ..message import listed, say, sentence, sentences
from ..render.pdf.paper import Paper
from ..render.report_page import chance_section, paper_on_panel, write_report
from ..sections.base import PERCENT, SIGNED, Block, Facts, Paragraph, Section
from ..sections.windows import windows_of_runs
from ..sections.windows_section import windows_section
from ..significance.words import headline
from ..significance.words import method as how_judged
from . import difference_sections, line_sections, metric_sections, sensitivity_sections, terms_sections
from .compared import LEAD, Compared, compared
from .how_tested import counted, method
from .random_picks import picks_label
from .tournament_result import TournamentResult


def comparison_paper(records: Mapping[str, Record] | Sequence[Record], title: str = "Comparison") -> Paper:
    """The report of runs over the same sessions; the first is the one that the others are controls of.

    Parameters
    ----------
    records : mapping of label to Record, or sequence of Record
        At least one.
    title : str

    Raises
    ------
    InputError
        For no runs, or runs over different sessions.
    """
    content = compared(records)
    growth, *lines = _lines(content)
    sections = (growth, metric_sections.side_by_side(content), *lines, *_last(content, ()))
    return _paper(content, title, (_outcome(content), _facts(content)), sections)


def tournament_paper(found: TournamentResult) -> Paper:
    """The report of a tournament: the verdict, then who is ahead of whom and of chance, then what it hangs on.

    Parameters
    ----------
    found : TournamentResult
    """
    content = Compared(found.records)
    roles = content.roles | {picks_label(found.against): "reference"}
    phases = [name for name in found.labels.names if any(r.phase == name and r.sessions for r in found.paired.rows)]
    places = {label: found.chance.place(label) for label in found.records} if found.chance else None
    outcome = len(headline(found.verdict)) if found.verdict else 1
    growth, *lines = _lines(content)
    tests = [sentence(counted(found.paired, found.chance))]
    if any(row.phase == "" for row in found.paired.rows):
        tests.append(sentence(method(found.paired)))
        tests += [sentence(how_judged(found.verdict))] if found.verdict and not found.verdict.reason else []
    sections = (
        growth,
        metric_sections.side_by_side(content, places),
        chance_section(found.told[outcome:]),
        difference_sections.against_chance(found, roles, phases),
        difference_sections.against_first(found, roles),
        difference_sections.by_phase(found, roles, phases),
        *lines,
        sensitivity_sections.luck(found.luck),
        sensitivity_sections.costs(content, found.sensitivities),
        sensitivity_sections.lags(content, found.sensitivities),
        sensitivity_sections.by_parameter(content),
        terms_sections.how_sure(tests),
        *_last(content, found.notes),
    )
    told = Paragraph(sentences(found.told[:outcome]), "verdict")
    return _paper(content, title_of(found), (told, _outcome(content), _facts(content, found.idle)), sections)


def title_of(found: TournamentResult) -> str:
    """How many strategies, and against which.

    Parameters
    ----------
    found : TournamentResult
    """
    others = len(found.records) - 1
    return f"{found.against} against {others} {'other' if others == 1 else 'others'}"


def _paper(content: Compared, title: str, front: Sequence[Block], sections: Sequence[Section | None]) -> Paper:
    panels = [record.panel for record in content.records.values()]
    ribbon = next((panel.ribbon for panel in panels if panel.ribbon), "")
    made = paper_on_panel(
        title, sentence(title), front, sections, digest=content.first.panel.content_hash, ribbon=ribbon
    )
    return replace(made, records=content.records, dated=content.first.sessions[-1].to_pydatetime())


def _outcome(content: Compared) -> Paragraph:
    """What the first run made, and what it is held against; in all where the runs are too short for rates a year."""
    own, *others = content.measured
    yearly = math.isfinite(own.values["cagr"])
    name = "cagr" if yearly else "total_return"
    runs = [line for line in content.measured[: len(content.records)] if math.isfinite(line.values[name])]
    told_of = (own, *others[len(content.records) - 1 :])
    made = listed([say("{name} {made}", name=line.name, made=PERCENT.text(line.values[name])) for line in told_of])
    told = [say("CAGR: {made}.", made=made) if yearly else say("In all: {made}.", made=made)]
    best = max(runs, key=lambda line: line.values[name], default=own)
    if best is not own:
        told.append(say("The highest is that of {name}, {made}.", name=best.name, made=PERCENT.text(best.values[name])))
    if yearly:
        lead = SIGNED.text(own.values[LEAD])
        told.append(say("Growth of {name} over equal weight: {lead} a year.", name=own.name, lead=lead))
    return Paragraph(tuple(told), "lead")


def _facts(content: Compared, idle: Mapping[str, str] | None = None) -> Facts:
    """What a reader must know before any number; the rest is at the end."""
    told = terms_sections.facts(content)
    rows = [*terms_sections.warnings(content), *(row for row in told if row[0] not in _LAST)]
    rows += [("Never decided", f"{label}: {why}") for label, why in (idle or {}).items()]
    return Facts([(sentence(label), sentence(text)) for label, text in rows])


_LAST = ("Note", "Data quality", "Audit", "Orders", "Costs", "Idle cash", "Schedule", "Engines", "Trials")
"""Facts that are told at the end only."""


def _lines(content: Compared) -> tuple[Section | None, ...]:
    """What the lines of the runs are, growth first."""
    return (
        line_sections.growth(content),
        line_sections.years(content),
        windows_section(windows_of_runs(content.with_equal_weight)),
        metric_sections.pullbacks(content),
        line_sections.drawdown(content),
        line_sections.one_by_one(content),
        line_sections.likeness(content),
        line_sections.turnover(content),
    )


def _last(content: Compared, told: Sequence[tuple[str, str]]) -> tuple[Section | None, ...]:
    return (
        metric_sections.trading(content),
        metric_sections.every_metric(content),
        terms_sections.what_was_run(content, told),
        terms_sections.market_rules(content),
    )


def write_comparison(
    records: Mapping[str, Record] | Sequence[Record],
    path: str | Path,
    title: str = "Comparison",
    *,
    locale: str = "en",
    moves: str | None = None,
) -> Path:
    """Write the report of runs side by side; returns the path.

    Parameters
    ----------
    records : mapping of label to Record, or sequence of Record
        At least one, all over the same sessions; the first is the one that the others are controls of.
    path : path
        Its ending says what is written; see ``report_page.write_report``.
    title : str
    locale : str
        See ``i18n.LOCALES``.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.

    Raises
    ------
    InputError
        For no runs, runs over different sessions, or an ending that no format has.
    """
    return write_report(comparison_paper(records, title), path, locale=locale, moves=moves)
