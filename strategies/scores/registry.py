"""Every measure by name: how to make it, what it says, its formula, window, NaN and reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .capture import DownCapture, DownDaysBeaten, RSDays, UpCapture
from .combine import Blend, Filtered, Ranked, ZScore
from .excess import DrawdownSpread, Excess, RecoveryFirst, Retracement
from .momentum import RPS, Acceleration, DistanceFromHigh, LeadershipStreak, RegressionMomentum, WeightedRS
from .plunge import LastPlunge, UpStreak, WorstDays
from .regression import Beta, ResidualMomentum
from .resilience import Resilience, ResilienceT
from .rs_line import MansfieldRS, RSNewHigh, RSSlope
from .score import Momentum, Reverse, Score
from .window import Fixed


class Measure(NamedTuple):
    """One entry of ``MEASURES``.

    Attributes
    ----------
    make : callable
        Makes the score; without arguments, with defaults.
    says : str
        What it says, in a line.
    formula : str
        P adjusted close, B benchmark, r and b their log returns; k start and u end of the window, t now.
    window : str
        The sessions it is taken over, by default.
    blank : str
        Where it is NaN, besides sessions without a bar at t.
    reference : str
    """

    make: Callable[[], Score]
    says: str
    formula: str
    window: str
    blank: str
    reference: str


def rs_slope() -> RSSlope:
    """``RSSlope`` over the last 60 sessions."""
    return RSSlope(Fixed(60))


def first_to_regain() -> RecoveryFirst:
    """``RecoveryFirst`` since the benchmark's last plunge, of each one's close before it."""
    return RecoveryFirst(LastPlunge(), reach=1)


def high_52_week() -> DistanceFromHigh:
    """``DistanceFromHigh`` of 250 closes."""
    return DistanceFromHigh(250)


def momentum_with_skip() -> Momentum:
    """``Momentum`` over 250 sessions but for the last 20."""
    return Momentum(250, skip=20)


def short_term_reversal() -> Reverse:
    """The reverse of ``Momentum`` over 5 sessions."""
    return Reverse(Momentum(5))


_IN_WINDOW, _NO_PRICE = "k+1..u of a `Window`", "no window, or no P[k]"

MEASURES: dict[str, Measure] = {
    "excess": Measure(
        Excess, "ahead of the benchmark since the start",
        "(P[u] / P[k]) / (B[u] / B[k]) - 1",
        _IN_WINDOW, _NO_PRICE, "Weinstein (1988)",
    ),
    "drawdown-spread": Measure(
        DrawdownSpread, "less far below its high than the benchmark is",
        "P[u] / max P[k..u] - B[u] / max B[k..u]",
        _IN_WINDOW, _NO_PRICE, "market practice",
    ),
    "up-capture": Measure(
        UpCapture, "what it made of the benchmark's rises",
        "G(r where b > 0) / G(b where b > 0), G the geometric mean of simple returns",
        _IN_WINDOW, "no window, or bars in fewer than half of those sessions", "Morningstar",
    ),
    "down-capture": Measure(
        DownCapture, "what it was spared of the benchmark's falls",
        "1 - G(r where b < 0) / G(b where b < 0)",
        _IN_WINDOW, "no window, or bars in fewer than half of those sessions", "Morningstar, one minus it",
    ),
    "down-days-beaten": Measure(
        DownDaysBeaten, "how often it did better when the benchmark fell",
        "mean(r > b where b < 0)",
        _IN_WINDOW, "no window, or bars in fewer than half of those sessions", "batting average, on falls",
    ),
    "resilience": Measure(
        Resilience, "the return since the start that its usual beta doesn't explain",
        "sum(r - beta b), beta from the 120 sessions up to k",
        _IN_WINDOW, "no window, no P[k], or no beta (see `late`)", "market practice, beta-adjusted",
    ),
    "resilience-t": Measure(
        ResilienceT, "the same in its own standard errors",
        "sum(r - beta b) / (sigma sqrt(n)), sigma of the same regression, n = u - k",
        _IN_WINDOW, "no window, no P[k], no beta, or an exact fit", "MacKinlay (1997), without an intercept",
    ),
    "rs-line-slope": Measure(
        RSSlope, "how steeply the RS line has risen since the start",
        "OLS slope of ln(P / B) on time over rows k..u, a session",
        _IN_WINDOW, _NO_PRICE, "Weinstein (1988) for the line",
    ),
    "rs-days": Measure(
        RSDays, "how often it was strong when the benchmark was weak",
        "share of sessions with: up while B falls; a higher low while B makes a lower one; or a close in the upper "
        "half of its range while B closes in the lowest quarter of its own",
        _IN_WINDOW, "no window, or bars in fewer than half of it", "market practice (deepvue, traderlion)",
    ),
    "retracement": Measure(
        Retracement, "how little of its last rise it has given back",
        "-(top - P[u]) / (top - base), top = max P[k..u], base = min P[k-120..k]",
        _IN_WINDOW, "no window, no P[k], or no rise", "after Wyckoff",
    ),
    "recovery-first": Measure(
        RecoveryFirst, "how long ago it regained its own peak",
        "u - s + 1 with s the first of k+1..u where P[s] >= peak; while there is none P[u] / peak - 1; "
        "peak = max P[k-249..k]",
        _IN_WINDOW, _NO_PRICE, "market practice",
    ),
    "first-to-regain": Measure(
        first_to_regain, "how long ago it regained its close before the benchmark's last plunge",
        "u - s + 1 with s the first of k+1..u where P[s] >= P[k]; while there is none P[u] / P[k] - 1",
        "`LastPlunge()`: from the close before a fall of 3%, for 20 sessions", _NO_PRICE, "market practice",
    ),
    "rs-new-high": Measure(
        RSNewHigh, "the RS line at a high before the price is",
        "1 if RS[t] = max RS and P[t] < max P, otherwise RS[t] / max RS - 1; RS = P / B",
        "last 250 closes", "fewer closes", "O'Neil's charts",
    ),
    "rs-slope": Measure(
        rs_slope, "how steeply the RS line rises",
        "OLS slope of ln(P / B) on time, a session",
        "last 61 closes", "fewer closes", "Weinstein (1988) for the line",
    ),
    "mansfield-rs": Measure(
        MansfieldRS, "the RS line above its own mean",
        "(RS[t] / mean RS - 1) * 100",
        "last 250 closes", "fewer closes", "Mansfield, in Weinstein (1988); plain mean",
    ),
    "weighted-rs": Measure(
        WeightedRS, "return over four quarters, the last one counted twice, relative to the benchmark's",
        "(1 + s) / (1 + s_B) * 100, s = 0.4 R(63) + 0.2 R(126) + 0.2 R(189) + 0.2 R(252)",
        "last 252 sessions", "fewer sessions", "skyte/relative-strength, in the manner of IBD",
    ),
    "rps": Measure(
        RPS, "percentile of its return among all",
        "100 * share of the others with a lower P[t] / P[t-120] - 1",
        "last 120 sessions", "fewer sessions, or not published", "RPS, market practice in China",
    ),
    "leadership-streak": Measure(
        LeadershipStreak, "for how many sessions in a row it has been a leader",
        "sessions up to t among the first ceil(0.2 n) by P[t] / P[t-60] - 1",
        "last 60 sessions, each session", "fewer sessions, or not published", "market practice",
    ),
    "high-52-week": Measure(
        high_52_week, "how near it is to its 52-week high",
        "P[t] / max P - 1",
        "last 250 closes", "fewer closes", "George, Hwang (2004)",
    ),
    "all-time-high": Measure(
        DistanceFromHigh, "how near it is to its all-time high",
        "P[t] / max P - 1",
        "all closes", "none", "George, Hwang (2004), unbounded",
    ),
    "momentum-skip": Measure(
        momentum_with_skip, "return over a year but for the last month",
        "P[t-20] / P[t-270] - 1",
        "sessions t-269..t-20", "fewer sessions", "Jegadeesh, Titman (1993)",
    ),
    "regression-momentum": Measure(
        RegressionMomentum, "a steep rise in a straight line",
        "(exp(250 a) - 1) * R2, a the OLS slope of ln P on time",
        "last 25 closes", "fewer closes", "Clenow (2015)",
    ),
    "acceleration": Measure(
        Acceleration, "momentum that grows",
        "(P[t] / P[t-60] - 1) - (P[t-20] / P[t-80] - 1)",
        "last 80 sessions", "fewer sessions", "market practice",
    ),
    "worst-days": Measure(
        WorstDays, "what it kept on the days that everything fell",
        "mean(r - beta b) over the 3 lowest b, beta from the 120 sessions before",
        "last 20 sessions", "fewer sessions, no beta, or bars on fewer than half of the days", "market practice",
    ),
    "up-streak": Measure(
        UpStreak, "for how many sessions in a row it has risen",
        "sessions up to t with P[s] > P[s-1]",
        "each session", "no bar in the session before", "market practice",
    ),
    "residual-momentum": Measure(
        ResidualMomentum, "return beyond beta, per unit of its noise",
        "mean(r - beta b) / std(r - beta b) = alpha / sigma, divisor n - 2",
        "last 120 sessions", "bars in fewer than half, or an exact fit", "after Blitz, Huij, Martens (2011)",
    ),
    "short-term-reversal": Measure(
        short_term_reversal, "what fell most in a week",
        "-(P[t] / P[t-5] - 1)",
        "last 5 sessions", "fewer sessions", "Jegadeesh (1990)",
    ),
    "beta": Measure(
        Beta, "how much it usually moves with the benchmark; for filters, no strength in itself",
        "OLS slope of r on b",
        "last 120 sessions", "bars in fewer than half", "Sharpe (1964)",
    ),
    "ranked": Measure(
        Ranked, "place by another score",
        "(rank - 1) / (n - 1), average rank of ties",
        "the score's", "no finite score, or not published", "",
    ),
    "z-score": Measure(
        ZScore, "deviation from the mean of another score",
        "(x - mean x) / std x, divisor n",
        "the score's", "no finite score, or not published", "",
    ),
    "blend": Measure(
        Blend, "weighted mean of scores made comparable",
        "sum(w f(x)) / sum(w), f place, z-score, or nothing",
        "the scores'", "lacks one (`missing=\"drop\"`) or all (`\"any\"`) of them", "",
    ),
    "resilient-high-beta": Measure(
        Filtered, "a score among those that another lets through: resilience in the half with the higher beta",
        "x if y >= 0.5; x resilience, y place by beta",
        "the scores'", "y below the threshold", "该弱不弱, market practice in China",
    ),
}  # fmt: skip
"""What the subpackage offers, under the names that documents use."""
