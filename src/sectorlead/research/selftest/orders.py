"""Settlement: what a ``backtrader.Strategy`` buys and sells in one session."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market
from sectorlead.research.selftest.result import Checked


def settlement() -> Iterator[Checked]:
    """Shares are bought the session after the order, and sold the session after that, not earlier and not later."""
    from sectorlead.engine.on_backtrader.quiet import bt

    class Both(bt.Strategy):  # type: ignore[misc]  # backtrader has no types
        """Orders a purchase and a sale of the same shares for one session, and the sale again for the next."""

        def next(self) -> None:
            """After the closes of the second and the third session."""
            if len(self.data0) == 2:
                self.buy(self.data0, size=100)
                self.sell(self.data0, size=100)
            if len(self.data0) == 3 and self.getposition(self.data0).size > 0:
                self.sell(self.data0, size=100)

    days = pd.bdate_range("2024-01-02", periods=8).as_unit("ns")
    price = np.full((8, 1), 10.0)
    panel = Panel(days, ("A",), close=price, open=price, high=price, low=price, volume=price * 1e5, checked=False)
    market = Market(name="T+1", lot=100, tick=0.01, t_plus_one=True, money_step=0.01)
    log = backtest(Both, panel, market, engine="backtrader", unfilled="drop").outcome.fills
    bought, sold = log.row[log.side == 1].tolist(), log.row[log.side == -1].tolist()
    good = (bought, sold) == ([2], [3])
    says = f"bought in rows {bought}, sold in rows {sold}; [2] and [3] are right"
    yield Checked("settlement", "one series", market.name, "backtrader", 2, float(not good), 0.0, good, says)
