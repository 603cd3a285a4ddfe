"""The share of data that two panels have in common, told from their sketches."""

from __future__ import annotations

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.ledger.sketch import KEPT, overlap, same_data, sketch


def hashes(panel: sl.Panel) -> np.ndarray:
    return np.frombuffer(sketch(panel), "<u8")


PANEL = sl.simulate(seed=2, sessions=900)


def test_a_full_sketch_estimates_the_share() -> None:
    whole = hashes(PANEL)
    assert len(whole) == KEPT
    assert (np.diff(whole.astype(float)) > 0).all()
    for part, share in ((PANEL.until(450), 1.0), (PANEL.select(PANEL.symbols[:4]), 1.0), (PANEL, 1.0)):
        assert overlap(whole, hashes(part)) == share
    later = PANEL.sessions[600:]
    own = sl.Panel(later, PANEL.symbols, PANEL.close[600:], adj_factor=PANEL.adj_factor[600:])
    assert overlap(hashes(PANEL.until(749)), hashes(own)) == pytest.approx(0.5, abs=0.05)
    assert overlap(hashes(PANEL.until(599)), hashes(own)) == 0.0


def test_less_than_a_tenth_is_other_data() -> None:
    later = PANEL.sessions[400:]
    own = sl.Panel(later, PANEL.symbols, PANEL.close[400:], adj_factor=PANEL.adj_factor[400:])
    others = {str(row): sketch(PANEL.until(row)) for row in (420, 480)}
    assert same_data(sketch(own), others) == ["480"]


def test_little_data_have_no_sketch() -> None:
    short = PANEL.until(0)
    assert sketch(short) == b""
    assert overlap(hashes(short), hashes(short)) == 0.0
    flat = sl.Panel(PANEL.sessions, ("A",), np.ones((len(PANEL.sessions), 1)))
    assert sketch(flat) == b"", "what never moves says nothing"
