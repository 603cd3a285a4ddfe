"""A tournament in a notebook: the verdict, and a row per line with its lead over chance and over the first."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..growth import periods_per_year
from ..message import say, sentence, sentences
from ..metrics.run_metrics import definitions
from ..render.i18n import find_locale
from ..render.section_notebook import fragment
from ..sections.base import (
    P_VALUE,
    SIGNED,
    WHOLE_PERCENT,
    Block,
    Cell,
    Column,
    Facts,
    Paragraph,
    Points,
    Section,
    Table,
    Value,
    unit_format,
)
from ..significance.words import headline
from .compared import LEAD, Compared
from .difference_sections import STANDS, unmatched
from .how_tested import LEVEL
from .papers import title_of
from .terms_sections import period_of
from .tournament_result import TournamentResult

METRICS = ("cagr", "sharpe", "max_drawdown")


def standings(found: TournamentResult) -> Section:
    """A row per strategy, benchmark and equal weight: metrics, and how far it is ahead of chance and of the first.

    Parameters
    ----------
    found : TournamentResult
    """
    content, chance = Compared(found.records), found.chance
    known = definitions(periods_per_year(content.first.sessions))
    columns = [Column(say("Strategy")), Column(say("CAGR"), unit_format("fraction")),
               Column(say("Over equal weight"), SIGNED)]  # fmt: skip
    columns += [Column(sentence(known[name].label), unit_format(known[name].unit)) for name in METRICS[1:]]
    if chance is not None:
        columns += [Column(say("Ahead of random"), SIGNED), Column(say("Holm"), P_VALUE),
                    Column(say("Above random"), WHOLE_PERCENT)]  # fmt: skip
    columns += [Column(say("Ahead of {first}", first=found.against), SIGNED), Column(say("Holm"), P_VALUE)]
    beside = {row.strategy: row for row in chance.rows} if chance is not None else {}
    ahead = {row.strategy: row for row in found.paired.rows if row.phase == ""}
    rows: list[Sequence[Value | Cell]] = []
    for line in content.measured:
        lead = None if line.role == "reference" else line.values.get(LEAD)
        cells: list[Value | Cell] = [Cell(line.name, role=line.role), line.values.get("cagr"), lead]
        cells += [line.values.get(name) for name in METRICS[1:]]
        if chance is not None:
            own = beside.get(line.label)
            cells += _tested(own.ahead, own.holm) if own else [None, None]
            cells.append(own.place if own and math.isfinite(own.place) else None)
        row = ahead.get(line.label)
        cells += _tested(row.ahead, row.holm) if row else [None, None]
        rows.append(cells)
    told = [say("Ahead: growth over the other's, compounded a year."), STANDS]
    if chance is not None:
        told.insert(0, say("Random: {count} picks of the same turnover; their mean.", count=chance.count))
    return Section("standings", say("Side by side"), (Table(say("Side by side"), columns, rows, tuple(told)),))


def _tested(ahead: float, holm: float) -> list[Value | Cell]:
    return [Cell(ahead, strong=holm <= LEVEL), holm if math.isfinite(holm) else None]


def notebook_blocks(found: TournamentResult) -> tuple[Block, ...]:
    """What a notebook shows below the title.

    Parameters
    ----------
    found : TournamentResult
    """
    outcome = len(headline(found.verdict)) if found.verdict else 1
    told, rest = sentences(found.told[:outcome]), sentences(found.told[outcome:])
    blocks: list[Block] = [Paragraph(told), *([Points(rest)] if rest else []), *standings(found).blocks]
    if found.chance is not None and (apart := unmatched(found.chance)):
        blocks.append(Paragraph(sentence(apart), "note"))
    if found.idle:
        blocks.append(Facts([(label, sentence(why)) for label, why in found.idle.items()]))
    return tuple(blocks)


def tournament_notebook(found: TournamentResult, *, locale: str = "en") -> str:
    """What a notebook shows, for ``_repr_html_``; light or dark with it.

    Parameters
    ----------
    found : TournamentResult
    locale : str
        See ``i18n.LOCALES``.
    """
    first = found.records[found.against]
    ribbon = sentence(first.panel.ribbon) if first.panel.ribbon else ""
    title, span = sentence(title_of(found)), sentence(period_of(first))
    return fragment(title, notebook_blocks(found), find_locale(locale), span=span, ribbon=ribbon)
