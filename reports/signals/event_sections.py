"""The report of an event study: each anchor and horizon beside its controls, and every episode."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..charts.spec import Chart
from ..message import Text, say, sentence
from ..render.i18n import Locale
from ..render.pdf.paper import Paper
from ..render.report_page import RESOLUTION, paper_on_panel, write_pictures
from ..sections.base import (
    CORRELATION,
    COUNT,
    PERCENT,
    RATIO,
    SIGNED,
    WHOLE_PERCENT,
    Block,
    Cell,
    Column,
    Facts,
    Figure,
    Format,
    Heading,
    Item,
    Items,
    Paragraph,
    Section,
    Table,
    Value,
    heat,
)
from ..sections.tables import heat_scale
from .charts import ANCHORS, FIFTH_NAMES, FIFTH_ROLES, correlation_charts, fan_charts, placebo_charts
from .event_content import (
    CONTROLS,
    Side,
    cells,
    facts,
    regime_rows,
    score_text,
    shown_horizon,
    told_episodes,
)
from .event_content import heat as heat_rows
from .front import signal_front
from .result import EventStudyResult

PICTURES = ("heatmap", "correlations", "fan", "placebo")
"""Names of the pictures, see ``event_pictures``."""
SHOWN, MOST = 10, 150
"""Episodes whose strongest and weakest series are in view, and behind a click; the others are in readings.csv."""
_WRITTEN = Format("number")


def event_paper(result: EventStudyResult) -> Paper:
    """The whole report.

    Parameters
    ----------
    result : EventStudyResult
    """
    made = (
        _heat(result), _fans(result), _controls(result), _placebos(result), _raw(result), _regimes(result),
        _episodes(result),
    )  # fmt: skip
    studied = result.studied
    return paper_on_panel(
        f"Event study: {result.label}", say("Event study: {score}", score=result.label),
        signal_front(result, facts(result), result.power), made, digest=studied.content_hash, ribbon=studied.ribbon,
    )  # fmt: skip


def event_pictures(
    result: EventStudyResult, folder: str | Path, *, locale: str | Locale = "en", resolution: float = RESOLUTION
) -> list[Path]:
    """Write each of ``PICTURES`` as NAME.png; returns their paths. Without a placebo there is no picture of it.

    Parameters
    ----------
    result : EventStudyResult
    folder : path
    locale : str or Locale
    resolution : float
        Dots per inch.
    """
    whole = _heat(result)
    sections = (
        heatmap(result), Section("correlations", whole.title, whole.blocks[2:]), _fans(result), _placebos(result),
    )  # fmt: skip
    return write_pictures(zip(PICTURES, sections, strict=True), folder, locale, resolution)


def heatmap(result: EventStudyResult) -> Section:
    """The table of the tested rank correlations, alone.

    Parameters
    ----------
    result : EventStudyResult
    """
    whole = _heat(result)
    return Section("heat", whole.title, whole.blocks[:2])


def anchor_name(anchor: str) -> Text:
    """An anchor, with a warning where it is known in hindsight only."""
    name = sentence(ANCHORS[anchor][0])
    return say("{anchor} (hindsight)", anchor=name) if anchor == "trough" else name


def _figures(charts: Sequence[tuple[str, Chart]]) -> Figure:
    titled = [
        chart._replace(title=ANCHORS[anchor][0] + " (hindsight)" * (anchor == "trough")) for anchor, chart in charts
    ]
    return Figure(titled, titled=True, look="small fine")


def _heat(result: EventStudyResult) -> Section:
    rows = heat_rows(result)
    scale = heat_scale(np.array([line for _, line, _ in rows]))
    columns = (Column(say("Sessions on")), *(Column(str(step), CORRELATION) for step in result.horizons))
    lines: list[tuple[Value | Cell, ...]] = [
        (
            anchor_name(anchor),
            *(
                heat(value, scale)._replace(strong=stands, note="*" * stands)
                for value, stands in zip(values, sure, strict=True)
            ),
        )
        for anchor, values, sure in rows
    ]
    told = (
        say(
            "Mean rank correlation of the score with the return after it, across series, beta taken out of both; over "
            "episodes whose horizons don't overlap."
        ),
        say("* stands at 5% after the correction for all anchors and horizons."),
    )
    bars = (
        say("Bars: the same, with Student's t over those episodes."),
        say("Grey dots: the placebo."),
        say("All on one scale."),
    )
    title = say("By anchor and horizon")
    table = Table(say("Rank correlations by anchor and horizon"), columns, lines, look="heat study")
    blocks: tuple[Block, ...] = (
        Paragraph(told, "lead"), table, Heading(say("With 95% intervals")), Paragraph(bars, "lead"),
        _figures(correlation_charts(result)),
    )  # fmt: skip
    return Section("heat", title, blocks, title)


def _fans(result: EventStudyResult) -> Section:
    told = (
        say("Mean return of each fifth of the score over the mean of all, from the session of the reading."),
        say("Fine lines: the highest fifth in each single episode, where it stays in the picture."),
        say("All on one scale."),
    )
    key = [(role, sentence(name)) for role, name in zip(FIFTH_ROLES[::-1], FIFTH_NAMES[::-1], strict=True)]
    title = say("What the fifths did afterwards")
    return Section(
        "fan", title, (Paragraph(told, "lead"), Figure((), key=key), _figures(fan_charts(result))), say("Fifths")
    )


def _controls(result: EventStudyResult) -> Section:
    columns = (
        Column(say("Sessions on"), COUNT), Column(say("95% interval"), look="whisker"),
        *(Column(sentence(head), _WRITTEN, sentence(text)) for _, head, text in CONTROLS),
        Column(say("p, raw alone"), _WRITTEN), Column(say("p, corrected"), _WRITTEN),
        Column(say("p, over placebo"), _WRITTEN), Column(say("Could be found"), _WRITTEN),
        Column(say("Episodes apart"), COUNT),
    )  # fmt: skip
    found = cells(result)
    blocks: list[Block] = []
    for anchor in dict.fromkeys(cell.anchor for cell in found):
        rows: list[tuple[Value | Cell, ...]] = []
        for cell in (cell for cell in found if cell.anchor == anchor):
            first, *values = cell.values
            own = Cell(first, strong=True, note="*" * cell.sure)
            rest = (cell.p, cell.corrected, cell.over, cell.power, cell.distinct)
            rows.append((cell.horizon, cell.mark, own, *values, *rest))
        blocks.append(Heading(anchor_name(anchor)))
        label = say("The score and its controls")
        blocks.append(Table(label, columns, rows, sentence(f"{ANCHORS[anchor][1]}."), "cells"))
    meanings: list[tuple[Text, Text]] = [(sentence(head), sentence(text)) for _, head, text in CONTROLS]
    could = say(
        "the mean that 4 of 5 samples would have shown at 5% after correction, from the number of episodes and the "
        "spread over windows that end in any session"
    )
    blocks.append(Facts([*meanings, (say("Could be found"), could)], "facts glossary-list"))
    return Section("controls", say("Beside what else could explain it"), blocks, say("Controls"))


def _placebos(result: EventStudyResult) -> Section | None:
    charts = placebo_charts(result)
    if not charts:
        return None
    told = (
        say("Dots: what was found."),
        say("Fine lines: the mean over as many placebo windows as there are episodes, drawn 200 times."),
        say(
            "They share the quiet sessions that there are, so they lie closer together than chance would have them: "
            "the p over the placebo allows for that."
        ),
    )
    title = say("Found, and at other times")
    return Section("placebo", title, (Paragraph(told, "lead"), _figures(charts)), say("Placebo"))


def _raw(result: EventStudyResult) -> Section:
    columns = (
        Column(say("Read at")), Column(say("Sessions on"), COUNT), Column("IC", CORRELATION),
        Column(say("ICIR"), RATIO), Column("t", Format("number", 1)),
        Column(say("t, Newey-West"), Format("number", 1)), Column(say("Above 0"), WHOLE_PERCENT),
        *(Column(say("Fifth {number}", number=k), SIGNED) for k in range(1, 6)),
        Column(say("Spread"), SIGNED), Column(say("Benchmark"), SIGNED), Column(say("Episodes"), COUNT),
    )  # fmt: skip
    rows = [
        (
            anchor_name(row["anchor"]), row["horizon"], row["ic"], row["icir"], row["t"], row["t_nw"], row["hit"],
            *(row[f"q{k}"] for k in range(1, 6)), row["spread"], row["bench"], row["episodes"],
        )
        for row in result.table.to_dict(orient="records")
    ]  # fmt: skip
    title = say("Raw figures")
    return Section("fifths", title, (Table(say("Rank correlations and fifths"), columns, rows, look="cells"),), title)


def _regimes(result: EventStudyResult) -> Section:
    shown = shown_horizon(result)
    kinds = {"trend": say("Trend"), "depth": say("Depth"), "year": say("Year")}
    columns = (Column(say("Regime")), *(Column(anchor_name(anchor), CORRELATION) for anchor in result.anchors))
    rows: list[tuple[Value | Cell, ...]] = [
        (
            say("{kind}: {regime}", kind=kinds[by], regime=sentence(regime)),
            *(heat(value, 0.6)._replace(note=f"({count})" if value == value else "") for count, value in line),
        )
        for by, regime, line in regime_rows(result)
    ]
    told = (
        say(
            "Mean raw rank correlation {count} sessions on, with the number of episodes: descriptions, not tests.",
            count=shown,
        ),
        say(
            "The trend is held where the benchmark closed above its mean of 200 sessions; deep is deeper, up to the "
            "reading, than the median."
        ),
    )
    next_columns = (
        Column(say("Read at")), Column(say("Rank correlation of the score"), CORRELATION),
        Column(say("New in the top fifth"), WHOLE_PERCENT),
    )  # fmt: skip
    following: list[tuple[Value, ...]] = [
        (anchor_name(row["anchor"]), row["rank_correlation"], row["turnover_top_fifth"])
        for row in result.persistence.to_dict(orient="records")
    ]
    again = say("From one episode to the next")
    blocks = (
        Paragraph(told, "lead"), Table(say("Rank correlations by regime"), columns, rows, look="heat study"),
        Heading(again), Table(again, next_columns, following, look="side"),
    )  # fmt: skip
    return Section("regimes", say("By regime, and from one episode to the next"), blocks, say("Regimes"))


def _episodes(result: EventStudyResult) -> Section:
    told, shown = told_episodes(result), shown_horizon(result)
    ended = any(one.entered for one in told)
    columns = [Column(say("No."), COUNT), Column(say("Peak") if ended else say("Session"))]
    if ended:
        columns += [Column(say("Entered")), Column(say("Over")), Column(say("Depth"), PERCENT)]
    columns += [Column(say("Trend")), *(Column(anchor_name(anchor), CORRELATION) for anchor in result.anchors)]
    rows: list[tuple[Value | Cell, ...]] = []
    for one in told:
        ends = (one.entered, sentence(one.left), one.depth) if ended else ()
        rows.append((one.number, one.peak, *ends, sentence(one.trend), *(heat(value, 0.8) for value in one.ics)))
    lead = say("Raw rank correlation {count} sessions on, by anchor.", count=shown)
    blocks: list[Block] = [Paragraph(lead, "lead"), Table(say("Episodes"), columns, rows, look="heat study")]
    named = [one for one in told[:MOST] if one.strongest]
    if named:
        heads = (
            Column(say("No."), COUNT), Column(say("Peak") if ended else say("Session")), Column(say("Read on")),
            Column(say("Strongest"), look="wrap marks"), Column(say("Weakest"), look="wrap marks"),
        )  # fmt: skip
        lines = [(one.number, one.peak, one.read, _sides(one.strongest), _sides(one.weakest)) for one in named]
        caption = say("The score, the series, and its return {count} sessions on.", count=shown)
        title = say("Strongest and weakest")
        blocks += [Heading(title), Table(title, heads, lines, caption, "strongest", shown=SHOWN)]
    title = say("Every episode")
    return Section("episodes", title, blocks, say("Episodes"))


def _sides(sides: Sequence[Side]) -> Items:
    return Items(
        tuple(Item(side.name or side.symbol, SIGNED.text(side.after), score_text(side.score)) for side in sides)
    )
