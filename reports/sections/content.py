"""Everything a report of one run says, computed once; the page and the PDF only lay it out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ...data.types import Floats
from ...engine.config import TERMS
from ...engine.record import Record
from ...engine.strategy import as_strategy
from ..analysis.attribution import Attribution, attribution
from ..analysis.drawdowns import Fall, deepest_falls
from ..analysis.execution import Refused, Rotated, refused, rotations, start, starved
from ..analysis.phases import Capture, PhaseRow, by_phase, captures
from ..analysis.pullbacks import Phase, Split, phases, pullback_spans, split
from ..analysis.rolling import window_of
from ..analysis.rules import Rules, rules_of_run
from ..analysis.sectors import Sector, sectors
from ..analysis.targets import Attained, attained
from ..charts.palette import series_roles
from ..charts.shading import bands, phase_bands, phase_key
from ..charts.spec import Chart
from ..charts.time_series import drawdown_chart, growth_chart
from ..formatting import decimal
from ..growth import (
    Growth,
    benchmark_growth,
    by_month,
    equal_weight_growth,
    fewest_sessions,
    periods_per_year,
    points,
    strategy_growth,
)
from ..history import history_of
from ..holdings import holding_spells
from ..manifest import manifest
from ..market_context import MarketContext
from ..metrics.registry import Definition
from ..metrics.run_metrics import LINE_METRICS, PRICE_INDEX, definitions, line_metrics, readable, summary, too_short
from .rolling import Rolling, rolling_charts
from .rotation_map import RotationMap, rotation_map
from .timeline import never_held, timeline

RELATIVE = (
    "relative_return", "alpha", "beta", "correlation", "tracking_error", "information_ratio", "up_capture",
    "down_capture", "hit_rate", "batting_average",
)  # fmt: skip
RISK = (
    "ulcer_index", "var_95", "cvar_95", "skewness", "kurtosis", "tail_ratio", "positive_sessions", "positive_months",
)  # fmt: skip
TRADING = (
    "turnover", "cost_drag", "cost_per_traded", "break_even_cost", "break_even_cost_over_benchmark", "exposure",
    "unintended_cash", "cash_drag", "interest", "holdings", "spells", "holding_mean", "positive_spells",
    "positive_series", "capacity", "decisions", "fills", "rejections",
)  # fmt: skip
_OPTIONAL = ("interest", "break_even_cost_over_benchmark", "capacity")
"""Rows that are left out where they say nothing."""

ONE_VARIANT = (
    "One variant. Nothing here is corrected for the number of variants that were tried before this one was kept."
)
NOT_AUDITED = "Not audited for look-ahead; trials not counted."


class Measure(NamedTuple):
    """One row of a metrics table."""

    definition: Definition
    values: tuple[float, ...]


class Year(NamedTuple):
    """One row of the monthly table; NaN where a line has no value."""

    year: int
    months: tuple[float, ...]  # 12 of them
    total: float
    benchmark: float


class Cost(NamedTuple):
    """One kind of cost, in currency; kinds that cost nothing have no row."""

    kind: str
    total: float
    per_year: float
    per_traded: float  # fraction of the traded value


class Tracked(NamedTuple):
    """How a fund followed the sector that it was traded for; fractions per year but for the correlation."""

    sector: str
    fund: str
    first: pd.Timestamp
    sessions: int
    index_return: float
    fund_return: float
    difference: float
    tracking_error: float
    correlation: float


@dataclass(frozen=True)
class Sheet:
    """The content of a report; see ``sheet``."""

    record: Record
    title: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    headline: tuple[Measure, ...]
    dividends: str
    relative: tuple[Measure, ...]
    risk: tuple[Measure, ...]
    trading: tuple[Measure, ...]
    growth: Chart
    drawdown: Chart
    timeline: Chart
    never_held: tuple[str, ...]
    years: tuple[Year, ...]
    context: MarketContext | None
    phase_key: tuple[tuple[str, str], ...]
    by_phase: tuple[PhaseRow, ...]
    captures: tuple[Capture, ...]
    falls: tuple[Fall, ...]
    rolling: Rolling | None
    map: RotationMap | None
    sectors: tuple[Sector, ...]
    attribution: Attribution | None
    phases: tuple[Phase, ...]
    split: tuple[Split, Split] | None
    costs: tuple[Cost, ...]
    refused: tuple[Refused, ...]
    attained: Attained | None
    tracked: tuple[Tracked, ...]
    rules: Rules | None
    rotations: tuple[Rotated, ...]
    provenance: tuple[tuple[str, str], ...]
    call: str

    def texts(self) -> tuple[str, ...]:
        """All that may hold Chinese."""
        panel = self.record.panel
        facts = (text for _, text in self.facts)
        rules = self.rules.rules if self.rules else ()
        read = (self.context.phase_rule, self.context.map_rule, *self.context.phase_names) if self.context else ()
        return (
            self.title,
            self.sentence,
            self.call,
            *self.columns,
            *facts,
            *panel.names,
            *panel.symbols,
            *panel.groups,
            *panel.notes,
            *read,
            *(text for rule in rules for text in (rule.source, rule.remark)),
            *(text for row in self.tracked for text in (row.sector, row.fund)),
        )


def sheet(record: Record, context: MarketContext | None = None) -> Sheet:
    """Computes the content of a report; without ``context`` it has no market phases and no map."""
    dates, periods = points(record), periods_per_year(record.sessions)
    raw, known = summary(record), definitions(periods)
    values = readable(raw, record)
    shaded = phase_bands(record, context) if context else bands(pullback_spans(record))
    held = holding_spells(history_of(record))
    own = strategy_growth(record)._replace(label="Strategy")
    lines = [(own, "strategy"), *_references(record)]
    market = lines[1][0] if len(lines) > 2 else None
    measured = [readable(line_metrics(line, dates, periods), record) for line, _ in lines]
    return Sheet(
        record=record,
        title=record.name,
        sentence=record.sentence,
        facts=facts(record),
        columns=tuple(line.label for line, _ in lines),
        headline=tuple(Measure(known[name], tuple(column[name] for column in measured)) for name in LINE_METRICS),
        dividends=dividends(record),
        relative=tuple(Measure(known[name], (values[name],)) for name in RELATIVE if math.isfinite(raw[name])),
        risk=tuple(Measure(known[name], (values[name],)) for name in RISK),
        trading=tuple(
            Measure(known[name], (values[name],))
            for name in TRADING
            if name not in _OPTIONAL or (raw[name] and math.isfinite(raw[name]))
        ),
        growth=growth_chart(lines, dates, shaded),
        drawdown=drawdown_chart(lines[:2], dates, shaded),
        timeline=timeline(record, dates, held, shaded),
        never_held=never_held(record, held),
        years=_years(record, own, market),
        context=context,
        phase_key=phase_key(record, context) if context else (),
        by_phase=by_phase(record, context) if context else (),
        captures=captures(record),
        falls=deepest_falls(own, market, dates),
        rolling=rolling_charts(lines[0], lines[2], market, dates, shaded, window_of(periods)) if market else None,
        map=rotation_map(record, context) if context else None,
        sectors=sectors(record, series_roles(record.panel.symbols, record.panel.groups)),
        attribution=attribution(record),
        phases=tuple(phases(record)),
        split=_split(record),
        costs=_costs(record, 0.0 if too_short(record) else values["years"]),
        refused=tuple(refused(record)),
        attained=attained(record) if len(record.outcome.decisions.row) else None,
        tracked=_tracked(record),
        rules=rules_of_run(record),
        rotations=tuple(rotations(record)),
        provenance=_provenance(record),
        call=_call(record),
    )


def _references(record: Record) -> list[tuple[Growth, str]]:
    """The benchmark, if there is one, and all series in equal weight."""
    market = benchmark_growth(record)
    return ([(market, "benchmark")] if market else []) + [(equal_weight_growth(record), "reference")]


# --- sentences ------------------------------------------------------------------------------------------------------

def convention(record: Record) -> str:
    """When and at what price orders fill, in words."""
    return record.terms.in_words()


def verification(record: Record) -> str:
    """What both engines agreed on, or that only one ran."""
    if record.verified:
        return f"Verified: {record.verified}."
    return f"Not verified: one engine ran ({record.terms.engine})."


def dividends(record: Record) -> str:
    """That the benchmark may lack what the series have: their adjustment factors change, and it has none; or ""."""
    panel = record.panel
    factor = panel.last_factor
    adjusted = bool((np.isfinite(factor[:-1]) & (factor[1:] != factor[:-1])).any())
    if panel.benchmark is None or not adjusted:
        return ""
    return f"Benchmark: from its own closes; {PRICE_INDEX}, which the series' adjusted returns may hold."


def costs_in_words(record: Record) -> str:
    """The market's rules, and how many of them rest on a doubtful source."""
    rules = rules_of_run(record)
    doubt = f"; not verified: {rules.unverified} of its {len(rules.rules)} rules in force" if rules else ""
    return f"{record.market.name}: {record.market.sentence()}" + doubt * bool(rules and rules.unverified)


def idle(record: Record) -> str:
    """What idle cash earned, in words."""
    rate = record.terms.rate
    return (
        f"idle cash earned {decimal(float(record.outcome.interest.sum()), 0)} ({rate})"
        if rate
        else "idle cash earns nothing"
    )


def brevity(record: Record) -> tuple[tuple[str, str], ...]:
    """Why numbers per year are blank, as a fact; none where they are not."""
    if not too_short(record):
        return ()
    least = fewest_sessions(periods_per_year(record.sessions))
    return (("Yearly", f"Too short to annualise (fewer than {least} sessions): numbers per year are left blank."),)


def poverty(record: Record) -> str:
    """That lots kept the run from its portfolio; "" where they did not."""
    if (found := starved(record)) is None:
        return ""
    small, buys = found
    count = f"{small:,} of {buys:,} buys were less than one lot"
    most = f"Most buys were less than one lot ({small:,} of {buys:,})" if small > buys / 2 else count
    return f"{most}: more cash, or market cn-index for indices, which can't be bought."


def facts(record: Record) -> tuple[tuple[str, str], ...]:
    """What a reader must know before any number, as pairs of label and text."""
    panel, sessions = record.panel, record.sessions
    bench = panel.benchmark
    held = int((record.outcome.shares > 0).any(axis=0).sum())
    against = (
        f"; benchmark {bench.name} {bench.symbol if bench.symbol != bench.name else ''}".rstrip()
        if bench
        else "; no benchmark"
    )
    rows = [
        ("Period", f"{sessions[0]:%F} to {sessions[-1]:%F}, {len(sessions):,} sessions"),
        (
            "Data",
            f"{panel.source or 'not named'}; {len(panel.symbols)} series, {held} of them held at some time{against}",
        ),
        ("Orders", convention(record)),
        ("Costs", costs_in_words(record)),
        (
            "Capital",
            f"{decimal(record.terms.cash, 0)} became {decimal(float(record.outcome.equity[-1]), 0)}; {idle(record)}",
        ),
        ("Engines", verification(record)),
        ("Audit", NOT_AUDITED),
        ("Trials", ONE_VARIANT),
    ]
    if (warning := poverty(record)) != "":
        rows.insert(5, ("Warning", warning))
    rows[2:2] = [("Note", note) for note in (*record.notes, *panel.notes)]
    began = start(record)
    late = [(began.what, f"{began.session:%F}; in cash before")] if began and began.late else []
    rows[1:1] = [*late, *brevity(record)]
    return tuple(rows)


def _call(record: Record) -> str:
    """The run as a call in Python."""
    terms, bench = record.terms, record.panel.benchmark
    span = {"start": f"{record.sessions[0]:%F}", "end": f"{record.sessions[-1]:%F}"}
    kept = {name: getattr(terms, name) for name in TERMS if name not in ("cash_rate", "name")} | span
    told = {name: value for name, value in kept.items() if value is not None}
    given = [f"{name}={value!r}" for name, value in ({"market": record.market.name} | told).items()]
    given += ["cash_rate=rate"] * bool(terms.rate)
    against = f", benchmark={bench.symbol!r}" if bench else ""
    rate = f"# rate: {terms.rate}\n" if terms.rate else ""
    panel = f"panel: {record.panel.source or 'not named'}{against}, hash {record.panel.content_hash}"
    return f"# {panel}\n{rate}run(\n    {record.sentence},\n    panel,\n    {', '.join(given)},\n)"


def _provenance(record: Record) -> tuple[tuple[str, str], ...]:
    told = manifest(record)
    versions = ", ".join(f"{name} {version}" for name, version in told["versions"].items() if version)
    rules = ", ".join(
        f"{key} {value:g}" if isinstance(value, float) else f"{key} {value}"
        for key, value in record.market.describe().items()
        if value is not None and key != "rulebook"
    )
    panel = told["panel"]
    return (
        (
            "Panel",
            f"hash {panel['hash']}; {panel['series']} series, {panel['sessions']:,} sessions, "
            f"{panel['from']} to {panel['to']}",
        ),
        ("Market rules", rules),
        ("Versions", f"Python {told['python']}, {versions}"),
        ("Platform", told["platform"]),
        ("Code", told["revision"] or "no checkout known"),
    )


# --- tables ---------------------------------------------------------------------------------------------------------


def _years(record: Record, own: Growth, market: Growth | None) -> tuple[Year, ...]:
    dates = points(record)
    mine = by_month(own, dates)
    theirs = by_month(market, dates).returns if market else np.full(len(mine.returns), np.nan)
    out = []
    for year in np.unique(mine.year).tolist():
        here = mine.year == year
        months = np.full(12, np.nan)
        months[mine.month[here] - 1] = mine.returns[here]
        out.append(Year(year, tuple(months.tolist()), compounded(mine.returns[here]), compounded(theirs[here])))
    return tuple(out)


def compounded(returns: Floats) -> float:
    """Product of ``1 + r`` over the known returns, less 1; NaN if none is known."""
    known = returns[np.isfinite(returns)]
    return float(np.prod(1.0 + known) - 1.0) if len(known) else math.nan


def _tracked(record: Record) -> tuple[Tracked, ...]:
    """The tracking table of a strategy that trades funds for sectors, over the run's sessions."""
    table: Any = as_strategy(record.strategy).tracked(record.panel, record.sessions[0], record.sessions[-1])
    if table is None:
        return ()
    numbers = Tracked._fields[4:]
    return tuple(
        Tracked(
            _both(row.sector_name, row.sector), _both(row.fund_name, row.fund), row.first, int(row.sessions),
            *(float(getattr(row, name)) for name in numbers),
        )
        for row in table.itertuples()
    )  # fmt: skip


def _both(name: str, symbol: str) -> str:
    return symbol if name == symbol else f"{name} {symbol}"


def _split(record: Record) -> tuple[Split, Split] | None:
    parts = split(record)
    if parts is None or not too_short(record):
        return parts
    return Split(parts[0].sessions, *[math.nan] * 3), Split(parts[1].sessions, *[math.nan] * 3)


def _costs(record: Record, years: float) -> tuple[Cost, ...]:
    log = record.outcome.fills
    traded = float(log.value[log.side != 0].sum())
    kinds = {kind.replace("_", " ").capitalize(): value for kind, value in record.costs.items() if value}
    kinds["All costs"] = sum(record.costs.values())
    return tuple(
        Cost(kind, value, value / years if years > 0 else math.nan, value / traded if traded else math.nan)
        for kind, value in kinds.items()
    )


def heat_scale(values: Floats, least: float = 0.02) -> float:
    """Value at which a heat colour is full: the 90th percentile of the sizes, at least ``least``."""
    known = np.abs(values[np.isfinite(values)])
    return max(least, float(np.percentile(known, 90))) if len(known) else least


class Mark(NamedTuple):
    """A series in a pullback."""

    name: str
    relative: float
    held: bool


def best_and_worst(record: Record, phase: Phase, count: int = 3) -> tuple[list[Mark], list[Mark]]:
    """The series that held up best, and those that fell most; fewer than ``count`` where few are listed."""
    known = [i for i in np.argsort(-phase.series, kind="stable").tolist() if math.isfinite(phase.series[i])]
    count = min(count, (len(known) + 1) // 2)
    marks = [Mark(record.panel.names[i], float(phase.series[i]), bool(phase.held[i])) for i in known]
    return marks[:count], marks[: -count - 1 : -1] if len(known) > 1 else []
