"""Tranches: the mean of staggered copies of one rule, the same whether planned at once or decided one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead import (
    Equal,
    Every,
    Everything,
    InverseVolatility,
    Momentum,
    Monthly,
    RandomScore,
    Rotation,
    Score,
    TopN,
    TrendGuard,
    Weekly,
)
from sectorlead.data.errors import ParameterError
from sectorlead.data.load import load
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.ranks import ranks_of
from sectorlead.engine.strategy import Portfolio
from sectorlead.strategies.exposure.exits import Exits
from sectorlead.strategies.picks.diverse import DiverseTopN
from sectorlead.strategies.weights.caps import Capped
from sectorlead.strategies.wrappers.tranches import Staggered, Tranches

NAN = float("nan")


@dataclass(frozen=True)
class Table(Score):
    rows: tuple[tuple[float, ...], ...]

    def __call__(self, panel: Panel) -> np.ndarray:
        return np.array(self.rows)[: len(panel.sessions)]


def empty(n: int) -> Portfolio:
    return Portfolio(1.0, 1.0, np.zeros(n), np.zeros(n), np.full(n, -1))


def flat(names: str, sessions: int) -> Panel:
    days = pd.bdate_range("2024-01-01", periods=sessions)
    return Panel.from_frames(pd.DataFrame({name: [1.0] * sessions for name in names}, index=days))


def test_two_tranches_by_hand() -> None:
    a, b, c = (3, 2, 1), (2, 3, 1), (1, 2, 3)  # who is first
    nobody = (NAN,) * 3
    table = Table((a, nobody, b, nobody, c, nobody, c, nobody, nobody, nobody))
    rule = Rotation(table, TopN(1, hold_until_rank=2), Equal(0.8), schedule=Every(4))
    panel = flat("ABC", 10)
    tranches = Tranches(rule, count=2, spacing=2)
    plan = tranches.plan(panel, 0, 8)
    # The first decides after rows 0, 4, 8, the other after rows 2, 6. After row 4 the first holds A, by then third: it
    # leaves for C. After row 6 the other holds B, by then second: it stays. After row 8 nobody can be ranked.
    assert plan.rows.tolist() == [0, 2, 4, 6]
    assert plan.base == pytest.approx(np.array([[0.4, 0, 0], [0.4, 0.4, 0], [0, 0.4, 0.4], [0, 0.4, 0.4]]))
    assert plan.total == pytest.approx([0.4, 0.8, 0.8, 0.8])
    assert plan.order.tolist() == [[0, -1, -1], [0, 1, -1], [1, 2, -1], [1, 2, -1]]
    assert tranches.decide(panel.until(8), empty(3)) is None
    # Held on paper from row 1 and row 3 on; with 4 sessions to hold, A may not leave after row 4, with 3 it may.
    for sessions, after in ((3, [0, 0.4, 0.4]), (4, [0.4, 0.4, 0])):
        patient = replace(tranches, rotation=replace(rule, pick=TopN(1, hold_until_rank=2, min_hold=sessions)))
        assert patient.plan(panel, 4, 4).base[0] == pytest.approx(after)
    late = backtest(tranches, panel, "frictionless", fill="close", start=str(panel.sessions[5].date()), engine="both")
    assert late.targets.to_numpy() == pytest.approx(np.array([[0, 0.4, 0.4]]))  # on paper since the panel's first row


def test_the_first_tranche_waits_where_another_has_its_turn() -> None:
    days = pd.DatetimeIndex(["2024-01-30", "2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01", "2024-03-04"])
    asked = Staggered(Monthly(), 3, 1).asked(days)
    # Ends of month: rows 1 and 3. The third tranche decides 2 sessions after row 1, which is row 3.
    assert [np.flatnonzero(asked[:, k]).tolist() for k in range(3)] == [[1, 4], [2, 4], [3, 5]]
    assert Staggered(Every(3), 3, 1).asked(days).argmax(axis=1).tolist() == [0, 1, 2, 0, 1, 2]
    assert Staggered(Every(3), 2, 1).decision_sessions(days, 1).tolist() == [False, True, False, True, True, False]


RULES = st.builds(
    Rotation,
    score=st.sampled_from([Momentum(20, 3), Everything(), RandomScore(4)]),
    pick=st.sampled_from([
        TopN(2), TopN(2, hold_until_rank=5), TopN(3, 5, min_hold=15, max_swaps=1),
        DiverseTopN(3, 5, max_correlation=0.6, sessions=30),
    ]),
    weigh=st.sampled_from([Equal(), InverseVolatility(20, total=0.8), Capped(InverseVolatility(20), most=0.4)]),
    guard=st.sampled_from([TrendGuard(30), Rotation().guard]),
    schedule=st.sampled_from([Every(12), Every(13, 4), Weekly(), Weekly(2), Monthly(), Monthly(day=10)]),
)  # fmt: skip


@given(rule=RULES, seed=st.integers(0, 10_000), count=st.integers(1, 4), spacing=st.integers(1, 4), thin=st.booleans())
@settings(max_examples=40)
def test_the_plan_is_the_mean_of_rotations_each_on_its_own(make_random, rule, seed, count, spacing, thin) -> None:
    panel = make_random(seed, 200, 6)
    if thin:  # every third session, so that months are short and turns meet
        rows = np.arange(0, 200, 3)
        line = pd.Series(panel.benchmark.close[rows], index=panel.sessions[rows], name="B")
        panel = Panel.from_frames(panel.frame("close").iloc[rows], benchmark=line, known_from=panel.known_from)
    tranches, n, last = Tranches(rule, count, spacing), len(panel.symbols), len(panel.sessions) - 2
    plan = tranches.plan(panel, 0, last)
    asked = tranches.schedule.asked(panel.sessions)
    targets, since = np.zeros((count, n)), np.full((count, n), -1)
    d = 0
    for row in np.flatnonzero(asked[: last + 1].any(axis=1)).tolist():
        view, decided = panel.until(row), False
        for k in np.flatnonzero(asked[row]).tolist():
            target = rule.decide(view, Portfolio(0.0, 1.0, targets[k], targets[k], since[k]))
            if target is not None:
                decided, targets[k] = True, target
                since[k] = [-1 if not w else s if s >= 0 else row + 1 for w, s in zip(target, since[k], strict=True)]
        held = Portfolio(0.0, 1.0, np.arange(n) % 2.0, np.zeros(n), np.zeros(n, int))
        answer = tranches.decide(view, held)
        assert decided == (answer is not None) == (row in plan.rows)
        if not decided:
            continue
        assert np.array_equal(plan.base[d], targets.sum(axis=0) / count)
        assert answer == pytest.approx(plan.base[d], abs=1e-15)
        rank, score = tranches.ranking(view)
        assert np.array_equal(rank, ranks_of(plan.score[d : d + 1])[0])
        assert np.array_equal(score, plan.score[d], equal_nan=True)
        d += 1
    assert d == len(plan.rows)


@pytest.mark.parametrize("schedule", [Monthly(), Weekly(1), Every(15)], ids=str)
def test_engines_agree(make_market, schedule) -> None:
    panel = make_market(3, 400, 9)
    rule = Rotation(Momentum(20), TopN(3, 5), schedule=schedule)
    run = backtest(Tranches(rule, 3, 1 if isinstance(schedule, Weekly) else 5), panel, "cn-etf", start="2018-06-01",
                   cash=1e7, engine="both")  # fmt: skip
    assert run.verified
    assert run.targets.iloc[0].sum() == pytest.approx(1.0)  # the tranches have run on paper before
    assert run.targets.iloc[1:].gt(0).sum(axis=1).max() > 3


def test_one_tranche_is_the_rule_itself(make_market) -> None:
    panel = make_market(5, 300, 9)
    rule = Rotation(Momentum(20), TopN(3, 5), schedule=Monthly())
    alone, one = (backtest(each, panel, "frictionless", fill="close") for each in (rule, Tranches(rule, 1)))
    np.testing.assert_allclose(one.equity, alone.equity, rtol=1e-12)
    np.testing.assert_allclose(one.targets, alone.targets, atol=1e-15)


def test_real_funds_on_both_engines(shared_data: Path) -> None:
    panel = load(shared_data / "cn_sector_etf/bars.csv.gz", f"{shared_data}/cn_index/bars.csv.gz:399006")
    rule = Rotation(Momentum(120), TopN(5, 8), InverseVolatility(60))
    assert backtest(Tranches(rule), panel, "cn-etf", start="2022-01-01", engine="both").verified


def test_what_tranches_cannot_run_and_what_they_pass_on() -> None:
    with pytest.raises(ParameterError, match=r"Tranches can't run Exits\(stop=0\.1.*a holding .* belongs to several"):
        Tranches(Rotation(exits=Exits(stop=0.1)))
    with pytest.raises(ParameterError, match=r"Tranches\.rotation must be a Rotation, was 3"):
        Tranches(3)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"4 tranches, 5 sessions apart, don't fit into Every\(sessions=15"):
        Tranches(Rotation(schedule=Every(15)))
    rule = Tranches(Rotation(RandomScore(1), schedule=Weekly()), 5, 1)
    assert rule.with_seed(9) == replace(rule, rotation=rule.rotation.with_seed(9)) != rule
    assert rule.schedule == Staggered(Weekly(), 5, 1)
    assert eval(repr(rule), {**globals(), **_defaults()}) == rule


def _defaults() -> dict[str, object]:
    from sectorlead import AlwaysIn

    return {"AlwaysIn": AlwaysIn}
