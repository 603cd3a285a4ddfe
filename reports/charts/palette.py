"""The colours of every chart, page and print: the one place in which they stand as numbers.

Marks and CSS name a colour by its role: "strategy", "benchmark", "reference", "c0" to "c10" for series, "up" and "down"
for gains and losses, "band" and "p2" to "p6" for shaded stretches of time, "wait" for those before a run is measured.
Pages, notebooks, the PDF and the server's pages get their values from here.

The shades of market phases and the paper are told apart by readers who see no red, no green or no blue too: each two of
them are at least 8 apart by CIEDE2000, on light and on dark paper (``tests/reports/charts/test_palette.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from ...data.errors import UnknownNameError

_LIGHT = {
    "paper": "#fdfdfc", "ink": "#1b1c1e", "soft": "#5f6268", "faint": "#8b8e94", "rule": "#dcdcd8", "hair": "#ebebe8",
    "panel": "#f5f5f2", "band": "#f5efe2", "wait": "#e7e8ea", "warn": "#a34a00", "warn-paper": "#fff1dd",
    "accent": "#2f74c0", "error": "#c23b4b", "strategy": "#16171a", "benchmark": "#7d8087", "reference": "#9f8240",
    "c0": "#332288", "c1": "#44aa99", "c2": "#cc6677", "c3": "#117733", "c4": "#aa4499", "c5": "#999933",
    "c6": "#5ba3cf", "c7": "#882255", "c8": "#c9a227", "c9": "#6a4c2f", "c10": "#4d6fb3",
    "p2": "#f4ead7", "p3": "#fbdbab", "p4": "#ebb8aa", "p5": "#d0c9f2", "p6": "#c6dbe1",
}  # fmt: skip
_DARK = {
    "paper": "#15171a", "ink": "#e7e7e4", "soft": "#a6a9af", "faint": "#7d8188", "rule": "#363a40", "hair": "#282b30",
    "panel": "#1d2024", "band": "#2b2720", "wait": "#2c2f34", "warn": "#ffc07a", "warn-paper": "#3a2a14",
    "accent": "#4a93e0", "error": "#c23b4b", "strategy": "#f4f4f1", "benchmark": "#8b9098", "reference": "#b89f66",
    "c0": "#8f83e0", "c1": "#4fbdab", "c2": "#dd7a8a", "c3": "#4caf6c", "c4": "#c877b9", "c5": "#b5b54d",
    "c6": "#78bfe8", "c7": "#c76a96", "c8": "#dcbc4b", "c9": "#b08a63", "c10": "#7f9fdb",
    "p2": "#241d03", "p3": "#4c3a32", "p4": "#714625", "p5": "#4d4955", "p6": "#0d2b42",
}  # fmt: skip


class Scheme(NamedTuple):
    """Colours of gains and losses, on light and on dark paper.

    Attributes
    ----------
    meaning : str
        What it is for, in a clause.
    light, dark : (str, str)
        "#rrggbb" of gains and of losses.
    """

    meaning: str
    light: tuple[str, str]
    dark: tuple[str, str]


SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        "blue-orange": Scheme(
            "gains blue, losses orange: told apart by colour-blind eyes too",
            ("#2f74c0", "#d9822b"),
            ("#4a93e0", "#d98a3d"),
        ),
        "red-up": Scheme(
            "gains red, losses green, as in mainland China", ("#c8372d", "#1a8a55"), ("#e0574b", "#35a870")
        ),
        "green-up": Scheme(
            "gains green, losses red, as in Europe and America", ("#1a8a55", "#c8372d"), ("#35a870", "#e0574b")
        ),
    }
)
"""Colours of gains and losses by name; the first is the default."""

_DEFAULT = next(iter(SCHEMES.values()))
LIGHT: Mapping[str, str] = MappingProxyType(_LIGHT | dict(zip(("up", "down"), _DEFAULT.light, strict=True)))
"""Colours by role on light paper."""
DARK: Mapping[str, str] = MappingProxyType(_DARK | dict(zip(("up", "down"), _DEFAULT.dark, strict=True)))
"""Colours by role on dark paper."""
PRINT: Mapping[str, str] = MappingProxyType(
    {**LIGHT, "paper": "#ffffff", "rule": "#c9c9c4", "hair": "#e3e3df", "p0": LIGHT["panel"], "p1": "#ffffff"}
)
"""Colours by role on white paper, with lines that a printer shows. ``p0`` and ``p1`` are a market phase that is not
known, and an advance."""
NOTEBOOK_LIGHT: Mapping[str, str] = MappingProxyType({**LIGHT, "band": "#f0e7d3", "warn": "#b45309"})
"""Colours in a light notebook, whose own paper is not known: shades are stronger."""
NOTEBOOK_DARK: Mapping[str, str] = MappingProxyType({**DARK, "band": "#3a3325", "rule": "#4a4e55", "warn": "#b45309"})
"""Colours in a dark notebook."""
TABLE_HEAD = "#e8ecf1"
"""Behind the heads of a workbook's tables."""

COLOURS = sum(role[0] == "c" and role[1:].isdigit() for role in LIGHT)
"""Colours for series; their roles are "c0", "c1", ..."""


def find_scheme(name: str | None) -> str:
    """The name of colours of gains and losses; None is the default.

    Raises
    ------
    UnknownNameError
        For a name that is not in ``SCHEMES``.
    """
    if name is None:
        return next(iter(SCHEMES))
    if name not in SCHEMES:
        raise UnknownNameError("moves", name, SCHEMES)
    return name


def with_moves(colours: Mapping[str, str], name: str | None) -> Mapping[str, str]:
    """Colours by role, with those of gains and losses by the name of a scheme.

    Parameters
    ----------
    colours : mapping of str to str
        ``LIGHT``, ``DARK`` or ``PRINT``; what is dark has a light ink.
    name : str or None
        One of ``SCHEMES``; None is the default.

    Raises
    ------
    UnknownNameError
        For a name that is not in ``SCHEMES``.
    """
    scheme = SCHEMES[find_scheme(name)]
    up, down = scheme.dark if colours["ink"] == DARK["ink"] else scheme.light
    return MappingProxyType({**colours, "up": up, "down": down})


def series_role(position: int) -> str:
    """The colour of a series, or of a run beside others, by its position >= 0; they are used in turn."""
    return f"c{position % COLOURS}"


def fills(role: str) -> bool:
    """Whether a role colours areas: a shaded stretch of time, a gain, a loss; otherwise it is that of lines."""
    return role in ("band", "wait", "up", "down") or (role[:1] == "p" and role[1:].isdigit())


def run_roles(count: int) -> list[str]:
    """Colours of ``count`` runs that are compared: the first is the strategy, others are its controls."""
    return ["strategy", *map(series_role, range(count - 1))][:count]


def group_key(symbols: Sequence[str], groups: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Role and name of each group, where colours stand for groups: several groups, more series than colours.

    Parameters
    ----------
    symbols, groups : sequences of N str
        The group of a series is "" where it has none.
    """
    named = sorted({group for group in groups if group})
    by_group = len(symbols) > COLOURS and 1 < len(named) <= COLOURS
    return tuple((series_role(k), group) for k, group in enumerate(named)) if by_group else ()


def series_roles(symbols: Sequence[str], groups: Sequence[str], order: Sequence[int] | None = None) -> list[str]:
    """A colour for each of N series: that of its group where there is a ``group_key``, else one each, used in turn.

    Parameters
    ----------
    symbols, groups : sequence of str
        N of each.
    order : sequence of int, optional
        All N positions, in the order in which colours are given out; default: as they are.
    """
    of_group = {group: role for role, group in group_key(symbols, groups)}
    if of_group:
        return [of_group.get(group, "reference") for group in groups]
    turn = range(len(symbols)) if order is None else order
    roles = dict(zip(turn, map(series_role, range(len(symbols))), strict=True))
    return [roles[i] for i in range(len(symbols))]


# --- CSS ------------------------------------------------------------------------------------------------------------


def declarations(colours: Mapping[str, str], roles: Iterable[str] | None = None) -> str:
    """Custom properties: "--paper:#fdfdfc;--ink:...", for ``roles``, or for all that ``colours`` has.

    Parameters
    ----------
    colours : mapping of str to str
        Role -> colour.
    roles : iterable of str, optional
        Default: all that ``colours`` has.
    """
    return "".join(f"--{role}:{colours[role]};" for role in (colours if roles is None else roles))


def line_classes(scope: str = "") -> str:
    """A class for each role of a line, which sets ``--line`` to its colour.

    Parameters
    ----------
    scope : str
        A selector that each rule begins with, such as ".own ".
    """
    roles = ("strategy", "benchmark", "reference", "error", "warn", *map(series_role, range(COLOURS)))
    return "".join(f"{scope}.{role}{{--line:var(--{role})}}" for role in roles)


def stylesheet() -> str:
    """All roles as custom properties of a page, light and dark, with the colours of gains that its root element names.

    ``<html data-gains="red-up">`` has gains in red; a page without the attribute has the default. Printed, paper is
    white and colours are the light ones.
    """
    others = [(name, scheme) for name, scheme in SCHEMES.items() if scheme is not _DEFAULT]

    def gains(pairs: Iterable[tuple[str, tuple[str, str]]]) -> str:
        return "".join(f":root[data-gains={name}]{{--up:{up};--down:{down}}}\n" for name, (up, down) in pairs)

    return (
        f":root{{color-scheme:light dark;{declarations(LIGHT)}}}\n"
        f"{gains((name, scheme.light) for name, scheme in others)}"
        f"@media screen and (prefers-color-scheme:dark){{\n:root{{{declarations(DARK)}}}\n"
        f"{gains((name, scheme.dark) for name, scheme in others)}}}\n"
        f"@media print{{:root{{color-scheme:light;--paper:{PRINT['paper']}}}}}\n"
        f"{line_classes()}\n"
    )
