"""The errors: one tree, as its drawing says, and messages that help."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from sectorlead.data import errors
from sectorlead.data.errors import InputError, QualityError, SectorLeadError, SourceError, UnknownNameError
from sectorlead.data.quality.finding import Finding


def drawn() -> dict[str, str]:
    """Each error of the drawing at the top of the module and the one it hangs from."""
    parents, found = ["SectorLeadError"], {}
    for line in re.findall(r"^([│ ]*[├└]── \w+)", errors.__doc__ or "", re.MULTILINE):
        depth, name = line.index("─") // 4 + 1, line.split()[-1]
        parents[depth:] = [name]
        found[name] = parents[depth - 1]
    return found


def test_the_drawing_is_the_tree() -> None:
    classes = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, SectorLeadError)]
    tree = {each.__name__: each.__bases__[0].__name__ for each in classes if each is not SectorLeadError}
    assert drawn() == tree


def test_errors_are_also_what_python_calls_them() -> None:
    assert issubclass(InputError, ValueError)
    assert issubclass(UnknownNameError, KeyError)
    assert issubclass(errors.LookAheadError, IndexError)
    assert not issubclass(SourceError, ValueError)


@pytest.mark.parametrize(
    ("name", "known", "says"),
    [
        ("momentun", ["momentum", "rps"], "unknown measure 'momentun'. Did you mean 'momentum'? Known: momentum, rps."),
        ("xyz", ["momentum", "rps"], "unknown measure 'xyz'. Known: momentum, rps."),
        ("a", [], "unknown measure 'a'. There is none."),
        ("x", [*"abcdefghijklm"], "unknown measure 'x'. Known: a, b, c, d, e, f, g, h, i, j, k, l, ..."),
    ],
)  # fmt: skip
def test_an_unknown_name_says_the_nearest_and_what_there_is(name: str, known: list[str], says: str) -> None:
    error = UnknownNameError("measure", name, iter(known))
    assert str(error).rstrip(".") == says.rstrip(".")
    assert (error.kind, error.name, error.known) == ("measure", name, tuple(known))


def test_a_quality_error_shows_three_and_names_all_rules_once() -> None:
    rules = ["bad-tick", "bad-tick", "fake-rows", "returns-not-prices"]
    found = [Finding(rule, "error", f"S{i}", pd.DatetimeIndex([]), "e", "t", f"m{i}") for i, rule in enumerate(rules)]
    error = QualityError("x.csv", found)
    assert error.rules == ("bad-tick", "fake-rows", "returns-not-prices")
    assert str(error) == (
        "x.csv: 4 errors in the data: bad-tick S0: m0; bad-tick S1: m1; fake-rows S2: m2; .... Correct them at the "
        'source, or accept them by name: accept = ["bad-tick", "fake-rows", "returns-not-prices"] in a study, --accept '
        "in a command."
    )
    assert str(QualityError("x.csv", found[:1])).startswith("x.csv: 1 error in the data: bad-tick S0: m0. Correct")


def test_a_source_error_keeps_what_had_arrived() -> None:
    assert SourceError("x").done is None
    assert SourceError("x", done=[1]).done == [1]
    changed = errors.SchemaChangedError("x", column="close")
    assert (str(changed), changed.column, changed.done) == ("x", "close", None)
