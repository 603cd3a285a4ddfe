"""Tables of TOML files: every key known, every value of its form, every error with its place."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

import pytest

from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.data.forms import TEXT, Date, forms_of, typed
from sectorlead.data.toml_table import parse_toml, placed, read_table

HEAT = typed("a number from 100 to 300", int, test=range(100, 301).count)


@dataclass
class Bread:
    flour: str
    loaves: int = 1
    salt: float | None = None
    rye: bool = False
    kind: Literal["loaf", "bun"] = "loaf"
    baked: Date | None = None
    seeds: tuple[str, ...] = ()
    notes: dict[str, Any] = field(default_factory=dict)
    heat: float = field(default=200, metadata={"form": HEAT})


class Same(TypedDict, total=False):
    flour: str
    baked: datetime.date


FORMS = forms_of(Bread)


def read(text: str) -> dict[str, Any]:
    return read_table(tomllib.loads(text), FORMS, "bread")


def test_a_table_is_read_by_the_fields_of_a_class() -> None:
    got = read(
        "flour = 'spelt'\nloaves = 2\nsalt = 2\nrye = true\nkind = 'bun'\nbaked = 2020-01-31\nseeds = ['flax']\n"
        "notes = {a = 1}\nheat = 250\n"
    )
    assert Bread(**got) == Bread("spelt", 2, 2, True, "bun", "2020-01-31", ("flax",), {"a": 1}, 250)
    assert read("flour = 'spelt'") == {"flour": "spelt"}
    assert list(forms_of(Same)) == ["flour", "baked"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("flor = 'x'", "f.toml: unknown key of [bread] 'flor'. Did you mean 'flour'?"),
        ("flour = 1", "f.toml: flour in [bread] must be text in quotes, was 1"),
        ("loaves = 1.5", "loaves in [bread] must be a whole number, was 1.5"),
        ("loaves = true", "loaves in [bread] must be a whole number, was True"),
        ("salt = true", "salt in [bread] must be a number, was True"),
        ("salt = '1'", "salt in [bread] must be a number, was '1'"),
        ("rye = 1", "rye in [bread] must be true or false, was 1"),
        ("kind = 'bnu'", "unknown kind in [bread] 'bnu'. Did you mean 'bun'? Known: loaf, bun."),
        ("kind = 3", "kind in [bread] must be one of 'loaf', 'bun', was 3"),
        ("baked = 2020-01-31T10:00:00", "date without time or time zone, such as 2020-01-31, was 2020-01-31 10:00:00"),
        ("baked = '31.01.2020'", "baked in [bread] must be a date without time or time zone, such as 2020-01-31, was"),
        ("seeds = 'flax'", "seeds in [bread] must be a list of texts such as [\"bad-tick\"], was 'flax'"),
        ("seeds = [3]", "was [3]"),
        ("notes = 3", "notes in [bread] must be a table such as {top = 3}, was 3"),
        ("heat = 99", "heat in [bread] must be a number from 100 to 300, was 99"),
    ],
)
def test_what_can_not_be_read_says_where_and_what_is_allowed(text: str, message: str) -> None:
    with pytest.raises(InputError) as raised, placed("f.toml"):
        read(text)
    assert str(raised.value).startswith("f.toml: ")
    assert message in str(raised.value)


def test_a_table_must_be_one_and_have_what_is_needed() -> None:
    with pytest.raises(InputError, match=r"bread must be a section, written \[bread\]"):
        read_table(3, FORMS, "bread")
    with pytest.raises(InputError, match=r"^flour is missing; it must be text in quotes$"):
        read_table({}, FORMS, needed=("flour",))
    with pytest.raises(UnknownNameError, match=r"^unknown key 'flor'. Did you mean 'flour'"):
        read_table({"flor": 1}, {"flour": TEXT})


def test_files_that_are_not_toml_say_so() -> None:
    assert parse_toml("a = 'é'".encode(), "file f") == {"a": "é"}
    with pytest.raises(InputError, match=r"^file f is not UTF-8 text \(byte 5\)"):
        parse_toml("a = 'é'".encode("latin-1"), "file f")
    with pytest.raises(InputError, match=r"^file f is not valid TOML: .*line 2"):
        parse_toml(b"a = 1\nb = \n", "file f")


def test_a_hint_of_no_known_form_is_a_defect() -> None:
    with pytest.raises(TypeError, match="no form is known"):
        forms_of(type("Odd", (), {"__annotations__": {"a": complex}}))
