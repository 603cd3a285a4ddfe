"""What a comparison was made from: period, data, terms, what each strategy is, market rules, and how it was tested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ...engine.record import Record
from ..analysis.execution import start
from ..analysis.rules import Rules, rules_of_run
from ..message import Text, say, sentence
from ..sections.base import Block, Facts, Heading, Paragraph, Section
from ..sections.facts import audits, costs_in_words, lot_warning, quality_fact, shared_notes, verification, yearly_fact
from ..sections.run.provenance import rule_book
from .compared import Compared

Fact = tuple[str, str]


def uncorrected(count: int) -> str:
    """That the ranking of so many variants is not corrected for their number.

    Parameters
    ----------
    count : int
    """
    if count == 1:
        return "One variant is shown. Nothing here is corrected for the number of variants that were tried."
    return (
        f"{count} variants are shown. Their ranking is not corrected for that number, nor for others that were tried "
        "and are not shown."
    )


def period_of(record: Record) -> str:
    """First and last session, and how many.

    Parameters
    ----------
    record : Record
    """
    sessions = record.sessions
    return f"{sessions[0]:%F} to {sessions[-1]:%F}, {len(sessions):,} sessions"


def warnings(content: Compared) -> list[Fact]:
    """That lots kept runs from their portfolios.

    Parameters
    ----------
    content : Compared
    """
    small = {label: lot_warning(record) for label, record in content.records.items()}
    return [("Warning", text) for text in by_text(small, ": ")]


def facts(content: Compared, told: Sequence[Fact] = ()) -> tuple[Fact, ...]:
    """What the runs have in common; where they differ, each variant once.

    Parameters
    ----------
    content : Compared
    told : sequence of (label, text)
        What the one who compared them says besides.
    """
    runs = list(content.records.values())
    first, panel = runs[0], runs[0].panel
    bench = panel.benchmark
    against = (
        f"; benchmark {bench.name} {bench.symbol if bench.symbol != bench.name else ''}".rstrip()
        if bench
        else "; no benchmark"
    )
    given = {label for label, _ in told}
    quality = () if "Data quality" in given else quality_fact(first)
    shared = () if "Data quality" in given else shared_notes(runs)
    return (
        ("Period", period_of(first)),
        *_started(content.records),
        *yearly_fact(first),
        ("Data", f"{panel.source or 'not named'}; {len(panel.symbols)} series{against}"),
        *quality,
        *told,
        *(("Note", note) for note in (*shared, *panel.notes)),
        ("Orders", _each(record.terms.in_words() for record in runs)),
        ("Costs", _each(costs_in_words(record) for record in runs)),
        *(("Idle cash", f"earns {text}") for text in [_each(record.terms.rate for record in runs)] if text),
        ("Schedule", _schedules(content)),
        ("Engines", _engines(runs)),
        ("Audit", audits(runs)),
        ("Trials", uncorrected(len(runs))),
    )


def _engines(runs: Sequence[Record]) -> str:
    if len(runs) == 1:
        return verification(runs[0])
    verified = sum(bool(record.verified) for record in runs)
    if verified:
        every = "All" if verified == len(runs) else f"{verified} of"
        return f"{every} {len(runs)} runs verified: both engines gave the same fills and equity."
    ran = ", ".join(sorted({record.terms.engine for record in runs}))
    return f"Not verified: one engine ran ({ran}); with --verify both do, and must agree."


def _started(named: Mapping[str, Record]) -> list[Fact]:
    """When each run first acted, if one of them was late to."""
    began = {label: start(record) for label, record in named.items()}
    if not any(item.late for item in began.values() if item):
        return []
    texts = {label: f"{item.session:%F}" if item else "none" for label, item in began.items()}
    what = dict.fromkeys(item.what for item in began.values() if item and item.late)
    return [(" or ".join(what).replace("or First", "or first"), f"{'; '.join(by_text(texts, ' '))}; in cash before")]


def _schedules(content: Compared) -> str:
    """Whether all decided in the same sessions."""
    rows = {label: record.outcome.decisions.row for label, record in content.records.items()}
    usual = rows[content.against]
    apart = [f"{label} in {len(own):,}" for label, own in rows.items() if not np.array_equal(own, usual)]
    if not apart:
        return f"All decided after the same {len(usual):,} sessions."
    same = len(rows) - len(apart)
    who = (
        f"{same} of {len(rows)} decided after the same {len(usual):,} sessions"
        if same > 1
        else f"{content.against} decided after {len(usual):,} sessions"
    )
    return f"{who}; {', '.join(apart)}."


def by_text(texts: Mapping[str, str], gap: str) -> list[str]:
    """Each text once, behind the labels that it is true of; alone where it is true of all. Empty ones are left out.

    Parameters
    ----------
    texts : mapping of label to str
    gap : str
        Between the labels and the text.
    """
    found: dict[str, list[str]] = {}
    for label, text in texts.items():
        found.setdefault(text, []).append(label)
    return [
        text if len(labels) == len(texts) else f"{', '.join(labels)}{gap}{text}"
        for text, labels in found.items()
        if text
    ]


def _each(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(texts))


def what_was_run(content: Compared, told: Sequence[Fact] = ()) -> Section:
    """Each strategy in its own words, and the terms that all ran under.

    Parameters
    ----------
    content : Compared
    told : sequence of (label, text)
        As ``facts`` takes them.
    """
    blocks: list[Block] = [Facts([(sentence(label), sentence(text)) for label, text in facts(content, told)])]
    for label, record in content.records.items():
        blocks += [Heading(label), Paragraph(record.sentence, "sentence")]
    return Section("what", say("What was run"), blocks, say("Terms"))


def market_rules(content: Compared) -> Section | None:
    """The rule books of the runs, each once; None where no market has one.

    Parameters
    ----------
    content : Compared
    """
    found: dict[Rules, None] = {}
    for record in content.records.values():
        if (book := rules_of_run(record)) is not None:
            found[book] = None
    if not found:
        return None
    blocks = [block for book in found for block in rule_book(book)]
    return Section("rules", say("Market rules"), blocks, say("Rules"))


def how_sure(texts: Sequence[Text]) -> Section:
    """How differences were tested.

    Parameters
    ----------
    texts : sequence of Message or str
        A paragraph each.
    """
    return Section("how", say("How sure"), [Paragraph(text) for text in texts], say("How sure"))
