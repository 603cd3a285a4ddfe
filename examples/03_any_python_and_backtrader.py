"""A strategy that is any Python, and one that comes from backtrader."""

import backtrader as bt

import sectorlead as sl


class TakeProfit:
    """Holds the strongest sector of the quarter until it has earned 10%, then waits for the next month."""

    schedule = sl.Weekly()

    def __init__(self) -> None:
        self.symbol, self.entry = None, 0.0

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> dict[str, float] | None:
        """``view`` ends at this session's close; the fill is at the next open."""
        price = view.last_adjusted_close[-1]
        if self.symbol is not None:
            earned = price[view.column(self.symbol)] / self.entry - 1
            if earned < 0.10:
                return None  # leave the portfolio as it is
            self.symbol = None
            return {}  # all cash
        strength = sl.Momentum(60)(view)[-1]
        if not (strength > 0).any():
            return None
        best = int((strength == max(strength[strength > 0])).argmax())
        self.symbol, self.entry = view.symbols[best], price[best]
        return {self.symbol: 0.95}


class Crossing(bt.Strategy):
    """Any ``backtrader.Strategy``: half the money in the first series while it is above its mean."""

    params = (("period", 40),)

    def __init__(self) -> None:
        self.mean = bt.indicators.SimpleMovingAverage(self.data0.close, period=self.p.period)

    def next(self) -> None:
        """Called in every session, also before the series is listed."""
        if len(self.data0) >= self.p.period:
            self.order_target_percent(self.data0, 0.5 if self.data0.close[0] > self.mean[0] else 0.0)


panel = sl.simulate(seed=3, sessions=500)
print(sl.run(TakeProfit(), panel))
print(sl.run(Crossing, panel, engine="backtrader"))
