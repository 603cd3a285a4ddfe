"""What an event study comes to, in words that follow from its table."""

from __future__ import annotations

import pandas as pd

LEVEL = 0.05


def verdict(table: pd.DataFrame, name: str) -> str:
    """A sentence or three: what is left after beta, placebo, overlap and correction, and what could have been seen.

    Parameters
    ----------
    table : DataFrame
        As in ``EventStudy.table``.
    name : str
        Of the score.

    Returns
    -------
    str
    """
    tested = table[~table["hindsight"] & table["p_family"].notna()]
    if tested.empty:
        return f"Too few episodes to test: {int(table['episodes'].max())} at the most, 5 are needed."
    best = tested.iloc[int(tested["p_family"].to_numpy().argmin())]
    where = f"at {best['anchor']}, {int(best['horizon'])} sessions on"
    size = f"rank correlation {best['ic_beta_neutral']:+.2f} over {int(best['distinct'])} episodes apart"
    tried = f"{len(tested)} anchors and horizons tried"
    power = tested["power_ic"].dropna()
    could = (
        f" Before any result: with so many episodes a mean rank correlation of {power.min():.2f} or more would have "
        "been found in 4 of 5 samples, a smaller one more often missed than not."
        if len(power)
        else ""
    )
    if best["p_family"] > LEVEL:
        told = (
            f"Can't be told from chance once beta is out: the nearest to it, {where}, {size}, corrected p "
            f"{_p(best['p_family'])} ({tried})."
        )
        return told + could
    left = tested[tested["p_family"] <= LEVEL]
    over = left[left["p_family_placebo"] <= LEVEL]
    way = "leads" if best["ic_beta_neutral"] > 0 else "lags"
    told = f"Strength {way} afterwards with beta out {where}: {size}, corrected p {_p(best['p_family'])} ({tried})."
    if over.empty:
        always = left["p_family_other_times"].min() <= LEVEL
        unknown = "That it does so more than at other times isn't shown"
        what = "But no more than at any other time" if always else unknown
        told += (
            f" {what}: {best['ic_over_placebo']:+.2f} over its placebo, corrected p {_p(best['p_family_placebo'])}."
        )
    else:
        most = over.iloc[int(over["p_family_placebo"].to_numpy().argmin())]
        told += (
            f" More than at other times: {most['ic_over_placebo']:+.2f} over its placebo at {most['anchor']}, "
            f"{int(most['horizon'])} sessions on, corrected p {_p(most['p_family_placebo'])}."
        )
    return told + could


def _p(value: float) -> str:
    return "unknown" if pd.isna(value) else f"{value:.3f}" if value >= 0.001 else "below 0.001"
