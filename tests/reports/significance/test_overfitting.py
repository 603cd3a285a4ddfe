"""PBO by CSCV: exact cases, and a generated matrix on which seven implementations agree."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sectorlead.data.errors import ParameterError
from sectorlead.reports.significance.overfitting import overfitting

from .published import generated


@pytest.mark.parametrize(("blocks", "pbo"), [(4, 5 / 6), (8, 66 / 70), (10, 244 / 252), (16, 11944 / 12870)])
def test_generated(blocks: int, pbo: float) -> None:
    assert overfitting(generated(), blocks=blocks).pbo == pytest.approx(pbo, abs=1e-12)


def test_generated_in_detail() -> None:
    found = overfitting(generated(), blocks=8)
    assert float(np.median(found.logits)) == pytest.approx(-1.5040774, abs=5e-8)
    assert found.slope == pytest.approx(-0.9080560, abs=1e-7)
    assert found.loss == pytest.approx(0.7428571, abs=5e-8)
    assert overfitting(generated()[:, :9], blocks=8).pbo == pytest.approx(0.9571429, abs=5e-8)  # a median rank counts


def test_without_a_mean_the_best_of_one_half_is_the_worst_of_the_other() -> None:
    values = generated()
    found = overfitting(values - values.mean(axis=0), blocks=8, metric="mean")
    assert found.pbo == 1
    np.testing.assert_allclose(found.logits, -math.log(10))
    assert found.slope == pytest.approx(-1)


def test_one_that_dominates_every_half() -> None:
    values = generated()
    values[:, 3] += 0.1
    found = overfitting(values, blocks=8)
    assert (found.pbo, found.loss) == (0, 0)
    np.testing.assert_allclose(found.logits, math.log(10))
    assert set(found.chosen) == {3}


def test_the_first_sessions_that_fill_no_block_are_left_out() -> None:
    values = generated()
    longer = np.vstack((values[:5] * 50, values))
    found, usual = overfitting(longer, blocks=16), overfitting(values, blocks=16)
    assert (found.left_out, found.pbo) == (5, usual.pbo)


def test_columns_in_another_order() -> None:
    values, order = generated(), np.random.default_rng(0).permutation(10)
    found, other = overfitting(values), overfitting(values[:, order])
    assert np.array_equal(found.logits, other.logits)
    assert np.array_equal(found.chosen, order[other.chosen])


@pytest.mark.parametrize(
    ("shape", "how"), [((240, 1), {}), ((240, 3), {"blocks": 7}), ((240, 3), {"blocks": 22}), ((24, 3), {"blocks": 16})]
)
def test_refused(shape: tuple[int, int], how: dict[str, int]) -> None:
    with pytest.raises(ParameterError):
        overfitting(generated(*shape), **how)
