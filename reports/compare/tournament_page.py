"""The page of a tournament: the answer in a sentence, then the differences, by phase, and the place among chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..charts.cells import among, interval
from ..charts.palette import run_roles
from ..charts.spec import Chart
from ..formatting import BLANK, by_unit, percent, signed
from ..growth import periods_per_year
from ..luck.section import luck_section
from ..metrics.registry import Definition
from ..metrics.run_metrics import definitions
from ..render.i18n import ENGLISH, Locale, find_locale
from ..render.jinja import render
from ..sections.facts import audits, dividends, lot_warning, yearly_fact
from ..significance.words import headline
from ..significance.words import method as how_judged
from .comparison import ComparedRun, compared_run
from .comparison_page import uncorrected
from .how_tested import LEVEL, counted, method
from .paired_bootstrap import CONFIDENCE, LEAST_EPISODES, Difference, Paired
from .random_picks import Chance, picks_label
from .tournament_result import TournamentResult
from .variants import variants

COLUMNS = ("cagr", "volatility", "sharpe", "max_drawdown", "turnover", "cost_drag", "exposure")


class _Row(NamedTuple):
    """One difference as it is shown."""

    label: str
    role: str
    mark: Chart | None
    ahead: str
    interval: str
    p: str
    holm: str
    total: str
    reason: str
    sure: bool  # whether it stands after Holm's correction


class _Block(NamedTuple):
    """The differences of one phase."""

    name: str
    span: str
    reason: str  # why all are blank, where that is the same for all
    rows: list[_Row]


class _Lot(NamedTuple):
    """One strategy among its random picks."""

    label: str
    role: str
    mark: Chart
    ahead: str
    interval: str
    p: str
    holm: str
    place: str
    by_phase: list[float]
    sure: bool


class Beside(NamedTuple):
    """One strategy beside the mean of its random picks: costs apart."""

    label: str
    role: str
    keep: str
    pairs: list[tuple[str, str]]  # turnover, CAGR gross, costs, CAGR net; of the strategy, of the picks
    ahead: str
    interval: str
    holm: str
    place: str


def tournament_page(
    tournament: TournamentResult,
    title: str = "",
    comparison: str = "",
    locale: str | Locale = ENGLISH,
    *,
    moves: str | None = None,
) -> str:
    """The page as text; ``comparison`` is the file name of a comparison page to link to.

    Parameters
    ----------
    tournament : TournamentResult
    title : str
        Default: how many strategies, and against which.
    comparison : str
        File name of a comparison page to link to; "" for none.
    locale : str or Locale
        See ``i18n.LOCALES``.
    moves : str, optional
        Colours of gains and losses; see ``palette.SCHEMES``.
    """
    runs, found, chance = tournament.records, tournament.paired, tournament.chance
    first = runs[tournament.against]
    roles = _roles(tournament)
    compared = [compared_run(label, record) for label, record in runs.items()]
    known = definitions(periods_per_year(first.sessions))
    names = tournament.labels.names
    seen = [name for name in names if any(row.phase == name and row.sessions for row in found.rows)]
    facts = _facts(tournament)
    sentences = [(label, record.sentence) for label, record in runs.items()]
    content: dict[str, Any] = {
        "windows": tournament.windows_shown,
        "title": title or find_locale(locale).text(title_of(tournament)),
        "ribbon": first.panel.ribbon,
        "verdict": tournament.told,
        "outcome": len(headline(tournament.verdict)) if tournament.verdict else 1,
        "how_judged": how_judged(tournament.verdict) if tournament.verdict else "",
        "facts": facts,
        "against": tournament.against,
        "columns": [known[name] for name in COLUMNS],
        "table": _table(compared, roles, known, tournament),
        "chance": chance,
        "beside": beside(chance, roles) if chance else [],
        "unmatched": unmatched(chance) if chance else "",
        "whole": _block(found, "", roles),
        "blocks": [_block(found, name, roles) for name in seen],
        "unseen": [name for name in names if name not in seen],
        "lots": _lots(chance, roles, seen) if chance else [],
        "seen": [name.replace("_", " ") for name in seen],
        "phase_rule": tournament.phase_rule,
        "method": method(found),
        "counted": counted(found, chance),
        "least": LEAST_EPISODES,
        "confidence": f"{CONFIDENCE:.0%}",
        "dividends": dividends(first),
        "comparison": comparison,
        "variants": variants(runs, compared, roles, tournament.sensitivities),
        "uncorrected": uncorrected(len(runs)),
        "lucky": [(label, roles[label], luck_section(own)) for label, own in tournament.luck.items()],
        "sentences": sentences,
    }  # fmt: skip
    texts = [content["title"], *roles, *(text for _, text in [*facts, *sentences])]
    return render("tournament.html", texts, locale=locale, moves=moves, **content)


# --- facts ------------------------------------------------------------------------------------------------------------


def title_of(tournament: TournamentResult) -> str:
    """How many strategies, and against which."""
    others = len(tournament.records) - 1
    return f"{tournament.against} against {others} {'other' if others == 1 else 'others'}"


def _facts(tournament: TournamentResult) -> list[tuple[str, str]]:
    runs = tournament.records
    first = runs[tournament.against]
    panel, bench = first.panel, first.panel.benchmark
    against = f"; benchmark {bench.name}" if bench else "; no benchmark"
    verified = sum(bool(record.verified) for record in runs.values())
    if verified:
        every = "All" if verified == len(runs) else f"{verified} of"
        engines = f"{every} {len(runs)} runs verified: both engines gave the same fills and equity."
    else:
        ran = ", ".join(sorted({record.terms.engine for record in runs.values()}))
        engines = f"Not verified: one engine ran ({ran}); with --verify both do, and must agree."
    warned = [f"{label}: {text}" for label, record in runs.items() if (text := lot_warning(record))]
    return [
        *(("Warning", text) for text in warned),
        ("Period", period_of(tournament)),
        *yearly_fact(first),
        ("Data", f"{panel.source or 'not named'}; {len(panel.symbols)} series{against}"),
        *(("Note", note) for note in panel.notes),
        ("Orders", first.terms.in_words()),
        ("Costs", f"{first.market.name}: {first.market.sentence()}"),
        ("Schedule", _schedules(tournament)),
        *((("Never decided", f"{label}: {why}") for label, why in tournament.idle.items())),
        *tournament.notes,
        ("Engines", engines),
        ("Audit", audits(runs.values())),
    ]


def _schedules(tournament: TournamentResult) -> str:
    """Whether all decided in the same sessions."""
    rows = {label: record.outcome.decisions.row for label, record in tournament.records.items()}
    usual = rows[tournament.against]
    apart = [f"{label} in {len(own):,}" for label, own in rows.items() if not np.array_equal(own, usual)]
    if not apart:
        return f"All decided after the same {len(usual):,} sessions."
    same = len(rows) - len(apart)
    who = (
        f"{same} of {len(rows)} decided after the same {len(usual):,} sessions"
        if same > 1
        else (f"{tournament.against} decided after {len(usual):,} sessions")
    )
    return f"{who}; {', '.join(apart)}."


# --- rows -----------------------------------------------------------------------------------------------------------


def _roles(tournament: TournamentResult) -> dict[str, str]:
    """Colours by label, those of the comparison page; the benchmark's by its name."""
    runs = dict(zip(tournament.records, run_roles(len(tournament.records)), strict=True))
    others = {row.strategy: "benchmark" for row in tournament.paired.rows}
    return others | {picks_label(tournament.against): "reference"} | runs


def _table(
    runs: Sequence[ComparedRun], roles: dict[str, str], known: dict[str, Definition], tournament: TournamentResult
) -> list[tuple[str, str, list[tuple[Definition, float]], str]]:
    """Label, colour, metrics and place of each run, and of the benchmark."""
    out, chance = [], tournament.chance
    for run in runs:
        place = share(chance.place(run.label)) if chance else ""
        out.append((run.label, roles[run.label], [(known[name], run.metrics[name]) for name in COLUMNS], place))
    bench = tournament.records[tournament.against].panel.benchmark
    if bench is not None:
        out.append((bench.name, "benchmark", [(known[name], runs[-1].of_benchmark(name)) for name in COLUMNS], ""))
    return out


def _block(found: Paired, phase: str, roles: dict[str, str]) -> _Block:
    rows = [row for row in found.rows if row.phase == phase]
    group = [row for row in found.rows if bool(row.phase) == bool(phase)]
    ends = [abs(end) for row in group for end in (row.low, row.high, row.ahead) if math.isfinite(end)]
    scale = max([*ends, 0.01])
    span = ""
    if phase and rows:
        many = "episode" if rows[0].episodes == 1 else "episodes"
        span = f"{rows[0].sessions:,} sessions in {rows[0].episodes} {many}"
    reasons = {row.reason for row in rows}
    same = reasons.pop() if len(reasons) == 1 else ""
    return _Block(phase.replace("_", " ").capitalize(), span, same, [_row(row, roles, scale) for row in rows])


def _row(row: Difference, roles: dict[str, str], scale: float) -> _Row:
    span, role = between(row.low, row.high), roles[row.strategy]
    return _Row(
        row.strategy, role, interval(row.low, row.ahead, row.high, scale, role), percent(row.ahead, 1, True),
        span, chance_of(row.p), chance_of(row.holm), percent(row.total, 1, True), row.reason, row.holm <= LEVEL,
    )  # fmt: skip


def _lots(chance: Chance, roles: dict[str, str], phases: Sequence[str]) -> list[_Lot]:
    whole = {row.strategy: row for row in chance.places if row.phase == "" and math.isfinite(row.growth)}
    grown = {label: np.sort(chance.growth_of_picks(label)) for label in whole}
    values = [row.growth for row in whole.values()]
    ends = [*values, *(line[0] for line in grown.values()), *(line[-1] for line in grown.values())]
    if not values or not np.isfinite(ends).all():
        return []
    pad = max((max(ends) - min(ends)) * 0.03, 1e-4)
    span = min(ends) - pad, max(ends) + pad
    return [
        _Lot(
            row.strategy, roles[row.strategy],
            among(grown[row.strategy], whole[row.strategy].growth, span, roles[row.strategy]),
            percent(row.ahead, 1, True), between(row.low, row.high), chance_of(row.p), chance_of(row.holm),
            share(row.place), [chance.place(row.strategy, phase) for phase in phases], row.holm <= LEVEL,
        )
        for row in chance.rows if row.strategy in whole
    ]  # fmt: skip


def differences(tournament: TournamentResult) -> list[_Row]:
    """The differences over all sessions, as they are shown."""
    return _block(tournament.paired, "", _roles(tournament)).rows


def period_of(tournament: TournamentResult) -> str:
    """First and last session, and how many."""
    sessions = tournament.records[tournament.against].sessions
    return f"{sessions[0]:%F} to {sessions[-1]:%F}, {len(sessions):,} sessions"


def beside(chance: Chance, roles: Mapping[str, str] | None = None) -> list[Beside]:
    """Strategies beside the mean of their random picks, as they are shown.

    Parameters
    ----------
    chance : Chance
    roles : mapping of str to str, optional
        Label -> role of its colour.
    """
    return [
        Beside(
            row.strategy, (roles or {}).get(row.strategy, ""), percent(row.keep, 0),
            [
                (by_unit(row.turnover, "per year"), by_unit(row.random_turnover, "per year")),
                (percent(row.gross), percent(row.random_gross)),
                (percent(row.costs, 2), percent(row.random_costs, 2)),
                (percent(row.net), percent(row.random_net)),
            ],
            percent(row.ahead, 1, True), between(row.low, row.high), chance_of(row.holm), share(row.place),
        )
        for row in chance.rows if row.strategy in chance.picks
    ]  # fmt: skip


def unmatched(chance: Chance) -> str:
    """Strategies that have no picks, and those whose picks can't turn over as much."""
    told = [
        f"{row.strategy} has no random picks: {row.reason}" for row in chance.rows if row.strategy not in chance.picks
    ]
    for label, own in chance.picks.items():
        if not own.matched:
            much = "little" if own.keep == 1 else "much"
            told.append(f"no random picks turn over as {much} as {label}, so its row compares turnovers too")
    return f"{'; '.join(told)}." if told else ""


def share(place: float) -> str:
    """A place among random picks; blank where there is none."""
    return percent(place, 0) if math.isfinite(place) else ""


def between(low: float, high: float) -> str:
    """An interval in words, or a dash.

    Parameters
    ----------
    low, high : float
        Fractions; NaN where it is not known.
    """
    return f"{percent(low)} to {percent(high)}" if math.isfinite(low) else BLANK


def chance_of(p: float) -> str:
    """A p-value as people read it: two or three decimals, and never 0."""
    if not math.isfinite(p):
        return BLANK
    return "<0.001" if p < 0.001 else signed(f"{p:.3f}" if p < 0.1 else f"{p:.2f}")
