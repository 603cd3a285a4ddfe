"""The growth line of an account: what it made, whatever came in or went out."""

from __future__ import annotations

import numpy as np

from ..data.types import Floats


def wealth(equity: Floats, flows: Floats, opening: float) -> Floats:
    """What 1 that was there at the start became, shape (S + 1,): time-weighted, so flows leave no trace.

    A flow comes after the close, which values the account just before it, so the link is exact:
    ``(equity[t] - flows[t]) / equity[t - 1]``. An account that is empty stands still. Without flows it is equity over
    ``opening``.

    Parameters
    ----------
    equity, flows : float arrays of shape (S,)
        After each close, the flow of that session included; in currency.
    opening : float
        Before the first session, > 0.

    Notes
    -----
    GIPS, "Guidance statement on calculation methodology": true time-weighted return, valued at each flow.
    """
    line = np.concatenate(([opening], equity))
    if not flows.any():
        return line / opening
    before = line[:-1]
    steps = np.divide(equity - flows, before, out=np.ones(len(before)), where=before > 0)
    return np.concatenate(([1.0], np.cumprod(steps)))
