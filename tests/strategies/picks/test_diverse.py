"""Picks that look at each other: so many of a group, and no two that move alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sectorlead import Every, Everything, Rotation
from sectorlead.data.errors import DataError
from sectorlead.data.panel import Panel
from sectorlead.strategies.picks.diverse import DiverseTopN

from ..decided import chosen, from_moves

NAN = float("nan")


def test_groups_are_capped_and_holdings_that_stay_count() -> None:
    panel = from_moves(np.zeros((3, 7)), groups=("x", "x", "x", "y", "y", "", ""))
    rule = Rotation(Everything(), DiverseTopN(4, max_per_group=1, max_correlation=1.0), schedule=Every(1))
    assert chosen(rule, panel) == ["A", "D", "F", "G"]  # one of x, one of y, and what is in no group
    band = replace(rule, pick=DiverseTopN(2, 4, max_per_group=1, max_correlation=1.0))
    assert chosen(band, panel, 0, 0, 9, 0, 0, 0, 0) == ["C", "D"]  # C stays at rank 3, so A and B are not admitted
    assert chosen(band, panel, 0, 9, 9, 0, 0, 0, 0) == ["B", "C"]  # nothing is sold for a cap
    two = replace(rule, pick=DiverseTopN(7, max_per_group=2, max_correlation=1.0))
    assert chosen(two, panel) == ["A", "B", "D", "E", "F", "G"]
    with pytest.raises(DataError, match=r"DiverseTopN\.max_per_group needs groups, and no series"):
        chosen(rule, from_moves(np.zeros((3, 2))))


def test_what_moves_like_one_that_is_picked_is_passed_over() -> None:
    rng = np.random.default_rng(5)
    a, d = rng.normal(0, 0.01, (2, 40))
    moves = np.stack([a, 2 * a, -a, d, 0.97 * a + 0.25 * d], axis=1)
    rho = np.corrcoef(a, moves[:, 4])[0, 1]
    assert 0.9 < rho < 0.99
    panel = from_moves(moves)
    rule = Rotation(Everything(), DiverseTopN(5, max_correlation=0.9, sessions=40), schedule=Every(1))
    assert chosen(rule, panel) == ["A", "C", "D"]
    assert chosen(replace(rule, pick=DiverseTopN(5, max_correlation=0.99, sessions=40)), panel) == ["A", "C", "D", "E"]
    assert chosen(replace(rule, pick=DiverseTopN(5, max_correlation=1.0)), panel) == list("ABCDE")
    gaps = panel.close.copy()
    gaps[np.arange(41) % 2 == 1, 1] = NAN  # B has a bar every other session: no return that both know
    assert "B" in chosen(rule, Panel(panel.sessions, panel.symbols, gaps))


def test_a_correlation_at_the_cap_is_not_above_it() -> None:
    a, b = np.tile([0.5, -0.5, 0.5, -0.5], 3), np.tile([0.5, 0.5, -0.5, -0.5], 3)  # returns and prices are exact
    panel = from_moves(np.stack([a, b], axis=1))
    rule = Rotation(Everything(), DiverseTopN(2, max_correlation=0.0, sessions=12), schedule=Every(1))
    assert chosen(rule, panel) == ["A", "B"]
    assert chosen(replace(rule, pick=DiverseTopN(2, max_correlation=-1e-9, sessions=12)), panel) == ["A"]
