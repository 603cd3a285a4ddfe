# %% [markdown]
# # Do leaders of a pullback go on to lead?
#
# The claim is tested where it is made: at the end of each pullback, series by series, before any portfolio. The
# market is simulated twice, once with nothing planted and once with strength that persists, to see what the test
# says of each.

# %%
import sectorlead as sl

for persistence in (0.0, 1.0):
    panel = sl.simulate(seed=4, sessions=2_500, persistence=persistence)
    found = sl.event_study(sl.Resilience(), panel, draws=20)
    print(f"planted {persistence}: {found.found}")

# %% [markdown]
# Rank correlations of strength in the pullback with the returns after it, by anchor and horizon in sessions.
# `ic_tested` has beta taken out; `p_family` allows for all anchors and horizons that were looked at.

# %%
columns = ["anchor", "horizon", "ic", "ic_tested", "p_family", "distinct"]
print(found.table[columns].round(2).to_string(index=False))
print(found.report("out/events.html"))
