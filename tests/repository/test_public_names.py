"""The public surface is a list, and every name on it is there and documented."""

from __future__ import annotations

import inspect

import pytest

import sectorlead
from sectorlead import strategies

BUILT_ON = {
    "Panel", "Market", "Rotation", "Score", "Momentum", "TopN", "Every", "Weekly", "Monthly",
    "load", "simulate", "run", "Run",
}  # fmt: skip
"""What the documents tell people to build on; leaving out one of them breaks their code."""


def test_list_is_unique_and_complete() -> None:
    assert len(sectorlead.__all__) == len(set(sectorlead.__all__))
    assert set(sectorlead.__all__) >= BUILT_ON
    assert set(sectorlead.__all__) <= set(dir(sectorlead))
    assert set(sectorlead.__all__) >= set(strategies.__all__)


@pytest.mark.parametrize("name", sorted(sectorlead.__all__))
def test_public_name_is_there_and_documented(name: str) -> None:
    thing = getattr(sectorlead, name)
    if inspect.isclass(thing) or inspect.isroutine(thing):
        assert inspect.getdoc(thing)
        assert thing.__name__ == name


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Rotatoin"):
        sectorlead.Rotatoin  # noqa: B018
