"""Everything a report of one run says, computed once; the page and the PDF only lay it out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ...engine.record import Record
from ..analysis.among_picks import AmongPicks
from ..analysis.attribution import Attribution, attribution
from ..analysis.drawdown_split import Part, split_drawdowns
from ..analysis.drawdowns import Drawdown, deepest_falls
from ..analysis.execution import Refused, Rotated, refused, rotations
from ..analysis.extremes import Extreme, extremes
from ..analysis.first_look import FirstLook, first_look
from ..analysis.one_bar_later import Repriced, one_bar_later
from ..analysis.phases import Capture, PhaseRow, by_phase, captures
from ..analysis.pullbacks import RunPullback, Split, pullback_spans, run_pullbacks
from ..analysis.rolling import window_of
from ..analysis.rules import Rules, rules_of_run
from ..analysis.sectors import Sector, sectors
from ..analysis.targets import Attained, attained
from ..analysis.trailing import Trailing, trailing
from ..analysis.why_rotated import Why, why_rotated
from ..charts.shading import bands, phase_bands, phase_key
from ..charts.spec import Chart
from ..charts.time_series import drawdown_chart, growth_chart
from ..charts.wait import wait_of
from ..equal_weight import equal_weight_growth
from ..growth import Growth, benchmark_growth, periods_per_year, points, strategy_growth
from ..history import history_of
from ..holdings import holding_spells
from ..luck.result import LuckResult
from ..market_context import MarketContext
from ..metrics.run_metrics import (
    LINE_METRICS,
    definitions,
    line_metrics,
    readable,
    relative_metrics,
    summary,
    too_short,
)
from ..series_colours import series_colours
from ..significance.findings import Verdict
from ..significance.of_run import run_verdict
from .facts import call, dividends, facts, provenance
from .risk_charts import behind_chart, returns_chart, rolling_risk
from .rolling import Rolling, rolling_charts
from .rotation_map import RotationMap, rotation_map
from .tables import (
    Cost,
    Measure,
    Tracked,
    Year,
    costs_by_kind,
    excess_years,
    inside_and_outside,
    tracked_funds,
    years_of,
)
from .timeline import never_held, timeline
from .windows import WindowsView, windows_of_runs

RELATIVE = (
    "relative_return", "alpha", "beta", "correlation", "tracking_error", "information_ratio", "up_capture",
    "down_capture", "hit_rate", "batting_average",
)  # fmt: skip
RISK = (
    "ulcer_index", "var_95", "cvar_95", "skewness", "kurtosis", "tail_ratio", "positive_sessions", "positive_months",
)  # fmt: skip
TRADING = (
    "turnover", "cost_drag", "cost_per_traded", "break_even_cost", "break_even_cost_over_benchmark", "exposure",
    "unintended_cash", "cash_drag", "interest", "cash_flows", "money_weighted_return", "stale_marked_max",
    "stale_marked_end", "holdings", "spells", "holding_mean", "positive_spells", "positive_series", "capacity",
    "decisions", "fills", "rejections",
)  # fmt: skip
EXPLAINED = 5
"""Decisions that are told in words."""
_OPTIONAL = (
    "interest", "cash_flows", "money_weighted_return", "stale_marked_max", "stale_marked_end",
    "break_even_cost_over_benchmark", "capacity",
)  # fmt: skip
"""Rows that are left out where they say nothing."""


@dataclass(frozen=True)
class ReportContent:
    """The content of a report; see ``report_content``."""

    record: Record
    title: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    headline: tuple[Measure, ...]
    dividends: str
    relative: tuple[Measure, ...]
    against: tuple[str, ...]
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
    falls: tuple[Drawdown, ...]
    rolling: Rolling | None
    map: RotationMap | None
    sectors: tuple[Sector, ...]
    attribution: Attribution | None
    phases: tuple[RunPullback, ...]
    split: tuple[Split, Split] | None
    costs: tuple[Cost, ...]
    refused: tuple[Refused, ...]
    attained: Attained | None
    tracked: tuple[Tracked, ...]
    rules: Rules | None
    rotations: tuple[Rotated, ...]
    provenance: tuple[tuple[str, str], ...]
    call: str
    verdict: Verdict
    luck: LuckResult | None
    chance: AmongPicks | None
    first: FirstLook
    why: tuple[Why, ...]
    trailing: tuple[Trailing, ...]
    extremes: tuple[Extreme, ...]
    fall_parts: tuple[tuple[Part, ...], ...]
    repriced: Repriced
    excess: tuple[Year, ...]
    risk_charts: tuple[Chart, ...]
    windows: WindowsView

    @property
    def traded(self) -> bool:
        """Whether any order was filled."""
        return len(self.record.fills) > 0

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
            *self.verdict.sentences,
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


def report_content(
    record: Record,
    context: MarketContext | None = None,
    luck: LuckResult | None = None,
    chance: AmongPicks | None = None,
) -> ReportContent:
    """Computes the content of a report.

    Parameters
    ----------
    record : Record
    context : MarketContext, optional
        Without it there are no market phases and no map.
    luck : LuckResult, optional
        How much of the result hangs on luck.
    chance : AmongPicks, optional
        Random picks of the same turnover.
    """
    dates, periods = points(record), periods_per_year(record.sessions)
    raw, known = summary(record), definitions(periods)
    values = readable(raw, record)
    shaded = phase_bands(record, context) if context else bands(pullback_spans(record))
    held, rotated = holding_spells(history_of(record)), tuple(rotations(record))
    colours = series_colours(record, held)
    own = strategy_growth(record)._replace(label="Strategy")
    lines = [(own, "strategy"), *_references(record)]
    market, wait = lines[1][0] if len(lines) > 2 else None, wait_of(record)
    equal = lines[-1][0]
    falls = deepest_falls(own, market, dates, equal=equal)
    measured = [readable(line_metrics(line, dates, periods), record) for line, _ in lines]
    return ReportContent(
        record=record,
        title=record.name,
        sentence=record.sentence,
        facts=facts(record),
        columns=tuple(line.label for line, _ in lines),
        headline=tuple(Measure(known[name], tuple(column[name] for column in measured)) for name in LINE_METRICS),
        dividends=dividends(record),
        relative=_against(own, [line for line, _ in lines[1:]], dates, record),
        against=tuple(line.label for line, _ in lines[1:]),
        risk=tuple(Measure(known[name], (values[name],)) for name in RISK),
        trading=tuple(
            Measure(known[name], (values[name],))
            for name in TRADING
            if name not in _OPTIONAL or (raw[name] and math.isfinite(raw[name]))
        ),
        growth=growth_chart(wait.lines(lines), wait.dates, wait.bands(shaded)),
        drawdown=drawdown_chart(wait.lines(lines[:2]), wait.dates, wait.bands(shaded)),
        timeline=wait.rows(timeline(record, dates, held, shaded, colours)),
        never_held=never_held(record, held),
        years=years_of(record, own, market, equal),
        context=context,
        phase_key=(*wait.key, *phase_key(record, context)) if context else (),
        by_phase=by_phase(record, context) if context else (),
        captures=captures(record),
        falls=falls,
        rolling=rolling_charts(lines[0], lines[2], market, dates, shaded, window_of(periods)) if market else None,
        map=rotation_map(record, context, colours) if context else None,
        sectors=sectors(record, colours),
        attribution=attribution(record),
        phases=tuple(run_pullbacks(record)),
        split=inside_and_outside(record),
        costs=costs_by_kind(record, 0.0 if too_short(record) else values["years"]),
        refused=tuple(refused(record)),
        attained=attained(record) if len(record.outcome.decisions.row) else None,
        tracked=tracked_funds(record),
        rules=rules_of_run(record),
        rotations=rotated,
        provenance=provenance(record),
        call=call(record),
        verdict=run_verdict(record, context, more=luck.controls if luck else None),
        luck=luck,
        chance=chance,
        why=why_rotated(record, rotated, EXPLAINED),
        first=first_look(record, chance),
        extremes=extremes(own, dates),
        fall_parts=split_drawdowns(record, falls),
        repriced=one_bar_later(record),
        excess=excess_years(own, equal, dates),
        risk_charts=tuple(
            filter(
                None,
                (
                    behind_chart(own, lines[1:], dates),
                    *rolling_risk([lines[0], lines[-1]], dates, shaded, periods, window_of(periods)),
                    returns_chart([lines[0], lines[-1]]),
                ),
            )
        ),
        trailing=trailing([line for line, _ in lines], dates),
        windows=windows_of_runs({"Strategy": record}),
    )


def _against(own: Growth, others: Sequence[Growth], dates: pd.DatetimeIndex, record: Record) -> tuple[Measure, ...]:
    """Measures of the run against each of some lines; those that are known of none are left out."""
    periods = periods_per_year(record.sessions)
    known = definitions(periods)
    raw = [relative_metrics(own, line, dates, periods) for line in others]
    shown = [readable(column, record) for column in raw]
    return tuple(
        Measure(known[name], tuple(column[name] for column in shown))
        for name in RELATIVE
        if any(math.isfinite(column[name]) for column in raw)
    )


def _references(record: Record) -> list[tuple[Growth, str]]:
    """The benchmark, if there is one, and all series in equal weight."""
    market = benchmark_growth(record)
    return ([(market, "benchmark")] if market else []) + [(equal_weight_growth(record), "reference")]
