"""What the run was made from: panel, versions, the call, and the rules in force."""

from __future__ import annotations

from ...analysis.rules import Rules
from ...message import say, sentence
from ..base import DATE, Block, Cell, Code, Column, Facts, Heading, Paragraph, Section, Table
from ..content import ReportContent

_CODE = ("Market rules", "Versions", "Platform")
"""Facts that are the same in every language."""
_OPEN = 12  # rules in view without a click, where all of them are verified


def provenance(content: ReportContent) -> Section:
    """The section."""
    rows = [(sentence(label), text if label in _CODE else sentence(text)) for label, text in content.provenance]
    blocks: list[Block] = [Facts(rows), Code(content.call)]
    if content.rules:
        blocks += rule_book(content.rules)
    return Section("provenance", say("Provenance"), blocks, say("Provenance"))


def rule_book(book: Rules) -> list[Block]:
    """A rule book with what was in force."""
    doubt = sentence(f"{book.doubt}.") if book.rules else say("The market sets all its rules itself.")
    told = (
        say("Boards of the series: {boards}.", boards=sentence(book.placed)),
        doubt,
        say("Content {digest}.", digest=book.digest),
    )
    heading = say("Rule book {name}, version {version}", name=book.name, version=book.version)
    blocks: list[Block] = [Heading(heading), Paragraph(told, "note doubted" if book.unverified else "note")]
    if not book.rules:
        return blocks
    columns = (
        Column(say("Rule"), look="wrap"), Column(say("Value")), Column(say("From"), DATE),
        Column(say("Boards"), look="wrap"), Column(say("Source"), look="wrap source"),
    )  # fmt: skip
    rows = []
    for rule in book.rules:
        remark = say("not verified: {remark}", remark=sentence(rule.remark)) if rule.remark else say("not verified")
        source = sentence(rule.source) if rule.verified else Cell(sentence(rule.source), note=remark)
        rows.append((sentence(rule.what), sentence(rule.value), rule.start, sentence(rule.boards), source))
    folded = "" if book.unverified or len(book.rules) <= _OPEN else say("The rules, with their dates and sources")
    return [*blocks, Table(say("Rules in force"), columns, rows, look="rules", folded=folded)]
