"""The report of a walk-forward: the run out of sample, what was chosen, and the same fixed in advance."""

from __future__ import annotations

from ..message import Text, say, sentence
from ..render.pdf.paper import Paper
from ..render.report_page import chance_section, front_of, paper_on_panel
from ..sections.base import Block, Column, Figure, Format, Paragraph, Section, Table
from ..sections.windows_section import windows_section
from .charts import choice_charts, growth_chart, pairs_chart, spread_chart
from .content import IN_CASH, WalkForwardContent

_WRITTEN = Format("number")
"""Of what is written out already and stands at the right, as numbers do."""


def walkforward_paper(content: WalkForwardContent) -> Paper:
    """The whole report.

    Parameters
    ----------
    content : WalkForwardContent
    """
    made = (
        chance_section(content.beside), _growth(content), _windows(content), _pairs(content), _choice(content),
        _fixed(content), windows_section(content.of_time, "windows-of-time"),
    )  # fmt: skip
    front = front_of(content.sentence, content.told, content.facts)
    studied = content.studied
    return paper_on_panel(
        content.title, sentence(content.title), front, made, digest=studied.content_hash, ribbon=studied.ribbon
    )



def _growth(content: WalkForwardContent) -> Section:
    told = (
        say("Growth of 1, log scale."),
        say("One account: shades tell the windows apart, across whose seams positions are carried."),
        say("Between the blue lines lie four fifths of the variants with their parameters fixed in advance."),
    )
    title = say("Out of sample")
    return Section("growth", title, (Paragraph(told, "lead"), Figure((growth_chart(content),), look="named")), title)


def _windows(content: WalkForwardContent) -> Section:
    columns = (
        Column(say("Window")), Column(say("Training"), _WRITTEN), Column(say("Test"), _WRITTEN),
        *(Column(name.replace("_", " "), _WRITTEN, look="value") for name in content.axes),
        Column(say("In training"), _WRITTEN), Column(say("In the test"), _WRITTEN),
        Column(say("Test / training"), _WRITTEN), Column(say("Rank"), _WRITTEN), Column(say("Correlation"), _WRITTEN),
    )  # fmt: skip
    rows = [tuple(map(_told, row)) for row in content.rows]
    told = (
        say("What was chosen in training, and what it came to in the test."),
        say(
            "The rank is that of what was chosen among all variants fixed in advance, in the test; the correlation is "
            "that of the ranks of all variants in training and test."
        ),
    )
    title = say("Windows")
    blocks: list[Block] = [Paragraph(told, "lead"), Table(title, columns, rows, look="walked windows")]
    for number, reason in content.reasons:
        blocks.append(Paragraph(say("Window {number}: {reason}.", number=number, reason=sentence(reason)), "lead"))
    return Section("windows", title, blocks, title)


def _told(text: str) -> Text:
    """A cell: what is said in words is translated, values are not."""
    return sentence(text) if text == IN_CASH or " of " in text or text.endswith(" values") else text


def _pairs(content: WalkForwardContent) -> Section | None:
    chart = pairs_chart(content)
    if chart is None:
        return None
    told: tuple[Text, ...] = (
        say("{metric} by window.", metric=sentence(content.metric.label)),
        say(
            "The best of many in training looks better than it is; what is lost in the test is what the choice owed to "
            "chance."
        ),
    )
    if not content.whole.all():
        told = (*told, say("A test that the end of the data cuts to less than half is left out."))
    title = say("Training and test")
    return Section("pairs", title, (Paragraph(told, "lead"), Figure((chart,), look="pairs named")), title)


def _choice(content: WalkForwardContent) -> Section:
    columns = (
        Column(say("Parameter")), Column(say("Most often"), _WRITTEN, look="value"), Column(say("Share"), _WRITTEN),
        Column(say("Different values"), _WRITTEN), Column(say("Range"), _WRITTEN),
    )  # fmt: skip
    rows = [(name.replace("_", " "), usual, *map(_told, rest)) for name, usual, *rest in content.stability]
    told = (
        say("How stable it was."),
        say("A choice that jumps from window to window says that the values hardly differ, or that the best was luck."),
    )
    title = say("The choice")
    blocks: list[Block] = [Paragraph(told, "lead"), Table(title, columns, rows, look="walked")]
    charts = [chart._replace(title=name) for name, chart in choice_charts(content)]
    if charts:
        blocks.append(Figure(charts, titled=True, look="choices named"))
    return Section("choice", title, blocks, title)


def _fixed(content: WalkForwardContent) -> Section:
    told = (
        say("The same grid over the same sessions, each variant from start to end, nothing chosen."),
        say("Only where the run is ahead of most of them has choosing paid."),
    )
    title = say("Fixed in advance")
    blocks: list[Block] = [Paragraph(told, "lead")]
    if chart := spread_chart(content):
        blocks.append(Figure((chart,), look="spread named"))
    columns = (
        Column(""), Column(say("Parameters"), _WRITTEN, look="value name wrap"),
        *(Column(sentence(it.label), _WRITTEN, sentence(it.text)) for it in content.columns),
    )  # fmt: skip
    rows: list[tuple[Text, ...]] = [(sentence(name), *rest) for name, *rest in content.control]
    blocks.append(Table(title, columns, rows, look="walked"))
    return Section("fixed", title, blocks, title)
