"""What a brief rests on: which data, how much of them, and what hash they have up to the day."""

from __future__ import annotations

import numpy as np

import sectorlead
from sectorlead.data.panel import Panel
from sectorlead.reports.brief.evidence import Provenance, Source
from sectorlead.research.brief.cut import line_days


def provenance(panels: dict[str, Panel]) -> Provenance:
    """Coverage, publication dates and hashes of panels that end with the day.

    Parameters
    ----------
    panels : dict of str to Panel
        What they hold, for people; the main one first.
    """
    main = next(iter(panels.values()))
    bench = main.benchmark
    first = None
    if bench is not None:
        first = line_days(main)[int(np.flatnonzero(np.isfinite(bench.line))[0])]
    return Provenance(
        version=sectorlead.__version__,
        sources=tuple(_source(what, panel) for what, panel in panels.items()),
        benchmark_first=first,
        benchmark_bars=0 if bench is None else int(np.isfinite(bench.whole("close")).sum()),
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
        notes=panel.notes,
    )
