"""The page of a tournament: the answer in a sentence, then the differences, by phase, and the place among chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..charts.cells import among, interval
from ..charts.palette import run_roles
from ..charts.spec import Chart
from ..formatting import BLANK, percent, signed
from ..growth import periods_per_year
from ..metrics.registry import Definition
from ..metrics.run_metrics import definitions
from ..render.jinja import render
from ..sections.facts import dividends, lot_warning, yearly_fact
from .comparison import ComparedRun, compared_run
from .comparison_page import uncorrected
from .paired_bootstrap import CONFIDENCE, LEAST_EPISODES, Difference, Paired
from .random_picks import Chance, mean_label
from .tournament_result import TournamentResult
from .variants import variants

COLUMNS = ("cagr", "volatility", "sharpe", "max_drawdown", "turnover", "cost_drag", "exposure")
LEVEL = 1 - CONFIDENCE


class _Row(NamedTuple):
    """One difference as it is shown."""

    label: str
    role: str
    mark: Chart | None
    mean: str
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
    """One strategy among the draws."""

    label: str
    role: str
    mark: Chart
    growth: str
    place: str
    by_phase: list[float]


def tournament_page(tournament: TournamentResult, title: str = "", comparison: str = "") -> str:
    """The page as text; ``comparison`` is the file name of a comparison page to link to.

    Parameters
    ----------
    tournament : TournamentResult
    title : str
        Default: how many strategies, and against which.
    comparison : str
        File name of a comparison page to link to; "" for none.
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
        "title": title or _title(tournament),
        "simulated": first.panel.simulated,
        "verdict": verdict(tournament),
        "facts": facts,
        "against": mean_label(tournament.against, chance.draws if chance else None),
        "columns": [known[name] for name in COLUMNS],
        "table": _table(compared, roles, known, tournament),
        "chance": chance,
        "whole": _block(found, "", roles),
        "blocks": [_block(found, name, roles) for name in seen],
        "unseen": [name for name in names if name not in seen],
        "lots": _lots(chance, runs, roles, seen) if chance else [],
        "seen": [name.replace("_", " ") for name in seen],
        "phase_rule": tournament.phase_rule,
        "method": method(found),
        "counted": counted(found),
        "least": LEAST_EPISODES,
        "confidence": f"{CONFIDENCE:.0%}",
        "dividends": dividends(first),
        "comparison": comparison,
        "variants": variants(runs, compared, roles, tournament.sensitivities),
        "uncorrected": uncorrected(len(runs)),
        "sentences": sentences,
    }  # fmt: skip
    texts = [content["title"], *roles, *(text for _, text in [*facts, *sentences])]
    return render("tournament.html", texts, **content)


# --- sentences ------------------------------------------------------------------------------------------------------


def verdict(tournament: TournamentResult) -> list[str]:
    """What came out, in a sentence or two, whatever it says."""
    found, chance, against = tournament.paired, tournament.chance, tournament.against
    told = []
    for phased, where in ((False, "over all sessions"), (True, "within a phase")):
        rows = [row for row in found.rows if bool(row.phase) == phased and math.isfinite(row.p)]
        if rows:
            told.append(_counts(rows, where))
        elif not phased or tournament.labels.names:
            told.append(f"No difference from {found_against(found)} could be tested {where}.")
    if chance is not None and against != chance.draws.label:
        told.append(
            f"{against} grew more than {percent(chance.place(against), 0)} of {len(chance.draws.seeds)} random picks "
            "under the same rules and costs."
        )
    return told


def _counts(rows: Sequence[Difference], where: str) -> str:
    """How many differences stand, with and without Holm's correction, and which."""
    alone, sure = sum(row.p <= LEVEL for row in rows), [row for row in rows if row.holm <= LEVEL]
    total = "The only difference" if len(rows) == 1 else f"Of {len(rows)} differences"
    begun = f"{total} from {rows[0].against} {where}"
    if not alone:
        many = " can't" if len(rows) == 1 else ", none can"
        return f"{begun}{many} be told from chance."
    if not sure:
        return f"{begun}, {alone} would stand at 5% alone, none after Holm's correction for the number of tests."
    named = "; ".join(
        f"{row.strategy} {percent(row.mean, 1, True)} a year{f' in {row.phase}' if row.phase else ''}" for row in sure
    )
    return f"{begun}, {len(sure)} {'stands' if len(sure) == 1 else 'stand'} at 5% after Holm's correction: {named}."


def found_against(found: Paired) -> str:
    """The line that the differences are from."""
    return found.rows[0].against if found.rows else "the only strategy"


def counted(found: Paired) -> str:
    """How many p-values there are, and what is and is not corrected for."""
    if not found.tests:
        return "No p-value could be given."
    return (
        f"There are {found.tests} p-values on this page. The column p is not corrected for that number: with no "
        f"difference anywhere, about {found.tests * 0.05:.1f} of them would be below 5% by chance. The column Holm is: "
        "with the m p-values in ascending order, it is the largest of min(1, (m \u2212 i + 1) × p[i]) up to each. "
        "Neither knows of strategies that were tried and are not shown; places among random picks are not corrected."
    )


def method(found: Paired) -> str:
    """How intervals were found."""
    capped = "; shorter than that, as a block is at most a tenth of the sample" if found.capped else ""
    return (
        f"{found.resamples:,} resamples of whole sessions in blocks of {found.block} on average, the same for all "
        f"strategies and phases (stationary bootstrap, seed {found.seed}). The block is the longer of what the "
        f"differences' own autocorrelation asks for ({found.own:.0f}) and how long holdings usually stay "
        f"({found.holding:.0f}){capped}. The standard error is the standard deviation over the resamples; interval and "
        "p are Student's t with one degree of freedom less than the blocks that the sessions amount to, which are at "
        "least one per episode."
    )


def _title(tournament: TournamentResult) -> str:
    others = len(tournament.records) - 1
    return f"{tournament.against} against {others} {'other' if others == 1 else 'others'}"


def _facts(tournament: TournamentResult) -> list[tuple[str, str]]:
    runs = tournament.records
    first = runs[tournament.against]
    panel, bench, sessions = first.panel, first.panel.benchmark, first.sessions
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
        ("Period", f"{sessions[0]:%F} to {sessions[-1]:%F}, {len(sessions):,} sessions"),
        *yearly_fact(first),
        ("Data", f"{panel.source or 'not named'}; {len(panel.symbols)} series{against}"),
        *(("Note", note) for note in panel.notes),
        ("Orders", first.terms.in_words()),
        ("Costs", f"{first.market.name}: {first.market.sentence()}"),
        *(("Warning", text) for text in warned),
        ("Schedule", _schedules(tournament)),
        *tournament.notes,
        ("Engines", engines),
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
    out = {}
    draws = tournament.chance.draws if tournament.chance else None
    for label, role in zip(tournament.records, run_roles(len(tournament.records)), strict=True):
        out[label] = out[mean_label(label, draws)] = role
    return {row.strategy: "benchmark" for row in tournament.paired.rows} | out


def _table(
    runs: Sequence[ComparedRun], roles: dict[str, str], known: dict[str, Definition], tournament: TournamentResult
) -> list[tuple[str, str, list[tuple[Definition, float]], str]]:
    """Label, colour, metrics and place of each run, and of the benchmark."""
    out, chance = [], tournament.chance
    for run in runs:
        place = percent(chance.place(run.label), 0) if chance else ""
        out.append((run.label, roles[run.label], [(known[name], run.metrics[name]) for name in COLUMNS], place))
    bench = tournament.records[tournament.against].panel.benchmark
    if bench is not None:
        out.append((bench.name, "benchmark", [(known[name], runs[-1].of_benchmark(name)) for name in COLUMNS], ""))
    return out


def _block(found: Paired, phase: str, roles: dict[str, str]) -> _Block:
    rows = [row for row in found.rows if row.phase == phase]
    group = [row for row in found.rows if bool(row.phase) == bool(phase)]
    ends = [abs(end) for row in group for end in (row.low, row.high, row.mean) if math.isfinite(end)]
    scale = max([*ends, 0.01])
    span = ""
    if phase and rows:
        many = "episode" if rows[0].episodes == 1 else "episodes"
        span = f"{rows[0].sessions:,} sessions in {rows[0].episodes} {many}"
    reasons = {row.reason for row in rows}
    same = reasons.pop() if len(reasons) == 1 else ""
    return _Block(phase.replace("_", " ").capitalize(), span, same, [_row(row, roles, scale) for row in rows])


def _row(row: Difference, roles: dict[str, str], scale: float) -> _Row:
    span = f"{percent(row.low)} to {percent(row.high)}" if math.isfinite(row.low) else BLANK
    role = roles[row.strategy]
    return _Row(
        row.strategy, role, interval(row.low, row.mean, row.high, scale, role), percent(row.mean, 1, True),
        span, chance_of(row.p), chance_of(row.holm), percent(row.total, 1, True), row.reason, row.holm <= 0.05,
    )  # fmt: skip


def _lots(chance: Chance, runs: dict[str, Any], roles: dict[str, str], phases: Sequence[str]) -> list[_Lot]:
    grown = np.sort(chance.draws.logs.mean(axis=1)) * chance.periods
    whole = {row.strategy: row for row in chance.rows if row.phase == ""}
    values = [whole[label].growth for label in runs if math.isfinite(whole[label].growth)]
    low, high = min([*values, grown[0]]), max([*values, grown[-1]])
    pad = max((high - low) * 0.03, 1e-4)
    return [
        _Lot(
            mean_label(label, None), roles[label],
            among(grown, whole[label].growth, (low - pad, high + pad), roles[label]),
            percent(whole[label].growth, 1, True), percent(whole[label].place, 0),
            [chance.place(label, phase) for phase in phases],
        )
        for label in runs
    ]  # fmt: skip


def chance_of(p: float) -> str:
    """A p-value as people read it: two or three decimals, and never 0."""
    if not math.isfinite(p):
        return BLANK
    return "<0.001" if p < 0.001 else signed(f"{p:.3f}" if p < 0.1 else f"{p:.2f}")
