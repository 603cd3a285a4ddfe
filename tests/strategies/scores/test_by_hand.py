"""Each formula on numbers that can be checked on paper."""

import numpy as np
import pandas as pd
import pytest

from sectorlead import (
    MEASURES,
    RPS,
    Acceleration,
    Beta,
    Current,
    DistanceFromHigh,
    DownCapture,
    DownDaysBeaten,
    DrawdownSpread,
    Excess,
    Fixed,
    LastCompleted,
    LeadershipStreak,
    MansfieldRS,
    Momentum,
    RecoveryFirst,
    RegressionMomentum,
    ResidualMomentum,
    Resilience,
    ResilienceT,
    Retracement,
    RSDays,
    RSNewHigh,
    RSSlope,
    UpCapture,
    WeightedRS,
)
from sectorlead.data.panel import Benchmark, Panel

NAN = float("nan")


def last(score, panel):
    return pytest.approx(score(panel)[-1].tolist(), nan_ok=True, rel=1e-9, abs=1e-12)


def test_excess_and_drawdown_spread(make_small) -> None:
    panel = make_small({"A": [100, 120, 90, 108], "L": [NAN, 50, 60, 66]}, benchmark=[100, 80, 90, 60])
    assert last(Excess(Fixed(3)), panel) == [1.08 / 0.6 - 1, NAN]
    assert last(Excess(Fixed(2)), panel) == [0.9 / 0.75 - 1, 1.32 / 0.75 - 1]
    assert last(DrawdownSpread(Fixed(3)), panel) == [-0.1 + 0.4, NAN]  # 108 of 120, 60 of 100
    assert last(DrawdownSpread(Fixed(2)), panel) == [-0.1 + 1 / 3, 1 / 3]  # 60 of 90; the window's first close counts


def test_captures_and_down_days(make_small) -> None:
    b = [100, 110, 99, 108.9, 98.01]  # +10%, -10%, +10%, -10%
    a = np.cumprod([100, 1.2, 0.95, 1.05, 0.95]).tolist()
    c = np.cumprod([100, 1.1, 0.95, 1.1, 0.85]).tolist()
    g = [NAN, 100, 95, 95, NAN]
    panel = make_small({"A": a, "C": c, "G": g, "H": [*g[:4], 80]}, benchmark=b)
    assert last(UpCapture(Fixed(4)), panel) == [((1.2 * 1.05) ** 0.5 - 1) / 0.1, 1, NAN, 0]  # H: one of two rises
    assert last(DownCapture(Fixed(4)), panel) == [0.5, 1 - (1 - (0.95 * 0.85) ** 0.5) / 0.1, NAN,
                                                  1 - (1 - (0.95 * 80 / 95) ** 0.5) / 0.1]  # fmt: skip
    assert last(DownDaysBeaten(Fixed(4)), panel) == [1.0, 0.5, NAN, 0.5]
    # A window of rises only has no falls to count, and G has no bar in either of its last two sessions but one.
    up = make_small({"A": [1, 2, 3.0]}, benchmark=[1, 2, 3.0])
    assert np.isnan(DownCapture(Fixed(2))(up)).all()
    assert np.isnan(DownDaysBeaten(Fixed(2))(up)).all()
    assert np.isnan(UpCapture(Fixed(4))(make_small({"G": [NAN, NAN, NAN, 95, 96]}, benchmark=b))).all()  # none of two


B_MOVES = np.array([0.01, -0.01, 0.01, -0.01] * 3)
E_MOVES = np.array([0.002, 0.002, -0.002, -0.002] * 3)  # no mean, no correlation with the benchmark's
SIGMA = np.sqrt(12 * 0.002**2 / (12 - 2))


def priced(moves) -> list[float]:
    return (100 * np.exp(np.concatenate(([0.0], np.cumsum(moves))))).tolist()


def test_beta_and_residual_momentum(make_small) -> None:
    a = priced(0.001 + 2 * B_MOVES + E_MOVES)
    panel = make_small({"A": a, "X": priced(0.001 + 2 * B_MOVES), "Z": [7.0] * 13}, benchmark=priced(B_MOVES))
    assert last(Beta(12), panel) == [2.0, 2.0, 0.0]
    assert last(ResidualMomentum(12), panel) == [0.001 / SIGMA, NAN, NAN]  # X fits exactly: no noise to measure by
    exact = {f"X{i:02d}": priced(0.001 * i + 0.17 * i * B_MOVES) for i in range(30)}
    assert np.isnan(ResidualMomentum(12)(make_small(exact, benchmark=priced(B_MOVES)))).all()
    assert np.isnan(Beta(13)(panel)[6:8, 0]).tolist() == [True, False]  # 6 of 13 sessions are too few, 7 are not
    # A gap takes two returns out: 10 are left, of which half of 12 would do.
    a[4] = NAN
    kept = np.r_[0:3, 5:12]
    slope, level = np.polyfit(B_MOVES[kept], (0.001 + 2 * B_MOVES + E_MOVES)[kept], 1)
    gap = make_small({"A": a}, benchmark=priced(B_MOVES))
    assert last(Beta(12), gap) == [slope]
    rest = (0.001 + 2 * B_MOVES + E_MOVES)[kept] - slope * B_MOVES[kept] - level
    assert last(ResidualMomentum(12), gap) == [level / np.sqrt((rest**2).sum() / 8)]


def test_resilience_and_its_t_value(make_small) -> None:
    fall = [-0.02, 0.01, -0.03]
    b = priced([*B_MOVES, *fall])
    columns = {
        "A": priced([*(B_MOVES + E_MOVES), 0.01, 0.01, -0.01]),  # beta 1
        "D": priced([*(2 * B_MOVES + 3 * E_MOVES), *fall]),  # beta 2, thrice the noise
        "L": [NAN] * 9 + [50, 50, 50, 50, 51, 51, 52],  # three returns before the window
        "N": [NAN] * 14 + [50, 51],  # listed in the window
        "X": priced([*B_MOVES, 0.0, 0.0, 0.0]),  # fits exactly
    }
    panel, window = make_small(columns, benchmark=b), Fixed(3)
    assert last(Resilience(window, 12), panel) == [0.01 + 0.04, -0.04 + 2 * 0.04, NAN, NAN, 0.04]
    t = [0.05 / (SIGMA * 3**0.5), 0.04 / (3 * SIGMA * 3**0.5)]
    assert last(ResilienceT(window, 12), panel) == [*t, NAN, NAN, NAN]

    grown = np.log(52 / 50)
    assert last(Resilience(window, 12, "one"), panel) == [0.05, 0.04, grown + 0.04, NAN, 0.04]
    assert last(Resilience(window, 12, "peers"), panel) == [0.05, 0.04, grown + 4 / 3 * 0.04, NAN, 0.04]
    late = (grown + 0.04) / (2 * SIGMA * 3**0.5)  # the mean of sigma and three times sigma
    assert last(ResilienceT(window, 12, "one"), panel) == [*t, late, NAN, NAN]
    # A peer that was not published at the start is no peer.
    known = [panel.sessions[13] if symbol == "D" else pd.NaT for symbol in panel.symbols]
    unpublished = Panel(panel.sessions, panel.symbols, panel.close, known_from=known, benchmark=panel.benchmark)
    assert Resilience(window, 12, "peers")(unpublished)[-1, 2] == pytest.approx(grown + 1.0 * 0.04)


def test_the_rs_line(make_small) -> None:
    b = [100, 50, 80, 200]
    a = (np.exp([0.0, 0.1, 0.4, 0.3]) * b).tolist()
    panel = make_small({"A": a, "L": [NAN, *a[1:]]}, benchmark=b)
    assert last(RSSlope(Fixed(3)), panel) == [(-0.5 * 0.1 + 0.5 * 0.4 + 1.5 * 0.3) / 5, NAN]
    assert last(RSSlope(Fixed(2)), panel) == [(0.3 - 0.1) / 2] * 2
    # RS 1, 2, 3: mean 2; and L lacks the first of three.
    rs = make_small({"A": [10, 16, 21.0], "L": [NAN, 16, 21.0]}, benchmark=[10, 8, 7.0])
    assert last(MansfieldRS(3), rs) == [50.0, NAN]
    assert last(MansfieldRS(2), rs) == [20.0, 20.0]
    lines = {"A": [10, 9, 9.5], "B": [10, 9, 10.5], "C": [10, 10, 9], "L": [NAN, 9, 9.5]}
    high = make_small(lines, benchmark=[10, 8, 7.6])
    assert last(RSNewHigh(3), high) == [1.0, 0.0, (9 / 7.6) / (10 / 8) - 1, NAN]


def test_rs_days(make_small) -> None:
    """Of four sessions three count, each by one condition alone; the last has none."""
    days = pd.bdate_range("2024-01-01", periods=5)
    a = {"close": [10, 10.1, 10.0, 9.9, 9.8], "high": [10.2, 10.2, 10.2, 10.0, 9.9], "low": [9.0, 9.4, 9.5, 9.5, 9.4]}
    b = {"close": [100, 99, 98, 98.5, 98], "high": [102, 99.5, 98.5, 100, 98.5], "low": [97, 97, 96, 98, 96]}
    # 1: A up, B down.  2: both down, A's low 9.4 -> 9.5, B's 97 -> 96.  3: A's close at 0.8 of its range, B's at 0.25,
    # and B is up.  4: both down with lower lows; A's close at 0.8 of its range, but B's at 0.8 of its own.
    blank = np.full(5, NAN)
    gem = Benchmark("B", "B", blank, blank, blank, np.array(b["close"], float), blank, blank)
    bars = {key: np.array(values, float)[:, None] for key, values in a.items()}
    whole = Benchmark("B", "B", *(np.array(b[key], float) for key in ("close", "high", "low", "close")), blank, blank)
    panel = Panel(days, ("A",), **bars, open=bars["close"], benchmark=whole)
    assert last(RSDays(Fixed(4)), panel) == [0.75]
    assert last(RSDays(Fixed(4), upper=0.81), panel) == [0.5]
    assert last(RSDays(Fixed(4), lower=0.8), panel) == [1.0]
    assert last(RSDays(Fixed(4)), Panel(days, ("A",), bars["close"], benchmark=gem)) == [0.25]  # on closes alone
    # A split halves prices; the low, adjusted, is still the higher one.
    split = {key: values * np.array([[1.0], [1.0], [0.5], [0.5], [0.5]]) for key, values in bars.items()}
    factor = np.array([[1.0], [1.0], [2.0], [2.0], [2.0]])
    halved = Panel(days, ("A",), **split, open=split["close"], adj_factor=factor, benchmark=whole)
    assert last(RSDays(Fixed(4)), halved) == [0.75]


def test_retracement_and_recovery(make_small) -> None:
    b = [1.0] * 7
    columns = {
        "A": [90, 120, 80, 100, 140, 110],  # from 80 to 140, and half of it back
        "F": [90, 120, 110, 100, 95, 99],  # no rise: the window starts at its low
        "L": [NAN, NAN, NAN, 100, 120, 90],  # its leg has one close only: from 100 to 120, and one and a half back
    }
    assert last(Retracement(Fixed(2), leg=2), make_small(columns, benchmark=b[:6])) == [-0.5, NAN, -1.5]
    columns = {
        "A": [110, 120, 100, 115, 121, 118, 119],  # regained 120 in row 4
        "B": [110, 120, 100, 90, 97, 95, 96],
        "C": [130, 120, 100, 120, 119, 90, 90],  # 130 is beyond its reach; regained 120 in row 3
        "L": [NAN, NAN, NAN, 1, 2, 3, 4],
    }
    panel = make_small(columns, benchmark=b)
    assert last(RecoveryFirst(Fixed(4), reach=2), panel) == [3.0, -0.2, 4.0, NAN]
    assert RecoveryFirst(Fixed(3), reach=2)(panel)[5].tolist()[0] == 2.0
    # Over the last completed pullback time stands still: A regained 100 in the session that ended it.
    closed = make_small({"A": [100, 95, 100, 90, 95]}, benchmark=[100, 90, 98, 99, 98])
    assert RecoveryFirst(LastCompleted())(closed)[:, 0] == pytest.approx([NAN, NAN, 1, 1, 1], nan_ok=True)


def test_weighted_rs(make_small) -> None:
    # Returns of +100% over 63, 0 over 126, -50% over 189 and +300% over 252: s = 0.4 + 0 - 0.1 + 0.6 = 0.9.
    a = [50.0] + [1.0] * 62 + [400.0] + [1.0] * 62 + [200.0] + [1.0] * 62 + [100.0] + [1.0] * 62 + [200.0]
    panel = make_small({"A": a, "F": [3.0] * 253, "L": [NAN, *a[1:]]}, benchmark=[1.0] * 253)
    assert last(WeightedRS(), panel) == [190.0, 100.0, NAN]
    assert np.isnan(WeightedRS()(panel)[:252]).all()
    assert last(WeightedRS(), make_small({"A": a, "F": [3.0] * 253}, benchmark=a)) == [100.0, 100 / 1.9]


def test_regression_momentum_and_acceleration(make_small) -> None:
    columns = {"A": np.exp([0, 0.01, 0.02]).tolist(), "B": np.exp([0, 0.03, 0.02]).tolist(), "F": [5.0] * 3}
    panel = make_small({**columns, "L": [NAN, 1, 2]})
    # B: slope 0.01, co-deviation 0.02, squared deviation 7 / 15000, so R2 is 3 / 7.
    rise = np.exp(2.5) - 1
    assert last(RegressionMomentum(3), panel) == [rise, rise * 3 / 7, 0.0, NAN]
    assert last(Acceleration(1, ago=1), make_small({"A": [100, 110, 132.0]})) == [0.1]
    assert last(Acceleration(1, ago=2), make_small({"A": [100, 110, 132, 132.0]})) == [0.0 - 0.1]


def test_places_and_streaks(make_small) -> None:
    panel = make_small({"A": [1, 1.1, 1.1], "B": [1, 1.2, 1.3], "C": [1, 1.2, 1.3], "D": [1, 1.3, NAN]})
    assert RPS(1)(panel)[1] == pytest.approx([0, 50, 50, 100])
    assert last(RPS(1), panel) == [0, 75, 75, NAN]
    assert last(RPS(1), make_small({"A": [1, 2.0]})) == [50.0]
    #          +10%, +10%, +10%, -10%, +30%   |  B: +20, +5, 0, 0, 0  | C: last but for ties
    columns = {"A": [100, 110, 121, 133.1, 119.79, 155.727], "B": [100, 120, 126, 126, 126, 126],
               "C": [100, 101, 127.26, 127.26, 127.26, NAN], "D": [100, 90, 80, 70, 60, 60]}  # fmt: skip
    streak = LeadershipStreak(1, top=0.5)(make_small(columns))
    # Two of four lead: B, A; C, A; A, and B and C tie for second; B, C; last of three A, and for second B and D tie.
    expected = [[NAN] * 4, [1, 1, 0, 0], [2, 0, 1, 0], [3, 1, 2, 0], [0, 2, 3, 0], [1, 3, NAN, 1]]
    assert streak == pytest.approx(np.array(expected), nan_ok=True)
    many = make_small({f"S{i:02d}": [100, 100 + i] for i in range(25)})
    assert np.nansum(LeadershipStreak(1, top=0.28)(many)[1]) == 7  # of 25, though 0.28 * 25 is 7.000000000000001


def test_distance_from_highs(make_small) -> None:
    panel = make_small({"A": [200, 100, 80, 90], "L": [NAN, NAN, 10, 20]})
    assert last(DistanceFromHigh(), panel) == [-0.55, 0.0]
    assert last(DistanceFromHigh(3), panel) == [-0.1, NAN]
    assert np.isnan(DistanceFromHigh(3)(panel)[:2]).all()


def test_the_named_variants(make_small) -> None:
    made = {name: entry.make() for name, entry in MEASURES.items()}
    assert made["rs-slope"] == RSSlope(Fixed(60))
    assert made["high-52-week"] == DistanceFromHigh(250)
    assert made["momentum-skip"] == Momentum(250, skip=20)
    assert last(made["short-term-reversal"], make_small({"A": [100, 1, 1, 1, 1, 90.0]})) == [0.1]


def test_nothing_without_a_bar_and_a_gap_carries_the_price(make_small) -> None:
    panel = make_small({"A": [100, NAN, 90, NAN]}, benchmark=[100, 90, 80, 80])
    assert Excess(Current())(panel)[:, 0] == pytest.approx([NAN, NAN, 0.9 / 0.8 - 1, NAN], nan_ok=True)
