"""The headline of a comparison says what its numbers say, in each case that there is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sectorlead.reports.compare.paired_bootstrap import Labels, paired
from sectorlead.reports.compare.random_picks import AgainstChance, Chance, RandomPicks
from sectorlead.reports.compare.verdict import against_chance_in_words, counted
from sectorlead.reports.significance.corrections import holm

PICKS = RandomPicks(tuple(range(200)), 0.5, 1.0, 1.0, np.zeros((200, 2)), np.zeros(2), np.zeros(2))
NONE = "random picks that decide in the same sessions and turn over as much"
SOME = f"strategies can be told from chance at 5% after Holm's correction, each set against 200 {NONE}:"


def chance(**p: tuple[float, float]) -> Chance:
    """Strategies by name, with p and how far they are ahead."""
    corrected = holm(np.array([value for value, _ in p.values()]))
    rows = tuple(
        AgainstChance(name, 200, *[0.5] * 9, ahead, ahead - 1, ahead + 1, value, corrected[k], 0.5, "")
        for k, (name, (value, ahead)) in enumerate(p.items())
    )
    nobody = paired({"a": np.zeros(3)}, "a", Labels(np.full(3, -1), ()))
    return Chance(dict.fromkeys(p, PICKS), rows, (), nobody, 1.0)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"x": (0.4, 0.1)}, f"x can't be told from chance: from 200 {NONE}."),
        (
            {"x": (0.4, 0.1), "y": (0.9, 0.0)},
            f"None of the 2 strategies can be told from chance, each set against 200 {NONE}.",
        ),
        (
            {"x": (0.04, 0.1), "y": (0.9, 0.0)},
            f"None of the 2 strategies can be told from chance, each set against 200 {NONE}. "
            "1 would stand at 5% alone, none after Holm's correction for 2 tests.",
        ),
        ({"x": (0.04, 0.123)}, f"1 of 1 {SOME} x is 12.3% a year ahead."),
        (
            {"x": (0.001, -0.123), "y": (0.9, 0.0)},
            f"1 of 2 {SOME} x is 12.3% a year behind; y can't.",
        ),
        (
            {"x": (0.001, 0.1), "y": (0.9, 0.0), "z": (0.002, 0.2), "u": (0.5, 0.0)},
            f"2 of 4 {SOME} x is 10.0% a year ahead; z is 20.0% a year ahead; the other 2 can't.",
        ),
        ({"x": (math.nan, 0.1)}, "No strategy could be tested against random picks."),
    ],
)
def test_the_sentence_is_made_from_the_numbers(given, told):
    assert " ".join(against_chance_in_words(chance(**given))) == told


def test_what_is_corrected_for_is_said():
    rng = np.random.default_rng(0)
    lines = {name: rng.normal(0, 0.01, 300) for name in "abc"}
    found = paired(lines, "a", Labels(np.full(300, -1), ()), counted={"b"})
    assert "in one family: 1 against a." in counted(found, None)
    assert counted(paired({"a": lines["a"]}, "a", Labels(np.full(300, -1), ())), None) == "No p-value could be given."
