"""Within the no-trade band nothing trades; what was brought to its edge lies within a lot of it."""

from __future__ import annotations

from typing import Literal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market

from ..parity.markets import Replay
from ..parity.panels import build_panel

LOTS = Market(lot=100, money_step=0.01)


@given(
    seed=st.integers(0, 2**32 - 1),
    band=st.sampled_from([0.01, 0.05, 0.2]),
    of=st.sampled_from(["equity", "target"]),
    to=st.sampled_from(["target", "edge"]),
)
def test_a_holding_trades_beyond_its_band_only_and_to_its_edge(
    seed: int, band: float, of: Literal["equity", "target"], to: Literal["target", "edge"]
) -> None:
    panel = build_panel(seed, 40, 3, frozenset({"splits", "open_gaps"}))
    rng = np.random.default_rng(seed)
    weights = rng.choice([0.0, 0.1, 0.2, 0.3], (40, 3))  # cash never runs short
    table = np.where(rng.random((40, 1)) < 0.5, weights, np.nan)
    run = backtest(Replay(table), panel, LOTS, cash=1e7, size="fill", no_trade=band, no_trade_of=of, no_trade_to=to)
    shares = run.outcome.shares
    traded = set(zip(run.outcome.fills.row.tolist(), run.outcome.fills.column.tolist(), strict=True))
    for t in run.outcome.decisions.row + 1:
        before = shares[t - 1] * (panel.last_factor[t] / panel.last_factor[t - 1])
        value = before * panel.open[t]
        equity = run.outcome.cash[t - 1] + value.sum()
        for i, weight in enumerate(table[t - 1]):
            if weight == 0 or before[i] == 0:  # exits and entries
                assert ((t, i) in traded) == (weight > 0 or before[i] > 0)
                continue
            width = band * (weight if of == "target" else 1.0)
            off, lot = value[i] - weight * equity, 100 * panel.open[t, i]
            if abs(off) <= width * equity - 0.02:
                assert (t, i) not in traded
            elif abs(off) > width * equity + lot + 0.02:
                assert (t, i) in traded
                left = shares[t, i] * panel.open[t, i] - weight * equity
                goal = np.sign(off) * width * equity if to == "edge" else 0.0
                assert abs(left - goal) <= lot + 0.02
