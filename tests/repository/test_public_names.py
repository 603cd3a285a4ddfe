"""The public surface is a list, and every name on it is there and documented."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import sectorlead
from sectorlead import strategies
from sectorlead.strategies.library.builders import Rule

BUILT_ON = {
    "Panel", "Market", "Rotation", "Score", "Momentum", "TopN", "Every", "Weekly", "Monthly",
    "load", "simulate", "run", "Run",
}  # fmt: skip
"""What the documents tell people to build on; leaving out one of them breaks their code."""


def test_list_is_unique_and_complete() -> None:
    assert len(sectorlead.__all__) == len(set(sectorlead.__all__))
    assert set(sectorlead.__all__) >= BUILT_ON
    assert set(sectorlead.__all__) <= set(dir(sectorlead))


@pytest.mark.parametrize("name", sorted(sectorlead.__all__))
def test_public_name_is_there_and_documented(name: str) -> None:
    thing = getattr(sectorlead, name)
    if inspect.isclass(thing) or inspect.isroutine(thing):
        assert inspect.getdoc(thing)
        assert thing.__name__ == name


def test_every_part_that_a_module_offers_has_a_public_name() -> None:
    """A part that is not in the list can't be named in a study or a manifest; rules have names in the library."""
    parts = {
        value
        for info in pkgutil.walk_packages(strategies.__path__, f"{strategies.__name__}.")
        for value in vars(importlib.import_module(info.name)).values()
        if inspect.isclass(value) and issubclass(value, sectorlead.Part) and not inspect.isabstract(value)
    }
    hidden = {
        part.__name__
        for part in parts
        if getattr(sectorlead, part.__name__, None) is not part and not issubclass(part, Rule)
    }
    own = {"Later", "InTurn"}  # schedules inside ``Delayed`` and ``Switching``
    assert {name for name in hidden if not name.startswith("_")} == own


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'Rotatoin'. Did you mean 'Rotation'\?$"):
        sectorlead.Rotatoin  # noqa: B018
    with pytest.raises(AttributeError, match=r"no attribute 'qqq'. It has .*\bPanel\b.*\brun\b"):
        sectorlead.qqq  # noqa: B018


def test_the_list_names_the_file_that_defines() -> None:
    """A name taken from a file that only passes it on would load more than it needs, and move when that file does."""
    stub = ast.parse(Path(sectorlead.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    homes = {alias.name: node.module for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert set(homes) == set(sectorlead.__all__)
    for name, home in homes.items():
        thing = getattr(sectorlead, name)
        assert getattr(thing, "__module__", f"sectorlead.{home}") == f"sectorlead.{home}", name
