import inspect

import numpy as np
import pytest

import sectorlead
from sectorlead import (
    LIBRARY,
    AbsoluteMomentum,
    All,
    AlwaysIn,
    Beta,
    BottomingPhase,
    Capped,
    DiverseTopN,
    Equal,
    Every,
    Everything,
    Excess,
    Exits,
    Filtered,
    Fixed,
    InverseVolatility,
    LowVolatility,
    Momentum,
    Monthly,
    Once,
    PhaseGuard,
    PullbackStrength,
    RandomScore,
    Ranked,
    RankProportional,
    RecoveryFirst,
    RelativeRotation,
    Resilience,
    Reverse,
    Rotation,
    RotationQuadrant,
    RSDays,
    RSNewHigh,
    TopByRegime,
    TopN,
    Tranches,
    TrendGuard,
    VolatilityTarget,
    Weekly,
    build,
)
from sectorlead.data.errors import ParameterError, UnknownNameError
from sectorlead.strategies.library.registry import from_text, parameters

PUBLIC = {name: getattr(sectorlead, name) for name in sectorlead.__all__}


def test_what_the_names_stand_for() -> None:
    band, three = TopN(5, 8), TopN(3)
    assert {name: build(name) for name in LIBRARY} == {
        "leaders": Rotation(Resilience(), band),
        "pullback-leaders": Rotation(PullbackStrength("beta-adjusted", 0.08, 0.03, 250, 120), band, Equal(1.0)),
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


@pytest.mark.parametrize("name", LIBRARY)
def test_every_entry_is_documented_and_its_repr_makes_it_again(name: str) -> None:
    entry, rule = LIBRARY[name], build(name)
    assert entry.name == name
    assert all((entry.summary, entry.reference, entry.statement))
    assert eval(repr(rule), dict(PUBLIC)) == rule
    assert build(name, **{key: setting.default for key, setting in parameters(name).items()}) == rule


def test_flat_parameters_reach_their_parts() -> None:
    rule = build(
        "momentum", lookback=(20, 60), skip=5, top=3, hold_until_rank=6, weights="inverse-volatility",
        volatility_lookback=30, total=0.9, trend=200, schedule="every-20", offset=4, min_hold=10, max_swaps=2,
        stop=0.1, trailing=0.2, hold_sessions=99,
    )  # fmt: skip
    assert rule == Rotation(
        Momentum((20, 60), 5), TopN(3, 6, min_hold=10, max_swaps=2), InverseVolatility(30, total=0.9), TrendGuard(200),
        Every(20, 4), Exits(0.1, 0.2, 99),
    )  # fmt: skip
    caps = {"max_weight": 0.3, "target_volatility": 0.2, "max_per_group": 2, "max_correlation": 0.8}
    capped = build("momentum", weights="rank", **caps)
    assert capped == Rotation(
        Momentum(120), DiverseTopN(5, None, 2, 0.8),
        VolatilityTarget(Capped(RankProportional(Momentum(120)), 0.3), 0.2, 60),
    )  # fmt: skip
    slow = build("leaders", measure="rs-days", over="60", reverse=True, bear_exposure=0.2, selective_top=2, tranches=3)
    assert slow == Tranches(
        Rotation(
            Reverse(RSDays(Fixed(60))), TopByRegime(5, 2, 3), guard=PhaseGuard(correction=0.6, bear=0.2, bottoming=0.6)
        ),
        3,
    )  # fmt: skip
    assert build("random", seed=3, schedule="weekly", offset=2) == Rotation(
        RandomScore(3), TopN(5, 8), schedule=Weekly(2)
    )


OTHER = {
    "measure": "excess", "enter": 0.11, "leave": 0.02, "window": 77, "beta_window": 77, "quiet": 7, "late": "peers",
    "reach": 77, "sessions": 77, "beta_rank": 0.25, "lookback": 77, "skip": 7, "formation": 77, "hurdle": 0.07,
    "form": "zscore", "rrg_window": 77, "change": 7, "seed": 7, "phase_unit": "volatility",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(LIBRARY) - {"leaders"}))  # whose words become classes
def test_each_of_its_own_parameters_reaches_a_part(name: str) -> None:
    usual = repr(build(name))
    for key, item in inspect.signature(LIBRARY[name].rule).parameters.items():
        if item.kind is item.KEYWORD_ONLY:
            other = OTHER[key]
            assert f"={other!r}" not in usual
            assert f"={other!r}" in repr(build(name, **{key: other})), key


def test_same_name_same_meaning() -> None:
    kinds: dict[str, set[object]] = {}
    for name in LIBRARY:
        for key, setting in parameters(name).items():
            kinds.setdefault(key, set()).add(setting.kind)
    assert {key for key, found in kinds.items() if len(found) > 1} == set()


@pytest.mark.parametrize(
    ("name", "given", "error", "text"),
    [
        (
            "pullback-leader",
            {},
            UnknownNameError,
            "unknown strategy 'pullback-leader'. Did you mean 'pullback-leaders'?",
        ),
        (
            "momentum",
            {"lokback": 3},
            UnknownNameError,
            "unknown parameter of momentum 'lokback'. Did you mean 'lookback'?",
        ),
        (
            "pullback-leaders",
            {"top": 0},
            ParameterError,
            "pullback-leaders: TopN.n must be an int from 1 to 10000, was 0",
        ),
        ("pullback-leaders", {"top": "3"}, ParameterError, "TopN.n must be an int from 1 to 10000, was '3'"),
        (
            "random",
            {"weights": "cap"},
            ParameterError,
            "random: weights must be one of 'equal', 'inverse-volatility', 'rank', 'risk-parity', 'minimum-variance', "
            "'hierarchical', was 'cap'",
        ),
        ("random", {"schedule": "every-0"}, ParameterError, "Every.sessions must be an int from 1 to 2520, was 0"),
        ("random", {"schedule": "daily"}, ParameterError, "or 'every-N', e.g. 'every-20', was 'daily'"),
        ("leaders", {"measure": "excss"}, UnknownNameError, "unknown measure 'excss'. Did you mean 'excess'?"),
        ("leaders", {"measure": "rps", "over": "60"}, ParameterError, "not for rps; leave it out"),
        ("leaders", {"over": "now"}, ParameterError, "over must be one of 'current', 'last', 'bottoming', or a number"),
        ("leaders", {"trend": 60, "bear_exposure": 0.5}, ParameterError, "two guards; leave one out"),
        ("leaders", {"selective_top": 2, "max_per_group": 1}, ParameterError, "selective_top can't be combined with"),
        ("random", {"trend": 1}, ParameterError, "TrendGuard.sessions must be an int from 2 to 2520, was 1"),
    ],
)
def test_bad_names_and_values_say_what_is_allowed(name, given, error, text) -> None:
    with pytest.raises(error) as caught:
        build(name, **given)
    assert text in str(caught.value)


def test_parameters_from_the_command_line() -> None:
    texts = {"top": "3", "hold_until_rank": "none", "total": "0.9", "weights": "equal", "lookback": "20, 60"}
    assert from_text("momentum", texts) == {
        "top": 3, "hold_until_rank": None, "total": 0.9, "weights": "equal", "lookback": (20, 60),
    }  # fmt: skip
    assert from_text("momentum", {"lookback": "250"}) == {"lookback": 250}
    assert from_text("leaders", {"reverse": "true", "over": "60"}) == {"reverse": True, "over": "60"}
    with pytest.raises(ParameterError, match="leaders: reverse must be bool, was 'yes'"):
        from_text("leaders", {"reverse": "yes"})
    with pytest.raises(ParameterError, match=r"momentum: top must be int, was '3\.5'"):
        from_text("momentum", {"top": "3.5"})
    with pytest.raises(UnknownNameError, match="unknown parameter of momentum 'tops'"):
        from_text("momentum", {"tops": "3"})


def test_buy_and_hold_buys_what_it_can_in_the_first_session(make_random) -> None:
    panel = make_random(1, 200, 6, gaps=0.0)
    plan = build("buy-and-hold").plan(panel, 50, 198)
    assert plan.rows.tolist() == [50]
    can = panel.has_bar[50] & panel.published[50]
    assert np.array_equal(plan.rank[0] > 0, can)
    assert (plan.top.tolist(), plan.keep.tolist()) == ([6], [6])


def test_laggards_are_the_leaders_upside_down(make_random) -> None:
    panel = make_random(11, 300, 7)
    up, down = (
        build(name, schedule="every-10").plan(panel, 100, 298) for name in ("pullback-leaders", "pullback-laggards")
    )
    assert len(up.rows) > 5
    for d in range(len(up.rows)):
        n = (up.rank[d] > 0).sum()
        assert up.order[d, :n].tolist() == down.order[d, :n][::-1].tolist()
