"""Strategies in words."""

from __future__ import annotations

from typing import Any

import pytest

from sectorlead import Blend, Momentum, Reverse, Rotation, TopN
from sectorlead.engine.canonical import to_data
from sectorlead.reports.run_folder.words import LONGEST, shortened, words


def own(name: str, /, **parameters: Any) -> dict[str, Any]:
    return {"name": name, "parameters": parameters}


def nested(depth: int) -> list[Any]:
    data: list[Any] = []
    for _ in range(depth):
        data = [data]
    return data


@pytest.mark.parametrize(
    ("data", "kind", "text"),
    [
        (
            to_data(Rotation(Momentum(60), TopN(3, 8))), "momentum",
            "momentum (lookback 60) · top n (n 3, hold until rank 8) · equal (total 1) · always in",
        ),
        (own("Rotation", score=to_data(Reverse(Momentum(5)))), "reverse", "reverse (score momentum (lookback 5))"),
        (
            own("Rotation", score=to_data(Blend((Momentum(5), Momentum((20, 60)))))), "blend",
            "blend (scores momentum (lookback 5) + momentum (lookback 20 + 60), weights 1, how rank, missing drop)",
        ),
        (own("mine:Out.Own", top=3, name="a, b(", _seen=9, off=False), "own", "own (top 3, name a, b()"),
        (own("mine:Own", funds={"mapping": [["A", ["a"]]]}), "own", "own (funds {'A': ('a',)})"),
        (own("<script>alert(1)</script>"), "<script>alert(1)</script>", "<script>alert(1)</script>"),
        (own("Own", funds={"mapping": 5}), "own", "own (funds {'mapping': 5})"),
        (own("Own", deep=nested(5_000)), "not readable", "its data can't be read"),
        (None, "not named", ""),
        ("a text", "not named", ""),
    ],
)  # fmt: skip
def test_what_is_said_of_a_strategy(data: Any, kind: str, text: str) -> None:
    assert words(data) == (kind, text)


def test_what_is_too_long_is_cut() -> None:
    assert len(words(own("Own", x="y" * 10_000)).text) == LONGEST
    assert shortened("two\n  words") == "two words"
