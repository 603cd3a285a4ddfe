"""The verdict on a score: what it says of later returns, all that was tried on the same data allowed for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...data.errors import ParameterError
from .findings import LEVEL
from .signals import Cases, SignalVerdict
from .words import signal_in_words


def signal_verdict(
    cases: Cases, *, years: float, trials: int = 1, level: float = LEVEL, beside: Sequence[str] = ()
) -> SignalVerdict:
    """What a score shows beyond chance.

    The cases are one family, corrected by whoever tested them, as they know how the cases hang together. What else was
    tried on the data is not here, so each other trial is allowed for by Bonferroni as a family of as many cases:
    ``(trials - 1) C`` times the p-value of the case alone is added.

    Parameters
    ----------
    cases : Cases
    years : float
        That the data span.
    trials : int
        How many were tried on these data in all, at least 1.
    level : float
        Probability of one false claim or more that is accepted.
    beside : sequence of str
        What the study's own controls come to, to be told where something stands.

    Returns
    -------
    SignalVerdict

    Raises
    ------
    ParameterError
        For fewer than one trial.
    """
    if trials < 1:
        raise ParameterError(f"trials must be 1 or more, this study included, was {trials}")
    tested = int(np.isfinite(cases.family).sum())
    p = np.minimum(1.0, cases.family + (trials - 1) * tested * cases.alone)
    found = SignalVerdict(cases, p, trials, level, years, "" if tested else cases.few, tuple(beside))
    return replace(found, sentences=signal_in_words(found))
