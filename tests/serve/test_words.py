"""Strategies in words."""

from __future__ import annotations

import pytest

from sectorlead.serve.words import LONGEST, words


@pytest.mark.parametrize(
    ("sentence", "kind", "text"),
    [
        (
            "Rotation(score=Momentum(lookback=60, skip=0), pick=TopN(n=3, hold_until_rank=8), guard=AlwaysIn(), "
            "exits=Exits(stop=0.0, sessions=0))",
            "momentum", "momentum (lookback 60) · top n (n 3, hold until rank 8) · always in",
        ),
        ("Rotation(score=Reverse(score=Momentum(lookback=5)))", "reverse", "reverse (score momentum (lookback 5))"),
        ("mine.Own(top=3, name='a, b(', parts=(A(x=1), B()))", "own", "own (top 3, name a, b(, parts a (x 1) + b)"),
        ("a rule; in prose", "a rule; in prose", "a rule; in prose"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("", "not named", ""),
    ],
)  # fmt: skip
def test_sentences(sentence: str, kind: str, text: str) -> None:
    assert words(sentence) == (kind, text)


def test_what_is_too_deep_or_too_long_is_cut() -> None:
    assert len(words("f(" * 5_000 + ")" * 5_000).text) <= LONGEST
    assert len(words(f"Own(x='{'y' * 10_000}')").text) <= LONGEST
