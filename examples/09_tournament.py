# %% [markdown]
# # A tournament
#
# Leaders of pullbacks, their opposite, momentum, and everything held equally: one panel, one schedule, the same
# costs, and each beside random picks that decide in the same sessions and turn over as much.

# %%
import sectorlead as sl

panel = sl.simulate(seed=0, sessions=1_200, persistence=1.0)
found = sl.compare(
    ["pullback-leaders", "pullback-laggards", "momentum", "equal-weight"], panel, "cn-etf", seeds=40, bootstrap=200
)
print("\n".join(found.told))

# %% [markdown]
# `found.chance` holds what random picks made, `found.paired` the differences with intervals, over the whole run and
# within each phase of the market; `save` writes the report and every table.

# %%
for row in found.chance.rows:
    print(f"{row.strategy:18} gross {row.gross:6.1%}, random {row.random_gross:6.1%}; ahead of {row.place:.0%} of them")
print(found.save("out/tournament"))
