"""The variants of a sweep as trials: a few rows of the ledger, whatever their number."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import resolved_terms
from sectorlead.engine.config import START
from sectorlead.ledger import counting
from sectorlead.ledger.identity import context_of, specification
from sectorlead.ledger.listing import SHOWN
from sectorlead.research.sweep.files import TABLE, read_positions
from sectorlead.research.sweep.fingerprints import prints
from sectorlead.research.sweep.job import Job

BLOCK = 1 << 16
"""Variants of a row of the ledger."""


def count_sweep(folder: Path, about: Mapping[str, Any], job: Job) -> None:
    """Keep every variant of a sweep as a trial, at once.

    Each has the specification that it would have as a run, so a variant that was run before, or is in another sweep of
    the same window, is counted once.

    Parameters
    ----------
    folder : Path
        Of the result.
    about : mapping
        What the result says of itself.
    job : Job
    """
    if not counting.counts():
        return
    table = pd.read_parquet(folder / TABLE, columns=list(SHOWN)).to_numpy(np.float64)
    positions = read_positions(folder, about["axes"])
    facts = counting.Facts()
    said = {name: about[name] for name in ("name", "base", "axes", "search", "where", "terms", "measured_from")}
    body = {
        "sweep": facts.of(said),
        "market": facts.of(about["market"]["data"]),
        "environment": facts.of_text(counting.environment_text()),
        "metrics": facts.of(list(SHOWN)),
    }
    for place, setting, own in job.groups(positions):
        names, choices, inner = own
        terms = resolved_terms(setting.config, setting.panel, setting.market)
        row = measured_row(setting.panel, about["measured_from"])
        if row is not None and row > terms.first:
            terms = replace(terms, first=row, began=terms.first)
        context = context_of(setting.panel, setting.market, terms)
        found = prints(job.base.made, names, choices, inner)
        specs = [specification(context, *told) for told in zip(found.codes, found.strategies, strict=True)]
        window = setting.panel.sessions[terms.first], setting.panel.sessions[terms.last]
        for begin in range(0, len(place), BLOCK):
            part = place[begin : begin + BLOCK]
            block = counting.Block(
                setting.panel,
                window,
                b"".join(specs[begin : begin + BLOCK]),
                np.ascontiguousarray(table[part], "<f8").tobytes(),
                zlib.compress(np.ascontiguousarray(positions[:, part], "<i4").tobytes(), 1),
            )
            counting.keep(block, counting.label("sweep", about["name"]), body, facts)
    counting.commit()


def measured_row(panel: Panel, measured_from: str) -> int | None:
    """The panel row from which on the variants of a sweep are measured; None for the first of their run.

    Parameters
    ----------
    panel : Panel
    measured_from : str
        As the result says.
    """
    if measured_from == START:
        return None
    return int(panel.sessions.searchsorted(pd.Timestamp(measured_from), side="left"))
