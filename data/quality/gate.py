"""All rules over one set of bars, and the gate that errors do not pass."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Literal

from ..calendar import Calendar, calendar_for, find_calendar
from ..errors import QualityError, UnknownNameError
from ..panel import Panel
from ..tidy.columns import Tidy
from . import file_rules, moves, prices, sessions, together, volume
from .finding import SEVERITIES, Finding, Rule
from .table import Table, table_of
from .vendor_file import VendorFile

TABLE_RULES: tuple[Rule[Table], ...] = (
    *sessions.RULES, *prices.RULES, *moves.RULES, *volume.RULES, *together.RULES,
)  # fmt: skip
FILE_RULES: tuple[Rule[VendorFile], ...] = file_rules.RULES
SUMMARIES: dict[str, str] = {rule.name: rule.summary for rule in FILE_RULES}
SUMMARIES |= {rule.name: rule.summary for rule in TABLE_RULES}
"""Every rule and what it looks for, a sentence."""
NAMES: tuple[str, ...] = tuple(SUMMARIES)
"""Every rule, by the name under which it can be accepted."""

Choice = Calendar | Literal["auto", "XSHG", "XNYS", "weekdays"] | None


def check(
    data: Panel | Tidy | VendorFile | Table,
    calendar: Choice = "auto",
    *,
    benchmark: tuple[str, Table] | str | None = None,
) -> tuple[Finding, ...]:
    """What a reader must know about the data, errors first; nothing is changed.

    Parameters
    ----------
    data : Panel, Tidy, VendorFile or Table
        A panel, the rows of a file, a file as it is (``read_vendor_file``), or a table.
    calendar : Calendar, "auto", name or None
        Whose days the sessions should be; "auto" finds it from symbols and sessions (``calendar_for``), None asks
        nothing that needs one.
    benchmark : str or (str, Table), optional
        A symbol of the data, or of another table, to compare the series with. A panel has its own.

    Returns
    -------
    tuple of Finding
        Errors, warnings, notes; within each in the order of the rules, then of the series.
    """
    found: list[Finding] = []
    if isinstance(data, VendorFile):
        for file_rule in FILE_RULES:
            found += file_rule.findings(data)
        data = data.rows
    table = on_calendar(data, calendar)
    if benchmark is not None:
        table = table.against(benchmark) if isinstance(benchmark, str) else table.against(*benchmark)
    for rule in TABLE_RULES:
        found += rule.findings(table)
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def on_calendar(data: Panel | Tidy | Table, calendar: Choice = "auto") -> Table:
    """The table of ``data`` with its calendar.

    Parameters
    ----------
    data : Panel, Tidy or Table
    calendar : Calendar, "auto", name or None
        "auto": of simulated panels the weekdays, else what ``calendar_for`` finds for the sessions and symbols. None:
        no calendar, and no rule that needs one.

    Raises
    ------
    UnknownNameError
        A name that is not in ``CALENDARS``.
    """
    table = data if isinstance(data, Table) else table_of(data)
    if calendar == "auto":
        simulated = isinstance(data, Panel) and data.simulated
        found = calendar_for(table.sessions, table.symbols, simulated=simulated, unchanged=table.unchanged)
    else:
        found = find_calendar(calendar) if isinstance(calendar, str) else calendar
    return replace(table, calendar=found)


def gate(panel: Panel, accept: Collection[str] = (), calendar: Choice = "auto") -> tuple[Finding, ...]:
    """The findings about a panel, unless one is an error that was not accepted.

    Parameters
    ----------
    panel : Panel
    accept : collection of str
        Names of rules whose errors the reader knows of: ``"bad-tick"``, or of one series only, ``"bad-tick:801010"``.
    calendar : Calendar, "auto", name or None
        As ``check``.

    Raises
    ------
    QualityError
        Says what was found and which names accept it.
    UnknownNameError
        For a name in ``accept`` that is no rule.
    """
    check_names(accept)
    findings = check(panel, calendar)
    _stop(panel, findings, accept)
    return findings


def admitted(panel: Panel, accept: Collection[str] = ()) -> Panel:
    """The panel through the gate; what was accepted or is doubtful becomes a note, once.

    Parameters
    ----------
    panel : Panel
        Looked at once, however often it is asked for.
    accept : collection of str
        As ``gate``.

    Returns
    -------
    Panel
        The same object where there is nothing to note, or it is noted already.

    Raises
    ------
    QualityError, UnknownNameError
        As ``gate``.
    """
    check_names(accept)
    findings = _findings.get(panel)
    if findings is None:
        findings = _findings[panel] = check(panel)
    _stop(panel, findings, accept)
    notes = [f"accepted error in the data: {finding}" for finding in findings if finding.severity == "error"]
    doubts = sum(finding.severity == "warning" for finding in findings)
    if doubts:
        notes.append(f"{doubts} {'warning' if doubts == 1 else 'warnings'} about the data: sectorlead check names them")
    if set(notes) <= set(panel.notes):
        return panel
    noted = panel.noted(*notes)
    _findings[noted] = findings
    return noted


_findings: weakref.WeakKeyDictionary[Panel, tuple[Finding, ...]] = weakref.WeakKeyDictionary()


def _stop(panel: Panel, findings: Collection[Finding], accept: Collection[str]) -> None:
    stopping = tuple(refused(findings, accept))
    if stopping:
        raise QualityError(panel.source or "panel", stopping)


def check_names(accept: Collection[str]) -> None:
    """Raise ``UnknownNameError`` for a name in ``accept`` that is no rule."""
    for name in accept:
        if name.partition(":")[0] not in NAMES:
            raise UnknownNameError("rule of the quality gate", name.partition(":")[0], NAMES)


def refused(findings: Collection[Finding], accept: Collection[str]) -> Iterator[Finding]:
    """The errors that were not accepted.

    Parameters
    ----------
    findings : collection of Finding
    accept : collection of str
        Names of rules, ``"bad-tick"``, or of one series of a rule, ``"bad-tick:801010"``.

    Yields
    ------
    Finding
        Errors only; warnings and notes stop nobody.
    """
    for finding in findings:
        accepted = finding.rule in accept or f"{finding.rule}:{finding.symbol}" in accept
        if finding.severity == "error" and not accepted:
            yield finding
