"""``check``: what is wrong with data, by name, as a result that reports, notebooks and commands share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.data.quality.finding import SEVERITIES, Finding, Severity, counted
from sectorlead.data.quality.gate import Choice, check_names, on_calendar, refused
from sectorlead.data.quality.gate import check as look
from sectorlead.data.quality.table import Table
from sectorlead.data.tidy.columns import Tidy
from sectorlead.data.tidy.read import read
from sectorlead.data.tidy.reading import Reading
from sectorlead.engine.market.market import find_market

_COLUMNS = ("severity", "rule", "symbol", "sessions", "first", "last", "found", "effect", "treatment")


@dataclass(frozen=True, eq=False)
class DataCheck:
    """What a reader must know about data.

    Attributes
    ----------
    findings : tuple of Finding
        Errors first, then warnings, then notes.
    bars : Table
        What was looked at, with its calendar.
    accept : tuple of str
        Names of rules whose errors are accepted.
    """

    findings: tuple[Finding, ...]
    bars: Table
    accept: tuple[str, ...] = ()

    @property
    def stopping(self) -> tuple[Finding, ...]:
        """The errors that stop a run: those that were not accepted."""
        return tuple(refused(self.findings, self.accept))

    @property
    def clean(self) -> bool:
        """Whether no error stops a run; warnings and notes may be there."""
        return not self.stopping

    @property
    def table(self) -> pd.DataFrame:
        """A row per finding: severity, rule, symbol, sessions, first, last, found, effect, treatment.

        ``symbol`` is "" for what is about all series; ``first`` and ``last`` are NaT where no session is meant.
        """
        rows = [
            (
                each.severity, each.rule, each.symbol, len(each.sessions), each.sessions.min(), each.sessions.max(),
                each.message, each.effect, each.treatment,
            )
            for each in self.findings
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(_COLUMNS))

    def count(self, severity: Severity) -> int:
        """How many findings there are of a severity.

        Parameters
        ----------
        severity : {"error", "warning", "note"}
        """
        return sum(each.severity == severity for each in self.findings)

    def report(self, path: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
        """Write the report as what the ending of its name says: .html, .pdf, .png, .xlsx or .md; returns its path.

        Parameters
        ----------
        path : path
        locale : {"en", "zh"}
            Language.
        moves : {"blue-orange", "red-up", "green-up"}, optional
            Colours of gains and losses.

        Raises
        ------
        InputError
            Another ending, or what it needs is not installed.
        """
        from sectorlead.reports.quality.sections import quality_paper
        from sectorlead.reports.render.report_page import write_report

        return write_report(quality_paper(self.findings, self.bars, self.accept), path, locale=locale, moves=moves)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        days, calendar = self.bars.sessions, self.bars.calendar
        return {
            "data": self.bars.label,
            "series": len(self.bars.symbols),
            "sessions": len(days),
            "first": f"{days[0]:%Y-%m-%d}",
            "last": f"{days[-1]:%Y-%m-%d}",
            "calendar": calendar.name if calendar else None,
            "accepted": sorted(self.accept),
            **{f"{severity}s": self.count(severity) for severity in SEVERITIES},
            "findings": [finding.as_dict() for finding in self.findings],
        }

    def __str__(self) -> str:
        return "\n".join((repr(self), *(f"{each.severity}: {each}" for each in self.findings)))

    def __repr__(self) -> str:
        told = ", ".join(counted(self.count(severity), severity) for severity in SEVERITIES)
        size = f"{len(self.bars.symbols)} series x {len(self.bars.sessions):,} sessions"
        return f"DataCheck({self.bars.label}, {size}: {told})"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from sectorlead.reports.quality.notebook import quality_notebook

        return quality_notebook(self.findings, self.bars, self.accept)


def check(
    data: str | Path | pd.DataFrame | Panel | Tidy | Reading | Table,
    *,
    calendar: Choice = "auto",
    benchmark: tuple[str, Table] | str | None = None,
    market: str | None = None,
    accept: Collection[str] = (),
) -> DataCheck:
    """What is wrong with data, by name, and what it would do to a backtest; repairs nothing (``docs/quality.md``).

    Parameters
    ----------
    data : path, DataFrame, Panel, Tidy, Reading or Table
        Files as they are, by path or pattern, or a frame; a panel; rows or a table.
    calendar : Calendar, "auto", "XSHG", "XNYS", "weekdays" or None
        Whose days the sessions should be; "auto" finds it from symbols and sessions, None asks nothing that needs one.
    benchmark : str or (str, Table), optional
        A symbol of the data, or of another table, to compare the series with. A panel has its own.
    market : str, optional
        The market that it is for, which says what trades: "cn-etf", "us-etf", ...
    accept : collection of str
        Names of rules whose errors are known: ``"bad-tick"``, or of one series, ``"bad-tick:801010"``.

    Returns
    -------
    DataCheck

    Raises
    ------
    UnknownNameError
        For a calendar, a market or a rule that there is none of.
    DataError
        Where a file can't be read at all.
    """
    check_names(accept)
    subject = read(data) if isinstance(data, str | Path | pd.DataFrame) else data
    trades = find_market(market).trades if market else ""
    bars = on_calendar(subject.bars if isinstance(subject, Reading) else subject, calendar, trades)
    found = look(subject, bars.calendar, benchmark=benchmark, trades=trades)
    return DataCheck(found, bars, tuple(accept))
