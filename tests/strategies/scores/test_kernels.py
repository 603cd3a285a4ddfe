import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.strategies.scores import kernels


@given(st.integers(0, 10**6), st.integers(2, 40), st.integers(1, 4), st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_compiled_equals_plain(seed: int, length: int, width: int, sessions: int) -> None:
    rng = np.random.default_rng(seed)
    present = rng.random((length, width)) < rng.choice([0.5, 1.0])
    present[0] = False
    own, market = np.where(present, rng.normal(size=(length, width)), 0.0), rng.normal(size=length)
    rows = np.sort(rng.integers(0, length, 5))
    count = np.array([present[max(t - sessions + 1, 0) : t + 1].sum(axis=0) for t in rows])
    start = np.sort(rng.integers(0, length, 5))
    end = np.array([rng.integers(k, length) for k in start])
    calls = (
        (kernels.slopes, (own, market, present, count, rows, sessions)),
        (kernels.lines, (own, start, end)),
        (kernels.first_reached, (own, np.repeat(rng.normal(size=(1, width)), 5, axis=0), start, end)),
    )
    for kernel, arguments in calls:
        for fast, plain in zip(kernel(*arguments), kernel.__wrapped__(*arguments), strict=True):
            np.testing.assert_array_equal(fast, plain)
