"""What came out, on stdout: the main numbers of a run, a comparison, a sweep, a study."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sectorlead.cli.language import told
from sectorlead.cli.terminal import console, line, points, print_table, result_table
from sectorlead.reports.message import Text, say, sentence

if TYPE_CHECKING:
    from rich.console import Console

    from sectorlead.engine.record import Record
    from sectorlead.reports.compare.tournament import Tournament
    from sectorlead.reports.signals.event_study import EventStudy
    from sectorlead.reports.signals.factor_report import FactorReport
    from sectorlead.reports.significance.findings import Verdict
    from sectorlead.research.selftest.result import SelfTest
    from sectorlead.research.sweep.result import SweepResult
    from sectorlead.research.walkforward.result import WalkForwardResult

HEADLINES = (
    "total_return", "cagr", "volatility", "sharpe", "max_drawdown", "excess_over_equal_weight",
    "information_ratio_over_equal_weight", "relative_return", "down_capture",
    "exposure", "turnover", "cost_total", "fills", "rejections", "final_equity",
)  # fmt: skip
COMPARED = ("cagr", "volatility", "sharpe", "max_drawdown", "down_capture", "turnover")  # fits 80 columns

STANDING = ("cagr", "sharpe", "max_drawdown", "turnover")


def headline(record: Record, verdict: Sequence[str] = ()) -> None:
    """The main metrics of a run beside its benchmark's, how it was run, and what a reader must know about the data.

    Parameters
    ----------
    record : Record
    verdict : sequence of str
        What it shows beyond chance; none where several runs are shown.
    """
    from sectorlead.reports.formatting import by_unit
    from sectorlead.reports.metrics.run_metrics import definitions, readable, summary
    from sectorlead.reports.sections.facts import lot_warning

    values, known = readable(summary(record, equal_weight=True), record), definitions()
    terms, panel = record.terms, record.panel
    out = console()
    if warning := lot_warning(record):
        line(out, say("warning: {text}", text=sentence(warning)))
    line(out, _what_on(record.name, record.sessions, panel.shape[1], panel.source))
    verdict_lines(out, verdict)
    rules = say("Market {name}: {terms}", name=record.market.name, terms=sentence(record.market.sentence()))
    line(out, " ".join((told(sentence(terms.in_words())), told(rules))))
    others: dict[str, Text] = {"benchmark_": panel.benchmark.symbol} if panel.benchmark else {}
    others["equal_weight_"] = say("equal weight")
    table = result_table(("", say("strategy"), *others.values()))
    for name in HEADLINES:
        unit = known[name].unit
        beside = (values.get(prefix + name, math.nan) for prefix in others)
        theirs = [by_unit(value, unit) if math.isfinite(value) else "" for value in beside]
        table.add_row(told(sentence(known[name].label)), by_unit(values[name], unit), *theirs)
    out.print(table)
    _verified(out, record.verified, terms.engine)
    if record.audited:
        line(out, say("audited for look-ahead: {text}", text=sentence(record.audited)))
    if record.quality:
        line(out, say("data quality: {text}", text=sentence(record.quality)))
    _notes(out, [note for note in (*record.notes, *panel.notes) if note != warning])


def side_by_side(records: Sequence[Record], title: Text) -> None:
    """One row per run.

    Parameters
    ----------
    records : sequence of Record
    title : Message or str
    """
    from sectorlead.reports.formatting import by_unit
    from sectorlead.reports.metrics.run_metrics import definitions, readable, summary

    known = definitions()
    out = console()
    line(out, title)
    table = result_table(("", *(_head(known[name].label) for name in COMPARED)))
    for record in records:
        values = readable(summary(record), record)
        table.add_row(record.name, *(by_unit(values[name], known[name].unit) for name in COMPARED))
    out.print(table)


def comparison_standings(tournament: Tournament) -> None:
    """What came out, then a row per run: metrics, growth over its random picks, and over the first run."""
    from sectorlead.reports.formatting import by_unit, p_value, percent
    from sectorlead.reports.metrics.run_metrics import definitions, readable, summary
    from sectorlead.reports.sections.facts import audits, lot_warning

    runs, chance, known = tournament.records, tournament.chance, definitions()
    whole = {row.strategy: row for row in tournament.paired.rows if row.phase == ""}
    beside = {row.strategy: row for row in chance.rows} if chance else {}
    first, out = runs[tournament.against], console()
    for label, record in runs.items():
        if warning := lot_warning(record):
            line(out, say("warning: {name}: {text}", name=label, text=sentence(warning)))
    what = say("{count} strategies", count=len(runs))
    line(out, _what_on(what, first.sessions, first.panel.shape[1], first.panel.source))
    verdict_lines(out, tournament.told)
    heads: list[Text] = [_head(known[name].label) for name in STANDING]
    if chance:
        heads += [
            say("Gross of\ncosts"), say("Random\ngross"), say("Random\nnet"), say("Ahead of\nrandom"), "Holm",
            say("Above\nrandom"),
        ]  # fmt: skip
    table = result_table(("", *heads, say("Ahead of\n{name}", name=tournament.against), "Holm"))
    for label, record in runs.items():
        values, own, row = readable(summary(record), record), beside.get(label), whole.get(label)
        cells = [by_unit(values[name], known[name].unit) for name in STANDING]
        if chance:
            cells += [
                *(percent(value) for value in (own.gross, own.random_gross, own.random_net)),
                percent(own.ahead, 1, True), p_value(own.holm), percent(own.place, 0),
            ] if own else [""] * 6  # fmt: skip
        table.add_row(label, *cells, *([percent(row.ahead, 1, True), p_value(row.holm)] if row else [""] * 2))
    out.print(table)
    if chance:
        random = "Random: {count} picks that decide in the same sessions and turn over as much; their mean."
        line(out, say(random, count=chance.count))
    line(out, say("Ahead: growth over the other's, compounded a year. Holm: p, corrected for the strategies tried."))
    for name, text in tournament.notes:
        line(out, say("{name}: {text}", name=told(sentence(name)).lower(), text=sentence(text)))
    line(out, sentence(audits(runs.values())))
    for label, reason in tournament.idle.items():
        line(out, say("{name}: {text}", name=label, text=sentence(reason)))


def sweep_standings(found: SweepResult, metric: str, verdict: Verdict | None = None) -> None:
    """What came out, and the first variants by a metric beside the one in the middle and the last.

    Parameters
    ----------
    found : SweepResult
    metric : str
    verdict : Verdict, optional
        What is left after correction.
    """
    from sectorlead.reports.sections.facts import audit_badge

    content, out = found.content(metric, verdict), console()
    what = "{count} variants of {name}, all measured from {date} on"
    line(out, say(what, count=len(found), name=found.about["name"], date=str(found.measured_from)))
    line(out, " ".join(told(sentence(text)) for text in content.told))
    points(out, content.beside)
    table = result_table((say("rank"), say("variant"), *content.axes, *(_head(it.label) for it in content.columns)))
    for row in content.ranking:
        table.add_row(str(row.rank), str(row.variant), *row.parameters, *row.metrics)
    out.print(table)
    _notes(out, found.about["notes"])
    line(out, sentence(audit_badge([found.about.get("audited", "")])))


def walkforward_standings(found: WalkForwardResult, verdict: Verdict) -> None:
    """What came out, then a row per window, then the run beside the same fixed in advance.

    Parameters
    ----------
    found : WalkForwardResult
    verdict : Verdict
        Of its returns.
    """
    from sectorlead.reports.sections.facts import audit_badge

    content, out = found.content(verdict), console()
    what = "{windows} windows, {count} variants of {name}, {choose} by {metric}; out of sample {first} to {last}"
    first, last = (f"{found.run.sessions[k]:%F}" for k in (0, -1))
    line(
        out,
        say(
            what, windows=len(found.windows), count=len(found.fixed), name=found.about["name"],
            choose=found.about["choose"], metric=found.metric, first=first, last=last,
        ),
    )  # fmt: skip
    line(out, " ".join(told(sentence(text)) for text in content.told))
    points(out, content.beside)
    found_in = (say("in\ntraining"), say("in the\ntest"), say("test /\ntraining"), say("rank"), say("corr."))
    heads: tuple[Text, ...] = (say("window"), say("training"), say("test"), *content.axes, *found_in)
    beside: tuple[Text, ...] = ("", "", *(sentence(it.label) for it in content.columns))
    for titles, rows in ((heads, content.rows), (beside, content.control)):
        table = result_table(titles)
        for row in rows:
            table.add_row(*(told(sentence(cell)) for cell in row))
        out.print(table)
    for number, text in content.reasons:
        line(out, say("window {number}: {text}", number=number, text=sentence(text)))
    _notes(out, found.about["notes"])
    line(out, sentence(audit_badge([found.about.get("audited", "")])))
    _verified(out, found.run.verified, say("one"))


def event_standings(found: EventStudy) -> None:
    """The tested rank correlation by anchor and horizon, and the verdict.

    Parameters
    ----------
    found : EventStudy
    """
    from sectorlead.reports.sections.facts import audit_badge
    from sectorlead.reports.signals.charts import ANCHORS, ic
    from sectorlead.reports.signals.event_content import heat

    out = console()
    _studied(out, found)
    if found.power:
        line(out, sentence(found.power))
    table = result_table((say("sessions on"), *map(str, found.horizons)))
    for anchor, values, sure in heat(found):
        name = told(sentence(ANCHORS[anchor][0].lower()))
        if anchor == "trough":
            name = told(say("{anchor} (hindsight)", anchor=name))
        table.add_row(name, *(ic(value) + " *" * stands for value, stands in zip(values, sure, strict=True)))
    out.print(table)
    line(out, say("Rank correlations with beta out; * stands at 5% after correction for all anchors and horizons."))
    line(out, sentence(audit_badge([found.audited])))


def factor_standings(found: FactorReport) -> None:
    """Figures by horizon, and the finding.

    Parameters
    ----------
    found : FactorReport
    """
    from sectorlead.reports.formatting import decimal, percent
    from sectorlead.reports.sections.facts import audit_badge
    from sectorlead.reports.signals.charts import ic
    from sectorlead.reports.signals.event_content import p_text

    out = console()
    _studied(out, found)
    heads = (say("sessions on"), "IC", "t, N-W", "p, Holm", say("spread"), say("turnover"), say("after costs"))
    table = result_table(heads)
    for row in found.table.to_dict(orient="records"):
        cells = [ic(row["ic"]), decimal(row["t_nw"], 1), p_text(row["p_holm"]), percent(row["spread"], 2, True)]
        cells += [percent(row["turnover"], 0), percent(row["net_spread"], 2, True)]
        table.add_row(str(int(row["horizon"])), *cells)
    out.print(table)
    line(out, sentence(audit_badge([found.audited])))


def odds(grown: Mapping[str, Sequence[float]]) -> None:
    """Mean CAGR per strategy over several markets, and how often the first strategy was ahead of each other one."""
    from sectorlead.reports.formatting import percent

    first = next(iter(grown))
    table = result_table(("", say("Mean CAGR"), say("{name} ahead in", name=first)))
    for name, values in grown.items():
        ahead = sum(own > other for own, other in zip(grown[first], values, strict=True))
        share = "" if name == first else percent(ahead / len(values), 0)
        table.add_row(name, percent(sum(values) / len(values)), share)
    console().print(table)


def self_tested(done: SelfTest) -> None:
    """A row per check of the engines, and what came out.

    Parameters
    ----------
    done : SelfTest
    """
    out = console()
    heads = (
        "", say("check"), say("data"), say("market"), say("engine"), say("cases"), say("off by"), say("allowed"), "",
    )  # fmt: skip
    rows = [
        (
            say("ok") if each.passed else say("FAIL"), sentence(each.check), sentence(each.panel),
            sentence(each.market), sentence(each.engine), f"{each.cases:,}", f"{each.off:.1e}", f"{each.allowed:.1e}",
            "" if each.passed else sentence(each.says),
        )
        for each in done.checks
    ]  # fmt: skip
    print_table(out, heads, rows, right=(5, 6, 7))
    _notes(out, done.notes)
    line(out, done.told)


def verdict_lines(out: Console, texts: Sequence[str]) -> None:
    """A verdict: the outcome, then what it rests on.

    Parameters
    ----------
    out : Console
    texts : sequence of str
    """
    for text in texts[:1]:
        line(out, sentence(text))
    points(out, texts[1:])


def _head(label: str) -> str:
    """The label of a metric as a head, a word a line."""
    return told(sentence(label)).replace(" ", "\n")


def _what_on(name: Text, sessions: Any, series: int, source: str) -> Text:
    """What ran, in which sessions, on which data."""
    return say(
        "{name}: {first}..{last}, {count} sessions, {series} series, {source}",
        name=name, first=f"{sessions[0]:%F}", last=f"{sessions[-1]:%F}", count=len(sessions), series=series,
        source=sentence(source),
    )  # fmt: skip


def _studied(out: Console, found: EventStudy | FactorReport) -> None:
    """On what a score was studied, and what came out."""
    known = found.studied
    what = "{name}: {first}..{last}, {count} sessions, {series} series, {source}"
    span = {"first": str(known.first), "last": str(known.last)}
    source = sentence(known.source)
    line(out, say(what, name=found.label, count=known.sessions, series=known.series, source=source, **span))
    verdict_lines(out, found.verdict.sentences)


def _verified(out: Console, verified: str, engine: Text) -> None:
    text = say("verified: {text}", text=sentence(verified))
    line(out, text if verified else say("not verified: {engine} engine only", engine=engine))


def _notes(out: Console, notes: Sequence[str]) -> None:
    for note in notes:
        line(out, say("note: {text}", text=sentence(note)))
