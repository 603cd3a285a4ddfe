"""What is offered is listed, described, and shown in the documents."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import sectorlead
from sectorlead import (
    MEASURES,
    Everything,
    FieldScore,
    LowVolatility,
    PullbackStrength,
    RandomScore,
    Reverse,
    RotationQuadrant,
    Score,
    Window,
)
from sectorlead.strategies import scores

NO_STRENGTH = {Everything, LowVolatility, PullbackStrength, RandomScore, RotationQuadrant}
"""Scores that measure no strength, or several kinds of it."""
PAGE = Path(__file__).parents[3] / "docs" / "measures.md"


def classes(kind: type) -> Iterator[type]:
    """Every class of that kind that a module of the subpackage defines and that can be made."""
    for info in pkgutil.iter_modules(scores.__path__, f"{scores.__name__}."):
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            defined = inspect.isclass(value) and value.__module__ == info.name
            if defined and issubclass(value, kind) and not inspect.isabstract(value):
                yield value


def test_every_score_is_registered_and_every_name_exported() -> None:
    made = {type(entry.make()) for entry in MEASURES.values()}
    assert set(classes(Score)) - made == {*NO_STRENGTH, FieldScore}  # which field it reads is the user's to say
    public = {kind for kind in (*classes(Score), *classes(Window)) if getattr(sectorlead, kind.__name__, None) is kind}
    assert public == {*classes(Score), *classes(Window)}


def test_every_entry_makes_a_score_of_its_own() -> None:
    scores = [entry.make() for entry in MEASURES.values()]
    assert all(isinstance(score, Score) for score in scores)
    assert len(set(scores)) == len(scores)
    assert Reverse(scores[0]).score == scores[0]


def test_the_page_is_the_registry() -> None:
    rows = [
        f"| `{name}` | {entry.says} | {entry.formula} | {entry.window} | {entry.blank} | {entry.reference} |"
        for name, entry in MEASURES.items()
    ]
    section = PAGE.read_text(encoding="utf-8").split("## Measures")[1]
    shown = [line for line in section.splitlines() if line.startswith("| `")]
    assert shown == rows
