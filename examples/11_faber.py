# %% [markdown]
# # Faber's relative strength rotation (2010)
#
# `python examples/11_faber.py [RETURNS.csv]`
#
# Each month ten US industries are ranked by their return over twelve months; the best N are held for the next month
# with equal weights. Faber's exhibit has CAGRs for 1928 to 2009. RETURNS.csv is Ken French's file of ten industries,
# as in the example of Moskowitz and Grinblatt; without one the market is simulated, and there is nothing published
# to compare with.

# %%
import sys

import pandas as pd

import sectorlead as sl

PUBLISHED = {1: 16.05, 2: 14.75, 3: 13.94, 4: 13.41, 5: 12.96, 6: 12.50, 7: 11.67, 8: 11.48, 9: 10.82, 10: 10.28}
"""CAGR in percent by how many are held; SSRN 1585517, exhibits 4.5 and 3."""


def of_returns(returns: pd.DataFrame) -> sl.Panel:
    """Monthly closes that grow by these returns, from 1 at the end of the month before the first."""
    start = pd.DataFrame(1.0, [returns.index[0] - pd.offsets.MonthEnd(1)], returns.columns)
    return sl.Panel.from_frames(pd.concat([start, (1 + returns).cumprod()]))


def cagr(panel: sl.Panel, top: int, **window: str) -> float:
    """Growth a year in percent: decided and filled at the month's close, free of costs, as in the paper."""
    rule = sl.Rotation(sl.Momentum(12), sl.TopN(top), schedule=sl.Every(1))
    if top == len(panel.symbols):
        rule = sl.Rotation(sl.Everything(), sl.All(), schedule=sl.Every(1))
    equity = sl.run(rule, panel, "frictionless", fill="same-close", engine="compiled", **window).equity
    return 100 * ((equity.iloc[-1] / equity.iloc[0]) ** (12 / (len(equity) - 1)) - 1)


# %%
files = [word for word in sys.argv[1:] if word.endswith((".csv", ".csv.gz"))]
if files:
    panel = of_returns(pd.read_csv(files[0], index_col="date", parse_dates=True))
    window = {"start": "1927-12-31", "end": "2009-12-31"}
else:
    closes = sl.simulate(seed=1, sessions=21 * 240).frame("adjusted_close").ffill().dropna(axis=1).iloc[20::21, :10]
    panel, window = sl.Panel.from_frames(closes), {"start": str(closes.index[12].date())}
print(" N   here" + "   published" * bool(files))
for top in PUBLISHED:
    print(f"{top:2} {cagr(panel, top, **window):6.2f}" + f"{PUBLISHED[top]:12.2f}" * bool(files))
