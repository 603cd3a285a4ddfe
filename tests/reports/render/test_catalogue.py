"""The catalogue and the code say the same: each message has its Chinese, and each entry is said by something."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sectorlead.reports.render.i18n import find_locale

ROOT = Path(__file__).parents[3]
CODE = ("data", "engine", "strategies", "reports", "src/sectorlead")
CATALOGUE = ROOT / "reports" / "render" / "templates" / "zh.toml"
HOLES = re.compile(r"\{[a-z_]*\d*\}")
"""Placeholders of entries."""
MOST = 0.75
"""Share of the pairs of words of an entry that must stand in literals."""
AT_RUN_TIME = {
    "a verdict on signals names what leads, where and how surely (significance/words.py)": (
        "{} strength leads (rank correlation {n}, p {n})", "{} strength leads (rank correlation {n}, p below {n})",
        "{} strength lags (rank correlation {n}, p {n})", "{} strength lags (rank correlation {n}, p below {n})",
        "at entry, {n} sessions on", "at turn, {n} sessions on", "at left, {n} sessions on",
        "at event, {n} sessions on",
        "{} ({n} a year, not compounded, p below {n})", "{} ({n} in all, not compounded, p below {n})",
    ),
    "a count and its noun": (
        "variant {n}, {n} finding in {n} runs", "{n} finding in {n} runs", "no warnings", "no notes",
        "{n} warning about the data: {}", "{n} warnings about the data: {}", "{n} number written like 1,234,567",
        "{n} sessions outside {}, which covers {n}: {n}", "{n} session outside {}, which covers {n}: {n}",
    ),
    "a label made of the name of a rule or a fee (analysis/rules.py)": (
        "Stamp duty on buys", "Stamp duty on sales", "Stamp duty on buys and stamp duty on sales",
    ),
    "the name of a package (fonts.ADVICE)": (
        "Chinese is shown in this machine's own fonts: none could be embedded. To embed one, install: "
        "pip install pylopdf-fonts-zh-cn",
    ),
    "what cash cost or brought (analysis/targets.py)": ("it brought {n}", "it brought {n}, {n} a year"),
    "the name of a window's gap (walkforward/content.py)": ("{n} sessions of purge", "{n} sessions of embargo"),
    "up or down (orders/lines.py)": ("stays, trimmed from {n} to {n}", "stays, trimmed from {n} to {n}: {}"),
    "the period of an extreme (sections/run/risk_row.py)": ("Worst session", "Worst week", "Worst month"),
    "the name of a vendor (data/tidy)": ("as Eastmoney writes it", "as Eastmoney writes it: x {n}"),
    "misses or clears (a registered bar)": ("{} is {n} there, which misses the bar",),
    "left or right (cli/reconcile.py)": ("left bars", "only left", "only right"),
    "volume or amount (data/quality/units.py)": (
        "volume changes about {n} times on {}", "amount changes about {n} times on {}",
    ),
}  # fmt: skip
"""Entries whose words stand in no literal, by what puts them in."""


@cache
def modules() -> dict[Path, ast.Module]:
    """Every module of the project, read."""
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for folder in CODE
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def served() -> list[str]:
    """The templates of the server's pages."""
    folder = ROOT / "src" / "sectorlead" / "serve" / "templates"
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.html"))]


def messages() -> Iterator[tuple[str, str]]:
    """What is said as a message: where, and its identifier."""
    for path, module in modules().items():
        if not _says(module):
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                first = node.args[0]
                assert isinstance(first, ast.Constant | ast.Name | ast.Attribute), f"{path}:{node.lineno}: no literal"
                if isinstance(first, ast.Constant):
                    yield f"{path}:{node.lineno}", first.value
    for template in served():
        for found in re.findall(r"\b_\(\"([^\"]+)\"", template):
            yield "a template of serve", found


def _says(module: ast.Module) -> bool:
    """Whether a module takes ``say`` from ``reports.message``; commands have another, which writes a line."""
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module or "").split(".")[-1] == "message"
        and any(alias.name == "say" for alias in node.names)
        for node in module.body
    )


def test_every_message_has_an_entry_of_its_own() -> None:
    entries = frozenset(find_locale("zh").entries)
    wordy = [(place, text) for place, text in messages() if re.search(r"[A-Za-z]{2}", HOLES.sub("", text))]
    assert len(wordy) > 900
    assert [(place, text) for place, text in wordy if not {text, " ".join(text.split())} & entries] == []


@cache
def literals() -> tuple[str, ...]:
    """All texts that the project can say, plain: constants, pieces of f-strings, data and templates."""
    texts = served()
    for module in modules().values():
        told = {id(each.value) for each in ast.walk(module) if isinstance(each, ast.Expr)}
        for node in ast.walk(module):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value.partition("\n")[0] if id(node) in told else node.value)
    for pattern in (
        "data/rulebooks/*.toml", "reports/render/**/*.js", "src/sectorlead/**/*.js", "reports/render/**/*.typ",
    ):  # fmt: skip
        texts += [path.read_text(encoding="utf-8") for path in ROOT.glob(pattern)]
    return tuple(dict.fromkeys(_plain(html.unescape(text)) for text in texts))


@cache
def known() -> tuple[frozenset[str], str, frozenset[str]]:
    """The literals, all in one, and each two words that follow each other in one."""
    pairs = {pair for text in literals() for clause in _clauses(text) for pair in _pairs(clause)}
    return frozenset(literals()), "\n".join(literals()), frozenset(pairs)


def said(entry: str) -> bool:
    """Whether the project says an entry.

    A paragraph must stand in one literal. A clause may be put together from several ("3 bars" is counted, "above" or
    "below" chosen), so most of its pairs of words must stand in one.
    """
    alone, together, in_a_row = known()
    if not HOLES.search(entry):
        whole = _plain(entry)
        if whole in alone or whole in together:
            return True
        if ". " in entry:
            return False
    pairs = [pair for piece in HOLES.split(entry) for clause in _clauses(piece) for pair in _pairs(clause)]
    return sum(pair in in_a_row for pair in pairs) >= MOST * len(pairs)


def _plain(text: str) -> str:
    return " ".join(text.split()).lower().strip(" .;:,()")


def _clauses(text: str) -> list[list[str]]:
    return [_plain(clause).split() for clause in re.split(r"[.;:,(){}<>\"]", text)]


def _pairs(words: list[str]) -> list[str]:
    """Each two words that follow each other, where there are letters in them; and the word itself where it is alone."""
    pairs = [" ".join(words[k : k + 2]) for k in range(max(1, len(words) - 1))]
    return [pair for pair in pairs if re.search(r"[a-z]", pair)]


def test_every_entry_is_said_by_something() -> None:
    entries, composed = find_locale("zh").entries, {entry for listed in AT_RUN_TIME.values() for entry in listed}
    assert [entry for entry in entries if not said(entry) and entry not in composed] == []
    assert [entry for entry in composed if said(entry) or entry not in entries] == []  # and the list is no longer


def test_an_entry_that_nothing_says_would_be_found() -> None:
    assert not said("a tale of {} nobody tells here")
    assert not said("Maximum drawdowning")
    assert said("Maximum drawdown")
    assert said("{n} bars without a readable date: {}")
