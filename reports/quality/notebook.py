"""What is wrong with data, in a notebook: counts, and where each rule applies."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ...data.quality.finding import Finding
from ...data.quality.table import Table as Bars
from ..message import say, sentence
from ..render.i18n import ENGLISH, Locale, find_locale
from ..render.section_notebook import fragment
from ..sections.base import Block, Column, Table
from .sections import quality_front, topics_of, verdict_of, where_found


def quality_notebook(
    findings: Sequence[Finding], bars: Bars, accept: Collection[str] = (), *, locale: str | Locale = ENGLISH
) -> str:
    """What a notebook shows, for ``_repr_html_``; light or dark with the notebook.

    Parameters
    ----------
    findings, bars, accept
        Those of ``quality_paper``.
    locale : str or Locale
        See ``i18n.LOCALES``.
    """
    topics = topics_of(findings, accept)
    verdict, stops = verdict_of(topics)
    front: list[Block] = [*quality_front(topics, bars, accept)]
    if topics:
        rows = [(topic.rule, sentence(topic.found[0].message)) for topic in topics if topic.severity != "note"]
        columns = (Column(say("Rule")), Column(say("Found"), look="wrap"))
        front += [Table(say("Found"), columns, rows)] if rows else []
    sections = [where_found(topics, bars)] if topics else []
    title = say("{data}: data quality", data=bars.label)
    return fragment(title, front, find_locale(locale), sections, ribbon=verdict if stops else "")
