"""How many are held, and to which rank a holding stays."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead import All, Every, Everything, Rotation, TopN
from sectorlead.data.errors import ParameterError

from ..decided import chosen, from_moves

ROWS = np.arange(2)


def test_counts_of_each_row() -> None:
    panel = from_moves(np.zeros((2, 4)))
    assert [counts.tolist() for counts in TopN(3).at(panel, ROWS)] == [[3, 3], [3, 3]]
    assert [counts.tolist() for counts in TopN(3, 5).at(panel, ROWS)] == [[3, 3], [5, 5]]
    assert [counts.tolist() for counts in All().at(panel, ROWS)] == [[4, 4], [4, 4]]
    assert TopN(3).admission(panel) is None


def test_who_stays_in_the_band_and_who_leaves_it() -> None:
    panel = from_moves(np.zeros((2, 5)))  # all alike: ranks go by symbol
    rule = Rotation(Everything(), TopN(2, 4), schedule=Every(1))
    assert chosen(rule, panel) == ["A", "B"]
    assert chosen(rule, panel, 0, 0, 1, 1, 0) == ["C", "D"]
    assert chosen(rule, panel, 0, 0, 0, 1, 1) == ["A", "D"]
    assert chosen(rule, panel, 0, 0, 1, 1, 1) == ["C", "D"]
    assert chosen(Rotation(Everything(), TopN(2), schedule=Every(1)), panel, 0, 1, 1, 0, 0) == ["A", "B"]
    assert chosen(Rotation(Everything(), All(), schedule=Every(1)), panel) == list("ABCDE")


def test_how_many_may_leave_and_how_long_a_holding_stays() -> None:
    panel = from_moves(np.zeros((2, 5)))
    one = Rotation(Everything(), TopN(2, max_swaps=1), schedule=Every(1))
    assert chosen(one, panel, 0, 0, 0, 1, 1) == ["A", "D"]
    none = Rotation(Everything(), TopN(2, max_swaps=0), schedule=Every(1))
    assert chosen(none, panel, 0, 0, 0, 1, 1) == ["D", "E"]
    young = Rotation(Everything(), TopN(2, min_hold=3), schedule=Every(1))  # bought in row 0; this is row 2
    assert chosen(young, panel, 0, 0, 0, 1, 1) == ["D", "E"]
    old = Rotation(Everything(), TopN(2, min_hold=2), schedule=Every(1))
    assert chosen(old, panel, 0, 0, 0, 1, 1) == ["A", "B"]


def test_a_band_may_not_end_before_the_top() -> None:
    assert TopN(5, 5).hold_until_rank == 5
    with pytest.raises(ParameterError, match=r"TopN\.hold_until_rank must be at least n=5, or None .*, was 4"):
        TopN(5, 4)
