import copy
import inspect
import math
import pickle
from dataclasses import dataclass

import numpy as np
import pytest

import sectorlead
from sectorlead import Equal, InverseVolatility, Momentum, PullbackStrength, RandomScore, Score, TopN
from sectorlead.data.errors import ParameterError
from sectorlead.strategies.domain import Domain, declared
from sectorlead.strategies.part import Part

PUBLIC = [getattr(sectorlead, name) for name in sectorlead.__all__]
PARTS = sorted(
    (value for value in PUBLIC if inspect.isclass(value) and issubclass(value, Part)),
    key=lambda part: part.__name__,
)
DECLARED = [
    (part, name, domain)
    for part in PARTS
    if not inspect.isabstract(part)
    for name, domain in declared(part).items()
]


REQUIRED = {"FieldScore": {"field": "premium"}, "StockBreadth": {"market": "cn-stock"}}
"""What has no default."""


def outside(domain: Domain) -> list[object]:
    """Values that are not in the domain, one for each way not to be."""
    wrong: list[object] = [[], object()]
    if domain.kind is not str or domain.choices:
        wrong.append("sideways")
    if not domain.optional:
        wrong.append(None)
    if domain.kind in (int, float):
        wrong += [True, math.nan, domain.low - 1, domain.high + max(1, domain.high)]
    if domain.kind is int:
        wrong.append(domain.low + 0.5)
    if domain.several:
        wrong.append((domain.low, domain.low - 1))
    return wrong


@pytest.mark.parametrize(("part", "name", "domain"), DECLARED, ids=lambda value: getattr(value, "__name__", str(value)))
def test_every_parameter_refuses_what_is_outside_and_says_what_is_allowed(
    part: type[Part], name: str, domain: Domain
) -> None:
    for value in outside(domain):
        with pytest.raises(ParameterError) as caught:
            part(**{**REQUIRED.get(part.__name__, {}), name: value})
        assert f"{part.__name__}.{name} must be {domain}, was {value!r}" == str(caught.value)


@pytest.mark.parametrize(("part", "name", "domain"), DECLARED, ids=lambda value: getattr(value, "__name__", str(value)))
def test_every_grid_and_every_default_lies_in_its_domain(part: type[Part], name: str, domain: Domain) -> None:
    for value in (*domain.grid, getattr(part, name)):
        assert domain.take(value) == value


def test_the_message_in_full() -> None:
    with pytest.raises(
        ParameterError, match=r"^Momentum\.lookback must be an int from 1 to 2520, or a tuple of them, was 0$"
    ):
        Momentum(0)
    with pytest.raises(ParameterError, match=r"^TopN\.hold_until_rank must be at least n=5, or None .*, was 3$"):
        TopN(5, hold_until_rank=3)
    with pytest.raises(ParameterError, match=r"^PullbackStrength\.leave must be less than enter=0\.05, was 0\.05$"):
        PullbackStrength(enter=0.05, leave=0.05)

    with pytest.raises(
        ParameterError, match=r"^RandomScore\.seed must be an int from 0 to 9223372036854775807, was -1$"
    ):
        RandomScore(-1)


def test_a_part_is_a_value() -> None:
    part = Momentum([20, np.int64(60)], skip=np.int32(5))  # type: ignore[arg-type]  # what a user may well give
    assert repr(part) == "Momentum(lookback=(20, 60), skip=5)"
    assert part == Momentum((20, 60), 5)
    assert hash(part) == hash(Momentum((20, 60), 5))
    assert part != Momentum(60, 5)
    assert pickle.loads(pickle.dumps(part)) == copy.deepcopy(part) == part
    assert repr(Equal(1)) == "Equal(total=1.0)"
    assert InverseVolatility(30, total=0.9).lookback == 30
    with pytest.raises(AttributeError):
        part.skip = 1  # type: ignore[misc]


class Plain(Score):
    length: int = 20

    def __call__(self, panel):  # type: ignore[no-untyped-def]
        return panel.adjusted_close * self.length


@dataclass(frozen=True)
class Decorated(Plain):
    scale: float = 2.0


def test_a_users_score_may_leave_out_the_decorator() -> None:
    assert repr(Plain(5)) == "Plain(length=5)"
    assert Plain() == Plain(length=20)
    assert repr(Decorated(7, 0.5)) == "Decorated(length=7, scale=0.5)"
    with pytest.raises(TypeError, match="abstract"):
        Score()  # type: ignore[abstract]
