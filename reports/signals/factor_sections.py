"""The report of a factor view: rank correlations and fifths by horizon, over time, by month, phase and group."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...data.types import Floats
from ..message import Text, say, sentence
from ..render.i18n import Locale
from ..render.pdf.paper import Paper
from ..render.report_page import RESOLUTION, paper_on_panel, write_pictures
from ..sections.base import (
    CORRELATION,
    COUNT,
    RATIO,
    WHOLE_PERCENT,
    YEAR,
    Cell,
    Column,
    Facts,
    Figure,
    Format,
    Paragraph,
    Section,
    Table,
    Value,
    heat,
)
from ..sections.tables import MONTHS, heat_scale
from .charts import decay_chart, fifths_chart
from .event_content import p_text
from .factor_content import by_year, facts, line_chart, parts, rolling_chart, shown_horizon
from .factor_result import FactorReportResult
from .front import signal_front

PICTURES = ("horizons", "rolling", "line")
"""Names of the pictures, see ``factor_pictures``."""
_FINE = Format("percent", 2, plus=True)
_ONE = Format("number", 1)


def factor_paper(result: FactorReportResult) -> Paper:
    """The whole report.

    Parameters
    ----------
    result : FactorReportResult
    """
    made = (_horizons(result), _rolling(result), _months(result), _parts(result), _line(result))
    studied = result.studied
    return paper_on_panel(
        f"Factor view: {result.label}", say("Factor view: {score}", score=result.label),
        signal_front(result, facts(result)), made, digest=studied.content_hash, ribbon=studied.ribbon,
    )  # fmt: skip


def factor_pictures(
    result: FactorReportResult, folder: str | Path, *, locale: str | Locale = "en", resolution: float = RESOLUTION
) -> list[Path]:
    """Write each of ``PICTURES`` as NAME.png; returns their paths. With too few sessions there is no moving mean.

    Parameters
    ----------
    result : FactorReportResult
    folder : path
    locale : str or Locale
    resolution : float
        Dots per inch.
    """
    horizons = _horizons(result)
    drawn = (Section("decay", horizons.title, horizons.blocks[:2]), _rolling(result), _line(result))
    return write_pictures(zip(PICTURES, drawn, strict=True), folder, locale, resolution)


def horizon_table(result: FactorReportResult) -> Table:
    """What was found by horizon, with the columns that say most.

    Parameters
    ----------
    result : FactorReportResult
    """
    (table,) = _horizons(result).tables()
    return table.only("IC", "t, Newey-West", "p, Holm", "Spread", "Turnover", "After costs")


def _horizons(result: FactorReportResult) -> Section:
    shown = shown_horizon(result)
    told = (
        say("Mean over sessions of the rank correlation of the score with the return of the next sessions."),
        say("Lines are 95% intervals by Newey and West's error, as horizons that overlap say the same thing twice."),
        say("Fifths of the score: over the mean of all, {count} sessions on; 5 is the highest.", count=shown),
    )
    charts = (
        decay_chart(result.table)._replace(title="Rank correlation by horizon"),
        fifths_chart(result.table, shown)._replace(title="Fifths of the score"),
    )
    columns = (
        Column(say("Sessions on"), COUNT), Column("IC", CORRELATION, look="strong"), Column(say("ICIR"), RATIO),
        Column(say("t, Newey-West"), _ONE), Column(say("p, Holm"), Format("number")),
        Column(say("Above 0"), WHOLE_PERCENT), *(Column(say("Fifth {number}", number=k), _FINE) for k in range(1, 6)),
        Column(say("Spread"), _FINE), Column(say("Turnover"), WHOLE_PERCENT), Column(say("After costs"), _FINE),
        Column(say("Rank auto-correlation"), RATIO), Column(say("Sessions"), COUNT),
    )  # fmt: skip
    rows = [
        (
            int(row["horizon"]), row["ic"], row["icir"], row["t_nw"], p_text(row["p_holm"]), row["hit"],
            *(row[f"q{k}"] for k in range(1, 6)), row["spread"], row["turnover"], row["net_spread"],
            row["rank_autocorrelation"], row["sessions"],
        )
        for row in result.table.to_dict(orient="records")
    ]  # fmt: skip
    meanings: list[tuple[Text, Text]] = [
        ("IC", say("mean rank correlation of the score with the return after it, across series")),
        (say("ICIR"), say("that mean over its standard deviation")),
        (say("Fifths"), say("mean return of each fifth over the mean of all; the fifth has the highest scores")),
        (say("Turnover"), say("share of the two outer fifths that is new after so many sessions")),
        (say("After costs"), say("the spread less what that turnover costs, on both sides")),
        (say("Rank auto-correlation"), say("rank correlation of the score with itself so many sessions later")),
    ]
    title = say("By horizon")
    blocks = (
        Paragraph(told, "lead"), Figure(charts, titled=True, look="small fine"),
        Table(say("Figures by horizon"), columns, rows, look="cells"), Facts(meanings, "facts glossary-list"),
    )  # fmt: skip
    return Section("decay", title, blocks, title)


def _rolling(result: FactorReportResult) -> Section | None:
    chart = rolling_chart(result)
    if chart is None:
        return None
    lead = say(
        "Rank correlation {count} sessions on, mean of the last 250 sessions.",
        count=shown_horizon(result),
    )
    title = say("Over time")
    return Section("rolling", title, (Paragraph(lead, "lead"), Figure((chart,), (180,), look="named")), title)


def _months(result: FactorReportResult) -> Section:
    years = by_year(result)
    scale = heat_scale(_values([line for _, line in years]))
    columns = (Column(say("Year"), YEAR), *(Column(sentence(month), CORRELATION) for month in MONTHS))
    rows: list[tuple[Value | Cell, ...]] = [(year, *(heat(value, scale) for value in line)) for year, line in years]
    lead = (
        say("Mean rank correlation {count} sessions on, of the sessions of each month.", count=shown_horizon(result)),
        say("Blank: no data."),
    )
    title = say("By month")
    table = Table(say("Rank correlations by month"), columns, rows, look="heat study")
    return Section("months", title, (Paragraph(lead, "lead"), table), title)


def _parts(result: FactorReportResult) -> Section | None:
    divided = parts(result)
    if not divided:
        return None
    scale = heat_scale(_values([line for _, _, line in divided]))
    steps = [str(int(step)) for step in result.table["horizon"]]
    columns = (Column(say("Part")), *(Column(step, CORRELATION) for step in steps), Column(say("Sessions"), COUNT))
    rows: list[tuple[Value | Cell, ...]] = [
        (name if sessions is None else sentence(name), *(heat(value, scale) for value in line), sessions)
        for name, sessions, line in divided
    ]
    lead = say("Mean rank correlation by horizon; within a group, of its own series alone.")
    table = Table(say("Rank correlations by phase and group"), columns, rows, look="heat study")
    title = say("In pullbacks, and within groups")
    return Section("parts", title, (Paragraph(lead, "lead"), table), say("Parts"))


def _line(result: FactorReportResult) -> Section:
    lead = (
        say("Growth of 1 on paper, log scale: equal weights, formed at the close and left alone until the next time."),
        say("No lots, limits, or fee for what is lent: it can't be traded as it stands."),
    )
    title = say("Long the highest fifth, short the lowest")
    figure = Figure((line_chart(result),), (240,), look="named")
    return Section("line", title, (Paragraph(lead, "lead"), figure), say("Portfolio"))


def _values(lines: list[list[float]]) -> Floats:
    return np.array([value for line in lines for value in line], dtype=np.float64)
