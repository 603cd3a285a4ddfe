"""The factor view on A4 pages, and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..formatting import decimal, percent
from ..render.i18n import Locale, find_locale
from ..render.pdf.charts import draw_chart
from ..render.pdf.page import WIDTH, PageWriter
from ..render.pdf.parts import BOTTOM, LEFT, RIGHT, Box, Column, title
from ..sections.tables import MONTHS, heat_scale
from .charts import decay_chart, fifths_chart, ic
from .event_content import p_text
from .factor_page import by_year, facts, line_chart, parts, rolling_chart, shown_horizon
from .factor_result import FactorReportResult
from .print_parts import foot, head, heat_table, side_by_side, table, writer_of

PICTURES = ("horizons", "rolling", "line")
"""Names of the pictures, see ``factor_pictures``."""
RESOLUTION = 150.0


def factor_pdf(result: FactorReportResult, path: str | Path, *, locale: str | Locale = "en") -> Path:
    """Write the report as A4 pages; returns its path.

    Parameters
    ----------
    result : FactorReportResult
    path : path
    locale : str or Locale
        Language; see ``i18n.LOCALES``.
    """
    writer = _writer(result, find_locale(locale))
    number = writer.begin_page()
    sentence = result.name if result.name != result.label else ""
    y = head(writer, f"Factor view: {result.label}", sentence, result.verdict.sentences, facts(result), result.studied)
    y = _horizons(writer, result, y + 2.0)
    y = _table(writer, result, y + 2.0)
    y = _line(writer, result, y + 10.0)
    foot(writer, number, result.studied)
    foot(writer, writer.begin_page(), result.studied)
    y = _rolling(writer, result, 17.0)
    y = _months(writer, result, y + 4.0)
    _parts(writer, result, y + 4.0)
    return writer.save(path, f"Factor view: {result.label}")


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
    drawn: dict[str, tuple[Callable[[PageWriter, FactorReportResult, float], float], float]] = {
        "horizons": (_horizons, 54.0), "rolling": (_rolling, 54.0), "line": (_line, 64.0),
    }  # fmt: skip
    out = []
    for name in PICTURES:
        if name == "rolling" and rolling_chart(result) is None:
            continue
        draw, height = drawn[name]
        writer = _writer(result, find_locale(locale))
        writer.begin_page(WIDTH, height)
        draw(writer, result, 9.0)
        out.append(writer.png(Path(folder) / f"{name}.png", 1, resolution))
    return out


def _writer(result: FactorReportResult, words: Locale) -> PageWriter:
    known = [text for _, text in facts(result)]
    return writer_of([result.name, result.found, *known, *(name for name, _, _ in parts(result))], words)


def _horizons(writer: PageWriter, result: FactorReportResult, y: float) -> float:
    shown = shown_horizon(result)
    y = title(writer, y, "By horizon", "rank correlation with 95% intervals by Newey and West's error")
    charts = [
        ("Rank correlation by horizon", decay_chart(result.table)),
        (f"Fifths of the score, {shown} sessions on; 5 is the highest", fifths_chart(result.table, shown)),
    ]
    return side_by_side(writer, y + 3.0, charts, 27.0)


def _table(writer: PageWriter, result: FactorReportResult, y: float) -> float:
    names = ("IC", "ICIR", "t, N-W", "p, Holm", "Above 0", *(f"Fifth {k}" for k in range(1, 6)))
    names += ("Spread", "Turnover", "After costs", "Sessions")
    columns = [Column("Sessions on", LEFT, 16.0, "left")]
    columns += [Column(name, LEFT + 13 + 12.0 * (k + 1), 12.0, size=6.2) for k, name in enumerate(names)]
    lines = [
        (
            str(int(row["horizon"])), ic(row["ic"]), decimal(row["icir"]), decimal(row["t_nw"], 1),
            p_text(row["p_holm"]), percent(row["hit"], 0), *(percent(row[f"q{k}"], 2, True) for k in range(1, 6)),
            percent(row["spread"], 2, True), percent(row["turnover"], 0), percent(row["net_spread"], 2, True),
            decimal(row["sessions"], 0),
        )
        for row in result.table.to_dict(orient="records")
    ]  # fmt: skip
    return table(writer, y, columns, lines, lambda: y)


def _line(writer: PageWriter, result: FactorReportResult, y: float) -> float:
    note = "growth of 1 on paper, log scale; can't be traded as it is"
    y = title(writer, y, "Long the highest fifth, short the lowest", note)
    draw_chart(writer, line_chart(result), Box(LEFT + 9, y + 1.0, RIGHT - 25, y + 42.0))
    return y + 48.0


def _rolling(writer: PageWriter, result: FactorReportResult, y: float) -> float:
    chart = rolling_chart(result)
    if chart is None:
        return y
    shown = shown_horizon(result)
    y = title(writer, y, "Over time", f"rank correlation {shown} sessions on, mean of the last 250 sessions")
    draw_chart(writer, chart, Box(LEFT + 9, y + 1.0, RIGHT - 25, y + 34.0))
    return y + 42.0


def _months(writer: PageWriter, result: FactorReportResult, y: float) -> float:
    years = by_year(result)
    y = title(writer, y, "By month", f"mean rank correlation {shown_horizon(result)} sessions on; blank: no data")
    room = max(1, int((BOTTOM - y - 60) / 4.2))
    lines = [(str(year), line, [""] * 12) for year, line in years[-room:]]
    return heat_table(writer, y + 2.5, ("Year", *MONTHS), lines, _scale(years), first=14.0, step=14.0)


def _parts(writer: PageWriter, result: FactorReportResult, y: float) -> float:
    divided = parts(result)
    if not divided:
        return y
    y = title(writer, y, "In pullbacks, and within groups", "mean rank correlation by horizon")
    steps = [str(int(step)) for step in result.table["horizon"]]
    lines = [(name, line, [""] * len(line)) for name, _, line in divided[: int((BOTTOM - y - 8) / 4.2)]]
    return heat_table(writer, y + 2.5, ("Part", *steps), lines, _scale([(0, line) for _, _, line in divided]))


def _scale(lines: list[tuple[int, list[float]]]) -> float:
    return heat_scale(np.array([value for _, line in lines for value in line], dtype=np.float64))
