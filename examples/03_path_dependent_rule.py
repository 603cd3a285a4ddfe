# %% [markdown]
# # A rule that remembers
#
# Any class with `decide` is a strategy. It may keep what it likes between decisions; what it is shown ends at the
# session that decides.

# %%
import sectorlead as sl


class TakeProfit:
    """Holds the strongest sector of the quarter until it has earned 10%, then waits for the next week."""

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


# %%
panel = sl.simulate(seed=3, sessions=500)
run = sl.run(TakeProfit(), panel, engine="both")  # two engines, written apart, must agree share for share
print(run)
print("verified:", run.verified)
print(run.fills[["session", "symbol", "side", "shares", "price"]].head(4).to_string(index=False))
