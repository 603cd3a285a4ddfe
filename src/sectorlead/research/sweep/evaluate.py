"""Metrics and daily returns of many variants under the same rules and terms, by the quickest way that each allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sectorlead.data.panel import Panel
from sectorlead.data.types import Ints
from sectorlead.engine.config import RunConfig
from sectorlead.engine.market.market import Market
from sectorlead.research.sweep import one_by_one
from sectorlead.research.sweep.evaluated import Evaluated


def first_decisions(variants: Sequence[Any], panel: Panel, market: Market, config: RunConfig) -> Ints:
    """When each variant first decides.

    Parameters
    ----------
    variants : sequence of strategies
        V of them.
    panel : Panel
    market : Market
    config : RunConfig
        Its ``measured_from`` has no meaning here.

    Returns
    -------
    int64 array of shape (V,)
        Panel row of the session after whose close the first decision was made; -1 where none ever is.
    """
    return one_by_one.first_decisions(variants, panel, market, config)


def evaluate(
    variants: Sequence[Any], panel: Panel, market: Market, config: RunConfig, *, measured_row: int | None, returns: bool
) -> Evaluated:
    """Runs variants.

    Parameters
    ----------
    variants : sequence of strategies
        V of them.
    panel : Panel
    market : Market
    config : RunConfig
        Its ``measured_from`` has no meaning here.
    measured_row : int or None
        Panel row from which on all are measured; None for the run's first session.
    returns : bool
        Whether to keep daily returns.

    Returns
    -------
    Evaluated
        Equal to ``sectorlead.run`` of each, ``measured_since`` that row, to the last bit of equity and returns.
    """
    return one_by_one.evaluate(variants, panel, market, config, measured_row=measured_row, returns=returns)
