"""Forms: what each takes, how it is kept, and what an error says of the rest."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import InputError, ParameterError, UnknownNameError
from sectorlead.data.forms import (
    DATE,
    FLAG,
    INTEGER,
    NAMES,
    NUMBER,
    TABLE,
    TEXT,
    Date,
    Form,
    form_of,
    forms_of,
    typed,
)


@pytest.mark.parametrize(
    ("form", "value", "kept"),
    [
        (TEXT, "x", "x"),
        (FLAG, False, False),
        (INTEGER, 3, 3),
        (INTEGER, np.int64(3), np.int64(3)),
        (NUMBER, 1, 1),
        (NUMBER, np.float64(0.5), 0.5),
        (DATE, "20200131", "2020-01-31"),
        (DATE, datetime.date(2020, 1, 31), "2020-01-31"),
        (DATE, pd.Timestamp("2020-01-31"), "2020-01-31"),
        (TABLE, {"top": 3}, {"top": 3}),
        (NAMES, ["a", "b"], ("a", "b")),
        (NAMES, (), ()),
    ],
)
def test_what_fits_is_kept(form: Form, value: object, kept: object) -> None:
    assert form.read(value, "term") == kept


@pytest.mark.parametrize(
    ("form", "value", "says"),
    [
        (TEXT, 3, "term in [run] must be text in quotes, was 3"),
        (FLAG, 1, "term in [run] must be true or false, was 1"),
        (INTEGER, True, "term in [run] must be a whole number, was True"),
        (INTEGER, 3.0, "term in [run] must be a whole number, was 3.0"),
        (NUMBER, False, "term in [run] must be a number, was False"),
        (NUMBER, "0.5", "term in [run] must be a number, was '0.5'"),
        (DATE, "31.01.2020", "such as 2020-01-31, was '31.01.2020'"),
        (DATE, datetime.datetime(2020, 1, 31, 9, 30), "such as 2020-01-31, was 2020-01-31 09:30:00"),
        (TABLE, [3], "term in [run] must be a table such as {top = 3}, was [3]"),
        (NAMES, "bad-tick", "term in [run] must be a list of texts such as [\"bad-tick\"], was 'bad-tick'"),
        (NAMES, ["a", 3], "was ['a', 3]"),
    ],
)
def test_what_does_not_fit_says_what_would(form: Form, value: object, says: str) -> None:
    with pytest.raises(ParameterError) as caught:
        form.read(value, "term", " in [run]")
    assert says in str(caught.value)


def test_a_choice_that_is_none_of_them_gets_the_nearest() -> None:
    form = form_of(Literal["carry", "drop"])
    assert form.read("drop", "unfilled") == "drop"
    with pytest.raises(UnknownNameError, match=r"unknown unfilled in \[run\] 'dorp'. Did you mean 'drop'\?"):
        form.read("dorp", "unfilled", " in [run]")
    with pytest.raises(ParameterError, match="unfilled must be one of 'carry', 'drop', was 3"):
        form.read(3, "unfilled")


def test_a_form_may_say_more_than_its_words() -> None:
    def refuse(value: Any) -> Any:
        raise InputError("because of the moon")

    with pytest.raises(InputError, match=r"^because of the moon$"):
        Form("a date", refuse).read(1, "term")
    small = typed("a number below 3", int, test=lambda value: value < 3)
    assert small.read(2, "term") == 2
    with pytest.raises(ParameterError, match="term must be a number below 3, was 3"):
        small.read(3, "term")


@pytest.mark.parametrize(
    ("hint", "form"),
    [
        (str, TEXT), (bool, FLAG), (int, INTEGER), (float, NUMBER), (Date, DATE), (Date | None, DATE),
        (int | None, INTEGER), (float | str | None, NUMBER), (Sequence[str] | None, NAMES), (tuple[str, ...], NAMES),
        (Mapping[str, int], TABLE), (dict, TABLE), (None | dict[str, Any], TABLE),
    ],
)  # fmt: skip
def test_a_hint_declares_a_form(hint: Any, form: Form) -> None:
    assert form_of(hint) is form


@pytest.mark.parametrize("hint", [complex, complex | None, complex | bytes, None | bytes])
def test_a_hint_that_declares_none_is_a_defect(hint: Any) -> None:
    with pytest.raises(TypeError, match="no form is known"):
        form_of(hint)


@dataclass
class Terms:
    """A field with a form of its own, and one without."""

    cash: float = field(default=1.0, metadata={"form": (OWN := typed("a small number", float))})
    seed: int | None = None


class Loose(TypedDict):
    """What a mapping holds."""

    name: str


def test_forms_of_a_class_are_its_own_or_those_of_its_hints() -> None:
    assert forms_of(Terms) == {"cash": Terms.OWN, "seed": INTEGER}
    assert forms_of(Loose) == {"name": TEXT}
