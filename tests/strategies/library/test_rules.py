"""What the names of the library stand for."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead import (
    LIBRARY,
    AbsoluteMomentum,
    All,
    AlwaysIn,
    Beta,
    BottomingPhase,
    Equal,
    Every,
    Everything,
    Excess,
    Filtered,
    LowVolatility,
    Momentum,
    Monthly,
    Once,
    PullbackStrength,
    RandomScore,
    Ranked,
    RecoveryFirst,
    RelativeRotation,
    Resilience,
    Reverse,
    Rotation,
    RotationQuadrant,
    RSNewHigh,
    TopN,
    TrendGuard,
    Weekly,
    build,
)


def test_what_the_names_stand_for() -> None:
    band, three = TopN(5, 8), TopN(3)
    assert {name: build(name) for name in LIBRARY} == {
        "leaders": Rotation(Resilience(), band),
        "pullback-leaders": Rotation(PullbackStrength("beta-adjusted", 0.05, 0.02, 60, 120), band, Equal(1.0)),
        "pullback-laggards": Rotation(Reverse(PullbackStrength()), band),
        "bottoming-leaders": Rotation(Resilience(BottomingPhase(), 120, "one"), band),
        "recovery-first": Rotation(RecoveryFirst(), band),
        "rs-new-high": Rotation(RSNewHigh(250), band),
        "resilient-high-beta": Rotation(Filtered(Resilience(), Ranked(Beta(120)), 0.5), band),
        "oversold-rebound": Rotation(Reverse(Excess()), band),
        "momentum": Rotation(Momentum(120, 0), TopN(5)),
        "faber-momentum": Rotation(Momentum(250), three),
        "faber-momentum-trend": Rotation(Momentum(250), three, guard=TrendGuard(200)),
        "dual-momentum": Rotation(Momentum(250), three, guard=AbsoluteMomentum(250, 0.0)),
        "moskowitz-grinblatt": Rotation(Momentum(120), three, schedule=Every(120)),
        "rrg-leading": Rotation(RotationQuadrant("leading", rotation=RelativeRotation()), TopN(5)),
        "rrg-improving": Rotation(RotationQuadrant("improving", rotation=RelativeRotation()), TopN(5)),
        "low-volatility": Rotation(LowVolatility(120), band),
        "topk-dropout": Rotation(Momentum(20), TopN(5, max_swaps=1), schedule=Weekly()),
        "random": Rotation(RandomScore(0), band, Equal(), AlwaysIn(), Monthly()),
        "equal-weight": Rotation(Everything(), All(), Equal(), AlwaysIn(), Monthly()),
        "buy-and-hold": Rotation(Everything(), All(), Equal(), AlwaysIn(), Once()),
    }


OTHER = {
    "measure": "excess", "enter": 0.11, "leave": 0.03, "window": 77, "beta_window": 77, "quiet": 7, "late": "peers",
    "reach": 77, "sessions": 77, "beta_rank": 0.25, "lookback": 77, "skip": 7, "formation": 77, "hurdle": 0.07,
    "form": "zscore", "rrg_window": 77, "change": 7, "seed": 7, "phase_unit": "volatility",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(LIBRARY) - {"leaders"}))  # whose words become classes
def test_each_of_its_own_parameters_reaches_a_part(name: str) -> None:
    usual = repr(build(name))
    entry = LIBRARY[name]
    for key in entry.parameters.keys() - set(entry.shared):
        other = OTHER[key]
        assert f"={other!r}" not in usual
        assert f"={other!r}" in repr(build(name, **{key: other})), key


def test_buy_and_hold_buys_what_it_can_in_the_first_session(make_random) -> None:
    panel = make_random(1, 200, 6, gaps=0.0)
    plan = build("buy-and-hold").plan(panel, 50, 198)
    assert plan.rows.tolist() == [50]
    can = panel.has_bar[50] & panel.published[50]
    assert np.array_equal(np.isfinite(plan.score[0]), can)
    assert (plan.top.tolist(), plan.keep.tolist()) == ([6], [6])


def test_laggards_are_the_leaders_upside_down(make_random) -> None:
    panel = make_random(11, 300, 7)
    up, down = (
        build(name, schedule="every-10").plan(panel, 100, 298) for name in ("pullback-leaders", "pullback-laggards")
    )
    assert len(up.rows) > 5
    for d in range(len(up.rows)):
        n = np.isfinite(up.score[d]).sum()
        assert up.order[d, :n].tolist() == down.order[d, :n][::-1].tolist()
