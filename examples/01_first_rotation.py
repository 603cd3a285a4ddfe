# %% [markdown]
# # A first rotation
#
# Compose a rotation from parts, run it on a simulated market, compare it with its opposite, write a tearsheet.

# %%
import sectorlead as sl

panel = sl.simulate(seed=3, sessions=1_000, persistence=1.0)  # strength in a pullback persists here: planted

leaders = sl.Rotation(
    score=sl.PullbackStrength(),  # who held up while the benchmark fell
    pick=sl.TopN(5, hold_until_rank=8),  # enter among the first 5, leave past the 8th
    weigh=sl.InverseVolatility(60),
    schedule=sl.Monthly(),
)
laggards = sl.Rotation(
    score=sl.Reverse(leaders.score), pick=leaders.pick, weigh=leaders.weigh, schedule=leaders.schedule
)

# %%
for name, rule in (("leaders", leaders), ("laggards", laggards)):
    run = sl.run(rule, panel, market="cn-etf", cash=1_000_000, name=name)
    numbers = run.summary()
    print(f"{name:9} CAGR {numbers['cagr']:6.1%}  Sharpe {numbers['sharpe']:5.2f}  costs {numbers['cost_total']:7,.0f}")
    print(f"{'':9} tearsheet: {run.tearsheet(f'out/{name}.html')}")
