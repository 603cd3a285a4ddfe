"""The floors and the tested set agree with each other; whether the floors are true is asked by ``make floors``."""

from __future__ import annotations

import re

import pytest

from .floors import CONSTRAINTS, ROOT, declared, floors, normal, pinned, same, untrue

TEXT = CONSTRAINTS.read_text(encoding="utf-8")


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))


def test_every_requirement_has_a_floor_and_no_ceiling() -> None:
    assert sum(len(floors(requirements)) for requirements in declared().values()) > 40
    for line in ("numpy", "numpy==2.2", "numpy>=2.2,<3", "numpy>=2.2; python_version < '3.12'"):
        with pytest.raises(ValueError, match=r"NAME>=VERSION"):
            floors([line])


def test_the_tested_set_has_all_that_developers_need_at_its_floor_or_above() -> None:
    wanted = floors(declared()[""]) | floors(declared()["dev"])
    lines = re.findall(r"^([\w.-]+)==([^\s;]+)", TEXT, re.MULTILINE)  # one of several for several Pythons
    assert set(wanted) <= {normal(name) for name, _ in lines}
    below = [
        f"{name}=={version}" for name, version in lines if numbers(version) < numbers(wanted.get(normal(name), ""))
    ]
    assert below == []


def test_an_extra_has_the_same_floor_everywhere() -> None:
    told: dict[str, set[str]] = {}
    for requirements in declared().values():
        for name, floor in floors(requirements).items():
            told.setdefault(name, set()).add(floor)
    assert {name: found for name, found in told.items() if len(found) > 1} == {}


def test_make_and_ci_install_the_tested_set() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^\$\(STAMP\):.* constraints\.txt", makefile, re.MULTILINE)
    assert "-c constraints.txt -e '.[dev]' ||" in makefile
    assert '-c constraints.txt "$work"/dist/*.whl' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("floor", "version", "as_one"),
    [
        ("3.2", "3.2.0", True),
        ("16", "16.0.0", True),
        ("1.10", "1.1", False),
        ("0.15", "0.15.1", False),
        ("4", "", False),
    ],
)
def test_versions_that_are_the_same(floor: str, version: str, as_one: bool) -> None:
    assert same(floor, version) == as_one


def test_a_floor_that_is_not_true_is_told_with_the_one_that_is() -> None:
    resolved = pinned("akshare==1.19.1\nlazy-loader==0.4 ; python_version < '4'\n    # via x\n")
    assert untrue({"akshare": "1.19.1", "lazy-loader": "0.4"}, resolved) == []
    (told,) = untrue({"akshare": "1.19", "lazy-loader": "0.4"}, resolved)
    assert told == "akshare>=1.19: the lowest that exists and goes with the other floors is 1.19.1"
    assert untrue({"gone": "1"}, resolved) == ["gone>=1: the lowest that exists and goes with the other floors is none"]
