import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead import Bottoming, BottomingPhase, Current, Excess, Fixed, LastCompleted
from sectorlead.data.errors import DataError, ParameterError
from sectorlead.strategies.indicators.phases import MarketPhases
from sectorlead.strategies.scores.spans import Spans, trailing

NAN = float("nan")
WIDE = {"enter": 0.08, "leave": 0.03, "window": 250}
#       0    1   2   3   4   5   6   7   8    9   10  11   12  13
CLOSE = [100, 95, 90, 85, 87, 86, 84, 85, 86, 99, 100, 91, 92, 100.0]
# Entered in row 2 (-10%) from the peak in row 0, over in row 9 (99 >= 97); again in row 11 from row 10, over in row 13.


def spans(window, make_small, close=CLOSE):
    found = window.spans(make_small({"A": [1.0] * len(close)}, benchmark=close))
    return list(zip(found.start.tolist(), found.end.tolist(), strict=True))


def test_current_by_hand(make_small) -> None:
    expected = [(-1, -1)] * 2 + [(0, t) for t in range(2, 10)] + [(0, 9), (10, 11), (10, 12), (10, 13)]
    assert spans(Current(**WIDE), make_small) == expected


def test_strength_that_is_old_says_nothing(make_small) -> None:
    """The pullback of rows 2 to 8 is over in row 9; after two more sessions it is stale."""
    expected = [(-1, -1)] * 2 + [(0, t) for t in range(2, 10)] + [(0, 9), (10, 11), (10, 12), (10, 13)]
    later = [*CLOSE[:10], 99.5, 99.6, 99.5, 99.6]
    kept = [*expected[:10], (0, 9), (0, 9), (-1, -1), (-1, -1)]
    assert spans(Current(**WIDE, stale=2), make_small, later) == kept
    assert spans(Current(**WIDE, stale=None), make_small, later) == [*expected[:10], *[(0, 9)] * 4]
    assert spans(LastCompleted(**WIDE, stale=2), make_small, later) == [(-1, -1)] * 9 + [(0, 9)] * 3 + [(-1, -1)] * 2


def test_last_completed_by_hand(make_small) -> None:
    assert spans(LastCompleted(**WIDE), make_small) == [(-1, -1)] * 9 + [(0, 9)] * 4 + [(10, 13)]


def test_bottoming_by_hand(make_small) -> None:
    # The low of row 3 stands for two sessions in row 5; row 6 is lower; its low stands for two in row 8, and row 9,
    # which ends the pullback, still counts. The low of row 11 stands for two sessions in row 13.
    none, known = (-1, -1), {5: (3, 5), 8: (6, 8), 9: (6, 9), 13: (11, 13)}
    assert spans(Bottoming(**WIDE, quiet=2), make_small) == [known.get(t, none) for t in range(14)]
    last = [known[max(k for k in known if k <= t)] if t >= 5 else none for t in range(14)]
    assert spans(Bottoming(**WIDE, quiet=2, then="last"), make_small) == last
    # A second close at the low is the low from then on.
    again = spans(Bottoming(**WIDE, quiet=2), make_small, [100, 90, 91, 90, 91, 92.0])
    assert again == [none] * 5 + [(3, 5)]


def test_the_bottoming_phase_by_hand(make_small) -> None:
    # 17% under its peak, no lower close than that of row 3 for two sessions in row 5: bottoming. Row 6 is lower; its
    # low stands for two in row 8, and until row 11 closes above the five before it. Then the window stands still.
    fall = [100, 97, 86, 83, 83.5, 83.2, 82, 82.5, 82.2, 82.1, 82.4, 84, 85, 99.0]
    depths = {"pullback": 0.08, "correction": 0.15, "bear": 0.25}
    window = BottomingPhase(MarketPhases(bottoming=2, recovery_high=5, window=60, trend=2, **depths))
    expected = [(-1, -1)] * 5 + [(3, 5)] * 3 + [(6, 8), (6, 9)] + [(6, 10)] * 4
    assert spans(window, make_small, fall) == expected


def test_fixed_by_hand(make_small) -> None:
    assert spans(Fixed(3), make_small, [1.0] * 5) == [(-1, -1)] * 3 + [(0, 3), (1, 4)]


def test_what_a_window_can_not_be(make_small) -> None:
    with pytest.raises(ParameterError, match=r"^Bottoming\.leave must be less than enter=0\.05, was 0\.06$"):
        Bottoming(0.05, 0.06)
    with pytest.raises(ParameterError, match=r"^Excess\.window must be a Window such as Current\(\) or .*, was 60$"):
        Excess(60)
    with pytest.raises(DataError, match=r"^Excess needs a benchmark"):
        Excess(Fixed(2))(make_small({"A": [1.0, 2.0, 3.0]}))
    with pytest.raises(DataError, match=r"^Current needs a benchmark"):
        Current().spans(make_small({"A": [1.0]}))


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=40), st.integers(1, 45), st.integers(0, 4))
@settings(max_examples=200, deadline=None)
def test_folds_are_those_of_a_loop(numbers: list[int], sessions: int, seed: int) -> None:
    values = np.array(numbers, float)[:, None] * [1.0, -2.0]
    for fold, plain in ((np.add, np.sum), (np.maximum, np.max), (np.fmin, np.min)):
        rolled = trailing(fold, values, sessions)
        for t in range(len(values)):
            assert rolled[t].tolist() == plain(values[max(t - sessions + 1, 0) : t + 1], axis=0).tolist()
    rng = np.random.default_rng(seed)
    if len(values) > 1:
        start = rng.integers(0, len(values) - 1, 5)
        end = np.array([rng.integers(k + 1, len(values)) for k in start])
        for k, u, found in zip(start, end, Spans(start, end).over(np.add, values), strict=True):
            assert found.tolist() == values[k + 1 : u + 1].sum(axis=0).tolist()


def test_a_sum_does_not_remember_what_left_its_window() -> None:
    values = np.array([[1e16], [1.0], [1.0], [1.0]])
    assert trailing(np.add, values, 2)[2:, 0].tolist() == [2.0, 2.0]  # cumsum[t] - cumsum[t - 2] gives 0 and 2
    assert np.diff(np.cumsum(values))[1:].tolist() != [1.0, 1.0]
