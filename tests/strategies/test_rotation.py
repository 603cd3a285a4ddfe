from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead import (
    All,
    AlwaysIn,
    Equal,
    Every,
    Everything,
    Exits,
    Guard,
    InverseVolatility,
    Momentum,
    Monthly,
    Once,
    PullbackStrength,
    RandomScore,
    Reverse,
    Rotation,
    Score,
    TopN,
    TrendGuard,
    Weekly,
)
from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.ranks import ranks_of
from sectorlead.engine.strategy import Portfolio
from sectorlead.strategies import rotation
from sectorlead.strategies.rotation import rotation_of

NAN = float("nan")


@dataclass(frozen=True)
class Given(Score):
    rows: tuple[tuple[float, ...], ...]

    def __call__(self, panel: Panel) -> np.ndarray:
        return np.array(self.rows)[: len(panel.sessions)]


@dataclass(frozen=True)
class Exposure(Guard):
    rows: tuple[float, ...]

    def __call__(self, panel: Panel) -> np.ndarray:
        return np.array(self.rows)[: len(panel.sessions)]


def holding(*shares: float) -> Portfolio:
    held = np.array(shares, float)
    return Portfolio(0.0, 1.0, held, held, np.where(held > 0, 0, -1))


def test_hold_band_and_ties_by_hand(make_small) -> None:
    panel = make_small({name: [1.0, 1.0] for name in "ABCDE"})
    rule = Rotation(Given(((5, 4, 4, 2, 1),) * 2), TopN(2, hold_until_rank=4), Equal(0.9), schedule=Every(1))
    plan = rule.plan(panel, 0, 0)
    assert plan.order.tolist() == [[0, 1, 2, 3, 4]]  # B and C tie: the smaller symbol first
    assert (plan.top, plan.keep, plan.total.tolist(), plan.rows.tolist()) == (2, 4, [0.9], [0])
    view = panel.until(0)
    assert rule.decide(view, holding(0, 0, 0, 0, 0)).tolist() == [0.45, 0.45, 0, 0, 0]
    assert rule.decide(view, holding(0, 0, 0, 9, 0)).tolist() == [0.45, 0, 0, 0.45, 0]  # rank 4 stays
    assert rule.decide(view, holding(0, 0, 0, 0, 9)).tolist() == [0.45, 0.45, 0, 0, 0]  # rank 5 leaves
    assert rule.decide(view, holding(0, 9, 9, 9, 0)).tolist() == [
        0,
        0.45,
        0.45,
        0,
        0,
    ]  # the best of the holdings, at most 2
    rank, score = rule.ranking(view)
    assert (rank.tolist(), score.tolist()) == ([1, 2, 3, 4, 5], [5, 4, 4, 2, 1])


def test_ties_go_to_the_smaller_symbol_in_a_large_universe(make_small) -> None:
    panel = make_small({f"S{i:02d}": [1.0, 1.0] for i in range(60)})
    scores = tuple(float(i % 3) for i in range(60))
    plan = Rotation(Given((scores, scores)), TopN(5), schedule=Every(1)).plan(panel, 0, 1)
    assert plan.order.tolist() == [[*range(2, 60, 3), *range(1, 60, 3), *range(0, 60, 3)]] * 2


def test_who_can_be_ranked_and_when_nothing_is_decided() -> None:
    days = np.arange("2024-01-01", "2024-01-06", dtype="M8[D]")
    close = np.array([[1, 1, 1, 1]] * 5, float)
    close[3, 0] = NAN
    close[4] = NAN
    scores = ((4, 3, 2, NAN), (NAN, NAN, NAN, np.inf), (4, 3, 2, 1), (4, 3, 2, 1), (4, 3, 2, 1))
    panel = Panel(pd.DatetimeIndex(days), ("A", "B", "C", "D"), close, known_from=[None, "2024-01-03", None, None])
    rule = Rotation(Given(scores), TopN(3), schedule=Every(1))
    plan = rule.plan(panel, 0, 4)
    # Row 1 has no finite score and row 4 no bar: no decision. B is published with row 2; A has no bar in row 3.
    assert plan.rows.tolist() == [0, 2, 3]
    assert ranks_of(plan.score).tolist() == [[1, 0, 2, 0], [1, 2, 3, 4], [0, 1, 2, 3]]
    assert plan.order.tolist() == [[0, 2, -1, -1], [0, 1, 2, 3], [1, 2, 3, -1]]
    assert rule.decide(panel.until(1), holding(1, 0, 0, 0)) is None
    guarded = Rotation(Given(scores), TopN(3), guard=Exposure((NAN, 0.0, 0.5, 0.0, 1.0)), schedule=Every(1))
    assert guarded.plan(panel, 0, 4).rows.tolist() == [1, 2, 3]  # not known: nothing; 0: all cash, even with no rank
    assert guarded.plan(panel, 0, 4).total.tolist() == [0.0, 0.5, 0.0]
    assert guarded.decide(panel.until(1), holding(1, 0, 0, 0)).tolist() == [0, 0, 0, 0]
    assert guarded.decide(panel.until(2), holding(0, 0, 0, 0)).tolist() == pytest.approx([0.5 / 3, 0.5 / 3, 0.5 / 3, 0])


def test_inverse_volatility_shares_out_the_total(make_small) -> None:
    panel = make_small({"A": [100, 110, 99, 108.9], "B": [100, 105, 99.75, 104.7375], "C": [7, 7, 7, 7]})
    rule = Rotation(Everything(), All(), InverseVolatility(3, total=0.9), schedule=Every(1))
    # B moves half as much as A, so it gets twice as much; C never moves and can't be weighed.
    assert rule.decide(panel, holding(0, 0, 0)).tolist() == pytest.approx([0.3, 0.6, 0], rel=1e-9)
    assert rule.ranking(panel)[0].tolist() == [1, 2, 0]


RULES = st.builds(
    Rotation,
    score=st.sampled_from([
        Momentum(20, 3), Momentum((5, 20)), Everything(), RandomScore(4), Reverse(PullbackStrength("excess")),
        PullbackStrength(beta_window=30), PullbackStrength("down-capture", enter=0.05, leave=0.0, window=60),
    ]),
    pick=st.sampled_from([TopN(1), TopN(3, hold_until_rank=5), TopN(50), All()]),
    weigh=st.sampled_from([Equal(), Equal(0.5), InverseVolatility(20), InverseVolatility(7, total=0.8)]),
    guard=st.sampled_from([AlwaysIn(), TrendGuard(30)]),
    schedule=st.sampled_from([Every(7), Every(5, 2), Weekly(2), Monthly(), Monthly(4), Once()]),
)  # fmt: skip


@given(rule=RULES, seed=st.integers(0, 10_000), symbols=st.integers(1, 9), data=st.data())
@settings(max_examples=80, deadline=None)
def test_decide_on_a_view_equals_the_plan_and_columns_do_not_matter(make_random, rule, seed, symbols, data) -> None:
    panel = make_random(seed, 150, symbols, gaps=0.1)
    first = data.draw(st.integers(0, 60))
    plan = rule.plan(panel, first, 148)
    assert ((plan.base > 0) | np.isnan(plan.score)).all()
    ranks = ranks_of(plan.score)
    asked = np.flatnonzero(rule.schedule.decision_sessions(panel.sessions, first)[:149])
    held = np.zeros(symbols)
    for row in asked.tolist():
        target = rule.decide(panel.until(row), holding(*held))
        if row not in plan.rows:
            assert target is None
            continue
        d = plan.rows.tolist().index(row)
        rank, score = rule.ranking(panel.until(row))
        assert np.array_equal(rank, ranks[d])
        assert np.array_equal(score, plan.score[d], equal_nan=True)
        assert np.array_equal(target, by_the_rule(plan, d, held))
        assert target.sum() == pytest.approx(plan.total[d] if rank.any() else 0.0)
        held = target
    order = data.draw(st.permutations(range(symbols)))
    shuffled = Panel(
        panel.sessions, tuple(panel.symbols[i] for i in order), panel.close[:, order],
        adj_factor=panel.adj_factor[:, order], known_from=panel.known_from[order], benchmark=panel.benchmark,
    )  # fmt: skip
    for mine, theirs in zip(plan, rule.plan(shuffled, first, 148), strict=True):
        assert np.array_equal(mine, theirs, equal_nan=True)


def by_the_rule(plan, d: int, held: np.ndarray) -> np.ndarray:
    """The rule of a plan once more, by rank instead of by order."""
    ranked = sorted((rank, i) for i, rank in enumerate(ranks_of(plan.score)[d].tolist()) if rank)
    stay = [i for rank, i in ranked if held[i] > 0 and rank <= plan.keep[d]][: plan.top[d]]
    picked = stay + [i for _, i in ranked if held[i] == 0][: plan.top[d] - len(stay)]
    weights = np.zeros(len(held))
    base = 0.0
    for i in picked:
        base += plan.base[d, i]
    for i in picked:
        weights[i] = plan.total[d] * plan.base[d, i] / base
    return weights


def test_parts_in_the_wrong_place_are_refused(make_small) -> None:
    with pytest.raises(
        ParameterError, match=r"Rotation\.score must be a Score, was the class Momentum: write Momentum\(\.\.\.\)"
    ):
        Rotation(score=Momentum)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"Rotation\.pick must be a Pick, was 5"):
        Rotation(pick=5)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"Rotation\.schedule must be a schedule, was 'monthly'"):
        Rotation(schedule="monthly")  # type: ignore[arg-type]
    panel = make_small({"A": [1.0, 2.0], "B": [1.0, 2.0]})
    with pytest.raises(
        ParameterError, match=r"must give an array of shape \(2, 2\), one row per session, gave \(2, 3\)"
    ):
        Rotation(Given(((1, 2, 3), (1, 2, 3)))).ranking(panel)
    with pytest.raises(ParameterError, match="must give an exposure from 0 to 1"):
        Rotation(Everything(), guard=Exposure((0.5, 1.5)), schedule=Every(1)).plan(panel, 0, 1)


def test_a_score_stands_for_the_default_rotation_by_it() -> None:
    rule, notes = rotation_of(Momentum(60))
    assert rule == Rotation(Momentum(60))
    assert notes == (
        "Momentum is a score, so it ran in the default Rotation: TopN(n=5, hold_until_rank=None, min_hold=0, "
        "max_swaps=None), Equal(total=1.0), AlwaysIn(), Monthly(offset=0)",
    )
    assert rotation_of(rule) == (rule, ())


def test_a_class_of_scores_is_made_without_arguments() -> None:
    rule, notes = rotation_of(Momentum)
    assert rule == Rotation(score=Momentum())
    assert notes[0].startswith("Momentum is a score, so it ran in the default Rotation")
    with pytest.raises(ParameterError, match=r"Reverse can't be made without arguments \(.*'score'\); give Reverse"):
        rotation_of(Reverse)


@pytest.mark.parametrize(
    ("more", "ranks"),
    [
        ({}, 4), ({"pick": TopN(2, min_hold=9)}, 120), ({"pick": TopN(2, max_swaps=1)}, 120),
        ({"exits": Exits(trailing=0.05)}, 120), ({"pick": All()}, 120),
    ],
)  # fmt: skip
def test_only_as_many_are_ranked_as_matter(make_random, monkeypatch, more: dict[str, object], ranks: int) -> None:
    panel = make_random(5, 60, 120)
    rule = Rotation(Momentum(10), schedule=Every(3), **{"pick": TopN(2, hold_until_rank=4)} | more)
    assert rule.plan(panel, 0, 50).order.shape[1] == ranks
    run = backtest(rule, panel, "cn-etf", fill="close")
    whole = rotation.best_columns
    monkeypatch.setattr(rotation, "best_columns", lambda score, most: whole(score, score.shape[1]))
    assert run.fills.equals(backtest(rule, panel, "cn-etf", fill="close").fills)
    assert len(run.fills) > 20
