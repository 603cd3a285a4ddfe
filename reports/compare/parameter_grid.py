"""Parameter grids: runs of one rule that differ in one or two numbers only, as a line or a heatmap."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from ...data.types import Floats
from ...engine.canonical import Data, sentence
from ...engine.record import Record
from ..charts.axes import Scale, apart, linear_scale
from ..charts.spec import Chart, Line
from ..formatting import percent
from ..growth import periods_per_year, points, strategy_growth, years_between
from ..metrics.returns import cagr, sharpe
from ..metrics.run_metrics import too_short

LEAST = 3
"""Runs that make a line; a heatmap takes two values of each parameter."""
_UNORDERED = ("seed",)  # numbers that are names


class Grid(NamedTuple):
    """Runs over one or two parameters; R values down, C across.

    Attributes
    ----------
    across, down : str
        Names of the parameters, such as "score lookback"; ``down`` is "" where there is one.
    columns, rows : tuple of float or str
        Their values, numbers ascending; ``rows`` is (NaN,) where there is one parameter.
    cagr, sharpe : float arrays of shape (R, C)
        NaN where no run has these values, or it is too short.
    labels : tuple of str
        Of the runs.
    short : bool
        Whether the runs are under a year: ``cagr`` is the total return then, and ``sharpe`` not annualised.
    """

    across: str
    down: str
    columns: tuple[float | str, ...]
    rows: tuple[float | str, ...]
    cagr: Floats
    sharpe: Floats
    labels: tuple[str, ...]
    short: bool = False


def numbers_of(data: Data) -> tuple[dict[str, float], dict[str, str]]:
    """The numbers of a strategy by path (``score.lookback``), and all else that tells it from others.

    Parameters
    ----------
    data : dict
        Of ``sectorlead.engine.canonical.to_data``. Parts inside it are followed into; a number is an int or a float,
        not a bool. Both are empty for what is no object.
    """
    numbers: dict[str, float] = {}
    others: dict[str, str] = {}

    def walk(node: Data, path: str) -> None:
        others[path] = node["name"]
        for key, value in node["parameters"].items():
            name = f"{path}.{key}" if path else key
            if isinstance(value, dict) and "parameters" in value:
                walk(value, name)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                numbers[name] = float(value)
            else:
                others[name] = sentence(value)

    if isinstance(data, dict) and "parameters" in data:
        walk(data, "")
    return numbers, others


def grids(records: Mapping[str, Record]) -> list[Grid]:
    """Every set of runs that differ in exactly one or two numbers and in nothing else, but for those within another.

    ``LEAST`` runs make a set. Numbers that are equal in every run of a kind count as one parameter; seeds are none.
    """
    kinds: dict[tuple[Any, ...], dict[str, dict[str, float]]] = {}
    for label, record in records.items():
        numbers, others = numbers_of(record.strategy_data)
        if numbers:
            kinds.setdefault((tuple(sorted(others.items())), tuple(sorted(numbers))), {})[label] = numbers
    found: list[Grid] = []
    for members in kinds.values():
        varying = _varying(members)
        for across, down in [*combinations(varying, 2), *((name, "") for name in varying)]:
            for grid in _sets(records, members, varying, across, down):
                if not any(set(grid.labels) <= set(other.labels) for other in found):
                    found.append(grid)
    return found


def _varying(members: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Names of the numbers that differ between runs, one for those that are always equal."""
    columns: dict[tuple[float, ...], str] = {}
    for name in next(iter(members.values())):
        values = tuple(numbers[name] for numbers in members.values())
        if len(set(values)) > 1 and name.rpartition(".")[2] not in _UNORDERED:
            columns.setdefault(values, name)
    return list(columns.values())


def _sets(
    records: Mapping[str, Record], members: Mapping[str, Mapping[str, float]], varying: Sequence[str], a: str, b: str
) -> list[Grid]:
    """The grids over two parameters (or one), one for each combination of the others."""
    rest: dict[tuple[float, ...], list[str]] = {}
    seeds = [name for name in next(iter(members.values())) if name.rpartition(".")[2] in _UNORDERED]
    for label, numbers in members.items():
        key = tuple(numbers[name] for name in (*varying, *seeds) if name not in (a, b))
        rest.setdefault(key, []).append(label)
    out = []
    for labels in rest.values():
        across = tuple(sorted({members[label][a] for label in labels}))
        down = tuple(sorted({members[label][b] for label in labels})) if b else (math.nan,)
        if len(labels) < LEAST or len(across) < 2 or (b and len(down) < 2):
            continue
        cells = np.full((2, len(down), len(across)), np.nan)
        for label in labels:
            i = down.index(members[label][b]) if b else 0
            cells[:, i, across.index(members[label][a])] = _measured(records[label])
        out.append(Grid(*_names(a, b), across, down, cells[0], cells[1], tuple(labels)))
    return out


def _names(a: str, b: str) -> tuple[str, str]:
    """The last two parts of each path, as words; the whole where these are alike."""
    short = [" ".join(path.split(".")[-2:]) for path in (a, b)]
    return (short[0], short[1]) if short[0] != short[1] else (a.replace(".", " "), b.replace(".", " "))


def _measured(record: Record) -> tuple[float, float]:
    if too_short(record):
        return math.nan, math.nan
    own = strategy_growth(record)
    years = years_between(points(record), own.levels)
    return cagr(own.levels, years), sharpe(own.returns, periods_per_year(record.sessions))


def line_chart(grid: Grid) -> Chart | None:
    """Return a year over the only parameter; None for two, for one of texts, or where nothing is known."""
    known = grid.cagr[np.isfinite(grid.cagr)]
    columns = [value for value in grid.columns if not isinstance(value, str)]
    if grid.down or not len(known) or len(columns) < len(grid.columns):
        return None
    scale = linear_scale(known, 0.08, 0.002)
    across = Scale(columns[0], columns[-1])
    made = "Total return" if grid.short else "CAGR"
    told = "; ".join(f"{value:g}: {percent(one)}" for value, one in zip(columns, grid.cagr[0].tolist(), strict=True))
    x, y = across.at(np.array(columns)), scale.at(grid.cagr[0])
    return Chart(
        f"{made} by {grid.across}",
        f"{made} by {grid.across}. {told}.",
        apart(columns, [f"{value:g}" for value in columns], across),
        scale.percent_ticks(),
        lines=(Line(made, percent(float(known[-1])), "strategy", x, y),),
        height=160,
        x_reach=across.reach(),
        y_reach=scale.reach(percent=True),
    )
