"""Public names and signatures are those of the contract; a change is a decision, with a line in the changelog."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

import pytest

from .public_api import CONTRACT, contract, members, signature

AGAIN = "intended? python tests/repository/public_api.py, and a line in CHANGELOG.md (docs/stability.md)"


def test_the_public_names_are_those_of_the_contract() -> None:
    written = CONTRACT.read_text(encoding="utf-8")
    differ = difflib.unified_diff(written.splitlines(), contract().splitlines(), "contract", "code", lineterm="", n=0)
    assert not (told := "\n".join(differ)), f"{told}\n{AGAIN}"


def test_the_contract_does_not_depend_on_the_process() -> None:
    assert " at 0x" not in contract()


@dataclass
class Shown:
    """With one of each."""

    top: int = 3

    @property
    def half(self) -> float:
        return self.top / 2

    @classmethod
    def made(cls, *, of: Any = None) -> Shown:
        return cls()

    def _own(self) -> None: ...


def test_what_a_line_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    def function(one: int, *rest: str, two: float = 0.5, make: Any = lambda: 0) -> str:
        return f"{one}{rest}{two}{make}"

    assert signature(function).startswith("(one, *rest, two=0.5, make=<function ")
    assert signature(Shown) == "(top=3)"
    monkeypatch.setattr(Shown, "__module__", "sectorlead.shown")
    assert list(members(Shown)) == ["  .half", "  .made(cls, *, of=None)"]
