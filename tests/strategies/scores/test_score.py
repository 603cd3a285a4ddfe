import numpy as np
import pandas as pd
import pytest

from sectorlead import Everything, InverseVolatility, Momentum, RandomScore, Reverse, Rotation, TrendGuard
from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel

NAN = float("nan")


def test_momentum_by_hand(make_small) -> None:
    panel = make_small({"A": [100, 110, 121, 60.5], "B": [10, NAN, 20, 30], "C": [NAN, 5, 10, NAN]})
    assert Momentum(1)(panel) == pytest.approx(
        np.array([[NAN] * 3, [0.1, NAN, NAN], [0.1, 1.0, 1.0], [-0.5, 0.5, NAN]]), nan_ok=True
    )
    # Two back, one skipped; B's gap in row 1 carries 10, and C has no bar in row 3.
    assert Momentum(1, skip=1)(panel)[2:] == pytest.approx(np.array([[0.1, 0.0, NAN], [0.1, 1.0, NAN]]), nan_ok=True)
    # The mean of a 1-session and a 3-session return: A (-0.5 - 0.395) / 2, B (0.5 + 2) / 2.
    assert Momentum((1, 3))(panel)[3] == pytest.approx([-0.4475, 1.25, NAN], nan_ok=True)
    assert np.isnan(Momentum((1, 3))(panel)[:3]).all()


def test_momentum_is_a_total_return() -> None:
    days = pd.bdate_range("2024-01-01", periods=3)
    panel = Panel(days, ("A",), np.array([[10.0], [5.0], [6.0]]), adj_factor=np.array([[1.0], [2.0], [2.0]]))
    assert Momentum(1)(panel)[1:, 0] == pytest.approx([0.0, 0.2])  # a split of 1 to 2 is no loss


def test_random_numbers_belong_to_symbol_session_and_seed(make_random) -> None:
    panel = make_random(0, 300, 6, gaps=0.0)
    numbers = RandomScore(7)(panel)
    kept = panel.select(["S04", "S01"])
    assert np.array_equal(RandomScore(7)(kept), numbers[:, [1, 4]], equal_nan=True)
    later = Panel(panel.sessions[100:], panel.symbols, panel.close[100:])
    assert np.array_equal(RandomScore(7)(later), numbers[100:], equal_nan=True)
    drawn = numbers[np.isfinite(numbers)]
    assert drawn.min() >= 0
    assert drawn.max() < 1
    # Uniform, and unrelated between neighbours and seeds: bounds at about 4 standard errors, fixed seeds.
    error = 4 / np.sqrt(len(drawn))
    assert abs(drawn.mean() - 0.5) < error * 0.289
    other = RandomScore(8)(panel)
    for a, b in ((numbers, other), (numbers[1:], numbers[:-1]), (numbers[:, 1:], numbers[:, :-1])):
        both = np.isfinite(a) & np.isfinite(b)
        assert abs(np.corrcoef(a[both], b[both])[0, 1]) < error * 1.2
    assert RandomScore(7).with_seed(8) == RandomScore(8)
    assert Rotation(Reverse(RandomScore(7))).with_seed(8) == Rotation(Reverse(RandomScore(8)))
    assert Rotation(Momentum()).with_seed(8) == Rotation(Momentum())


def test_reverse_and_everything(make_small) -> None:
    panel = make_small({"A": [1, 2], "B": [NAN, 2]})
    assert np.array_equal(Everything()(panel), [[1, NAN], [1, 1]], equal_nan=True)
    assert np.array_equal(Reverse(Everything())(panel), [[-1, NAN], [-1, -1]], equal_nan=True)
    with pytest.raises(ParameterError, match=r"Reverse\.score must be a Score, was 3"):
        Reverse(3)  # type: ignore[arg-type]


def test_inverse_volatility_by_hand(make_small) -> None:
    # Returns of A +10%, -10%, +10%: variance about the mean 1/30 is (2*(1/15)^2 + (2/15)^2) / 2 = 1/75.
    panel = make_small({"A": [100, 110, 99, 108.9], "B": [7, 7, 7, 7], "C": [NAN, NAN, 5, 6], "D": [NAN, 5, 10, 10]})
    weights = InverseVolatility(3)(panel)
    assert weights[3, 0] == pytest.approx(np.sqrt(75))
    assert np.isnan(weights[:, 1]).all()  # a line that never moves can't be weighed
    assert np.isnan(weights[3, 2])  # one return is no volatility
    assert weights[3, 3] == pytest.approx(1 / np.std([1.0, 0.0], ddof=1))  # two of three returns are there
    sparse = make_small({"A": [100, 110, NAN, NAN, 99, NAN, NAN]})
    # Bars in at least half of 4 sessions; row 0 has no return yet, row 3 knows +10%, 0, 0 and row 4 has -10% too.
    assert np.isfinite(InverseVolatility(4)(sparse)[:, 0]).tolist() == [False, False, True, True, True, False, False]
    assert InverseVolatility(4)(sparse)[4, 0] == pytest.approx(1 / np.std([0.1, 0, 0, -0.1], ddof=1))


def test_trend_guard_by_hand(make_small) -> None:
    panel = make_small({"A": [1.0] * 6}, benchmark=[NAN, 1.1, 1.1, 1.1, 1.0, NAN])
    # Means of three: known from row 3; a flat line is not below its mean; row 5 carries 1.0, below (1.1 + 1 + 1) / 3.
    assert TrendGuard(3)(panel) == pytest.approx([NAN, NAN, NAN, 1, 0, 0], nan_ok=True)
    without = make_small({"A": [1.0] * 6})
    with pytest.raises(ValueError, match="TrendGuard needs a benchmark"):
        TrendGuard(3)(without)
