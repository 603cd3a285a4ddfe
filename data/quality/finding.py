"""What a rule is, and what it says about the data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import numpy as np
import pandas as pd

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
NO_SESSIONS = pd.DatetimeIndex(np.array([], dtype="M8[ns]"))

Subject = TypeVar("Subject")


@dataclass(frozen=True, eq=False)
class Finding:
    """Something a reader must know about the data.

    Attributes
    ----------
    rule : str
        Name of the rule, under which it can be accepted.
    severity : "error", "warning" or "note"
        An error makes a backtest wrong: it stops a run that does not accept it by name.
    symbol : str
        The series; empty if it is about all of them.
    sessions : DatetimeIndex
        Where; empty if it is about no session in particular.
    effect : str
        What it does to a backtest.
    treatment : str
        What to do.
    message : str
        What was found, with numbers.
    """

    rule: str
    severity: Severity
    symbol: str
    sessions: pd.DatetimeIndex
    effect: str
    treatment: str
    message: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; sessions as ISO dates."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "symbol": self.symbol,
            "sessions": list(self.sessions.strftime("%Y-%m-%d")),
            "message": self.message,
            "effect": self.effect,
            "treatment": self.treatment,
        }

    def __str__(self) -> str:
        where = f" {self.symbol}" if self.symbol else ""
        return f"{self.rule}{where}: {self.message}"


class Hit(NamedTuple):
    """One place where a rule applies."""

    symbol: str
    sessions: pd.DatetimeIndex
    message: str
    severity: Severity | None = None  # another one than the rule's


@dataclass(frozen=True)
class Rule(Generic[Subject]):
    """A named question to the data.

    Attributes
    ----------
    name : str
    severity : "error", "warning" or "note"
        Unless a hit says otherwise.
    effect, treatment : str
        What it does to a backtest, and what to do; sentences.
    find : callable
        Where it applies; ``Subject`` is a ``Table`` or a ``Reading``.
    """

    name: str
    severity: Severity
    effect: str
    treatment: str
    find: Callable[[Subject], Iterator[Hit]]

    @property
    def summary(self) -> str:
        """What it looks for, a sentence."""
        return (self.find.__doc__ or "").strip().partition("\n")[0]

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """All that it says about ``subject``."""
        for hit in self.find(subject):
            severity = hit.severity or self.severity
            yield Finding(self.name, severity, hit.symbol, hit.sessions, self.effect, self.treatment, hit.message)


def by_rule(findings: Iterable[Finding]) -> list[tuple[Severity, str, list[Finding]]]:
    """Findings of one severity and rule together, in the order in which they came."""
    groups: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.severity, finding.rule), []).append(finding)
    return [(severity, name, found) for (severity, name), found in groups.items()]


def sessions_of(findings: Iterable[Finding]) -> pd.DatetimeIndex:
    """All sessions of some findings, once each."""
    days = [finding.sessions.to_numpy() for finding in findings]
    return pd.DatetimeIndex(np.unique(np.concatenate(days))) if days else NO_SESSIONS


def rule(
    name: str, severity: Severity, effect: str, treatment: str
) -> Callable[[Callable[[Subject], Iterator[Hit]]], Rule[Subject]]:
    """Make a function that yields hits a rule; its docstring is the summary.

    Parameters
    ----------
    name : str
        By which the errors of a rule are accepted, such as ``"bad-tick"``.
    severity : {"error", "warning", "note"}
        Of its findings, where a hit does not say another.
    effect, treatment : str
        What it does to a backtest, and what to do about it: a sentence each, for people.

    Returns
    -------
    callable
        Turns a function from a table (or file) to its hits into a ``Rule``.
    """
    return lambda find: Rule(name, severity, effect, treatment, find)


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun: ``3 bars``, ``1 bar``, ``1,200 days``.

    Parameters
    ----------
    count : int
    one : str
        The noun of one.
    many : str, optional
        The noun of several; default: ``one`` with an s.
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def span(sessions: pd.DatetimeIndex) -> str:
    """``2020-01-02..2020-01-31``, or the one date."""
    if len(sessions) == 1:
        return f"{sessions[0]:%F}"
    return f"{sessions[0]:%F}..{sessions[-1]:%F}"


def some(sessions: pd.DatetimeIndex, shown: int = 3) -> str:
    """The first few dates, for a sentence.

    Parameters
    ----------
    sessions : DatetimeIndex
    shown : int
        How many at most; more are told as ``...``.

    Returns
    -------
    str
        ISO dates, empty for no session.
    """
    return ", ".join(sessions[:shown].strftime("%F")) + (", ..." if len(sessions) > shown else "")
