# %% [markdown]
# # Analyzers in plain backtrader
#
# A strategy in backtrader itself, without this package's engine: what it held, what that made, what it cost.

# %%
import backtrader as bt
import pandas as pd

import sectorlead as sl
from sectorlead.reports import analyzers


class Strongest(bt.Strategy):
    """The strongest three sectors of the last quarter, looked at once a month; feeds begin at different times."""

    params = (("lookback", 60), ("count", 3), ("share", 0.3))

    def __init__(self) -> None:
        self.month = 0

    def next(self) -> None:
        month, self.month = self.month, self.datetime.date().month
        if month in (0, self.month):
            return
        known = [feed for feed in self.datas if len(feed) > self.p.lookback]
        known.sort(key=lambda feed: feed.close[-self.p.lookback] / feed.close[0])
        chosen = {feed._name for feed in known[: self.p.count]}
        for feed in known:
            if feed._name not in chosen and self.getposition(feed):
                self.close(feed)
        for feed in known[: self.p.count]:
            if not self.getposition(feed):
                self.order_target_percent(feed, self.p.share)

    prenext = next  # backtrader waits for the youngest feed otherwise


# %%
panel = sl.simulate(seed=2, sessions=500)
cerebro = bt.Cerebro(stdstats=False)
cerebro.broker.setcash(1_000_000)
cerebro.broker.setcommission(0.00025)
cerebro.addstrategy(Strongest)
for symbol in panel.symbols[:12]:
    bars = pd.DataFrame({key: panel.frame(key)[symbol] for key in ("open", "high", "low", "close")})
    bars = bars.mul(panel.frame("adj_factor")[symbol], axis=0)  # backtrader knows no splits
    bars["volume"] = panel.frame("volume")[symbol]
    cerebro.adddata(bt.feeds.PandasData(dataname=bars.dropna()), name=symbol)
for analyzer in (analyzers.Rotation, analyzers.Returns, analyzers.Costs, analyzers.Rejections):
    cerebro.addanalyzer(analyzer)
found = cerebro.run()[0].analyzers

# %%
rotation = found.rotation.get_analysis()
print(rotation["spells"].to_string(max_rows=8))
print("holding periods in sessions:", rotation["holding_periods"])
print(rotation["sectors"].sort_values("contribution").to_string())
print(found.returns.get_analysis()["drawdowns"].head(3).to_string())
print(f"commission: {found.costs.get_analysis()['total']:,.2f}")
print(found.rejections.get_analysis().to_string(max_rows=5))
