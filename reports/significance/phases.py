"""In which phases of the market a lead was made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...data.types import Floats, Ints
from ..growth import fewest_sessions
from .findings import Phases
from .stepdown import romano_wolf


def by_phase(
    lead: Floats, phases: tuple[Ints, Sequence[str]], trials: int, terms: tuple[float, float, int, int]
) -> Phases | None:
    """A lead in each phase that has as many sessions as rates a year take, all of them one family.

    What is tested is the lead within the phase and 0 outside it, up and down: a phase may be lost as well as won. The
    variant is the best of ``trials``, so the others are allowed for in each phase as trials that are not shown.

    Parameters
    ----------
    lead : array of shape (T,)
        Returns over a control.
    phases : (int array of shape (T,), sequence of str)
        See ``verdict``.
    trials : int
    terms : (periods, level, resamples, seed)

    Returns
    -------
    Phases or None
        None where no phase has sessions enough.
    """
    periods, level, resamples, seed = terms
    labels, names = phases
    inside, least = [(name, labels == k) for k, name in enumerate(names)], max(20, fewest_sessions(periods))
    kept = [(name, mask) for name, mask in inside if mask.sum() >= least and lead[mask].any()]
    if not kept:
        return None
    values = np.column_stack([np.where(mask, lead, 0.0) for _, mask in kept])
    found = romano_wolf(values, two_sided=True, unseen=(trials - 1) * len(kept), resamples=resamples, seed=seed)
    table = pd.DataFrame({
        "phase": [name for name, _ in kept],
        "sessions": [int(mask.sum()) for _, mask in kept],
        "ahead": [float(lead[mask].mean()) * periods for _, mask in kept],
        "t": found.t,
        "p": found.p,
    })  # fmt: skip
    return Phases(table, level)
