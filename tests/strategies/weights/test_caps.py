"""Caps, a target for volatility, weights by score and by rank."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead import Equal, Every, InverseVolatility, Momentum, Rotation, TopN
from sectorlead.data.errors import DataError, ParameterError
from sectorlead.engine.backtest import backtest
from sectorlead.strategies.indicators.regime import Regime
from sectorlead.strategies.picks.by_regime import TopByRegime
from sectorlead.strategies.picks.diverse import DiverseTopN
from sectorlead.strategies.weights.caps import Capped, RankProportional, ScoreProportional, VolatilityTarget, filled
from sectorlead.strategies.weights.covariance import joint_returns

from ..decided import Fixed, from_moves, holding

NAN = float("nan")


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
