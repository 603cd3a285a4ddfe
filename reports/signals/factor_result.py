"""What a factor view found, as a value that pages lay out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..significance.signals import SignalVerdict
from .result import Studied


@dataclass(frozen=True, eq=False)
class FactorReportResult:
    """What a score says of later returns in every session.

    Attributes
    ----------
    name : str
        The score.
    score : mapping
        What it is; see ``EventStudyResult.score``.
    table : DataFrame
        A row per horizon: ``horizon, ic, icir, t, t_nw, p, p_holm, hit, sessions, q1..q5, spread, turnover, net_spread,
        rank_autocorrelation``. ``ic`` is the mean over sessions of Spearman's rank correlation with the return of the
        next ``horizon`` sessions; ``icir`` its mean over its standard deviation (ddof 1); ``t_nw`` by Newey and West
        with ``horizon - 1`` lags, as neighbouring horizons overlap; ``p`` of that, two-sided by the normal
        distribution, and ``p_holm`` corrected for the horizons; ``q1..q5`` mean returns of the fifths over the mean of
        all; ``turnover`` the share of the two outer fifths that is new after ``horizon`` sessions; ``net_spread`` the
        spread less what that turnover costs, both sides; ``rank_autocorrelation`` the rank correlation of the score
        with itself ``horizon`` sessions later. Returns are fractions per horizon.
    ic : DataFrame
        Rank correlations, a row per session and a column per horizon; NaN where fewer than ``least`` series are known.
    months : DataFrame
        Mean rank correlation by month of the calendar, a row per month and a column per horizon.
    phases : DataFrame
        Mean rank correlation inside and outside pullbacks of the benchmark, by horizon; empty without a benchmark.
    groups : DataFrame
        Mean rank correlation among the series of each group with five or more of them, by horizon.
    line : Series
        Growth of a paper portfolio, long the highest fifth and short the lowest at equal weights, formed anew every
        ``rebalance`` sessions, after costs; not tradable as it stands.
    gross : Series
        The same before costs.
    rule : str
        What a pullback is; "" without a benchmark.
    verdict : SignalVerdict
        What is left after correction for the horizons and for all trials on the data.
    terms : mapping
        What was asked for: horizons, rebalance, cost_bps, least.
    studied : Studied
    audited : str
        What an audit of the score found, or "" where there was none.
    """

    name: str
    score: Mapping[str, Any]
    table: pd.DataFrame
    ic: pd.DataFrame
    months: pd.DataFrame
    phases: pd.DataFrame
    groups: pd.DataFrame
    line: pd.Series
    gross: pd.Series
    rule: str
    verdict: SignalVerdict
    terms: Mapping[str, Any]
    studied: Studied
    audited: str = ""

    @property
    def label(self) -> str:
        """The score in a word: what its name begins with."""
        return self.name.partition("(")[0]

    @property
    def found(self) -> str:
        """The outcome of the verdict."""
        return self.verdict.headline

    def __repr__(self) -> str:
        return f"FactorReport({self.label!r}, {self.studied.sessions:,} sessions): {self.found}"
