"""Optimised weights, through skfolio: closed forms, and the properties that define them."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from sectorlead import Every, Momentum, Rotation, TopN
from sectorlead.data.errors import InputError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.strategies.weights.caps import Capped
from sectorlead.strategies.weights.covariance import joint_returns
from sectorlead.strategies.weights.optimised import HierarchicalRiskParity, MinimumVariance, RiskParity

from ..decided import from_moves

OPTIMISED = (RiskParity(60), MinimumVariance(60), HierarchicalRiskParity(60), HierarchicalRiskParity(60, "single"))


@pytest.fixture(scope="module")
def correlated() -> Panel:
    rng = np.random.default_rng(8)
    return from_moves(rng.normal(0, 0.01, (100, 5)) * [0.5, 1, 1.5, 2, 3] + rng.normal(0, 0.012, (100, 1)))


def test_two_assets_by_their_closed_forms(correlated: Panel) -> None:
    pytest.importorskip("skfolio", reason="the extra 'optimise' is not installed")
    v = np.cov(joint_returns(correlated, [1, 3], 60).T)
    a, b, c = v[0, 0], v[1, 1], v[0, 1]
    closed = [
        b**0.5 / (a**0.5 + b**0.5),  # inverse volatility
        (b - c) / (a + b - 2 * c),  # the minimum of w^2 a + (1 - w)^2 b + 2 w (1 - w) c
        b / (a + b),  # inverse variance
        b / (a + b),
    ]
    for weigh, share in zip(OPTIMISED, closed, strict=True):
        for picked in ([1, 3], [3, 1]):
            weights = weigh.split(correlated, picked, 0.8)
            assert weights[[1, 3]] == pytest.approx([0.8 * share, 0.8 * (1 - share)], abs=2e-5), weigh
            assert weights[[0, 2, 4]].tolist() == [0, 0, 0]
            assert np.array_equal(weights, weigh.split(correlated, [1, 3], 0.8))  # the order of picks has no say


def test_five_assets_have_the_properties_that_define_them(correlated: Panel) -> None:
    pytest.importorskip("skfolio", reason="the extra 'optimise' is not installed")
    everyone = [4, 2, 0, 1, 3]
    covariance = np.cov(joint_returns(correlated, range(5), 60).T)
    parity, least, hierarchical, _ = (weigh.split(correlated, everyone, 1.0) for weigh in OPTIMISED)
    share = parity * (covariance @ parity) / (parity @ covariance @ parity)
    assert share == pytest.approx([0.2] * 5, abs=1e-4)  # equal contributions to the variance
    variance = least @ covariance @ least
    slope = covariance @ least  # first-order conditions: the same where held, not smaller elsewhere
    assert slope[least > 0] == pytest.approx(variance, rel=1e-3)
    assert (slope >= variance * (1 - 1e-3)).all()
    assert (least == 0).any()  # not what a solver leaves of 0
    assert (hierarchical > 0).all()
    for weights in (parity, least, hierarchical):
        assert weights.sum() == pytest.approx(1.0, abs=1e-12)
        assert weights @ covariance @ weights >= variance * (1 - 1e-9)
    bounded = MinimumVariance(60, most=0.3).split(correlated, everyone, 0.5)
    assert bounded.max() == pytest.approx(0.15, abs=1e-5)
    assert bounded.sum() == pytest.approx(0.5)
    assert MinimumVariance(60, most=0.4).split(correlated, [1, 3], 0.5)[[1, 3]].tolist() == [0.25, 0.25]


def test_hierarchical_risk_parity_of_two_pairs_by_hand() -> None:
    pytest.importorskip("skfolio", reason="the extra 'optimise' is not installed")
    rng = np.random.default_rng(1)
    noise = np.linalg.qr(rng.normal(0, 1, (60, 6)))[0]
    one, two, *own = (noise - noise.mean(axis=0)).T
    # A and C move together, B and D do: whatever the linkage, the leaves are {A, C} and {B, D}.
    moves = (
        np.stack([one + 0.3 * own[0], 2 * two + 0.5 * own[1], 2 * one + 0.5 * own[2], 3 * two + own[3]], axis=1) / 20
    )
    panel = from_moves(moves)
    v = np.cov(joint_returns(panel, range(4), 60).T)

    def variance_of(pair: list[int]) -> tuple[float, np.ndarray]:
        w = 1 / np.diag(v)[pair]
        w /= w.sum()
        return w @ v[np.ix_(pair, pair)] @ w, w

    (left, inner), (right, outer) = variance_of([0, 2]), variance_of([1, 3])
    share = right / (left + right)
    wanted = np.empty(4)
    wanted[[0, 2]], wanted[[1, 3]] = share * inner, (1 - share) * outer
    for linkage in ("ward", "single", "average", "complete"):
        weights = HierarchicalRiskParity(60, linkage).split(panel, [0, 1, 2, 3], 1.0)
        assert weights == pytest.approx(wanted, rel=1e-9), linkage
    noisy = from_moves(rng.normal(0, 0.01, (80, 8)) + rng.normal(0, 0.01, (80, 1)))
    ward, single = (HierarchicalRiskParity(60, each).split(noisy, [*range(8)], 1.0) for each in ("ward", "single"))
    assert np.abs(ward - single).max() > 0.001  # here it matters


def test_one_none_and_twins_can_be_weighed(correlated: Panel) -> None:
    for weigh in OPTIMISED:
        assert weigh.split(correlated, [3], 0.7).tolist() == [0, 0, 0, 0.7, 0]
        assert weigh.split(correlated, [], 0.7).tolist() == [0] * 5
    pytest.importorskip("skfolio", reason="the extra 'optimise' is not installed")
    rng = np.random.default_rng(3)
    moves = rng.normal(0, 0.01, (80, 3))
    moves[:, 1] = moves[:, 0]  # no inverse
    for weigh in OPTIMISED:
        weights = weigh.split(from_moves(moves), [0, 1, 2], 1.0)
        assert weights.sum() == pytest.approx(1.0)
        assert weights[0] == pytest.approx(weights[1], abs=0.02), weigh


def test_both_engines_run_optimised_weights_alike(make_market) -> None:
    pytest.importorskip("skfolio", reason="the extra 'optimise' is not installed")
    for weigh in (RiskParity(40), Capped(MinimumVariance(40), 0.4), HierarchicalRiskParity(40, total=0.9)):
        rule = Rotation(Momentum(20), TopN(4, 6), weigh, schedule=Every(40))
        assert backtest(rule, make_market(7, 260, 9), "cn-etf", engine="both").verified


def test_without_skfolio_the_error_says_what_to_install(correlated: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("skfolio", "skfolio.optimization"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError, match=r"pip install 'sectorlead\[optimise\]'"):
        RiskParity(60).split(correlated, [0, 1], 1.0)
