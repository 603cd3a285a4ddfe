"""All rules over one set of bars, and the gate that errors do not pass."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Literal

from ..boards import MARKET_KINDS
from ..calendar import Calendar, calendar_for, find_calendar
from ..errors import QualityError, UnknownNameError
from ..panel import Panel
from ..tidy.columns import Tidy
from .adjusted import RULES as ADJUSTED
from .copies import RULES as COPIES
from .file_rules import RULES as FILE_RULES
from .finding import SEVERITIES, Finding, Rule
from .moves import RULES as MOVES
from .prices import RULES as PRICES
from .sessions import RULES as SESSIONS
from .table import Table, table_of
from .together import RULES as TOGETHER
from .units import RULES as UNITS
from .vendor_file import VendorFile
from .volume import RULES as VOLUME

TABLE_RULES: tuple[Rule[Table], ...] = (
    *SESSIONS, *PRICES, *MOVES, *VOLUME, *UNITS, *ADJUSTED, *COPIES, *TOGETHER,
)  # fmt: skip
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
    market: str | None = None,
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
    market : str, optional
        As ``gate``; a table has been told already (``table_of``).

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
    table = on_calendar(data, calendar, market)
    if benchmark is not None:
        table = table.against(benchmark) if isinstance(benchmark, str) else table.against(*benchmark)
    for rule in TABLE_RULES:
        found += rule.findings(table)
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def on_calendar(data: Panel | Tidy | Table, calendar: Choice = "auto", market: str | None = None) -> Table:
    """The table of ``data`` with its calendar.

    Parameters
    ----------
    data : Panel, Tidy or Table
    calendar : Calendar, "auto", name or None
        "auto": of simulated panels the weekdays, else what ``calendar_for`` finds for the sessions and symbols. None:
        no calendar, and no rule that needs one.
    market : str, optional
        As ``gate``; a table has been told already (``table_of``).

    Raises
    ------
    UnknownNameError
        A name that is not in ``CALENDARS``.
    """
    table = data if isinstance(data, Table) else table_of(data, market=market)
    if calendar == "auto":
        simulated = isinstance(data, Panel) and data.simulated
        found = calendar_for(table.sessions, table.symbols, simulated=simulated, unchanged=table.unchanged)
    else:
        found = find_calendar(calendar) if isinstance(calendar, str) else calendar
    return replace(table, calendar=found)


def gate(
    panel: Panel, accept: Collection[str] = (), market: str | None = None, calendar: Choice = "auto"
) -> tuple[Finding, ...]:
    """The findings about a panel, unless one is an error that was not accepted.

    The panel is looked at once for each market and calendar; what was found is kept with it (``Panel.findings``). One
    that says ``checked=False`` passes without a look.

    Parameters
    ----------
    panel : Panel
    accept : collection of str
        Names of rules whose errors the reader knows of: ``"bad-tick"``, or of one series only, ``"bad-tick:801010"``.
    market : str, optional
        Name of the market whose rules the run keeps: in "cn-etf" and "cn-stock" what does not say what it is trades.
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
    findings = _looked_at(panel, market, calendar)
    stopping = tuple(refused(findings, accept))
    if stopping:
        raise QualityError(panel.source or "panel", stopping)
    return findings


def _looked_at(panel: Panel, market: str | None, calendar: Choice) -> tuple[Finding, ...]:
    """What was found in a panel, found now or before; the last one asked for comes last in what is kept."""
    if not panel.checked:
        return ()
    asked = MARKET_KINDS.get(market or ""), calendar
    findings = panel.looked_at.pop(asked) if asked in panel.looked_at else check(panel, calendar, market=market)
    panel.looked_at[asked] = findings
    return findings


def admitted(panel: Panel, accept: Collection[str] = (), market: str | None = None) -> Panel:
    """The panel through the gate; what was accepted or is doubtful becomes a note, once.

    Parameters
    ----------
    panel : Panel
        Looked at once, however often it is asked for.
    accept : collection of str
        As ``gate``.
    market : str, optional
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
    findings = gate(panel, accept, market)
    notes = [f"accepted error in the data: {finding}" for finding in findings if finding.severity == "error"]
    doubts = sum(finding.severity == "warning" for finding in findings)
    if doubts:
        notes.append(f"{doubts} {'warning' if doubts == 1 else 'warnings'} about the data: sectorlead check names them")
    return panel if set(notes) <= set(panel.notes) else panel.noted(*notes)


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
