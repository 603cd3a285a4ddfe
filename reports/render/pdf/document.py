"""The report of a run on paper."""

from __future__ import annotations

from pathlib import Path

from ....engine.record import Record
from ...luck.result import LuckResult
from ...market_context import MarketContext
from ...message import say, sentence, sentences
from ...sections.base import Paragraph
from ...sections.content import ReportContent, report_content
from ...sections.facts import ONE_VARIANT
from ...sections.report import ALL, Part, sections_of
from ...significance.words import headline
from ..i18n import find_locale
from .paper import Paper
from .paper import write_pdf as write_paper


def write_pdf(
    record: Record,
    path: str | Path,
    context: MarketContext | None = None,
    *,
    luck: LuckResult | None = None,
    locale: str = "en",
    moves: str | None = None,
) -> Path:
    """Write the report of a run as A4 pages; returns its path. The same run gives the same bytes.

    Parameters
    ----------
    record : Record
    path : path
    context : MarketContext, optional
        Without it there are no market phases and no map.
    luck : LuckResult, optional
        How much of the result hangs on luck.
    locale : str
        A key of ``locale.LOCALES``.
    moves : str, optional
        One of ``palette.SCHEMES``.

    Raises
    ------
    InputError
        Without the package typst: ``pip install 'sectorlead[pdf]'``.
    """
    return pdf(report_content(record, context, luck), path, locale=locale, moves=moves)


def pdf(content: ReportContent, path: str | Path, *, locale: str = "en", moves: str | None = None) -> Path:
    """Write a report that is known already; see ``write_pdf``.

    Parameters
    ----------
    content : ReportContent
    path : path
    locale : str
        A key of ``locale.LOCALES``.
    moves : str, optional
        One of ``palette.SCHEMES``.
    """
    return write_paper(paper_of(content), path, find_locale(locale), moves)


def paper_of(content: ReportContent, parts: tuple[Part, ...] = ALL) -> Paper:
    """A run's report, or some of its sections, as it is printed.

    Parameters
    ----------
    content : ReportContent
    parts : tuple of Part
    """
    panel = content.record.panel
    front = (
        *(Paragraph(sentence(text), "warning") for label, text in content.facts if label == "Warning"),
        Paragraph(sentences(headline(content.verdict))),
    )
    bench = panel.benchmark
    codes = dict(zip(panel.names, panel.symbols, strict=True)) | ({bench.name: bench.symbol} if bench else {})
    return Paper(
        say("{name}: backtest", name=content.title),
        front,
        sections_of(content, parts),
        say("Panel {digest}. {remark}", digest=panel.origin.content_hash, remark=sentence(ONE_VARIANT)),
        sentence(panel.ribbon) if panel.ribbon else "",
        content.title,
        codes,
    )
