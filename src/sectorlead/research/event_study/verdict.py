"""What an event study comes to, in words that follow from its table."""

from __future__ import annotations

import pandas as pd

from sectorlead.reports.formatting import signed
from sectorlead.research.event_study.family import LEAST_EPISODES, LEVEL


def verdict(table: pd.DataFrame, *, beta: bool = True) -> str:
    """A sentence or two: what is left after beta, placebo, overlap and correction.

    Parameters
    ----------
    table : DataFrame
        As in ``EventStudy.table``.
    beta : bool
        Whether there is a benchmark, so that beta is taken out of what is tested.

    Returns
    -------
    str
    """
    tested = table[~table["hindsight"] & table["p_family"].notna()]
    if tested.empty:
        most = int(table["episodes"].max())
        return f"Too few episodes to test: {most} at the most, {LEAST_EPISODES} are needed."
    best = tested.iloc[int(tested["p_family"].to_numpy().argmin())]
    out = " once beta is out" if beta else ""
    size = (
        f"{_place(best)}: rank correlation {_ic(best['ic_tested'])} over {int(best['distinct'])} episodes apart, "
        f"corrected p {_p(best['p_family'])} ({len(tested)} anchors and horizons tried)"
    )
    if best["p_family"] > LEVEL:
        return f"Can't be told from chance{out}. Nearest to it {size}."
    left = tested[tested["p_family"] <= LEVEL]
    way = "leads" if best["ic_tested"] > 0 else "lags"
    return f"Strength {way} afterwards{out}, {size}. {_against_placebo(left)}"


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
