"""What an audit says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

Severity = Literal["finding", "note"]
FINDING: Severity = "finding"
NOTE: Severity = "note"


@dataclass(frozen=True)
class Finding:
    """One thing that an audit found.

    Attributes
    ----------
    check : str
        Which check, such as "future changed"; see ``docs/audit.md``.
    says : str
        A sentence for people.
    severity : {"finding", "note"}
        A note is nothing that is wrong by itself.
    session, symbol : str
        Of the first decision that moved, ISO date; "" where there is none.
    before, after : float or None
        Target weight, score or shares there: as decided first, and otherwise.
    part : str
        Which part of the strategy, or which input, is responsible; "" where that can't be told.
    """

    check: str
    says: str
    severity: Severity = FINDING
    session: str = ""
    symbol: str = ""
    before: float | None = None
    after: float | None = None
    part: str = ""

    def __str__(self) -> str:
        return f"{self.severity}: {self.check}: {self.says}"


@dataclass(frozen=True)
class Audit:
    """What an audit of a strategy on a panel found.

    Attributes
    ----------
    strategy : str
        The strategy as a sentence.
    name : str
        What it is called.
    panel : str
        Source of the panel and its hash.
    sessions : tuple of str
        First and last session that decisions were audited in.
    decisions : int
        How many decisions there were.
    findings, notes : tuple of Finding
    tried : mapping of str to int
        How often each check ran the strategy.
    left_out : mapping of str to str
        Checks that could not be done, and why.
    """

    strategy: str
    name: str
    panel: str
    sessions: tuple[str, str]
    decisions: int
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    tried: Mapping[str, int]
    left_out: Mapping[str, str]

    @property
    def clean(self) -> bool:
        """Whether nothing was found; notes may be there."""
        return not self.findings

    @property
    def runs(self) -> int:
        """How often the strategy was run."""
        return sum(self.tried.values())

    @property
    def badge(self) -> str:
        """What reports say of it: a clause."""
        if self.clean:
            return f"nothing found in {self.runs} runs"
        return f"{len(self.findings)} finding{'s' * (len(self.findings) != 1)} in {self.runs} runs"

    @property
    def table(self) -> pd.DataFrame:
        """A row per finding and note: severity, check, session, symbol, before, after, part, says."""
        columns = ["severity", "check", "session", "symbol", "before", "after", "part", "says"]
        rows = [asdict(each) for each in (*self.findings, *self.notes)]
        return pd.DataFrame(rows, columns=columns)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a manifest or JSON."""
        return {
            "clean": self.clean,
            "from": self.sessions[0],
            "to": self.sessions[1],
            "decisions": self.decisions,
            "runs": self.runs,
            "cuts": self.tried.get("future changed", 0) + self.tried.get("truncated", 0),
            "tried": dict(self.tried),
            "findings": [str(each) for each in self.findings],
            "notes": [str(each) for each in self.notes],
            "left_out": dict(self.left_out),
        }

    def __str__(self) -> str:
        head = f"{self.name} on {self.panel}, {self.sessions[0]} to {self.sessions[1]}: {self.decisions:,} decisions, "
        head += f"{self.runs} runs"
        tried = ", ".join(f"{name} {count}" for name, count in self.tried.items())
        lines = [head, f"tried: {tried}"]
        lines += [f"left out: {name}: {why}" for name, why in self.left_out.items()]
        lines += [str(each) for each in (*self.findings, *self.notes)]
        count = len(self.findings)
        lines.append("clean: no finding" if self.clean else f"{count} finding{'s' * (count != 1)}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"Audit({self.name} on {self.panel}, {self.sessions[0]} to {self.sessions[1]}: {self.badge})"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from sectorlead.reports.render.table_notebook import table_notebook

        head, *told = [text for text in str(self).splitlines() if not text.startswith(("finding", "note"))]
        return table_notebook(f"Audit: {head}", told, self.table, warning="" if self.clean else self.badge)
