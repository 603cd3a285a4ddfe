"""What ``benchmarks/bench_peers.py`` times is the same thing: peers that are installed fill as this project does."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "peer_runs.py"


def loaded() -> Any:
    spec = importlib.util.spec_from_file_location("peer_runs", FILE)
    assert spec is not None
    assert spec.loader is not None
    sys.modules["peer_runs"] = module = importlib.util.module_from_spec(spec)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


RUNS = loaded()
PRICES = RUNS.Prices(12, 260)
VARIANT = (20, 3)
FEES_OF_THEIR_OWN = {"bt", "polars-backtest"}
"""A commission is taken out of what an order is worth, not paid beside it."""


@pytest.mark.filterwarnings("ignore")  # of the peers' own
@pytest.mark.parametrize("rate", [0.0, 0.0003])
@pytest.mark.parametrize("peer", RUNS.PEERS, ids=lambda peer: peer.name)
def test_a_peer_fills_as_here(peer: Any, rate: float) -> None:
    if peer.missing:
        pytest.skip(f"{peer.name} is not installed: pip install {peer.install}")
    theirs = peer.run(PRICES, VARIANT, rate, peer.fill, peer.size)
    ours = RUNS.sectorlead_run(PRICES, VARIANT, rate, peer.fill, peer.size)
    assert ours.equity.nunique() > 200  # invested, from the first month end after the look-back on
    apart = (theirs.equity / ours.equity - 1).abs().max()
    if rate and peer.name in FEES_OF_THEIR_OWN:
        assert 1e-9 < apart < 1e-4
    else:
        assert apart < 1e-12
    if len(theirs.weights):
        held = theirs.weights.reindex(ours.weights.index).fillna(0.0)
        assert (ours.weights > 0).sum() == VARIANT[1]
        assert (held - ours.weights).abs().max() < (1e-4 if rate else 1e-12)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("peer", [p for p in (RUNS.OURS, *RUNS.PEERS) if p.sweep], ids=lambda peer: peer.name)
def test_a_sweep_is_its_runs(peer: Any) -> None:
    if peer.missing:
        pytest.skip(f"{peer.name} is not installed: pip install {peer.install}")
    variants = [(20, 3), (60, 3), (20, 5)]
    finals = peer.sweep(PRICES, variants, 0.0003, peer.fill, peer.size)
    each = [RUNS.sectorlead_run(PRICES, v, 0.0003, peer.fill, peer.size).equity.iloc[-1] for v in variants]
    assert len(set(each)) == len(each)
    assert list(finals) == pytest.approx(each, rel=1e-12)
