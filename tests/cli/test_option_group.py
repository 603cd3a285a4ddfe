"""Groups of options: declared once, shown in their place, handed over as one value."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Annotated

import pytest
import typer
from typer.testing import CliRunner

from sectorlead.cli.option_group import OptionGroup, option, option_groups
from sectorlead.cli.reading import reading_options
from sectorlead.cli.study_options import FURTHER, study_options
from sectorlead.cli.terms import term_options

if TYPE_CHECKING:
    from sectorlead.a_module_that_is_not_there import Size  # what a group makes is often not loaded


def app() -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    size = OptionGroup(
        (option("width", int | None, "Columns."), option("height", int, "Rows.", default=7, flags=("--rows", "-r"))),
        lambda width, height: [width, height],
    )

    @made.command()
    @option_groups(size=size)
    def command(file: str, *, size: Size, out: Annotated[str, typer.Option(help="Where to.")] = "here") -> None:
        print(json.dumps([file, size, out]))

    return made


def said(*words: str) -> object:
    done = CliRunner().invoke(app(), words)
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_a_group_is_one_value_and_its_options_stand_in_its_place() -> None:
    assert said("a") == ["a", [None, 7], "here"]
    assert said("a", "--width", "3", "-r", "4", "--out", "b") == ["a", [3, 4], "b"]
    assert CliRunner().invoke(app(), ["a", "--width", "wide"]).exit_code == 2
    told = CliRunner().invoke(app(), ["--help"]).output
    assert told.index("--width") < told.index("--rows") < told.index("--out")
    assert "--size" not in told


def test_two_groups_with_an_option_of_the_same_name_are_refused_when_they_are_declared() -> None:
    twice = OptionGroup((option("width", int | None, "Columns."),), dict)
    with pytest.raises(ValueError, match="width"):

        @option_groups(one=twice, other=twice)
        def command(*, one: object, other: object) -> None: ...


def names(group: OptionGroup) -> set[str]:
    return {each.name for each in group.options}


def test_what_is_run_is_said_by_the_same_options_everywhere() -> None:
    usual, all_of_them = names(study_options()), names(study_options(*FURTHER))
    assert all_of_them - usual == {*FURTHER}
    assert {"strategy", "data", "column", "benchmark", "market", "cash", "fill"} < usual
    few = names(study_options(without=("market", "reading"), terms=term_options(only=("accept",))))
    assert few == {"strategy", "parameters", "data", "distributions", "benchmark", "accept"}


def test_options_become_what_a_study_takes() -> None:
    group = study_options(*FURTHER)
    nothing = {each.name: each.default for each in group.options}
    empty = group.make(**nothing)
    assert (empty.strategy, empty.reading or None, empty.terms, empty.proxies, empty.parameters) == (
        None, None, {}, None, (),
    )  # fmt: skip
    asked = group.make(
        **nothing | {"proxy": ["1=a.csv:2"], "parameters": ["top=3"], "analyzer": ["a:B"], "unit": ["volume=lots"]},
        **{},
    )
    assert (asked.proxies, asked.parameters, asked.analyzers) == ({"1": "a.csv:2"}, ("top=3",), ("a:B",))
    assert dict(asked.reading.units) == {"volume": "lots"}
    assert group.make(**nothing | {"verify": True, "fill": "close"}).terms == {"engine": "both", "fill": "close"}
    assert group.make(**nothing | {"verify": False, "cash": 5.0}).terms == {"engine": "compiled", "cash": 5.0}


def test_a_side_takes_what_names_it_or_none() -> None:
    group = reading_options(sides=True)
    nothing = {each.name: None for each in group.options}
    left, right = group.make(**nothing | {"unit": ["right:volume=lots", "amount=1000"], "dates": "left:DMY"})
    assert (dict(left.units), dict(right.units)) == ({"amount": 1000.0}, {"volume": "lots", "amount": 1000.0})
    assert (left.dates, right.dates) == ("DMY", None)


def test_keyword_only_options_keep_the_order_of_a_signature() -> None:
    @option_groups(reading=reading_options())
    def command(data: str, *, reading: object, out: str = "o") -> None: ...

    shown = list(inspect.signature(command).parameters)
    assert shown == ["data", *(each.name for each in reading_options().options), "out"]
