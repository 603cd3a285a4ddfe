"""Which strategies of a comparison were tried, and which are there to measure them with."""

from __future__ import annotations

import pytest

import sectorlead as sl
from sectorlead.strategies.library.registry import LIBRARY, build
from sectorlead.strategies.reference import holds_everything, is_reference, picks_at_random
from sectorlead.strategies.wrappers.delayed import Delayed
from sectorlead.strategies.wrappers.tranches import Tranches


def test_of_the_library_three_are_references() -> None:
    assert {name for name in LIBRARY if is_reference(build(name))} == {"equal-weight", "buy-and-hold", "random"}
    assert {name for name in LIBRARY if picks_at_random(build(name))} == {"random"}


def test_what_weighs_or_waits_has_an_opinion() -> None:
    assert not is_reference(build("equal-weight", trend=200))
    assert not is_reference(build("equal-weight", weights="inverse-volatility"))
    assert not is_reference(sl.Rotation(sl.Momentum(60)))


@pytest.mark.parametrize("wrapped", [lambda rule: Tranches(rule, 2), lambda rule: Delayed(rule, 3)])
def test_a_wrapper_changes_nothing_about_it(wrapped) -> None:
    assert picks_at_random(wrapped(sl.Rotation(sl.RandomScore(4))))
    assert holds_everything(wrapped(build("equal-weight")))
    assert not is_reference(wrapped(sl.Rotation(sl.Momentum(60))))


def test_a_strategy_of_one_s_own_was_tried_whatever_it_does_with_a_seed() -> None:
    class Learns:
        def decide(self, view, portfolio):
            return None

        def with_seed(self, seed):
            return Learns()

    assert not is_reference(Learns())
    assert not is_reference(Learns)
