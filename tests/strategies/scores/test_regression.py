"""Beta and residual momentum, on numbers that can be checked on paper."""

import numpy as np

from sectorlead import (
    Beta,
    ResidualMomentum,
)

from .paper import B_MOVES, E_MOVES, SIGMA, last, priced

NAN = float("nan")


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
