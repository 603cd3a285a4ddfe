"""Romano and Wolf's stepdown: against the procedure worked through set by set, and its claims on null families."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from sectorlead.data.errors import ParameterError
from sectorlead.reports.significance import stepdown
from sectorlead.reports.significance.blocks import block_starts, resample
from sectorlead.reports.significance.hac import standard_errors
from sectorlead.reports.significance.stepdown import all_pairs, romano_wolf


def family(seed: int = 0, edge: float = 0.0, size: int = 400, count: int = 12) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(size, count)) + 0.7 * rng.normal(size=(size, 1))
    values[:, :3] += edge
    return values


def by_hand(values: np.ndarray, two_sided: bool = False) -> np.ndarray:
    """Corrected p-values: one set after another, each without those that are ahead of it."""
    deviations, errors = resample(values, block_starts(len(values), 5, 300, 0), 5)
    own, drawn = values.mean(axis=0) / standard_errors(values), deviations / errors
    if two_sided:
        own, drawn = np.abs(own), np.abs(drawn)
    out, so_far, left = np.empty(len(own)), 0.0, list(range(len(own)))
    while left:
        k = max(left, key=lambda i: own[i])
        so_far = max(so_far, (1 + (drawn[:, left].max(axis=1) >= own[k]).sum()) / 301)
        out[k] = so_far
        left.remove(k)
    return out


@pytest.mark.parametrize("two_sided", [False, True])
@pytest.mark.parametrize("chunk", [2_000_000, 900])
def test_set_by_set(two_sided: bool, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepdown, "_CHUNK", chunk)  # 3 variants at a time, or all at once
    values = family(edge=0.1)
    found = romano_wolf(values, two_sided=two_sided, block=5, resamples=300)
    np.testing.assert_allclose(found.p, by_hand(values, two_sided), rtol=0, atol=1e-12)
    assert (found.alone <= found.p).all()


def test_columns_in_another_order_and_beside_others() -> None:
    values, order = family(edge=0.08), np.random.default_rng(5).permutation(12)
    found, other = romano_wolf(values, block=5), romano_wolf(values[:, order], block=5)
    assert np.array_equal(found.p[order], other.p)
    assert np.array_equal(found.alone[:4], romano_wolf(values[:, :4], block=5).alone)


def test_a_step_further_finds_what_one_step_misses() -> None:
    """Once the strong ones are out of the way the bar is lower; the first step has the bar of all."""
    values = family(3, size=600, count=30)
    values[:, :25] += 0.6
    values[:, 25] += 0.125
    found = romano_wolf(values, block=5)
    single = (1 + (found.largest >= found.t[25]).sum()) / 1_001
    assert found.p[25] < single


def test_false_claims_on_null_families() -> None:
    """A few hundred small families without an edge; the calibration on many is in docs/significance.md."""
    claims = sum(bool((romano_wolf(family(seed, size=250), resamples=200).p <= 0.05).any()) for seed in range(300))
    assert binomtest(claims, 300, 0.05).pvalue > 0.01
    assert claims > 0


def test_unseen_trials_cost_what_bonferroni_asks() -> None:
    values = family(edge=0.15)
    plain, more = (romano_wolf(values, block=5, unseen=unseen) for unseen in (0, 1_000))
    np.testing.assert_allclose(more.p[:3], np.minimum(1, plain.p[:3] + 1_000 * norm.sf(plain.t[:3])))
    assert more.critical() > plain.critical()
    found = romano_wolf(values[:, :1], block=5, unseen=999).critical()
    assert found == pytest.approx(norm.isf(0.05 / 1_000), abs=0.1)
    both = romano_wolf(values[:, :1], block=5, unseen=999, two_sided=True).critical()
    assert both == pytest.approx(norm.isf(0.025 / 1_000), abs=0.1)


def test_the_critical_value_is_where_p_is_the_level() -> None:
    found = romano_wolf(family(), block=5)
    share = (1 + (found.largest >= found.critical(0.1) - 1e-9).sum()) / 1_001
    assert share == pytest.approx(0.1, abs=0.002)


def test_all_pairs() -> None:
    values = family(edge=0.0)[:, :4]
    values[:, 2] += 0.5
    pairs, found = all_pairs(np.column_stack((values, values[:, 0])))
    assert found is not None
    assert [0, 4] not in pairs.tolist()  # the same in every session
    assert len(pairs) == 9
    apart = pairs[found.p <= 0.05]
    assert {2} == set.intersection(*map(set, apart.tolist()))
    assert all_pairs(np.repeat(values[:, :1], 3, axis=1))[1] is None


@pytest.mark.parametrize("values", [np.zeros((50, 2)), np.full((50, 2), np.nan), np.zeros((10, 2)), np.zeros(50)])
def test_refused(values: np.ndarray) -> None:
    with pytest.raises(ParameterError):
        romano_wolf(values)


def test_what_is_there_twice_costs_nothing() -> None:
    values = family(edge=0.12)
    once, twice = romano_wolf(values, block=5), romano_wolf(np.hstack((values, values[:, ::2])), block=5)
    assert np.array_equal(once.p, twice.p[:12])


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(-20, 20))
@settings(max_examples=25)
def test_p_values_have_the_order_of_t_and_no_unit(seed: int, count: int, power: int) -> None:
    values = family(seed, edge=0.1, size=60, count=count)
    found, scaled = (romano_wolf(each, block=4, resamples=100) for each in (values, values * 2.0**power))
    assert np.array_equal(found.p, scaled.p)
    order = np.argsort(-found.t, kind="stable")
    assert (np.diff(found.p[order]) >= 0).all()
    assert (found.p >= found.alone).all()
    assert ((found.p > 0) & (found.p <= 1)).all()
