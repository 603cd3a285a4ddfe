"""What a brief rests on: which data, how much of them, and what hash they have up to the day."""

from __future__ import annotations

import numpy as np

import sectorlead
from sectorlead.data.benchmark import begin_alone, note_alone
from sectorlead.data.panel import Panel
from sectorlead.reports.brief.evidence import Provenance, Source
from sectorlead.research.brief.cut import line_days


def provenance(panels: dict[str, Panel], market: Panel) -> Provenance:
    """Coverage, publication dates and hashes of panels that end with the day.

    Parameters
    ----------
    panels : dict of str to Panel
        What they hold, for people; the main one first.
    market : Panel
        With all bars of the benchmark, see ``cut.market_alone``.
    """
    return Provenance(
        version=sectorlead.__version__,
        sources=tuple(_source(what, panel) for what, panel in panels.items()),
        benchmark_first=line_days(market)[0],
        benchmark_bars=len(line_days(market)),
    )


def _source(what: str, panel: Panel) -> Source:
    return Source(
        what=what,
        source=panel.source,
        content_hash=panel.content_hash,
        first=panel.sessions[0],
        last=panel.sessions[-1],
        series=len(panel.symbols),
        with_bar=int(panel.has_bar[-1].sum()),
        published=int((~np.isnat(panel.known_from)).sum()),
        notes=_notes(panel),
    )


def _notes(panel: Panel) -> tuple[str, ...]:
    """What was noted when the data were read; days of the benchmark alone only as far as the day."""
    if panel.benchmark is None:
        return panel.notes
    symbol, days = panel.benchmark.symbol, panel.benchmark.alone.bars.sessions
    told = note_alone(symbol, days) if len(days) else ""
    notes = (told if note.startswith(begin_alone(symbol)) else note for note in panel.notes)
    return tuple(filter(None, notes))
