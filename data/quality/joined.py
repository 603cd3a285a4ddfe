"""Rules about series that several sources were joined for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from ..spans import Span
from .finding import Hit, Rule, rule

FEW = 20  # common sessions below which nothing tells that both sides are one series
UNLIKE = 0.8  # correlation of returns below which a proxy moves otherwise
APART = 1e-3  # relative: what rounding may part closes of one series at two vendors


@rule(
    "joined-series", "note",
    effect="Before the break the series is another one, or another vendor's: levels meet, what it did need not.",
    treatment="Read results before the break as the stand-in's; leave it out where both sides are unlike.",
)  # fmt: skip
def joined_series(spans: Sequence[Span]) -> Iterator[Hit]:
    """Stretches from another vendor or another series; a warning where few sessions check them or they are unlike."""
    for span in spans:
        if span.kind == "own":
            continue
        if span.kind == "vendor":
            sure = span.largest is not None and span.largest <= APART
        else:
            sure = span.common >= FEW and span.alike is not None and span.alike >= UNLIKE
        days = pd.DatetimeIndex([span.first, span.last]).unique()
        yield Hit(span.symbol, days, str(span), None if sure else "warning")


RULES: tuple[Rule[Sequence[Span]], ...] = (joined_series,)
