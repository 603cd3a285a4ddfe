"""What each command prints with ``--json``: the keys, and what is in them. ``sectorlead schema`` gives them as schemas.

Every object begins with ``command`` and ``version``. Errors are no objects: they are a line on stderr, and the exit
status says so. What is not a finite number is null.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict


class Answer(TypedDict):
    """What all have."""

    command: str
    version: str


class Written(Answer):
    """A folder was written; ``summary`` is its ``summary.json``, null where it has none (a sweep: its variants)."""

    folder: str
    files: list[str]
    summary: dict[str, Any] | None


class Named(TypedDict):
    """A name, and what it is."""

    name: str
    says: str
    details: list[str]


class Listed(Answer):
    """``sectorlead list``."""

    names: list[Named]


class Flaw(TypedDict):
    """One thing that an audit found."""

    check: str
    says: str
    severity: Literal["finding", "note"]
    session: str
    symbol: str
    before: float | None
    after: float | None
    part: str


class AuditOf(TypedDict):
    """The audit of one strategy."""

    name: str
    strategy: str
    panel: str
    clean: bool
    decisions: int
    findings: list[Flaw]
    notes: list[Flaw]
    tried: dict[str, int]
    left_out: dict[str, str]


class Audited(Answer):
    """``sectorlead audit``."""

    clean: bool
    audits: list[AuditOf]


class Tried(TypedDict):
    """One check of the self-test."""

    check: str
    panel: str
    market: str
    engine: str
    cases: int
    off: float | None
    allowed: float
    passed: bool
    says: str


class SelfTested(Answer):
    """``sectorlead selftest``."""

    passed: bool
    checks: list[Tried]
    notes: list[str]


class Served(Answer):
    """``sectorlead serve``, once it listens."""

    url: str
    folder: str


class Bringing(TypedDict):
    """A fetch of one source."""

    source: str
    sentence: str
    series: int
    added: int
    restated: list[str]
    empty: dict[str, str]
    failed: dict[str, str]
    left: list[str]
    unlisted: list[str]
    notes: list[str]


class Probed(TypedDict):
    """What a source answered."""

    source: str
    host: str
    outcome: Literal["answers", "nothing", "refuses", "changed"]
    text: str


class Fetched(Answer):
    """``sectorlead fetch``: either is empty."""

    fetched: list[Bringing]
    probed: list[Probed]


class Held(Answer):
    """``sectorlead data`` and ``sectorlead data series``: a row per series."""

    store: str
    series: list[dict[str, Any]]


class History(Answer):
    """``sectorlead data history``."""

    answers: list[dict[str, Any]]
    spans: list[str]
    changes: list[dict[str, Any]]


class Frozen(Answer):
    """``sectorlead data freeze``: the file, and its manifest."""

    file: str
    manifest: dict[str, Any]


class Trials(Answer):
    """``sectorlead trials``: those shown, and how many there are."""

    total: int
    trials: list[dict[str, Any]]
    file: str | None


class Reproduced(Answer):
    """``sectorlead trials reproduce``."""

    trial: str
    same: bool
    sentence: str
    differing: dict[str, list[float | None]]


class Registrations(Answer):
    """``sectorlead trials registrations``."""

    registrations: list[dict[str, Any]]


class Column(TypedDict):
    """How a column was understood."""

    column: str
    meaning: str
    unit: str
    rows: int
    symbols: int


class Found(TypedDict):
    """A finding of the quality rules."""

    rule: str
    severity: Literal["error", "warning", "note"]
    symbol: str
    sessions: list[str]
    message: str
    effect: str
    treatment: str


class Checked(Answer):
    """``sectorlead check``."""

    data: str
    series: int
    sessions: int
    first: str
    last: str
    calendar: str | None
    accepted: list[str]
    errors: int
    warnings: int
    notes: int
    understood: list[Column]
    findings: list[Found]


class Converted(Answer):
    """``sectorlead convert``."""

    file: str
    series: int
    sessions: int
    first: str
    last: str
    understood: list[Column]
    notes: list[str]


class Reconciled(Answer):
    """``sectorlead reconcile``: tables as lists of rows."""

    left: str
    right: str
    agree: bool
    series: list[dict[str, Any]]
    units: list[dict[str, Any]]
    differences: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    alone: list[list[str]]


class Ordered(Answer):
    """``sectorlead orders``: what is to be sent, or with ``--fills`` what was got; and the file of what was asked."""

    orders: dict[str, Any] | None
    fills: dict[str, Any] | None
    journal: str | None


class Sheet(Answer):
    """``sectorlead tearsheet``."""

    page: str
    summary: dict[str, float | None]


SHAPES: dict[str, type] = {
    **dict.fromkeys(("demo", "run", "brief", "compare", "sweep", "walkforward", "events", "factor"), Written),
    "audit": Audited, "selftest": SelfTested, "serve": Served, "list": Listed, "fetch": Fetched,
    "data": Held, "data series": Held, "data history": History, "data freeze": Frozen,
    "trials": Trials, "trials reproduce": Reproduced,
    "check": Checked, "convert": Converted, "reconcile": Reconciled, "orders": Ordered, "tearsheet": Sheet,
    "trials registrations": Registrations,
}  # fmt: skip
"""The shape of each command's answer."""
