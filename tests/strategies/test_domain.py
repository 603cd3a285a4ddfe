"""Domains: what a value may be, read from texts, declared or told by an annotation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead import Momentum, TopN
from sectorlead.data.errors import ParameterError, UnknownNameError
from sectorlead.strategies.domain import Domain, checked, declared, domains_of, parameter, same_as, value_of

ONE_TO_NINE = Domain(int, 1, 9)


@pytest.mark.parametrize(
    ("domain", "text", "value"),
    [
        (ONE_TO_NINE, " 3 ", 3),
        (Domain(float, 0.0, 1.0), "1", 1.0),
        (Domain(float), "1e-3", 0.001),
        (Domain(bool), "TRUE", True),
        (Domain(bool), "false", False),
        (Domain(str), "true", "true"),
        (Domain(str, choices=("a", "b")), "b", "b"),
        (Domain(int, 1, 9, optional=True), "None", None),
        (Domain(int, 1, 9, several=True), "3", 3),
        (Domain(int, 1, 9, several=True), "3, 4", (3, 4)),
        (Domain(int, 1, 9, several=True), "[3, 4]", (3, 4)),
        (Domain(int, 1, 9, several=True), "(3,)", (3,)),
    ],
)
def test_texts(domain: Domain, text: str, value: Any) -> None:
    found = domain.read(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        (ONE_TO_NINE, "0"), (ONE_TO_NINE, "10"), (ONE_TO_NINE, "3.5"), (ONE_TO_NINE, "none"), (ONE_TO_NINE, "3,4"),
        (Domain(float, 0.0, 1.0), "nan"), (Domain(float), "nan"), (Domain(bool), "1"), (Domain(bool), "yes"),
        (Domain(str, choices=("a",)), "b"), (Domain(int, several=True), "3,x"), (Domain(int, several=True), "[]"),
    ],
)  # fmt: skip
def test_texts_that_are_no_values(domain: Domain, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # its text is for nobody: the caller says what is allowed
        domain.read(text)


@given(st.integers(1, 9) | st.lists(st.integers(1, 9), min_size=2).map(tuple))
def test_what_is_written_is_read(value: Any) -> None:
    domain = Domain(int, 1, 9, several=True)
    assert domain.read(str(value)) == domain.take(value) == value


def test_ends_are_allowed_and_numbers_are_plain() -> None:
    assert [ONE_TO_NINE.take(value) for value in (1, 9, np.int8(5))] == [1, 9, 5]
    assert type(ONE_TO_NINE.take(np.int8(5))) is int
    assert type(Domain(float).take(np.float32(0.5))) is float
    assert Domain(int, several=True).take([1, np.int64(2)]) == (1, 2)
    for wrong in (True, 1.0, "1", None, (1, 2), math.nan, np.float64(3)):
        with pytest.raises(ValueError):  # noqa: PT011  # its text is for nobody: the caller says what is allowed
            ONE_TO_NINE.take(wrong)


def test_what_is_said_of_a_domain() -> None:
    assert str(Domain(int)) == "an int"
    assert str(Domain(float, low=0.0)) == "a number from 0 to inf"
    assert str(Domain(int, 1, 9, optional=True, several=True)) == "an int from 1 to 9, or a tuple of them, or None"
    assert str(Domain(str, choices=("a", "b"))) == "one of 'a', 'b'"
    assert str(Domain(bool)) == "True or False"


@dataclass
class Declares:
    plain: int
    own: int = parameter(5, low=1, high=9, grid=(1, 5))
    none: float | None = parameter(None, kind=float, low=0.0)
    top: int = same_as(TopN, "n", 3)
    lookback: int | tuple[int, ...] = same_as(Momentum, "lookback")
    swaps: int | None = same_as(TopN, "max_swaps", 0)


def test_a_declared_domain_and_one_of_another_part() -> None:
    assert declared(Declares) == {
        "own": Domain(int, 1, 9, grid=(1, 5)), "none": Domain(float, 0.0, optional=True),
        "top": declared(TopN)["n"], "lookback": declared(Momentum)["lookback"], "swaps": declared(TopN)["max_swaps"],
    }  # fmt: skip
    made = Declares(1)
    assert (made.top, made.lookback, made.swaps) == (3, 120, 0)
    assert domains_of(Declares)["plain"] == Domain(int)


def function(
    number: int, real: float, several: int | tuple[int, ...], either: int | float, maybe: str | None, flag: bool,
    word: Literal["a", "b"], only: tuple[int, ...], part: TopN, mixed: int | str, anything: Any, /, *args: int,
    text="a", share=0.5, on=True, count=3, nothing=None, untold: Unknown = 1, **more: Any,  # type: ignore[no-untyped-def]  # noqa: F821
) -> None: ...  # fmt: skip


def told(number: int, real: float, several: int | tuple[int, ...], either: int | float, maybe: str | None,
         flag: bool, word: Literal["a", "b"], only: tuple[int, ...], part: TopN, mixed: int | str, anything: Any,
         ) -> None: ...  # fmt: skip


def untold(text="a", share=0.5, on=True, count=3, nothing=None, none: int = None) -> None: ...  # type: ignore  # noqa: RUF013


def test_annotations_and_defaults_tell_a_domain() -> None:
    assert domains_of(told) == {
        "number": Domain(int), "real": Domain(float), "several": Domain(int, several=True), "either": Domain(float),
        "maybe": Domain(str, optional=True), "flag": Domain(bool), "word": Domain(str, choices=("a", "b")),
        "only": None, "part": None, "mixed": None, "anything": None,
    }  # fmt: skip
    assert domains_of(untold) == {
        "text": Domain(str), "share": Domain(float), "on": Domain(bool), "count": None, "nothing": None,
        "none": Domain(int, optional=True),
    }  # fmt: skip
    assert list(domains_of(function)) == ["text", "share", "on", "count", "nothing", "untold"]
    with pytest.raises(ParameterError, match="does not say which arguments it takes"):
        domains_of(int)


def test_checked_values() -> None:
    domains = {"top": ONE_TO_NINE, "kind": Domain(str, choices=("rank", "equal")), "any": None}
    assert checked("mine", domains, {"top": "3", "kind": "rank", "any": "[1, 2]"}) == {
        "top": 3, "kind": "rank", "any": [1, 2],
    }  # fmt: skip
    assert checked("mine", domains, {"top": 4, "any": {"x": 1}}) == {"top": 4, "any": {"x": 1}}
    with pytest.raises(ParameterError, match=r"^mine: top must be an int from 1 to 9, was 10$"):
        checked("mine", domains, {"top": 10})
    with pytest.raises(UnknownNameError, match=r"unknown kind of mine 'rnk'. Did you mean 'rank'\?"):
        checked("mine", domains, {"kind": "rnk"})
    with pytest.raises(UnknownNameError, match=r"unknown parameter of mine 'tpo'. Did you mean 'top'\?"):
        checked("mine", domains, {"tpo": 1})


def test_a_text_without_a_domain_is_toml() -> None:
    assert [value_of(text) for text in ("0.5", "[20, 60]", "equal", "2024-01-31 x")] == [
        0.5, [20, 60], "equal", "2024-01-31 x",
    ]  # fmt: skip
