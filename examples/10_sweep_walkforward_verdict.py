# %% [markdown]
# # Sweep, walk-forward, verdict
#
# The best of many variants looks good by chance. First all of them are shown; then what is left of a choice in the
# time after it was made; then what stands once everything that was tried is allowed for.

# %%
import sectorlead as sl

panel = sl.simulate(seed=1, sessions=1_200, persistence=0.5)
rule = sl.Rotation(sl.Momentum(60), sl.TopN(3))
grid = {"lookback": range(20, 140, 20), "pick.n": [2, 3, 5]}

swept = sl.sweep(rule, grid, panel, "cn-etf")
print(swept.top(3)[["score.lookback", "pick.n", "cagr", "sharpe"]].round(2).to_string())
print(" ".join(swept.content().told))

# %%
walked = sl.walkforward(rule, grid, panel, "cn-etf", windows=sl.Windows(train="2y", test="6m"), choose="plateau")
print(walked.windows[["in_sample", "out_of_sample", "rank", "ranked"]].round(2).to_string())

# %% [markdown]
# The verdict on the sweep, and on the walk-forward, whose choices saw nothing of their tests and so count as one
# trial:

# %%
print(swept.verdict(trials=len(swept)).sentences[0])
print(walked.verdict(trials=1).sentences[0])
swept.report("out/sweep.html")
walked.report("out/walkforward.html")
