"""Rules in force, with their source and what is doubtful."""

from __future__ import annotations

import datetime
import re
import tomllib
from dataclasses import replace
from pathlib import Path

from pypdf import PdfReader

from sectorlead.engine.market.market import Market
from sectorlead.engine.market.rulebook import ITEMS, Board, Entry, RuleBook
from sectorlead.reports.analysis.rebalances import STATUSES
from sectorlead.reports.analysis.rules import LABELS, rules_of_run
from sectorlead.reports.analysis.target_vs_actual import GAPS
from sectorlead.reports.analysis.targets import GAP_MEANINGS, STATUS_MEANINGS
from sectorlead.reports.compare.papers import write_comparison
from sectorlead.reports.render.html import write_tearsheet
from sectorlead.reports.render.i18n import find_locale
from sectorlead.reports.render.pdf.document import write_pdf

ROOT = Path(__file__).parents[3]


def booked(run, **changes):
    """The run under a made-up book: stamp duty doubles in its middle, on the word of one table."""
    panel = run.panel
    middle = run.sessions[len(run.sessions) // 2].date()
    entries = [
        Entry(item, ("stocks",), datetime.date(2000, 1, 1), 0.0, "印花税法", True) for item in ITEMS if item != "tick"
    ]
    entries += [
        Entry("tick", ("stocks",), datetime.date(2000, 1, 1), 0.01, "rules", True),
        Entry("stamp_duty_sell", ("stocks", "others"), middle, 0.002, "a table", False, "Only one table."),
    ]
    book = RuleBook(
        "made up",
        "7",
        datetime.date(2030, 1, 1),
        (Board("stocks", "index", ()), Board("others", "etf", ())),
        tuple(entries),
    )
    market = Market(name="x", rulebook=book, board="stocks", **changes)
    return replace(run, market=market, panel=replace(panel, boards=("stocks",) * len(panel.symbols)))


def test_rules_in_force_with_their_source_and_what_is_doubtful(make, tmp_path):
    run = booked(make([100.0] * 80))
    rules = rules_of_run(run)
    assert (rules.name, rules.version, rules.placed, rules.unverified) == ("made up", "7", "2 stocks", 1)
    doubtful = [rule for rule in rules.rules if not rule.verified]
    assert [(rule.what, rule.value, rule.boards, rule.source) for rule in doubtful] == [
        ("Stamp duty on sales", "20 bp", "stocks", "a table")
    ]
    assert "Handling fee" not in {rule.what for rule in rules.rules}  # the commission includes it
    net = {rule.what for rule in rules_of_run(booked(run, commission_includes_levies=False)).rules}
    assert {"Handling fee", "Levy"} <= net
    own = rules_of_run(
        booked(run, stamp_duty_rate=0.0, lot=0, tick=0.01, t_plus_one=False, price_limit=0.0, transfer_fee_rate=0.0)
    )
    assert own.rules == ()
    for page in (write_tearsheet(run, tmp_path / "a.html"), write_comparison([run], tmp_path / "b.html")):
        text = page.read_text(encoding="utf-8")
        for part in ("Rule book made up, version 7", "1 of them not verified", "印花税法"):
            assert part in text
        assert re.search(r"a table .*Only one table\.", text)
        assert f"not verified: 1 of its {len(rules.rules)} rules in force" in text


def test_every_item_reason_and_status_has_a_name():
    assert set(LABELS) == set(ITEMS)
    assert set(GAP_MEANINGS) == set(GAPS)
    assert set(STATUS_MEANINGS) == set(STATUSES)


def test_a_long_rule_book_goes_over_pages(make, tmp_path):
    run = booked(make([100.0] * 80))
    many = [
        Entry("transfer_fee", ("stocks",), day.date(), k / 1e5, f"table {k}", True)
        for k, day in enumerate(run.sessions)
    ]
    book = run.market.book
    run = replace(run, market=replace(run.market, rulebook=replace(book, entries=(*book.entries, *many))))
    pages = [page.extract_text() for page in PdfReader(write_pdf(run, tmp_path / "a.pdf")).pages]
    assert all(any(f"table {k}\n" in f"{text}\n" for text in pages) for k in range(80))
    assert sum("Rule Value From Boards Source" in text for text in pages) > 1  # heads are repeated


def test_what_is_doubtful_is_said_in_chinese_too(make, tmp_path):
    """Remarks on rules that are not verified stand on the page; so each of the shipped book's has a translation."""
    book = tomllib.loads((ROOT / "data" / "rulebooks" / "cn-a.toml").read_text(encoding="utf-8"))
    remarks = {rule["remark"] for rule in tables(book) if rule.get("verified") is False and rule.get("remark")}
    assert len(remarks) >= 5
    assert find_locale("zh").untranslated(remarks) == []
    run = booked(make([100.0] * 80))
    told = tuple(replace(each, remark="No notice was found for this rate.") for each in run.market.rulebook.entries)
    run = replace(run, market=replace(run.market, rulebook=replace(run.market.rulebook, entries=told)))
    page = write_comparison([run], tmp_path / "c.html", locale="zh").read_text(encoding="utf-8")
    assert "未找到该费率的公告原文" in page
    assert "No notice was found" not in page


def tables(value):
    """All tables of a document, at any depth."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from tables(inner)
