"""All rules over one set of bars, and the gate that errors do not pass."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Literal

from ..calendar import Calendar, calendar_for, find_calendar
from ..errors import QualityError, UnknownNameError
from ..panel import Panel
from ..tidy.columns import Tidy
from ..tidy.reading import Reading
from .adjusted import RULES as ADJUSTED
from .copies import RULES as COPIES
from .file_rules import RULES as FILE_RULES
from .finding import SEVERITIES, Finding, Rule, by_rule, counted
from .joined import RULES as JOINED
from .moves import RULES as MOVES
from .prices import RULES as PRICES
from .sessions import RULES as SESSIONS
from .table import Table, table_of, table_of_earlier
from .together import RULES as TOGETHER
from .units import RULES as UNITS
from .volume import RULES as VOLUME

TABLE_RULES: tuple[Rule[Table], ...] = (
    *SESSIONS, *PRICES, *MOVES, *VOLUME, *UNITS, *ADJUSTED, *COPIES, *TOGETHER,
)  # fmt: skip
SUMMARIES: dict[str, str] = {rule.name: rule.summary for rule in FILE_RULES}
SUMMARIES |= {rule.name: rule.summary for rule in TABLE_RULES}
SUMMARIES |= {rule.name: rule.summary for rule in JOINED}
"""Every rule and what it looks for, a sentence."""
NAMES: tuple[str, ...] = tuple(SUMMARIES)
"""Every rule, by the name under which it can be accepted."""

Choice = Calendar | Literal["auto", "XSHG", "XNYS", "weekdays"] | None


def check(
    data: Panel | Tidy | Reading | Table,
    calendar: Choice = "auto",
    *,
    benchmark: tuple[str, Table] | str | None = None,
    trades: str = "",
) -> tuple[Finding, ...]:
    """What a reader must know about the data, errors first; nothing is changed.

    Parameters
    ----------
    data : Panel, Tidy, Reading or Table
        A panel, with the earlier bars of its benchmark; the rows of a file, files as they are (``read``), or a table.
    calendar : Calendar, "auto", name or None
        Whose days the sessions should be; "auto" finds it from symbols and sessions (``calendar_for``), None asks
        nothing that needs one.
    benchmark : str or (str, Table), optional
        A symbol of the data, or of another table, to compare the series with. A panel has its own.
    trades : str, optional
        As ``gate``; a table has been told already (``table_of``).

    Returns
    -------
    tuple of Finding
        Errors, warnings, notes; within each in the order of the rules, then of the series.
    """
    found: list[Finding] = []
    if isinstance(data, Reading):
        each = [finding for file_rule in FILE_RULES for file in data.each for finding in file_rule.findings(file)]
        found += {(one.rule, one.symbol, one.message): one for one in each}.values()  # of many files alike, once
        data = data.bars
    table = on_calendar(data, calendar, trades)
    if benchmark is not None:
        table = table.against(benchmark) if isinstance(benchmark, str) else table.against(*benchmark)
    for rule in TABLE_RULES:
        found += rule.findings(table)
    if isinstance(data, Panel) and (earlier := table_of_earlier(data, table.calendar)) is not None:
        own = [finding for rule in TABLE_RULES for finding in rule.findings(earlier)]
        found += [finding for finding in own if len(finding.sessions) and finding.sessions[0] < data.sessions[0]]
    if isinstance(data, Panel):
        for joined in JOINED:
            found += joined.findings(data.spans)
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def on_calendar(data: Panel | Tidy | Table, calendar: Choice = "auto", trades: str = "") -> Table:
    """The table of ``data`` with its calendar.

    Parameters
    ----------
    data : Panel, Tidy or Table
    calendar : Calendar, "auto", name or None
        "auto": of simulated panels the weekdays, else what ``calendar_for`` finds for the sessions and symbols. None:
        no calendar, and no rule that needs one.
    trades : str, optional
        As ``gate``; a table has been told already (``table_of``).

    Raises
    ------
    UnknownNameError
        A name that is not in ``CALENDARS``.
    """
    table = data if isinstance(data, Table) else table_of(data, trades=trades)
    if calendar == "auto":
        simulated = isinstance(data, Panel) and data.simulated
        found = calendar_for(table.sessions, table.symbols, simulated=simulated, unchanged=table.unchanged)
    else:
        found = find_calendar(calendar) if isinstance(calendar, str) else calendar
    return replace(table, calendar=found)


def gate(
    panel: Panel, accept: Collection[str] = (), trades: str = "", calendar: Choice = "auto"
) -> tuple[Finding, ...]:
    """The findings about a panel, unless one is an error that was not accepted.

    The panel is looked at once for each kind that a market trades and each calendar; what was found is kept with it
    (``Panel.findings``) and with its parts. One that says ``checked=False`` passes without a look.

    Parameters
    ----------
    panel : Panel
    accept : collection of str
        Names of rules whose errors the reader knows of: ``"bad-tick"``, or of one series only, ``"bad-tick:801010"``.
    trades : str, optional
        What is traded on the market whose rules the run keeps (``Market.trades``): what is not said is that.
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
    findings = _looked_at(panel, trades, calendar)
    stopping = tuple(refused(_errors(findings), accept))
    if stopping:
        raise QualityError(panel.source or "panel", stopping)
    return findings


def _looked_at(panel: Panel, trades: str, calendar: Choice) -> tuple[Finding, ...]:
    """What was found in a panel, found now or before; the last one asked for comes last in what is kept."""
    if not panel.checked:
        return ()
    asked = trades, calendar
    findings = panel.looked_at.pop(asked) if asked in panel.looked_at else check(panel, calendar, trades=trades)
    panel.looked_at[asked] = findings
    return findings


def _errors(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The errors among findings of ``check``, which come first."""
    return tuple(takewhile(lambda finding: finding.severity == "error", findings))


def admitted(panel: Panel, accept: Collection[str] = (), trades: str = "") -> Panel:
    """The panel through the gate; each accepted error becomes a note of it, once.

    Parameters
    ----------
    panel : Panel
        Looked at once, however often it is asked for.
    accept : collection of str
        As ``gate``.
    trades : str, optional
        As ``gate``.

    Returns
    -------
    Panel
        The same object where no error was accepted, or it is noted already; else the same one each time.

    Raises
    ------
    QualityError, UnknownNameError
        As ``gate``.
    """
    notes = tuple(f"accepted error in the data: {finding}" for finding in _errors(gate(panel, accept, trades)))
    if set(notes) <= set(panel.notes):
        return panel
    twins: dict[tuple[str, ...], Panel] = panel.__dict__.setdefault("_admitted", {})
    if notes not in twins:
        twins[notes] = panel.noted(*notes)
    return twins[notes]


def doubts(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The warnings among some findings in one sentence, for the notes of a run; none where there are none.

    Parameters
    ----------
    findings : sequence of Finding
        As ``gate`` gave them.
    """
    found = [each for each in findings if each.severity == "warning"]
    kinds = "; ".join(_together(each) for _, _, each in by_rule(found))
    return (f"{counted(len(found), 'warning')} about the data: {kinds}",) if found else ()


def _together(found: Sequence[Finding]) -> str:
    """Findings of one rule in a clause: the first, and how many more series have one."""
    more = f" (and {counted(len(found) - 1, 'more', 'more')})" if len(found) > 1 else ""
    return f"{found[0]}{more}"


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
