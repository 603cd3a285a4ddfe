"""Shades that several charts of a page have in common, drawn once."""

from __future__ import annotations

import re

_SHADES = re.compile(r'(?:<path class="band[^"]*" d="[^"]*"/>)+')


def drawn_once(page: str) -> str:
    """The page with every run of shades once, where its first chart has it; further charts refer to that.

    All charts of ``charts.svg`` have one box, so the same shades are the same paths.

    Parameters
    ----------
    page : str
        HTML.
    """
    count: dict[str, int] = {}
    for shades in _SHADES.findall(page):
        count[shades] = count.get(shades, 0) + 1
    names = {shades: f"shades-{k}" for k, shades in enumerate(each for each, times in count.items() if times > 1)}
    drawn: set[str] = set()

    def shown(found: re.Match[str]) -> str:
        shades = found[0]
        if shades not in names:
            return shades
        if shades in drawn:
            return f'<use href="#{names[shades]}"/>'
        drawn.add(shades)
        return f'<g id="{names[shades]}">{shades}</g>'

    return _SHADES.sub(shown, page)
