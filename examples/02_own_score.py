"""Write a score of your own and sweep one of its parameters by hand."""

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


panel = sl.simulate(seed=3, sessions=1_000)
for sessions in (20, 60, 120):
    run = sl.run(sl.Rotation(score=Calm(sessions), pick=sl.TopN(5)), panel, name=f"calm {sessions}")
    print(f"{run.name:9} volatility {run.summary()['volatility']:.1%}, {len(run.fills)} fills")
