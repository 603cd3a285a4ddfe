# %% [markdown]
# # Moving over from backtrader
#
# A `backtrader.Strategy` as it is, in two places: in `Cerebro`, and here. The class does not change; what changes is
# what an order meets: lots of 100, a minimum commission, limits, suspensions, and cash that has to be there.

# %%
import backtrader as bt
import pandas as pd

import sectorlead as sl


class Crossing(bt.Strategy):
    """Half the money in the first series while it is above its mean."""

    params = (("period", 40),)

    def __init__(self) -> None:
        self.mean = bt.indicators.SimpleMovingAverage(self.data0.close, period=self.p.period)

    def next(self) -> None:
        """Called in every session, also before the series is listed."""
        if len(self.data0) >= self.p.period:
            self.order_target_percent(self.data0, 0.5 if self.data0.close[0] > self.mean[0] else 0.0)


panel = sl.simulate(seed=3, sessions=500)

# %% [markdown]
# In backtrader:

# %%
symbol = panel.symbols[0]
bars = pd.DataFrame({key: panel.frame(key)[symbol] for key in ("open", "high", "low", "close", "volume")})
prices = ["open", "high", "low", "close"]
bars[prices] = bars[prices].mul(panel.frame("adj_factor")[symbol], axis=0)  # backtrader knows no splits
cerebro = bt.Cerebro(stdstats=False)
cerebro.broker.setcash(1_000_000)
cerebro.adddata(bt.feeds.PandasData(dataname=bars.dropna()), name=symbol)
cerebro.addstrategy(Crossing)
cerebro.run()
print(f"backtrader, nothing costs:     {cerebro.broker.getvalue():12,.2f}")

# %% [markdown]
# Here, first as free of costs as there, which comes to the same within a few fen, then under the rules of Chinese
# ETFs:

# %%
for market in ("frictionless", "cn-etf"):
    run = sl.run((Crossing, {"period": 40}), panel, market, engine="backtrader", cash=1_000_000)
    print(f"sectorlead, {market + ':':19}{run.equity.iloc[-1]:12,.2f}  {len(run.fills)} fills")

# %% [markdown]
# The run has everything that any other has: a tearsheet, each order with its fate, and why something did not fill.

# %%
print(run.orders[["session", "symbol", "side", "kind", "shares", "filled", "status"]].head(3).to_string(index=False))
print(run.tearsheet("out/crossing.html"))
