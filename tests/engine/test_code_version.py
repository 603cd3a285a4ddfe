"""A digest changes with everything that one's own code reads, and with nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

RULES = """
from functools import cached_property, lru_cache, partial, wraps

import numpy as np
import pytest

MARK = pytest.mark  # an object that answers for every name, and refuses
LONG, SHORT, STOP = 20, 20, 5
TABLE = {"share": 0.9, "names": ["a", "b"]}
WEIGHTS = np.array([0.5, 0.5])


class Kept:
    def __init__(self):
        self.level = 7

    def at(self):
        return self.level * 2


KEPT = Kept()


def scaled(factor, by):
    return factor * by


half = partial(scaled, 0.5)


@lru_cache
def cached():
    return 11


def decorated(function):
    @wraps(function)
    def wrapped(self):
        return function(self) * 13
    return wrapped


def helper(*, share=0.25):
    return share


class Rule:
    sizes = [17, 19]
    first, second = 1, 2

    @cached_property
    def once(self):
        return 23

    @decorated
    def decide(self):
        return LONG, SHORT, STOP, TABLE, WEIGHTS, KEPT.at(), half(1), cached(), helper(), self.sizes, MARK
"""
CHANGES = (
    ("LONG, SHORT, STOP = 20, 20, 5", "LONG, SHORT, STOP = 20, 5, 5"),
    ("first, second = 1, 2", "first, second = 2, 1"),
    ("0.9", "0.8"), ('"b"]', '"c"]'), ("[0.5, 0.5]", "[0.5, 0.6]"), ("level = 7", "level = 8"),
    ("level * 2", "level * 3"),
    ("scaled, 0.5", "scaled, 0.6"), ("return 11", "return 12"), ("(self) * 13", "(self) * 14"),
    ("share=0.25", "share=0.5"), ("[17, 19]", "[17, 20]"), ("return 23", "return 24"),
)  # fmt: skip
TOLD = """
import sys
from pathlib import Path
from types import ModuleType
from sectorlead.engine.code_version import lasting_digest

for text in Path(sys.argv[1]).read_text().split("#####"):
    module = sys.modules["own_rules"] = ModuleType("own_rules")
    exec(text, vars(module))
    print(lasting_digest(module.Rule()))
"""


@pytest.fixture(scope="module")
def digests(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """Of the rules as they are and with each change, in two processes."""
    path = tmp_path_factory.mktemp("rules") / "rules.txt"
    for old, _ in CHANGES:
        assert RULES.count(old) == 1, old
    path.write_text("#####".join([RULES, *(RULES.replace(*change) for change in CHANGES)]), encoding="utf-8")
    return [
        subprocess.run(
            [sys.executable, "-c", TOLD, str(path)], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(2)
    ]


def test_whatever_a_rule_reads_changes_it(digests: list[list[str]]) -> None:
    whole, *changed = digests[0]
    assert "None" not in digests[0]
    same = [change for change, found in zip(CHANGES, changed, strict=True) if found == whole]
    assert not same


def test_it_is_the_same_in_every_process(digests: list[list[str]]) -> None:
    assert digests[0] == digests[1]
