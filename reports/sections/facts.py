"""What a report says in sentences: the terms of the run, warnings, and what it was made from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from ...engine.config import TERMS
from ...engine.record import Record
from ..analysis.execution import buys_below_a_lot, start
from ..analysis.rules import rules_of_run
from ..formatting import decimal
from ..growth import periods_per_year, sessions_of_a_year
from ..manifest import manifest
from ..metrics.money_weighted import money_weighted_return
from ..metrics.run_metrics import PRICE_INDEX, too_short

ONE_VARIANT = (
    "One variant. Nothing here is corrected for the number of variants that were tried before this one was kept."
)
ALLOWED_FOR = "The verdict allows for them, and nothing else on this page does."
NOT_AUDITED = "Not audited for look-ahead."


def audits(records: Iterable[Record]) -> str:
    """What an audit found of each of some runs, or how many were audited; that none was."""
    return audit_badge([record.audited for record in records])


def audit_badge(found: Sequence[str]) -> str:
    """What reports say of the audit of each of some runs or scores.

    Parameters
    ----------
    found : sequence of str
        The clause of each audit; "" of what was not audited.
    """
    told = [text for text in found if text]
    if not told:
        return NOT_AUDITED
    if len(found) == 1:
        return f"Audited for look-ahead: {told[0]}."
    count = sum(not text.startswith("nothing") for text in told)
    return f"{len(told)} of {len(found)} runs audited for look-ahead; findings in {count} of them."


def verification(record: Record) -> str:
    """What both engines agreed on, or that only one ran."""
    if record.verified:
        return f"Verified: {record.verified}."
    return f"Not verified: one engine ran ({record.terms.engine})."


def dividends(record: Record) -> str:
    """That the benchmark may lack what the series have: their adjustment factors change, and it has none; or ""."""
    panel = record.panel
    factor = panel.last_factor[: record.terms.last + 1]
    adjusted = bool((np.isfinite(factor[:-1]) & (factor[1:] != factor[:-1])).any())
    if panel.benchmark is None or not adjusted:
        return ""
    return f"Benchmark: from its own closes; {PRICE_INDEX}, which the series' adjusted returns may hold."


def costs_in_words(record: Record) -> str:
    """The market's rules, and how many of them rest on a doubtful source."""
    rules = rules_of_run(record)
    doubt = f"; not verified: {rules.unverified} of its {len(rules.rules)} rules in force" if rules else ""
    return f"{record.market.name}: {record.market.sentence()}" + doubt * bool(rules and rules.unverified)


def interest_in_words(record: Record) -> str:
    """What idle cash earned, in words."""
    rate = record.terms.rate
    return (
        f"idle cash earned {decimal(float(record.outcome.interest.sum()), 0)} ({rate})"
        if rate
        else "idle cash earns nothing"
    )


def money_in_words(record: Record) -> str:
    """What the account was worth and became, with what came in and went out."""
    opening, end = (decimal(value, 0) for value in (record.terms.opening, float(record.outcome.equity[-1])))
    if not record.outcome.flows.any():
        return f"{opening} became {end}"
    told = f"{opening} and {decimal(float(record.outcome.flows.sum()), 0)} of deposits less withdrawals became {end}"
    rate = money_weighted_return(record)
    shown = math.isfinite(rate) and not too_short(record)
    return f"{told}; money-weighted return {rate:.1%} a year" if shown else told


def yearly_fact(record: Record) -> tuple[tuple[str, str], ...]:
    """Why numbers per year are blank, as a fact; none where they are not."""
    if not too_short(record):
        return ()
    least = sessions_of_a_year(periods_per_year(record.sessions))
    return (("Yearly", f"Too short to annualise (fewer than {least} sessions): numbers per year are left blank."),)


def lot_warning(record: Record) -> str:
    """That lots kept the run from its portfolio; "" where they did not."""
    if (found := buys_below_a_lot(record)) is None:
        return ""
    small, buys = found
    count = f"{small:,} of {buys:,} buys were less than one lot"
    most = f"Most buys were less than one lot ({small:,} of {buys:,})" if small > buys / 2 else count
    return f"{most}: more cash, or market cn-index for indices, which can't be bought."


def facts(record: Record) -> tuple[tuple[str, str], ...]:
    """What a reader must know before any number, as pairs of label and text."""
    panel, sessions = record.panel, record.sessions
    bench = panel.benchmark
    held = int((record.outcome.shares > 0).any(axis=0).sum())
    against = (
        f"; benchmark {bench.name} {bench.symbol if bench.symbol != bench.name else ''}".rstrip()
        if bench
        else "; no benchmark"
    )
    money = money_in_words(record)
    rows = [
        ("Period", f"{sessions[0]:%F} to {sessions[-1]:%F}, {len(sessions):,} sessions"),
        (
            "Data",
            f"{panel.source or 'not named'}; {len(panel.symbols)} series, {held} of them held at some time{against}",
        ),
        ("Orders", record.terms.in_words()),
        ("Costs", costs_in_words(record)),
        ("Capital", f"{money}; {interest_in_words(record)}"),
        ("Engines", verification(record)),
        ("Audit", audits([record])),
        ("Trials", f"{record.trials} {ALLOWED_FOR if record.tried else ONE_VARIANT}".strip()),
    ]
    warning = lot_warning(record)
    told = [("Note", note) for note in (*record.notes, *panel.notes) if note != warning]
    rows[2:2] = [*quality_fact(record), *told]
    began = start(record)
    late = [(began.what, f"{began.session:%F}; in cash before")] if began and began.late else []
    rows[1:1] = [*late, *yearly_fact(record)]
    return (*((("Warning", warning),) if warning else ()), *rows)


def quality_fact(record: Record) -> tuple[tuple[str, str], ...]:
    """How much the quality gate found in the panel, as a fact; none where it was not asked."""
    return (("Data quality", f"{record.quality}."),) if record.quality else ()


def shared_notes(records: Sequence[Record]) -> tuple[str, ...]:
    """The notes that all runs have, in the order of the first: what is so of their data and market."""
    return tuple(note for note in records[0].notes if all(note in record.notes for record in records[1:]))


def call(record: Record) -> str:
    """The run as a call in Python, for a reader who wants to repeat it."""
    terms, bench = record.terms, record.panel.benchmark
    began = terms.first if terms.began is None else terms.began
    span = {"start": f"{record.panel.sessions[began]:%F}", "end": f"{record.sessions[-1]:%F}"}
    kept = {name: getattr(terms, name) for name in TERMS if name not in ("cash_rate", "name")} | span
    told = {name: value for name, value in kept.items() if value is not None}
    given = [f"{name}={value!r}" for name, value in ({"market": record.market.name} | told).items()]
    given += ["cash_rate=rate"] * bool(terms.rate)
    against = f", benchmark={bench.symbol!r}" if bench else ""
    rate = f"# rate: {terms.rate}\n" if terms.rate else ""
    panel = f"panel: {record.panel.source or 'not named'}{against}, hash {record.panel.origin.content_hash}"
    return f"# {panel}\n{rate}run(\n    {record.sentence},\n    panel,\n    {', '.join(given)},\n)"


def provenance(record: Record) -> tuple[tuple[str, str], ...]:
    """What the run was made from, as pairs of label and text: panel, market rules, versions, platform, code."""
    told = manifest(record)
    versions = ", ".join(f"{name} {version}" for name, version in told["versions"].items() if version)
    rules = ", ".join(
        f"{key} {value:g}" if isinstance(value, float) else f"{key} {value}"
        for key, value in record.market.describe().items()
        if value is not None and key != "rulebook"
    )
    panel = told["panel"]
    return (
        (
            "Panel",
            f"hash {panel['hash']}; {panel['series']} series, {panel['sessions']:,} sessions, "
            f"{panel['from']} to {panel['to']}",
        ),
        *quality_fact(record),
        ("Market rules", rules),
        ("Versions", f"Python {told['python']}, {versions}"),
        ("Platform", told["platform"]),
        ("Code", told["revision"] or "no checkout known"),
    )
