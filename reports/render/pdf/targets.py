"""The pages behind the details: targets against what was held, funds against sectors, rules in force."""

from __future__ import annotations

from ...analysis.rules import Rule, Rules
from ...analysis.targets import Attained, drag_in_words, rolls_in_words
from ...formatting import BLANK, decimal, percent
from ...sections.content import ReportContent
from .page import SOFT, WARN, PageWriter
from .parts import BOTTOM, LEFT, RIGHT, STEP, Column, heads, last_lines, rows, title

_MOST_FUNDS = 24


def more_pages(writer: PageWriter, content: ReportContent) -> None:
    """As many pages as there is something to say; none for a run without decisions under a market without rule book."""
    if content.attained is None and content.rules is None and not content.tracked:
        return
    number, y = writer.begin_page(), 17.0
    if content.attained:
        y = _targets(writer, content.attained, y) + 9.0
    if content.tracked:
        y = _tracking(writer, content, y) + 9.0
    if content.rules:
        number = _rules(writer, content, content.rules, number, y)
    last_lines(writer, content, number)


def _targets(writer: PageWriter, done: Attained, y: float) -> float:
    y = title(writer, y, "Target against actual", "from the session after a decision until the next one")
    y = writer.paragraph(LEFT, y + 1.8, drag_in_words(done), 6.5, RIGHT - LEFT, 2, SOFT) + 3.4
    ended = (
        Column("What became of the decisions", LEFT, 40, "left"),
        Column("", LEFT + 42, 78, "left", True, 6.0),
        Column("Decisions", RIGHT - 46, 14),
        Column("Wanted", RIGHT - 20, 24),
        Column("Traded", RIGHT, 16),
    )
    why = (
        Column("Why weights were not the targets, in money summed over decisions", LEFT, 40, "left"),
        Column("", LEFT + 42, 78, "left", True, 6.0),
        Column("Targets", RIGHT - 46, 14),
        Column("At first", RIGHT - 20, 24),
        Column("In the end", RIGHT, 19),
    )
    statuses = [
        (
            row.status,
            row.meaning,
            decimal(row.decisions, 0),
            decimal(row.wanted, 0),
            percent(row.traded / row.wanted) if row.wanted else BLANK,
        )
        for row in done.executed
    ]
    causes = [
        (row.reason, row.meaning, decimal(row.targets, 0), decimal(row.first, 0), decimal(row.last, 0))
        for row in done.causes
    ]
    y = rows(writer, heads(writer, y, ended), ended, statuses) + 6.0
    y = rows(writer, heads(writer, y, why), why, causes) + 5.5
    if rolled := rolls_in_words(done, 8):
        y = writer.paragraph(LEFT, y, rolled, 6.5, RIGHT - LEFT, 2, SOFT) + 2.0
    return _gaps(writer, done, y + 1.0) if done.gaps else y - 4.0


def _gaps(writer: PageWriter, done: Attained, y: float) -> float:
    writer.text(LEFT, y, "Largest gaps", 7.5)
    writer.text(LEFT + 20, y, "after the first fill session, without drift; negative: too much was held", 6, SOFT)
    columns = (
        Column("Decided", LEFT, 16, "left"),
        Column("Series", LEFT + 18, 42, "left"),
        Column("Target", LEFT + 72, 12),
        Column("Actual", LEFT + 86, 12),
        Column("Missing", LEFT + 108, 20),
        Column("In the end", LEFT + 130, 20),
        Column("Reason", LEFT + 134, RIGHT - LEFT - 134, "left", True, 6.0),
    )
    lines = [
        (
            f"{row.session:%Y-%m-%d}",
            f"{writer.name(row.symbol, row.name)} {row.symbol}" if row.name != row.symbol else row.symbol,
            percent(row.target), percent(row.actual), decimal(row.missing, 0), decimal(row.left, 0), row.reason,
        )
        for row in done.gaps
    ]  # fmt: skip
    return rows(writer, heads(writer, y + 4.2, columns), columns, lines)


def _tracking(writer: PageWriter, content: ReportContent, y: float) -> float:
    shown = content.tracked[:_MOST_FUNDS]
    cut = f"; {len(shown)} of {len(content.tracked)} pairs" * (len(shown) < len(content.tracked))
    y = title(writer, y, "Tracking: funds against their sectors", f"total returns and differences per year{cut}")
    columns = (
        Column("Sector", LEFT, 40, "left"),
        Column("Fund", LEFT + 42, 44, "left"),
        Column("From", LEFT + 104, 16),
        Column("Sessions", LEFT + 118, 12),
        *(
            Column(head, LEFT + 118 + 12.8 * k, 12)
            for k, head in enumerate(("Index", "Fund", "Difference", "Error", "Correlation"), 1)
        ),
    )
    lines = [
        (
            row.sector, row.fund, f"{row.first:%Y-%m-%d}" if row.sessions else BLANK, decimal(row.sessions, 0),
            percent(row.index_return), percent(row.fund_return), percent(row.difference, 1, True),
            percent(row.tracking_error), decimal(row.correlation, 3),
        )
        for row in shown
    ]  # fmt: skip
    return rows(writer, heads(writer, y + 2.0, columns), columns, lines)


def _rules(writer: PageWriter, content: ReportContent, book: Rules, number: int, y: float) -> int:
    """The rule book's table, on further pages if it must; returns the last page's number."""
    columns = (
        Column("Rule", LEFT, 50, "left"),
        Column("Value", LEFT + 66, 16),
        Column("From", LEFT + 70, 16, "left"),
        Column("Boards", LEFT + 87, 26, "left", True, 6.0),
        Column("Source", LEFT + 115, RIGHT - LEFT - 115, "left", True, 6.0),
    )
    heading, note = f"Rule book {book.name} {book.version}", f"series by board: {book.placed}"
    left = list(book.rules)
    if not left:
        title(writer, y, heading, f"{note}; the market sets all its rules itself")
        return number
    if y + 4 * STEP > BOTTOM - 4:
        number, y = _next_page(writer, content, number)
    y = title(writer, y, heading, f"{note}; {book.doubt}")
    while left:
        room = max(1, int((BOTTOM - 6.0 - y) / STEP))
        now, left = left[:room], left[room:]
        y = rows(writer, heads(writer, y + 2.0, columns), columns, [_line(rule) for rule in now])
        if left:
            number, y = _next_page(writer, content, number)
            y = title(writer, y, heading, "continued")
    if book.unverified:
        writer.text(LEFT, min(y + 4.5, BOTTOM), "* not verified: sources differ, or only one was found", 6, WARN)
    return number


def _line(rule: Rule) -> tuple[str, ...]:
    return rule.what + " *" * (not rule.verified), rule.value, f"{rule.start}", rule.boards, rule.source


def _next_page(writer: PageWriter, content: ReportContent, number: int) -> tuple[int, float]:
    last_lines(writer, content, number)
    return writer.begin_page(), 17.0
