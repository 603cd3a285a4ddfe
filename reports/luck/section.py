"""The section on luck, as pages and notebooks have it."""

from __future__ import annotations

from typing import Any

from .result import LuckResult
from .strips import axis_texts, strips
from .words import in_words


def luck_section(found: LuckResult) -> dict[str, Any]:
    """What a template needs.

    Parameters
    ----------
    found : LuckResult
    """
    return {
        "label": found.label,
        "told": in_words(found),
        "strips": strips(found),
        "cagr": axis_texts(found, ahead=False),
        "ahead": axis_texts(found, ahead=True),
    }
