"""Flat parameters reach the parts that they are of."""

from __future__ import annotations

import pytest

from sectorlead import (
    LIBRARY,
    AlwaysIn,
    Capped,
    DiverseTopN,
    Equal,
    Every,
    Exits,
    Fixed,
    Guard,
    InverseVolatility,
    Momentum,
    PhaseGuard,
    RandomScore,
    RankProportional,
    Resilience,
    Reverse,
    Rotation,
    RSDays,
    TopByRegime,
    TopN,
    Tranches,
    TrendGuard,
    VolatilityTarget,
    Weekly,
    build,
)
from sectorlead.data.errors import ParameterError
from sectorlead.strategies.domain import declared
from sectorlead.strategies.library.rules import Momentum as MomentumRule


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


def test_texts_are_read_as_the_parameters_types() -> None:
    texts = {"top": "3", "hold_until_rank": "none", "total": "0.9", "weights": "equal", "lookback": "20, 60"}
    assert build("momentum", **texts) == Rotation(Momentum((20, 60)), TopN(3), Equal(0.9))
    assert build("leaders", reverse="true", over="60").score == Reverse(Resilience(Fixed(60)))


def test_a_rule_is_a_part_that_is_checked() -> None:
    assert MomentumRule(lookback=60, top=3).build() == Rotation(Momentum(60), TopN(3))
    with pytest.raises(ParameterError, match=r"^Momentum\.top must be an int from 1 to 10000, was 0$"):
        MomentumRule(top=0)


@pytest.mark.parametrize(("name", "part", "field"), [
    ("top", TopN, "n"), ("volatility_lookback", InverseVolatility, "lookback"), ("stop", Exits, "stop"),
    ("max_correlation", DiverseTopN, "max_correlation"), ("bear_exposure", PhaseGuard, "bear"),
])  # fmt: skip
def test_a_flat_parameter_has_the_domain_of_its_part(name: str, part: type, field: str) -> None:
    assert LIBRARY["momentum"].parameters[name] is declared(part)[field]


def test_a_hold_band_moves_with_the_regime() -> None:
    assert build("momentum", top=8, hold_until_rank=10, selective_top=3).pick == TopByRegime(8, 3, band=2)
    assert build("momentum", top=8, selective_top=3, min_hold=5).pick == TopByRegime(8, 3, min_hold=5)


@pytest.mark.parametrize(("given", "guard"), [
    ({}, AlwaysIn()), ({"trend": 60}, TrendGuard(60)),
    ({"bear_exposure": 0.0}, PhaseGuard(correction=0.5, bear=0.0, bottoming=0.5)),
])  # fmt: skip
def test_guards(given: dict[str, float], guard: Guard) -> None:
    assert build("momentum", **given).guard == guard


def test_one_tranche_is_none_and_a_cap_of_one_neither() -> None:
    assert build("momentum", tranches=1, max_weight=1.0, max_correlation=1.0, target_volatility=0) == build("momentum")
    assert build("momentum", tranches=2) == Tranches(build("momentum"), 2)
    assert build("momentum", tranches=2, tranche_spacing="10") == Tranches(build("momentum"), 2, spacing=10)
