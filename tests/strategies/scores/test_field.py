"""``FieldScore``: a field as it was last known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead import Reverse, Rotation, TopN
from sectorlead.data.errors import UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.strategies.scores.field import FieldScore

NAN = float("nan")
DAYS = pd.bdate_range("2024-01-01", periods=5)
CLOSE = pd.DataFrame({"A": [5.0, 5.0, NAN, 5.0, 5.0], "B": [6.0] * 5}, DAYS)
PE = pd.DataFrame({"A": [12.0, NAN, 14.0, NAN, NAN], "B": [NAN, 20.0, NAN, NAN, NAN]}, DAYS)
PANEL = Panel.from_frames(CLOSE, fields={"pe": PE})


def test_the_last_known_value_holds_for_a_while() -> None:
    np.testing.assert_array_equal(
        FieldScore("pe")(PANEL), [[12, NAN], [NAN, 20], [NAN, NAN], [NAN, NAN], [NAN, NAN]]
    )
    np.testing.assert_array_equal(
        FieldScore("pe", 1)(PANEL), [[12, NAN], [12, 20], [NAN, 20], [14, NAN], [NAN, NAN]]
    )  # A has no bar in the third session, and is known there all the same
    np.testing.assert_array_equal(FieldScore("pe", 9)(PANEL)[-1], [14, 20])
    np.testing.assert_array_equal(FieldScore("pe", 2).at(PANEL, np.array([3, 0])), [[14, 20], [12, NAN]])


def test_it_ranks_and_its_reverse_ranks_the_cheapest() -> None:
    for score, best in ((FieldScore("pe", 5), "B"), (Reverse(FieldScore("pe", 5)), "A")):
        rank, _ = Rotation(score, TopN(1)).ranking(PANEL.until(4))
        assert PANEL.symbols[rank.tolist().index(1)] == best


def test_a_field_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownNameError, match="unknown field of the panel 'peg'"):
        FieldScore("peg")(PANEL)
