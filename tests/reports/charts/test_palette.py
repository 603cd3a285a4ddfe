"""One palette: the same roles on light, dark and printed paper, legible, and no colour written anywhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sectorlead.data.errors import InputError
from sectorlead.reports.charts.palette import (
    COLOURS,
    DARK,
    LIGHT,
    NOTEBOOK_DARK,
    NOTEBOOK_LIGHT,
    PRINT,
    SCHEMES,
    find_scheme,
    group_key,
    run_roles,
    series_roles,
    stylesheet,
)
from sectorlead.reports.render.pdf.page import TONES

ROOT = Path(__file__).parents[3]
STYLED = [
    path
    for top in ("reports", "src")
    for path in sorted((ROOT / top).rglob("*"))
    if path.suffix in {".py", ".css", ".js", ".html"} and "uplot" not in path.parts and path.name != "palette.py"
]


def luminance(code: str) -> float:
    """Relative luminance as in WCAG 2."""
    parts = [int(code[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio as in WCAG 2, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_paper_has_every_role():
    assert set(LIGHT) == set(DARK) == set(NOTEBOOK_LIGHT) == set(NOTEBOOK_DARK) == set(PRINT) - {"p0", "p1"}
    for colours in (LIGHT, DARK, PRINT, NOTEBOOK_LIGHT, NOTEBOOK_DARK):
        assert all(re.fullmatch(r"#[0-9a-f]{6}", code) for code in colours.values())


@pytest.mark.parametrize("colours", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])
def test_text_can_be_read_and_lines_be_seen(colours):
    assert contrast(colours["ink"], colours["paper"]) > 12
    assert contrast(colours["soft"], colours["paper"]) > 4.5  # WCAG AA for text
    assert contrast(colours["warn"], colours["warn-paper"]) > 4.5
    lines = ("strategy", "benchmark", "reference", "up", "down", *(f"c{k}" for k in range(COLOURS)))
    assert all(contrast(colours[role], colours["paper"]) > 2.3 for role in lines)
    assert len({colours[role] for role in lines}) == len(lines)


def test_no_colour_is_written_outside_the_palette():
    """A page whose colours stand in a second place is a page that will disagree with the others."""
    assert len(STYLED) > 60
    found = {
        str(path.relative_to(ROOT)): codes
        for path in STYLED
        if (codes := re.findall(r"[:\"' (]#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b(?![-\w])", path.read_text("utf-8")))
    }
    assert found == {}


def test_the_stylesheet_has_light_dark_and_each_scheme_in_both():
    css = stylesheet()
    light, dark = css.split("@media screen and (prefers-color-scheme:dark)")
    for part, colours in ((light, LIGHT), (dark, DARK)):
        told = dict(re.findall(r"--([\w-]+):(#\w+)", re.search(r":root\{(.*?)\}", part)[1]))
        assert told == dict(colours)
    for name, scheme in list(SCHEMES.items())[1:]:
        for part, (up, down) in ((light, scheme.light), (dark, scheme.dark)):
            assert f":root[data-gains={name}]{{--up:{up};--down:{down}}}" in part
    assert all(f".c{k}{{--line:var(--c{k})}}" in css for k in range(COLOURS))


def test_the_default_colours_of_gains_are_told_apart_by_all_eyes():
    assert find_scheme(None) == "blue-orange"
    assert (LIGHT["up"], LIGHT["down"]) == SCHEMES["blue-orange"].light
    for scheme in SCHEMES.values():  # red and green differ in lightness too, for those who see no hue
        assert all(len({*pair}) == 2 for pair in (scheme.light, scheme.dark))
    with pytest.raises(InputError, match=r"unknown moves 'red-down'. Did you mean 'red-up'\? Known: blue-o"):
        find_scheme("red-down")


def test_the_pdf_has_the_printed_colours():
    assert set(TONES) == set(PRINT)
    assert TONES["c1"] == pytest.approx((0x44 / 255, 0xAA / 255, 0x99 / 255))
    assert TONES["paper"] == (1.0, 1.0, 1.0)


def test_runs_are_told_apart_the_first_is_the_strategy():
    assert run_roles(0) == []
    assert run_roles(3) == ["strategy", "c0", "c1"]
    assert run_roles(COLOURS + 2)[-1] == "c0"


def test_series_have_their_own_colours_until_they_outnumber_them():
    few = [f"S{k}" for k in range(COLOURS)]
    many = [*few, "more"]
    groups = ["b", "a", "", *["a"] * (COLOURS - 2)]
    assert series_roles(few, groups[:-1]) == [f"c{k}" for k in range(COLOURS)]
    assert series_roles(many, [""] * len(many))[-1] == "c0"
    assert series_roles(many, groups) == ["c1", "c0", "reference", *["c0"] * (COLOURS - 2)]
    assert group_key(many, groups) == (("c0", "a"), ("c1", "b"))
    assert group_key(many, ["a"] * len(many)) == ()  # one group tells nothing
    assert group_key([*many, "x"], [f"g{k}" for k in range(COLOURS + 1)] + ["g0"]) == ()  # more groups than colours


