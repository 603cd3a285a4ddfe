"""Which vendor gave which stretch of a stored series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..spans import Span

if TYPE_CHECKING:
    from .series_files import Part


def is_joined(part: Part) -> bool:
    """Whether the bars of a series come from several vendors."""
    return bool((part[0].origin != part[0].origin[0]).any())


def spans_of(part: Part, answers: Sequence[Mapping[str, Any]]) -> tuple[Span, ...]:
    """The stretches of a series by vendor, with how they were checked where one follows another; none of one vendor.

    Parameters
    ----------
    part : Part
    answers : sequence of mapping
        As ``Store.provenance``.
    """
    if not is_joined(part):
        return ()
    bars, about = part
    lines = {line["number"]: line for line in answers}
    starts = [0, *(np.flatnonzero(np.diff(bars.origin)) + 1).tolist()]
    found = []
    for start, stop in zip(starts, [*starts[1:], len(bars)], strict=True):
        line = lines.get(int(bars.fetch[start]), {}) if start else {}
        found.append(Span(
            about["symbol"], pd.Timestamp(bars.days[start]), pd.Timestamp(bars.days[stop - 1]),
            about["origins"][int(bars.origin[start])], "vendor" if start else "own",
            common=line.get("common", 0), largest=line.get("largest"),
        ))  # fmt: skip
    return tuple(found)
