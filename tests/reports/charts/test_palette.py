"""One palette: the same roles on light, dark and printed paper, legible, and no colour written anywhere else."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import numpy as np
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


SEEN_BY = {  # Machado, Oliveira and Fernandes (2009), severity 1: matrices on linear RGB
    "all": np.eye(3),
    "protanopes": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopes": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopes": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lab(code: str, eyes: str = "all") -> tuple[float, float, float]:
    """CIELAB, white D65, of what eyes see of a colour."""
    parts = np.array([int(code[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    rows = ([0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041])
    to_xyz = np.array(rows)  # sRGB
    x, y, z = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in to_xyz @ np.clip(np.array(SEEN_BY[eyes]) @ linear, 0, 1) / to_xyz.sum(axis=1)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """Sharma, Wu and Dalal (2005)."""
    mean = (math.hypot(*one[1:]) + math.hypot(*other[1:])) / 2
    grow = 1.5 - 0.5 * math.sqrt(mean**7 / (mean**7 + 25.0**7))
    (l1, c1, h1), (l2, c2, h2) = (
        (light, math.hypot(a * grow, b), math.degrees(math.atan2(b, a * grow)) % 360) for light, a, b in (one, other)
    )
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    hue, chroma, light = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2, (c1 + c2) / 2, (l1 + l2) / 2
    cos, rad = (lambda degrees: math.cos(math.radians(degrees))), math.radians
    t = 1 - 0.17 * cos(hue - 30) + 0.24 * cos(2 * hue) + 0.32 * cos(3 * hue + 6) - 0.2 * cos(4 * hue - 63)
    by_light = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2))
    by_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    by_hue = 2 * math.sqrt(c1 * c2) * math.sin(rad(turn) / 2) / (1 + 0.015 * chroma * t)
    twist = math.sin(rad(60 * math.exp(-(((hue - 275) / 25) ** 2)))) * -2 * math.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    return math.sqrt(by_light**2 + by_chroma**2 + by_hue**2 + twist * by_chroma * by_hue)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [  # rows of the table that Sharma and others test implementations with
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425), ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (50, 3.2592, 0.335), 1.0), ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082), ((50, -1, 2), (50, 0, 0), 2.3669),
    ],
)  # fmt: skip
def test_the_measure_of_difference_has_its_published_values(one, other, apart):
    assert ciede2000(one, other) == pytest.approx(apart, abs=5e-5)


@pytest.mark.parametrize("eyes", SEEN_BY)
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_phases_are_told_apart_by_all_eyes_and_lines_are_seen_on_them(colours, eyes):
    shades = {role: lab(colours[role], eyes) for role in ("paper", "p2", "p3", "p4", "p5", "p6")}
    apart = {pair: ciede2000(*(shades[role] for role in pair)) for pair in itertools.combinations(shades, 2)}
    assert min(apart.values()) > 8, min(apart, key=apart.get)
    depth = [abs(shades[role][0] - shades["paper"][0]) for role in ("p2", "p3", "p4")]
    assert depth == sorted(depth)  # the deeper the fall, the stronger the shade
    for role, shade in itertools.product(("strategy", "benchmark"), ("p2", "p3", "p4", "p5", "p6")):
        assert contrast(colours[role], colours[shade]) > 2


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


