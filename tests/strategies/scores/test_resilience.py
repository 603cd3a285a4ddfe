"""Resilience and its t-value, on numbers that can be checked on paper."""

import numpy as np
import pandas as pd
import pytest

from sectorlead import (
    Fixed,
    Resilience,
    ResilienceT,
)
from sectorlead.data.panel import Panel

from .paper import B_MOVES, E_MOVES, SIGMA, last, priced

NAN = float("nan")


def test_resilience_and_its_t_value(make_small) -> None:
    fall = [-0.02, 0.01, -0.03]
    b = priced([*B_MOVES, *fall])
    columns = {
        "A": priced([*(B_MOVES + E_MOVES), 0.01, 0.01, -0.01]),  # beta 1
        "D": priced([*(2 * B_MOVES + 3 * E_MOVES), *fall]),  # beta 2, thrice the noise
        "L": [NAN] * 9 + [50, 50, 50, 50, 51, 51, 52],  # three returns before the window
        "N": [NAN] * 14 + [50, 51],  # listed in the window
        "X": priced([*B_MOVES, 0.0, 0.0, 0.0]),  # fits exactly
    }
    panel, window = make_small(columns, benchmark=b), Fixed(3)
    assert last(Resilience(window, 12), panel) == [0.01 + 0.04, -0.04 + 2 * 0.04, NAN, NAN, 0.04]
    t = [0.05 / (SIGMA * 3**0.5), 0.04 / (3 * SIGMA * 3**0.5)]
    assert last(ResilienceT(window, 12), panel) == [*t, NAN, NAN, NAN]

    grown = np.log(52 / 50)
    assert last(Resilience(window, 12, "one"), panel) == [0.05, 0.04, grown + 0.04, NAN, 0.04]
    assert last(Resilience(window, 12, "peers"), panel) == [0.05, 0.04, grown + 4 / 3 * 0.04, NAN, 0.04]
    late = (grown + 0.04) / (2 * SIGMA * 3**0.5)  # the mean of sigma and three times sigma
    assert last(ResilienceT(window, 12, "one"), panel) == [*t, late, NAN, NAN]
    # A peer that was not published at the start is no peer.
    known = [panel.sessions[13] if symbol == "D" else pd.NaT for symbol in panel.symbols]
    unpublished = Panel(panel.sessions, panel.symbols, panel.close, known_from=known, benchmark=panel.benchmark)
    assert Resilience(window, 12, "peers")(unpublished)[-1, 2] == pytest.approx(grown + 1.0 * 0.04)
