"""Metrics of runs under a year, as tables show them: not annualised, so that variants can still be ranked by them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from ..growth import annualises
from .registry import Definition
from .run_metrics import definitions, is_yearly

__all__: list[str] = []  # what reports of several runs use

NEEDED = ("cagr", "max_drawdown", "years", "sessions", "periods_per_year")
"""Metrics that the others are made from."""
_COMPOUNDED = ("cagr", "relative_return", "relative_return_over_equal_weight")
_SUMMED = ("turnover", "cost_drag", "cash_drag")
_TEXT = "of the whole run and not annualised, as it is under a year"


def is_short(values: Mapping[str, Any] | pd.Series) -> bool:
    """Whether a run with these metrics is under a year.

    Parameters
    ----------
    values : mapping of str to float, or Series
        ``sessions`` and ``periods_per_year`` among them.
    """
    return not annualises(float(values["sessions"]), float(values["periods_per_year"]))


def shown_definitions(*, short: bool) -> dict[str, Definition]:
    """``definitions``, those given per year as ``not_annualised`` has them where runs are short."""
    known = definitions()
    if not short:
        return known
    return {
        name: replace(it, label=f"{it.label}, not annualised", text=_TEXT, annualised="no") if it.yearly else it
        for name, it in known.items()
    } | {"cagr": replace(known["total_return"], name="cagr")}


def not_annualised(name: str, table: pd.DataFrame) -> pd.Series:
    """A metric of runs under a year: what it is of all their sessions; NaN where it has no such.

    Parameters
    ----------
    name : str
    table : DataFrame
        A row per run, with the metric and those in ``NEEDED``.

    Returns
    -------
    Series
        The values as they are, of a metric that isn't given per year.
    """
    definition, values = definitions()[name], table[name]
    if not definition.yearly:
        return values
    share = table["sessions"] / table["periods_per_year"]  # of a year
    way: Mapping[str, Callable[[], pd.Series]] = {
        "√252": lambda: values * share**0.5,
        "× 252": lambda: values * share,
        "252 sessions": lambda: (1.0 + values) ** share - 1.0,
    }
    if name in _COMPOUNDED:
        return (1.0 + values) ** table["years"] - 1.0
    if name in _SUMMED:
        return values * table["years"]
    if name == "calmar":
        return ((1.0 + table["cagr"]) ** table["years"] - 1.0) / table["max_drawdown"].abs()
    found = way.get(definition.annualised)
    return found() if found else pd.Series(math.nan, values.index)


def blank_if_short(table: pd.DataFrame) -> pd.DataFrame:
    """A table of runs over the same sessions as files have it: blank in what is given per year where they are short.

    Parameters
    ----------
    table : DataFrame
        A row per run, ``sessions`` and ``periods_per_year`` among its columns.
    """
    known = table[["sessions", "periods_per_year"]].dropna()
    if known.empty or not is_short(known.iloc[0]):
        return table
    return table.assign(**{name: math.nan for name in map(str, table) if is_yearly(name)})


def read_short(read: Callable[..., pd.DataFrame]) -> tuple[Callable[..., pd.DataFrame], bool]:
    """A reader of metrics that annualises nothing, where the runs are under a year, and whether they are.

    Parameters
    ----------
    read : callable
        Gives columns of a table, and rows by number, as ``SweepResult.read`` does.
    """
    spans = read(["sessions", "periods_per_year"]).dropna()
    if spans.empty or not is_short(spans.iloc[0]):
        return read, False

    def converted(columns: list[str], *rows: Any) -> pd.DataFrame:
        known = definitions()
        yearly = [name for name in columns if name in known and known[name].yearly]
        table = read(list(dict.fromkeys((*columns, *NEEDED))) if yearly else columns, *rows)
        return table.assign(**{name: not_annualised(name, table) for name in yearly})[columns]

    return converted, True
