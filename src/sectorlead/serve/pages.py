"""Templates, and the filters they share with the reports."""

from __future__ import annotations

import json
import math
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sectorlead.reports.formatting import BLANK, by_unit, decimal, percent
from sectorlead.reports.message import say
from sectorlead.reports.render.i18n import Locale

HEAT_STEPS = 6


WORDS = ("Session", "Account", "Benchmark", "Equal weight", "to", "sessions")
"""What scripts say, in English."""


def render(template: str, language: Locale, **content: Any) -> str:
    """A page in a language; everything that comes from folders is escaped.

    Parameters
    ----------
    template : str
    language : Locale
    **content
        What the template shows. It says its own texts by ``_("...", name=value)``, which are messages; ``t(text)`` is
        for what other layers composed, such as the label of a metric.
    """

    def told(msgid: str, /, **args: Any) -> str:
        """A message with its arguments, in the language of the page."""
        return language.say(say(msgid, **args))

    def read(text: Any) -> Any:
        """What another layer composed; what is no text stays as it is."""
        return language.text(text) if isinstance(text, str) else text

    words = {word: language.text(word) for word in WORDS}
    return _environment().get_template(template).render(content, _=told, t=read, tag=language.tag, words=words)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("sectorlead.serve", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "by_unit": by_unit,
        "difference": difference,
        "percent": _or_blank(percent),
        "decimal": _or_blank(decimal),
        "amount": amount,
        "points": points,
        "heat": heat,
        "when": when,
        "address": address,
        "embedded": embedded,
        "spaced": lambda name: name.replace("_", " "),
    }
    return found


def address(folder: str) -> str:
    """A folder inside the path of a URL."""
    return quote(folder, safe="/")


def when(seconds: float) -> str:
    """A time in this machine's zone, to the minute."""
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def difference(value: float, unit: str) -> str:
    """A difference of metrics, with its sign; fractions in percentage points.

    Parameters
    ----------
    value : float
        Blank where it is not finite.
    unit : str
        Of the metric, as ``formatting.by_unit`` takes it.
    """
    if not math.isfinite(value):
        return BLANK
    text = f"{value * 100:+.1f} pp" if unit == "fraction" else by_unit(value, unit)
    if not any(digit in text for digit in "123456789"):
        return text.lstrip("+-\u2212")
    return text.replace("-", "\u2212") if text[0] in "+-\u2212" else f"+{text}"


def amount(value: float) -> str:
    """A number of shares or a price with as many decimals as it has, at most 4."""
    if not math.isfinite(value):
        return BLANK
    text = decimal(value, 4)
    return text.rstrip("0").rstrip(".") if "." in text else text


def points(value: float) -> str:
    """A fraction in percent without its sign, with one decimal; blank where unknown."""
    return percent(value).removesuffix("%") if math.isfinite(value) else ""


def heat(value: float, scale: float) -> str:
    """The class of a heat cell: its side and how full, in ``HEAT_STEPS`` steps.

    Parameters
    ----------
    value : float
        None of a value that is not finite.
    scale : float
        The size at which a cell is full.
    """
    if not math.isfinite(value):
        return ""
    step = min(HEAT_STEPS, round(abs(value) / scale * HEAT_STEPS)) if scale > 0 else 0
    return f"{'up' if value > 0 else 'down'} heat-{step}"


def embedded(content: Any) -> Markup:
    """JSON inside a page: nothing in it can end the element it is in."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def _or_blank(shown: Any) -> Any:
    """A filter that takes None for unknown."""
    return lambda value, *args: BLANK if value is None else shown(value, *args)
