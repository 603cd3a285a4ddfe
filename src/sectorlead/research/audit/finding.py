"""What an audit says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from sectorlead.reports.message import Text, enumerated, say, sentence

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

    @property
    def told(self) -> Text:
        """How much it matters, which check found it, and what it says."""
        what = "finding: {check}: {says}" if self.severity == FINDING else "note: {check}: {says}"
        return say(what, check=sentence(self.check), says=sentence(self.says))

    def __str__(self) -> str:
        return str(self.told)


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

    @property
    def told(self) -> list[Text]:
        """What was audited, how, what was found, and the outcome: a text for each line."""
        first, last = self.sessions
        head = "{name} on {panel}, {first} to {last}: {decisions} decisions, {runs} runs"
        tried = [say("{name} {count}", name=sentence(name), count=count) for name, count in self.tried.items()]
        lines: list[Text] = [
            say(
                head, name=self.name, panel=sentence(self.panel), first=first, last=last, decisions=self.decisions,
                runs=self.runs,
            ),
            say("tried: {checks}", checks=enumerated(tried) if tried else ""),
        ]  # fmt: skip
        for name, why in self.left_out.items():
            lines.append(say("left out: {check}: {why}", check=sentence(name), why=sentence(why)))
        lines += [each.told for each in (*self.findings, *self.notes)]
        count = len(self.findings)
        if self.clean:
            lines.append(say("clean: no finding"))
        else:
            lines.append(say("{count} findings", count=count) if count > 1 else say("1 finding"))
        return lines

    def __str__(self) -> str:
        return "\n".join(map(str, self.told))

    def __repr__(self) -> str:
        return f"Audit({self.name} on {self.panel}, {self.sessions[0]} to {self.sessions[1]}: {self.badge})"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from sectorlead.reports.render.table_notebook import table_notebook

        head, *told = [text for text in str(self).splitlines() if not text.startswith(("finding", "note"))]
        return table_notebook(f"Audit: {head}", told, self.table, warning="" if self.clean else self.badge)
