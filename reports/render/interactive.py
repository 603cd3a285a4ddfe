"""What lets a reader zoom and hover: the lines once more as numbers, and one script inside the page.

The charts of a page are static SVG and stay so without a script, on paper and for screen readers. Where scripts run,
the growth and drawdown charts are drawn again from these numbers by uPlot (MIT licence, its text is in the page),
bars and heat cells can be reached by keyboard and say what they are, and tables sort by a click on a head. The page's
policy allows this one script by its hash, and nothing to be loaded from anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from ...engine.record import Record
from ..analysis.pullbacks import pullback_spans
from ..charts.palette import run_roles
from ..charts.shading import bands
from ..charts.spec import Band
from ..charts.wait import wait_of
from ..equal_weight import equal_weight_growth
from ..growth import Growth, benchmark_growth, points, strategy_growth
from .held_data import held_data
from .i18n import Locale

SCALE = 1e6
"""Steps per unit of a logarithm: levels are kept to a ten-thousandth of a percent, without drift."""

WORDS = {
    "all": "All",
    "1": "1y",
    "3": "3y",
    "5": "5y",
    "period": "Period shown",
    "session": "Session under the cursor",
    "find": "Find a series",
    "held": "Held at the close",
    "nothing": "Nothing held",
    "since": "since",
    "rank": "rank",
    "decided": "Decided",
    "came": "Came in",
    "left": "Left",
    "hint": "Drag to zoom, double click for all; arrow keys move the cursor",
}
"""What the script says, in English."""


class Layer(NamedTuple):
    """What a page embeds to become interactive; all empty where it has no lines.

    Attributes
    ----------
    style, data, script : Markup
        CSS, JSON, JavaScript.
    policy : str
        Content-Security-Policy of the page.
    """

    style: Markup
    data: Markup
    script: Markup
    policy: str


def layer(content: Mapping[str, Any], locale: Locale) -> Layer:
    """The interactive layer of a page, from its content: ``record`` of one run, ``records`` by label, or ``lined``.

    Parameters
    ----------
    content : mapping
        What a template is rendered with; ``lined`` is lines with roles, their dates, and shades. A page with none of
        these keys stays static.
    locale : Locale
        Of the script's words and the labels of lines.
    """
    record, records, lined = content.get("record"), content.get("records"), content.get("lined")
    shaded: Iterable[Band] = ()
    held: dict[str, Any] = {}
    if isinstance(record, Record):
        report = content.get("report")
        wait = wait_of(record)
        lines, dates = wait.lines(lines_of(record)), wait.dates
        held = held_data(record, wait)
        shaded = report.growth.bands if report else wait.bands(bands(pullback_spans(record)))
    elif isinstance(records, Mapping) and records:
        record, lines = next(iter(records.values())), lines_of_all(records)
        shaded, dates = bands(pullback_spans(record)), points(record)
    elif lined:
        lines, dates, shaded = lined
    else:
        return Layer(Markup(""), Markup(""), Markup(""), _policy(""))
    named = [(growth._replace(label=locale.text(growth.label)), role) for growth, role in lines]
    words = {key: locale.text(text) for key, text in WORDS.items()}
    script = _script()
    data = growth_data(named, dates, shaded, words, held)
    return Layer(Markup(_vendored("uPlot.min.css")), Markup(data), Markup(script), _policy(script))


def lines_of(record: Record) -> list[tuple[Growth, str]]:
    """The lines of a tearsheet with their roles: strategy, benchmark if there is one, all series in equal weight."""
    market = benchmark_growth(record)
    own = strategy_growth(record)._replace(label="Strategy")
    behind = [(market, "benchmark")] if market else []
    return [(own, "strategy"), *behind, (equal_weight_growth(record), "reference")]


def lines_of_all(records: Mapping[str, Record]) -> list[tuple[Growth, str]]:
    """The lines of a comparison with their roles: each run by its label, benchmark where there is one, equal weight."""
    lines = [
        (strategy_growth(record)._replace(label=label), role)
        for (label, record), role in zip(records.items(), run_roles(len(records)), strict=True)
    ]
    first = next(iter(records.values()))
    market = benchmark_growth(first)
    return [*lines, *([(market, "benchmark")] if market else []), (equal_weight_growth(first), "reference")]


def growth_data(
    lines: Sequence[tuple[Growth, str]],
    dates: pd.DatetimeIndex,
    shaded: Iterable[Band],
    words: Mapping[str, str],
    held: Mapping[str, Any] | None = None,
) -> str:
    """Lines as compact JSON that may stand inside a script element.

    Parameters
    ----------
    lines : sequence of (Growth, str)
        Growths of S + 1 levels, all on ``dates``, with their roles.
    dates : DatetimeIndex of shape (S + 1,)
    shaded : iterable of Band
        In the unit box; written as points of the lines, with a role where there is one.
    words : mapping
        Translations of ``WORDS``.
    held : mapping, optional
        What was held when, and why; see ``held_data``.

    Returns
    -------
    str
        ``first`` (days since 1970), ``gaps`` (days from each date to the next), ``scale``, ``bands``, ``words`` and
        ``lines``: label, role and ``steps``, the differences of ``round(log(level) * scale)`` from the last known one.
    """
    days = dates.to_numpy().astype("M8[D]").astype(np.int64)
    last = len(dates) - 1
    told = {
        "first": int(days[0]),
        "gaps": np.diff(days).tolist(),
        "scale": SCALE,
        "bands": [[round(band.start * last), round(band.stop * last), *band[2:]] for band in shaded],
        "words": dict(words),
        "lines": [{"label": line.label, "role": role, "steps": _steps(line.levels)} for line, role in lines],
        **({"held": held} if held else {}),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _steps(levels: NDArray[np.float64]) -> list[int | None]:
    """Whole differences of the scaled logarithm; None where the level is unknown."""
    known = np.isfinite(levels)
    logs = np.rint(np.log(np.maximum(levels[known], 1e-6)) * SCALE).astype(np.int64)
    out: list[int | None] = [None] * len(levels)
    for at, step in zip(np.flatnonzero(known).tolist(), np.diff(logs, prepend=0).tolist(), strict=True):
        out[at] = step
    return out


@lru_cache(maxsize=1)
def _script() -> str:
    """uPlot with its licence, and what uses it."""
    library = _vendored("uPlot.iife.min.js").split("\n", 1)[1].rstrip()  # the first line only names its address
    licence = _vendored("LICENSE.txt").strip()
    own = files(__package__).joinpath("templates", "interactive.js").read_text(encoding="utf-8")
    shared = files(__package__).joinpath("static", "numbers.js").read_text(encoding="utf-8").replace("\nexport ", "\n")
    # without comments and indents, which no text of theirs has
    shared, own = (re.sub(r"\n\s+", "\n", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)) for text in (shared, own))
    return f"\n/* uPlot 1.6.32\n{licence}\n*/\n{library}\n(() => {{\n{shared}{own}}})();\n"


@lru_cache
def _vendored(name: str) -> str:
    return files(__package__).joinpath("static", "uplot", name).read_text(encoding="utf-8")


def _policy(script: str) -> str:
    """Nothing is loaded; of scripts, only this one runs."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f"'sha256-{digest}'" if script else "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; font-src data:; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
