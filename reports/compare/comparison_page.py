"""Several runs side by side: leaders against their controls, on one self-contained page."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...data.errors import InputError
from ...engine.market.fees import COSTS
from ...engine.record import Record
from ..analysis.execution import start
from ..analysis.pullbacks import Split, pullback_rule, pullback_spans, split
from ..analysis.rebalances import STATUSES, rebalances
from ..analysis.rules import Rules, rules_of_run
from ..charts import svg
from ..charts.palette import run_roles
from ..charts.shading import bands
from ..charts.time_series import drawdown_chart, growth_chart
from ..formatting import percent
from ..growth import Growth, benchmark_growth, by_month, periods_per_year, points, strategy_growth
from ..metrics.cash_drag import cash_drag
from ..metrics.drawdowns import max_drawdown
from ..metrics.registry import Definition
from ..metrics.run_metrics import definitions, too_short
from ..render.i18n import ENGLISH, Locale
from ..render.jinja import render, write
from ..sections.facts import (
    audits,
    costs_in_words,
    dividends,
    lot_warning,
    quality_fact,
    shared_notes,
    verification,
    yearly_fact,
)
from ..sections.tables import compounded, heat_scale
from ..sections.windows import windows_of_runs
from .comparison import ComparedRun, compared_run, named_runs, overlap

COLUMNS = (
    "cagr", "volatility", "sharpe", "max_drawdown", "relative_return", "information_ratio",
    "turnover", "cost_drag", "exposure", "holdings",
)  # fmt: skip


class _Row(NamedTuple):
    label: str
    role: str
    cells: list[tuple[Definition, float]]


class _Trading(NamedTuple):
    label: str
    role: str
    decisions: list[int]  # by status
    costs: list[float]  # by kind
    interest: float
    idle: float
    drag: float


class _Splits(NamedTuple):
    label: str
    role: str
    inside: Split
    outside: Split


def write_comparison(
    records: Mapping[str, Record] | Sequence[Record],
    path: str | Path,
    title: str = "Comparison",
    locale: str | Locale = ENGLISH,
    *,
    moves: str | None = None,
) -> Path:
    """Write one page that sets runs side by side; the first is the one that the others are controls of.

    Parameters
    ----------
    records : mapping of label to Record, or sequence of Record
        At least one, all over the same sessions.
    path : path
    title : str
    locale : str or Locale
        See ``i18n.LOCALES``.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.

    Raises
    ------
    InputError
        For no runs, or runs over different sessions.
    """
    named = named_runs(records)
    runs = list(named.values())
    first = runs[0]
    for label, record in named.items():
        if not record.sessions.equals(first.sessions):
            raise InputError(
                f"a comparison needs runs over the same sessions: {next(iter(named))} has {_span(first)}, "
                f"{label} has {_span(record)}; "
                "run them with the same data, start and end"
            )
    compared = [compared_run(label, record) for label, record in named.items()]
    dates, market = points(first), benchmark_growth(first)
    roles = run_roles(len(runs))
    lines = [
        (strategy_growth(record)._replace(label=label), role)
        for (label, record), role in zip(named.items(), roles, strict=True)
    ]
    drawn = [*lines, *([(market, "benchmark")] if market else [])]
    shaded = bands(pullback_spans(first))
    known = definitions(periods_per_year(first.sessions))
    columns = [known[name] for name in COLUMNS if market or name not in ("relative_return", "information_ratio")]
    years, by_year = _by_year(drawn, dates)
    sentences = [(label, record.sentence) for label, record in named.items()]
    facts = _facts(named)
    kinds = [kind for kind in COSTS if any(record.costs[kind] for record in runs)]
    content: dict[str, Any] = {
        "title": title,
        "ribbon": next((record.panel.ribbon for record in runs if record.panel.ribbon), ""),
        "records": named,
        "facts": facts,
        "counted": uncorrected(len(runs)),
        "dividends": dividends(first),
        "columns": columns,
        "rows": _rows(compared, roles, columns, first.panel.benchmark.name if market and first.panel.benchmark else ""),
        "growth": svg.chart(growth_chart(drawn, dates, shaded), max(320, 20 * len(drawn))),
        "growth_bands": bool(shaded),
        "rule": pullback_rule(first).sentence(),
        "benchmark": market.label if market else "",
        "drawdowns": _drawdowns(lines, market, dates),
        "splits": _splits(named, roles),
        "statuses": STATUSES,
        "kinds": [COSTS[kind] for kind in kinds],
        "trading": _trading(named, roles, kinds),
        "earned": any(record.terms.rate for record in runs),
        "books": _books(runs),
        "years": years,
        "by_year": by_year,
        "year_scale": heat_scale(np.array([values for _, values in by_year])),
        "windows": windows_of_runs(named),
        "overlap": overlap(compared),
        "sentences": sentences,
        "remark": f"{uncorrected(len(runs))} Past results, even honest ones, promise nothing.",
    }
    texts = [title, *named, *(text for _, text in [*facts, *sentences]), market.label if market else ""]
    texts += [text for book in content["books"] for rule in book.rules for text in (rule.source, rule.remark)]
    return write(path, render("comparison.html", texts, locale=locale, moves=moves, **content))


def _span(record: Record) -> str:
    return f"{len(record.sessions):,} sessions from {record.sessions[0]:%F} to {record.sessions[-1]:%F}"


def uncorrected(count: int) -> str:
    """That the ranking of so many variants is not corrected for their number."""
    if count == 1:
        return "One variant is shown. Nothing here is corrected for the number of variants that were tried."
    return (
        f"{count} variants are shown. Their ranking is not corrected for that number, nor for others that were tried "
        "and are not shown."
    )


def _facts(named: Mapping[str, Record]) -> list[tuple[str, str]]:
    """What the runs have in common; where they differ, each variant once."""
    runs = list(named.values())
    panel = runs[0].panel
    bench = panel.benchmark
    against = (
        f"; benchmark {bench.name} {bench.symbol if bench.symbol != bench.name else ''}".rstrip()
        if bench
        else "; no benchmark"
    )
    verified = sum(bool(record.verified) for record in runs)
    engines = (
        verification(runs[0]) if len(runs) == 1 else f"{verified} of {len(runs)} runs verified against backtrader."
    )
    small = _by_text({label: lot_warning(run) for label, run in named.items()}, ": ")
    return [
        *(("Warning", text) for text in small),
        ("Period", _span(runs[0])),
        *_started(named),
        *yearly_fact(runs[0]),
        ("Data", f"{panel.source or 'not named'}; {len(panel.symbols)} series{against}"),
        *quality_fact(runs[0]),
        *(("Note", note) for note in (*shared_notes(runs), *panel.notes)),
        ("Orders", _each(record.terms.in_words() for record in runs)),
        ("Costs", _each(costs_in_words(record) for record in runs)),
        *(("Idle cash", f"earns {text}") for text in [_each(record.terms.rate for record in runs)] if text),
        ("Engines", engines),
        ("Audit", audits(runs)),
        ("Trials", uncorrected(len(runs))),
    ]


def _started(named: Mapping[str, Record]) -> list[tuple[str, str]]:
    """When each run first acted, if one of them was late to."""
    began = {label: start(record) for label, record in named.items()}
    if not any(item.late for item in began.values() if item):
        return []
    texts = {label: f"{item.session:%F}" if item else "none" for label, item in began.items()}
    what = dict.fromkeys(item.what for item in began.values() if item and item.late)
    return [(" or ".join(what).replace("or First", "or first"), f"{'; '.join(_by_text(texts, ' '))}; in cash before")]


def _by_text(texts: Mapping[str, str], gap: str) -> list[str]:
    """Each text once, behind the labels that it is true of; alone where it is true of all. Empty ones are left out."""
    found: dict[str, list[str]] = {}
    for label, text in texts.items():
        found.setdefault(text, []).append(label)
    return [
        text if len(labels) == len(texts) else f"{', '.join(labels)}{gap}{text}"
        for text, labels in found.items()
        if text
    ]


def _each(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(texts))


def _rows(
    runs: Sequence[ComparedRun], roles: Sequence[str], columns: Sequence[Definition], market: str
) -> list[_Row]:
    """Metrics of each run, and of the benchmark of that name; "" is none."""
    rows = [
        _Row(run.label, role, [(item, run.metrics[item.name]) for item in columns])
        for run, role in zip(runs, roles, strict=True)
    ]
    if market:
        rows.append(_Row(market, "benchmark", [(item, runs[0].of_benchmark(item.name)) for item in columns]))
    return rows


def _trading(named: Mapping[str, Record], roles: Sequence[str], kinds: Sequence[str]) -> list[_Trading]:
    """What became of the decisions of each run, and what they cost."""
    out = []
    for (label, record), role in zip(named.items(), roles, strict=True):
        counts, drag = Counter(rebalances(record)["status"]), cash_drag(record)
        out.append(
            _Trading(
                label,
                role,
                [counts[status] for status in STATUSES],
                [record.costs[kind] for kind in kinds] + [sum(record.costs.values())],
                float(record.outcome.interest.sum()),
                float(drag.weight.mean()),
                math.nan if too_short(record) else drag.per_year,
            )
        )
    return out


def _books(runs: Sequence[Record]) -> list[Rules]:
    """The rule books of the runs, each once."""
    return list(dict.fromkeys(book for book in map(rules_of_run, runs) if book))


def _drawdowns(
    lines: Sequence[tuple[Growth, str]], market: Growth | None, dates: pd.DatetimeIndex
) -> list[tuple[str, str, object]]:
    behind = [(market, "benchmark")] if market else []
    deepest = min(max_drawdown(growth.levels) for growth, _ in [*lines, *behind])
    return [
        (
            growth.label,
            percent(max_drawdown(growth.levels)),
            svg.chart(drawdown_chart([(growth, role), *behind], dates, (), deepest), 110),
        )
        for growth, role in lines
    ]


def _splits(named: Mapping[str, Record], roles: Sequence[str]) -> list[_Splits]:
    """By the pullbacks that the first run's strategy sees, so that all are measured over the same sessions."""
    first = next(iter(named.values()))
    if too_short(first):
        return []
    parts = [split(record, first) for record in named.values()]
    return [_Splits(label, role, *part) for label, role, part in zip(named, roles, parts, strict=True) if part]


def _by_year(
    lines: Sequence[tuple[Growth, str]], dates: pd.DatetimeIndex
) -> tuple[list[int], list[tuple[str, list[float]]]]:
    months = [(growth.label, by_month(growth, dates)) for growth, _ in lines]
    years = np.unique(months[0][1].year).tolist()
    return years, [(label, [compounded(own.returns[own.year == year]) for year in years]) for label, own in months]
