"""Notes on how a panel was read stand on every report of it: each has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sectorlead.reports.render.i18n import find_locale

from .reading import english

ROOT = Path(__file__).parents[2]
A_NUMBER, A_NAME = "7", "a.csv"
"""Stand for what a note is told of."""


def notes() -> Iterator[str]:
    """What modules of ``data`` append to notes, if it is written there."""
    for path in sorted((ROOT / "data").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append"):
                continue
            if ast.unparse(node.func.value).split(".")[-1] == "notes" and isinstance(node.args[0], ast.JoinedStr):
                pieces = node.args[0].values
                yield "".join(str(each.value) if isinstance(each, ast.Constant) else _told(each) for each in pieces)


def _told(place: ast.expr) -> str:
    assert isinstance(place, ast.FormattedValue)
    return A_NUMBER if place.format_spec or "len(" in ast.unparse(place.value) else A_NAME


@pytest.mark.parametrize("note", sorted(set(notes())))
def test_a_note_is_chinese(note: str) -> None:
    assert re.search("[a-z]{3}", note)
    assert english([find_locale("zh").text(note)]) == {}


def test_there_are_notes() -> None:
    assert len(set(notes())) >= 15
