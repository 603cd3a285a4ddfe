"""Rules looked up beforehand are those that an order would have met."""

from __future__ import annotations

import numpy as np

import sectorlead as sl
from sectorlead.engine.compiled.batch.arrays import BUY, CAP, NEXT_SELL, PRICE, SELL
from sectorlead.engine.compiled.batch.packed import MOST_KEPT, _made, packed_market
from sectorlead.engine.record import Terms

DAYS = ["2024-01-02", "2024-01-03", "2024-01-04"]


def panel() -> sl.Panel:
    close = np.array([[10.0, 10.0], [11.0, 10.0], [9.9, np.nan]])
    volume = np.array([[5e3, 5e3], [5e3, 0.0], [5e3, np.nan]])
    import pandas as pd

    return sl.Panel(pd.DatetimeIndex(DAYS), ("A", "B"), close, close, close, close, volume)


def test_blocked_orders_have_no_price() -> None:
    market = sl.Market(lot=100, tick=0.01, price_limit=0.1, slippage_bps=10, participation=0.05)
    made = panel()
    terms = sl.run(sl.Rotation(sl.Momentum(1)), made, market).terms
    cells = packed_market(made, market, terms).cells
    np.testing.assert_allclose(cells[0, :, BUY], [10.01, 10.01])  # the first bar of a series has no limit
    assert np.isnan(cells[1, 0, BUY])  # up 10%: no buy, but a sale
    np.testing.assert_allclose(cells[1, 0, SELL], 11.0 * 0.999)
    assert np.isnan(cells[2, 0, SELL])  # down 10%
    np.testing.assert_allclose(cells[2, 0, BUY], 9.9 * 1.001)
    assert np.isnan(cells[1, 1, [BUY, SELL]]).all()  # no volume
    assert np.isnan(cells[2, 1, [PRICE, BUY, SELL]]).all()  # no bar
    assert cells[0, :, CAP].tolist() == [200.0, 200.0]  # 250, in lots
    np.testing.assert_array_equal(packed_market(made, market, terms).near[:-1, :, NEXT_SELL], cells[1:, :, SELL])


def test_a_panel_remembers_few() -> None:
    made = sl.simulate(seed=1, sessions=60)

    def terms(cash: float) -> Terms:
        return sl.run(sl.Rotation(sl.Momentum(5)), made, "frictionless", cash=cash).terms

    frictionless = sl.market("frictionless")
    first = packed_market(made, frictionless, terms(1e5))
    assert packed_market(made, frictionless, terms(1e5), measured=3).cells is first.cells
    for cash in (2e5, 3e5, 4e5):
        packed_market(made, frictionless, terms(cash))
    assert len(_made[made]) == MOST_KEPT
