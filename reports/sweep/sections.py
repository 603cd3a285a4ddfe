"""The report of a sweep: what came out, how all variants are spread, the ranking, and the parameters."""

from __future__ import annotations

from ..compare.grid_blocks import grid_blocks
from ..message import say, sentence
from ..render.pdf.paper import Paper
from ..render.report_page import chance_section, front_of, paper_on_panel
from ..sections.base import COUNT, Block, Column, Figure, Format, Paragraph, Section, Table, Value
from ..sections.windows_section import windows_section
from .charts import distribution_chart, parallel_chart
from .content import SweepContent


def sweep_paper(content: SweepContent) -> Paper:
    """The whole report.

    Parameters
    ----------
    content : SweepContent
    """
    made = (
        chance_section(content.beside), _spread(content), _ranking(content), windows_section(content.windows),
        _grids(content), _parallel(content),
    )  # fmt: skip
    front = front_of(content.sentence, content.told, content.facts)
    studied = content.studied
    return paper_on_panel(
        content.title, sentence(content.title), front, made, digest=studied.content_hash, ribbon=studied.ribbon
    )



def _spread(content: SweepContent) -> Section | None:
    chart = distribution_chart(content)
    if chart is None:
        return None
    told = (
        say("How many variants have which value."),
        say("What a rule is worth is what most of its variants are worth; the best owes something to luck."),
    )
    title = say("All variants")
    return Section("all", title, (Paragraph(told, "lead"), Figure((chart,), look="spread named")), title)


def _ranking(content: SweepContent) -> Section | None:
    if not content.ranking:
        return None
    text = Format("number")  # written out already; at the right, as numbers are
    columns = [Column(say("Rank"), COUNT), Column(say("Variant"), text)]
    columns += [Column(name, text, look="value") for name in content.names]
    columns += [Column(sentence(it.label), text, sentence(it.text)) for it in content.columns]
    rows: list[tuple[Value, ...]] = [
        (row.rank, str(row.variant), *row.parameters, *row.metrics) for row in content.ranking
    ]
    title = say("Ranking, uncorrected")
    table = Table(say("Ranking"), columns, rows, look="ranking")
    lead = Paragraph(say("The first, the one in the middle, and the last."), "lead")
    return Section("ranking", title, (lead, table), say("Ranking"))


def _grids(content: SweepContent) -> Section | None:
    if not content.grids:
        return None
    told = [say("Each cell is the median over all other parameters.")] if len(content.axes) > 2 else []
    told += [
        say(
            "The best cell was found by looking at all of them, and nothing here is corrected for that: a plateau says "
            "more than a peak."
        )
    ]
    blocks: list[Block] = [Paragraph(tuple(told), "lead"), *grid_blocks(content.grids)]
    title = say("By parameter")
    return Section("grid", title, blocks, title)


def _parallel(content: SweepContent) -> Section | None:
    if len(content.lines) < 2:
        return None
    told = (
        say("A line per variant, from its parameters to what it came to; dark lines are the best tenth."),
        say("Of many variants some are drawn, evenly over the ranking."),
    )
    title = say("Which values the best have")
    return Section(
        "parallel", title, (Paragraph(told, "lead"), Figure((parallel_chart(content),), look="parallel named"))
    )
