"""Blocks: their length, their draws, and that a resample is what its indices say."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.data.errors import ParameterError
from sectorlead.reports.significance import kernels
from sectorlead.reports.significance.blocks import block_length, block_starts, resample


def test_a_resample_is_the_mean_over_its_sessions() -> None:
    values = np.random.default_rng(0).normal(size=(53, 4))
    starts = block_starts(53, 7, 100, seed=3)
    means, errors = resample(values, starts, 7)
    assert starts.shape == (100, 7)
    for b in (0, 57, 99):
        rows = (starts[b][:, None] + np.arange(7)) % 53
        drawn = values[rows]
        np.testing.assert_allclose(means[b], drawn.mean(axis=(0, 1)) - values.mean(axis=0), atol=1e-14)
        zeta = np.sqrt(7) * (drawn.mean(axis=1) - drawn.mean(axis=(0, 1)))  # Ledoit and Wolf (2008), section 3.2.2
        np.testing.assert_allclose(errors[b], np.sqrt((zeta**2).mean(axis=0) / 49), atol=1e-14)


def test_every_session_begins_a_block_as_often() -> None:
    starts = block_starts(20, 2, 5_000, seed=0)
    counts = np.bincount(starts.ravel(), minlength=20)
    assert len(counts) == 20
    assert np.abs(counts / counts.mean() - 1).max() < 0.08


def test_dependence_makes_blocks_longer_within_bounds() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(2_000, 9))
    slow = np.array([noise[max(0, t - 19) : t + 1].sum(axis=0) for t in range(2_000)])  # overlapping 20-day sums
    assert block_length(noise) == 7  # 2000 ** 0.25
    assert 30 < block_length(slow) <= 200
    assert block_length(np.cumsum(noise, axis=0)[:100]) == 10  # a tenth of the sample
    assert block_length(np.zeros((2_000, 3))) == 7
    order = rng.permutation(9)
    assert block_length(slow[:, order]) == block_length(slow)


def test_kernels_do_as_plain_python() -> None:
    rng = np.random.default_rng(2)
    values, starts = rng.normal(size=(30, 3)), block_starts(30, 4, 100, seed=0)
    pairs = []
    for call in (lambda f: f, lambda f: f.__wrapped__):
        sums, means, errors, variances = np.empty((30, 3)), *np.empty((2, 100, 3)), np.empty(3)
        call(kernels.block_sums)(values, 4, sums)
        call(kernels.resampled)(sums, starts, 4, means, errors)
        call(kernels.long_run_variances)(np.ascontiguousarray(values.T), variances)
        halves, best, found = np.eye(4, dtype=np.int64)[:, [0, 1, 2, 3]], np.empty(4, np.int64), np.empty((3, 4))
        call(kernels.selected)(values[:4], values[:4] ** 2, halves, 2, False, best, found)
        gaps = np.empty((3, 30))
        call(kernels.largest_gaps)(np.ascontiguousarray(values.T), np.ones((3, 3)), np.array([2, 0, 1]), gaps)
        pairs.append([sums, means, errors, variances, best, found, gaps])
    for fast, plain in zip(*pairs, strict=True):
        np.testing.assert_allclose(fast, plain, rtol=1e-13)


@pytest.mark.parametrize(("block", "resamples", "text"), [(0, 100, "block"), (31, 100, "block"), (5, 99, "100")])
def test_refused(block: int, resamples: int, text: str) -> None:
    with pytest.raises(ParameterError, match=text):
        block_starts(30, block, resamples, seed=0)
