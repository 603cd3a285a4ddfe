# %% [markdown]
# # Rank sectors, hold their funds
#
# `python examples/07_funds_on_index_signals.py [INDICES FUNDS]`
#
# A sector index can be ranked since it was first published, but not bought. Its funds can be bought, but many began
# years later. `Mapped` shows a strategy the indices and trades the funds; a sector is not picked before one of its
# funds is listed.
#
# INDICES and FUNDS are files as `sl.load` reads them: Shenwan's level 1 and the ETFs below. Without them both are
# simulated.

# %%
import sys

import numpy as np

import sectorlead as sl

FUNDS = {
    "801080": ["512480.SH"], "801150": ["512010.SH"], "801120": ["512690.SH"], "801780": ["512800.SH"],
    "801790": ["512880.SH"], "801740": ["512660.SH"], "801950": ["515220.SH"], "801040": ["515210.SH"],
}  # fmt: skip

# %% [markdown]
# In place of files: eight simulated sectors as indices, and funds that follow each of them at 0.5% a year. Three of
# the funds begin after two years.

# %%
files = [word for word in sys.argv[1:] if word.endswith((".csv", ".csv.gz", ".parquet"))]
if len(files) == 2:
    indices, funds = sl.load(files[0]), sl.load(files[1])
    pairs, market = FUNDS, "cn-etf"
else:
    indices = sl.simulate(seed=5, sessions=1_200, persistence=1.0).select([f"SIM{number:02}" for number in range(1, 9)])
    pairs, market = {symbol: [f"FUND{symbol[-2:]}"] for symbol in indices.symbols}, "frictionless"
    fee = 0.005 / 252 * np.arange(len(indices.sessions))
    prices = indices.frame("adjusted_close").mul(np.exp(-fee), axis=0)
    prices.columns = [held[0] for held in pairs.values()]
    prices.iloc[:500, :3] = np.nan
    funds = sl.Panel.from_frames(prices.round(3))

# %%
rule = sl.Rotation(sl.Momentum(60), sl.TopN(3, hold_until_rank=5), schedule=sl.Monthly())
mapped = sl.Mapped(rule, indices, pairs, missing="next")
start, end = max(indices.sessions[0], funds.sessions[0]), min(indices.sessions[-1], funds.sessions[-1])
run = sl.run(mapped, funds, market, fill="close", start=start, end=end, name="funds on index signals")
print(run)

# %% [markdown]
# How the funds followed their sectors, by year. What a fund makes less than its index is part of the result.

# %%
columns = ["sector", "fund", "sessions", "index_return", "fund_return", "difference", "correlation"]
print(mapped.tracked(funds)[columns].to_string(index=False, float_format="{:.4f}".format))
