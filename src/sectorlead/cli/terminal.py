"""What people see while a command runs and when it is done: results on stdout, everything else on stderr."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sectorlead.cli.language import told
from sectorlead.cli.output_mode import hushed, silent
from sectorlead.cli.plain_text import clean, say

if TYPE_CHECKING:
    from pathlib import Path

    from sectorlead.engine.record import Record
    from sectorlead.reports.compare.tournament import Tournament
    from sectorlead.reports.signals.event_study import EventStudy
    from sectorlead.reports.signals.factor_report import FactorReport
    from sectorlead.reports.significance.findings import Verdict
    from sectorlead.research.sweep.result import SweepResult
    from sectorlead.research.walkforward.result import WalkForwardResult

PIPE_WIDTH = 120
_LAST = 10  # columns that the last cell of a table wraps in
HEADLINES = (
    "total_return", "cagr", "volatility", "sharpe", "max_drawdown", "excess_over_equal_weight",
    "information_ratio_over_equal_weight", "relative_return", "down_capture",
    "exposure", "turnover", "cost_total", "fills", "rejections", "final_equity",
)  # fmt: skip
COMPARED = ("cagr", "volatility", "sharpe", "max_drawdown", "down_capture", "turnover")  # fits 80 columns

STANDING = ("cagr", "sharpe", "max_drawdown", "turnover")


class _Plain(Console):
    """Labels are texts from files: never markup, and nothing in them reaches the terminal raw. Speaks ``--locale``."""

    def render_str(self, text: str, **kwargs: Any) -> Text:
        return super().render_str(clean(told(text)), **kwargs)


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal, nothing in a pipe; call what it yields with the name of each step as the step begins.

    Parameters
    ----------
    title : str
    total : int
        Steps.
    """
    if hushed() or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(clean(title), total=total)
        begun = 0

        def step(name: str) -> None:
            nonlocal begun
            bar.update(task, completed=begun, description=clean(f"{title}: {name}"))
            begun += 1

        yield step


@contextmanager
def counting(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal with how many a second and the time left, nothing in a pipe.

    Parameters
    ----------
    title : str

    Yields
    ------
    callable
        Told what is being done, how many are done, and of how many.
    """
    if hushed() or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    rate = TextColumn("{task.fields[rate]}", markup=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), rate)
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(clean(f"{title}: {what}"), total=total, completed=done, rate="")
            speed = bar.tasks[tasks[what]].speed
            bar.update(tasks[what], completed=done, rate=f"{speed:,.0f}/s" if speed else "")

        yield tell


def tell_waits(*, sweep: bool = False) -> None:
    """Say what runs have to wait for, once they do; of a sweep it is known before.

    Parameters
    ----------
    sweep : bool
    """
    if hushed():
        return
    from sectorlead.engine.compiled import lazily

    if say not in lazily.listeners:
        lazily.listeners.append(say)
    if sweep:
        from sectorlead.engine.compiled.batch import run

        if told := run.waits():
            say(told)


def listing(rows: Sequence[tuple[str, str]]) -> None:
    """Names and what they are; in a pipe one row per line, however long."""
    if not sys.stdout.isatty():
        width = max(len(name) for name, _ in rows)
        lines(*(f"{name:<{width}}  {text}" for name, text in rows))
        return
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for row in rows:
        table.add_row(*row)
    console().print(table)


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
    span = f"{record.sessions[0]:%F}..{record.sessions[-1]:%F}, {len(record.sessions):,} sessions"
    if warning := lot_warning(record):
        line(out, f"warning: {warning}")
    line(out, f"{record.name}: {span}, {panel.shape[1]} series, {panel.source}")
    verdict_lines(out, verdict)
    line(out, f"{terms.in_words()} Market {record.market.name}: {record.market.sentence()}")
    others = {"benchmark_": panel.benchmark.symbol} if panel.benchmark else {}
    others["equal_weight_"] = "equal weight"
    table = _table(("", "strategy", *others.values()))
    for name in HEADLINES:
        unit = known[name].unit
        beside = (values.get(prefix + name, math.nan) for prefix in others)
        theirs = [by_unit(value, unit) if math.isfinite(value) else "" for value in beside]
        table.add_row(known[name].label, by_unit(values[name], unit), *theirs)
    out.print(table)
    line(out, f"verified: {record.verified}" if record.verified else f"not verified: {terms.engine} engine only")
    if record.audited:
        line(out, f"audited for look-ahead: {record.audited}")
    if record.quality:
        line(out, f"data quality: {record.quality}")
    for note in (*record.notes, *panel.notes):
        if note != warning:
            line(out, f"note: {note}")


def side_by_side(records: Sequence[Record], title: str) -> None:
    """One row per run.

    Parameters
    ----------
    records : sequence of Record
    title : str
    """
    from sectorlead.reports.formatting import by_unit
    from sectorlead.reports.metrics.run_metrics import definitions, readable, summary

    known = definitions()
    out = console()
    line(out, title)
    table = _table(("", *(known[name].label.replace(" ", "\n") for name in COMPARED)))
    for record in records:
        values = readable(summary(record), record)
        table.add_row(record.name, *(by_unit(values[name], known[name].unit) for name in COMPARED))
    out.print(table)


def standings(tournament: Tournament) -> None:
    """What came out, then a row per run: metrics, growth over its random picks, and over the first run."""
    from sectorlead.reports.formatting import by_unit, p_value, percent
    from sectorlead.reports.metrics.run_metrics import definitions, readable, summary
    from sectorlead.reports.sections.facts import audits, lot_warning

    runs, chance, known = tournament.records, tournament.chance, definitions()
    whole = {row.strategy: row for row in tournament.paired.rows if row.phase == ""}
    beside = {row.strategy: row for row in chance.rows} if chance else {}
    first, out = runs[tournament.against], console()
    span = f"{first.sessions[0]:%F}..{first.sessions[-1]:%F}, {len(first.sessions):,} sessions"
    for label, record in runs.items():
        if warning := lot_warning(record):
            line(out, f"warning: {label}: {warning}")
    line(out, f"{len(runs)} strategies: {span}, {first.panel.shape[1]} series, {first.panel.source}")
    verdict_lines(out, tournament.told)
    heads = [known[name].label.replace(" ", "\n") for name in STANDING]
    if chance:
        heads += ["Gross of\ncosts", "Random\ngross", "Random\nnet", "Ahead of\nrandom", "Holm", "Above\nrandom"]
    table = _table(("", *heads, f"Ahead of\n{tournament.against}", "Holm"))
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
        line(out, f"Random: {chance.count} picks that decide in the same sessions and turn over as much; their mean.")
    line(out, "Ahead: growth over the other's, compounded a year. Holm: p, corrected for the strategies tried.")
    for name, text in tournament.notes:
        line(out, f"{name.lower()}: {text}")
    line(out, audits(runs.values()))
    for label, reason in tournament.idle.items():
        line(out, f"{label}: {reason}")


def verdict_lines(out: Console, told: Sequence[str]) -> None:
    """A verdict: the outcome, then what it rests on.

    Parameters
    ----------
    out : Console
    told : sequence of str
    """
    for k, sentence in enumerate(told):
        line(out, f"- {sentence}" if k else sentence)


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
    line(out, f"{len(found):,} variants of {found.about['name']}, all measured from {found.measured_from} on")
    line(out, " ".join(content.told))
    for sentence in content.beside:
        line(out, f"- {sentence}")
    heads = ("rank", "variant", *content.axes, *(it.label.replace(" ", "\n") for it in content.columns))
    table = _table(heads)
    for row in content.ranking:
        table.add_row(str(row.rank), str(row.variant), *row.parameters, *row.metrics)
    out.print(table)
    for note in found.about["notes"]:
        line(out, f"note: {note}")
    line(out, audit_badge([found.about.get("audited", "")]))


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
    line(out, repr(found))
    line(out, " ".join(content.told))
    for sentence in content.beside:
        line(out, f"- {sentence}")
    found_in = ("in\ntraining", "in the\ntest", "test /\ntraining", "rank", "corr.")
    heads = ("window", "training", "test", *content.axes, *found_in)
    for titles, rows in ((heads, content.rows), (("", "", *(it.label for it in content.columns)), content.control)):
        table = _table(titles)
        for row in rows:
            table.add_row(*row)
        out.print(table)
    for number, text in content.reasons:
        line(out, f"window {number}: {text}")
    for note in found.about["notes"]:
        line(out, f"note: {note}")
    line(out, audit_badge([found.about.get("audited", "")]))
    line(out, f"verified: {found.run.verified}" if found.run.verified else "not verified: one engine only")


def event_standings(found: EventStudy) -> None:
    """The tested rank correlation by anchor and horizon, and the verdict.

    Parameters
    ----------
    found : EventStudy
    """
    from sectorlead.reports.sections.facts import audit_badge
    from sectorlead.reports.signals.charts import ANCHORS, ic
    from sectorlead.reports.signals.event_content import heat

    known, out = found.studied, console()
    span = f"{known.first}..{known.last}, {known.sessions:,} sessions"
    line(out, f"{found.label}: {span}, {known.series} series, {known.source}")
    verdict_lines(out, found.verdict.sentences)
    if found.power:
        line(out, found.power)
    table = _table(("sessions on", *map(str, found.horizons)))
    for anchor, values, sure in heat(found):
        name = ANCHORS[anchor][0].lower() + " (hindsight)" * (anchor == "trough")
        table.add_row(name, *(ic(value) + " *" * stands for value, stands in zip(values, sure, strict=True)))
    out.print(table)
    line(out, "Rank correlations with beta out; * stands at 5% after correction for all anchors and horizons.")
    line(out, audit_badge([found.audited]))


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

    known, out = found.studied, console()
    span = f"{known.first}..{known.last}, {known.sessions:,} sessions"
    line(out, f"{found.label}: {span}, {known.series} series, {known.source}")
    verdict_lines(out, found.verdict.sentences)
    table = _table(("sessions on", "IC", "t, N-W", "p, Holm", "spread", "turnover", "after costs"))
    for row in found.table.to_dict(orient="records"):
        cells = [ic(row["ic"]), decimal(row["t_nw"], 1), p_text(row["p_holm"]), percent(row["spread"], 2, True)]
        cells += [percent(row["turnover"], 0), percent(row["net_spread"], 2, True)]
        table.add_row(str(int(row["horizon"])), *cells)
    out.print(table)
    line(out, audit_badge([found.audited]))


def odds(grown: Mapping[str, Sequence[float]]) -> None:
    """Mean CAGR per strategy over several markets, and how often the first strategy was ahead of each other one."""
    from sectorlead.reports.formatting import percent

    first = next(iter(grown))
    table = _table(("", "Mean CAGR", f"{first} ahead in"))
    for name, values in grown.items():
        ahead = sum(own > other for own, other in zip(grown[first], values, strict=True))
        share = "" if name == first else percent(ahead / len(values), 0)
        table.add_row(name, percent(sum(values) / len(values)), share)
    console().print(table)


def lines(*texts: str) -> None:
    """Plain lines on stdout."""
    for text in texts:
        line(console(), text)


def places(**paths: Path) -> None:
    """Where what was written is: a line for each path, which is a name in every language.

    Parameters
    ----------
    **paths : Path
        By what is there, with "_" for a space.
    """
    names = {told(name.replace("_", " ")): path for name, path in paths.items()}
    width = max(map(cell_len, names)) + 1
    for name, path in names.items():
        console().print(Text(clean(f"{set_cell_size(f'{name}:', width)} {path}")), soft_wrap=True)


def console() -> Console:
    """Stdout: as wide as the terminal, or ``PIPE_WIDTH`` in a pipe; nothing is printed where ``silent`` holds."""
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return _Plain(width=width, highlight=False, markup=False, emoji=False, quiet=silent())


def line(out: Console, text: str) -> None:
    """A line as it is, however long.

    Parameters
    ----------
    out : Console
    text : str
        Printed without markup or wrapping.
    """
    out.print(text, soft_wrap=True)


def _table(heads: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1), pad_edge=False)
    table.add_column(heads[0], no_wrap=True)
    for head in heads[1:]:
        table.add_column(head, justify="right")
    return table


def name(text: str) -> Text:
    """A name in a table, which is the same in every language."""
    return Text(clean(text))


def print_table(
    out: Console, heads: Sequence[str | Text], rows: Sequence[Sequence[str]], right: Collection[int] = ()
) -> None:
    """A table of texts; its last column wraps, the others don't; ``right`` are columns set to the right.

    On a terminal too narrow for that, each row is a few lines of a head and its cell, so that no cell is cut.

    Parameters
    ----------
    out : Console
    heads : sequence of str or Text
        See ``name``.
    rows : sequence of sequences of str
        As many cells as heads.
    right : collection of int
        Columns set to the right.
    """
    if out.is_terminal and _least_width(heads, rows) > out.width:
        for row in rows:
            _print_row(out, heads, row)
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for i, head in enumerate(heads):
        table.add_column(head, justify="right" if i in right else "left", no_wrap=i < len(heads) - 1, overflow="fold")
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _least_width(heads: Sequence[str | Text], rows: Sequence[Sequence[str]]) -> int:
    """Columns of a terminal that a table needs, the last one of its own at ten."""
    columns = zip(map(str, heads), *rows, strict=True)
    widths = [max(cell_len(told(cell)) for cell in column) for column in columns]
    return sum(widths[:-1]) + min(widths[-1], _LAST) + 2 * len(widths) + 1


def _print_row(out: Console, heads: Sequence[str | Text], row: Sequence[str]) -> None:
    out.print()
    for head, cell in zip(heads, row, strict=True):
        title = head if isinstance(head, Text) else out.render_str(head)
        text = Text(": ").join([title, out.render_str(cell)]) if len(title) else out.render_str(cell)
        if cell:
            out.print(text, overflow="fold")
