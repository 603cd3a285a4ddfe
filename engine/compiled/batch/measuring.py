"""What is measured of each variant's equity line, in the kernel."""

from __future__ import annotations

import math

import numpy as np

from ....data.types import Floats
from .arrays import (
    ACTIVE_DEVIATION,
    ACTIVE_MEAN,
    COVARIANCE,
    DEEPEST,
    DEVIATION,
    DOWNSIDE,
    FINAL,
    GROWTH,
    HIGHEST,
    KNOWN_GROWTH,
    MEAN,
    MEAN_EQUITY,
    OPENING,
    Blocks,
    PackedMarket,
    Work,
    inlined,
)


@inlined
def measure(sh: PackedMarket, b: Blocks, w: Work, out: Floats) -> None:
    """Writes what the measured part of the equity line comes to.

    Sums have four parts, so that four sessions are added at a time; means are taken off before squares are summed.

    Parameters
    ----------
    sh, b, w
    out : float64 array of shape (MEASURES,)
    """
    begin, stop = sh.measured - sh.first, sh.last - sh.first + 1
    equity, line, levels = w.equity, w.returns, w.equity
    count = stop - begin
    for t in range(begin, stop):
        line[t] = equity[t + 1] / equity[t] - 1.0
    highest, seen = equity[0], begin
    if sh.flows and _flowed(w, begin, stop):
        levels, seen = w.grown, stop  # the peak of what 1 became is no sum of money
    for t in range(seen):
        highest = max(highest, equity[t + 1])
    s0, s1, s2, s3, e0, e1, e2, e3 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    whole = begin + count // 4 * 4
    for t in range(begin, whole, 4):
        s0 += line[t]
        s1 += line[t + 1]
        s2 += line[t + 2]
        s3 += line[t + 3]
        e0 += equity[t + 1]
        e1 += equity[t + 2]
        e2 += equity[t + 3]
        e3 += equity[t + 4]
    for t in range(whole, stop):
        s0 += line[t]
        e0 += equity[t + 1]
    mean = (s0 + s1 + s2 + s3) / count
    v0, v1, v2, v3, d0, d1, d2, d3 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for t in range(begin, whole, 4):
        x0, x1, x2, x3 = line[t], line[t + 1], line[t + 2], line[t + 3]
        v0 += (x0 - mean) * (x0 - mean)
        v1 += (x1 - mean) * (x1 - mean)
        v2 += (x2 - mean) * (x2 - mean)
        v3 += (x3 - mean) * (x3 - mean)
        x0, x1, x2, x3 = min(x0, 0.0), min(x1, 0.0), min(x2, 0.0), min(x3, 0.0)
        d0 += x0 * x0
        d1 += x1 * x1
        d2 += x2 * x2
        d3 += x3 * x3
    for t in range(whole, stop):
        x0 = line[t]
        v0 += (x0 - mean) * (x0 - mean)
        x0 = min(x0, 0.0)
        d0 += x0 * x0
    peak, deepest = levels[begin], 1.0
    for t in range(begin + 1, stop + 1):
        value = levels[t]
        if value >= peak:
            peak = value
        elif value < deepest * peak:
            deepest = value / peak
    out[FINAL], out[OPENING] = equity[stop], equity[begin]
    out[MEAN], out[DEVIATION] = mean, math.sqrt((v0 + v1 + v2 + v3) / (count - 1)) if count > 1 else np.nan
    out[DOWNSIDE], out[DEEPEST] = math.sqrt((d0 + d1 + d2 + d3) / count), deepest - 1.0
    out[MEAN_EQUITY], out[HIGHEST] = (e0 + e1 + e2 + e3) / count, highest if seen == stop else max(highest, peak)
    out[GROWTH] = levels[stop] / levels[begin]
    _against(b.benchmark, levels, line, begin, stop, out)


@inlined
def _flowed(w: Work, begin: int, stop: int) -> bool:
    """Whether anything came in or went out in the measured sessions; returns and ``w.grown`` are then without it."""
    found = False
    for t in range(begin, stop):
        found |= w.flows[t] != 0.0
    if found:
        w.grown[begin] = 1.0
        for t in range(begin, stop):
            step = (w.equity[t + 1] - w.flows[t]) / w.equity[t]
            w.returns[t] = step - 1.0
            w.grown[t + 1] = w.grown[t] * step
    return found


@inlined
def _against(benchmark: Floats, levels: Floats, line: Floats, begin: int, stop: int, out: Floats) -> None:
    """What the line did against the benchmark's returns, from the first that is known on."""
    while begin < stop and not np.isfinite(benchmark[begin]):
        begin += 1
    count = stop - begin
    out[KNOWN_GROWTH] = levels[stop] / levels[begin]
    if count < 2:
        out[ACTIVE_MEAN], out[ACTIVE_DEVIATION], out[COVARIANCE] = np.nan, np.nan, np.nan
        return
    own, theirs = 0.0, 0.0
    for t in range(begin, stop):
        own += line[t]
        theirs += benchmark[t]
    own, theirs = own / count, theirs / count
    active, square, both = own - theirs, 0.0, 0.0
    for t in range(begin, stop):
        x, y = line[t], benchmark[t]
        square += (x - y - active) * (x - y - active)
        both += (x - own) * (y - theirs)
    out[ACTIVE_MEAN], out[ACTIVE_DEVIATION], out[COVARIANCE] = active, math.sqrt(square / (count - 1)), both
