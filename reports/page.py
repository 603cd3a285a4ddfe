"""Templates, filters and fonts that the HTML reports share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from . import fonts, svg
from .numbers import BLANK, by_unit, decimal, percent


def render(template: str, texts: Iterable[str], **content: Any) -> str:
    """One self-contained page; ``texts`` are all that may hold Chinese."""
    page = _environment().get_template(template).render(content)
    subset = fonts.subset(texts) if fonts.needs_cjk(page) else None
    return page.replace("/*font*/", subset.css() if subset else "", 1)


def write(path: str | Path, page: str) -> Path:
    """Write a page, making its folder."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8", newline="\n")
    return target


@lru_cache(maxsize=1)
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "by_unit": by_unit,
        "percent": percent,
        "decimal": decimal,
        "points": _points,
        "tone": _tone,
        "bars": svg.row,
        "x_labels": svg.x_labels,
        "chart": svg.chart,
    }
    return found


def _points(value: float, digits: int = 1) -> str:
    """A fraction in percent without the sign "%", for tables that say so in their caption."""
    text = percent(value, digits)
    return "" if text == BLANK else text.removesuffix("%")


def _tone(value: float, scale: float) -> str:
    """How full a heat colour is, 0 to 1."""
    return f"{min(1.0, abs(value) / scale):.2g}"
