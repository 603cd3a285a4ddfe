# %% [markdown]
# # A score of your own
#
# A score is a frozen value with one method. `__call__` gets the panel and returns an array of one number per session
# and series: higher ranks first, NaN can't be ranked. Row t may use rows up to t only; the engine tries whether that
# is so.

# %%
from dataclasses import dataclass

import numpy as np

import sectorlead as sl


@dataclass(frozen=True)
class Calm(sl.Score):
    """Low volatility of daily total returns over the last sessions."""

    sessions: int = sl.parameter(20, low=2, high=250)

    def __call__(self, panel: sl.Panel) -> np.ndarray:
        """Row t may use rows <= t only: a rolling window does."""
        returns = panel.frame("adjusted_close").pct_change(fill_method=None)
        return -returns.rolling(self.sessions).std().to_numpy()


# %% [markdown]
# Its parameter is declared, so it can be set from a study, a command line or a sweep. Here three values by hand:

# %%
panel = sl.simulate(seed=3, sessions=1_000)
for sessions in (20, 60, 120):
    run = sl.run(sl.Rotation(score=Calm(sessions), pick=sl.TopN(5)), panel, name=f"calm {sessions}")
    print(f"{run.name:9} volatility {run.summary()['volatility']:.1%}, {len(run.fills)} fills")
