"""Languages: nothing that a template says stays English, names stay what they are, and errors tell what is allowed."""

from __future__ import annotations

import ast
import html
import re
from pathlib import Path

import pytest

from sectorlead.data.errors import InputError
from sectorlead.market_context import market_context
from sectorlead.reports.analysis.execution import MEANINGS
from sectorlead.reports.analysis.rules import LABELS
from sectorlead.reports.analysis.targets import GAP_MEANINGS, STATUS_MEANINGS
from sectorlead.reports.compare.papers import write_comparison
from sectorlead.reports.metrics.run_metrics import definitions
from sectorlead.reports.render import html as tearsheets
from sectorlead.reports.render.i18n import ENGLISH, Locale, find_locale
from sectorlead.reports.render.interactive import WORDS
from sectorlead.reports.sections.tables import MONTHS

TOY = Locale(
    "toy", "x-toy",
    {
        "Held": "HELD", "still open": "OPEN", "{n} to {n}, {n} sessions": "{2} in {0}-{1}", "Never held: {}": "<{}>",
        "benchmark {}": "BENCH {}", "a & b": "A & B",
    },
)  # fmt: skip
REPORTS = Path(__file__).parents[3] / "reports"
COMMANDS = Path(__file__).parents[3] / "src" / "sectorlead"
HOLES = re.compile(r"\{[a-z_]+\}")
ENGLISH_WORDS = re.compile(
    r"\b(the|of|and|is|that|with|by|from|at|was|were|has|are|in|it|to|not|no|each|their)\b", re.I
)


# --- translation ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("english", "told"),
    [
        ("Held", "HELD"),
        (" Held\n", " HELD\n"),
        ("Held.", "HELD。"),
        ("2016-01-04 to 2018-09-20, 1,700 sessions", "1,700 in 2016-01-04-2018-09-20"),
        ("here to there, many sessions", "here to there, many sessions"),
        ("Never held: still open", "<OPEN>"),
        ("Held; a name, benchmark Held", "HELD；a name, BENCH HELD"),
        ("Holder", "Holder"),
        ("", ""),
        ("1,234", "1,234"),
    ],
)
def test_a_text_is_looked_up_whole_then_by_pattern_then_by_part(english, told):
    assert TOY.text(english) == told
    assert ENGLISH.text(english) == english


def test_a_translation_takes_every_placeholder_once():
    holes = re.compile(r"\{(n?|\d)\}")
    for english, told in find_locale("zh").entries.items():
        asked, given = len(holes.findall(english)), holes.findall(told)
        assert len(given) == asked, english
        assert not any(given) or len(set(given)) == asked or set(given) == {""}, english


# --- nothing is left out --------------------------------------------------------------------------------------------


def test_the_frame_of_pages_says_nothing_itself():
    frame = (REPORTS / "render" / "templates" / "page.html").read_text(encoding="utf-8")
    plain = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<(style|script)\b.*?</\1>|<[^>]*>", "", frame, flags=re.DOTALL)
    assert plain.split() == []
    assert [path.name for path in (REPORTS / "render" / "templates").glob("*.html")] == ["page.html"]


def test_metrics_reasons_and_rules_are_translated():
    known = definitions(252.0).values()
    texts = [text for item in known for text in (item.label, item.text)]
    for told in (MEANINGS, GAP_MEANINGS, STATUS_MEANINGS):
        texts += [*told, *told.values()]
    texts += [label[0].upper() + label[1:] for label in LABELS.values()]
    assert find_locale("zh").untranslated([*texts, *MONTHS, *WORDS.values()]) == []


def test_no_english_sentence_is_left_on_a_chinese_page(market_run, control_run, tmp_path):
    runs = {"leaders": market_run, "control": control_run}
    sources = {rule.source for run in runs.values() for rule in tearsheets.report_content(run).rules.rules}
    given = {"locale": "zh", "moves": "red-up"}
    for path in (
        tearsheets.write_tearsheet(market_run, tmp_path / "a.html", market_context(market_run), **given),
        write_comparison(runs, tmp_path / "b.html", **given),
    ):
        page = path.read_text(encoding="utf-8")
        assert page.startswith('<!doctype html>\n<html lang="zh-CN" data-gains="red-up">')
        body = re.sub(r"<(style|script|pre|h1|code)\b.*?</\1>|<p class=\"sentence\">.*?</p>", "", page, flags=re.DOTALL)
        shown = {html.unescape(" ".join(text.split())) for text in re.split(r"<[^>]*>", body)}
        left = {text for text in shown if ENGLISH_WORDS.search(text)} - sources
        assert {text for text in left if not re.search(r"x86_64|Windows|macOS", text)} == set()
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert all(name in page for name in market_run.panel.names)


def literals(tree: ast.AST, name: str) -> set[str]:
    """Texts that a name stands for somewhere in a module."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and name in {getattr(target, "id", "") for target in node.targets}:
            found.add(node.value)
        elif isinstance(node, ast.comprehension) and getattr(node.target, "id", "") == name:
            found.add(node.iter)
    each = (part for value in found for part in ast.walk(value) if isinstance(part, ast.Constant))
    return {part.value for part in each if isinstance(part.value, str)}


def messages() -> set[str]:
    """Every message that a module of the reports or of the commands says."""
    found = set()
    for path in (*REPORTS.rglob("*.py"), *COMMANDS.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                msgid = node.args[0]
                assert isinstance(msgid, ast.Constant | ast.Name), f"{path}:{node.lineno}: say a literal"
                found |= {msgid.value} if isinstance(msgid, ast.Constant) else literals(tree, msgid.id)
    return found - {""}


def test_every_message_is_translated_with_its_placeholders():
    zh, known = find_locale("zh"), messages()
    assert len(known) > 150
    for msgid in sorted(known):
        told = zh.entries.get(msgid) or zh.text(msgid)
        assert sorted(HOLES.findall(told)) == sorted(HOLES.findall(msgid)), msgid
        plain = HOLES.sub("", msgid)
        assert not re.search(r"[A-Za-z]{2}", plain) or told != msgid, msgid
        assert not ENGLISH_WORDS.search(re.sub(r"[\w.]+\.csv", "", HOLES.sub("", told))), (msgid, told)


# --- choices --------------------------------------------------------------------------------------------------------


def test_an_unknown_language_is_refused_with_what_is_allowed():
    with pytest.raises(InputError, match=r"unknown locale 'fr'.* Known: en, zh"):
        find_locale("fr")
