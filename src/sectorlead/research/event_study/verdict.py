"""What an event study comes to: its table as the one family that the verdict is over, and its own controls."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlead.data.types import Floats
from sectorlead.reports.formatting import signed
from sectorlead.reports.significance.of_signal import signal_verdict
from sectorlead.reports.significance.signals import Cases, SignalVerdict
from sectorlead.research.event_study.family import LEAST_EPISODES, LEVEL


def verdict(table: pd.DataFrame, *, years: float, trials: int, beta: bool) -> SignalVerdict:
    """What is left after beta, placebo, overlap and correction for all cells and all trials on the data.

    Parameters
    ----------
    table : DataFrame
        As in ``EventStudy.table``.
    years : float
        That the data span.
    trials : int
        On these data, this study included.
    beta : bool
        Whether there is a benchmark, so that beta is taken out of what is tested.
    """
    tested = table[~table["hindsight"]]
    most = int(table["episodes"].max())

    def column(name: str) -> Floats:
        return tested[name].to_numpy(np.float64)

    cases = Cases(
        names=tuple(_place(row) for _, row in tested.iterrows()),
        kind="anchors and horizons",
        ic=column("ic_tested"),
        low=column("ic_low"),
        high=column("ic_high"),
        t=column("t_tested"),
        alone=column("p_tested"),
        family=column("p_family"),
        samples=tested["tested"].to_numpy(np.int64),
        unit="episodes",
        beta_out=beta,
        few=f"{most} episodes are too few, of at least {LEAST_EPISODES}",
    )
    left = tested[tested["p_family"] <= LEVEL]
    beside = [] if left.empty else [_against_placebo(left)]
    return signal_verdict(cases, years=years, trials=trials, beside=beside)


def power(table: pd.DataFrame) -> str:
    """How large an effect could have been found, from the number of episodes and the spread of windows anywhere.

    Parameters
    ----------
    table : DataFrame
        As in ``EventStudy.table``.
    """
    known = table.loc[~table["hindsight"], "power_ic"].dropna()
    if known.empty:
        return ""
    return (
        f"Before any result: with so many episodes a mean rank correlation of {known.min():.2f} or more would have "
        "been found in 4 of 5 samples, a smaller one more often missed than not."
    )


def _against_placebo(left: pd.DataFrame) -> str:
    """Whether what stands does so more than at other times."""
    told = left[left["p_family_placebo"].notna()]
    if told.empty:
        return "Too few sessions lie apart from falls to say whether it does so more than at other times."
    over = told[told["p_family_placebo"] <= LEVEL]
    best = told.iloc[int(told["p_family_placebo"].to_numpy().argmin())]
    size = f"{_ic(best['ic_over_placebo'])} over its placebo {_place(best)}, corrected p {_p(best['p_family_placebo'])}"
    if not over.empty:
        return f"More than at other times: {size}."
    usual = told.iloc[int(told["p_family_other_times"].to_numpy().argmin())]
    same = usual["ic_placebo_neutral" if pd.notna(usual["ic_placebo_neutral"]) else "ic_placebo"] * usual["ic_tested"]
    if usual["p_family_other_times"] <= LEVEL and same > 0:
        return f"But no more than at any other time: {size}."
    return f"That it does so more than at other times isn't shown: {size}."


def _place(row: pd.Series) -> str:
    return f"at {row['anchor']}, {int(row['horizon'])} sessions on"


def _ic(value: float) -> str:
    return signed(f"{value:+.2f}")


def _p(value: float) -> str:
    return "unknown" if pd.isna(value) else f"{value:.3f}" if value >= 0.001 else "below 0.001"
