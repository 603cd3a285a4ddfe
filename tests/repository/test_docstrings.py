"""Public functions say what they take; those that do not yet are listed, and the list may only shrink."""

from __future__ import annotations

import pytest

from .docstrings import ROOT, everywhere, functions, listed, without

AGAIN = "python tests/repository/docstrings.py writes the list anew"


def test_a_public_function_of_two_parameters_says_what_they_are() -> None:
    new, done = without() - listed(), listed() - without()
    assert not new, f"give them a Parameters section (moved or renamed: {AGAIN}): {sorted(new)}"
    assert not done, f"they have one, or are gone; {AGAIN}: {sorted(done)}"


def test_a_parameters_section_names_every_parameter_and_no_other() -> None:
    told = [each for each in everywhere() if "Parameters" in each.sections]
    stale = {each.name: set(each.documented) - each.accepts for each in told}
    left_out = {each.name: set(each.parameters) - set(each.documented) for each in told}
    assert {name: names for name, names in stale.items() if names} == {}
    assert {name: names for name, names in left_out.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(a, b): ...", ["f"]),
        ("def _f(a, b): ...", []),
        ("class A:\n def f(self, a, b): ...\n def _g(self, a, b): ...", ["A.f"]),
        ("class _A:\n def f(self, a, b): ...", []),
        ("def f(a, b):\n def g(c, d): ...", ["f"]),
        ("async def f(a, *, b): ...", ["f"]),
        ("if True:\n def f(a, b): ...", ["f"]),
        ("def f(a: Annotated[int, typer.Option(help='What.')], b=1): ...", []),
    ],
)
def test_what_counts_as_public(source: str, found: list[str]) -> None:
    names = [each.name.partition(":")[2] for each in functions(ROOT / "data" / "new.py", source)]
    assert names == found


SHOWN = '''
def f(a, b, **rest):
    """One.

    Parameters
    ----------
    a, b : int
        Two : of them.
    **rest

    Returns
    -------
    int
    """
'''


def test_sections_and_names_are_read_from_a_docstring() -> None:
    (found,) = functions(ROOT / "data" / "new.py", SHOWN)
    assert (found.parameters, found.documented, set(found.sections)) == (
        ("a", "b"), ("a", "b", "rest"), {"Parameters", "Returns"},
    )  # fmt: skip
    (bare,) = functions(ROOT / "data" / "new.py", 'def f(a, b):\n    """Parameters are not said."""')
    assert bare.sections == {}
