"""Diverse picks, caps, volatility target, weights by score, optimised weights, and picks by regime."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead import Equal, Every, Everything, InverseVolatility, Momentum, Rotation, Score, TopN
from sectorlead.data.errors import DataError, InputError, ParameterError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.strategy import Portfolio
from sectorlead.strategies.indicators.regime import Regime
from sectorlead.strategies.picks.by_regime import TopByRegime
from sectorlead.strategies.picks.diverse import DiverseTopN
from sectorlead.strategies.weights.caps import Capped, RankProportional, ScoreProportional, VolatilityTarget, filled
from sectorlead.strategies.weights.covariance import correlation, joint_returns, own_returns
from sectorlead.strategies.weights.optimised import HierarchicalRiskParity, MinimumVariance, RiskParity

NAN = float("nan")


@dataclass(frozen=True)
class Fixed(Score):
    values: tuple[float, ...]

    def __call__(self, panel: Panel) -> np.ndarray:
        return np.tile(self.values, (len(panel.sessions), 1))


def holding(*shares: float) -> Portfolio:
    held = np.array(shares, float)
    return Portfolio(0.0, 1.0, held, held, np.where(held > 0, 0, -1))


def from_moves(moves: np.ndarray, **more) -> Panel:
    """A panel whose simple returns are these, shape (T, N), and A, B, C, ... its symbols."""
    close = 100 * np.cumprod(np.vstack((np.ones(moves.shape[1]), 1 + moves)), axis=0)
    days = pd.bdate_range("2023-01-02", periods=len(close))
    return Panel(days, tuple(chr(65 + i) for i in range(moves.shape[1])), close, **more)


def chosen(rule: Rotation, panel: Panel, *shares: float) -> list[str]:
    weights = rule.decide(panel, holding(*(shares or [0.0] * len(panel.symbols))))
    return [panel.symbols[i] for i in np.flatnonzero(weights)]


# --- who is picked ----------------------------------------------------------------------------------------------------


def test_groups_are_capped_and_holdings_that_stay_count() -> None:
    panel = from_moves(np.zeros((3, 7)), groups=("x", "x", "x", "y", "y", "", ""))
    rule = Rotation(Everything(), DiverseTopN(4, max_per_group=1, max_correlation=1.0), schedule=Every(1))
    assert chosen(rule, panel) == ["A", "D", "F", "G"]  # one of x, one of y, and what is in no group
    band = replace(rule, pick=DiverseTopN(2, 4, max_per_group=1, max_correlation=1.0))
    assert chosen(band, panel, 0, 0, 9, 0, 0, 0, 0) == ["C", "D"]  # C stays at rank 3, so A and B are not admitted
    assert chosen(band, panel, 0, 9, 9, 0, 0, 0, 0) == ["B", "C"]  # nothing is sold for a cap
    two = replace(rule, pick=DiverseTopN(7, max_per_group=2, max_correlation=1.0))
    assert chosen(two, panel) == ["A", "B", "D", "E", "F", "G"]
    with pytest.raises(DataError, match=r"DiverseTopN\.max_per_group needs groups, and no series"):
        chosen(rule, from_moves(np.zeros((3, 2))))


def test_what_moves_like_one_that_is_picked_is_passed_over() -> None:
    rng = np.random.default_rng(5)
    a, d = rng.normal(0, 0.01, (2, 40))
    moves = np.stack([a, 2 * a, -a, d, 0.97 * a + 0.25 * d], axis=1)
    rho = np.corrcoef(a, moves[:, 4])[0, 1]
    assert 0.9 < rho < 0.99
    panel = from_moves(moves)
    rule = Rotation(Everything(), DiverseTopN(5, max_correlation=0.9, sessions=40), schedule=Every(1))
    assert chosen(rule, panel) == ["A", "C", "D"]
    assert chosen(replace(rule, pick=DiverseTopN(5, max_correlation=0.99, sessions=40)), panel) == ["A", "C", "D", "E"]
    assert chosen(replace(rule, pick=DiverseTopN(5, max_correlation=1.0)), panel) == list("ABCDE")
    gaps = panel.close.copy()
    gaps[np.arange(41) % 2 == 1, 1] = NAN  # B has a bar every other session: no return that both know
    assert "B" in chosen(rule, Panel(panel.sessions, panel.symbols, gaps))


def test_correlation_is_that_of_pandas_where_both_are_known(make_market) -> None:
    panel = make_market(4, 200, 6)
    moves = own_returns(panel, 60)
    frame = panel.frame("adjusted_close").pct_change(fill_method=None).iloc[-60:]
    wanted = frame.corr(min_periods=30).to_numpy()
    ours = [[correlation(moves[i], moves[j], 30) for j in range(6)] for i in range(6)]
    assert np.isnan(wanted).any()
    np.testing.assert_allclose(ours, wanted, atol=1e-12)


def test_selective_markets_concentrate() -> None:
    @dataclass(frozen=True)
    class Told(Regime):
        def __call__(self, panel: Panel) -> np.ndarray:
            return np.array([0, 1, -1, -1, 1], np.int8)[: len(panel.sessions)]

    panel = from_moves(np.zeros((4, 6)))
    pick = TopByRegime(4, 2, band=1, regime=Told())
    top, keep = pick.at(panel, np.arange(5))
    assert top.tolist() == [4, 4, 2, 2, 4]
    assert keep.tolist() == [5, 5, 3, 3, 5]
    rule = Rotation(Everything(), pick, schedule=Every(1))
    assert chosen(rule, panel.until(1)) == ["A", "B", "C", "D"]
    assert chosen(rule, panel.until(2), 0, 0, 1, 1, 1, 0) == ["A", "C"]  # C stays at rank 3, D and E leave
    assert rule.plan(panel, 0, 3) is not None
    assert backtest(rule, panel, "frictionless", fill="close", engine="both").verified
    with pytest.raises(ParameterError, match=r"TopByRegime\.regime must be Regime\(\.\.\.\), was 1"):
        TopByRegime(regime=1)  # type: ignore[arg-type]


# --- how the invested part is split -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("capped", "weights"),
    [
        (Capped(most=1.0), [0.5, 0.3, 0.1, 0.1]),
        (Capped(most=0.4), [0.4, 0.36, 0.12, 0.12]),  # 0.1 to the others, by 3 : 1 : 1
        (Capped(most=0.35), [0.35, 0.35, 0.15, 0.15]),  # the first round brings B to 0.39
        (Capped(most=0.2), [0.2, 0.2, 0.2, 0.2]),  # all at the cap, the rest in cash
        (Capped(most=0.35, excess="cash"), [0.35, 0.3, 0.1, 0.1]),
        (Capped(most=1.0, group_most=0.6), [0.375, 0.225, 0.2, 0.2]),
        (Capped(most=0.35, group_most=0.6), [0.35, 0.25, 0.2, 0.2]),
        (Capped(most=0.35, group_most=0.3), [0.1875, 0.1125, 0.15, 0.15]),  # both groups at their caps
        (Capped(most=0.4, group_most=0.5, excess="cash"), [0.4 / 1.4, 0.3 / 1.4, 0.1, 0.1]),
        (Capped(most=0.5, total=0.5), [0.25, 0.15, 0.05, 0.05]),  # caps are fractions of the equity
    ],
    ids=str,
)
def test_caps_by_hand(capped: Capped, weights: list[float]) -> None:
    panel = from_moves(np.zeros((3, 5)), groups=("x", "x", "y", "y", "y"))
    score = Fixed((5, 3, 1, 1, 0))  # E is not above 0, so it can't be weighed
    rule = Rotation(score, TopN(5), replace(capped, weigh=ScoreProportional(score)), schedule=Every(1))
    assert rule.decide(panel, holding(0, 0, 0, 0, 0)) == pytest.approx([*weights, 0], abs=1e-15)
    if capped.total == 1:  # what is inside may keep something in cash too
        inside = replace(capped, weigh=ScoreProportional(score, total=0.01))
        assert replace(rule, weigh=inside).decide(panel, holding(0, 0, 0, 0, 0)).sum() == pytest.approx(0.01)


@given(
    st.lists(st.just(0.0) | st.floats(0.001, 1), min_size=1, max_size=9),
    st.floats(0.02, 1),
    st.floats(0.02, 1),
    st.integers(1, 4),
    st.floats(0.01, 1),
)
@settings(max_examples=60)
def test_redistribution_is_the_fixed_point(base, most, room, size, goal) -> None:
    weights = np.array(base)
    weights *= goal / max(weights.sum(), 0.001)
    groups = [list(range(k, k + size)) for k in range(0, len(base) - size, size)]  # the last are in none
    ours = filled(weights, float(weights.sum()), most, groups, room)

    def at(scale: float) -> np.ndarray:
        """Weights at one scale for all, groups at their cap scaled to it by bisection."""
        out = np.minimum(most, scale * weights)
        for group in groups:
            low, high = 0.0, scale
            for _ in range(80 if out[group].sum() > room else 0):
                mid = (low + high) / 2
                low, high = (mid, high) if np.minimum(most, mid * weights[group]).sum() <= room else (low, mid)
                out[group] = np.minimum(most, low * weights[group])
        return out

    low, high = 0.0, 1e9
    for _ in range(90):
        mid = (low + high) / 2
        low, high = (mid, high) if at(mid).sum() <= weights.sum() else (low, mid)
    np.testing.assert_allclose(ours, at(low), atol=1e-9)
    assert (ours <= most).all()
    assert ours.sum() <= weights.sum() + 1e-12


def test_volatility_is_brought_to_the_target_and_no_higher() -> None:
    rng = np.random.default_rng(2)
    panel = from_moves(rng.normal(0, 0.02, (80, 3)))
    picked, base = [2, 0], InverseVolatility(40, total=0.9)
    inside = replace(Capped(base, most=1.0), total=1.0).split(panel, picked, 1.0)
    moves = joint_returns(panel, [0, 2], 30)
    assert moves.shape == (30, 2)

    def volatility(weights: np.ndarray) -> float:
        w = weights[[0, 2]]
        return float(np.sqrt(w @ np.cov(moves.T) @ w * 252))

    bound = VolatilityTarget(base, 0.1, 30).split(panel, picked, 1.0)
    assert volatility(inside) > 0.15
    assert volatility(bound) == pytest.approx(0.1, rel=1e-12)
    assert bound / bound.sum() == pytest.approx(inside / inside.sum(), rel=1e-12)
    assert VolatilityTarget(base, 0.9, 30).split(panel, picked, 1.0) == pytest.approx(inside, rel=1e-15)  # never up
    assert VolatilityTarget(base, 0.9, 30, most=0.5).split(panel, picked, 1.0).sum() == pytest.approx(0.5)
    assert VolatilityTarget(base, 0.1, 30, per_year=63).split(panel, picked, 1.0).sum() == pytest.approx(
        min(2 * bound.sum(), 0.9)
    )


def test_who_has_too_few_bars_or_never_moves_cannot_be_ranked() -> None:
    close = from_moves(np.random.default_rng(0).normal(0, 0.01, (60, 4))).close.copy()
    close[:46, 1] = NAN  # 15 bars
    close[:51, 2] = NAN  # 10 bars
    close[:, 3] = 7.0
    panel = Panel(pd.bdate_range("2023-01-02", periods=61), ("A", "B", "C", "D"), close)
    for weigh in (VolatilityTarget(sessions=30), RiskParity(30), MinimumVariance(30), HierarchicalRiskParity(30)):
        rule = Rotation(Everything(), TopN(3), weigh, schedule=Every(1))
        assert rule.ranking(panel)[0].tolist() == [1, 2, 0, 0], weigh
    assert joint_returns(panel, [0, 1], 30).shape == (14, 2)  # 15 bars make 14 returns


def test_weights_by_score_and_by_rank() -> None:
    panel = from_moves(np.zeros((2, 4)))
    score = Fixed((0.1, 0.3, -0.2, NAN))
    nobody = holding(0, 0, 0, 0)
    by_value = Rotation(score, TopN(4), ScoreProportional(score, total=0.8), schedule=Every(1))
    assert by_value.decide(panel, nobody).tolist() == pytest.approx([0.2, 0.6, 0, 0])
    assert by_value.plan(panel, 0, 1) is not None  # it depends on nobody else
    by_rank = Rotation(score, TopN(4), RankProportional(score), schedule=Every(1))
    assert by_rank.decide(panel, nobody).tolist() == pytest.approx([2 / 6, 3 / 6, 1 / 6, 0])
    assert by_rank.decide(panel, holding(0, 0, 5, 0)).tolist() == pytest.approx([2 / 6, 3 / 6, 1 / 6, 0])


def test_what_is_wrapped_must_be_what_it_says() -> None:
    with pytest.raises(
        ParameterError, match=r"Capped\.weigh must be a Weigh, was the class Equal: write Equal\(\.\.\.\)"
    ):
        Capped(Equal)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"VolatilityTarget\.weigh must be a Weigh, was 0\.1"):
        VolatilityTarget(0.1)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"ScoreProportional\.score must be a Score, was the class Momentum"):
        ScoreProportional(Momentum)  # type: ignore[arg-type]
    with pytest.raises(DataError, match=r"Capped\.group_most needs groups"):
        Capped(group_most=0.5).split(from_moves(np.zeros((2, 2))), [0], 1.0)


@pytest.mark.parametrize(
    ("pick", "weigh"),
    [
        (DiverseTopN(4, 6, max_per_group=2, max_correlation=0.6), Equal()),
        (TopN(4, 6), Capped(InverseVolatility(20), 0.3, 0.5, total=0.9)),
        (DiverseTopN(3, max_correlation=0.7), VolatilityTarget(Capped(excess="cash"), 0.1)),
        (TopN(3), RankProportional(Momentum(20))),
        (TopByRegime(4, 1, band=1, regime=Regime(10, 60)), ScoreProportional(Momentum(20))),
    ],
    ids=str,
)
def test_both_engines_run_it_alike(make_market, pick, weigh) -> None:
    rule = Rotation(Momentum(20), pick, weigh, schedule=Every(10))
    run = backtest(rule, make_market(7, 300, 9), "cn-etf", start="2018-05-01", engine="both")
    assert run.verified
    assert len(run.fills) > 20
    assert run.targets.sum(axis=1).max() <= 1 + 1e-9


# --- through skfolio --------------------------------------------------------------------------------------------------

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
