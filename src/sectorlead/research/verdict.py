"""``sectorlead.verdict``: what variants show beyond chance, with the trials that the ledger has on their data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sectorlead.data.panel import Panel
    from sectorlead.data.types import Floats
    from sectorlead.reports.significance.findings import Verdict


def verdict(
    returns: Floats,
    controls: Mapping[str, Floats],
    *,
    panel: Panel | None = None,
    trials: int | None = None,
    **how: Any,
) -> Verdict:
    """What V variants show beyond chance, against each of some controls.

    ``sectorlead.reports.significance.verdict`` says what is computed.

    Parameters
    ----------
    returns : array of shape (T, V)
        Simple return of each session after costs, a fraction.
    controls : mapping of str to array of shape (T,)
        What the variants should beat.
    panel : Panel, optional
        What the variants were run on. Then ``trials`` is, if it is not given, the number of all trials on its data that
        the ledger has (``sectorlead.trials``), and at least V.
    trials : int, optional
        How many variants were tried on these data in all; default without a panel: the V.
    **how
        ``names``, ``periods``, ``level``, ``resamples`` and ``seed``, as there.

    Returns
    -------
    Verdict

    Raises
    ------
    ParameterError
        For shapes that don't fit, names that come twice, a control that isn't finite, or fewer trials than variants.
    """
    from sectorlead.reports.significance.verdict import verdict as found

    if trials is None and panel is not None:
        from sectorlead.ledger.deflation import tried_on

        trials = tried_on(panel).at_least(returns.shape[1])
    return found(returns, controls, trials=trials, **how)
