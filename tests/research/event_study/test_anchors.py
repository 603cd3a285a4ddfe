"""When a score is read."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.data.pullback import find_pullbacks
from sectorlead.data.simulate import simulate
from sectorlead.research.event_study.anchors import dated_anchors, pullback_anchors


def test_anchors_by_hand() -> None:
    """Peak 100 in row 1; entered at 94 in row 3; low 90 in row 4; 92.7 is the turn, in row 6; left at 98 in row 8."""
    line = np.array([99, 100, 96, 94, 90, 92.69, 92.71, 95, 98.0])
    episodes = find_pullbacks(line, 0.05, 0.02, 60).episodes
    found = {anchor.name: (anchor.start, anchor.row) for anchor in pullback_anchors(line, episodes)}
    assert found == {"entry": (1, 3), "turn": (1, 6), "left": (1, 8), "trough": (1, 4)}


def test_an_open_episode_has_neither_trough_nor_end() -> None:
    line = np.array([100, 94, 90, 91.0])
    episodes = find_pullbacks(line, 0.05, 0.02, 60).episodes
    assert {anchor.name for anchor in pullback_anchors(line, episodes)} == {"entry"}


def test_causal_anchors_stay_when_later_rows_come() -> None:
    panel = simulate(seed=3, sessions=900)
    line = panel.benchmark.last_close
    names = ("entry", "turn", "left")

    def known(stop: int) -> set[tuple[str, int]]:
        episodes = find_pullbacks(line[:stop], 0.05, 0.02, 60).episodes
        return {(anchor.name, anchor.row) for anchor in pullback_anchors(line[:stop], episodes, names)}

    whole = known(len(line))
    assert len(whole) > 20
    for stop in range(100, 900, 37):
        assert known(stop) == {(name, row) for name, row in whole if row < stop}


def test_dates() -> None:
    panel = simulate(seed=1, sessions=60)
    day = panel.sessions
    found = dated_anchors(panel, [f"{day[7]:%F}", day[3], day[7], "1999-01-01", "2099-01-01"])
    assert [anchor.row for anchor in found] == [3, 7]
    assert [anchor.episode for anchor in found] == [0, 1]
    with pytest.raises(InputError, match="none of 1 event dates"):
        dated_anchors(panel, ["2099-01-01"])


def test_unknown_anchor() -> None:
    with pytest.raises(UnknownNameError, match="entry"):
        pullback_anchors(np.ones(3), (), ("entri",))
