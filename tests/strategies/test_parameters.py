"""Parameters of a whole strategy by dotted name."""

from __future__ import annotations

from typing import Any

import pytest

import sectorlead as public
from sectorlead import (
    LIBRARY,
    Blend,
    Current,
    Delayed,
    Excess,
    Momentum,
    Monthly,
    PhaseGuard,
    Reverse,
    Rotation,
    TopN,
    Tranches,
    build,
)
from sectorlead.data.errors import ParameterError, UnknownNameError
from sectorlead.strategies.domain import declared
from sectorlead.strategies.parameters import flattened, made, parameters, with_parameters


def find(name: str) -> Any:
    return getattr(public, name)


def value_at(part: Any, path: str) -> Any:
    for name in path.split("."):
        part = part[int(name)] if name.isdecimal() else getattr(part, name)
    return part


def test_the_names_in_full() -> None:
    assert list(parameters(Rotation(Momentum(60), TopN(3)))) == [
        "score.lookback", "score.skip", "pick.n", "pick.hold_until_rank", "pick.min_hold", "pick.max_swaps",
        "weigh.total", "schedule.offset", "schedule.day", "schedule.roll", "exits.stop", "exits.trailing",
        "exits.sessions",
    ]  # fmt: skip
    assert parameters(Momentum()) == declared(Momentum)
    assert "scores.1.lookback" in parameters(Blend((Momentum(5), Momentum(60))))
    assert "strategy.rotation.score.window.enter" in parameters(Delayed(Tranches(Rotation(Excess()))))
    assert parameters(3) == {}


@pytest.mark.parametrize("name", LIBRARY)
def test_every_parameter_can_be_set_to_every_value_of_its_grid(name: str) -> None:
    rule = build(name)
    for path, domain in parameters(rule).items():
        for value in domain.grid:
            try:
                changed = with_parameters(rule, {path: value}, find)
            except ParameterError:  # one parameter bounds another, as n does a hold band
                continue
            assert value_at(changed, path) == value


def test_parts_inside_change_and_the_rest_stays() -> None:
    rule = Rotation(Blend((Momentum(5), Momentum(60))), guard=PhaseGuard())
    changed = with_parameters(rule, {"score.scores.1.lookback": "90", "guard.bear": 0.25, "pick.n": 3}, find)
    assert changed == Rotation(Blend((Momentum(5), Momentum(90))), TopN(3), guard=PhaseGuard(bear=0.25))
    assert with_parameters(rule, {}, find) == rule
    assert with_parameters(rule, {"score": "Excess", "score.window.enter": 0.1}, find).score == Excess(Current(0.1))
    assert with_parameters(rule, {"score": Momentum(7), "score.skip": 1}, find).score == Momentum(7, 1)


def test_made_from_a_class_a_function_or_with_what_it_needs() -> None:
    assert made(Momentum, {"lookback": "20,60"}, find, "mine") == Momentum((20, 60))
    assert made(Reverse, {"score": "Momentum", "score.skip": "5"}, find, "mine") == Reverse(Momentum(120, 5))
    assert made(PhaseGuard, {"phases.window": 120}, find, "mine").phases.window == 120

    def rule(lookback: int = 60) -> Rotation:
        return Rotation(Momentum(lookback))

    assert made(rule, {"lookback": "30", "pick.n": "2", "schedule": "Monthly", "schedule.offset": 3}, find, "mine") == (
        Rotation(Momentum(30), TopN(2), schedule=Monthly(3))
    )


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"pick.m": 3}, UnknownNameError, "unknown parameter of mine.pick 'm'"),
        ({"pik.n": 3}, UnknownNameError, "unknown parameter of mine 'pik.n'. Did you mean 'pick'?"),
        ({"pick.n": 0}, ParameterError, "mine.pick: n must be an int from 1 to 10000, was 0"),
        ({"score.lookback.x": 0}, ParameterError, "mine.score.lookback is 120, which has no parameters; was given x"),
        ({"score": "Blend", "score.scores.2.skip": 1}, UnknownNameError, "position in mine.score=Blend.scores '2'"),
        ({"score": "Reverse"}, ParameterError, "mine.score=Reverse needs score; write --set score=VALUE"),
        ({"score": 3}, ParameterError, "Rotation.score must be a Score, was 3"),
    ],
)
def test_what_is_wrong_says_where(given: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error) as caught:
        with_parameters(Rotation(Momentum()), given, find, "mine")
    assert says in str(caught.value)


def test_tables_in_tables() -> None:
    assert flattened({"a": {"name": "X", "b": {"c": 1}}, "d": [1]}) == {"a": "X", "a.b.c": 1, "d": [1]}
