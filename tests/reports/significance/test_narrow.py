"""Few columns without a kernel: the same bits as with one."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.reports.significance import narrow
from sectorlead.reports.significance.blocks import block_starts, politis_white, resample
from sectorlead.reports.significance.hac import standard_errors
from sectorlead.reports.significance.kernels import block_sums, long_run_variances, resampled
from sectorlead.reports.significance.stepdown import romano_wolf


def slow(seed: int, shape: tuple[int, int]) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(shape[0] + 9, shape[1]))
    return np.apply_along_axis(lambda line: np.convolve(line, np.ones(10), "valid"), 0, noise)


def test_each_function_is_its_kernel() -> None:
    values = slow(1, (301, 3))
    values -= values.mean(axis=0)
    starts = block_starts(301, 7, 150, 2)
    sums, means, errors = np.empty_like(values), *np.empty((2, 150, 3))
    block_sums(values, 7, sums)
    resampled(sums, starts, 7, means, errors)
    np.testing.assert_array_equal(narrow.block_sums(values, 7), sums)
    for own, theirs in zip(narrow.resampled(sums, starts, 7), (means, errors), strict=True):
        np.testing.assert_array_equal(own, theirs)
    out = np.empty(3)
    long_run_variances(np.ascontiguousarray(values.T), out)
    np.testing.assert_array_equal(narrow.long_run_variances(values.T), out)


def test_a_wide_family_says_the_same_of_its_columns() -> None:
    wide = np.ascontiguousarray(slow(3, (240, narrow.COLUMNS + 1)))
    few = np.ascontiguousarray(wide[:, :2])
    np.testing.assert_array_equal(standard_errors(wide)[:2], standard_errors(few))
    starts = block_starts(240, 5, 120, 0)
    for own, theirs in zip(resample(few, starts, 5), resample(wide, starts, 5), strict=True):
        np.testing.assert_array_equal(own, theirs[:, :2])
    np.testing.assert_array_equal(romano_wolf(wide, block=5).alone[:2], romano_wolf(few, block=5).alone)


@pytest.mark.parametrize("size", [60, 500, 2_500])
def test_blocks_are_those_of_arch(size: int) -> None:
    from arch.bootstrap import optimal_block_length

    rng = np.random.default_rng(size)
    for line in (rng.normal(size=size), np.cumsum(rng.normal(size=size)) * 0.1 + rng.normal(size=size)):
        expected = optimal_block_length(line).iloc[0]
        assert politis_white(line) == pytest.approx((expected["stationary"], expected["circular"]), rel=1e-9)
